package linear

import (
	"cmp"
	"math"
	"slices"

	"github.com/raphson-go/raphson/kernels/vec"
)

// step is one step of Newton's method on the support. It reports whether the step made the objective smaller.
func (s *inner) step() bool {
	s.steps++
	s.refactor()
	for tries := len(s.support); len(s.factor.left) > 0 && tries > 0 && s.signed(); tries-- {
		if !s.release(s.factor.left[0]) {
			break
		}
		s.exchange()
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
	clear(s.gd)
	crossing := false
	for i, k := range order {
		vec.Axpy(d[i], s.g.Row(int(k)), s.gd)
		crossing = crossing || s.crosses(k, d[i])
	}
	if !crossing || !s.signed() {
		if !(s.change(order, d, s.gd) < 0) && !s.closer(order, d) {
			return false
		}
		s.move(order, d, s.gd, 1)
		return held == 0
	}
	// All that would change their sign stop at zero, if that is an improvement.
	clip, gclip := s.d[:0], s.gclip
	copy(gclip, s.gd)
	for i, k := range order {
		v := d[i]
		if s.crosses(k, v) {
			v = -s.b[k]
			vec.Axpy(v-d[i], s.g.Row(int(k)), gclip)
		}
		clip = append(clip, v)
	}
	s.d = clip
	if s.change(order, clip, gclip) < 0 {
		s.move(order, clip, gclip, 1)
		return true
	}
	t := s.along(order, d)
	s.move(order, d, s.gd, t)
	// Zero on the way is where the next step begins, without its coefficient: a sweep would bring that back (Lawson and Hanson 1974; Lee,
	// Battle, Raina and Ng 2007). Without bounds, sweeps as a rule find signs sooner, but not where the objective is nearly flat.
	return (s.positive || s.slow) && slices.ContainsFunc(order, func(k int32) bool { return s.b[k] == 0 })
}

// crosses reports whether a step makes a coefficient zero or changes its sign.
func (s *inner) crosses(k int32, step float64) bool { return !alike(s.b[k], s.b[k]+step) }

// alike reports whether numbers have the same sign, neither being zero: their product would tell, but for underflow.
func alike(a, b float64) bool { return a > 0 && b > 0 || a < 0 && b < 0 }

// change is that of the objective by a step d, where gd is G*d.
func (s *inner) change(order []int32, d, gd []float64) (change float64) {
	for i, k := range order {
		b, step := s.b[k], d[i]
		change += step*(gd[k]/2-s.c[k]) + s.l1*(math.Abs(b+step)-math.Abs(b)) + s.l2*step*(b+step/2)
	}
	return change
}

// move goes along d, times t.
func (s *inner) move(order []int32, d, gd []float64, t float64) {
	for i, k := range order {
		b, step := s.b[k], t*d[i]
		if math.Abs(b+step) <= 4*epsilon*math.Abs(b) || s.positive && b+step < 0 {
			s.b[k] = 0 // where it is meant to stop
		} else {
			s.b[k] += step
		}
	}
	vec.Axpy(-t, gd, s.c)
}

// along is how far to go along d for the least objective: its slope grows linearly, and by a jump wherever a coefficient goes
// through zero (Lee, Battle, Raina and Ng 2007). Coefficients that must not be negative end the way.
func (s *inner) along(order []int32, d []float64) float64 {
	type kink struct{ t, jump float64 }
	var kinks []kink
	slope, curvature := 0.0, 0.0
	for i, k := range order {
		b, v := s.b[k], d[i]
		slope += v*(s.l2*b-s.c[k]) + s.l1*v*math.Copysign(1, b)
		curvature += v * (s.gd[k] + s.l2*v)
		if alike(-b, v) {
			jump := 2 * s.l1 * math.Abs(v)
			if s.positive {
				jump = math.Inf(1)
			}
			kinks = append(kinks, kink{-b / v, jump})
		}
	}
	slices.SortFunc(kinks, func(a, b kink) int { return cmp.Compare(a.t, b.t) })
	t := 0.0
	for _, k := range kinks {
		if at := slope + curvature*k.t; at >= 0 || curvature > 0 && -slope/curvature <= k.t {
			break
		}
		t = k.t
		if slope += k.jump; slope+curvature*t >= 0 {
			return t
		}
	}
	if !(slope < 0) || !(curvature > 0) {
		return t
	}
	return -slope / curvature
}

// closer reports whether a step of which the decrease drowns in rounding makes the violations smaller.
func (s *inner) closer(order []int32, d []float64) bool {
	before, after := 0.0, 0.0
	for i, k := range order {
		before = max(before, s.violation(int(k)))
		v := s.c[k] - s.gd[k] - s.l2*(s.b[k]+d[i])
		after = max(after, math.Abs(v-math.Copysign(s.l1, s.b[k])))
	}
	return after < before/2
}

// signed reports whether the objective has a kink at zero.
func (s *inner) signed() bool { return s.l1 > 0 || s.positive }

// release takes a coefficient out of a support whose columns depend on each other: that of slot k is a combination of
// those in the factor, but for rounding. Along the direction in which these replace it the loss hardly changes, and the
// objective does not grow one way or the other; the first coefficient to become zero on that way is left at zero.
func (s *inner) release(k int32) bool {
	order := s.factor.order
	d := s.rhs[:0]
	row := s.g.Row(int(k))
	for _, j := range order {
		d = append(d, -row[j])
	}
	s.rhs = d
	s.factor.solve(d)
	// Of columns that are nearly the same the loss says which to keep: the wrong one would come back.
	slope := math.Copysign(s.l1, s.b[k]) + s.l2*s.b[k] - s.c[k]
	for i, j := range order {
		slope += d[i] * (math.Copysign(s.l1, s.b[j]) + s.l2*s.b[j] - s.c[j])
	}
	way := 1.0
	if slope > 0 {
		way = -1
	}
	for range 2 { // a slope of zero may have no end on one side
		first, at := math.Inf(1), int32(-1)
		if alike(-way, s.b[k]) {
			first, at = math.Abs(s.b[k]), k
		}
		for i, j := range order {
			if v := way * d[i]; alike(-v, s.b[j]) && -s.b[j]/v < first {
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

// exchange is refactor after the release of the first slot that is left out: either that has become zero, or one in the factor, whose place
// it then takes, and what the other slots depend on is the same. That saves testing all of them again, each at the cost of a solve.
func (s *inner) exchange() {
	f := &s.factor
	k, before := f.left[0], len(f.order)
	f.left = f.left[1:]
	for at := before - 1; at >= 0; at-- {
		if s.b[f.order[at]] == 0 {
			f.remove(at)
		}
	}
	if s.b[k] != 0 {
		f.extend(s.g, []int32{k})
	}
	if len(f.order) < before { // by chance more than one, or what was to take the place depends on the others nearly as much
		s.refactor()
	}
}

// forget says that G has changed in its old slots.
func (s *inner) forget() { s.factor.reset(s.l2) }
