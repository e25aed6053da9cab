package bcd

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
)

// Minimise minimises f + R, a smooth problem and the regulariser of the settings, by block coordinate descent: an iteration chooses a
// block of variables and moves them.
//
// The error wraps one of the errors of this package and names the argument; settings that do not go together are ErrCombination. When the
// context ends first the error wraps the context's and comes with the result so far.
func Minimise(ctx context.Context, problem Problem, settings Settings) (*Result, error) {
	if err := check.Context("bcd", ctx, ErrNil); err != nil {
		return nil, err
	}
	if problem == nil {
		return nil, fmt.Errorf("bcd: problem: %w", ErrNil)
	}
	if l, ok := problem.(*Labels); ok && !l.made() {
		return nil, fmt.Errorf("bcd: problem is a *Labels that no constructor made: %w", ErrNil)
	}
	n := problem.Size()
	if n < 1 {
		return nil, fmt.Errorf("bcd: problem has %d variables: %w", n, ErrEmpty)
	}
	settings, err := settings.resolve(n)
	if err != nil {
		return nil, err
	}
	r, err := newRun(ctx, problem, settings)
	if err != nil {
		return nil, err
	}
	for r.next() {
		r.step()
	}
	return r.finish()
}

// run is a minimisation under way.
type run struct {
	*Iteration
	settings Settings
	choose   func() Block
	update   func(Block) error
	active   *activeSet
	scale    float64 // of the residual
	origin   float64 // magnitude of the objective at zero
	idle     int     // iterations without a change since the last one
	drifted  bool    // something has moved since the point was formed
	limit    stall
	halted   float64   // measure where nothing was gained any more, formed anew
	fell     int       // iteration of the last look that saw measure or objective fall
	turns    []int     // iteration of the last turn of each variable, where the rule is blind
	before   []float64 // the block before its move
	last     int       // variables of the last block
	result   Result
	err      error
}

func newRun(ctx context.Context, problem Problem, settings Settings) (*run, error) {
	r := &run{settings: settings, halted: math.Inf(1), Iteration: newIteration(ctx, problem, settings, rand.New(rand.NewPCG(settings.Seed, 0)))}
	var err error
	if r.Blocks, err = settings.Partition.Begin(r.Iteration); err != nil {
		return nil, err
	}
	if err = r.checkGroups(); err != nil {
		return nil, err
	}
	if r.choose, err = settings.Selection.Begin(r.Iteration); err != nil {
		return nil, err
	}
	if r.update, err = settings.Update.Begin(r.Iteration); err != nil {
		return nil, err
	}
	if settings.Stop == Gap && !r.hasGap() {
		return nil, combination("Settings.Stop = Gap with %v and this problem, which have no dual to form it with", r.Regulariser)
	}
	pass := r.Blocks.pass(r.Size())
	if r.settings.MaxIterations == 0 {
		r.settings.MaxIterations = defaultPasses * pass
	}
	if r.settings.Every == 0 {
		r.settings.Every = pass
		if r.watched {
			r.settings.Every = 1
		}
	}
	r.limit.patience = max(50, 10*pass/r.settings.Every)
	if !r.watched {
		r.limit.patience = max(50, 200*pass/r.settings.Every) // a random rule may leave out for long what is left to be done
		r.turns = make([]int, r.Size())
	}
	r.active = newActiveSet(r.Iteration)
	r.measure()
	return r, nil
}

// checkGroups asks for blocks that hold whole groups.
func (r *run) checkGroups() error {
	g, ok := r.Regulariser.(*grouped)
	if !ok {
		return nil
	}
	if r.Blocks.Fixed == nil {
		return combination("GroupL1 with a partition that forms its blocks anew")
	}
	for k, block := range r.Blocks.Fixed {
		if !g.whole(block) {
			return combination("GroupL1 with block %d of the partition, which holds a part of a group", k)
		}
	}
	return nil
}

// measure finds what residual and gap are relative to.
func (r *run) measure() {
	zero := make([]float64, r.Size())
	if r.separate != nil {
		r.separate.clamp(zero, r.all)
	}
	at := r.Problem.At(zero)
	r.origin = math.Abs(at.Value() + r.Regulariser.Value(zero, r.all))
	g := make([]float64, r.Size())
	at.Gradient(g, r.all)
	for _, v := range g {
		r.scale = max(r.scale, math.Abs(v))
	}
	if r.scale == 0 {
		r.scale = 1
	}
}

// look notes how the iteration stands and returns what Settings.Stop names.
func (r *run) look() float64 {
	rec := Record{
		Iteration: r.result.Iterations, Objective: r.objective(), Residual: r.residual() / r.scale, Gap: math.Inf(1),
		Free: r.active.count, Block: r.last,
	}
	measure := rec.Residual
	if r.settings.Stop == Gap {
		measure, rec.Gap = 0, r.gap()
		if rec.Gap != 0 { // a NaN counts
			measure = rec.Gap / max(r.origin, math.Abs(rec.Objective))
		}
	}
	r.result.History, r.result.Residuals = append(r.result.History, rec), append(r.result.Residuals, measure)
	if !check.Finite(rec.Objective) || !check.Finite(rec.Residual) {
		r.breakdown(ErrOverflow)
	}
	return measure
}

