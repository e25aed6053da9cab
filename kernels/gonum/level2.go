package gonum

import (
	"gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// The functions of this file and of level3.go do the job and return true, or do nothing and return false where an argument is not as
// it should be, nothing is to be multiplied, or gonum's own function is faster: then that is called, with its checks, its quick
// returns and its panics.

func gemv[T kernels.Float](tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int) bool {
	if m < least().gemv && n < least().gemv || alpha == 0 {
		return false
	}
	if m <= 0 || n <= 0 {
		return false
	}
	lenX, lenY := n, m
	if tA != blas.NoTrans {
		lenX, lenY = m, n
	}
	matrix, t, ok := operand(tA, lenY, lenX, a, lda)
	if !ok || !isVector(lenX, incX, len(x)) || !isVector(lenY, incY, len(y)) {
		return false
	}
	from, to := lend(lenX, x, incX, true), lend(lenY, y, incY, beta != 0)
	defer from.release()
	defer to.release()
	matmul.Gemv(t, alpha, matrix, from.data, beta, to.data)
	to.store()
	return true
}

func ger[T kernels.Float](m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int) bool {
	if m < least().ger && n < least().ger || alpha == 0 {
		return false
	}
	matrix, ok := view(m, n, a, lda)
	if !ok || !isVector(m, incX, len(x)) || !isVector(n, incY, len(y)) {
		return false
	}
	rows, cols := lend(m, x, incX, true), lend(n, y, incY, true)
	defer rows.release()
	defer cols.release()
	matmul.Ger(alpha, rows.data, cols.data, matrix)
	return true
}
