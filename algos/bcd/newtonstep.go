package bcd

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// newtonStep minimises the model with the Hessian at x and searches along the line to there.
func (it *Iteration) newtonStep(who Step) (func(Block) error, error) {
	var w workspace
	s := it.newSolver()
	forests := it.plain() && it.Problem.Quadratic() && s.graph != nil // a Hessian that is its bound
	check := it.checkDense
	if forests {
		check = s.check
	}
	if err := check(who); err != nil {
		return nil, err
	}
	return func(block Block) error {
		w.begin(it, block.Variables)
		if forests {
			vec.AddScaled(w.d, -1, w.g, 0, w.g)
			s.of(block).solve(w.d)
			vec.Add(w.z, w.x, w.d)
		} else {
			h := s.matrix(len(block.Variables))
			it.Point.Hessian(h, block.Variables)
			it.minimiseModel(w.z, h, w.x, w.g, block.Variables)
		}
		if !it.searchLine(&w, block.Variables) {
			it.boundStep(&w, s, block.Variables)
		}
		return nil
	}, nil
}

// boundStep moves a block by the bound of the Hessian where no step by the Hessian is good: far from the minimum of a logistic loss it is next
// to nothing, and steps are longer than any search is patient.
func (it *Iteration) boundStep(w *workspace, s *solver, block []int32) {
	if it.Problem.Quadratic() {
		return // it is the Hessian
	}
	w.begin(it, block)
	h := s.matrix(len(block))
	it.Problem.Bound(h, block)
	it.minimiseModel(w.z, h, w.x, w.g, block)
	it.Point.Move(block, w.z)
}

// The line search of Armijo: a step is taken if the objective falls by this share of what the slope at its beginning promises.
const (
	armijo       = 1e-10
	mostTrials   = 60
	leastShorter = 0.1 // of an interpolation
	mostShorter  = 0.6
)

// searchLine moves a block from x towards z: all the way if the objective falls enough, otherwise to where a quadratic through two values
// and the slope, and later a cubic through three, has its minimum. Along the line the regulariser is convex, and the slope is
// g'd + R(z) - R(x). It reports whether the block is where it should be.
func (it *Iteration) searchLine(w *workspace, block []int32) bool {
	start := it.Regulariser.Value(w.x, block)
	vec.Sub(w.d, w.z, w.x)
	if !check.Finite(vec.AbsSum(w.d)) {
		return false // a trial there would spoil what the point keeps
	}
	slope := vec.Dot(w.g, w.d) + it.Regulariser.Value(w.z, block) - start
	f := it.Point.Value()
	before := f + start
	slack := roundingOf * (math.Abs(f) + math.Abs(start))
	if slope >= slack { // no way down: the block is where the model has its minimum
		return true
	}
	var alpha, last, lastValue float64 = 1, 0, 0
	try := trial{it: it, block: block}
	for k := range mostTrials {
		target := w.z
		if alpha < 1 {
			target = w.steps
			vec.AddScaled(target, 1, w.x, alpha, w.d)
		}
		value := try.to(target)
		if value <= before+armijo*alpha*slope+slack {
			return true
		}
		try.reject(target)
		next := quadraticMinimum(alpha, value-before, slope)
		if k > 0 {
			next = cubicMinimum(alpha, value-before, last, lastValue, slope)
		}
		last, lastValue = alpha, value-before
		if !(next >= leastShorter*alpha) {
			next = leastShorter * alpha
		}
		alpha = min(next, mostShorter*alpha)
	}
	try.to(w.x) // no step is good: stay
	return false
}

// quadraticMinimum is where q(0) = 0, q'(0) = slope, q(a) = v has its minimum.
func quadraticMinimum(a, v, slope float64) float64 { return -slope * a * a / (2 * (v - slope*a)) }

// cubicMinimum is where c(0) = 0, c'(0) = slope, c(a) = v, c(b) = u has its minimum (Nocedal and Wright, Numerical optimization, 2006,
// section 3.5).
func cubicMinimum(a, v, b, u, slope float64) float64 {
	p, q := v-slope*a, u-slope*b
	scale := 1 / (a * a * b * b * (a - b))
	third := scale * (b*b*p - a*a*q)
	second := scale * (a*a*a*q - b*b*b*p)
	return (-second + math.Sqrt(second*second-3*third*slope)) / (3 * third)
}
