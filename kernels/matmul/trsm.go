package matmul

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Side says on which side of the unknown a triangular matrix stands.
type Side bool

// The sides.
const (
	Left  Side = false // op(A)*X = B
	Right Side = true  // X*op(A) = B
)

// Diagonal says what is on the diagonal of a triangular matrix.
type Diagonal bool

// The diagonals.
const (
	NonUnit Diagonal = false // what is stored
	Unit    Diagonal = true  // ones, and what is stored is not used
)

// Trsm overwrites B with the solution X of op(A)*X = alpha*B (Left) or X*op(A) = alpha*B (Right), where A is triangular: Lower
// or Upper, of which the other triangle is not used, with the diagonal it stores or one of ones.
//
// Shapes: A is n x n, B has n rows (Left) or n columns (Right); it panics otherwise. Any size may be 0. B must not overlap A.
// With alpha = 0 B is set to zero, and not read. There is no test for singularity: a zero on the diagonal gives infinities or
// NaN, as division does, and NaN and infinities propagate to the unknowns that depend on them.
//
// Each column of X (row, for Right) is the exact solution of a system whose matrix differs from A by at most n+3 rounding
// units of each element (N. Higham, "Accuracy and Stability of Numerical Algorithms", theorem 8.5), wherever nothing
// overflows or underflows. It depends neither on the number of workers nor on what is in the other columns.
func Trsm[T kernels.Float](side Side, triangle Triangle, tA Transpose, diagonal Diagonal, alpha T, a, b kernels.Matrix[T]) {
	checkTriangular("Trsm", triangle, a)
	check.Matrix("matmul", "Trsm", "b", b.Rows, b.Cols, b.Stride, len(b.Data))
	s := triangularSolve[T]{side: side, tA: tA != Transpose(side), diagonal: diagonal, a: a, b: b, sizes: blocking[T]()}
	s.forward = (triangle == Lower) != bool(s.tA)
	if side == Left {
		check.Dimension("matmul", "Trsm", "a.Rows", a.Rows, "b.Rows", b.Rows)
		s.systems = b.Cols
	} else {
		check.Dimension("matmul", "Trsm", "a.Rows", a.Rows, "b.Cols", b.Cols)
		s.systems = b.Rows
	}
	if a.Rows == 0 || s.systems == 0 {
		return
	}
	s.announce(triangle)
	if alpha == 0 {
		for i := range b.Rows {
			clear(b.Row(i))
		}
		return
	}
	s.alpha = alpha
	s.run()
}

// checkTriangular panics unless a is square and one of its triangles is named.
func checkTriangular[T kernels.Float](function string, triangle Triangle, a kernels.Matrix[T]) {
	check.Matrix("matmul", function, "a", a.Rows, a.Cols, a.Stride, len(a.Data))
	check.Dimension("matmul", function, "a.Rows", a.Rows, "a.Cols", a.Cols)
	if triangle != Lower && triangle != Upper {
		check.Panic("matmul", function, fmt.Sprintf("triangle=%d: want Lower or Upper", triangle))
	}
}

// part is the view of rows i0 to i1 and columns j0 to j1.
func part[T kernels.Float](m kernels.Matrix[T], i0, i1, j0, j1 int) kernels.Matrix[T] {
	view := kernels.Matrix[T]{Rows: i1 - i0, Cols: j1 - j0, Stride: m.Stride}
	if view.Rows > 0 && view.Cols > 0 {
		view.Data = m.Data[i0*m.Stride+j0 : (i1-1)*m.Stride+j1]
	}
	return view
}

// over is the same view of other data. It names all fields, so that the compiler does not see the data of m go where the
// result goes.
func over[T kernels.Float](m kernels.Matrix[T], data []T) kernels.Matrix[T] {
	return kernels.Matrix[T]{Rows: m.Rows, Cols: m.Cols, Stride: m.Stride, Data: data}
}
