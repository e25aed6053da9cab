package ot

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
)

// iteration is Sinkhorn's algorithm on one problem.
type iteration struct {
	operator
	problem
	settings Settings // resolved
	spread   float64  // range of the cost
	mass     float64  // sum of a
	eps      float64  // at hand
	swept    bool     // with it, so that the plan has the columns that it must have
	f, g     []float64
	before   []float64 // f before the last sweep, if a marginal is relaxed
	columns  float64   // and what the residual has of the columns, which translate moves away from what a sweep made them
	report   algos.Report
	smallest float64 // residual at the last epsilon
	since    int     // iterations since then
	margin   float64 // share of the tolerance that the residual is to stay below it, for what the plan has besides
	reached  float64 // residual of the plan when the margin was raised
}

const (
	stageIterations = 8    // at most, for each eps before the last
	stageTolerance  = 0.05 // of the mass; earlier stages need not be nearer
	stallIterations = 200  // without a new smallest residual
)

// run iterates until the settings say stop. The error is that of the context, or ErrBreakdown.
func (it *iteration) run(ctx context.Context) error {
	if err := it.anneal(ctx); err != nil || it.report.Stopped != 0 {
		return err
	}
	return it.sweeps(ctx)
}

// sweeps is run from where the iteration is.
func (it *iteration) sweeps(ctx context.Context) error {
	advance := it.advance
	for first := true; ; first = false {
		residual, err := it.step(ctx, advance)
		if err != nil || it.settleSweep(residual, first) {
			return err
		}
	}
}

// settleSweep is settle for sweeps. The residual of a sweep is that of the rows: what the columns are off by before the first one
// is not in it, so that sweep cannot end the iteration.
func (it *iteration) settleSweep(residual float64, first bool) bool {
	if first {
		return it.report.Stopped != 0
	}
	return it.settle(residual)
}

// anneal starts the iteration and takes eps down to the one asked for.
func (it *iteration) anneal(ctx context.Context) error {
	it.start(it.firstEpsilon())
	advance := it.advance
	for it.eps > it.settings.Epsilon {
		for range stageIterations {
			residual, err := it.step(ctx, advance)
			if err != nil || it.report.Stopped != 0 {
				return err
			}
			if residual <= stageTolerance {
				break
			}
		}
		next := max(it.eps*it.settings.Scaling, it.settings.Epsilon)
		rescale(it.f, it.logA, next-it.eps)
		rescale(it.g, it.logB, next-it.eps)
		it.eps, it.swept = next, false
		it.prepare(next)
	}
	return nil
}

// step does one iteration, which returns its residual, unless there is none left or the context is over.
func (it *iteration) step(ctx context.Context, advance func() (residual float64)) (residual float64, err error) {
	if ctx.Err() != nil {
		it.report.Stopped = algos.Cancelled
		return 0, fmt.Errorf("ot: %w", context.Cause(ctx))
	}
	if it.report.Iterations == it.settings.MaxIterations {
		it.report.Stopped = algos.IterationLimit
		return 0, nil
	}
	residual = advance() / it.mass
	if math.IsNaN(residual) {
		return 0, it.breakdown()
	}
	it.report.Iterations++
	it.report.Residual = residual
	it.report.Residuals = append(it.report.Residuals, residual)
	if it.settings.Progress != nil {
		it.settings.Progress(algos.Progress{Done: it.report.Iterations, Of: it.settings.MaxIterations, Residual: residual})
	}
	return residual, nil
}

// largestEpsilon is beyond which eps*log(mass), which is in potentials, can overflow: logarithms of numbers are up to 745.
const largestEpsilon = math.MaxFloat64 / 1024

func (it *iteration) breakdown() error {
	if it.eps > largestEpsilon {
		return it.overflow(it.mass)
	}
	return fmt.Errorf("ot: iteration %d at epsilon = %v with costs that range over %v: %w",
		it.report.Iterations, it.eps, it.spread, ErrBreakdown)
}

func (it *iteration) overflow(mass float64) error {
	return fmt.Errorf("ot: iteration %d at epsilon = %v with costs that range over %v and a mass of %v: %w",
		it.report.Iterations, it.eps, it.spread, mass, ErrOverflow)
}

// settle ends an iteration whose residual meets the tolerance or is rounding, and reports whether it has ended. That the
// residual no longer falls is not enough: at small eps it can stay the same for hundreds of iterations, while the
// potentials rise until another target is in reach.
func (it *iteration) settle(residual float64) bool {
	if it.report.Stopped != 0 {
		return true
	}
	if residual <= it.settings.Tolerance*(1-it.margin) {
		it.report.Stopped = algos.Converged
		return true
	}
	if it.since == 0 || residual < it.smallest {
		it.smallest, it.since = residual, 0
	}
	if it.since++; it.since > stallIterations && residual < it.rounding() { // both infinite is far from a solution
		it.report.Stopped = algos.Stalled
	}
	return it.report.Stopped != 0
}

