package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// gap is a bound of the objective above its minimum; +Inf where there is none.
//
// For the dual point scale*w, with w the slopes of phi and v = A'w the gradient, Fenchel's inequality gives f + R(x) >= minimum >=
// -sum phi*(scale*w) - R*(-scale*v). Where scale = 1 will do, as it always does for a finite R*, phi* follows from the
// gradient: sum phi(z) + phi*(w) = z'w = x'v, and so the gap is R(x) + R*(-v) + x'v for any convex f.
func (it *Iteration) gap() float64 {
	x, v := it.Point.X(), it.Gradient()
	scale, conjugate := it.Regulariser.Conjugate(v)
	if scale == 1 {
		return max(0, it.Regulariser.Value(x, it.all)+conjugate+vec.Dot(x, v))
	}
	c, ok := it.Point.(Conjugater)
	if !ok {
		return math.Inf(1)
	}
	return max(0, it.objective()+c.Conjugate(scale)+conjugate)
}

// hasGap reports whether the duality gap falls to zero at the minimum.
func (it *Iteration) hasGap() bool {
	_, conjugater := it.Point.(Conjugater)
	switch r := it.Regulariser.(type) {
	case separable:
		finite := r.L2 > 0 || !math.IsInf(r.lower, -1) && !math.IsInf(r.upper, 1)
		return finite || conjugater && r.hasDual()
	case *grouped:
		return conjugater && r.hasDual()
	}
	return true // what somebody else has written may have one
}
