package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/vec"
)

// loss is phi of a model f(x) = sum_i phi_i(z_i) with z = A*x, of k channels a row.
type loss interface {
	// value is the sum over all rows.
	value(z []float64) float64
	// slopes sets w to the derivatives, for the rows from first up to end.
	slopes(w, z []float64, first, end int)
	// weights sets v[i] to the second derivative of row i in channels c and e, given the slopes; nil is all ones.
	weights(v, w []float64, c, e int) []float64
	// bound is the factor of A'A that bounds the Hessian within one channel; sharing is what is subtracted, over the number of
	// channels at hand, across channels.
	bound(same bool, present int) float64
	// conjugate is the sum of phi* at scale*w.
	conjugate(scale float64, w []float64) float64
}

// squared is (z-b)^2/2.
type squared struct{ b []float64 }

func (l squared) value(z []float64) float64 { return coord.Squared(nil, nil, z, l.b) }

func (l squared) slopes(w, z []float64, first, end int) {
	vec.Sub(w[first:end], z[first:end], l.b[first:end])
}

func (l squared) weights(_, _ []float64, _, _ int) []float64 { return nil }
func (l squared) bound(bool, int) float64                    { return 1 }

// conjugate of (z-b)^2/2 is u^2/2 + b*u.
func (l squared) conjugate(scale float64, w []float64) float64 {
	return scale * (scale*vec.SumSquares(w)/2 + vec.Dot(l.b, w))
}

// logistic is log(1 + exp(-b*z)) for labels b of -1 and 1.
type logistic struct{ b []float64 }

func (l logistic) value(z []float64) float64 { return coord.Logistic(nil, nil, z, l.b) }

func (l logistic) slopes(w, z []float64, first, end int) {
	coord.Logistic(w[first:end], nil, z[first:end], l.b[first:end])
}

// weights: a slope is the probability of the other label, up to its sign.
func (l logistic) weights(v, w []float64, _, _ int) []float64 {
	for i, s := range w {
		p := math.Abs(s)
		v[i] = p * (1 - p)
	}
	return v
}

func (l logistic) bound(bool, int) float64 { return 0.25 }

// conjugate of log(1+exp(-b*z)) at -b*p is p*log(p) + (1-p)*log(1-p).
func (l logistic) conjugate(scale float64, w []float64) (sum float64) {
	for _, s := range w {
		p := scale * math.Abs(s)
		sum += entropy(p) + entropy(1-p)
	}
	return sum
}

// entropy is p*log(p), 0 at 0 and just below it.
func entropy(p float64) float64 {
	if p <= 0 {
		return 0
	}
	return p * math.Log(p)
}

// softmax is log(sum_c exp(z_c)) - z_y for classes y.
type softmax struct {
	classes int
	y       []int32
}

func (l softmax) value(z []float64) float64 {
	none := Matrix{}
	return coord.Softmax(none, none, channels(z, len(l.y), l.classes), l.y)
}

func (l softmax) slopes(w, z []float64, first, end int) {
	k, none := l.classes, Matrix{}
	coord.Softmax(channels(w[first*k:end*k], end-first, k), none, channels(z[first*k:end*k], end-first, k), l.y[first:end])
}

func (l softmax) weights(v, w []float64, c, e int) []float64 {
	probability := func(i, c int) float64 {
		p := w[i*l.classes+c]
		if int(l.y[i]) == c {
			p++
		}
		return p
	}
	for i := range v {
		if c == e {
			p := probability(i, c)
			v[i] = p * (1 - p)
		} else {
			v[i] = -probability(i, c) * probability(i, e)
		}
	}
	return v
}

// bound is that of Böhning, with the classes that are absent taken for one.
func (l softmax) bound(same bool, present int) float64 {
	share := 1 / float64(min(l.classes, present+1))
	if same {
		return 0.5 * (1 - share)
	}
	return -0.5 * share
}

// conjugate at q - e_y, with q in the simplex, is the sum of q*log(q).
func (l softmax) conjugate(scale float64, w []float64) (sum float64) {
	for i, y := range l.y {
		for c, s := range w[i*l.classes : (i+1)*l.classes] {
			q := scale * s
			if c == int(y) {
				q++
			}
			sum += entropy(q)
		}
	}
	return sum
}
