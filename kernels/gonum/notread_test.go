package gonum

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
)

// TestNotRead: with beta = 0 the result is not read, nor are the operands with alpha = 0, whoever does the job.
func TestNotRead(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		const stride = 30
		r := rand.New(rand.NewPCG(15, 16))
		nans := make([]float64, stride*stride)
		for i := range nans {
			nans[i] = math.NaN()
		}
		for range 300 {
			m, n, k := 1+r.IntN(stride), 1+r.IntN(stride), r.IntN(stride)
			letter, alpha, x := "DS"[r.IntN(2):][:1], 0.0, nans
			if r.IntN(2) == 0 {
				alpha, x = 2, numbers(r, stride*stride)
			}
			tA, tB, ul := transposes[r.IntN(3)], transposes[r.IntN(3)], triangles[r.IntN(2)]
			s, d := sides[r.IntN(2)], diagonals[r.IntN(2)]
			// number fails if the last operand holds a NaN where a function has to write.
			number := func(name string, rows, cols int, written func(i, j int) bool, arguments ...any) {
				o := invoke(BLAS{}, letter+name, arguments)
				require.Nil(t, o.message, name)
				for i := range rows {
					for j := range cols {
						v := o.operands[len(o.operands)-1][i*stride+j]
						if v != v && written(i, j) {
							t.Fatalf("%s %q %q %q, alpha %v: (%d, %d) of %d x %d", letter+name, tA, tB, ul, alpha, i, j, rows, cols)
						}
					}
				}
			}
			all := func(i, j int) bool { return true }
			inTriangle := func(i, j int) bool { return i == j || (j < i) == (ul == blas.Lower) }
			number("gemm", m, n, all, tA, tB, m, n, k, alpha, x, stride, x, stride, 0.0, nans, stride)
			number("symm", m, n, all, s, ul, m, n, alpha, x, stride, x, stride, 0.0, nans, stride)
			number("syrk", m, m, inTriangle, ul, tA, m, k, alpha, x, stride, 0.0, nans, stride)
			number("trsm", m, n, all, s, ul, tA, d, m, n, 0.0, nans, stride, nans, stride)
			number("trmm", m, n, all, s, ul, tA, d, m, n, 0.0, nans, stride, nans, stride)
			results := m
			if tA != blas.NoTrans {
				results = n
			}
			number("gemv", results, 1, all, tA, m, n, alpha, x, stride, x, 1, 0.0, nans, stride)
			number("gemv", 1, results, all, tA, m, n, alpha, x, stride, x, 2, 0.0, nans, 1)
			number("scal", 1, n, all, n, 0.0, nans, 1)
		}
	})
}
