package bcd

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels/coord"
)

// Regulariser is the other part R of the objective, convex but not smooth, and simple enough for proximal steps. It does not change.
// Blocks hold distinct variables in ascending order, and vectors that come with a block have an element for each of them.
type Regulariser interface {
	// Check says what is wrong with the regulariser for n variables.
	Check(n int) error

	// Value is the part of R that belongs to the variables of a block, at x.
	Value(x []float64, block []int32) float64

	// Step sets dst to the proximal step argmin_z R(z) + sum_t (z_t - v_t)^2/(2*steps_t) from v = x - steps*g.
	Step(dst, x, g, steps []float64, block []int32)

	// Free reports whether R is smooth in variable i around the whole vector x: it is neither at a kink nor at a bound.
	Free(x []float64, i int32) bool

	// Conjugate is what the duality gap needs: the largest scale from 0 to 1 with R*(-scale*v) finite, for v of all variables,
	// and that value, where R* is the convex conjugate.
	Conjugate(v []float64) (scale, value float64)
}

// separable is a regulariser that each variable has to itself.
type separable struct {
	coord.Penalty[float64]
	lower, upper   float64   // as Penalty has them, infinite where it has none; with bounds of their own the least and the largest
	lowers, uppers []float64 // bounds of their own, nil where all variables have the same
	err            error
}

// Separable is the regulariser
//
//	sum_i L1*|x_i| + L2*x_i^2/2   for Lower <= x_i <= Upper, infinite elsewhere,
//
// of which L1, NonNegative, Box and ElasticNet are special cases. [Boxes] has bounds for each variable. Without bounds Lower and Upper are both zero.
func Separable(p coord.Penalty[float64]) Regulariser {
	if p.Lower == 0 && p.Upper == 0 {
		return separable{Penalty: p, lower: math.Inf(-1), upper: math.Inf(1)}
	}
	return newSeparable(p)
}

func newSeparable(p coord.Penalty[float64]) Regulariser {
	s := separable{Penalty: p, lower: p.Lower, upper: p.Upper}
	if !(p.Lower < p.Upper) {
		s.err = fmt.Errorf("bcd: bounds %v and %v, want the lower one below the upper one: %w", p.Lower, p.Upper, ErrSetting)
	}
	return s
}

// ElasticNet is l1*|x|_1 + l2*|x|_2^2/2, both weights zero or more.
func ElasticNet(l1, l2 float64) Regulariser { return Separable(coord.Penalty[float64]{L1: l1, L2: l2}) }

// L1 is lambda*|x|_1, lambda zero or more.
func L1(lambda float64) Regulariser { return ElasticNet(lambda, 0) }

// NonNegative is lambda*sum_i x_i for x_i >= 0: with lambda zero the bound alone.
func NonNegative(lambda float64) Regulariser {
	return newSeparable(coord.Penalty[float64]{L1: lambda, Upper: math.Inf(1)})
}

// Box holds every variable between two bounds, which may be infinite.
func Box(lower, upper float64) Regulariser {
	return newSeparable(coord.Penalty[float64]{Lower: lower, Upper: upper})
}

// Check implements Regulariser.
func (s separable) Check(n int) error {
	if err := checkParameter("L1 weight", s.L1); err != nil {
		return err
	}
	if err := checkParameter("L2 weight", s.L2); err != nil {
		return err
	}
	if s.err == nil && s.lowers != nil && len(s.lowers) != n {
		return fmt.Errorf("bcd: Boxes has %d bounds, the problem %d variables: %w", len(s.lowers), n, ErrShape)
	}
	return s.err
}

// Value implements Regulariser.
func (s separable) Value(x []float64, _ []int32) (sum float64) {
	if s.L1 == 0 && s.L2 == 0 {
		return 0
	}
	for _, v := range x {
		sum += s.L1*math.Abs(v) + s.L2/2*v*v
	}
	return sum
}

// Step implements Regulariser.
func (s separable) Step(dst, x, g, steps []float64, block []int32) {
	coord.ProxStep(dst, x, g, steps, s.Penalty)
	if s.lowers != nil {
		s.clamp(dst, block)
	}
}

// Free implements Regulariser.
func (s separable) Free(x []float64, i int32) bool {
	v, lower, upper := x[i], s.lowest(i), s.highest(i)
	return v > lower && v < upper && (v != 0 || s.L1 == 0)
}

// Conjugate implements Regulariser. The maximum of -v*z - R(z) over an interval lies at a bound, at zero or, with L2, between.
func (s separable) Conjugate(v []float64) (scale, value float64) {
	scale = 1
	if s.L2 == 0 {
		for i, g := range v {
			if unbounded := math.IsInf(s.lowest(int32(i)), -1) && g > s.L1 || math.IsInf(s.highest(int32(i)), 1) && -g > s.L1; unbounded {
				scale = min(scale, s.L1/math.Abs(g))
			}
		}
	}
	for i, g := range v {
		value += s.support(-scale*g, s.lowest(int32(i)), s.highest(int32(i)))
	}
	return scale, value
}

// support is the largest u*z - R(z) between two bounds, for a u where that is finite.
func (s separable) support(u, lower, upper float64) float64 {
	at := func(z float64) float64 { return u*z - s.L1*math.Abs(z) - s.L2/2*z*z }
	clamp := func(z float64) float64 { return min(max(z, lower), upper) }
	best := at(clamp(0))
	if s.L2 > 0 {
		return max(best, at(clamp((u-s.L1)/s.L2)), at(clamp((u+s.L1)/s.L2)))
	}
	for _, bound := range []float64{lower, upper} {
		if !math.IsInf(bound, 0) {
			best = max(best, at(bound))
		}
	}
	return best
}

// none reports whether there is nothing in the regulariser.
func (s separable) none() bool {
	return s.L1 == 0 && s.L2 == 0 && s.lowers == nil && math.IsInf(s.lower, -1) && math.IsInf(s.upper, 1)
}

// smoothInside reports whether R is smooth between the bounds, and its slope there without the part of L2.
func (s separable) smoothInside() (slope float64, ok bool) {
	switch {
	case s.L1 == 0:
		return 0, true
	case s.lower >= 0:
		return s.L1, true
	case s.upper <= 0:
		return -s.L1, true
	}
	return 0, false
}

// hasDual reports whether the dual that belongs to R has points wherever the gradient points.
func (s separable) hasDual() bool {
	return s.L2 > 0 || s.L1 > 0 || !math.IsInf(s.lower, -1) && !math.IsInf(s.upper, 1)
}

// String is the regulariser in words.
func (s separable) String() string {
	switch {
	case s.lowers != nil:
		return fmt.Sprintf("bounds of %d variables", len(s.lowers))
	case s.none():
		return "no regulariser"
	case math.IsInf(s.lower, -1) && math.IsInf(s.upper, 1):
		return fmt.Sprintf("L1 weight %v, L2 weight %v", s.L1, s.L2)
	}
	return fmt.Sprintf("L1 weight %v, L2 weight %v on [%v, %v]", s.L1, s.L2, s.lower, s.upper)
}
