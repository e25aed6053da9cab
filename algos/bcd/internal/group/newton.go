package group

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/algos/bcd/internal/singular"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// epsilon is the distance from 1 to the next larger number.
const epsilon = 0x1p-52

// support is the groups that are not zero, with their slots.
func (s *Model) support() (support []group, slots []int32) {
	for _, g := range s.set {
		if vec.Norm2(s.B[g.first:g.end]) > 0 {
			support = append(support, g)
			for k := g.first; k < g.end; k++ {
				slots = append(slots, int32(k))
			}
		}
	}
	return support, slots
}

// system sets d to minus the gradient on the groups that are not zero and h to G there plus l/|b| on the diagonal of each, which is the Hessian of
// squares above the penalty; across says whether to take l*b*b'/|b|^3 from that, which makes it the Hessian of the penalty itself. It reports
// whether no length has underflowed.
func (s *Model) system(h kernels.Matrix[float64], d []float64, support []group, slots []int32, across bool) bool {
	for i, a := range slots {
		vec.Gather(h.Row(i), s.g.Row(int(a)), slots)
	}
	at := 0
	for _, g := range support {
		b := s.B[g.first:g.end]
		norm := vec.Norm2(b)
		if norm == 0 {
			return false
		}
		l := s.weight(g)
		for i := range b {
			row := h.Row(at + i)[at : at+len(b)]
			for k := 0; across && k < len(b); k++ {
				row[k] -= l / norm * (b[i] / norm) * (b[k] / norm)
			}
			row[i] += l / norm
			d[at+i] = s.C[g.first+i] - l*(b[i]/norm)
		}
		at += len(b)
	}
	return true
}

// newton takes a Newton step on the groups that are not zero, where the objective is smooth, half as far until it falls, or as far as to its
// minimum. It reports whether it falls.
func (s *Model) newton(minimum bool) bool {
	s.Steps++
	support, slots := s.support()
	n := len(slots)
	if n == 0 {
		return false
	}
	h, d := kernels.NewMatrix[float64](n, n), make([]float64, n)
	s.system(h, d, support, slots, true)
	gradient := append([]float64(nil), d...)
	if !singular.Factor(h) {
		return false
	}
	matmul.CholeskySolveVector(matmul.Lower, h, d)
	slope := vec.Dot(gradient, d)
	clear(s.gd)
	for i, k := range slots {
		vec.Axpy(d[i], s.g.Row(int(k)), s.gd)
	}
	w := way{s: s, support: support, d: d}
	size := 0.0
	for i, k := range slots {
		w.curvature += d[i] * s.gd[k]
		w.linear += d[i] * s.C[k]
		size = math.Hypot(size, s.B[k])
	}
	first := 1.0
	if step := vec.Norm2(d); !(step <= 2*size) {
		first = 2 * size / step // along directions in which the matrix is singular a step has no length of its own
	}
	if minimum {
		first = w.minimum(first)
	}
	rounding := 4 * epsilon * s.penalty(support)
	for t := first; t > 1e-3*first; t /= 2 {
		if change := w.change(t); change <= -0.01*t*slope || t == 1 && slope <= 100*rounding && change <= rounding {
			before := s.worst(support)
			for i, k := range slots {
				s.B[k] += t * d[i]
			}
			vec.Axpy(-t, s.gd, s.C)
			return slope > 100*rounding || s.worst(support) < before/2
		}
	}
	return false
}

// way is the objective along a step d from where a model stands: convex, and smooth but where a group passes through zero.
type way struct {
	s                 *Model
	support           []group
	d                 []float64
	curvature, linear float64 // of the quadratic part: t*(t*curvature/2 - linear)
}

// change is the objective at t, less that at the beginning.
func (w *way) change(t float64) float64 {
	change := t * (t*w.curvature/2 - w.linear)
	w.visit(t, func(l, old, next, _ float64) { change += l * (next - old) })
	return change
}

// slope is the derivative at t.
func (w *way) slope(t float64) float64 {
	slope := t*w.curvature - w.linear
	w.visit(t, func(l, _, next, along float64) {
		if next > 0 {
			slope += l * (along / next)
		}
	})
	return slope
}

// visit tells of each group its weight, its lengths at the beginning and at t, and the product of where it is at t with the step.
func (w *way) visit(t float64, f func(l, old, next, along float64)) {
	at := 0
	for _, g := range w.support {
		old, next, along := 0.0, 0.0, 0.0
		for i, v := range w.s.B[g.first:g.end] {
			d := w.d[at+i]
			to := v + t*d
			old, next = math.Hypot(old, v), math.Hypot(next, to)
			along += to * d
		}
		f(w.s.weight(g), old, next, along)
		at += g.end - g.first
	}
}

// halvings of the interval with the minimum.
const halvings = 50

// minimum is where it lies, at 1 at the latest. Where the step takes a group through zero that is where the group is next to zero, so that a sweep can
// tell whether it is: along a valley half as far, and again, comes no nearer to zero than by chance, and leads there and back for hundreds of steps.
func (w *way) minimum(first float64) float64 {
	low, high := 0.0, first
	for w.slope(high) < 0 {
		if high == 1 {
			return 1
		}
		low, high = high, min(2*high, 1)
	}
	for range halvings {
		if middle := (low + high) / 2; w.slope(middle) < 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// The most steps of majorise at a time, and the change of a group, as a share of its length, below which further ones are left to Newton's method.
const (
	mostMajorised = 16
	leastChange   = 1e-3
)

// majorise minimises, so many times, the objective with l*(|b|^2/|a|+|a|)/2 in place of each l*|b|, where a is b before: that is nowhere less
// and the same at a, so the objective falls (Hunter and Lange, A tutorial on MM algorithms, 2004). Where columns depend on each other the loss
// hardly changes along whole subspaces, and the penalty alone tells which of these groups are to be zero. Gradient steps get there in
// steps of the length of the penalty, and Newton steps not at all, for the penalty has no curvature towards zero; here such a
// group shrinks by a factor every time, and sweeps soon find that it is zero.
func (s *Model) majorise(ctx context.Context, times int) {
	support, slots := s.support()
	n := len(slots)
	if n == 0 || s.Lambda == 0 {
		return
	}
	h, d := kernels.NewMatrix[float64](n, n), make([]float64, n)
	for range times {
		if !s.system(h, d, support, slots, false) || matmul.Cholesky(matmul.Lower, h) != nil {
			return
		}
		matmul.CholeskySolveVector(matmul.Lower, h, d)
		for i, k := range slots {
			s.B[k] += d[i]
			vec.Axpy(-d[i], s.g.Row(int(k)), s.C)
		}
		largest := 0.0
		at := 0
		for _, g := range support {
			size := g.end - g.first
			largest = max(largest, vec.Norm2(d[at:at+size])/vec.Norm2(s.B[g.first:g.end]))
			at += size
		}
		if largest < leastChange || ctx.Err() != nil {
			return
		}
	}
}
