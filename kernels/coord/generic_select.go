package coord

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// A search for the greatest score passes NaN over; where there is nothing else the score is -1 and the index the length. Scores
// are the same bits from the searches and from the maps, and at every instruction set.

func greatestScaledGeneric[T kernels.Float](g, scale []T) (score T, index int) {
	score, index = -1, len(g)
	for i, v := range g {
		if s := magnitude(v) * scale[i]; s > score {
			score, index = s, i
		}
	}
	return score, index
}

func greatestSlopeGeneric[T kernels.Float](g, x []T, l1, l2, lower, upper T, _ int) (score T, index int) {
	score, index = -1, len(g)
	for i, v := range g {
		if s := slope(v, x[i], l1, l2, lower, upper); s > score {
			score, index = s, i
		}
	}
	return score, index
}

func greatestStepGeneric[T kernels.Float](g, x, steps []T, l1, l2, lower, upper T, _ int) (score T, index int) {
	score, index = -1, len(g)
	for i, v := range g {
		if s := magnitude(proxStep(v, x[i], steps[i], l1, l2, lower, upper) - x[i]); s > score {
			score, index = s, i
		}
	}
	return score, index
}

func greatestGainGeneric[T kernels.Float](g, x, steps []T, l1, l2, lower, upper T, _ int) (score T, index int) {
	score, index = -1, len(g)
	for i, v := range g {
		if s := gain(v, x[i], steps[i], l1, l2, lower, upper); s > score {
			score, index = s, i
		}
	}
	return score, index
}

func scaledMagnitudesGeneric[T kernels.Float](dst, g, scale []T) {
	for i, v := range g {
		dst[i] = magnitude(v) * scale[i]
	}
}

func slopesGeneric[T kernels.Float](dst, g, x []T, l1, l2, lower, upper T, _ int) {
	for i, v := range g {
		dst[i] = slope(v, x[i], l1, l2, lower, upper)
	}
}

func stepLengthsGeneric[T kernels.Float](dst, g, x, steps []T, l1, l2, lower, upper T, _ int) {
	for i, v := range g {
		dst[i] = magnitude(proxStep(v, x[i], steps[i], l1, l2, lower, upper) - x[i])
	}
}

func gainsGeneric[T kernels.Float](dst, g, x, steps []T, l1, l2, lower, upper T, _ int) {
	for i, v := range g {
		dst[i] = gain(v, x[i], steps[i], l1, l2, lower, upper)
	}
}

// aboveGeneric is the first index of what exceeds the bound, the length if nothing does.
func aboveGeneric[T kernels.Float](x []T, bound T) (index int) {
	for i, v := range x {
		if v > bound {
			return i
		}
	}
	return len(x)
}

// slope is the least magnitude of a subgradient at x: where x is not 0 the penalty has the slope l2*x + sign(x)*l1, at 0 it
// takes up to l1 away, and a bound takes what points out of the interval.
func slope[T kernels.Float](g, x, l1, l2, lower, upper T) T {
	if l2 != 0 {
		g += T(l2 * x)
	}
	switch {
	case x == 0:
		g -= clamp(g, -l1, l1)
	case math.Signbit(float64(x)):
		g -= l1
	default:
		g += l1
	}
	if x <= lower && g > 0 || x >= upper && g < 0 {
		return 0
	}
	return magnitude(g)
}

// gain is -(g*d + d^2/(2*step) + penalty(x+d) - penalty(x)) for the step d, not below 0.
func gain[T kernels.Float](g, x, step, l1, l2, lower, upper T) T {
	moved := proxStep(g, x, step, l1, l2, lower, upper)
	d := moved - x
	slope := g + T(d/2)/step
	if l2 != 0 {
		slope += T(T(l2/2) * (moved + x))
	}
	if s := T(l1*(magnitude(x)-magnitude(moved))) - T(d*slope); !(s < 0) {
		return s
	}
	return 0
}
