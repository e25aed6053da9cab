package linear

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
)

// PathSettings of a path of fits; the zero value works.
type PathSettings struct {
	Settings

	// Lambdas are the penalties, which must fall, and none of which may be zero for a logistic loss. Nil takes Count of them, evenly spaced in logarithm from the least penalty that
	// leaves no coefficient to Least times that.
	Lambdas []float64
	// Count of penalties if Lambdas is nil; zero takes 100.
	Count int
	// Least penalty as a fraction of the largest; zero takes 0.001, as scikit-learn does.
	Least float64
}

const (
	defaultCount = 100
	defaultLeast = 1e-3
	leastRatio   = 1e-3 // of the parts of the penalty, for choosing the largest: ridge regression never leaves none
)

// Path is fits with falling penalties.
type Path struct {
	Fits []*Result
}

// Lambdas are the penalties of the fits.
func (p *Path) Lambdas() []float64 {
	l := make([]float64, len(p.Fits))
	for k, f := range p.Fits {
		l[k] = f.Lambda
	}
	return l
}

// fitter is a loss with its data: it fits at one penalty, from where it stands.
type fitter interface {
	fit(ctx context.Context, l1, l2, previous float64, s Settings) *Result
	least() float64 // l1 from which on there are no coefficients
}

func (q *quadratic) least() float64 { return q.top }

// LassoPath is [Lasso] for a sequence of falling penalties, each fit beginning at the one before: for all of them
// together little more work than for the last alone.
//
// If the context ends the fits done, the last of them Cancelled, are returned with its error.
func LassoPath(ctx context.Context, x *Design, y []float64, settings PathSettings) (*Path, error) {
	return ElasticNetPath(ctx, x, y, 1, settings)
}

// ElasticNetPath is [ElasticNet] for a sequence of falling penalties, as [LassoPath].
func ElasticNetPath(ctx context.Context, x *Design, y []float64, ratio float64, settings PathSettings) (*Path, error) {
	return newPath(ctx, x, y, SquaredLoss, ratio, settings)
}

// LogisticPath is [Logistic] for a sequence of falling penalties, as [LassoPath].
func LogisticPath(ctx context.Context, x *Design, labels []float64, ratio float64, settings PathSettings) (*Path, error) {
	return newPath(ctx, x, labels, LogisticLoss, ratio, settings)
}

// GroupPathSettings of a path of group Lassos; the zero value works.
type GroupPathSettings struct {
	// PathSettings: Positive must be zero.
	PathSettings
	// Factors are those of [GroupSettings].
	Factors []float64
}

// GroupLassoPath is [GroupLasso] for a sequence of falling penalties, as [LassoPath].
func GroupLassoPath(ctx context.Context, x *Design, y []float64, groups [][]int, settings GroupPathSettings) (*Path, error) {
	s, err := settings.PathSettings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	g, err := newGrouped(x, y, groups, GroupSettings{Settings: s.Settings, Factors: settings.Factors})
	if err != nil {
		return nil, err
	}
	return s.run(ctx, g, 1)
}

func newPath(ctx context.Context, x *Design, y []float64, loss Loss, ratio float64, settings PathSettings) (*Path, error) {
	settings, err := settings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	if err := settings.check(loss, ratio); err != nil {
		return nil, err
	}
	f, err := newFitter(x, y, loss, settings.Settings)
	if err != nil {
		return nil, err
	}
	return settings.run(ctx, f, ratio)
}

// resolve checks s and fills in what is chosen for its zero values.
func (s PathSettings) resolve(ctx context.Context, x *Design) (PathSettings, error) {
	var err error
	if s.Settings, err = s.Settings.resolve(ctx, x); err != nil {
		return s, err
	}
	if s.Count == 0 {
		s.Count = defaultCount
	}
	if s.Least == 0 {
		s.Least = defaultLeast
	}
	switch {
	case s.Count < 0:
		return s, fmt.Errorf("linear: PathSettings.Count = %d, want 0 or more: %w", s.Count, ErrSetting)
	case !(s.Least > 0 && s.Least < 1):
		return s, fmt.Errorf("linear: PathSettings.Least = %v, want between 0 and 1: %w", s.Least, ErrSetting)
	}
	if s.Lambdas != nil && len(s.Lambdas) == 0 {
		return s, fmt.Errorf("linear: PathSettings.Lambdas are none: %w", ErrSetting)
	}
	for k, l := range s.Lambdas {
		if !(l >= 0) || math.IsInf(l, 1) {
			return s, fmt.Errorf("linear: PathSettings.Lambdas[%d] = %v: %w", k, l, ErrLambda)
		}
		if k > 0 && l >= s.Lambdas[k-1] {
			return s, fmt.Errorf("linear: PathSettings.Lambdas[%d] = %v does not fall: %w", k, l, ErrSetting)
		}
	}
	return s, nil
}

// check holds the penalties against the loss.
func (s PathSettings) check(loss Loss, ratio float64) error {
	if n := len(s.Lambdas); loss == LogisticLoss && n > 0 {
		if err := positivePenalty(s.Lambdas[n-1]); err != nil { // the least of them
			return err
		}
	}
	_, _, err := penalty(0, ratio)
	return err
}

// grid is the penalties to fit at.
func (s PathSettings) grid(top, ratio float64) []float64 {
	if s.Lambdas != nil {
		return s.Lambdas
	}
	top /= max(ratio, leastRatio)
	if top == 0 {
		top = 1 // nothing can enter: any penalty does
	}
	lambdas := make([]float64, s.Count)
	for k := range lambdas {
		lambdas[k] = top
		if k > 0 {
			lambdas[k] = top * math.Pow(s.Least, float64(k)/float64(s.Count-1))
		}
	}
	return lambdas
}

// run fits at all penalties.
func (s PathSettings) run(ctx context.Context, f fitter, ratio float64) (*Path, error) {
	lambdas := s.grid(f.least(), ratio)
	path := &Path{}
	previous := f.least()
	progress := s.Progress
	s.Progress = nil
	for k, lambda := range lambdas {
		result := f.fit(ctx, lambda*ratio, lambda*(1-ratio), previous, s.Settings)
		result.Lambda = lambda
		path.Fits = append(path.Fits, result)
		if progress != nil {
			progress(algos.Progress{Done: k + 1, Of: len(lambdas), Residual: result.Residual})
		}
		if err := ended(ctx, result); err != nil {
			return path, err
		}
		previous = lambda * ratio
	}
	return path, nil
}
