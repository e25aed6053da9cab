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

// groupRounds is the most rounds, each of a Newton step or of some sweeps, and mostSweeps how many of the latter may follow one another.
const (
	groupRounds = 2000
	mostSweeps  = 8
)

// run is inner.run for groups.
func (s *groupInner) run(ctx context.Context, set []block, factor []float64) bool {
	rounds, times := 0, 1 // of sweeps since the last Newton step, and of minimising in majorise
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
		// First the groups must be found, unless sweeps bring in ever others that Newton steps would put out.
		if rounds > 0 && out <= s.tolerance || rounds >= mostSweeps {
			if s.newton(set, factor) {
				rounds = 1
				continue
			}
			s.majorise(ctx, set, factor, times)
			rounds, times = 0, min(2*times, mostMajorised)
		}
		for range 5 {
			s.sweep(set, factor)
		}
		rounds++
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

func (s *groupInner) worst(set []block, factor []float64) (worst float64) {
	for _, g := range set {
		worst = max(worst, s.violation(g, s.lambda*factor[g.group]))
	}
	return worst
}
