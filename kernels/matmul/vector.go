package matmul

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Gemv sets y = alpha*op(A)*x + beta*y.
//
// Shapes: op(A) is m x n, x has n elements, y has m; it panics otherwise. Either may be 0. y must not overlap A or x.
// With beta = 0 y is not read, whatever it holds; with alpha = 0 neither are A and x. NaN and infinities propagate as in
// the sums they stand in. The error of an element is at most (n+4) rounding units of |alpha| * sum |a*x| + |beta*y|. A is
// read once, as it lies, whether transposed or not; where it is transposed, alpha*x is formed first, and may overflow.
func Gemv[T kernels.Float](tA Transpose, alpha T, a kernels.Matrix[T], x []T, beta T, y []T) {
	check.Matrix("matmul", "Gemv", "a", a.Rows, a.Cols, a.Stride, len(a.Data))
	ofRows, ofColumns := y, x
	if tA {
		ofRows, ofColumns = x, y
	}
	if len(ofRows) != a.Rows || len(ofColumns) != a.Cols {
		wrongVectors("Gemv", tA, a, x, y)
	}
	switch {
	case alpha == 0 || len(x) == 0 || len(y) == 0:
		scaleVector(beta, y)
	case a.Rows > smallVector || a.Cols > smallVector || race.Enabled:
		p := matrixVector[T]{job: byRows, alpha: alpha, beta: beta, a: a, ofRows: ofRows, ofColumns: ofColumns}
		if tA {
			p.job = byColumns
		}
		p.announce(y)
		p.run()
	case bool(tA):
		scaleVector(beta, y)
		addScaledRows(y, a.Data, a.Stride, alpha, x, 0)
	case beta == 0:
		mulRows(y, alpha, a.Data, a.Stride, x, 0, nil, 0)
	default:
		mulRows(y, alpha, a.Data, a.Stride, x, beta, y, 0)
	}
}

// Ger sets A = A + alpha*x*y', the rank-one update.
//
// Shapes: A is m x n, x has m elements, y has n; it panics otherwise. Neither may overlap A. With alpha = 0 nothing is read.
// The error of an element is at most 3 rounding units of |a| + |alpha*x*y|; NaN and infinities propagate. alpha*x is formed first,
// and may overflow or underflow.
func Ger[T kernels.Float](alpha T, x, y []T, a kernels.Matrix[T]) {
	check.Matrix("matmul", "Ger", "a", a.Rows, a.Cols, a.Stride, len(a.Data))
	check.Dimension("matmul", "Ger", "len(x)", len(x), "a.Rows", a.Rows)
	check.Dimension("matmul", "Ger", "len(y)", len(y), "a.Cols", a.Cols)
	if alpha == 0 || len(x) == 0 || len(y) == 0 {
		return
	}
	if a.Rows <= smallVector && a.Cols <= smallVector && !race.Enabled {
		addOuter(a.Data, a.Stride, alpha, x, y, 0)
		return
	}
	p := matrixVector[T]{job: outer, alpha: alpha, a: a, ofRows: x, ofColumns: y}
	p.announce(nil)
	p.run()
}

//go:noinline
func wrongVectors[T kernels.Float](function string, tA Transpose, a kernels.Matrix[T], x, y []T) {
	rows, cols := a.Rows, a.Cols
	if tA {
		rows, cols = cols, rows
	}
	check.Dimension("matmul", function, "columns of op(a)", cols, "len(x)", len(x))
	check.Dimension("matmul", function, "rows of op(a)", rows, "len(y)", len(y))
}

// scaleVector sets y = beta*y, and reads it only if it must.
func scaleVector[T kernels.Float](beta T, y []T) {
	switch beta {
	case 0:
		clear(y)
	case 1:
	default:
		vec.Scale(beta, y)
	}
}

// announce tells the race detector what is read, and written: y, or A if that is nil.
func (p *matrixVector[T]) announce(y []T) {
	if !race.Enabled {
		return
	}
	race.Read(p.ofRows)
	race.Read(p.ofColumns)
	race.Write(y)
	for i := range p.a.Rows {
		if p.job == outer {
			race.Write(p.a.Row(i))
		} else {
			race.Read(p.a.Row(i))
		}
	}
}
