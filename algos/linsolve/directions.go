package linsolve

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// DirectionSettings of ConjugateDirections; the zero value works, and is CG.
type DirectionSettings struct {
	// Settings without a preconditioner; its Restart and Damping do not count.
	Settings

	// Direction sets q to where to search for the solution, given the residual divided by its norm: the nearer to a multiple of A^-1*r, the
	// better. It may be any function, not linear, not symmetric, such as a trained network, or the method Precondition of any preconditioner; nil takes
	// the residual itself. The length of q does not count. It must not keep its arguments, which do not overlap, nor change r.
	Direction func(q, r []float64)

	// Keep is how many of the last directions each new one is made conjugate to: zero takes 2, and -1 is none, which is steepest descent along
	// q. If Direction is linear and symmetric positive definite one is enough in exact arithmetic, for the directions are conjugate to
	// all before them; if it is not, more may help.
	Keep int

	// ZeroMean solves a singular system whose null space is the constants, such as Poisson's equation with pure Neumann conditions, without the means
	// of b and of every direction. The residual is that without the mean of b, and X keeps the mean of Start.
	ZeroMean bool
}

const defaultKeep = 2

// DirectionResult is a solution and how it came about.
type DirectionResult struct {
	Result

	// Replaced counts the iterations in which what Direction had set was of no use (zero, not finite, orthogonal to the residual, or a combination
	// of the directions kept), and the residual was taken in its place.
	Replaced int
}

// ConjugateDirections solves A*x = b for a symmetric positive definite A along directions that somebody else proposes: each is made conjugate to the last few
// and taken as far as the energy norm of the error falls, and the residual is formed again. This is the solver of the deep conjugate direction method
// (Kaneda, Akar, Chen, Kala, Hyde and Teran 2023), whose directions come from a network. Whatever the directions, the error does not grow. The residual
// may; the answer is the x where it was least.
//
// On Poisson's equation with a cycle on two grids for the directions, to 1e-8, it takes 9 iterations on 32, 64 and 128 intervals a side, where
// CG alone takes 99, 191 and 381. If these directions are then distorted by up to four fifths, neither linearly nor symmetrically, it takes 31 on
// 32 intervals; 33 if one direction is kept, 30 with five, 57 with none.
//
// An iteration takes two products, one of them for the residual, and one direction. Errors and breakdowns are those of [CG]; ErrSetting also for
// Keep below -1.
func ConjugateDirections(ctx context.Context, a Operator, b []float64, settings DirectionSettings) (*DirectionResult, error) {
	if settings.Preconditioner != nil {
		return nil, fmt.Errorf("linsolve: Settings.Preconditioner: %w", ErrSetting)
	}
	if settings.Keep < -1 {
		return nil, fmt.Errorf("linsolve: DirectionSettings.Keep = %d, want -1 or more: %w", settings.Keep, ErrSetting)
	}
	if settings.Keep == 0 {
		settings.Keep = defaultKeep
	}
	it, err := newIteration(ctx, a, b, settings.Settings, true)
	if err != nil {
		return nil, err
	}
	if settings.ZeroMean {
		it.removeMeanOfB()
	}
	s := directions{iteration: it, settings: settings, unit: make([]float64, len(b))}
	for it.restart(drifted) {
		for estimate := it.last; it.next(estimate); estimate = it.judge() {
			if s.hasStalled(estimate) {
				it.result.Stopped = algos.Stalled
				it.result.Residual = estimate
			} else {
				s.step()
			}
		}
	}
	_, err = it.finish()
	return &DirectionResult{it.result, s.replaced}, err
}

// removeMeanOfB takes the mean from the right-hand side. If nothing but rounding is left the solution is constant.
func (it *iteration) removeMeanOfB() {
	it.b = append([]float64(nil), it.b...)
	removeMean(it.b)
	removeMean(it.b) // what rounding left of it, beside a large one
	norm := vec.Norm2(it.b)
	if norm > negligibleDirection*it.scale {
		it.scale = norm
		return
	}
	mean := 0.0
	if it.settings.Start != nil {
		mean = vec.Sum(it.settings.Start) / float64(len(it.x))
	}
	for i := range it.x {
		it.x[i] = mean
	}
	it.scale, it.exponent, it.result.Stopped = 0, 0, algos.Converged
}

// removeMean makes the sum of x zero.
func removeMean(x []float64) {
	mean := vec.Sum(x) / float64(len(x))
	for i := range x {
		x[i] -= mean
	}
}