// next decides whether there is another iteration.
func (r *run) next() bool {
	done := r.result.Iterations
	stuck := r.watched && r.idle > 2*r.Blocks.pass(r.Size())+10
	if due := done%r.settings.Every == 0 || done == r.settings.MaxIterations || stuck; due && r.result.Stopped == 0 {
		r.examine(done, stuck)
	}
	if r.result.Stopped == 0 && r.ctx.Err() != nil {
		r.result.Stopped = algos.Cancelled
		r.err = fmt.Errorf("bcd: %w", context.Cause(r.ctx))
	}
	return r.result.Stopped == 0
}

// What looks like a halt may be one for the rounding errors that have gathered, and without them there is more to gain: if the measure, formed anew,
// is so many times what it was, and not more than so much of what it was, formed anew, at the last halt.
const (
	gathered = 10
	resumed  = 0.5
)

// examine looks at the point and stops there if there is a reason, which is looked at again without the rounding errors that have gathered.
func (r *run) examine(done int, stuck bool) {
	measure := r.look()
	stalled := r.limit.see(measure, r.result.History[len(r.result.History)-1].Objective)
	if r.limit.since() == 0 {
		r.fell = done
	}
	stalled = stalled && (r.watched || slices.Min(r.turns) > r.fell) // variables that have had no turn may be what is left to be done
	seen := measure
	if ends := measure <= r.settings.Tolerance || stuck || stalled || done == r.settings.MaxIterations; ends && r.drifted && r.result.Stopped == 0 {
		measure = r.lookAgain()
	}
	if r.settings.Progress != nil && done > 0 {
		r.settings.Progress(algos.Progress{Done: done, Of: r.settings.MaxIterations, Residual: measure})
	}
	switch {
	case r.result.Stopped != 0:
	case measure <= r.settings.Tolerance:
		r.result.Stopped = algos.Converged
	case (stuck || stalled) && measure > gathered*seen && measure < resumed*r.halted && done < r.settings.MaxIterations:
		r.halted, r.idle = measure, 0
		r.limit.resume(measure, r.result.History[len(r.result.History)-1].Objective)
	case stuck || stalled:
		r.result.Stopped = algos.Stalled
	case done == r.settings.MaxIterations:
		r.result.Stopped = algos.IterationLimit
	}
}

// lookAgain forms the point anew, and the last record with it if it is of this iteration.
func (r *run) lookAgain() float64 {
	r.refresh()
	if last := len(r.result.History) - 1; r.result.History[last].Iteration == r.result.Iterations {
		r.result.History, r.result.Residuals = r.result.History[:last], r.result.Residuals[:last]
	}
	return r.look()
}

// refresh forms the point anew.
func (r *run) refresh() {
	r.Point.Refresh()
	r.drifted = false
}

// step is one iteration.
func (r *run) step() {
	block := r.choose()
	r.before = gather(r.before, r.Point.X(), block.Variables)
	if err := r.update(block); err != nil {
		r.breakdown(err)
		return
	}
	r.result.Iterations++
	r.drifted = true
	r.last = len(block.Variables)
	r.idle++
	if !r.watched {
		for _, i := range block.Variables {
			r.turns[i] = r.result.Iterations
		}
	}
	for t, i := range block.Variables {
		if r.Point.X()[i] != r.before[t] {
			r.idle = 0
			break
		}
	}
	r.active.update(block.Variables, r.result.Iterations)
	if r.result.Iterations%r.settings.Refresh == 0 {
		r.refresh()
	}
}

// breakdown ends the iteration for a reason.
func (r *run) breakdown(reason error) {
	r.result.Stopped, r.result.Reason = algos.Breakdown, reason
}

// finish tells of the point as it is: where the last look was not the end, it looks once more.
func (r *run) finish() (*Result, error) {
	if stopped, reason := r.result.Stopped, r.result.Reason; stopped == algos.Cancelled || stopped == algos.Breakdown {
		r.lookAgain()
		r.result.Stopped, r.result.Reason = stopped, reason
	}
	last := r.result.History[len(r.result.History)-1]
	r.result.Residual = r.result.Residuals[len(r.result.Residuals)-1]
	r.result.X = append([]float64(nil), r.Point.X()...)
	r.result.Objective, r.result.Free, r.result.Identified = last.Objective, last.Free, r.active.last
	r.result.Gap = math.Inf(1)
	if r.hasGap() {
		r.result.Gap = r.gap()
	}
	return &r.result, r.err
}
