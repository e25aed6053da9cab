package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// lipschitzStep is the (proximal) gradient step with 1/L_b.
func (it *Iteration) lipschitzStep() func(Block) error {
	var w workspace
	constants := make([]float64, len(it.Blocks.Fixed))
	return func(block Block) error {
		w.begin(it, block.Variables)
		var l float64
		if block.Number < 0 {
			l = it.blockLipschitz(block)
		} else {
			if constants[block.Number] == 0 {
				constants[block.Number] = it.blockLipschitz(block)
			}
			l = constants[block.Number]
		}
		vec.Fill(w.steps, 1/l)
		it.Regulariser.Step(w.z, w.x, w.g, w.steps, block.Variables)
		it.Point.Move(block.Variables, w.z)
		return nil
	}
}

// mostDoublings of an estimated constant: from the smallest normal number to the largest takes twice as many.
const mostDoublings = 1100

// roundingOf is what the value of f may be off by in a comparison, as a share of it.
const roundingOf = 1e-14

// estimatedStep doubles L_b until f(x+d) <= f(x) + g_b'd + L_b*|d|^2/2, which for d = -g_b/L_b is a fall by |g_b|^2/(2*L_b).
func (it *Iteration) estimatedStep() func(Block) error {
	var w workspace
	shares := make([]float64, it.Size()) // of L_i in the estimate
	for i, l := range it.Lipschitz {
		shares[i] = min(1, 1/l) // they never fall: beginning above what is needed would shorten all steps
	}
	return func(block Block) error {
		w.begin(it, block.Variables)
		l, trace := 0.0, 0.0
		for _, i := range block.Variables {
			l = max(l, shares[i]*it.Lipschitz[i])
			trace += it.Lipschitz[i]
		}
		f, start := it.Point.Value(), it.Regulariser.Value(w.x, block.Variables)
		slack := roundingOf * (math.Abs(f) + math.Abs(start))
		try := trial{it: it, block: block.Variables}
		for range mostDoublings {
			vec.Fill(w.steps, 1/l)
			it.Regulariser.Step(w.z, w.x, w.g, w.steps, block.Variables)
			vec.Sub(w.d, w.z, w.x)
			model := f + vec.Dot(w.g, w.d) + l/2*vec.SumSquares(w.d) + it.Regulariser.Value(w.z, block.Variables)
			if try.to(w.z) <= model+slack || l >= trace && w.falls(it, block.Variables, l) {
				break
			}
			try.reject(w.z)
			l *= 2
		}
		share := l / it.floor(block.Variables)
		for _, i := range block.Variables {
			shares[i] = max(shares[i], share)
		}
		return nil
	}
}

// falls reports whether the slope along d, from x to where the point is now, has grown by 2*L_b*|d|^2 at most, with which the objective does
// not rise. Where L_b is no less than the trace of the bound, which suffices for convex functions, it decides whether a value too large is
// but rounding of terms that cancel: what was doubled for that would stay, and end the iteration early. Slopes tell it long after values
// cannot (Hager and Zhang, A new conjugate gradient method with guaranteed descent and an efficient line search, 2005).
func (w *workspace) falls(it *Iteration, block []int32, l float64) bool {
	slope := make([]float64, len(block))
	it.Point.Gradient(slope, block)
	return vec.Dot(slope, w.d)-vec.Dot(w.g, w.d) <= 2*l*vec.SumSquares(w.d)
}
