package linsolve

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// BiCGStab solves A*x = b for any square A by the stabilised biconjugate gradients of van der Vorst: short recurrences instead of a
// basis, two products and two applications of the preconditioner an iteration, and a residual that may jump.
//
// Where the recurrence divides by next to nothing it starts again from the residual at hand, and breaks down with ErrOrthogonal
// where that does not help. Where x has gone so far off that rounding hides the least residual there was, it goes back to that and starts again; of a
// singular system without a solution it mostly says Stalled for it. An iteration that does not converge answers with the x of the least estimate
// if that is the best. Errors are as those of [CG].
func BiCGStab(ctx context.Context, a Operator, b []float64, settings Settings) (*Result, error) {
	it, err := newIteration(ctx, a, b, settings, true)
	if err != nil {
		return nil, err
	}
	s := newBiCGStab(it, len(b))
	for it.restart(drifted) {
		s.begin()
		for estimate := it.last; it.next(estimate); estimate = vec.Norm2(it.r) / it.scale {
			if s.note(estimate) {
				copy(s.x, s.near)
				break
			}
			if s.step() {
				s.steps++
				continue
			}
			if it.result.Stopped == 0 && s.stuck() {
				it.breakdown(ErrOrthogonal)
				break
			}
			s.begin()
		}
	}
	s.recall()
	return it.finish()
}

// bicgstab is the vectors of the recurrence.
type bicgstab struct {
	*iteration
	shadow, p, v, t   []float64
	hatP, hatS        []float64 // preconditioned
	rho, alpha, omega float64
	steps             int       // since the beginning
	near              []float64 // x where the estimate was least
	lowest            float64   // and what it was
	before            float64   // what it was when the method last began again
	vain              int       // times that it has begun again since that fell
	spread            float64   // a norm of A from below, by its products
}

func newBiCGStab(it *iteration, n int) *bicgstab {
	s := &bicgstab{iteration: it, lowest: math.Inf(1), before: math.Inf(1)}
	for _, x := range []*[]float64{&s.shadow, &s.p, &s.v, &s.t, &s.hatP, &s.hatS} {
		*x = make([]float64, n)
	}
	return s
}

// stuck reports whether beginning again has not helped: nothing was done since then, or, twice, nothing that lowered the residual.
func (s *bicgstab) stuck() bool {
	if s.vain++; s.lowest < s.before {
		s.before, s.vain = s.lowest, 0
	}
	return s.steps == 0 || s.vain > 2
}

// begin takes the residual at hand for the shadow.
func (s *bicgstab) begin() {
	copy(s.shadow, s.r)
	copy(s.p, s.r)
	s.rho, s.steps = vec.Dot(s.shadow, s.r), 0
}

// note keeps the x with the least estimate of the residual, and reports whether the x at hand has gone so far off that rounding hides all of that: nothing
// that the recurrence says of what is beyond is to be believed (van der Vorst and Ye, Residual replacement strategies for Krylov subspace
// iterative methods for the convergence of true residuals, 2000). Of a singular system without a solution x leaves for infinity.
func (s *bicgstab) note(estimate float64) (lost bool) {
	hidden := 0x1p-53 * s.spread * vec.Norm2(s.x) / s.scale
	if estimate < s.lowest && !(hidden > estimate) {
		s.near, s.lowest = append(s.near[:0], s.x...), estimate
	}
	return hidden > s.lowest
}

// recall forms the residual of the x noted, for it may be the best: where nothing converges, as of a singular system without a solution, the
// residual jumps and x leaves for infinity.
func (s *bicgstab) recall() {
	if s.result.Stopped == algos.Converged || s.near == nil {
		return
	}
	s.x, s.near = s.near, s.x
	s.remember(s.judge())
	s.x, s.near = s.near, s.x
}

// negligible reports whether the dot product of x and y is nothing but rounding. What overflows is not: it shows in the residual.
func negligible(dot float64, x, y []float64) bool {
	size := vec.Norm2(x) * vec.Norm2(y)
	return math.Abs(dot) <= 0x1p-50*size && check.Finite(size)
}

// step does one iteration, or as much of it as there is before a division by next to nothing.
func (s *bicgstab) step() bool {
	s.precondition(s.hatP, s.p)
	s.a.Apply(s.v, s.hatP)
	if spread := vec.Norm2(s.v) / vec.Norm2(s.hatP); spread > s.spread {
		s.spread = spread
	}
	projection := vec.Dot(s.shadow, s.v)
	if negligible(projection, s.shadow, s.v) {
		return false
	}
	s.alpha = s.rho / projection
	vec.Axpy(s.alpha, s.hatP, s.x)
	vec.Axpy(-s.alpha, s.v, s.r)
	s.precondition(s.hatS, s.r)
	s.a.Apply(s.t, s.hatS)
	size := vec.Norm2(s.t)
	along := vec.Dot(s.t, s.r)
	if size == 0 || negligible(along, s.t, s.r) {
		s.steps++ // half of one
		return false
	}
	s.omega = along / size / size
	vec.Axpy(s.omega, s.hatS, s.x)
	vec.Axpy(-s.omega, s.t, s.r)
	before := s.rho
	s.rho = vec.Dot(s.shadow, s.r)
	if negligible(s.rho, s.shadow, s.r) {
		s.steps++
		return false
	}
	beta := s.rho / before * (s.alpha / s.omega)
	vec.Axpy(-s.omega, s.v, s.p)
	vec.AddScaled(s.p, 1, s.r, beta, s.p)
	return true
}
