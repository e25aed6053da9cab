package ot

import "github.com/raphson-go/raphson/algos"

// verdict is why the iteration has ended, given the residual of its plan.
func (it *iteration) verdict(residual float64) algos.Stop {
	stopped, met := it.report.Stopped, residual <= it.settings.Tolerance
	switch {
	case stopped == algos.Converged && !met:
		return algos.Stalled // rounding hid from the iteration what the plan shows
	case met && it.eps == it.settings.Epsilon && (stopped == algos.Stalled || stopped == algos.IterationLimit):
		return algos.Converged // the last iteration did it
	}
	return stopped
}

// slightlyAbove is how far above the tolerance the residual of a plan is worth more sweeps; what is farther is rounding that they do not lower.
const slightlyAbove = 1.25

// goesOn reports whether an iteration that has ended is to be taken up again, given the residual of its plan: where the residual falls slowly, the
// iteration meets the tolerance by less than the rounding of the plan, and goes on to half of it.
func (it *iteration) goesOn(residual float64) bool {
	tolerance := it.settings.Tolerance
	if it.report.Stopped != algos.Converged || !(residual > tolerance && residual <= slightlyAbove*tolerance) || it.margin > 0 && residual > 0.75*it.reached {
		return false
	}
	it.reached, it.margin, it.report.Stopped = residual, (1+it.margin)/2, 0
	return true
}
