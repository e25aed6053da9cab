package coord

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Select returns the coordinate of largest |g[i]|*scale[i], the first where there are several, and that score: the greedy
// rule of Gauss and Southwell with nil scale, which counts as ones; GSL, that of Nutini and others (2015), with
// scale[i] = 1/sqrt(L[i]) for Lipschitz constants L; and, since squares have the same order, GSD of g^2/D with 1/sqrt(D[i]).
//
// It panics if scale is not nil and the lengths differ. A score of NaN is passed over; where there is no other, or g is empty,
// the index is -1 and the score 0. Scales are not negative. A score is rounded once.
func Select[T kernels.Float](g, scale []T) (index int, score T) {
	if scale != nil {
		check.Equal("coord", "Select", "g", len(g), "scale", len(scale))
	}
	best := T(-1)
	index = -1
	for i, v := range g {
		s := magnitude(v)
		if scale != nil {
			s *= scale[i]
		}
		if s > best {
			index, best = i, s
		}
	}
	return index, max(best, 0)
}

// Scores sets dst[i] = |g[i]|*scale[i], the scores that [Select] compares, for [TopK].
//
// It panics if the lengths differ; scale may be nil, which counts as ones. dst may be exactly g or scale.
func Scores[T kernels.Float](dst, g, scale []T) {
	check.Equal("coord", "Scores", "dst", len(dst), "g", len(g))
	if scale == nil {
		for i, v := range g {
			dst[i] = magnitude(v)
		}
		return
	}
	check.Equal("coord", "Scores", "dst", len(dst), "scale", len(scale))
	for i, v := range g {
		dst[i] = magnitude(v) * scale[i]
	}
}

// ProxRule is how greedy selection with a [Penalty] scores a coordinate (Nutini, Schmidt, Laradji, Friedlander, Koepke 2015,
// section 8). Without a penalty GSS is the rule of Gauss and Southwell, and the others are weighted forms of it.
type ProxRule uint8

const (
	// GSS scores by the least magnitude of a subgradient of the objective along the coordinate.
	GSS ProxRule = iota
	// GSR scores by the length of the proximal step, |prox(x - s*g) - x| for a step s = 1/L.
	GSR
	// GSQ scores by what the proximal step gains in the quadratic upper bound of the objective,
	// -(g*d + d^2/(2*s) + penalty(x+d) - penalty(x)).
	GSQ
)

// SelectProx returns the coordinate of the largest score by that rule, the first where there are several, and its score. x is
// where the penalty allows it to be, g the gradient of the smooth part there, and steps are 1/L for each coordinate; GSS does
// not read them, and they may then be nil.
//
// It panics if the lengths differ, and for a penalty that makes no sense. NaN is passed over; where there is nothing else, or
// x is empty, the index is -1 and the score 0.
func SelectProx[T kernels.Float](rule ProxRule, x, g, steps []T, penalty Penalty[T]) (index int, score T) {
	checkProx("SelectProx", rule, x, g, steps, penalty)
	r := proxScore[T]{rule: rule, penalty: penalty}
	r.lower, r.upper = penalty.bounds()
	best := T(-1)
	index = -1
	for i, v := range x {
		if s := r.score(v, g[i], stepOf(steps, i)); s > best {
			index, best = i, s
		}
	}
	return index, max(best, 0)
}

// ScoresProx sets dst to the scores that [SelectProx] compares, for [TopK].
//
// It panics if the lengths differ, and for a penalty that makes no sense. dst may be exactly any of the operands.
func ScoresProx[T kernels.Float](dst []T, rule ProxRule, x, g, steps []T, penalty Penalty[T]) {
	check.Equal("coord", "ScoresProx", "dst", len(dst), "x", len(x))
	checkProx("ScoresProx", rule, x, g, steps, penalty)
	r := proxScore[T]{rule: rule, penalty: penalty}
	r.lower, r.upper = penalty.bounds()
	for i, v := range x {
		dst[i] = r.score(v, g[i], stepOf(steps, i))
	}
}

func checkProx[T kernels.Float](function string, rule ProxRule, x, g, steps []T, penalty Penalty[T]) {
	check.Equal("coord", function, "x", len(x), "g", len(g))
	if rule != GSS || steps != nil {
		check.Equal("coord", function, "x", len(x), "steps", len(steps))
	}
	if rule > GSQ {
		check.Panic("coord", function, "no such rule")
	}
	penalty.check(function)
}

func stepOf[T kernels.Float](steps []T, i int) T {
	if steps == nil {
		return 1
	}
	return steps[i]
}

// proxScore is a rule with its penalty.
type proxScore[T kernels.Float] struct {
	rule         ProxRule
	penalty      Penalty[T]
	lower, upper T
}

// score is not negative, or NaN.
func (r *proxScore[T]) score(x, g, step T) T {
	p := &r.penalty
	switch r.rule {
	case GSR:
		return magnitude(p.prox(x-T(step*g), step, r.lower, r.upper) - x)
	case GSQ:
		d := p.prox(x-T(step*g), step, r.lower, r.upper) - x
		moved := x + d
		gain := T(p.L1*(magnitude(x)-magnitude(moved))) - T(p.L2/2*T(d*(moved+x))) - T(d*(g+T(d/(2*step))))
		return max(gain, 0)
	}
	g += T(p.L2 * x)
	switch {
	case x > 0:
		g += p.L1
	case x < 0:
		g -= p.L1
	default:
		g = soft(g, p.L1)
	}
	if x <= r.lower && g > 0 || x >= r.upper && g < 0 {
		return 0 // the bound pushes back
	}
	return magnitude(g)
}

// magnitude is |x|.
func magnitude[T kernels.Float](x T) T { return T(math.Abs(float64(x))) }
