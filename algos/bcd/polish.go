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

// newtonSteps of the model within one piece.
const newtonSteps = 8

// polish takes Newton steps for the groups that are not zero, as if they stayed so, and accepts where they end if that is the minimiser of
// the model: no derivative is left, and no other group wants to move.
func (r *grouped) polish(z, slope []float64, h Matrix, groups [][]int) bool {
	var free []int
	var parts [][2]int // of free, one a group
	for _, places := range groups {
		for _, t := range places {
			if z[t] != 0 {
				parts = append(parts, [2]int{len(free), len(free) + len(places)})
				free = append(free, places...)
				break
			}
		}
	}
	n := len(free)
	next, gradient := append([]float64(nil), z...), append([]float64(nil), slope...)
	largest := 0.0
	for _, v := range slope {
		largest = max(largest, math.Abs(v))
	}
	slack := polishSlack * (largest + r.lambda)
	part, d, x := newMatrix(n), make([]float64, n), make([]float64, n)
	for range newtonSteps {
		x = gatherAt(x, next, free)
		for a, t := range free {
			d[a] = -gradient[t]
			for b, u := range free {
				part.Set(a, b, h.At(t, u))
			}
		}
		for _, g := range parts {
			norm := vec.Norm2(x[g[0]:g[1]])
			if norm == 0 {
				return false
			}
			for a := g[0]; a < g[1]; a++ {
				d[a] -= r.lambda * x[a] / norm
				for b := g[0]; b < g[1]; b++ {
					part.Set(a, b, part.At(a, b)-r.lambda*x[a]*x[b]/(norm*norm*norm))
				}
				part.Set(a, a, part.At(a, a)+r.lambda/norm)
			}
		}
		if n == 0 || max(vec.Max(d), -vec.Min(d)) <= slack {
			break
		}
		factorised(part).solve(d)
		for a, t := range free {
			next[t] += d[a]
			vec.Axpy(d[a], h.Row(t), gradient)
		}
		vec.Fill(d, math.Inf(1)) // unless the loop comes round to form it
	}
	if n > 0 && !(max(vec.Max(d), -vec.Min(d)) <= slack) {
		return false
	}
	for _, places := range groups {
		x = gatherAt(x, next, places)
		if vec.Norm2(x) > 0 {
			continue
		}
		if x = gatherAt(x, gradient, places); vec.Norm2(x) > r.lambda+slack {
			return false
		}
	}
	copy(z, next)
	return true
}

// gatherAt sets dst to the elements of x at some places.
func gatherAt(dst, x []float64, places []int) []float64 {
	dst = dst[:0]
	for _, t := range places {
		dst = append(dst, x[t])
	}
	return dst
}
