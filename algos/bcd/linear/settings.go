package linear

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
)

// Settings of every fit; the zero value works.
type Settings struct {
	// Tolerance is the duality gap to stop at, as a fraction of the objective without features. Zero takes 1e-8. The gap
	// bounds how far the objective is from its minimum.
	Tolerance float64

	// MaxIterations bounds the iterations: rounds of choosing features, solving for these and measuring the gap, each with a pass over the
	// data; Newton steps for a logistic loss; passes over the samples for [SVM]. Zero takes 1000.
	MaxIterations int

	// NoIntercept leaves out the intercept, which is never penalised (but by [SVM]).
	NoIntercept bool

	// Standardise scales features to unit variance (with the weights, divided by their sum) for the fit, so that the penalty
	// is on coefficients of the scaled features, as glmnet does unless told not to. Coefficients are always returned for the
	// features as they were given. Data are not changed, and sparse data stay sparse.
	Standardise bool

	// Positive asks for coefficients that are not negative.
	Positive bool

	// DropConstant gives columns that are zero, or constant where there is an intercept or they are to be scaled, the coefficient
	// zero. They are an error otherwise.
	DropConstant bool

	// Weights of the samples; only their ratios matter, but for [SVM]. Nil is all ones. A sample of weight zero is left out.
	Weights []float64

	// Start is where to begin: the coefficients of a similar fit. Nil is zero, which also takes the place of a start with a
	// larger loss. It is not changed.
	Start []float64

	// Progress, if not nil, is called after every iteration with the relative gap. Of a path it is called after every
	// fit. Calls never overlap.
	Progress func(algos.Progress)
}

// Chosen for the zero value; the comments of Settings state them.
const (
	defaultTolerance  = 1e-8
	defaultIterations = 1000
)

// resolve checks s and fills in what is chosen for its zero values.
func (s Settings) resolve(ctx context.Context, x *Design) (Settings, error) {
	if err := check.Context("linear", ctx, ErrNil); err != nil {
		return s, err
	}
	if err := x.checkMade(); err != nil {
		return s, err
	}
	if s.Tolerance == 0 {
		s.Tolerance = defaultTolerance
	}
	if s.MaxIterations == 0 {
		s.MaxIterations = defaultIterations
	}
	switch {
	case !(s.Tolerance > 0) || math.IsInf(s.Tolerance, 1):
		return s, fmt.Errorf("linear: Settings.Tolerance = %v: %w", s.Tolerance, ErrTolerance)
	case s.MaxIterations < 0:
		return s, fmt.Errorf("linear: Settings.MaxIterations = %d, want 0 or more: %w", s.MaxIterations, ErrSetting)
	}
	if s.Start != nil {
		if err := checkVector("Settings.Start", s.Start, "features", x.features); err != nil {
			return s, err
		}
	}
	return s, nil
}

// penalty checks lambda and the ratio of its parts, and splits it.
func penalty(lambda, ratio float64) (l1, l2 float64, err error) {
	if !(lambda >= 0) || math.IsInf(lambda, 1) {
		return 0, 0, fmt.Errorf("linear: lambda = %v: %w", lambda, ErrLambda)
	}
	if !(ratio >= 0 && ratio <= 1) {
		return 0, 0, fmt.Errorf("linear: ratio = %v: %w", ratio, ErrRatio)
	}
	return lambda * ratio, lambda * (1 - ratio), nil
}

// Result is a fit with how it came about.
type Result struct {
	// Report says why the fit stopped. Its Residual is the duality gap as a fraction of the objective without features, unless the
	// function says otherwise, as in Settings.Tolerance; Residuals are the same at the start of each iteration.
	algos.Report

	// Coefficients of the features as they were given, and the intercept.
	Coefficients []float64
	Intercept    float64

	// Lambda is the penalty of this fit, for an SVM 1/cost.
	Lambda float64

	// Objective is what was minimised, at these coefficients; Gap is how far the minimum can be below, at most: the objective less that
	// of a feasible point of the dual problem, both computed from the data at the end (to rounding: a few units of the last place
	// of the objective).
	Objective, Gap float64

	// WorkingSet is how many features were ever worked on, Screened how many the last round knew to be zero by the
	// gap-safe test, Sweeps and Steps how many sweeps of coordinate descent and Newton steps were made on working sets.
	WorkingSet, Screened, Sweeps, Steps int
}

// Support is the features with a coefficient that is not zero, in ascending order.
func (r *Result) Support() []int {
	var support []int
	for j, w := range r.Coefficients {
		if w != 0 {
			support = append(support, j)
		}
	}
	return support
}

// Predict sets dst to the linear predictions for the samples of x: the intercept plus the features times the coefficients. For a
// classifier the sign is the class, positive for the larger of the two labels.
//
// It returns an error that wraps ErrNil or ErrShape if x does not have the features of the fit or len(dst) is not its samples.
func (r *Result) Predict(dst []float64, x *Design) error {
	if err := x.checkMade(); err != nil {
		return err
	}
	switch {
	case x.features != len(r.Coefficients):
		return fmt.Errorf("linear: features = %d, coefficients = %d: %w", x.features, len(r.Coefficients), ErrShape)
	case x.samples != len(dst):
		return fmt.Errorf("linear: len(dst) = %d, samples = %d: %w", len(dst), x.samples, ErrShape)
	}
	for i := range dst {
		dst[i] = r.Intercept
	}
	for j, w := range r.Coefficients {
		if w != 0 {
			x.columns.axpy(w, j, dst)
		}
	}
	return nil
}
