package gonum

import (
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/blas/testblas"
)

// suite is gonum's own test of an implementation, of the functions that ours has.
func suite(t *testing.T, of func(t *testing.T) blas.Float64) {
	for name, test := range map[string]func(*testing.T){
		"Dot":   func(t *testing.T) { testblas.DdotTest(t, of(t)) },
		"Axpy":  func(t *testing.T) { testblas.DaxpyTest(t, of(t)) },
		"Scal":  func(t *testing.T) { testblas.DscalTest(t, of(t)) },
		"Asum":  func(t *testing.T) { testblas.DasumTest(t, of(t)) },
		"Nrm2":  func(t *testing.T) { testblas.Dnrm2Test(t, of(t)) },
		"Iamax": func(t *testing.T) { testblas.IdamaxTest(t, of(t)) },
		"Gemv":  func(t *testing.T) { testblas.DgemvTest(t, of(t)) },
		"Ger":   func(t *testing.T) { testblas.DgerTest(t, of(t)) },
		"Trsv":  func(t *testing.T) { testblas.DtrsvTest(t, of(t)) },
		"Gemm":  func(t *testing.T) { testblas.TestDgemm(t, of(t)) },
		"Syrk":  func(t *testing.T) { testblas.DsyrkTest(t, of(t)) },
		"Symm":  func(t *testing.T) { testblas.DsymmTest(t, of(t)) },
		"Trsm":  func(t *testing.T) { testblas.DtrsmTest(t, of(t)) },
		"Trmm":  func(t *testing.T) { testblas.DtrmmTest(t, of(t)) },
	} {
		t.Run(name, test)
	}
}

func TestDouble(t *testing.T) {
	eachWay(t, func(t *testing.T) { suite(t, func(*testing.T) blas.Float64 { return BLAS{} }) })
}

// gonum's test has float64 alone. For float32 ours and gonum's are called with the same arguments, rounded, and compared; the
// answer that the test asks for is then gonum's.
func TestSingle(t *testing.T) {
	eachWay(t, func(t *testing.T) { suite(t, func(t *testing.T) blas.Float64 { return rounded{t: t} }) })
}

type rounded struct {
	gonum.Implementation
	t *testing.T
}

func (b rounded) Ddot(n int, x []float64, incX int, y []float64, incY int) float64 {
	compare(b.t, "S", "dot", n, x, incX, y, incY)
	return b.Implementation.Ddot(n, x, incX, y, incY)
}

func (b rounded) Daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	compare(b.t, "S", "axpy", n, alpha, x, incX, y, incY)
	b.Implementation.Daxpy(n, alpha, x, incX, y, incY)
}

func (b rounded) Dscal(n int, alpha float64, x []float64, incX int) {
	compare(b.t, "S", "scal", n, alpha, x, incX)
	b.Implementation.Dscal(n, alpha, x, incX)
}

func (b rounded) Dasum(n int, x []float64, incX int) float64 {
	compare(b.t, "S", "asum", n, x, incX)
	return b.Implementation.Dasum(n, x, incX)
}

func (b rounded) Dnrm2(n int, x []float64, incX int) float64 {
	compare(b.t, "S", "nrm2", n, x, incX)
	return b.Implementation.Dnrm2(n, x, incX)
}

func (b rounded) Idamax(n int, x []float64, incX int) int {
	compare(b.t, "S", "amax", n, x, incX)
	return b.Implementation.Idamax(n, x, incX)
}

func (b rounded) Dgemv(tA blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	compare(b.t, "S", "gemv", tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
	b.Implementation.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
}

func (b rounded) Dger(m, n int, alpha float64, x []float64, incX int, y []float64, incY int, a []float64, lda int) {
	if incX >= 0 && incY >= 0 { // else gonum is wrong
		compare(b.t, "S", "ger", m, n, alpha, x, incX, y, incY, a, lda)
	}
	b.Implementation.Dger(m, n, alpha, x, incX, y, incY, a, lda)
}

func (b rounded) Dtrsv(ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []float64, lda int, x []float64, incX int) {
	compare(b.t, "S", "trsv", ul, tA, d, n, a, lda, x, incX)
	b.Implementation.Dtrsv(ul, tA, d, n, a, lda, x, incX)
}

func (r rounded) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	compare(r.t, "S", "gemm", tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
	r.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc)
}

func (r rounded) Dsyrk(ul blas.Uplo, tA blas.Transpose, n, k int, alpha float64, a []float64, lda int, beta float64, c []float64, ldc int) {
	compare(r.t, "S", "syrk", ul, tA, n, k, alpha, a, lda, beta, c, ldc)
	r.Implementation.Dsyrk(ul, tA, n, k, alpha, a, lda, beta, c, ldc)
}

func (r rounded) Dsymm(s blas.Side, ul blas.Uplo, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, c []float64, ldc int) {
	compare(r.t, "S", "symm", s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
	r.Implementation.Dsymm(s, ul, m, n, alpha, a, lda, b, ldb, beta, c, ldc)
}

func (r rounded) Dtrsm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	compare(r.t, "S", "trsm", s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	r.Implementation.Dtrsm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}

func (r rounded) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	compare(r.t, "S", "trmm", s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
	r.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}