// direction is one that was taken, with its product and its square in the energy norm.
type direction struct {
	p, ap  []float64
	square float64
}

// directions is the last of them and what is known about the residual.
type directions struct {
	*iteration
	settings DirectionSettings
	unit     []float64   // the residual, of length 1
	kept     []direction // the newest last
	spare    direction   // to write the next one to
	replaced int

	since  int     // iterations since the least residual
	spread float64 // a norm of A from below, by its products
}

// Of a number that is the difference of others, what rounding makes of zero; how much of a direction must be left when it is conjugate to others
// for it to be more than rounding; and what is of no use.
const (
	negligibleDirection = 0x1p-50
	cancelled           = 0x1p-26
	orthogonal          = 0x1p-26 // cosine to the residual: its rounding, or a gain of no use
)

// patience is how many iterations the residual may stay above its least before it is held against rounding.
const patience = 10

// hasStalled reports whether the residual is as small as rounding lets it be formed: about |A|*|x| roundings. The residual of every x is formed
// here, so the best of them is the answer, not that of the last restart.
func (s *directions) hasStalled(estimate float64) bool {
	if s.since++; s.remember(estimate) {
		s.since = 0
	}
	return s.since >= patience && s.least*s.scale <= 0x1p-48*(s.spread*vec.Norm2(s.x)+s.scale)
}

// step is one iteration.
func (s *directions) step() {
	copy(s.unit, s.r)
	if s.settings.ZeroMean {
		removeMean(s.unit)
	}
	norm := normalise(s.unit)
	d := s.spare
	if d.p == nil {
		d = direction{p: make([]float64, len(s.x)), ap: make([]float64, len(s.x))}
	}
	s.spare = direction{}
	if s.settings.Direction == nil {
		copy(d.p, s.unit)
	} else {
		s.settings.Direction(d.p, s.unit)
		normalise(d.p) // squares of its length may be out of range
	}
	ok := s.conjugate(&d)
	if !ok && s.settings.Direction != nil && s.result.Stopped == 0 {
		s.replaced++
		copy(d.p, s.unit)
		ok = s.conjugate(&d)
	}
	if !ok && s.result.Stopped == 0 {
		s.kept = s.kept[:0]
		copy(d.p, s.unit)
		if ok = s.conjugate(&d); !ok && s.result.Stopped == 0 {
			s.notPositive(d.square, ErrIndefinite)
		}
	}
	if s.result.Stopped != 0 {
		return
	}
	vec.Axpy(vec.Dot(d.p, s.unit)*norm/d.square, d.p, s.x)
	s.keep(d)
}

// keep takes a direction in the place of the oldest, if there are enough.
func (s *directions) keep(d direction) {
	if s.settings.Keep < 0 {
		s.spare = d
		return
	}
	if len(s.kept) == s.settings.Keep {
		s.spare = s.kept[0]
		s.kept = append(s.kept[:0], s.kept[1:]...)
	}
	s.kept = append(s.kept, d)
}

// conjugate makes a direction conjugate to those kept and reports whether the error falls along what is left. If that is proof that the
// matrix is not positive definite it breaks down.
func (s *directions) conjugate(d *direction) bool {
	if s.settings.ZeroMean {
		removeMean(d.p)
	}
	before := vec.Norm2(d.p)
	for k := len(s.kept) - 1; k >= 0; k-- {
		vec.Axpy(-vec.Dot(d.p, s.kept[k].ap)/s.kept[k].square, s.kept[k].p, d.p)
	}
	if s.settings.ZeroMean {
		removeMean(d.p) // of rounding, which is large beside what is left of a direction that was nearly a combination of others
	}
	if s.apply(d) {
		return true
	}
	if d.square <= 0 && vec.Norm2(d.p) > cancelled*before {
		s.notPositive(d.square, ErrIndefinite)
	}
	return false
}

// apply multiplies a direction with A and reports whether it is one along which the error falls.
func (s *directions) apply(d *direction) bool {
	s.a.Apply(d.ap, d.p)
	d.square = vec.Dot(d.p, d.ap)
	length, product := vec.Norm2(d.p), vec.Norm2(d.ap)
	if length > 0 && check.Finite(product) {
		s.spread = max(s.spread, product/length)
	}
	return d.square > negligibleDirection*length*product && check.Finite(d.square) && math.Abs(vec.Dot(d.p, s.unit)) > orthogonal*length
}
