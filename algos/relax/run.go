package relax

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
)

// Sequence is systems to solve one after the other. [Shifts] and [Heat] are two.
type Sequence interface {
	// Next goes to the next system and returns what is known of it beforehand; ok is false if there is none.
	Next() (context float64, ok bool)

	// Solve solves the system with a parameter and returns what it has cost, 1 at least.
	Solve(ctx context.Context, omega float64) (cost float64, err error)
}

// Settings of Run; the zero value works.
type Settings struct {
	// MaxSystems bounds the systems solved; zero takes all.
	MaxSystems int

	// Progress, if not nil, is called after every system with the mean cost. Progress.Of is MaxSystems, or the length of a sequence that
	// has a method Len() int, or 0.
	Progress func(algos.Progress)
}

// Result is how a sequence went.
type Result struct {
	// Report: Iterations is the systems solved, Residual their mean cost and Residuals what it was before each of them, 0 before
	// the first. Stopped is Converged if the sequence came to its end.
	algos.Report

	Omegas []float64 // chosen, one a system
	Costs  []float64
	Total  float64 // sum of the costs
}

// Run solves a sequence from where it is to its end, with the parameters that a learner chooses.
//
// The error wraps ErrNil, ErrSetting, an error of the learner or the sequence, or that of a context that ended. But for the first two
// it comes with the result so far. Where the context ended between two systems another Run goes on with the second.
func Run(ctx context.Context, learner Learner, sequence Sequence, settings Settings) (*Result, error) {
	if err := check.Context("relax", ctx, ErrNil); err != nil {
		return nil, err
	}
	if missing(learner) {
		return nil, fmt.Errorf("relax: learner: %w", ErrNil)
	}
	if missing(sequence) {
		return nil, fmt.Errorf("relax: sequence: %w", ErrNil)
	}
	if settings.MaxSystems < 0 {
		return nil, fmt.Errorf("relax: Settings.MaxSystems = %d, want 0 or more: %w", settings.MaxSystems, ErrSetting)
	}
	of := settings.MaxSystems
	if sized, ok := sequence.(interface{ Len() int }); ok && of == 0 {
		of = sized.Len()
	}
	result := new(Result)
	for settings.MaxSystems == 0 || result.Iterations < settings.MaxSystems {
		if ctx.Err() != nil { // before the sequence moves: a later Run goes on with this system
			result.Stopped = algos.Cancelled
			return result, fmt.Errorf("relax: system %d: %w", result.Iterations, context.Cause(ctx))
		}
		known, ok := sequence.Next()
		if !ok {
			result.Stopped = algos.Converged
			return result, nil
		}
		if err := result.one(ctx, learner, sequence, known); err != nil {
			result.Stopped = algos.Breakdown
			if ctx.Err() != nil {
				result.Stopped = algos.Cancelled
			}
			return result, fmt.Errorf("relax: system %d: %w", result.Iterations, err)
		}
		if settings.Progress != nil {
			settings.Progress(algos.Progress{Done: result.Iterations, Of: of, Residual: result.Residual})
		}
	}
	result.Stopped = algos.IterationLimit
	return result, nil
}

// missing reports whether v is nil, or a learner or sequence of this package that is, as a constructor that fails returns it.
func missing(v any) bool {
	switch v := v.(type) {
	case nil:
		return true
	case *TsallisINF:
		return v == nil
	case *ChebCB:
		return v == nil
	case *Binned:
		return v == nil
	case *Shifts:
		return v == nil
	case *Heat:
		return v == nil
	}
	return false
}

// one solves a system.
func (r *Result) one(ctx context.Context, learner Learner, sequence Sequence, known float64) error {
	omega, err := learner.Choose(known)
	if err != nil {
		return err
	}
	cost, err := sequence.Solve(ctx, omega)
	if err != nil {
		return err
	}
	if err := learner.Observe(cost); err != nil {
		return err
	}
	r.Residuals = append(r.Residuals, r.Residual)
	r.Omegas, r.Costs = append(r.Omegas, omega), append(r.Costs, cost)
	r.Iterations++
	r.Total += cost
	r.Residual = r.Total / float64(r.Iterations)
	return nil
}
