package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// polishSlack is what a derivative of the model may be off by at the end, as a share of the largest and of the weight of the regulariser.
const polishSlack = 1e-10

// polish solves for the variables that are neither zero nor at a bound, as if they kept their signs, and accepts the solution if it is the
// minimiser of the model: signs and bounds hold, and no other variable wants to move.
func (r separable) polish(z, slope []float64, h Matrix, block []int32) bool {
	var free []int
	for t, v := range z {
		if (v != 0 || r.L1 == 0) && v > r.lowest(block[t]) && v < r.highest(block[t]) {
			free = append(free, t)
		}
	}
	n := len(free)
	part, d := newMatrix(n), make([]float64, n)
	for a, t := range free {
		d[a] = -slope[t] - r.L2*z[t] - math.Copysign(r.L1, z[t])
		for b, u := range free {
			part.Set(a, b, h.At(t, u))
		}
		part.Set(a, a, part.At(a, a)+r.L2)
	}
	if n > 0 {
		factorised(part).solve(d)
	}
	next, gradient := append([]float64(nil), z...), append([]float64(nil), slope...)
	for a, t := range free {
		next[t] += d[a]
		if r.L1 > 0 && next[t]*z[t] <= 0 || next[t] <= r.lowest(block[t]) || next[t] >= r.highest(block[t]) {
			return false
		}
		vec.Axpy(d[a], h.Row(t), gradient)
	}
	largest := 0.0
	for _, v := range slope {
		largest = max(largest, math.Abs(v))
	}
	slack := polishSlack * (largest + r.L1)
	for t, v := range next {
		rise, fall := gradient[t]+r.L2*v, gradient[t]+r.L2*v // one-sided derivatives
		if v >= 0 {
			rise += r.L1
		} else {
			rise -= r.L1
		}
		if v > 0 {
			fall += r.L1
		} else {
			fall -= r.L1
		}
		if v < r.highest(block[t]) && rise < -slack || v > r.lowest(block[t]) && fall > slack {
			return false
		}
	}
	copy(z, next)
	return true
}
