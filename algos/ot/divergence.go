package ot

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// DivergenceResult is a Sinkhorn divergence with its parts.
type DivergenceResult struct {
	// Value is the divergence: not negative, and zero only for equal marginals, if exp(-C/eps) is positive definite as it
	// is for Euclidean and squared Euclidean costs; but for rounding and an error of second order in the residuals.
	Value float64
	// GradientA and GradientB are its derivatives by the masses, centred to mean zero. They are finite at places without
	// mass too: there they say what the first mass put there would change.
	GradientA, GradientB []float64
	// Between is the transport of a to b, WithinA that of a to itself and WithinB that of b to itself.
	Between, WithinA, WithinB *Result
}

// Divergence computes the Sinkhorn divergence of two marginals of equal sum (to a relative 1e-6; b is scaled to the sum of a),
//
//	OT(a,b) - OT(a,a)/2 - OT(b,b)/2
//
// with OT the value of entropic transport (Result.Dual): unlike OT itself it is zero for equal marginals, so it can be
// minimised over them (Genevay, Peyré and Cuturi 2018; Feydy et al. 2019). The cost within the places of a and that
// within the places of b are symmetric; nil for either means the same places and so the cost between. Relaxed marginals
// are an error. All three transports have the epsilon of the one between. If the context ends first there is no result.
func Divergence(ctx context.Context, a, b []float64, between, withinA, withinB *Cost, settings Settings) (*DivergenceResult, error) {
	if err := check.Context("ot", ctx, ErrNil); err != nil {
		return nil, err
	}
	if !settings.balanced() {
		return nil, fmt.Errorf("ot: Divergence: Settings.RelaxA = %v, Settings.RelaxB = %v, want 0 for both: %w", settings.RelaxA, settings.RelaxB, ErrSetting)
	}
	if between == nil {
		return nil, fmt.Errorf("ot: cost: %w", ErrNil)
	}
	for _, within := range []**Cost{&withinA, &withinB} {
		if *within == nil {
			*within = between
		}
		if err := (*within).checkSymmetric(); err != nil {
			return nil, err
		}
	}
	settings, err := settings.resolve(between.low, between.high) // one epsilon for all three
	if err != nil {
		return nil, err
	}
	massA, err := checkMass("a", a)
	if err != nil {
		return nil, err
	}
	massB, err := checkMass("b", b)
	if err != nil {
		return nil, err
	}
	if err := checkTotals("a", massA, "b", massB); err != nil {
		return nil, err
	}
	b = scaled(b, massA/massB) // in all three
	var d DivergenceResult
	if d.WithinA, err = within(ctx, "a", a, withinA, settings); err != nil {
		return nil, err
	}
	if d.WithinB, err = within(ctx, "b", b, withinB, settings); err != nil {
		return nil, err
	}
	if d.Between, err = Solve(ctx, a, b, between, settings.near(d.WithinB.G)); err != nil {
		return nil, err
	}
	d.Value = debiased(d.Between.Dual, d.WithinA.Dual, d.WithinB.Dual)
	d.GradientA = difference(charge(between, d.Between.G, settings, true), charge(withinA, d.WithinA.G, settings, true))
	d.GradientB = difference(charge(between, d.Between.F, settings, false), charge(withinB, d.WithinB.F, settings, false))
	return &d, nil
}

// near has the transport of a to b start from the potentials of b to itself, unless the settings begin otherwise.
// Marginals that are nearly equal would take Sinkhorn's algorithm long at small eps; this way there is little left to do.
func (s Settings) near(own []float64) Settings {
	if s.F == nil && s.G == nil && s.Scaling == 1 {
		s.G = own
	}
	return s
}

// debiased is the divergence of the values of three transports, whose sum may overflow where they do not.
func debiased(between, withinA, withinB float64) float64 { return between - (withinA/2 + withinB/2) }

// within transports a marginal to itself.
func within(ctx context.Context, name string, mass []float64, cost *Cost, settings Settings) (*Result, error) {
	settings.F, settings.G = nil, nil
	s, err := newSolution(name, mass, name, mass, cost, settings)
	if err != nil {
		return nil, err
	}
	defer s.release()
	if d, ok := s.operator.(*dense); ok {
		d.kernel.Data = nil // runSymmetric has no use for it, and iterates in the log domain
	}
	if err := s.runSymmetric(ctx); err != nil {
		return nil, err
	}
	return s.told()
}

// runSymmetric is run for a symmetric problem, whose potentials are equal: f = (f + eps*(log a - softRows f))/2, which
// converges in a few iterations at any eps (Feydy et al. 2019).
func (s *solution) runSymmetric(ctx context.Context) error {
	s.start(s.settings.Epsilon)
	next := s.g
	for {
		residual, err := s.step(ctx, func() (residual float64) {
			s.softRows(next, s.f)
			for i, rest := range next {
				if m := s.problem.a[i]; m > 0 {
					residual += math.Abs(math.Exp(s.f[i]/s.eps+rest) - m)
				}
			}
			update(next, s.logA, s.eps)
			for i := range s.f {
				s.f[i] = (s.f[i] + next[i]) / 2
			}
			return residual
		})
		if err != nil {
			return err
		}
		if s.settle(residual) {
			return nil
		}
	}
}

// charge is -eps*log sum_j exp((g[j]-C[i,j])/eps) over all sources i, or with f over all targets: the potential without
// the eps*log of its mass, which exists without mass too.
func charge(cost *Cost, potential []float64, settings Settings, sources bool) []float64 {
	var op operator
	if cost.axes != nil {
		op = newGrid(cost, settings.Method)
	} else {
		op = newDense(cost.matrix, LogDomain)
	}
	op.prepare(settings.Epsilon)
	size, soft := cost.rows, op.softRows
	if !sources {
		size, soft = cost.cols, op.softColumns
	}
	dst := make([]float64, size)
	soft(dst, potential)
	for i := range dst {
		dst[i] *= -settings.Epsilon
	}
	return dst
}

// difference is x-y, centred.
func difference(x, y []float64) []float64 {
	for i := range x {
		x[i] -= y[i]
	}
	return centred(x)
}

// GradientX is the derivative of the divergence by the places of the sources, one row each, if the costs between and
// within come from SquaredEuclidean or Euclidean.
func (d *DivergenceResult) GradientX() (kernels.Matrix[float64], error) {
	gradient, err := d.Between.GradientX()
	if err != nil {
		return gradient, err
	}
	return less(gradient, d.WithinA)
}

// GradientY is the derivative by the places of the targets; see [DivergenceResult.GradientX].
func (d *DivergenceResult) GradientY() (kernels.Matrix[float64], error) {
	gradient, err := d.Between.GradientY()
	if err != nil {
		return gradient, err
	}
	return less(gradient, d.WithinB)
}

// less subtracts what half the transport of a marginal to itself changes by its places: it has each place as source and
// as target, to the same effect.
func less(gradient kernels.Matrix[float64], within *Result) (kernels.Matrix[float64], error) {
	own, err := within.GradientX()
	if err != nil {
		return own, err
	}
	for k, v := range own.Data {
		gradient.Data[k] -= v
	}
	return gradient, nil
}
