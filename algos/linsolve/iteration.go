package linsolve

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// iteration is what the methods have in common: the system, where it stands, and when to stop.
//
// A method is a loop over restarts, each of which forms the residual, around a loop over iterations on an estimate of it.
type iteration struct {
	ctx      context.Context
	settings Settings // resolved
	a        Operator
	b, x, r  []float64 // r is b - A*x after a restart; later the method's own
	scale    float64   // norm of b
	exponent int       // b and x are those of the system over 2 to this power
	first    float64   // relative residual where the method began, which that of an answer does not exceed
	last     float64   // and at the last restart
	kept     []float64 // x where that was least
	least    float64   // and what it was
	restarts int
	reported int // iterations that Progress knows of
	result   Result
	err      error // of the context
}

// newIteration checks the input of a method.
func newIteration(ctx context.Context, a Operator, b []float64, settings Settings, square bool) (*iteration, error) {
	if err := check.Context("linsolve", ctx, ErrNil); err != nil {
		return nil, err
	}
	if a == nil {
		return nil, fmt.Errorf("linsolve: operator: %w", ErrNil)
	}
	rows, cols := a.Size()
	if square && rows != cols {
		return nil, fmt.Errorf("linsolve: operator is %d x %d: %w", rows, cols, ErrNotSquare)
	}
	if err := checkVector("b", b, "rows of the operator", rows); err != nil {
		return nil, err
	}
	settings, err := settings.resolve(cols)
	if err != nil {
		return nil, err
	}
	it := &iteration{ctx: ctx, settings: settings, a: a, b: b, x: make([]float64, cols), r: make([]float64, rows), scale: vec.Norm2(b)}
	copy(it.x, settings.Start)
	if math.IsInf(it.scale, 1) {
		return nil, fmt.Errorf("linsolve: norm of b = +Inf: %w", ErrFinite)
	}
	if it.scale == 0 {
		clear(it.x)
		it.result.Stopped = algos.Converged
	}
	it.rescale()
	return it, nil
}

// Norms of b below and above which its squares, which methods add up, get near the end of the range.
const leastScale, mostScale = 0x1p-300, 0x1p300

// rescale takes a b that is very large or very small, and x with it, over a power of two, which changes nothing in a linear system.
func (it *iteration) rescale() {
	if it.scale == 0 || it.scale >= leastScale && it.scale <= mostScale {
		return
	}
	_, exponent := math.Frexp(it.scale)
	x := timesPower(it.x, -exponent)
	if !allFinite(x) { // a start so much larger than b
		return
	}
	it.b, it.x, it.exponent = timesPower(it.b, -exponent), x, exponent
	it.scale = vec.Norm2(it.b)
}

// restore undoes rescale. The solution may then be out of range, or be rounded to a multiple of the smallest number.
func (it *iteration) restore() {
	if it.exponent == 0 {
		return
	}
	it.b, it.x = timesPower(it.b, it.exponent), timesPower(it.x, it.exponent)
	it.exponent = 0
	if it.scale > 0 {
		it.scale = vec.Norm2(it.b)
	}
	before := it.result.Residual
	it.result.Residual = it.judge()
	switch norm := it.result.Residual; {
	case it.result.Stopped != algos.Converged:
	case !check.Finite(norm):
		it.breakdown(ErrOverflow)
	case norm > max(it.settings.Tolerance, before*(1+0x1p-20)):
		it.result.Stopped = algos.Stalled
	}
}

// timesPower is x times a power of two.
func timesPower(x []float64, exponent int) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = math.Ldexp(v, exponent)
	}
	return y
}

// formResidual sets r = b - A*x and returns its norm as a fraction of that of b.
func (it *iteration) formResidual() float64 {
	if it.scale == 0 {
		clear(it.r)
		return 0
	}
	if a, ok := it.a.(residualer); ok {
		return a.residual(it.r, it.b, it.x) / it.scale
	}
	it.a.Apply(it.r, it.x)
	vec.Sub(it.r, it.b, it.r)
	return vec.Norm2(it.r) / it.scale
}

// judge is formResidual of an x that may be the answer: NaN unless all of x is finite, which a matrix with an empty column does not show.
func (it *iteration) judge() float64 {
	norm := it.formResidual()
	if !allFinite(it.x) {
		return math.NaN()
	}
	return norm
}

