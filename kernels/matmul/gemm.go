package matmul

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
)

// Transpose says whether a product reads an operand as it is stored or transposed.
type Transpose bool

// The two ways to read an operand.
const (
	NoTrans Transpose = false // op(A) = A
	Trans   Transpose = true  // op(A) = A'
)

// steps are how far the rows and the columns of op(X) are from each other, of an X with that stride.
func (t Transpose) steps(stride int) (row, column int) {
	if t {
		return 1, stride
	}
	return stride, 1
}

// Triangle is the part of a symmetric or triangular matrix that a function reads or writes.
type Triangle uint8

// The parts of a matrix.
const (
	Full  Triangle = iota // all of it
	Lower                 // the elements (i, j) with j <= i
	Upper                 // the elements (i, j) with j >= i

	whole // all of it, and nothing is known to be symmetric
)

// Gemm sets C = alpha*op(A)*op(B) + beta*C.
//
// Shapes: op(A) is m x k, op(B) is k x n, C is m x n; it panics otherwise. Any of them may be 0 or 1. C must not overlap A or B.
// With beta = 0 C is not read, whatever it holds; with alpha = 0 or k = 0 neither are A and B. NaN and infinities
// propagate as in the sums they stand in. The error of an element is at most (k+2) rounding units of
// |alpha| * sum |a*b| + |beta*c|.
func Gemm[T kernels.Float](tA, tB Transpose, alpha T, a, b kernels.Matrix[T], beta T, c kernels.Matrix[T]) {
	if alpha != 0 && isSmall(tA, tB, &a, &b, &c) {
		if race.Enabled || bool(tB) {
			small(tA, tB, alpha, &a, &b, beta, &c, &c)
			return
		}
		aRow, aColumn := tA.steps(a.Stride)
		var d []T
		if beta != 0 {
			d = c.Data
		}
		stripOf(aRow, aColumn, alpha, &a, &b, beta, d, &c)
		return
	}
	multiply("Gemm", whole, tA, tB, alpha, a, b, beta, c, c)
}

// GemmPlus sets C = alpha*op(A)*op(B) + beta*D: [Gemm] with the summand in a matrix of its own, at no extra cost.
//
// Shapes: as Gemm, and D as C. D may be C itself, or A or B; C must not overlap A or B, nor D in part.
func GemmPlus[T kernels.Float](tA, tB Transpose, alpha T, a, b kernels.Matrix[T], beta T, d, c kernels.Matrix[T]) {
	if alpha != 0 && isSmall(tA, tB, &a, &b, &c) && (beta == 0 || d.Rows == c.Rows && d.Cols == c.Cols && fits(&d)) {
		small(tA, tB, alpha, &a, &b, beta, &d, &c)
		return
	}
	multiply("GemmPlus", whole, tA, tB, alpha, a, b, beta, d, c)
}

// Gemmt is [Gemm] for a product known to be symmetric, such as that of two symmetric matrices that commute: it computes
// one triangle, in about half the time. With Lower or Upper the other triangle of C is neither read nor written; with Full the
// lower one is computed and mirrored, so that C is symmetric to the last bit, and C counts as symmetric on entry: only its
// lower triangle is read.
//
// Shapes: op(A) is n x k, op(B) is k x n, C is n x n; it panics otherwise.
func Gemmt[T kernels.Float](triangle Triangle, tA, tB Transpose, alpha T, a, b kernels.Matrix[T], beta T, c kernels.Matrix[T]) {
	requireTriangle("Gemmt", triangle)
	multiply("Gemmt", triangle, tA, tB, alpha, a, b, beta, c, c)
}

// GemmtPlus sets C = alpha*op(A)*op(B) + beta*D where that is known to be symmetric: [Gemmt] with the summand in a matrix
// of its own. Of D the triangle is read that is computed (the lower one for Full). D may be C, A or B itself; C must not
// overlap A or B.
func GemmtPlus[T kernels.Float](triangle Triangle, tA, tB Transpose, alpha T, a, b kernels.Matrix[T], beta T, d, c kernels.Matrix[T]) {
	requireTriangle("GemmtPlus", triangle)
	multiply("GemmtPlus", triangle, tA, tB, alpha, a, b, beta, d, c)
}

// Syrk sets C = alpha*op(A)*op(A)' + beta*C, the symmetric rank-k update, in about half the time of [Gemm]: A*A' for NoTrans and
// A'*A for Trans. Triangles are as in [Gemmt].
//
// Shapes: op(A) is n x k, C is n x n; it panics otherwise. C must not overlap A.
func Syrk[T kernels.Float](triangle Triangle, tA Transpose, alpha T, a kernels.Matrix[T], beta T, c kernels.Matrix[T]) {
	requireTriangle("Syrk", triangle)
	if alpha != 0 && beta == 0 && c.Rows <= wholeSquare && isSmall(tA, !tA, &a, &a, &c) {
		smallSquare(triangle, tA, alpha, &a, &c)
		return
	}
	multiply("Syrk", triangle, tA, !tA, alpha, a, a, beta, c, c)
}

func requireTriangle(function string, triangle Triangle) {
	if triangle > Upper {
		check.Panic("matmul", function, fmt.Sprintf("triangle=%d: want Full, Lower or Upper", triangle))
	}
}
