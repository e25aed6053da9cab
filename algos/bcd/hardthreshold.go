package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// thresholdSteps of iterative hard thresholding, and of the search for the gain of a block with a regulariser.
const (
	thresholdSteps  = 10
	thresholdChange = 1e-10
)

// quadraticGreedy is GSQ and GSN.
func (it *Iteration) quadraticGreedy(rule Greedy) (func() Block, error) {
	if it.Blocks.Fixed != nil {
		if longest := it.Blocks.longest(it.Size()); longest > mostSolved && it.systems() == nil {
			return nil, combination("%v with a block of %d variables, more than %d", rule, longest, mostSolved)
		}
		return it.blockGains(rule), nil
	}
	size := it.Blocks.Size
	if size == 0 {
		return nil, combination("%v with a partition that leaves the size of a block open", rule)
	}
	if _, ok := it.Regulariser.(separable); !ok {
		return nil, combination("%v with Variable and %v", rule, it.Regulariser)
	}
	h := &hardThreshold{it: it, kept: make([]int32, size)}
	if problem, ok := it.Problem.(Multiplier); ok {
		h.bound = problem.MulBound
	}
	if point, ok := it.Point.(HessianMultiplier); ok && rule == GSN {
		h.multiply = point.MulHessian
	} else if rule == GSQ {
		h.multiply = h.bound
	}
	if h.multiply == nil {
		return nil, combination("%v with Variable and a problem that cannot be multiplied with", rule)
	}
	for _, v := range []*[]float64{&h.roots, &h.steps, &h.d, &h.next, &h.product} {
		*v = make([]float64, it.Size())
	}
	for i, l := range it.Lipschitz {
		h.roots[i] = math.Sqrt(l)
	}
	return func() Block { return it.formed(h.scores()) }, nil
}

// hardThreshold looks for the d with few elements that minimises g'd + d'Hd/2 + R(x+d) - R(x), by projected (proximal) gradient steps
// onto the vectors with so many elements (Blumensath and Davies, Iterative hard thresholding for compressed sensing, 2009). It does
// so for the variables sqrt(L_i)*d_i, in which all have the same curvature: otherwise those that are measured in small
// units would always be kept.
type hardThreshold struct {
	it               *Iteration
	multiply         func(dst, d []float64) // with H
	bound            func(dst, d []float64) // with the bound of the Hessian; nil where there is none
	roots, steps     []float64              // sqrt(L_i), and the step length over L_i once the curvature is known
	d, next, product []float64
	kept             []int32
}

// begin finds the step length: 1 over the largest eigenvalue of the scaled bound, also for GSN: with that of the Hessian at the first
// point the search would diverge wherever the Hessian is larger later, and come up with the same block again and again, which has
// nothing left to gain. A step stays among the elements of two blocks, and a submatrix of so many
// rows, with ones on its diagonal at most, has no larger eigenvalue than their number: where columns are correlated that allows far
// longer steps.
func (h *hardThreshold) begin() {
	curvature := float64(2 * len(h.kept))
	if h.bound != nil {
		greatest := greatestCurvature(len(h.d), func(dst, d []float64) {
			vec.Div(h.next, d, h.roots)
			h.bound(dst, h.next)
			vec.Div(dst, dst, h.roots)
		})
		if greatest > 0 {
			curvature = min(curvature, greatest)
		}
	}
	vec.AddScaled(h.steps, 1/curvature, h.it.steps, 0, h.it.steps)
}

