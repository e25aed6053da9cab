package gonum

import (
	"testing"

	"gonum.org/v1/gonum/blas/testblas"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
)

func TestDouble(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for name, test := range map[string]func(*testing.T, BLAS){
			"Ddot":   func(t *testing.T, b BLAS) { testblas.DdotTest(t, b) },
			"Daxpy":  func(t *testing.T, b BLAS) { testblas.DaxpyTest(t, b) },
			"Dscal":  func(t *testing.T, b BLAS) { testblas.DscalTest(t, b) },
			"Dasum":  func(t *testing.T, b BLAS) { testblas.DasumTest(t, b) },
			"Dnrm2":  func(t *testing.T, b BLAS) { testblas.Dnrm2Test(t, b) },
			"Idamax": func(t *testing.T, b BLAS) { testblas.IdamaxTest(t, b) },
			"Dgemv":  func(t *testing.T, b BLAS) { testblas.DgemvTest(t, b) },
			"Dger":   func(t *testing.T, b BLAS) { testblas.DgerTest(t, b) },
			"Dgemm":  func(t *testing.T, b BLAS) { testblas.TestDgemm(t, b) },
			"Dsyrk":  func(t *testing.T, b BLAS) { testblas.DsyrkTest(t, b) },
			"Dsymm":  func(t *testing.T, b BLAS) { testblas.DsymmTest(t, b) },
			"Dtrsm":  func(t *testing.T, b BLAS) { testblas.DtrsmTest(t, b) },
		} {
			t.Run(name, func(t *testing.T) { test(t, BLAS{}) })
		}
	})
}
