package linear

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// positivePenalty refuses zero.
func positivePenalty(lambda float64) error {
	if lambda == 0 {
		return fmt.Errorf("linear: lambda = 0: %w", ErrUnbounded)
	}
	return nil
}

// measure forms the objective and the best dual value at hand. The dual variable of sample i is a_i in [0, 1], and the value
//
//	sum_i u_i*H(a_i) - l2*|e|^2/2   where  |sum_i u_i*s_i*a_i*z_ij - l2*e_j| <= l1,
//
// with the entropy H(a) = -a*log a - (1-a)*log(1-a); with an intercept sum_i u_i*s_i*a_i = 0, which its best place ensures.
// At hand are multiples of the probability of the other class, with e the same multiple of b or, where l2 > 0, the best e.
func (q *logistic) measure() state {
	in := &q.in
	var s state
	square := 0.0 // times l2, as in quadratic.measure
	for _, b := range q.b {
		square += in.l2 * b * b
	}
	s.primal = q.loss() + in.l1*vec.AbsSum(q.b) + square/2
	excess := 0.0
	for j, c := range q.c {
		if q.gone[j] || q.inverse[j] == 0 {
			continue
		}
		d := c - in.l2*q.b[j]
		if !in.positive {
			c, d = math.Abs(c), math.Abs(d)
		}
		if over := c - in.l1; over > 0 && in.l2 > 0 {
			excess += over / in.l2 * over
		}
		s.worst = max(s.worst, d)
	}
	s.scale = 1
	if s.worst > in.l1 {
		s.scale = in.l1 / s.worst
	}
	s.dual = q.entropy(s.scale) - s.scale*s.scale*square/2
	s.radius = math.Sqrt(max(s.primal-s.dual, 0))
	if in.l2 > 0 {
		s.dual = max(s.dual, q.entropy(1)-excess/2)
	}
	return s
}

// entropy is sum_i u_i*H(scale*wrong_i).
func (q *logistic) entropy(scale float64) float64 {
	if scale == 0 {
		return 0
	}
	w := &q.work
	n := q.samples
	w.scratch, w.a, w.logs = resized(w.scratch, n), resized(w.a, n), resized(w.logs, n)
	sum := 0.0
	// a*log a with log a = log(scale) - softplus(-margin)
	for i, m := range q.margin {
		w.a[i] = -m
	}
	lse.Softplus(w.logs, w.a)
	shift := math.Log(scale)
	for i, p := range q.wrong {
		w.a[i] = scale * p
		if p > 0 {
			sum -= q.u[i] * w.a[i] * (shift - w.logs[i])
		}
		w.scratch[i] = -w.a[i]
	}
	if scale == 1 { // log(1-a) = -softplus(margin)
		lse.Softplus(w.logs, q.margin)
		for i, a := range w.wrongRight(q) {
			sum += q.u[i] * a * w.logs[i]
		}
		return sum
	}
	lse.Log1p(w.logs, w.scratch)
	for i, a := range w.a {
		if a < 1 {
			sum -= q.u[i] * (1 - a) * w.logs[i]
		}
	}
	return sum
}

// wrongRight is the probability of the right class, without the cancellation of 1-a.
func (w *newtonWork) wrongRight(q *logistic) []float64 {
	for i, m := range q.margin {
		w.scratch[i] = -m
	}
	lse.Sigmoid(w.a, w.scratch)
	return w.a
}

// screen is quadratic.screen: the dual is strongly concave with 4 in the norm weighted with 1/u, for H” <= -4.
func (q *logistic) screen(s state) (excluded int) {
	in := &q.in
	for j, c := range q.c {
		if q.inverse[j] == 0 {
			continue
		}
		if q.b[j] == 0 && !q.gone[j] {
			reach := s.radius * math.Sqrt(q.norm[j]*q.norm[j]/2+2*in.l2)
			q.gone[j] = s.scale*math.Abs(c)+reach < in.l1*(1-1e-10)
		}
		if q.gone[j] {
			excluded++
		}
	}
	return excluded
}
