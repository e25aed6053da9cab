package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// support is the groups that are not zero, with their slots.
func (s *groupInner) support(set []block) (support []block, slots []int32) {
	for _, g := range set {
		if vec.Norm2(s.b[g.first:g.end]) > 0 {
			support = append(support, g)
			for k := g.first; k < g.end; k++ {
				slots = append(slots, int32(k))
			}
		}
	}
	return support, slots
}

// newton takes a Newton step on the groups that are not zero, where the penalty has the Hessian l/|b|*(I - b*b'/|b|^2),
// half as far until the objective falls. It reports whether it does.
func (s *groupInner) newton(set []block, factor []float64) bool {
	s.steps++
	support, slots := s.support(set)
	n := len(slots)
	if n == 0 {
		return false
	}
	h, d := kernels.NewMatrix[float64](n, n), make([]float64, n)
	for i, a := range slots {
		vec.Gather(h.Row(i), s.g.Row(int(a)), slots)
	}
	at, slope := 0, 0.0
	for _, g := range support {
		l, b := s.lambda*factor[g.group], s.b[g.first:g.end]
		norm := vec.Norm2(b)
		for i := range b {
			row := h.Row(at + i)
			for k := range b {
				row[at+k] -= l / norm * (b[i] / norm) * (b[k] / norm)
			}
			row[at+i] += l / norm
			d[at+i] = s.c[g.first+i] - l*(b[i]/norm)
		}
		at += len(b)
	}
	gradient := append([]float64(nil), d...)
	if !shifted(h) {
		return false
	}
	matmul.CholeskySolveVector(matmul.Lower, h, d)
	slope = vec.Dot(gradient, d)
	clear(s.gd)
	for i, k := range slots {
		vec.Axpy(d[i], s.g.Row(int(k)), s.gd)
	}
	curvature, linear := 0.0, 0.0
	for i, k := range slots {
		curvature += d[i] * s.gd[k]
		linear += d[i] * s.c[k]
	}
	first, size := 1.0, 0.0
	for _, k := range slots {
		size = math.Hypot(size, s.b[k])
	}
	if step := vec.Norm2(d); !(step <= 2*size) {
		first = 2 * size / step // along directions in which the matrix is singular a step has no length of its own
	}
	for t := first; t > 1e-3*first; t /= 2 {
		change := t * (t*curvature/2 - linear)
		at = 0
		for _, g := range support {
			b := s.b[g.first:g.end]
			old, next := 0.0, 0.0
			for i, v := range b {
				old = math.Hypot(old, v)
				next = math.Hypot(next, v+t*d[at+i])
			}
			change += s.lambda * factor[g.group] * (next - old)
			at += len(b)
		}
		rounding := 4 * epsilon * s.penalty(support, factor)
		if change <= -0.01*t*slope || t == 1 && slope <= 100*rounding && change <= rounding {
			before := s.worst(support, factor)
			for i, k := range slots {
				s.b[k] += t * d[i]
			}
			vec.Axpy(-t, s.gd, s.c)
			return slope > 100*rounding || s.worst(support, factor) < before/2
		}
	}
	return false
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
func (s *groupInner) majorise(ctx context.Context, set []block, factor []float64, times int) {
	support, slots := s.support(set)
	n := len(slots)
	if n == 0 || s.lambda == 0 {
		return
	}
	h, d := kernels.NewMatrix[float64](n, n), make([]float64, n)
	for range times {
		for i, a := range slots {
			vec.Gather(h.Row(i), s.g.Row(int(a)), slots)
		}
		at := 0
		for _, g := range support {
			l, b := s.lambda*factor[g.group], s.b[g.first:g.end]
			norm := vec.Norm2(b)
			if norm == 0 { // it has underflowed
				return
			}
			for i := range b {
				h.Row(at + i)[at+i] += l / norm
				d[at+i] = s.c[g.first+i] - l*(b[i]/norm)
			}
			at += len(b)
		}
		if matmul.Cholesky(matmul.Lower, h) != nil {
			return
		}
		matmul.CholeskySolveVector(matmul.Lower, h, d)
		for i, k := range slots {
			s.b[k] += d[i]
			vec.Axpy(-d[i], s.g.Row(int(k)), s.c)
		}
		largest := 0.0
		at = 0
		for _, g := range support {
			size := g.end - g.first
			largest = max(largest, vec.Norm2(d[at:at+size])/vec.Norm2(s.b[g.first:g.end]))
			at += size
		}
		if largest < leastChange || ctx.Err() != nil {
			return
		}
	}
}

// shifted replaces a matrix by the Cholesky factor of it plus as small a multiple of the identity as it takes: columns that depend on
// each other make it singular.
func shifted(h kernels.Matrix[float64]) bool {
	top := 0.0
	for i := range h.Rows {
		top = max(top, h.At(i, i))
	}
	whole := append([]float64(nil), h.Data...)
	for shift := 1e-13; shift < 1e-3; shift *= 100 {
		copy(h.Data, whole)
		for i := range h.Rows {
			h.Data[i*h.Stride+i] += shift * top
		}
		if matmul.Cholesky(matmul.Lower, h) == nil {
			return true
		}
	}
	return false
}
