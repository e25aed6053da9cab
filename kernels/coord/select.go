package coord

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// selectPanel is the number of elements that one call of assembly goes through: tens of microseconds from main memory, and few
// enough for positions to be exact in float32.
const selectPanel = 1 << 15

// Select returns the coordinate of largest |g[i]|*scale[i], the first where there are several, and that score: the greedy
// rule of Gauss and Southwell (GS) with nil scale, which counts as ones; GSL, that of Nutini and others (2015), with
// scale[i] = 1/sqrt(L[i]) for Lipschitz constants L; and, since squares have the same order, GSD of g^2/D with 1/sqrt(D[i]).
//
// It panics if scale is not nil and the lengths differ. A score of NaN is passed over; where there is no other, or g is empty,
// the index is -1 and the score 0. Scales are not negative. A score is rounded once, and the result is the same at every
// instruction set.
func Select[T kernels.Float](g, scale []T) (index int, score T) {
	if scale == nil {
		first := 0
		for first < len(g) && g[first] != g[first] { // MaxAbsIndex passes over every NaN but one in front
			first++
		}
		if first == len(g) {
			return -1, 0
		}
		index = first + vec.MaxAbsIndex(g[first:])
		return index, magnitude(g[index])
	}
	check.Equal("coord", "Select", "g", len(g), "scale", len(scale))
	best := newBest[T]()
	for begin := 0; begin < len(g); begin += selectPanel {
		end := min(begin+selectPanel, len(g))
		score, i := greatestScaled(g[begin:end], scale[begin:end])
		best.offer(score, begin+i)
	}
	return best.index, best.score
}

// best is the largest score so far.
type best[T kernels.Float] struct {
	score T
	index int
}

func newBest[T kernels.Float]() best[T] { return best[T]{0, -1} }

// offer takes the greatest score of the next panel, which is below 0 if there is none.
func (b *best[T]) offer(score T, index int) {
	if score > b.score || b.index < 0 && score >= 0 {
		b.score, b.index = score, index
	}
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
	for begin := 0; begin < len(dst); begin += selectPanel {
		end := min(begin+selectPanel, len(dst))
		scaledMagnitudes(dst[begin:end], g[begin:end], scale[begin:end])
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
// where the penalty allows it to be, g the gradient of the smooth part there, and steps are 1/L for each coordinate, positive and finite;
// GSS does not read them, and they may then be nil.
//
// It panics if the lengths differ, and for a rule that does not exist or a penalty that makes no sense. NaN is passed over; where there is nothing
// else, or x is empty, the index is -1 and the score 0. Every operation of a score is rounded once, and the result is the same at every
// instruction set.
func SelectProx[T kernels.Float](rule ProxRule, x, g, steps []T, penalty Penalty[T]) (index int, score T) {
	checkProx("SelectProx", rule, x, g, steps, penalty)
	lower, upper := penalty.bounds()
	best := newBest[T]()
	for begin := 0; begin < len(g); begin += selectPanel {
		end := min(begin+selectPanel, len(g))
		var score T
		var i int
		switch rule {
		case GSS:
			score, i = greatestSlope(g[begin:end], x[begin:end], penalty.L1, penalty.L2, lower, upper, penalty.ridge())
		case GSR:
			score, i = greatestStep(g[begin:end], x[begin:end], steps[begin:end], penalty.L1, penalty.L2, lower, upper, penalty.ridge())
		default:
			score, i = greatestGain(g[begin:end], x[begin:end], steps[begin:end], penalty.L1, penalty.L2, lower, upper, penalty.ridge())
		}
		best.offer(score, begin+i)
	}
	return best.index, best.score
}

// ScoresProx sets dst to the scores that [SelectProx] compares, for [TopK].
//
// It panics if the lengths differ, and for a rule that does not exist or a penalty that makes no sense. dst may be exactly any of the operands.
func ScoresProx[T kernels.Float](dst []T, rule ProxRule, x, g, steps []T, penalty Penalty[T]) {
	check.Equal("coord", "ScoresProx", "dst", len(dst), "x", len(x))
	checkProx("ScoresProx", rule, x, g, steps, penalty)
	lower, upper := penalty.bounds()
	for begin := 0; begin < len(g); begin += selectPanel {
		end := min(begin+selectPanel, len(g))
		switch rule {
		case GSS:
			slopes(dst[begin:end], g[begin:end], x[begin:end], penalty.L1, penalty.L2, lower, upper, penalty.ridge())
		case GSR:
			stepLengths(dst[begin:end], g[begin:end], x[begin:end], steps[begin:end], penalty.L1, penalty.L2, lower, upper, penalty.ridge())
		default:
			gains(dst[begin:end], g[begin:end], x[begin:end], steps[begin:end], penalty.L1, penalty.L2, lower, upper, penalty.ridge())
		}
	}
}

func checkProx[T kernels.Float](function string, rule ProxRule, x, g, steps []T, penalty Penalty[T]) {
	check.Equal("coord", function, "x", len(x), "g", len(g))
	if rule != GSS || steps != nil {
		check.Equal("coord", function, "x", len(x), "steps", len(steps))
	}
	if rule > GSQ {
		check.Panic("coord", function, fmt.Sprintf("rule=%d: want GSS, GSR or GSQ", rule))
	}
	penalty.check(function)
}
