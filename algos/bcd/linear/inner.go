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

	support []int32
	rhs     []float64
	d, gd   []float64 // a step, and G times it, over the slots
	fresh   []int32
}

// most rounds, each of a Newton step or of some sweeps.
const innerRounds = 400

// resize makes room for another number of slots, the new ones with coefficient zero.
func (s *inner) resize(g kernels.Matrix[float64]) {
	s.g = g
	for len(s.b) < g.Rows {
		s.b, s.c, s.d, s.gd = append(s.b, 0), append(s.c, 0), append(s.d, 0), append(s.gd, 0)
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
		} else if idle++; idle > 40 || ctx.Err() != nil {
			return false
		}
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

// step is one step of Newton's method on the support. It reports whether the step made the objective smaller.
func (s *inner) step() bool {
	s.steps++
	s.refactor()
	for tries := len(s.support); len(s.factor.left) > 0 && tries > 0 && s.signed(); tries-- {
		if !s.release(s.factor.left[0]) {
			break
		}
		s.refactor()
	}
	held := len(s.factor.left)
	order := s.factor.order
	if len(order) == 0 {
		return false
	}
	s.rhs = s.rhs[:0]
	for _, k := range order {
		v := s.c[k] - s.l2*s.b[k]
		if s.b[k] > 0 {
			v -= s.l1
		} else {
			v += s.l1
		}
		s.rhs = append(s.rhs, v)
	}
	d := s.rhs
	s.factor.solve(d)
	// Where the step would leave the orthant.
	first, crossed := 1.0, 0
	signed := s.signed()
	for i, k := range order {
		if signed && s.b[k]*(s.b[k]+d[i]) <= 0 {
			crossed++
			first = min(first, -s.b[k]/d[i])
		}
	}
	if crossed == 0 {
		return s.move(order, d, 1, false) && held == 0
	}
	return s.move(order, d, 1, true) || s.move(order, d, first, true)
}

// move goes along d, times t. With clip, coefficients that would change their sign stop at zero. If the objective would not
// decrease nothing happens.
func (s *inner) move(order []int32, d []float64, t float64, clip bool) bool {
	clear(s.d)
	clear(s.gd)
	change := 0.0
	for i, k := range order {
		step := t * d[i]
		if clip && s.b[k]*(s.b[k]+step) <= 0 || s.b[k]+step == 0 {
			step = -s.b[k]
		}
		s.d[k] = step
		vec.Axpy(step, s.g.Row(int(k)), s.gd)
	}
	for _, k := range order {
		b, step := s.b[k], s.d[k]
		change += step*(s.gd[k]/2-s.c[k]) + s.l1*(math.Abs(b+step)-math.Abs(b)) + s.l2*step*(b+step/2)
	}
	if !(change < 0) && (clip || !s.closer(order)) {
		return false
	}
	for _, k := range order {
		if s.d[k] == -s.b[k] {
			s.b[k] = 0
		} else {
			s.b[k] += s.d[k]
		}
	}
	vec.Sub(s.c, s.c, s.gd)
	return true
}

// closer reports whether a step of which the decrease drowns in rounding makes the violations smaller.
func (s *inner) closer(order []int32) bool {
	before, after := 0.0, 0.0
	for _, k := range order {
		before = max(before, s.violation(int(k)))
		v := s.c[k] - s.gd[k] - s.l2*(s.b[k]+s.d[k])
		after = max(after, math.Abs(v-math.Copysign(s.l1, s.b[k])))
	}
	return after < before/2
}

// signed reports whether the objective has a kink at zero.
func (s *inner) signed() bool { return s.l1 > 0 || s.positive }

// release takes a coefficient out of a support whose columns depend on each other: that of slot k is a combination of
// those in the factor. Along the direction in which these replace it the loss stays as it is and the penalty does not
// grow one way or the other; the first coefficient to become zero on that way is left at zero.
func (s *inner) release(k int32) bool {
	order := s.factor.order
	d := s.rhs[:0]
	row := s.g.Row(int(k))
	for _, j := range order {
		d = append(d, -row[j])
	}
	s.rhs = d
	s.factor.solve(d)
	slope := math.Copysign(1, s.b[k])
	for i, j := range order {
		slope += math.Copysign(d[i], d[i]*s.b[j])
	}
	way := 1.0
	if slope > 0 {
		way = -1
	}
	for range 2 { // a slope of zero may have no end on one side
		first, at := math.Inf(1), int32(-1)
		if way*s.b[k] < 0 {
			first, at = math.Abs(s.b[k]), k
		}
		for i, j := range order {
			if v := way * d[i]; v*s.b[j] < 0 && -s.b[j]/v < first {
				first, at = -s.b[j]/v, j
			}
		}
		if at < 0 {
			way = -way
			continue
		}
		shift := func(j int32, step float64) {
			s.b[j] += step
			vec.Axpy(-step, s.g.Row(int(j)), s.c)
		}
		for i, j := range order {
			if j == at {
				shift(j, -s.b[j])
			} else {
				shift(j, first*way*d[i])
			}
		}
		if k == at {
			shift(k, -s.b[k])
		} else {
			shift(k, first*way)
		}
		s.b[at] = 0
		return true
	}
	return false
}

// refactor makes the factor that of the support, as far as its columns do not depend on each other.
func (s *inner) refactor() {
	f := &s.factor
	f.left = f.left[:0]
	gone := 0
	for _, k := range f.order {
		if s.b[k] == 0 {
			gone++
		}
	}
	if f.ridge != s.l2 || gone > 2+len(f.order)/8 {
		f.reset(s.l2)
	}
	for at := len(f.order) - 1; at >= 0; at-- {
		if s.b[f.order[at]] == 0 {
			f.remove(at)
		}
	}
	var missing []int32
	for _, k := range s.support {
		if s.b[k] != 0 && f.position[k] < 0 {
			missing = append(missing, k)
		}
	}
	f.extend(s.g, missing)
}

// forget says that G has changed in its old slots.
func (s *inner) forget() { s.factor.reset(s.l2) }
