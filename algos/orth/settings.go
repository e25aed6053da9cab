package orth

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
)

// Form is how Newton-Schulz steps are carried out. All forms give the same but for rounding.
type Form uint8

const (
	// AutomaticForm takes the form that costs less by [ChooseForm].
	AutomaticForm Form = iota
	// StandardForm multiplies X itself in every step: A = X*X', B = b*A + c*A*A, X = a*X + B*X.
	StandardForm
	// GramForm follows the Gram matrix R = X*X' instead, and the product Q of all that X would have been multiplied by;
	// X is formed at restarts and at the end. It pays where X is longer than wide or the reverse.
	GramForm
)

// String is the name in words.
func (f Form) String() string {
	switch f {
	case AutomaticForm:
		return "automatic"
	case StandardForm:
		return "standard form"
	case GramForm:
		return "Gram form"
	}
	return fmt.Sprintf("orth.Form(%d)", uint8(f))
}

// Start is how Newton-Schulz scales its input so that no singular value is above 1.
type Start uint8

const (
	// Frobenius divides by Margin times the Frobenius norm plus Guard.
	Frobenius Start = iota
	// AOL divides each row (of a tall matrix each column) by the root of the sum of magnitudes of its products with all
	// rows, after Prach and Lampert (2022). That leaves larger singular values than the norm does and saves a step, but
	// scales rows differently: the result is near the polar factor of the scaled matrix, not of the one given.
	AOL
)

// String is the name in words.
func (s Start) String() string {
	switch s {
	case Frobenius:
		return "Frobenius norm"
	case AOL:
		return "AOL"
	}
	return fmt.Sprintf("orth.Start(%d)", uint8(s))
}

// PolarSettings of Newton-Schulz with a fixed schedule; the zero value does the five steps of Muon.
type PolarSettings struct {
	// Schedule is the polynomials of the steps; nil takes MuonSchedule(5).
	Schedule Schedule

	Form Form

	// Restarts are the steps, counted from 1, after which the Gram form computes X and its Gram matrix anew, in
	// ascending order. nil restarts where rounding errors could have grown to 1000 units, by a bound on the Gram matrix:
	// of the schedules here not at all if the singular values are many and alike, as those of a long Gaussian matrix of
	// 256 rows and more are, else once or twice. An empty list that is not nil never does.
	Restarts []int

	Start Start

	// Margin multiplies the Frobenius norm; zero takes 1. Polar Express is used with 1.01 or 1.02, against rounding.
	Margin float64

	// Guard is added to the norm, so that a matrix of zeros stays zero; zero takes 1e-7. A matrix whose norm is not large
	// against it comes out smaller than orthogonal.
	Guard float64

	// Unmeasured leaves out the measurement of the orthogonality: Result.Residual is NaN and Result.Residuals nil.
	// Measuring costs one product X*X' at the end, about a fifteenth of five steps.
	Unmeasured bool

	// Progress, if not nil, is called after every step.
	Progress func(algos.Progress)
}

const (
	defaultSteps = 5
	defaultGuard = 1e-7
)

// muonFive is the schedule of the zero value; nobody writes to it.
var muonFive = MuonSchedule(defaultSteps)

func (s PolarSettings) resolve() (PolarSettings, error) {
	if s.Schedule == nil {
		s.Schedule = muonFive
	}
	if s.Margin == 0 {
		s.Margin = 1
	}
	if s.Guard == 0 {
		s.Guard = defaultGuard
	}
	switch {
	case len(s.Schedule) == 0:
		return s, fmt.Errorf("orth: PolarSettings.Schedule has no steps, want 1 or more: %w", ErrSetting)
	case s.Form > GramForm:
		return s, fmt.Errorf("orth: PolarSettings.Form = %v, want AutomaticForm, StandardForm or GramForm: %w", s.Form, ErrSetting)
	case s.Start > AOL:
		return s, fmt.Errorf("orth: PolarSettings.Start = %v, want Frobenius or AOL: %w", s.Start, ErrSetting)
	case !(s.Margin > 0) || math.IsInf(s.Margin, 1):
		return s, fmt.Errorf("orth: PolarSettings.Margin = %v, want above 0 and finite: %w", s.Margin, ErrSetting)
	case !(s.Guard > 0) || math.IsInf(s.Guard, 1):
		return s, fmt.Errorf("orth: PolarSettings.Guard = %v, want above 0 and finite: %w", s.Guard, ErrSetting)
	}
	if err := s.Schedule.check("PolarSettings.Schedule"); err != nil {
		return s, err
	}
	if !validRestarts(s.Restarts) {
		return s, fmt.Errorf("orth: PolarSettings.Restarts = %v, want steps from 1 on that rise: %w", s.Restarts, ErrSetting)
	}
	return s, nil
}

// validRestarts reports whether restarts ascend from 1 at least. Those behind the last step do nothing.
func validRestarts(restarts []int) bool {
	previous := 0
	for _, r := range restarts {
		if r <= previous {
			return false
		}
		previous = r
	}
	return true
}
