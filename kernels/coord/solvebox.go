package coord

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// SolveBox sets x to the minimiser of x'Hx/2 - b'x for lower <= x <= upper, element by element: the exact update of a block
// with bounds. H is symmetric positive definite and small; its lower triangle is used. Lower bounds may be -Inf and upper ones +Inf. For a block
// with non-negative variables and an L1 penalty, subtract the penalty from b.
//
// Shapes: H is n x n, all vectors have n elements; it panics otherwise. x must not overlap the others. x need not be set
// before; where it holds a point near the solution, as in an iteration, the first guess of the active bounds is taken from it.
// The error is ErrBounds, a *matmul.NotPositiveDefiniteError, also for NaN and infinities in H or b, or ErrStalled where rounding
// decides between active sets; x is then unspecified. An element of x that is not at a bound has the error of matmul.SolveSPD.
//
// Method: block principal pivoting (J. Júdice and F. Pires, "A block principal pivoting algorithm for large-scale strictly
// monotone linear complementarity problems", Computers & Operations Research 21, 1994): all elements that violate a bound
// or the sign of their gradient change sets together, and one at a time, the last, where that does not reduce their number, after
// Murty (1974), whose method is finite. A step is a Cholesky factor of the free part.
func SolveBox[T kernels.Float](x []T, h kernels.Matrix[T], b, lower, upper []T) error {
	check.Matrix("coord", "SolveBox", "h", h.Rows, h.Cols, h.Stride, len(h.Data))
	check.Dimension("coord", "SolveBox", "h.Rows", h.Rows, "h.Cols", h.Cols)
	check.Dimension("coord", "SolveBox", "len(x)", len(x), "h.Rows", h.Rows)
	check.Equal("coord", "SolveBox", "x", len(x), "b", len(b))
	check.Equal("coord", "SolveBox", "x", len(x), "lower", len(lower))
	check.Equal("coord", "SolveBox", "x", len(x), "upper", len(upper))
	for i, low := range lower {
		if !(low <= upper[i] && low < T(math.Inf(1)) && upper[i] > T(math.Inf(-1))) {
			return fmt.Errorf("coord: lower[%d]=%v, upper[%d]=%v: %w", i, low, i, upper[i], ErrBounds)
		}
	}
	n := len(x)
	memory := scratch.Get[T](n*n + 3*n)
	defer memory.Release()
	q := boxed[T]{
		x: x, h: h, b: b, lower: lower, upper: upper,
		factor: memory.Data[:n*n], free: memory.Data[n*n : n*n+n], gradient: memory.Data[n*n+n : n*n+2*n], sets: memory.Data[n*n+2*n:],
	}
	return q.solve()
}

// boxed is a quadratic with bounds.
type boxed[T kernels.Float] struct {
	x                      []T
	h                      kernels.Matrix[T]
	b, lower, upper        []T
	factor, free, gradient []T
	sets                   []T // of each element: atLower, isFree or atUpper
}

const (
	atLower = -1
	isFree  = 0
	atUpper = 1
	// patience is how many steps all violations are changed together without a new least number of them.
	patience = 5
)

func (q *boxed[T]) solve() error {
	for i, v := range q.x {
		switch {
		case v <= q.lower[i] && check.Finite(v):
			q.sets[i] = atLower
		case v >= q.upper[i] && check.Finite(v):
			q.sets[i] = atUpper
		default:
			q.sets[i] = isFree
		}
	}
	n := len(q.x)
	fewest, left := n+1, patience
	for range 50 + 20*n {
		if err := q.step(); err != nil {
			return err
		}
		violations, last := 0, -1
		for i, g := range q.gradient {
			if !check.Finite(g) {
				return &matmul.NotPositiveDefiniteError{Pivot: i, Value: math.NaN()}
			}
			if q.violated(i) != q.sets[i] {
				violations, last = violations+1, i
			}
		}
		switch {
		case violations == 0:
			q.clamp()
			return nil
		case violations < fewest:
			fewest, left = violations, patience
		default:
			left--
		}
		if left < 0 {
			q.sets[last] = q.violated(last)
			continue
		}
		for i := range q.x {
			q.sets[i] = q.violated(i)
		}
	}
	return fmt.Errorf("coord: %w", ErrStalled)
}

// step minimises over the free elements with the others at their bounds, and forms the gradient.
func (q *boxed[T]) step() error {
	count := 0
	for i, set := range q.sets {
		switch set {
		case atLower:
			q.x[i] = q.lower[i]
		case atUpper:
			q.x[i] = q.upper[i]
		default:
			q.x[i] = 0
			count++
		}
	}
	q.residual()
	free := q.free[:count]
	factor := kernels.Matrix[T]{Rows: count, Cols: count, Stride: count, Data: q.factor[:count*count]}
	k := 0
	for i, set := range q.sets {
		if set != isFree {
			continue
		}
		free[k] = -q.gradient[i]
		m := 0
		for j, other := range q.sets[:i+1] {
			if other == isFree {
				factor.Data[k*count+m] = q.h.Data[i*q.h.Stride+j]
				m++
			}
		}
		k++
	}
	if count == 0 {
		return nil
	}
	if err := matmul.Cholesky(matmul.Lower, factor); err != nil {
		return err
	}
	matmul.CholeskySolveVector(matmul.Lower, factor, free)
	k = 0
	for i, set := range q.sets {
		if set == isFree {
			if v := free[k]; !check.Finite(v) {
				return &matmul.NotPositiveDefiniteError{Pivot: k, Value: math.NaN()}
			}
			q.x[i] = free[k]
			k++
		}
	}
	q.residual()
	return nil
}

// residual sets the gradient to Hx - b.
func (q *boxed[T]) residual() {
	for i := range q.x {
		row := q.h.Row(i)
		q.gradient[i] = vec.Dot(row[:i+1], q.x[:i+1]) - q.b[i]
	}
	for i, v := range q.x {
		if v != 0 {
			vec.Axpy(v, q.h.Row(i)[:i], q.gradient[:i])
		}
	}
}

// violated is the set that element i should be in.
func (q *boxed[T]) violated(i int) T {
	switch x := q.x[i]; q.sets[i] {
	case atLower:
		if q.gradient[i] < -q.slack(i) {
			return isFree
		}
		return atLower
	case atUpper:
		if q.gradient[i] > q.slack(i) {
			return isFree
		}
		return atUpper
	default:
		switch {
		case x < q.lower[i]:
			return atLower
		case x > q.upper[i]:
			return atUpper
		}
		return isFree
	}
}

// slack is the rounding error of element i of the gradient: a sign below it tells nothing. The sum of the magnitudes may be
// beyond the range where the gradient is not.
func (q *boxed[T]) slack(i int) T {
	unit := T(len(q.x)+2) * roundoff[T]()
	sum := T(unit * magnitude(q.b[i]))
	for j, v := range q.x {
		h := q.h.Data[max(i, j)*q.h.Stride+min(i, j)]
		sum += T(unit * magnitude(T(h*v)))
	}
	return sum
}

// clamp leaves no element outside by rounding.
func (q *boxed[T]) clamp() {
	for i, v := range q.x {
		q.x[i] = min(max(v, q.lower[i]), q.upper[i])
	}
}

// roundoff is the unit roundoff of T.
func roundoff[T kernels.Float]() T {
	u := 0x1p-53
	if cast.Single[T]() {
		u = 0x1p-24
	}
	return T(u)
}
