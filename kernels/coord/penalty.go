package coord

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Penalty is the part of an objective that each coordinate has to itself:
//
//	L1*|x| + L2/2*x^2    for Lower <= x <= Upper, infinite elsewhere
//
// It covers the lasso, the elastic net, boxes, and non-negative variables with or without these. Lower = Upper = 0 means no
// bounds, so the zero value is no penalty at all; other bounds have Lower < Upper and may be infinite. L1 and L2 are finite
// and not negative.
type Penalty[T kernels.Float] struct {
	L1, L2       T
	Lower, Upper T
}

// bounds is the interval that x is in.
func (p Penalty[T]) bounds() (lower, upper T) {
	if p.Lower == 0 && p.Upper == 0 {
		return T(math.Inf(-1)), T(math.Inf(1))
	}
	return p.Lower + 0, p.Upper + 0 // of zeros +0
}

// ridge is 1 if there is an L2 term, for kernels that have one way with and one without.
func (p Penalty[T]) ridge() int {
	if p.L2 != 0 {
		return 1
	}
	return 0
}

// check panics if the fields make no sense.
func (p Penalty[T]) check(function string) {
	if !(p.L1 >= 0 && p.L2 >= 0 && p.L1-p.L1 == 0 && p.L2-p.L2 == 0) || !(p.Lower < p.Upper || p.Lower == 0 && p.Upper == 0) {
		check.Panic("coord", function, fmt.Sprintf("penalty=%+v: want L1 and L2 finite and 0 or more, and Lower < Upper or both 0", p))
	}
}

// Prox sets dst[i] to the proximal operator of step times the penalty at x[i],
//
//	argmin_z step*penalty(z) + (z - x[i])^2/2
//
// which is the soft threshold for the lasso, the projection for a box, and max(x, 0) for non-negative variables. For these
// alone there are also vec.SoftThreshold and vec.Clamp.
//
// It panics if the lengths differ, for a negative step or NaN, and for a penalty that makes no sense. dst may be exactly x.
// Every operation of clamp(soft(x, step*L1)/(1 + step*L2)) is rounded once. NaN stays NaN.
func Prox[T kernels.Float](dst, x []T, step T, penalty Penalty[T]) {
	check.Equal("coord", "Prox", "dst", len(dst), "x", len(x))
	checkAtLeastZero("Prox", "step", step)
	penalty.check("Prox")
	times := func(l T) T {
		if l == 0 {
			return 0 // however long the step
		}
		return T(step * l)
	}
	lower, upper := penalty.bounds()
	for begin := 0; begin < len(dst); begin += selectPanel {
		end := min(begin+selectPanel, len(dst))
		proxEach(dst[begin:end], x[begin:end], 1, times(penalty.L1), times(penalty.L2), lower, upper, penalty.ridge())
	}
}

// ProxStep sets dst[i] to the proximal gradient step of a coordinate, the proximal operator of steps[i] times the penalty at
// x[i] - steps[i]*g[i]. A step is 1/L_i, for the Lipschitz constant of the coordinate or that of its block.
//
// It panics if the lengths differ and for a penalty that makes no sense; steps are positive and finite (1/L of a column of zeros is
// not). dst may be exactly any of the operands. Every operation is rounded once, as in [Prox].
func ProxStep[T kernels.Float](dst, x, g, steps []T, penalty Penalty[T]) {
	check.Equal("coord", "ProxStep", "dst", len(dst), "x", len(x))
	check.Equal("coord", "ProxStep", "dst", len(dst), "g", len(g))
	check.Equal("coord", "ProxStep", "dst", len(dst), "steps", len(steps))
	penalty.check("ProxStep")
	lower, upper := penalty.bounds()
	for begin := 0; begin < len(dst); begin += selectPanel {
		end := min(begin+selectPanel, len(dst))
		proxSteps(dst[begin:end], g[begin:end], x[begin:end], steps[begin:end], penalty.L1, penalty.L2, lower, upper, penalty.ridge())
	}
}

// ProxHuber sets dst[i] to the proximal operator of step times Huber's function at x[i]: of z^2/2 for |z| <= delta and
// delta*|z| - delta^2/2 beyond. It is x[i]/(1 + step) for |x[i]| <= delta*(1 + step), and x[i] moved by step*delta towards zero beyond.
//
// It panics if the lengths differ, and for a negative step or delta or NaN. dst may be exactly x. NaN stays NaN.
func ProxHuber[T kernels.Float](dst, x []T, step, delta T) {
	check.Equal("coord", "ProxHuber", "dst", len(dst), "x", len(x))
	checkAtLeastZero("ProxHuber", "step", step)
	checkAtLeastZero("ProxHuber", "delta", delta)
	if delta == 0 {
		step = 0 // of a function that is 0
	}
	for begin := 0; begin < len(dst); begin += selectPanel {
		end := min(begin+selectPanel, len(dst))
		huberEach(dst[begin:end], x[begin:end], 1+step, delta*(1+step), T(step*delta))
	}
}
