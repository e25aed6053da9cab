package ot

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
)

// NewtonSettings are Settings with what [SinkhornNewton] needs besides; the zero value works. RelaxA and RelaxB must be zero.
// MaxIterations bounds sweeps and Newton steps together, and Method is how the sweeps iterate.
type NewtonSettings struct {
	Settings

	// Sweeps is how many Sinkhorn sweeps come before the first Newton step. Zero decides by rule: Newton takes over when 8 sweeps have
	// not halved the residual and it is below 0.05, or when 500 sweeps have left it above.
	Sweeps int

	// Fraction, between 0 and 1, is the share of the entries of the plan that the Hessian keeps, the largest ones; 1 keeps all.
	// Zero adapts it. It then starts with 15 entries for each place of the longer side, and doubles their number when those left out
	// would keep more than a tenth of the gradient, besides LinearTolerance, from vanishing in the linear model of a step. From an eighth of all entries
	// on the whole Hessian is factored instead, unless the shorter side has more than 2048 places.
	// Where a fixed share leaves out all that connects the parts of a plan, steps gain little.
	Fraction float64

	// Dense solves with the whole Hessian, by a Cholesky factor of the size of the shorter side: for reference, and for small
	// problems. Fraction must be zero then.
	Dense bool

	// LinearTolerance is the residual at which conjugate gradients end within a step, as a fraction of that at their start. Zero
	// takes the square root of the residual of the marginals, at least 1e-10 and at most 0.1: inexact Newton.
	LinearTolerance float64

	// LinearIterations bounds the conjugate gradient iterations of a step; zero takes 500. A step from fewer than were needed is an
	// ascent direction all the same.
	LinearIterations int
}

// NewtonResult is a Result with how it came about. Iterations is the sum of Sweeps, Steps and Failed.
type NewtonResult struct {
	Result

	Sweeps           int     // Sinkhorn sweeps, those after failed steps included
	Steps            int     // Newton steps taken
	Failed           int     // Newton steps given up; sweeps followed
	LinearIterations int     // of conjugate gradients, over all steps
	Evaluations      int     // plans formed by the Newton stage, one for each step length tried
	Fraction         float64 // of the entries, kept in the last Hessian; 1 if it was the whole one, 0 if there was none
}

// Chosen for the zero value; the comments of NewtonSettings state them.
const (
	keptPerPlace            = 15
	defaultLinearIterations = 500
	leastLinearTolerance    = 1e-10
	mostLinearTolerance     = 0.1
)

// resolve checks what Settings do not hold.
func (s NewtonSettings) resolve() (NewtonSettings, error) {
	if s.LinearIterations == 0 {
		s.LinearIterations = defaultLinearIterations
	}
	switch {
	case s.RelaxA != 0 || s.RelaxB != 0:
		return s, fmt.Errorf("ot: Settings.RelaxA = %v, Settings.RelaxB = %v: %w", s.RelaxA, s.RelaxB, ErrUnbalanced)
	case s.Sweeps < 0:
		return s, fmt.Errorf("ot: NewtonSettings.Sweeps = %d, want 0 or more: %w", s.Sweeps, ErrSetting)
	case !(s.Fraction >= 0 && s.Fraction <= 1):
		return s, fmt.Errorf("ot: NewtonSettings.Fraction = %v, want 0 to 1: %w", s.Fraction, ErrSetting)
	case s.Dense && s.Fraction != 0:
		return s, fmt.Errorf("ot: NewtonSettings.Fraction = %v although Dense: %w", s.Fraction, ErrSetting)
	case !(s.LinearTolerance >= 0 && s.LinearTolerance < 1):
		return s, fmt.Errorf("ot: NewtonSettings.LinearTolerance = %v, want 0 or more and below 1: %w", s.LinearTolerance, ErrSetting)
	case s.LinearIterations < 0:
		return s, fmt.Errorf("ot: NewtonSettings.LinearIterations = %d, want 0 or more: %w", s.LinearIterations, ErrSetting)
	}
	return s, nil
}

// SinkhornNewton solves the problem of [Solve] for imposed marginals by Sinkhorn-Newton-Sparse (Tang et al. 2024): sweeps of
// Sinkhorn's algorithm until they become slow, then Newton steps on both potentials with the largest entries of the plan in the
// Hessian. Where Sinkhorn needs thousands of sweeps, at small Epsilon or for marginals that agree to many digits, tens of
// steps do; where it needs dozens, the rule leaves it to finish and there is no Newton step at all.
//
// The Hessian is (1/eps) * [diag(P 1), P; P', diag(P' 1)]. Off the diagonal only its largest entries are kept,
// which leaves it positive semidefinite, for the diagonal has the full sums. One side is eliminated, and conjugate gradients with
// the diagonal as preconditioner solve for the other. A step is halved until the dual value rises enough or the marginals
// are nearer, which rounding cannot prevent near the solution. If a sixteenth still gains nothing the diagonal is raised
// (Levenberg and Marquardt), as the paper does not: far from a solution, and where the plan falls apart into parts that exchange next to nothing,
// the Hessian is so nearly singular that its steps lead out of where it means anything. If that does not help either, sweeps take the place of the step, more of them each time.
//
// Grids: the plan is formed as a matrix, as is the cost, so [Solve] may be faster there and needs far less memory. Memory: two
// matrices of the size of the cost, one more for the sweeps in KernelForm. Input, errors and the end of the context are as for Solve;
// besides, an error wraps ErrUnbalanced for relaxed marginals.
func SinkhornNewton(ctx context.Context, a, b []float64, cost *Cost, settings NewtonSettings) (*NewtonResult, error) {
	if err := check.Context("ot", ctx, ErrNil); err != nil {
		return nil, err
	}
	settings, err := settings.resolve()
	if err != nil {
		return nil, err
	}
	s, err := newSolution("a", a, "b", b, cost, settings.Settings)
	if err != nil {
		return nil, err
	}
	defer s.release()
	n := &newton{solution: s, settings: settings}
	result, err := s.conclude(ctx, n.run(ctx), n.proceed)
	if result == nil {
		return nil, err
	}
	n.result.Result = *result
	return &n.result, err
}