// rounding is what the residual may be off by for the rounding of the potentials and of the sums: a share of the mass that is moved, of
// which there may be far more than the residual is measured in where a marginal is relaxed.
func (it *iteration) rounding() float64 {
	const unit = 0x1p-53
	exponents := max(exponent(it.f, it.eps, it.relaxA), exponent(it.g, it.eps, it.relaxB))
	moved := max(it.mass, askedFor(it.a, it.f, it.relaxA))
	return unit * (float64(len(it.f)+len(it.g)) + 8*exponents) * (moved / it.mass)
}

// exponent is the size of what potentials put into the exponents: p/eps and, where their marginal is relaxed, p/relax. As eps*log of a scaling
// they are at least as inexact as if they were of the size of eps.
func exponent(potentials []float64, eps, relax float64) float64 {
	largest := eps
	for _, p := range potentials {
		if !math.IsInf(p, -1) {
			largest = max(largest, math.Abs(p))
		}
	}
	return largest/eps + largest*inverse(relax)
}

// advance is one iteration of Sinkhorn's algorithm. Its residual is that before it.
func (it *iteration) advance() (residual float64) {
	it.swept = true
	if it.settings.balanced() {
		return it.sweep(it.f, it.g, &it.problem)
	}
	copy(it.before, it.f)
	it.sweep(it.f, it.g, &it.problem)
	residual = it.relaxedResidual() + it.columns
	it.translate()
	return residual
}

// firstEpsilon is where epsilon scaling begins. Potentials to start from are worth more than scaling.
func (it *iteration) firstEpsilon() float64 {
	s := it.settings
	if s.Scaling == 1 || s.F != nil || s.G != nil {
		return s.Epsilon
	}
	return max(it.spread, s.Epsilon)
}

// start prepares the operator and fills in the potentials that are not given. Without any, the plan starts at
// a[i]*b[j]*exp(-C[i,j]/eps).
func (it *iteration) start(eps float64) {
	it.eps = eps
	it.prepare(eps)
	if it.settings.F == nil {
		rescale(it.f, it.logA, it.eps)
	}
	if it.settings.G == nil {
		rescale(it.g, it.logB, it.eps)
		if it.settings.F != nil {
			it.softColumns(it.g, it.f)
			update(it.g, it.logB, power(it.relaxB, it.eps)*it.eps)
		}
	}
	if !it.settings.balanced() {
		it.before = make([]float64, len(it.f))
	}
}

// rescale adds change*log(mass) to the potentials: they have eps*log(mass) in them, so this is what a change of eps
// takes to keep what they charge for places.
func rescale(f, logMass []float64, change float64) {
	for i, l := range logMass {
		if math.IsInf(l, -1) {
			f[i] = l
		} else {
			f[i] += change * l
		}
	}
}

// update turns rest, a log-sum-exp over the other side, into the potential weight*(log mass - rest) that a sweep gives.
func update(rest, logMass []float64, weight float64) {
	for i, l := range logMass {
		if math.IsInf(l, -1) {
			rest[i] = l
		} else {
			rest[i] = weight * (l - rest[i])
		}
	}
}

// relaxedResidual is the L1 distance between the row sums of the plan before the last sweep and what they must be at
// the optimum: a, or a*exp(-f/relax) where it is relaxed. The sums follow from what the sweep did:
// new = power*(old + eps*log(a/sum)).
func (it *iteration) relaxedResidual() (residual float64) {
	weight := power(it.relaxA, it.eps)
	for i, a := range it.a {
		if a == 0 {
			continue
		}
		old, sum := it.before[i], a*math.Exp((it.before[i]-it.f[i]/weight)/it.eps)
		if it.relaxA > 0 {
			a *= math.Exp(-old / it.relaxA)
		}
		if math.IsInf(sum, 1) { // far from a solution; a may overflow too, and the difference would be NaN
			return sum
		}
		residual += math.Abs(sum - a)
	}
	return residual
}

// translate moves a constant between f and g, which does not change the plan, to where the dual value is largest. With
// a charge that is large beside eps Sinkhorn's algorithm alone is slow to find it (Séjourné, Vialard and Peyré 2022).
func (it *iteration) translate() {
	columns := askedFor(it.b, it.g, it.relaxB)
	ratio := math.Log(askedFor(it.a, it.f, it.relaxA) / columns)
	it.columns = 0
	const unit = 0x1p-53
	if math.Abs(ratio) <= unit*float64(len(it.f)+len(it.g)) {
		return // rounding, of which a large charge would make large potentials
	}
	shift := ratio / (inverse(it.relaxA) + inverse(it.relaxB))
	if math.IsNaN(shift) || math.IsInf(shift, 0) {
		return // far from a solution one of the sums may overflow
	}
	it.columns = columns * math.Abs(math.Expm1(shift*inverse(it.relaxB)))
	for i := range it.f {
		it.f[i] += shift
	}
	for j := range it.g {
		it.g[j] -= shift
	}
}

// askedFor is the total of the marginal that a plan with potential f must have at the optimum, as target has it.
func askedFor(mass, f []float64, relax float64) (total float64) {
	for i, m := range mass {
		if relax > 0 && m > 0 {
			m *= math.Exp(-f[i] / relax)
		}
		total += m
	}
	return total
}

// inverse is 1/relax; a marginal that is imposed is charged infinitely much.
func inverse(relax float64) float64 {
	if relax == 0 {
		return 0
	}
	return 1 / relax
}
