package ot

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/lse"
)

// Solve computes the entropic transport between marginals a (of the sources, the rows of the cost) and b (of the targets,
// its columns) by Sinkhorn's algorithm; the package comment has the formulas. Entries of a and b are finite and not
// negative, zeros are fine; unless a marginal is relaxed the two sum alike to a relative 1e-6, and b is then scaled to
// the sum of a.
//
// An iteration that does not reach the tolerance is not an error: see Result.Stopped. When the context ends first, Solve
// returns the result so far together with an error that wraps the context's.
func Solve(ctx context.Context, a, b []float64, cost *Cost, settings Settings) (*Result, error) {
	if err := check.Context("ot", ctx, ErrNil); err != nil {
		return nil, err
	}
	it, err := newSolution("a", a, "b", b, cost, settings)
	if err != nil {
		return nil, err
	}
	defer it.release()
	return it.conclude(ctx, it.run(ctx), it.sweeps)
}

// conclude makes the result of an iteration that has ended with err, and has it go on where that is worth while.
func (s *solution) conclude(ctx context.Context, err error, goOn func(context.Context) error) (*Result, error) {
	for {
		if err != nil && s.report.Stopped != algos.Cancelled {
			return nil, err
		}
		result, broken := s.told()
		if broken != nil {
			return nil, cmp.Or(err, broken)
		}
		if !s.goesOn(result.Residual) {
			return result, err
		}
		err = goOn(ctx)
	}
}

// told is finish, or an error where the values are no numbers. Far from a solution a value may be infinite.
func (s *solution) told() (*Result, error) {
	r := s.finish()
	switch {
	case math.IsNaN(r.Dual) || math.IsNaN(r.Cost):
		return nil, s.breakdown()
	case math.IsInf(r.Dual, 0) && (r.Stopped == algos.Converged || r.Stopped == algos.Stalled):
		return nil, s.overflow(math.Ldexp(s.mass, s.unit))
	}
	return r, nil
}

// solution is an iteration with where it comes from.
type solution struct {
	iteration
	cost             *Cost
	a, b             []float64 // of all sources and targets
	sources, targets []int     // those with mass, in the order of iteration.a and b; nil: all
	unit             int       // the masses of the iteration are in units of two to this power
}

// gridAdvantage is how many entries of a dense cost are passed over in the time of one multiplication on a grid: the
// first is one pass of SIMD over long rows, the second many short dot products.
const gridAdvantage = 5

// newSolution checks the input and chooses how to iterate. Sources and targets without mass are left out, except on
// grids so well filled that going axis by axis takes fewer operations.
func newSolution(nameA string, a []float64, nameB string, b []float64, cost *Cost, settings Settings) (*solution, error) {
	if cost == nil {
		return nil, fmt.Errorf("ot: cost: %w", ErrNil)
	}
	massA, err := checkMass(nameA, a)
	if err != nil {
		return nil, err
	}
	massB, err := checkMass(nameB, b)
	if err != nil {
		return nil, err
	}
	if err := checkLength(nameA, len(a), "rows of cost", cost.rows); err != nil {
		return nil, err
	}
	if err := checkLength(nameB, len(b), "columns of cost", cost.cols); err != nil {
		return nil, err
	}
	if settings, err = settings.resolve(cost.low, cost.high); err != nil {
		return nil, err
	}
	s := &solution{cost: cost, a: a, b: b, sources: support(a), targets: support(b)}
	if settings.balanced() {
		if err := checkTotals(nameA, massA, nameB, massB); err != nil {
			return nil, err
		}
		if s.unit = massUnit(massA); s.unit != 0 {
			a, b, massA, massB = inUnits(a, s.unit), inUnits(b, s.unit), math.Ldexp(massA, -s.unit), math.Ldexp(massB, -s.unit)
		}
		b = scaled(b, massA/massB)
	}
	f, g, err := initial(settings, a, b)
	if err != nil {
		return nil, err
	}
	s.shift(f, -settings.Epsilon)
	s.shift(g, -settings.Epsilon)
	s.settings, s.mass, s.spread = settings, massA, cost.high-cost.low
	s.relaxA, s.relaxB = settings.RelaxA, settings.RelaxB
	switch {
	case cost.axes != nil && !cost.denseIsFaster(len(s.sources), len(s.targets)):
		s.operator = newGrid(cost, settings.Method)
		s.sources, s.targets = nil, nil
	case cost.axes == nil && len(s.sources) == len(a) && len(s.targets) == len(b):
		s.operator = newDense(cost.matrix, settings.Method)
		s.sources, s.targets = nil, nil
	default:
		s.operator = newGathered(cost, s.sources, s.targets, settings.Method)
	}
	s.problem.a, s.problem.b = pick(a, s.sources), pick(b, s.targets)
	s.logA, s.logB = logarithms(s.problem.a), logarithms(s.problem.b)
	s.f, s.g = pick(f, s.sources), pick(g, s.targets)
	return s, nil
}

