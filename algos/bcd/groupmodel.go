package bcd

import (
	"context"

	"github.com/raphson-go/raphson/algos/bcd/internal/group"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// The model of a block of groups is minimised until no condition of optimality fails by more than modelSlack of the slope and the weight, nor by more than
// modelGain of what it was: an iteration that is nearly done must not take what is left for nothing.
const (
	modelSlack = 1e-10
	modelGain  = 1e-4
)

// minimiseModel sets z to the minimiser of g'(z-x) + (z-x)'H(z-x)/2 + lambda*sum|z_g|.
func (r *grouped) minimiseModel(ctx context.Context, z []float64, h Matrix, x, g []float64, block []int32) {
	var order []int // groups one behind the other
	var ends []int
	r.each(block, func(places []int) {
		order = append(order, places...)
		ends = append(ends, len(order))
	})
	n := len(order)
	own := newMatrix(n)
	q, at := make([]float64, n), make([]float64, n)
	for a, t := range order {
		q[a], at[a] = g[t], x[t]
		for b, u := range order {
			own.Set(a, b, h.At(t, u))
		}
	}
	if len(ends) == 1 && r.minimise(q, at, own) {
		for a, t := range order {
			z[t] = q[a]
		}
		return
	}
	var m group.Model
	m.Resize(own)
	m.Lambda = r.lambda
	copy(m.B, at)
	vec.AddScaled(m.C, -1, q, 0, q)
	first := 0
	for _, end := range ends {
		m.Add(first, end, 1)
		first = end
	}
	largest := max(vec.Max(q), -vec.Min(q))
	m.Tolerance = max(modelRounding(q, own, at, 0), min(modelSlack*(largest+r.lambda), modelGain*m.Worst()))
	m.Run(ctx)
	for a, t := range order {
		z[t] = m.B[a]
	}
}

// minimise replaces the slope q at a point by the minimiser over one group, and reports whether it could.
func (r *grouped) minimise(q, at []float64, h Matrix) bool {
	matmul.Gemv(matmul.NoTrans, -1, h, at, 1, q)
	next := make([]float64, len(at))
	if !group.Minimise(next, q, h, r.lambda) {
		matmul.Gemv(matmul.NoTrans, 1, h, at, 1, q)
		return false
	}
	copy(q, next)
	return true
}
