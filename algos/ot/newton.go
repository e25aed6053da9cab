package ot

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
)

// NewtonSettings are Settings with what [SinkhornNewton] needs besides; the zero value works. RelaxA and RelaxB must be zero.
// MaxIterations counts sweeps and Newton steps together.
type NewtonSettings struct {
	Settings

	// Sweeps is how many Sinkhorn sweeps come before the first Newton step; zero decides by rule: when the residual is below 0.2
	// and has not halved in the last 5 sweeps, or after 100 sweeps that leave it above.
	Sweeps int

	// Fraction, between 0 and 1, is the share of the entries of the plan that the Hessian keeps off its diagonal: the largest
	// ones. 1 keeps all. Zero starts with 15 entries for each row or column, whichever there are more of, and doubles their number when the
	// entries left out would keep more than a tenth of the gradient from going away with a step.
	Fraction float64

	// Dense solves with the whole Hessian by a Cholesky factor, for reference or for problems of up to a few thousand points:
	// n*m*m + m^3/3 operations a step for the shorter side m. Fraction must be zero then.
	Dense bool

	// LinearTolerance is the residual at which conjugate gradients stop within a Newton step, as a fraction of what they start from. Zero
	// takes the square root of the marginal error, at most 0.1 and at least 1e-10: inexact Newton steps.
	LinearTolerance float64

	// LinearIterations bounds the iterations of conjugate gradients within a step; zero takes 500.
	LinearIterations int
}

// NewtonResult is a Result with how it came about.
type NewtonResult struct {
	Result

	Sweeps           int     // Sinkhorn sweeps, those after failed steps included
	Steps            int     // Newton steps taken
	LinearIterations int     // of conjugate gradients, over all steps
	Evaluations      int     // plans formed: one a step, and one for each step length tried that was too long
	Failed           int     // Newton steps that gained nothing at any length; sweeps took their place
	Fraction         float64 // of the entries that the last Hessian kept; 1 if it was the whole one
}

// Chosen for the zero value; the comments of NewtonSettings state them.
const (
	defaultKeptPerRow       = 15
	defaultLinearIterations = 500
	leastLinearTolerance    = 1e-10
	mostLinearTolerance     = 0.1
)

// resolveNewton checks what Settings do not hold.
func (s NewtonSettings) resolveNewton() (NewtonSettings, error) {
	if s.LinearIterations == 0 {
		s.LinearIterations = defaultLinearIterations
	}
	switch {
	case s.RelaxA != 0 || s.RelaxB != 0:
		return s, fmt.Errorf("ot: Settings.RelaxA = %v, Settings.RelaxB = %v: %w", s.RelaxA, s.RelaxB, ErrUnbalanced)
	case s.Sweeps < 0:
		return s, fmt.Errorf("ot: NewtonSettings.Sweeps = %d: %w", s.Sweeps, ErrSetting)
	case !(s.Fraction >= 0 && s.Fraction <= 1):
		return s, fmt.Errorf("ot: NewtonSettings.Fraction = %v: %w", s.Fraction, ErrSetting)
	case s.Dense && s.Fraction != 0:
		return s, fmt.Errorf("ot: NewtonSettings.Fraction = %v with Dense: %w", s.Fraction, ErrSetting)
	case !(s.LinearTolerance >= 0 && s.LinearTolerance < 1):
		return s, fmt.Errorf("ot: NewtonSettings.LinearTolerance = %v: %w", s.LinearTolerance, ErrSetting)
	case s.LinearIterations < 0:
		return s, fmt.Errorf("ot: NewtonSettings.LinearIterations = %d: %w", s.LinearIterations, ErrSetting)
	}
	return s, nil
}

// SinkhornNewton solves the problem of [Solve], with both marginals imposed, by Sinkhorn-Newton-Sparse.
func SinkhornNewton(ctx context.Context, a, b []float64, cost *Cost, settings NewtonSettings) (*NewtonResult, error) {
	settings, err := settings.resolveNewton()
	if err != nil {
		return nil, err
	}
	s, err := newSolution("a", a, "b", b, cost, settings.Settings)
	if err != nil {
		return nil, err
	}
	defer s.release()
	n := newNewton(s, settings)
	err = n.run(ctx)
	if err != nil && n.report.Stopped != algos.Cancelled {
		return nil, err
	}
	n.result.Result = *s.finish()
	if math.IsNaN(n.result.Dual) || math.IsNaN(n.result.Cost) {
		return nil, s.breakdown()
	}
	return &n.result, err
}
