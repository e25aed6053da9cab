package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// inner minimises b'Gb/2 - q'b + l1*|b|_1 + l2*|b|^2/2, or that for b >= 0, on the slots of a working set, where the
// correlations c = q - G*b are kept. Coordinate descent finds which coefficients are not zero; for these, with their signs,
// the solution is that of a linear system (a step of Newton's method, which here is exact). The step is cut where
// a coefficient would change its sign. Where the system is singular, extrapolated coordinate descent does it alone.
type inner struct {
	g         kernels.Matrix[float64] // of all slots
	b, c      []float64
	l1, l2    float64
	positive  bool
	tolerance float64 // of the correlations, absolute

	factor  factor
	sweeps  int // of coordinate descent, in all
	steps   int // of Newton's method, in all
	history anderson

	slow    bool // sweeps between Newton steps do not help
	support []int32
	rhs     []float64
	d       []float64 // a step
	gd      []float64 // G times a step, over the slots
	gclip   []float64
	fresh   []int32
}

// innerRounds is the most rounds, each of a Newton step or of some sweeps, and mostIdle how many of them may pass before the
// largest violation is half of what it was. After someIdle of them sweeps do not help.
const (
	innerRounds = 400
	mostIdle    = 40
	someIdle    = 5
)

// resize makes room for another number of slots, the new ones with coefficient zero.
func (s *inner) resize(g kernels.Matrix[float64]) {
	s.g = g
	for len(s.b) < g.Rows {
		s.b, s.c, s.gd, s.gclip = append(s.b, 0), append(s.c, 0), append(s.gd, 0), append(s.gclip, 0)
	}
	s.factor.reserve(g.Rows)
}

// violation is by how much the optimality condition of a slot fails.
func (s *inner) violation(k int) float64 {
	b := s.b[k]
	c := s.c[k] - s.l2*b
	switch {
	case b > 0:
		return math.Abs(c - s.l1)
	case b < 0:
		return math.Abs(c + s.l1)
	case s.positive:
		return max(c-s.l1, 0)
	}
	return max(math.Abs(c)-s.l1, 0)
}

// violations splits the slots: the largest violation of those in the support, which it lists, and the slots outside
// whose violation is above the tolerance, with the largest of these.
func (s *inner) violations() (in, out float64) {
	s.support, s.fresh = s.support[:0], s.fresh[:0]
	for k, b := range s.b {
		v := s.violation(k)
		switch {
		case b != 0:
			s.support = append(s.support, int32(k))
			in = max(in, v)
		case v > s.tolerance:
			s.fresh = append(s.fresh, int32(k))
			out = max(out, v)
		}
	}
	return in, out
}

// prox is the minimiser of h*x^2/2 - v*x + l1*|x|.
func (s *inner) prox(v, h float64) float64 {
	switch {
	case v > s.l1:
		return (v - s.l1) / h
	case v < -s.l1 && !s.positive:
		return (v + s.l1) / h
	}
	return 0
}

// sweep minimises over the slots listed, one after the other.
func (s *inner) sweep(slots []int32) {
	s.sweeps++
	for _, k := range slots {
		h := s.g.Data[int(k)*s.g.Stride+int(k)]
		if h+s.l2 <= 0 {
			continue
		}
		old := s.b[k]
		b := s.prox(s.c[k]+h*old, h+s.l2)
		if b != old {
			s.b[k] = b
			vec.Axpy(old-b, s.g.Row(int(k)), s.c)
		}
	}
}

// run ends when no condition fails by more than the tolerance, which it reports, or when nothing helps.
func (s *inner) run(ctx context.Context) bool {
	best, idle := math.Inf(1), 0
	newton := true
	for range innerRounds {
		in, out := s.violations()
		worst := max(in, out)
		if worst <= s.tolerance {
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
		s.slow = idle > someIdle
		if in > s.tolerance && newton {
			if newton = s.step(); newton {
				continue
			}
		}
		newton = true
		active := append(s.support, s.fresh...)
		s.support = active
		sweeps := 2
		if in > s.tolerance || len(s.fresh) > len(active)/4 {
			sweeps = 6
		}
		s.history.reset()
		for range sweeps {
			s.sweep(active)
			s.history.record(s, active)
		}
		if sweeps > 2 {
			s.history.extrapolate(s, active)
		}
	}
	return false
}
