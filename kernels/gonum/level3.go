package gonum

import (
	"gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

func gemm[T kernels.Float](tA, tB blas.Transpose, m, n, k int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	from, work := least[T](), m*n*k
	switch {
	case alpha == 0: // gonum v0.17.0 multiplies A and B all the same
	case work < from.gemm:
		return false
	case tB != blas.NoTrans && (work < from.turned || m*k < from.few): // turning B round is most of it
		return false
	case m == 1 && work < from.long:
		return false
	}
	left, leftT, leftOK := operand(tA, m, k, a, lda)
	right, rightT, rightOK := operand(tB, k, n, b, ldb)
	result, resultOK := view(m, n, c, ldc)
	if !leftOK || !rightOK || !resultOK {
		return false
	}
	matmul.Gemm(leftT, rightT, alpha, left, right, beta, result)
	return true
}

func syrk[T kernels.Float](ul blas.Uplo, tA blas.Transpose, n, k int, alpha T, a []T, lda int, beta T, c []T, ldc int) bool {
	from := least[T]()
	few := k == 0 || n*n*k < from.syrk || tA == blas.NoTrans && n < from.syrkRows || tA != blas.NoTrans && k < from.syrkDepth
	reads := beta == 0 && (tA == blas.Trans || tA == blas.ConjTrans) && ul == blas.Lower // then gonum v0.17.0 multiplies C by 0
	if alpha == 0 || few && !reads {
		return false
	}
	result, resultOK := view(n, n, c, ldc)
	if few {
		if resultOK && check.Fits(k, n, lda, len(a)) {
			for i := range n {
				clear(result.Row(i)[:i+1])
			}
		}
		return false
	}
	part, partOK := triangle(ul)
	factor, t, factorOK := operand(tA, n, k, a, lda)
	if !partOK || !factorOK || !resultOK {
		return false
	}
	matmul.Syrk(part, t, alpha, factor, beta, result)
	return true
}

// symm mirrors the triangle into lent memory: that reads it once, the product many times.
func symm[T kernels.Float](s blas.Side, ul blas.Uplo, m, n int, alpha T, a []T, lda int, b []T, ldb int, beta T, c []T, ldc int) bool {
	order := m
	if s == blas.Right {
		order = n
	}
	from := least[T]()
	if m*n*order < from.symm || s == blas.Right && m < from.few || alpha == 0 {
		return false
	}
	onRight, sideOK := side(s)
	part, partOK := triangle(ul)
	half, halfOK := view(order, order, a, lda)
	other, otherOK := view(m, n, b, ldb)
	result, resultOK := view(m, n, c, ldc)
	if !sideOK || !partOK || !halfOK || !otherOK || !resultOK {
		return false
	}
	lent := scratch.Get[T](order * order)
	defer lent.Release()
	whole := kernels.Matrix[T]{Rows: order, Cols: order, Stride: order, Data: lent.Data}
	mirror(whole, half, part)
	if onRight {
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, alpha, other, whole, beta, result)
	} else {
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, alpha, whole, other, beta, result)
	}
	return true
}

// mirror makes whole the symmetric matrix of which half holds a triangle, in squares that stay in the first cache.
func mirror[T kernels.Float](whole, half kernels.Matrix[T], part matmul.Triangle) {
	const square = 32
	n := half.Rows
	for i0 := 0; i0 < n; i0 += square {
		for j0 := 0; j0 <= i0; j0 += square {
			for i := i0; i < min(i0+square, n); i++ {
				for j := j0; j < min(j0+square, i+1); j++ {
					v := half.Data[i*half.Stride+j]
					if part == matmul.Upper {
						v = half.Data[j*half.Stride+i]
					}
					whole.Data[i*n+j], whole.Data[j*n+i] = v, v
				}
			}
		}
	}
}

func trsm[T kernels.Float](s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha T, a []T, lda int, b []T, ldb int) bool {
	order := m
	if s == blas.Right {
		order = n
	}
	from := least[T]()
	if m*n*order < from.trsm || s == blas.Right && m < from.few || alpha == 0 {
		return false
	}
	onRight, sideOK := side(s)
	part, partOK := triangle(ul)
	ones, onesOK := diagonal(d)
	factor, t, factorOK := operand(tA, order, order, a, lda)
	unknown, unknownOK := view(m, n, b, ldb)
	if !sideOK || !partOK || !onesOK || !factorOK || !unknownOK {
		return false
	}
	matmul.Trsm(onRight, part, t, ones, alpha, factor, unknown)
	return true
}
