package group

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Model is b'Gb/2 - q'b + Lambda*sum_g factor_g*|b_g|_2 for a positive semidefinite G, with where its minimisation stands. Groups are
// consecutive slots.
type Model struct {
	B, C      []float64 // where it stands, and q - G*B there
	Lambda    float64
	Tolerance float64 // of the norm of the gradient of a group, to stop at
	Sweeps    int     // of proximal gradient steps, in all
	Steps     int     // of Newton's method, in all

	g        kernels.Matrix[float64]
	set      []group
	gd, step []float64
}

// group is slots that follow one another.
type group struct {
	first, end int
	factor     float64
	curvature  float64 // bound of the largest eigenvalue of its part of G
}

// Resize takes another G, of more slots or as many as before, of which the new ones are at zero; their elements of C are for the caller to set.
func (s *Model) Resize(g kernels.Matrix[float64]) {
	s.g = g
	for len(s.B) < g.Rows {
		s.B, s.C, s.gd = append(s.B, 0), append(s.C, 0), append(s.gd, 0)
	}
}

// Add makes slots a group, once there is a G for them.
func (s *Model) Add(first, end int, factor float64) {
	most := 0.0 // the largest sum of magnitudes in a row of the part of G: no eigenvalue is larger
	for a := first; a < end; a++ {
		most = max(most, vec.AbsSum(s.g.Row(a)[first:end]))
	}
	if most == 0 {
		most = 1 // where there are none but zeros any bound will do
	}
	s.set = append(s.set, group{first, end, factor, most})
}

// weight is the penalty of the length of a group.
func (s *Model) weight(g group) float64 { return s.Lambda * g.factor }

// Penalty is Lambda*sum_g factor_g*|b_g|_2.
func (s *Model) Penalty() float64 { return s.penalty(s.set) }

func (s *Model) penalty(set []group) (sum float64) {
	for _, g := range set {
		sum += s.weight(g) * vec.Norm2(s.B[g.first:g.end])
	}
	return sum
}

// violation is the norm by which the optimality condition of a group fails.
func (s *Model) violation(g group) float64 {
	b, c, l := s.B[g.first:g.end], s.C[g.first:g.end], s.weight(g)
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

// Worst is the largest norm by which the condition of optimality of a group fails.
func (s *Model) Worst() float64 { return s.worst(s.set) }

func (s *Model) worst(set []group) (worst float64) {
	for _, g := range set {
		worst = max(worst, s.violation(g))
	}
	return worst
}

// mostRounds is the most rounds, each of a Newton step or of some sweeps, mostIdle how many of them may pass before the largest violation is half
// of what it was, and mostSweeps how many rounds of sweeps may follow one another. After someIdle rounds Newton steps go to the minimum along them.
const (
	mostRounds = 2000
	mostIdle   = 300
	someIdle   = 30
	mostSweeps = 8
)

// Run minimises, and reports whether no condition of optimality fails by more than the tolerance.
func (s *Model) Run(ctx context.Context) bool {
	rounds, times := 0, 1 // of sweeps since the last Newton step, and of minimising in majorise
	best, idle := math.Inf(1), 0
	for range mostRounds {
		worst, out := 0.0, 0.0
		for _, g := range s.set {
			v := s.violation(g)
			worst = max(worst, v)
			if vec.Norm2(s.B[g.first:g.end]) == 0 {
				out = max(out, v)
			}
		}
		if worst <= s.Tolerance {
			return true
		}
		if worst < 0.5*best {
			best, idle = worst, 0
		} else if idle++; idle > mostIdle {
			return false
		}
		if ctx.Err() != nil {
			return false
		}
		// First the groups must be found, unless sweeps bring in ever others that Newton steps would put out.
		if rounds > 0 && out <= s.Tolerance || rounds >= mostSweeps {
			if s.newton(idle > someIdle) {
				rounds = 1
				continue
			}
			s.majorise(ctx, times)
			rounds, times = 0, min(2*times, mostMajorised)
		}
		for range 5 {
			s.sweep()
		}
		rounds++
	}
	return false
}

// sweep takes proximal gradient steps on the groups, several on each, for they are small. A group whose coefficients are in units so unlike
// that these lead nowhere is minimised over.
func (s *Model) sweep() {
	s.Sweeps++
	for _, g := range s.set {
		before := s.violation(g)
		for range 3 {
			s.descend(g)
			if !s.move(g) {
				break
			}
		}
		if s.Lambda > 0 && s.violation(g) > before/2 && s.minimise(g) {
			s.move(g)
		}
	}
}

// descend sets step to where a proximal gradient step on a group leads.
func (s *Model) descend(g group) {
	s.step = s.step[:0]
	for k := g.first; k < g.end; k++ {
		s.step = append(s.step, s.B[k]+s.C[k]/g.curvature)
	}
	shrink, l := 0.0, s.weight(g)
	if norm := vec.Norm2(s.step); norm*g.curvature > l {
		shrink = 1 - l/(norm*g.curvature)
	}
	vec.Scale(shrink, s.step)
}

// minimise sets step to the minimiser over a group, and reports whether it could.
func (s *Model) minimise(g group) bool {
	n := g.end - g.first
	h := kernels.Matrix[float64]{Rows: n, Cols: n, Stride: s.g.Stride, Data: s.g.Data[g.first*s.g.Stride+g.first:]}
	q := append([]float64(nil), s.C[g.first:g.end]...)
	matmul.Gemv(matmul.NoTrans, -1, h, s.B[g.first:g.end], -1, q)
	s.step = append(s.step[:0], q...) // for its size
	return Minimise(s.step, q, h, s.weight(g))
}

// move sets a group to step, and reports whether that is elsewhere.
func (s *Model) move(g group) (moved bool) {
	for i, k := 0, g.first; k < g.end; i, k = i+1, k+1 {
		if d := s.step[i] - s.B[k]; d != 0 {
			s.B[k] = s.step[i]
			vec.Axpy(-d, s.g.Row(k), s.C)
			moved = true
		}
	}
	return moved
}
