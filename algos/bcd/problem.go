package bcd

import (
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// Matrix is the view that Hessians of blocks are written to.
type Matrix = kernels.Matrix[float64]

// Problem is a smooth function f of n variables with what block coordinate descent wants to know of it beforehand. It does not
// change; where an iteration stands is kept in a [Point], so one problem may be minimised from several goroutines at once.
//
// A problem may also implement [Graph], [Multiplier] and [RowSummer], which some rules need and say so.
type Problem interface {
	// Size is the number of variables.
	Size() int

	// Quadratic reports whether the second derivatives are the same everywhere; Bound then is the Hessian itself.
	Quadratic() bool

	// Lipschitz is L_i, bounds of the second derivatives in single coordinates, none negative: the diagonal of the bound. It is a
	// view for reading.
	Lipschitz() []float64

	// Bound sets h, of the size of the block, to a symmetric matrix H_b with H_b - f''_bb(x) positive semidefinite for every x.
	Bound(h Matrix, block []int32)

	// At is the point x, of which it takes a copy.
	At(x []float64) Point
}

// Point is a point x with whatever a problem keeps to tell value and derivatives cheaply after a few variables have changed.
// It belongs to one goroutine. Blocks hold distinct variables in ascending order.
type Point interface {
	// X is the variables, a view for reading.
	X() []float64

	// Value is f(x).
	Value() float64

	// Gradient sets g to the first derivatives in the variables of a block.
	Gradient(g []float64, block []int32)

	// Hessian sets h to the second derivatives in the variables of a block, h[i][j] that of block[i] and block[j].
	Hessian(h Matrix, block []int32)

	// Move sets the variables of a block.
	Move(block []int32, to []float64)

	// Refresh forms from x alone what Move has kept up to date, and so drops the rounding errors that have gathered.
	Refresh()
}

// Tracker is a point that keeps its whole gradient up to date, at the cost of the elements that a move changes.
type Tracker interface {
	// Whole is the gradient, a view for reading that holds until the next move, and which of its elements have changed since the last
	// call, each once and in no order; all says that it may be any.
	Whole() (gradient []float64, changed []int32, all bool)
}

// Graph is a problem whose bound of the Hessian is sparse: partitions into colours and trees, and the solution of trees by
// elimination, need it.
type Graph interface {
	// Graph is that bound, with all of its diagonal, whose entries beside it are the edges.
	Graph() *sparse.CSR[float64]
}

// Multiplier is a problem that multiplies with the whole bound of the Hessian, for [GSQ] in blocks formed anew.
type Multiplier interface {
	// MulBound sets dst to H*d, for a whole H that bounds the Hessian.
	MulBound(dst, d []float64)
}

// HessianMultiplier is a point that multiplies with the whole Hessian, for [GSN] in blocks formed anew.
type HessianMultiplier interface {
	// MulHessian sets dst to f''(x)*d.
	MulHessian(dst, d []float64)
}

// RowSummer is a problem that knows the sums of its rows in magnitude, for [GSDRows] in blocks formed anew and for the
// order of [ByRowSum].
type RowSummer interface {
	// RowSums is at least sum_j |H_ij| for each i, a view for reading.
	RowSums() []float64
}

// Conjugater is a point of a function of the form sum_i phi_i(a_i'x), which has a dual that the duality gap is formed with.
type Conjugater interface {
	// Conjugate is sum_i phi*_i(scale*w_i), with w the derivatives of phi at the point and 0 <= scale <= 1.
	Conjugate(scale float64) float64
}
