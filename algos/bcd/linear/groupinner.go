package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/algos/bcd/internal/group"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// groupInner minimises b'Gb/2 - q'b + lambda*sum_g factor_g*|b_g|_2 on the slots of a working set of groups, where
// c = q - G*b is kept.
type groupInner struct {
	g         kernels.Matrix[float64]
	b, c, gd  []float64
	lambda    float64
	tolerance float64 // of the norm of the gradient of a group
	sweeps    int
	steps     int
	step      []float64
}

func (s *groupInner) resize(g kernels.Matrix[float64]) {
	s.g = g
	for len(s.b) < g.Rows {
		s.b, s.c, s.gd = append(s.b, 0), append(s.c, 0), append(s.gd, 0)
	}
}

// bound is the largest sum of magnitudes in a row of the part of G: no eigenvalue is larger.
func (s *groupInner) bound(b block) (most float64) {
	for a := b.first; a < b.end; a++ {
		most = max(most, vec.AbsSum(s.g.Row(a)[b.first:b.end]))
	}
	return most
}

func (s *groupInner) penalty(set []block, factor []float64) (sum float64) {
	for _, g := range set {
		sum += s.lambda * factor[g.group] * vec.Norm2(s.b[g.first:g.end])
	}
	return sum
}

// violation is the norm by which the optimality condition of a group fails.
func (s *groupInner) violation(g block, l float64) float64 {
	b, c := s.b[g.first:g.end], s.c[g.first:g.end]
	norm := vec.Norm2(b)
	if norm == 0 {
		return max(vec.Norm2(c)-l, 0)
	}
	size := 0.0
	for i, v := range c {
		size = math.Hypot(size, v-l*(b[i]/norm))
	}
	return size
}

// groupRounds is the most rounds, each of a Newton step or of some sweeps.
const groupRounds = 2000

// run is inner.run for groups.
func (s *groupInner) run(ctx context.Context, set []block, factor []float64) bool {
	newton := false // first the groups must be found
	for range groupRounds {
		worst, out := 0.0, 0.0
		for _, g := range set {
			v := s.violation(g, s.lambda*factor[g.group])
			worst = max(worst, v)
			if vec.Norm2(s.b[g.first:g.end]) == 0 {
				out = max(out, v)
			}
		}
		if worst <= s.tolerance {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		if newton && out <= s.tolerance && s.newton(set, factor) {
			continue
		}
		for range 5 {
			s.sweep(set, factor)
		}
		newton = true
	}
	return false
}

// sweep takes proximal gradient steps on the groups, several on each, for they are small. A group whose coefficients are in units so unlike
// that these lead nowhere is minimised over.
func (s *groupInner) sweep(set []block, factor []float64) {
	s.sweeps++
	for _, g := range set {
		l := s.lambda * factor[g.group]
		before := s.violation(g, l)
		for range 3 {
			s.descend(g, l)
			if !s.move(g) {
				break
			}
		}
		if l > 0 && s.violation(g, l) > before/2 && s.minimise(g, l) {
			s.move(g)
		}
	}
}

// descend sets step to where a proximal gradient step on a group leads.
func (s *groupInner) descend(g block, l float64) {
	s.step = s.step[:0]
	for k := g.first; k < g.end; k++ {
		s.step = append(s.step, s.b[k]+s.c[k]/g.curvature)
	}
	shrink := 0.0
	if norm := vec.Norm2(s.step); norm*g.curvature > l {
		shrink = 1 - l/(norm*g.curvature)
	}
	vec.Scale(shrink, s.step)
}

// minimise sets step to the minimiser over a group, and reports whether it could.
func (s *groupInner) minimise(g block, l float64) bool {
	n := g.end - g.first
	h := kernels.Matrix[float64]{Rows: n, Cols: n, Stride: s.g.Stride, Data: s.g.Data[g.first*s.g.Stride+g.first:]}
	q := append([]float64(nil), s.c[g.first:g.end]...)
	matmul.Gemv(matmul.NoTrans, -1, h, s.b[g.first:g.end], -1, q)
	s.step = resized(s.step, n)
	return group.Minimise(s.step, q, h, l)
}

// move sets a group to step, and reports whether that is elsewhere.
func (s *groupInner) move(g block) (moved bool) {
	for i, k := 0, g.first; k < g.end; i, k = i+1, k+1 {
		if d := s.step[i] - s.b[k]; d != 0 {
			s.b[k] = s.step[i]
			vec.Axpy(-d, s.g.Row(k), s.c)
			moved = true
		}
	}
	return moved
}

// newton takes a Newton step on the groups that are not zero, where the penalty has the Hessian l/|b|*(I - b*b'/|b|^2),
// half as far until the objective falls. It reports whether it does.
func (s *groupInner) newton(set []block, factor []float64) bool {
	s.steps++
	var slots []int32
	var support []block
	for _, g := range set {
		if vec.Norm2(s.b[g.first:g.end]) > 0 {
			support = append(support, g)
			for k := g.first; k < g.end; k++ {
				slots = append(slots, int32(k))
			}
		}
	}
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

func (s *groupInner) worst(set []block, factor []float64) (worst float64) {
	for _, g := range set {
		worst = max(worst, s.violation(g, s.lambda*factor[g.group]))
	}
	return worst
}
