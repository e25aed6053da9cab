package vec

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// AdamFactors are the numbers that [AdamStep] multiplies with, for the rates beta1 and beta2 of the averages at step t, from 1.
type AdamFactors[T kernels.Float] struct {
	Past1, Part1 T // weights of the average and of the gradient: beta1 and 1 - beta1
	Past2, Part2 T // the same for the squares: beta2 and 1 - beta2
	Keep         T // what stays of the weights: 1, or with decoupled decay 1 - rate*decay
	Rate         T // rate/(1 - beta1^t)
	Root         T // 1/sqrt(1 - beta2^t)
	Epsilon      T // keeps the divisor from zero
}

// AdamStep updates weights by Adam (Kingma and Ba, Adam: a method for stochastic optimization, 2015; with Keep that of Loshchilov and
// Hutter, Decoupled weight decay regularization, 2019) in one pass over weights w, gradient g and the averages of its elements and of
// their squares:
//
//	first[i]  = Past1*first[i] + Part1*g[i]
//	second[i] = Past2*second[i] + Part2*g[i]*g[i]
//	w[i]      = Keep*w[i] - Rate*first[i] / (Root*sqrt(second[i]) + Epsilon)
//
// every operation rounded once. A square that overflows makes second[i] infinite, and it stays so; where second[i] is negative the
// weight becomes NaN.
//
// It panics if the lengths differ. The four slices must not overlap.
func AdamStep[T kernels.Float](w, first, second, g []T, f AdamFactors[T]) {
	adamStep(w, first, second, g, f.Past1, f.Part1, f.Past2, f.Part2, f.Keep, f.Rate, f.Root, f.Epsilon)
}

func adamStepUncommon[T kernels.Float](w, first, second, g []T, past1, part1, past2, part2, keep, rate, root, epsilon T) {
	check.Equal("vec", "AdamStep", "w", len(w), "first", len(first))
	check.Equal("vec", "AdamStep", "w", len(w), "second", len(second))
	check.Equal("vec", "AdamStep", "w", len(w), "g", len(g))
	for begin := 0; begin < len(w); begin += panel {
		end := panelEnd(begin, len(w), panel)
		adamStep(w[begin:end], first[begin:end], second[begin:end], g[begin:end], past1, part1, past2, part2, keep, rate, root, epsilon)
	}
}