// scores is the magnitudes of sqrt(L_i)*d_i: zero outside the block that was found.
func (h *hardThreshold) scores() []float64 {
	it := h.it
	g, x := it.Gradient(), it.Point.X()
	if h.steps[0] == 0 {
		h.begin()
	}
	// The start is the best guess without products: the variables that gain most alone, each with its own step.
	it.separate.scores(h.next, coord.GSQ, x, g, it.steps, it.all)
	kept := h.kept[:coord.TopK(h.kept, h.next)]
	it.Regulariser.Step(h.next, x, g, it.steps, it.all)
	vec.Sub(h.next, h.next, x)
	h.keep(kept)
	for range thresholdSteps {
		h.multiply(h.product, h.d)
		vec.Add(h.product, h.product, g)
		vec.Add(h.next, x, h.d)
		it.Regulariser.Step(h.next, h.next, h.product, h.steps, it.all)
		vec.Sub(h.next, h.next, x)
		coord.Scores(h.product, h.next, h.roots)
		kept = h.kept[:coord.TopK(h.kept, h.product)]
		copy(h.product, h.d)
		h.keep(kept)
		vec.Sub(h.product, h.product, h.d)
		if vec.Norm2(h.product) < thresholdChange {
			break
		}
	}
	coord.Scores(h.d, h.d, h.roots)
	return h.d
}

// keep makes d of the elements of next that are kept, and zeros.
func (h *hardThreshold) keep(kept []int32) {
	clear(h.d)
	for _, i := range kept {
		h.d[i] = h.next[i]
	}
}

// blockGains scores fixed blocks by what they can gain in the quadratic model.
func (it *Iteration) blockGains(rule Greedy) func() Block {
	count := len(it.Blocks.Fixed)
	scores := make([]float64, count)
	constant := rule == GSQ || it.Problem.Quadratic()
	var systems []system
	if constant && it.plain() {
		systems = it.systems()
	}
	bounds := make([]Matrix, count) // of GSQ with a regulariser
	var g, d []float64
	return func() Block {
		gradient := it.Gradient()
		for k, block := range it.Blocks.Fixed {
			g = gather(g, gradient, block)
			if systems != nil {
				d = append(d[:0], g...)
				systems[k].solve(d)
				scores[k] = vec.Dot(g, d)
				continue
			}
			h := bounds[k]
			if h.Data == nil {
				h = newMatrix(len(block))
				if constant {
					it.Problem.Bound(h, block)
					bounds[k] = h
				} else {
					it.Point.Hessian(h, block)
				}
			}
			scores[k] = it.modelGain(h, g, block)
		}
		return it.highest(scores)
	}
}

// modelGain is twice what d can gain in the model g'd + d'Hd/2 + R(x+d) - R(x): without a regulariser the most, otherwise what ten proximal
// gradient steps find. Near the minimum that is lost in the rounding of what cancels, but a step with 1/L gains L/2 times the square of its length
// at least.
func (it *Iteration) modelGain(h Matrix, g []float64, block []int32) float64 {
	if it.plain() {
		d := append([]float64(nil), g...)
		factorised(h).solve(d)
		return vec.Dot(g, d)
	}
	n := len(block)
	x := gather(nil, it.Point.X(), block)
	z, slope, steps := append([]float64(nil), x...), append([]float64(nil), g...), make([]float64, n)
	curvature := max(largestEigenvalue(h), it.least)
	vec.Fill(steps, 1/curvature)
	d, last, least := make([]float64, n), make([]float64, n), 0.0
	for range thresholdSteps {
		copy(last, z)
		it.Regulariser.Step(z, z, slope, steps, block)
		vec.Sub(last, z, last)
		least += curvature * vec.SumSquares(last)
		vec.Sub(d, z, x)
		copy(slope, g)
		matmul.Gemv(matmul.NoTrans, 1, h, d, 1, slope)
	}
	before, after := it.Regulariser.Value(x, block), it.Regulariser.Value(z, block)
	change := (vec.Dot(g, d) + vec.Dot(slope, d)) / 2
	gain := before - after - change
	if gain <= lostShare*(math.Abs(before)+math.Abs(after)+math.Abs(change)) {
		return least
	}
	return 2 * gain
}

// lostShare of the terms of a difference is where it has no more than three digits left.
const lostShare = 1e3 * 0x1p-52
