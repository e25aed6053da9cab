package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/algos"
)

// What the rounds of all fits on working sets share.

// judge tells of the progress and sets Stopped if the residual, the context or the number of rounds end the fit, which it reports.
func (r *Result) judge(ctx context.Context, s Settings) (ended bool) {
	if r.Iterations > 0 && s.Progress != nil {
		s.Progress(algos.Progress{Done: r.Iterations, Of: s.MaxIterations, Residual: r.Residual})
	}
	switch {
	case r.Residual <= s.Tolerance:
		r.Stopped = algos.Converged
	case ctx.Err() != nil:
		r.Stopped = algos.Cancelled
	case r.Iterations >= s.MaxIterations:
		r.Stopped = algos.IterationLimit
	}
	return r.Stopped != 0
}

// threshold is how large a correlation must be for its feature to be worked on: above the penalty, but in the first round after
// a fit at the previous penalty, if there was one, above the sequential strong rule (Tibshirani et al. 2012).
func (r *Result) threshold(penalty, previous float64) float64 {
	if r.Iterations == 0 && previous > 0 {
		return max(2*penalty-previous, penalty/2)
	}
	return penalty * (1 + 1e-12)
}

// Rounds without new features in which the gap hardly falls before a fit has stalled, and the violation that is always
// good enough in a working set, as a fraction of the penalty.
const (
	mostStalled    = 6
	leastViolation = 1e-16
)

// patience is what a fit has left for rounds without new features.
type patience struct {
	floor float64 // the violation that ends a round, as a fraction of the penalty
	best  float64 // residual
	idle  int     // rounds
}

func newPatience(s Settings) patience {
	return patience{floor: max(0.1*s.Tolerance, leastViolation), best: math.Inf(1)}
}

// spend is told of the residual before a round, and whether it has new features; without them it must be more exact. It reports
// whether the fit has stalled.
func (p *patience) spend(residual float64, fresh bool) (stalled bool) {
	if !fresh {
		p.floor = max(p.floor/16, leastViolation)
		if p.idle++; residual <= 0.9*p.best && residual > leastViolation {
			p.idle = 0
		}
		stalled = p.idle > mostStalled
	}
	p.best = min(p.best, residual)
	return stalled
}

// lowest is the best point of a fit so far, which begins as zero: where digits are lost, rounds lead away from it.
type lowest struct {
	merit float64 // the less the better
	b     []float64
}

func (l *lowest) see(merit float64, b []float64) {
	if merit < l.merit {
		l.merit, l.b = merit, append(l.b[:0], b...)
	}
}

// restore sets b, which may have become longer, to the best point if a fit stopped at a worse one without having converged; it
// reports whether it did.
func (l *lowest) restore(b []float64, merit float64, stopped algos.Stop) bool {
	if stopped == algos.Converged || merit <= l.merit {
		return false
	}
	clear(b)
	copy(b, l.b)
	return true
}