// restart forms the residual and decides whether the method begins, or begins again, from it. It has stalled if the residual is not
// below so much of what it was at the last restart.
func (it *iteration) restart(worthwhile float64) bool {
	if it.result.Stopped != 0 {
		return false
	}
	norm := it.judge()
	it.progress(norm)
	it.result.Residual = norm
	if it.restarts == 0 {
		it.first = norm
	}
	switch {
	case !check.Finite(norm):
		it.breakdown(ErrOverflow)
	case norm <= it.settings.Tolerance:
		it.result.Stopped = algos.Converged
	case it.restarts > 0 && norm > worthwhile*it.last:
		it.result.Stopped = algos.Stalled
	}
	if it.result.Stopped == 0 {
		it.remember(norm)
	}
	it.last = norm
	it.restarts++
	return it.result.Stopped == 0
}

// remember keeps x if its relative residual, as formed from it, is the least so far, and reports whether it is.
func (it *iteration) remember(norm float64) bool {
	least := it.kept == nil || norm < it.least
	if least {
		it.kept, it.least = append(it.kept[:0], it.x...), norm
	}
	return least
}

// asked is what an estimate must come to before it is held against the truth, given what that was at the last restart: the tolerance at
// first. After an estimate was wrong it is so little that the next restart can tell progress from rounding, however near the tolerance is.
func (it *iteration) asked(last float64) float64 {
	if it.restarts > 1 {
		return min(it.settings.Tolerance, drifted/2*last)
	}
	return it.settings.Tolerance
}

// next begins an iteration at an estimate of the relative residual, unless the estimate meets the tolerance or is too small to be
// believed, in which case a restart is due, or the iteration has to stop.
func (it *iteration) next(estimate float64) bool {
	if it.result.Stopped != 0 {
		return false
	}
	it.progress(estimate)
	switch {
	case !check.Finite(estimate):
		it.breakdown(ErrOverflow)
		return false
	case estimate <= max(it.asked(it.last), believable*it.last):
		return false
	case it.ctx.Err() != nil:
		it.result.Stopped = algos.Cancelled
		it.err = fmt.Errorf("linsolve: %w", context.Cause(it.ctx))
		return false
	case it.result.Iterations == it.settings.MaxIterations:
		it.result.Stopped = algos.IterationLimit
		return false
	}
	it.result.Iterations++
	it.result.Residuals = append(it.result.Residuals, estimate)
	return true
}

// progress tells of the iteration that has ended, if one has.
func (it *iteration) progress(residual float64) {
	if done := it.result.Iterations; done > it.reported {
		it.reported = done
		if it.settings.Progress != nil {
			it.settings.Progress(algos.Progress{Done: done, Of: it.settings.MaxIterations, Residual: residual})
		}
	}
}

// breakdown ends the iteration for a reason.
func (it *iteration) breakdown(reason error) {
	it.result.Stopped, it.result.Reason = algos.Breakdown, reason
}

// precondition sets z to M^-1 r.
func (it *iteration) precondition(z, r []float64) {
	if it.settings.Preconditioner == nil {
		copy(z, r)
		return
	}
	it.settings.Preconditioner.Precondition(z, r)
}

// finish forms the residual of the answer and tells of an iteration that broke down. The result of a context that ended comes with its error.
func (it *iteration) finish() (*Result, error) {
	if it.result.Stopped != algos.Converged && it.result.Stopped != algos.Stalled {
		it.result.Residual = it.judge()
	}
	if it.result.Stopped != algos.Converged && it.kept != nil && !(it.result.Residual <= it.least) {
		it.x, it.result.Residual = it.kept, it.least // what rounding or a singular matrix has done since the best restart is no answer
	}
	it.restore()
	if !(it.result.Residual <= it.first) { // nor is a solution that is out of range
		clear(it.x)
		copy(it.x, it.settings.Start)
		it.result.Residual = it.judge()
	}
	if it.result.Residual <= it.settings.Tolerance && it.result.Stopped != algos.Cancelled { // the best answer may be another than the last
		it.result.Stopped, it.result.Reason = algos.Converged, nil
	}
	it.progress(it.result.Residual)
	it.result.X = it.x
	return &it.result, it.err
}

// drifted is what must have become of the residual since the last restart for another one to be worth while: a recurrence that has
// drifted away from it gains far more than this, and at the limit of rounding nothing is gained.
const drifted = 0.5

// believable is what an estimate may come to as a fraction of the residual at the last restart. The residual itself has been lost in rounding
// long before: a method that goes on has nothing to find, and ends in a division of zeros that looks like a property of the matrix.
const believable = 0x1p-50
