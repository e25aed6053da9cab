package coord

import "github.com/raphson-go/raphson/kernels"

func proxEachGeneric[T kernels.Float](dst, x []T, step, l1, l2, lower, upper T, _ int) {
	threshold, divisor := T(step*l1), 1+T(step*l2)
	for i, v := range x {
		v = soft(v, threshold)
		if l2 != 0 {
			v /= divisor
		}
		dst[i] = clamp(v, lower, upper)
	}
}

func proxStepsGeneric[T kernels.Float](dst, g, x, steps []T, l1, l2, lower, upper T, _ int) {
	for i, v := range g {
		dst[i] = proxStep(v, x[i], steps[i], l1, l2, lower, upper)
	}
}

func huberEachGeneric[T kernels.Float](dst, x []T, divisor, edge, shift T) {
	for i, v := range x {
		switch {
		case v > edge:
			dst[i] = v - shift
		case v < -edge:
			dst[i] = v + shift
		default:
			dst[i] = v / divisor
		}
	}
}

// excessGeneric is what x exceeds the bound by; NaN stays NaN.
func excessGeneric[T kernels.Float](dst, x []T, bound T) {
	for i, v := range x {
		if v -= bound; v < 0 {
			v = 0
		}
		dst[i] = v
	}
}

// proxStep is where the proximal gradient step from x leads. The minimiser of a strictly convex function of one variable on an
// interval is the nearest point of it to the minimiser on the line.
func proxStep[T kernels.Float](g, x, step, l1, l2, lower, upper T) T {
	v := soft(x-T(step*g), T(step*l1))
	if l2 != 0 {
		v /= 1 + T(step*l2)
	}
	return clamp(v, lower, upper)
}

// soft is x moved by t towards zero, which is x without its part in [-t, t]: +0 where |x| <= t.
func soft[T kernels.Float](x, t T) T { return x - clamp(x, -t, t) + 0 }

// clamp moves v into the bounds; NaN stays NaN.
func clamp[T kernels.Float](v, lower, upper T) T {
	if v < lower {
		v = lower
	}
	if upper < v {
		v = upper
	}
	return v
}
