package gonum

import (
	"gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// trmmBlock is the order of the triangles on the diagonal that gonum's own function multiplies.
const trmmBlock = 16

// multiplication is that function.
type multiplication[T kernels.Float] func(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int)

// trmm cuts A into blocks and overwrites those of B in an order in which each is needed only before: if op(A) is an upper
// triangle, the first block of op(A)*B is made of all blocks of B and the last of itself alone.
func trmm[T kernels.Float](own multiplication[T], s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) bool {
	order := m
	if s == blas.Right {
		order = n
	}
	from := least[T]()
	if order <= trmmBlock || m*n*order < from.trmm || s == blas.Right && m < from.few || alpha == 0 {
		return false
	}
	onRight, sideOK := side(s)
	part, partOK := triangle(ul)
	_, onesOK := diagonal(d)
	factor, t, factorOK := operand(tA, order, order, a, lda)
	product, productOK := view(m, n, b, ldb)
	if !sideOK || !partOK || !onesOK || !factorOK || !productOK {
		return false
	}
	upper := (part == matmul.Upper) != bool(t)
	ascending := upper != bool(onRight)
	for done := 0; done < order; done += trmmBlock {
		// Blocks first to end of B are overwritten, with what they and blocks others0 to others1 hold.
		first, end := done, min(done+trmmBlock, order)
		others0, others1 := end, order
		if !ascending {
			first, end = order-end, order-done
			others0, others1 = 0, first
		}
		triangle := block(factor, first, end, first, end)
		if onRight {
			to := block(product, 0, m, first, end)
			own(s, ul, tA, d, m, end-first, alpha, triangle.Data, lda, to.Data, ldb)
			if others0 < others1 {
				matmul.Gemm(matmul.NoTrans, t, alpha, block(product, 0, m, others0, others1), opBlock(factor, t, others0, others1, first, end), 1, to)
			}
		} else {
			to := block(product, first, end, 0, n)
			own(s, ul, tA, d, end-first, n, alpha, triangle.Data, lda, to.Data, ldb)
			if others0 < others1 {
				matmul.Gemm(t, matmul.NoTrans, alpha, opBlock(factor, t, first, end, others0, others1), block(product, others0, others1, 0, n), 1, to)
			}
		}
	}
	return true
}

// block is the view of rows i0 to i1 and columns j0 to j1, none of them empty.
func block[T kernels.Float](m kernels.Matrix[T], i0, i1, j0, j1 int) kernels.Matrix[T] {
	return kernels.Matrix[T]{Rows: i1 - i0, Cols: j1 - j0, Stride: m.Stride, Data: m.Data[i0*m.Stride+j0 : (i1-1)*m.Stride+j1]}
}

// opBlock is what is stored of such a block of op(m).
func opBlock[T kernels.Float](m kernels.Matrix[T], t matmul.Transpose, i0, i1, j0, j1 int) kernels.Matrix[T] {
	if t {
		return block(m, j0, j1, i0, i1)
	}
	return block(m, i0, i1, j0, j1)
}
