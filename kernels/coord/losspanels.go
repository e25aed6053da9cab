package coord

import (
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

// The losses of one panel. gradient and curvature may be an operand, so an element is read before either is written.

func logistic[T kernels.Float](gradient, curvature, margin, label []T, _ T) T {
	n := len(margin)
	memory := scratch.Get[T](3 * n)
	defer memory.Release()
	z, e, l := memory.Data[:n], memory.Data[n:2*n], memory.Data[2*n:]
	for i, m := range margin {
		z[i] = m * label[i]
		e[i] = -magnitude(z[i])
	}
	lse.Exp(e, e)
	lse.Log1p(l, e)
	sum := 0.0
	for i, v := range e {
		inverse := 1 / (1 + v)
		s, loss := inverse, l[i] // s is 1/(1 + exp(z))
		switch {
		case z[i] > 0:
			s = v * inverse
		default:
			loss -= z[i]
		}
		gradient[i], curvature[i] = -label[i]*s, v*inverse*inverse
		sum += float64(loss)
	}
	return T(sum)
}

func squared[T kernels.Float](gradient, curvature, prediction, target []T, _ T) T {
	sum := 0.0
	for i, p := range prediction {
		d := p - target[i]
		sum += float64(d) * float64(d)
		gradient[i], curvature[i] = d, 1
	}
	return T(sum / 2)
}

func huber[T kernels.Float](gradient, curvature, prediction, target []T, delta T) T {
	sum := 0.0
	for i, p := range prediction {
		d := p - target[i]
		clamped, second := d, T(1)
		switch {
		case d > delta:
			clamped, second = delta, 0
		case d < -delta:
			clamped, second = -delta, 0
		case d != d:
			second = 0
		}
		// |clamped| is the slope, and the loss lies above its tangent through 0 by half of what was cut off.
		sum += float64(clamped) * (float64(d) - float64(clamped)/2)
		gradient[i], curvature[i] = clamped, second
	}
	return T(sum)
}

func hinge[T kernels.Float](gradient, curvature, margin, label []T, _ T) T {
	sum := 0.0
	for i, m := range margin {
		y, short := label[i], T(0)
		gradient[i], curvature[i] = 0, 0
		if z := m * y; !(z >= 1) {
			short = 1 - z
			if z < 1 {
				gradient[i] = -y
			}
		}
		sum += float64(short)
	}
	return T(sum)
}

func squaredHinge[T kernels.Float](gradient, curvature, margin, label []T, _ T) T {
	sum := 0.0
	for i, m := range margin {
		y, short, second := label[i], T(0), T(0)
		if z := m * y; !(z >= 1) {
			short = 1 - z
			if z < 1 {
				second = 1
			}
		}
		gradient[i], curvature[i] = -y*short, second
		sum += float64(short) * float64(short)
	}
	return T(sum / 2)
}
