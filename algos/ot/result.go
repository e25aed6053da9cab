package ot

import (
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
)

// Result is an entropic transport: potentials and what follows from them. Units are those of the cost, times mass for
// the values.
type Result struct {
	// Report says why the iteration stopped. Its residuals are the L1 distances between the marginals of the plan and
	// those asked for (those that its potentials ask for, a*exp(-f/relax), where one is relaxed), as a fraction of the mass of a.
	algos.Report

	F, G    []float64 // the potentials; -Inf where there is no mass
	Epsilon float64   // of the potentials; larger than asked for only if the iterations ended during epsilon scaling
	Method  Method    // LogDomain or KernelForm

	// Cost is <C,P>, what the plan moves: without the entropy, and for a plan that satisfies the marginals within Residual.
	Cost float64
	// Primal is the objective at the plan, <C,P> + eps*sum P*(log P - 1), plus the charges for relaxed marginals.
	Primal float64
	// Dual is the value of the potentials, never above the optimum but for rounding. Its error is of second order in theirs: this is the
	// number to take for the value of the problem.
	Dual float64
	// Gap bounds how far the optimum is above Dual. With a relaxed marginal it is Primal - Dual. With both imposed no
	// plan at hand satisfies them exactly; it is then the residual mass times the range of the cost.
	Gap float64

	cost           *Cost
	relaxA, relaxB float64
}

// finish computes the values of the potentials reached.
func (s *solution) finish() *Result {
	switch { // make the plan satisfy a marginal that is imposed, without which the values bound nothing
	case s.relaxA == 0 && s.relaxB > 0:
		s.softRows(s.f, s.g)
		update(s.f, s.logA, s.eps)
	case s.relaxB == 0 && !s.swept:
		s.softColumns(s.g, s.f)
		update(s.g, s.logB, s.eps)
	}
	rows, cols := make([]float64, len(s.f)), make([]float64, len(s.g))
	r := &Result{Report: s.report, Epsilon: s.eps, Method: s.method(), cost: s.cost, relaxA: s.relaxA, relaxB: s.relaxB}
	r.Cost = s.totals(s.f, s.g, rows, cols)
	var entropy float64 // eps sum P: what both values have beside <f,P1> + <g,P'1>
	for _, sum := range rows {
		entropy += s.eps * sum
	}
	f, g := s.f, s.g
	if s.unit != 0 {
		f, g = append([]float64(nil), f...), append([]float64(nil), g...)
		s.shift(f, s.eps)
		s.shift(g, s.eps)
	}
	sideF, sideG := valuesOf(f, s.problem.a, rows, s.relaxA), valuesOf(g, s.problem.b, cols, s.relaxB)
	r.Primal = sideF.primal + sideG.primal - entropy
	r.Dual = sideF.dual + sideG.dual - entropy
	residual := sideF.residual + sideG.residual
	r.Residual = residual / s.mass
	r.Stopped = s.verdict(r.Residual)
	r.Gap = residual * s.spread
	if !s.settings.balanced() {
		r.Gap = max(0, r.Primal-r.Dual)
	}
	for _, value := range []*float64{&r.Cost, &r.Primal, &r.Dual, &r.Gap} {
		*value = math.Ldexp(*value, s.unit)
	}
	r.F = scatter(f, s.sources, len(s.a), math.Inf(-1))
	r.G = scatter(g, s.targets, len(s.b), math.Inf(-1))
	return r
}

type values struct{ primal, dual, residual float64 }

// valuesOf is what one marginal contributes: f are its potentials, sums those of the plan. The primal value needs no
// pass over the plan, since eps*log P = f+g-C makes <C,P> + eps sum P*(log P - 1) equal <f,P1> + <g,P'1> - eps sum P.
func valuesOf(f, mass, sums []float64, relax float64) (v values) {
	for i, m := range mass {
		if m == 0 {
			continue
		}
		v.primal += f[i] * sums[i]
		want := m
		if relax == 0 {
			v.dual += f[i] * m
		} else {
			want = m * math.Exp(-f[i]/relax)
			v.dual -= m * (relax * math.Expm1(-f[i]/relax))
			v.primal += relax * kullbackLeibler(sums[i], m)
		}
		v.residual += math.Abs(sums[i] - want)
	}
	return v
}

// kullbackLeibler is KL(x|y) of one entry, x*log(x/y) - x + y for y > 0, accurate where x is near y: a large charge
// multiplies it. Far from y the ratio may be next to -1 as more/y, or out of range.
func kullbackLeibler(x, y float64) float64 {
	if x == 0 {
		return y
	}
	more := x - y
	if math.Abs(more) < y/2 {
		return x*math.Log1p(more/y) - more
	}
	fractionX, exponentX := math.Frexp(x)
	fractionY, exponentY := math.Frexp(y)
	return x*(math.Log(fractionX/fractionY)+float64(exponentX-exponentY)*math.Ln2) - more
}

// Plan forms the transport plan, P[i,j] = exp((F[i]+G[j]-C[i,j])/Epsilon): as many rows as sources, as many columns as
// targets. It is not kept. It panics for a Result that does not come from this package, which has no cost.
func (r *Result) Plan() kernels.Matrix[float64] {
	if r.cost == nil {
		panic("ot: Plan: the Result has no cost")
	}
	plan := kernels.NewMatrix[float64](r.cost.rows, r.cost.cols)
	r.eachPlanRow(func(i int, row []float64) { copy(plan.Row(i), row) })
	return plan
}

// eachPlanRow forms the plan a few rows at a time, which do must not keep.
func (r *Result) eachPlanRow(do func(i int, row []float64)) {
	eachPlanBlock(r.cost.rows, r.cost.cols, r.cost.block, r.F, r.G, r.Epsilon, func(b planBlock) {
		for i := range b.plan.Rows {
			do(b.first+i, b.plan.Row(i))
		}
	})
}

// GradientA is the derivative of the value of the problem (Dual) by the masses a. With both marginals
// imposed it is F centred to mean zero, because only changes that keep the total make sense; with one relaxed it is F
// itself for an imposed marginal and RelaxA*(1-exp(-F/RelaxA)) for the relaxed one.
// At a place without mass it is -Inf, for the entropy has infinite slope there.
func (r *Result) GradientA() []float64 { return r.gradient(r.F, r.relaxA) }

// GradientB is the derivative by the masses b; see [Result.GradientA].
func (r *Result) GradientB() []float64 { return r.gradient(r.G, r.relaxB) }

func (r *Result) gradient(f []float64, relax float64) []float64 {
	if r.relaxA == 0 && r.relaxB == 0 {
		return centred(f)
	}
	gradient := append([]float64(nil), f...)
	if relax > 0 {
		for i := range f {
			gradient[i] = -relax * math.Expm1(-f[i]/relax)
		}
	}
	return gradient
}

// centred is f minus the mean of its finite entries.
func centred(f []float64) []float64 {
	var sum float64
	var count int
	for _, p := range f {
		if !math.IsInf(p, 0) {
			sum += p
			count++
		}
	}
	y := make([]float64, len(f))
	for i, p := range f {
		y[i] = p - sum/float64(count)
	}
	return y
}
