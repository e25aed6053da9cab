package coord

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// The losses of one panel. gradient and curvature may be operands, so both of these are read before either is written. Values are added up in
// float64; where there is assembly they are of type T, in chains.

// logisticGeneric needs one exponential e = exp(-|z|) for z = x*y: the value is max(-z, 0) + log(1+e), and 1/(1+exp(z)) is
// 1/(1+e) for z <= 0 and e/(1+e) beyond.
func logisticGeneric[T kernels.Float](gradient, curvature, x, y []T) (sum T) {
	total := 0.0
	for i, m := range x {
		label := y[i]
		z := m * label
		e := math.Exp(-math.Abs(float64(z)))
		inverse := 1 / (1 + e)
		s, value := inverse, math.Log1p(e)
		if z > 0 {
			s = e * inverse
		} else {
			value -= float64(z)
		}
		gradient[i], curvature[i] = T(-label*T(s)), T(e*inverse*inverse)
		total += value
	}
	return T(total)
}

func squaredGeneric[T kernels.Float](gradient, curvature, x, y []T) (sum T) {
	total := 0.0
	for i, p := range x {
		d := p - y[i]
		gradient[i], curvature[i] = d, 1
		total += float64(float64(d) * float64(d))
	}
	return T(total / 2)
}

// huberGeneric: the loss lies below its tangent at the clamped difference c by c^2/2, within and beyond.
func huberGeneric[T kernels.Float](gradient, curvature, x, y []T, delta T) (sum T) {
	total := 0.0
	for i, p := range x {
		d := p - y[i]
		clamped, second := clamp(d, -delta, delta), T(0)
		if magnitude(d) <= delta {
			second = 1
		}
		gradient[i], curvature[i] = clamped, second
		total += float64(clamped) * (float64(d) - float64(clamped)/2)
	}
	return T(total)
}

func hingeGeneric[T kernels.Float](gradient, curvature, x, y []T) (sum T) {
	total := 0.0
	for i, m := range x {
		label := y[i]
		z := T(m * label)
		gradient[i], curvature[i] = 0, 0
		if z < 1 {
			gradient[i] = -label
		}
		if !(z >= 1) {
			total += float64(1 - z)
		}
	}
	return T(total)
}

func squaredHingeGeneric[T kernels.Float](gradient, curvature, x, y []T) (sum T) {
	total := 0.0
	for i, m := range x {
		label, short, second := y[i], T(0), T(0)
		z := T(m * label)
		if !(z >= 1) {
			short = 1 - z
		}
		if z < 1 {
			second = 1
		}
		gradient[i], curvature[i] = -label*short, second
		total += float64(float64(short) * float64(short))
	}
	return T(total / 2)
}
