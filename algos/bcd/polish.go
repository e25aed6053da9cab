package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// polishSlack is what a derivative of the model may be off by at the end, as a share of the largest and of the weight of the regulariser.
const polishSlack = 1e-10

// polish takes up to so many Newton steps on the variables that are neither zero nor at a bound, as if they kept their signs, and reports whether that
// led to the minimiser of the model: no variable wants to move. A step ends where the first of them comes to zero or a bound, and stays there until
// sweeps say otherwise (Lawson and Hanson, Solving least squares problems, 1974; Lee, Battle, Raina and Ng, Efficient sparse coding algorithms, 2007): the
// model falls with each, also where the matrix is singular and the regulariser alone tells which are zero.
func (r separable) polish(z, slope []float64, h Matrix, block []int32, times int) bool {
	slack := polishSlack * (max(vec.Max(slope), -vec.Min(slope)) + r.L1)
	for range times {
		free := r.inside(z, block)
		if len(free) == 0 {
			break
		}
		if r.newton(z, slope, h, block, free) {
			continue
		}
		least := max(slack, modelRounding(slope, h, z, r.L2))
		if worst, inside := r.wants(z, slope, block, free); inside <= least {
			return worst <= least
		}
	}
	worst, _ := r.wants(z, slope, block, nil)
	return worst <= slack
}

// inside is the places of the variables around which the regulariser is smooth.
func (r separable) inside(z []float64, block []int32) (free []int) {
	for t, v := range z {
		if (v != 0 || r.L1 == 0) && v > r.lowest(block[t]) && v < r.highest(block[t]) {
			free = append(free, t)
		}
	}
	return free
}

// newton moves the free variables by a Newton step, as far as to the first zero or bound on the way, which it reports.
func (r separable) newton(z, slope []float64, h Matrix, block []int32, free []int) (cut bool) {
	n := len(free)
	part, d := newMatrix(n), make([]float64, n)
	for a, t := range free {
		d[a] = -slope[t] - r.L2*z[t]
		if r.L1 > 0 {
			d[a] -= math.Copysign(r.L1, z[t])
		}
		for b, u := range free {
			part.Set(a, b, h.At(t, u))
		}
		part.Set(a, a, part.At(a, a)+r.L2)
	}
	factorised(part).solve(d)
	length, last, end := 1.0, -1, 0.0
	for a, t := range free {
		low, high := r.lowest(block[t]), r.highest(block[t])
		if r.L1 > 0 && z[t] > 0 {
			low = max(low, 0)
		} else if r.L1 > 0 {
			high = min(high, 0)
		}
		limit := high
		if d[a] < 0 {
			limit = low
		}
		if room := (limit - z[t]) / d[a]; room <= length { // a NaN has none
			length, last, end = room, a, limit
		}
	}
	for a, t := range free {
		to := z[t] + length*d[a]
		if a == last {
			to = end
		}
		vec.Axpy(to-z[t], h.Row(t), slope)
		z[t] = to
	}
	return last >= 0
}

// wants is by how much the derivatives of the model say that variables want to move, of all and of some of them.
func (r separable) wants(z, slope []float64, block []int32, free []int) (worst, inside float64) {
	for t, v := range z {
		rise, fall := slope[t]+r.L2*v, slope[t]+r.L2*v // one-sided derivatives
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
		want := 0.0
		if v < r.highest(block[t]) {
			want = max(want, -rise)
		}
		if v > r.lowest(block[t]) {
			want = max(want, fall)
		}
		worst = max(worst, want)
		if len(free) > 0 && free[0] == t {
			inside, free = max(inside, want), free[1:]
		}
	}
	return worst, inside
}

// modelRounding is what the derivatives slope + l2*z of a model may be off by because their terms, products with H among them, are rounded.
func modelRounding(slope []float64, h Matrix, z []float64, l2 float64) (most float64) {
	for t := range z {
		terms := math.Abs(slope[t]) + l2*math.Abs(z[t])
		for u, v := range h.Row(t) {
			terms += math.Abs(v * z[u])
		}
		most = max(most, 0x1p-52*terms)
	}
	return most
}
