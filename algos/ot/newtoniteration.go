package ot

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

const (
	warmSweeps   = 8    // must halve the residual, or Newton takes over
	warmResidual = 0.05 // unless it is above this still,
	mostWarm     = 500  // up to so many sweeps

	fewestSweeps = 8   // after a failed step; twice as many each time that the next one fails too,
	mostSweeps   = 512 // up to this
	stallSteps   = 4   // without a new smallest residual

	armijo       = 1e-4 // share of the gain promised by the slope that a step must bring
	lengthTrials = 5    // each half the one before
	shiftTrials  = 6
	firstShift   = 1e-4  // of the diagonal,
	shareOfShift = 0.125 // at most so much of the residual
	moreShift    = 16    // after no length gained anything
	lessShift    = 10    // after a full step
	leastShift   = 1e-4  // of the first one; below it is none
)

// point is potentials with their plan.
type point struct {
	f, g       []float64
	plan       kernels.Matrix[float64]
	rows, cols []float64 // its sums
	total      float64   // its mass
	residual   float64
}

func newPoint(rows, cols int) point {
	return point{
		f: make([]float64, rows), g: make([]float64, cols), plan: kernels.NewMatrix[float64](rows, cols),
		rows: make([]float64, rows), cols: make([]float64, cols),
	}
}

// newton is an iteration of sweeps and Newton steps.
type newton struct {
	*solution
	settings    NewtonSettings
	warm        []float64               // residuals of the sweeps before the first step, at the last epsilon
	costs       kernels.Matrix[float64] // between places with mass
	here, trial point
	hessian     hessian
	shift       float64 // of the diagonal of the Hessian, as a share of it
	stepF       []float64
	stepG       []float64
	failed      float64 // residual where a step failed, once that is rounding
	best        float64 // residual
	idle        int     // Newton steps since
	result      NewtonResult
}

// prepareSteps gets the memory for Newton steps, which problems that sweeps solve do not need.
func (n *newton) prepareSteps() {
	rows, cols := len(n.f), len(n.g)
	if d, ok := n.operator.(*dense); ok {
		n.costs = d.c
	} else {
		n.costs = n.cost.block(0, rows)
	}
	n.here, n.trial = newPoint(rows, cols), newPoint(rows, cols)
	n.stepF, n.stepG = make([]float64, rows), make([]float64, cols)
	n.hessian = newHessian(rows, cols, n.settings)
	n.best, n.failed = math.Inf(1), math.Inf(1)
}

// run iterates until the settings say stop. The error is that of the context, or ErrBreakdown.
func (n *newton) run(ctx context.Context) error {
	err := n.anneal(ctx)
	n.result.Sweeps = n.report.Iterations
	if err != nil || n.report.Stopped != 0 {
		return err
	}
	return n.proceed(ctx)
}

// proceed is run from where the iteration is.
func (n *newton) proceed(ctx context.Context) error {
	if n.stepF == nil {
		if err := n.warmUp(ctx); err != nil || n.report.Stopped != 0 {
			return err
		}
		n.prepareSteps()
	}
	return n.alternate(ctx)
}

// alternate takes Newton steps, and sweeps where a step fails.
func (n *newton) alternate(ctx context.Context) error {
	sweeps := fewestSweeps
	for {
		steps, err := n.steps(ctx)
		if err != nil || n.report.Stopped != 0 {
			return err
		}
		if steps > 0 {
			sweeps = fewestSweeps
		}
		n.prepare(n.eps) // what the sweeps know of the potentials is of before the steps
		for range sweeps {
			if _, err := n.sweepOnce(ctx); err != nil || n.report.Stopped != 0 {
				return err
			}
		}
		sweeps = min(2*sweeps, mostSweeps)
	}
}

// sweepOnce is one iteration of Sinkhorn's algorithm.
func (n *newton) sweepOnce(ctx context.Context) (residual float64, err error) {
	residual, err = n.step(ctx, n.advance)
	if err == nil && n.report.Stopped == 0 {
		n.result.Sweeps++
	}
	return residual, err
}

// warmUp sweeps until Newton is worth its price.
func (n *newton) warmUp(ctx context.Context) error {
	for {
		residual, err := n.sweepOnce(ctx)
		if err != nil || n.settleSweep(residual, len(n.warm) == 0) {
			return err
		}
		n.warm = append(n.warm, residual)
		count := len(n.warm)
		if n.settings.Sweeps > 0 {
			if count >= n.settings.Sweeps {
				return nil
			}
			continue
		}
		slow := count > warmSweeps && residual > n.warm[count-1-warmSweeps]/2
		if slow && (residual <= warmResidual || count >= mostWarm) {
			return nil
		}
	}
}