// What a total may be without entries of plans that matter underflowing, or sums overflowing, as powers of two.
const (
	leastTotal = -900
	mostTotal  = 900
)

// massUnit is the power of two to count masses of that total in. Where they are imposed the unit does not matter to a plan, and all but extreme
// ones are left as they are.
func massUnit(total float64) int {
	_, exponent := math.Frexp(total)
	switch {
	case exponent < leastTotal:
		return exponent
	case exponent > mostTotal:
		return exponent - mostTotal // no farther, for the sake of small masses beside
	}
	return 0
}

// inUnits is a vector over two to a power.
func inUnits(x []float64, unit int) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = math.Ldexp(v, -unit)
	}
	return y
}

// shift adds to potentials what those of masses in another unit have more: half of eps times its logarithm each.
func (s *solution) shift(potentials []float64, eps float64) {
	if s.unit != 0 {
		for i := range potentials {
			potentials[i] += eps * (math.Ln2 / 2) * float64(s.unit)
		}
	}
}

// denseIsFaster compares a pass over a matrix of sources and targets that have mass with going through the axes of the
// grid twice.
func (c *Cost) denseIsFaster(sources, targets int) bool {
	var operations int
	for _, axis := range c.axes {
		operations += c.cols * axis.Rows
	}
	return sources*targets <= gridAdvantage*operations
}

// initial is the potentials of the settings, or zeros, an unknown entry replaced by the smallest known.
func initial(s Settings, a, b []float64) (f, g []float64, err error) {
	if f, err = known("Settings.F", s.F, a); err != nil {
		return nil, nil, err
	}
	g, err = known("Settings.G", s.G, b)
	return f, g, err
}

func known(name string, given, mass []float64) ([]float64, error) {
	f := make([]float64, len(mass))
	if given == nil {
		return f, nil
	}
	if err := checkLength(name, len(given), "length of its marginal", len(mass)); err != nil {
		return nil, err
	}
	smallest := math.Inf(1)
	for i, p := range given {
		if math.IsNaN(p) || math.IsInf(p, 1) {
			return nil, fmt.Errorf("ot: %s[%d] = %v: %w", name, i, p, ErrPotential)
		}
		if !math.IsInf(p, -1) {
			smallest = min(smallest, p)
		}
	}
	for i, p := range given {
		switch {
		case mass[i] == 0:
			f[i] = math.Inf(-1)
		case !math.IsInf(p, -1):
			f[i] = p
		case !math.IsInf(smallest, 1):
			f[i] = smallest
		}
	}
	return f, nil
}

func support(mass []float64) (places []int) {
	for i, m := range mass {
		if m > 0 {
			places = append(places, i)
		}
	}
	return places
}

// pick is a copy of the entries of x at some places, or of all of them where places is nil.
func pick(x []float64, places []int) []float64 {
	if places == nil {
		return append([]float64(nil), x...)
	}
	y := make([]float64, len(places))
	for k, i := range places {
		y[k] = x[i]
	}
	return y
}

// scatter is the inverse of pick: places that were not picked get fill.
func scatter(x []float64, places []int, size int, fill float64) []float64 {
	if places == nil {
		return x
	}
	y := make([]float64, size)
	for i := range y {
		y[i] = fill
	}
	for k, i := range places {
		y[i] = x[k]
	}
	return y
}

func scaled(x []float64, factor float64) []float64 {
	y := make([]float64, len(x))
	for i := range x {
		y[i] = factor * x[i]
	}
	return y
}

func logarithms(x []float64) []float64 {
	y := make([]float64, len(x))
	lse.Log(y, x) // package math's fails for subnormal masses
	return y
}
