package gonum

import (
	"gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// The functions of this file, of level3.go and trmm.go do the job and return true, or do nothing and return false: where gonum's
// own function is faster, where there is nothing to multiply, and where an argument is not as it should be. Then that function
// is called, with its checks, its quick returns and its panics. They look at the sizes first, because that settles most small
// calls; a product of absurd sizes may overflow there, and the check of the matrices finds them out.

func gemv[T kernels.Float](tA blas.Transpose, m, n int, alpha T, a []T, lda int, x []T, incX int, beta T, y []T, incY int) bool {
	from := least[T]()
	adjacent := incX == 1 && incY == 1
	if !from.broad(m, n, from.gemv) || alpha == 0 || !adjacent && m*n < from.gather {
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
	if adjacent {
		matmul.Gemv(t, alpha, matrix, x[:lenX], beta, y[:lenY])
		return true
	}
	in, out := lend(lenX, x, incX, true), lend(lenY, y, incY, beta != 0)
	defer in.release()
	defer out.release()
	matmul.Gemv(t, alpha, matrix, in.data, beta, out.data)
	out.store()
	return true
}

// ger takes negative strides at any size: gonum v0.17.0 gets them wrong on amd64.
func ger[T kernels.Float](m, n int, alpha T, x []T, incX int, y []T, incY int, a []T, lda int) bool {
	from := least[T]()
	adjacent := incX == 1 && incY == 1
	if alpha == 0 || incX >= 0 && incY >= 0 && (!from.broad(m, n, from.ger) || !adjacent && m*n < from.gather) {
		return false
	}
	matrix, ok := view(m, n, a, lda)
	if !ok || !isVector(m, incX, len(x)) || !isVector(n, incY, len(y)) {
		return false
	}
	if adjacent {
		matmul.Ger(alpha, x[:m], y[:n], matrix)
		return true
	}
	rows, cols := lend(m, x, incX, true), lend(n, y, incY, true)
	defer rows.release()
	defer cols.release()
	matmul.Ger(alpha, rows.data, cols.data, matrix)
	return true
}

func trsv[T kernels.Float](ul blas.Uplo, tA blas.Transpose, d blas.Diag, n int, a []T, lda int, x []T, incX int) bool {
	if n*n < least[T]().trsv || incX != 1 && n*n < least[T]().gather {
		return false
	}
	part, partOK := triangle(ul)
	ones, onesOK := diagonal(d)
	factor, t, factorOK := operand(tA, n, n, a, lda)
	if !partOK || !onesOK || !factorOK || !isVector(n, incX, len(x)) {
		return false
	}
	unknown := lend(n, x, incX, true)
	defer unknown.release()
	matmul.Trsv(part, t, ones, factor, unknown.data)
	unknown.store()
	return true
}