// steps takes Newton steps until the iteration ends or one fails, and counts those before.
func (n *newton) steps(ctx context.Context) (count int, err error) {
	copy(n.here.f, n.f)
	copy(n.here.g, n.g)
	n.evaluate(&n.here)
	for !n.settled() {
		var ok bool
		_, err := n.step(ctx, func() float64 {
			residual := n.here.residual
			ok = n.advanceNewton()
			return residual * n.mass
		})
		if err != nil || n.report.Stopped != 0 {
			return count, err
		}
		if !ok {
			n.result.Failed++
			if residual := n.here.residual; residual <= n.rounding() {
				if residual > n.failed/2 { // sweeps, and the steps after them, have not helped
					n.report.Stopped = algos.Stalled
				}
				n.failed = residual
			}
			return count, nil
		}
		n.result.Steps++
		count++
		copy(n.f, n.here.f)
		copy(n.g, n.here.g)
	}
	return count, nil
}

// settled ends an iteration whose residual meets the tolerance, or is rounding that no longer falls.
func (n *newton) settled() bool {
	residual := n.here.residual
	n.report.Residual = residual
	if n.idle++; residual < n.best {
		n.best, n.idle = residual, 0
	}
	switch {
	case residual <= n.solution.settings.Tolerance*(1-n.margin):
		n.report.Stopped = algos.Converged
	case n.idle >= stallSteps && residual <= n.rounding():
		n.report.Stopped = algos.Stalled
	}
	return n.report.Stopped != 0
}

// evaluate forms the plan of the potentials of p.
func (n *newton) evaluate(p *point) {
	n.result.Evaluations++
	lse.Plan(p.plan, p.rows, p.cols, 1/n.eps, p.f, p.g, n.costs)
	p.total = vec.Sum(p.rows)
	p.residual = (distance(p.rows, n.problem.a) + distance(p.cols, n.problem.b)) / n.mass
}

// distance is the L1 norm of x - y.
func distance(x, y []float64) (sum float64) {
	for i, v := range x {
		sum += math.Abs(v - y[i])
	}
	return sum
}

// advanceNewton moves on by one step; not ok, it has stayed.
func (n *newton) advanceNewton() (ok bool) {
	if !n.hessian.form(n.here, n.problem.a, n.problem.b) {
		return false
	}
	for range shiftTrials {
		if length := n.tryStep(); length > 0 {
			if length == 1 {
				if n.shift /= lessShift; n.shift < leastShift*n.firstShift() {
					n.shift = 0
				}
			}
			return true
		}
		n.shift = max(moreShift*n.shift, n.firstShift())
	}
	n.shift = 0
	return false
}

// firstShift falls with the residual, as that of Levenberg and Marquardt has to where the solution is nearly singular (Fan and Yuan, On the
// quadratic convergence of the Levenberg-Marquardt method without nonsingularity assumption, 2005). Where the plan nearly falls apart, what connects its
// parts is no larger than the residual: beside more than that it counts for nothing and its mass remains, without a shift rounding in the sums of a
// part is divided by it.
func (n *newton) firstShift() float64 { return min(firstShift, shareOfShift*n.here.residual) }

// tryStep moves on along the direction for the shift at hand, if a step of some length gains enough, and returns the length, 0 if none did.
func (n *newton) tryStep() (length float64) {
	iterations, ok := n.hessian.direction(n.stepF, n.stepG, n.here, n.shift, n.eps)
	n.result.LinearIterations += iterations
	n.result.Fraction = n.hessian.fraction()
	slope := vec.Dot(n.hessian.gradF, n.stepF) + vec.Dot(n.hessian.gradG, n.stepG)
	if !ok || !(slope > 0) || math.IsInf(slope, 1) {
		return 0
	}
	// The dual value gains <step, a and b> less eps times what the plan gains in mass. Formed from the values, which are far
	// larger, the difference would be lost in rounding near the solution; what is lost here is that of the masses.
	gains := slope + vec.Dot(n.here.rows, n.stepF) + vec.Dot(n.here.cols, n.stepG)
	slack := 0x1p-50 * n.eps * n.here.total
	length = 1
	for range lengthTrials {
		vec.AddScaled(n.trial.f, 1, n.here.f, length, n.stepF)
		vec.AddScaled(n.trial.g, 1, n.here.g, length, n.stepG)
		n.evaluate(&n.trial)
		gain := length*gains - n.eps*(n.trial.total-n.here.total)
		nearer := n.trial.residual <= (1-armijo)*n.here.residual
		told := length*slope > slack && gain >= armijo*length*slope-slack // less is promised where rounding alone would do
		if nearer || told && n.trial.residual <= math.MaxFloat64 {
			n.here, n.trial = n.trial, n.here
			return length
		}
		length /= 2
	}
	return 0
}
