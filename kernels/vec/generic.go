package vec

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// The plain Go versions below are the specification of the kernels, and what runs where there is no assembly. Lengths
// have been checked. T(x*y) keeps the compiler from fusing a product into the sum that follows.

func axpyGeneric[T kernels.Float](alpha T, x, y []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += T(alpha * v)
	}
}

func scaleGeneric[T kernels.Float](alpha T, x []T) {
	for i := range x {
		x[i] *= alpha
	}
}

func addGeneric[T kernels.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] + y[i]
	}
}

func subGeneric[T kernels.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] - y[i]
	}
}

func mulGeneric[T kernels.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] * y[i]
	}
}

func divGeneric[T kernels.Float](dst, x, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = x[i] / y[i]
	}
}

func addScaledGeneric[T kernels.Float](dst []T, a T, x []T, b T, y []T) {
	x, y = x[:len(dst)], y[:len(dst)]
	for i := range dst {
		dst[i] = T(a*x[i]) + T(b*y[i])
	}
}

func adamStepGeneric[T kernels.Float](w, first, second, g []T, past1, part1, past2, part2, keep, rate, root, epsilon T) {
	first, second, g = first[:len(w)], second[:len(w)], g[:len(w)]
	for i, slope := range g {
		mean, square := T(past1*first[i])+T(part1*slope), T(past2*second[i])+T(T(part2*slope)*slope)
		first[i], second[i] = mean, square
		size := T(root*T(math.Sqrt(float64(square)))) + epsilon
		w[i] = T(keep*w[i]) - T(T(rate*mean)/size)
	}
}

func clampGeneric[T kernels.Float](dst, x []T, lo, hi T) {
	x = x[:len(dst)]
	for i := range dst {
		v := x[i]
		if v < lo {
			v = lo
		}
		if v > hi {
			v = hi
		}
		dst[i] = v
	}
}

func softThresholdGeneric[T kernels.Float](dst, x []T, t T) {
	x = x[:len(dst)]
	for i := range dst {
		switch v := x[i]; {
		case v > t:
			dst[i] = v - t
		case v < -t:
			dst[i] = v + t
		case v != v:
			dst[i] = v
		default:
			dst[i] = 0
		}
	}
}

func fillGeneric[T kernels.Float](dst []T, v T) {
	for i := range dst {
		dst[i] = v
	}
}

func maxGeneric[T kernels.Float](x []T) (m T) {
	m = T(math.Inf(-1))
	for _, v := range x {
		if v != v {
			return v
		}
		if v > m {
			m = v
		}
	}
	return m + 0 // -0 becomes +0
}

func minGeneric[T kernels.Float](x []T) (m T) {
	m = T(math.Inf(1))
	for _, v := range x {
		if v != v {
			return v
		}
		if v < m {
			m = v
		}
	}
	return m + 0
}

// maxAbsGeneric returns the largest |x[i]| and the first index of it; NaN is passed over, and where there is nothing else
// the largest is -1 and the index len(x).
func maxAbsGeneric[T kernels.Float](x []T) (largest T, index int) {
	largest, index = -1, len(x)
	for i, v := range x {
		if a := magnitude(v); a > largest {
			largest, index = a, i
		}
	}
	return largest, index
}

// magnitude is |v|.
func magnitude[T kernels.Float](v T) T {
	if cast.Single[T]() { // math.Abs would convert to float64 and back
		return T(math.Float32frombits(math.Float32bits(float32(v)) &^ (1 << 31)))
	}
	return T(math.Abs(float64(v)))
}
