package orth

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// IterationSettings of the iterations that run until they converge; the zero value works.
type IterationSettings struct {
	// Tolerance is the residual to stop at; zero takes 1e-12 in float64 and 1e-5 in float32.
	Tolerance float64

	// MaxIterations bounds the steps; zero takes 100, and LeastSquares 20.
	MaxIterations int

	// Progress, if not nil, is called after every step.
	Progress func(algos.Progress)
}

const defaultIterations = 100

func defaultTolerance[T kernels.Float]() float64 {
	if cast.Single[T]() {
		return 1e-5
	}
	return 1e-12
}

func resolveIteration[T kernels.Float](s IterationSettings) (IterationSettings, error) {
	if s.Tolerance == 0 {
		s.Tolerance = defaultTolerance[T]()
	}
	if s.MaxIterations == 0 {
		s.MaxIterations = defaultIterations
	}
	switch {
	case !(s.Tolerance > 0) || math.IsInf(s.Tolerance, 1):
		return s, fmt.Errorf("orth: IterationSettings.Tolerance = %v: %w", s.Tolerance, ErrTolerance)
	case s.MaxIterations < 0:
		return s, fmt.Errorf("orth: IterationSettings.MaxIterations = %d, want 0 or more: %w", s.MaxIterations, ErrSetting)
	}
	return s, nil
}

// tracker decides when an iteration ends.
type tracker struct {
	IterationSettings
	n      int // errors whose root mean square the residual is
	free   int // iterations in which it may rise
	report algos.Report
}

// near is the greatest error of a singular value or eigenvalue below which an iteration of second order at least halves
// it in every step, unless rounding is in the way. The residual, a root mean square of n of them, is then at most
// near/sqrt(n) or the error is greater.
const near = 0.4

// ends takes the residual at the start of a step and reports whether the iteration ends there.
func (t *tracker) ends(ctx context.Context, residual float64) (bool, error) {
	r := &t.report
	if r.Iterations > 0 && t.Progress != nil {
		t.Progress(algos.Progress{Done: r.Iterations, Of: t.MaxIterations, Residual: residual})
	}
	previous := math.Inf(1)
	if n := len(r.Residuals); n > 0 {
		previous = r.Residuals[n-1]
	}
	r.Residual = residual
	switch err := context.Cause(ctx); {
	case residual <= t.Tolerance:
		r.Stopped = algos.Converged
	case err != nil:
		r.Stopped = algos.Cancelled
		return true, fmt.Errorf("orth: %w", err)
	case r.Iterations > t.free && previous < near/math.Sqrt(float64(t.n)) && !(residual < previous/2):
		r.Stopped = algos.Stalled
	case r.Iterations >= t.MaxIterations:
		r.Stopped = algos.IterationLimit
	default:
		r.Residuals = append(r.Residuals, residual)
		r.Iterations++
		return false, nil
	}
	return true, nil
}

// ExactSettings of [ExactPolar]; the zero value works.
type ExactSettings struct {
	IterationSettings

	// Lower is a lower bound of the singular values as fractions of the Frobenius norm, between 0 and 1: with one that
	// is near the truth the fewest steps are needed, with one that is too large some more. Zero takes 1e-8 in float64
	// and 1e-4 in float32.
	Lower float64
}

// safety is that of the polynomials of ExactPolar: a singular value at the upper end of the interval of each step would
// otherwise have its rounding error multiplied by about 12 in every step.
const safety = 1.01

// ExactPolar sets dst to the orthogonal polar factor U*V' of g = U*diag(s)*V', for reference: the steps of Polar
// Express for the interval [Lower, 1], then steps of third order, until the orthogonality error (the residual, as in
// [PolarResult]) meets the tolerance.
//
// Shapes and aliasing are those of [Polar]. The error of dst is a small multiple of rounding times norm/s_min; where g
// has no full rank the factor is not unique, and what rounding makes of the null space is orthogonal too; where it makes
// nothing, as of a row of zeros or as a rule of two equal rows, the null space stays zero and the end is IterationLimit. A
// matrix of zeros is ErrSingular. w may be nil.
func ExactPolar[T kernels.Float](ctx context.Context, dst, g kernels.Matrix[T], settings ExactSettings, w *Workspace[T]) (PolarResult, error) {
	return exactPolar(ctx, dst, g, settings, w, false)
}

func exactPolar[T kernels.Float](ctx context.Context, dst, g kernels.Matrix[T], settings ExactSettings, w *Workspace[T], symmetric bool) (PolarResult, error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return PolarResult{}, err
	}
	if err := checkSameShape("dst", dst, "g", g); err != nil {
		return PolarResult{}, err
	}
	iteration, err := resolveIteration[T](settings.IterationSettings)
	if err != nil {
		return PolarResult{}, err
	}
	schedule, err := exactSchedule[T](settings.Lower)
	if err != nil {
		return PolarResult{}, err
	}
	name := "g"
	if symmetric {
		name = "a" // of Sign
	}
	size := norm(g)
	switch {
	case !check.Finite(size):
		return PolarResult{}, fmt.Errorf("orth: norm of %s = %v: %w", name, size, ErrNotFinite)
	case size == 0 && g.Rows*g.Cols > 0:
		return PolarResult{}, fmt.Errorf("orth: %s: %w", name, ErrSingular)
	case g.Rows*g.Cols == 0:
		return PolarResult{Report: algos.Report{Stopped: algos.Converged}, Form: StandardForm}, nil
	}
	if w == nil {
		w = new(Workspace[T])
	}
	r := run[T]{ctx: ctx, w: w, dst: dst, tall: matmul.Transpose(g.Rows > g.Cols), symmetric: symmetric, settings: PolarSettings{Margin: 1, Unmeasured: true}}
	r.start(g, size, size)
	t := tracker{IterationSettings: iteration, n: min(g.Rows, g.Cols), free: len(schedule)}
	for {
		a := r.square(buffer1)
		r.gramMatrix(a)
		end, err := t.ends(ctx, distanceFromIdentity(a))
		if end {
			r.finish()
			return PolarResult{Report: t.report, Form: StandardForm, Norm: size}, err
		}
		p := halley
		if i := t.report.Iterations - 1; i < len(schedule) {
			p = schedule[i]
		}
		r.standardStep(p, a, r.next(t.report.Iterations))
	}
}

// exactSchedule leads from [lower, 1] to where halley converges in a few steps. Without the cushion the polynomials for
// a small lower map values in the middle of the interval to about lower as well, and the digits are gone that their
// singular vectors had.
func exactSchedule[T kernels.Float](lower float64) (Schedule, error) {
	if lower == 0 {
		lower = 1e-8
		if cast.Single[T]() {
			lower = 1e-4
		}
	}
	if !(lower > 0 && lower <= 1) {
		return nil, fmt.Errorf("orth: ExactSettings.Lower = %v, want between 0 and 1: %w", lower, ErrSetting)
	}
	for steps := 1; ; steps++ {
		schedule, deviation, err := Greedy(GreedySettings{Steps: steps, Low: max(lower, shortest), Cushion: Cushion, Safety: safety})
		if err != nil || deviation < 0.2 {
			return schedule, err
		}
	}
}
