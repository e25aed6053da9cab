package bcd

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// nearBound is how near to a bound a variable is held there by its gradient, at most: less where the block is nearly optimal, as
// convergence needs.
const nearBound = 1e-4

// twoMetric is the two-metric projection.
func (it *Iteration) twoMetric() (func(Block) error, error) {
	if err := it.checkDense(TwoMetric); err != nil {
		return nil, err
	}
	var w workspace
	s := it.newSolver()
	r := *it.separate
	inside, _ := r.smoothInside()
	return func(block Block) error {
		w.begin(it, block.Variables)
		for t := range w.g { // of f + R, smooth between the bounds
			w.g[t] += inside + r.L2*w.x[t]
		}
		h := s.matrix(len(block.Variables))
		it.Point.Hessian(h, block.Variables)
		for t := range w.g {
			h.Set(t, t, h.At(t, t)+r.L2)
		}
		r.direction(&w, h, block.Variables)
		if !it.searchPath(&w, r, block.Variables) {
			it.boundStep(&w, s, block.Variables)
		}
		return nil
	}, nil
}

// direction sets d to the step of two metrics.
func (r separable) direction(w *workspace, h Matrix, block []int32) {
	most := 0.0
	for t := range w.g {
		most = max(most, h.At(t, t))
	}
	if most == 0 {
		most = 1
	}
	scaled := func(t int) float64 { return w.g[t] / max(h.At(t, t), leastShare*most) }
	near := 0.0 // the length of the projected, scaled gradient step
	for t, v := range w.x {
		near = max(near, math.Abs(min(max(v-scaled(t), r.lowest(block[t])), r.highest(block[t]))-v))
	}
	near = min(near, nearBound)
	var free []int
	for t, v := range w.x {
		if v <= r.lowest(block[t])+near && w.g[t] > 0 || v >= r.highest(block[t])-near && w.g[t] < 0 {
			w.d[t] = -scaled(t)
		} else {
			free = append(free, t)
		}
	}
	part, rhs := newMatrix(len(free)), make([]float64, len(free))
	for a, t := range free {
		rhs[a] = -w.g[t]
		for b, u := range free {
			part.Set(a, b, h.At(t, u))
		}
	}
	if len(free) > 0 {
		factorised(part).solve(rhs)
	}
	for a, t := range free {
		w.d[t] = rhs[a]
	}
}

// searchPath moves a block along the projection of x + alpha*d, with alpha halved until the objective has fallen by a share of g'(x - x(alpha)), which it
// reports. It begins where the last variable comes to its bound, if that is before alpha = 1.
func (it *Iteration) searchPath(w *workspace, r separable, block []int32) bool {
	f, start := it.Point.Value(), it.Regulariser.Value(w.x, block)
	slack := roundingOf * (math.Abs(f) + math.Abs(start))
	if !check.Finite(vec.AbsSum(w.d)) {
		return false // a trial there would spoil what the point keeps
	}
	alpha := 0.0
	for t, d := range w.d {
		if d > 0 {
			alpha = max(alpha, (r.highest(block[t])-w.x[t])/d)
		} else if d < 0 {
			alpha = max(alpha, (r.lowest(block[t])-w.x[t])/d)
		}
	}
	alpha = min(alpha, 1)
	try := trial{it: it, block: block}
	for range mostTrials {
		vec.AddScaled(w.z, 1, w.x, alpha, w.d)
		r.clamp(w.z, block)
		promised := 0.0
		for t, v := range w.z {
			promised += w.g[t] * (v - w.x[t])
		}
		if try.to(w.z) <= f+start+armijo*min(promised, 0)+slack {
			return true
		}
		try.reject(w.z)
		alpha /= 2
	}
	try.to(w.x)
	return false
}
