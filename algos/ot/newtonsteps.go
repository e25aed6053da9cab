package ot

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// point is potentials with their plan and its sums.
type point struct {
	f, g       []float64
	plan       kernels.Matrix[float64]
	rows, cols []float64
	total      float64 // mass of the plan
	residual   float64 // L1 distance of its marginals, as a fraction of the mass asked for
}

func newPoint(n, m int) point {
	return point{
		f: make([]float64, n), g: make([]float64, m), plan: kernels.NewMatrix[float64](n, m),
		rows: make([]float64, n), cols: make([]float64, m),
	}
}

// newton is an iteration of sweeps and Newton steps.
type newton struct {
	*solution
	newtonSettings NewtonSettings
	costs          kernels.Matrix[float64] // from the sources to the targets with mass
	here, trial    point
	gradF, gradG   []float64
	stepF, stepG   []float64
	work           []float64
	kept           int // entries of the plan in the Hessian
	result         NewtonResult
}

func newNewton(s *solution, settings NewtonSettings) *newton {
	n := &newton{solution: s, newtonSettings: settings}
	rows, cols := len(s.f), len(s.g)
	if d, ok := s.operator.(*dense); ok {
		n.costs = d.c
	} else {
		n.costs = s.cost.block(0, rows)
	}
	n.here, n.trial = newPoint(rows, cols), newPoint(rows, cols)
	n.gradF, n.gradG, n.stepF, n.stepG = make([]float64, rows), make([]float64, cols), make([]float64, rows), make([]float64, cols)
	n.work = make([]float64, max(rows, cols))
	n.kept = min(defaultKeptPerRow*max(rows, cols), rows*cols)
	if settings.Fraction != 0 {
		n.kept = max(1, int(math.Ceil(settings.Fraction*float64(rows)*float64(cols))))
	}
	return n
}

func (n *newton) run(ctx context.Context) error {
	if err := n.anneal(ctx); err != nil || n.report.Stopped != 0 {
		return err
	}
	if err := n.warmUp(ctx); err != nil || n.report.Stopped != 0 {
		return err
	}
	again := 1
	for {
		n.form(&n.here, n.f, n.g)
		for first := true; ; first = false {
			n.report.Residual = n.here.residual
			if n.settle(n.here.residual) {
				return nil
			}
			ok := false
			if _, err := n.step(ctx, func() float64 { ok = n.advanceNewton(); return n.here.residual * n.mass }); err != nil || n.report.Stopped != 0 {
				return err
			}
			if !ok {
				if !first {
					again = 1
				}
				break
			}
		}
		n.result.Failed++
		copy(n.f, n.here.f)
		copy(n.g, n.here.g)
		n.prepare(n.eps)
		for range again {
			n.result.Sweeps++
			if _, err := n.step(ctx, n.advance); err != nil || n.report.Stopped != 0 {
				return err
			}
		}
		again = min(2*again, 64)
	}
}

const (
	warmTolerance = 0.2
	warmSweeps    = 5
	mostWarm      = 100
	warmGain      = 0.5
)

func (n *newton) warmUp(ctx context.Context) error {
	for {
		n.result.Sweeps++
		residual, err := n.step(ctx, n.advance)
		if err != nil || n.settle(residual) {
			return err
		}
		k := n.result.Sweeps
		if s := n.newtonSettings.Sweeps; s > 0 {
			if k >= s {
				return nil
			}
			continue
		}
		if k > warmSweeps {
			past := n.report.Residuals[len(n.report.Residuals)-1-warmSweeps]
			if residual > warmGain*past && (residual <= warmTolerance || k >= mostWarm) {
				return nil
			}
		}
	}
}

// form sets p to the potentials f and g.
func (n *newton) form(p *point, f, g []float64) {
	copy(p.f, f)
	copy(p.g, g)
	n.evaluate(p)
}

func (n *newton) evaluate(p *point) {
	n.result.Evaluations++
	lse.Plan(p.plan, p.rows, p.cols, 1/n.eps, p.f, p.g, n.costs)
	p.total = vec.Sum(p.rows)
	p.residual = (distance(p.rows, n.problem.a) + distance(p.cols, n.problem.b)) / n.mass
}

func distance(x, y []float64) (sum float64) {
	for i, v := range x {
		sum += math.Abs(v - y[i])
	}
	return sum
}

const (
	armijo      = 1e-4
	mostHalving = 40
)

func (n *newton) advanceNewton() bool {
	vec.Sub(n.gradF, n.problem.a, n.here.rows)
	vec.Sub(n.gradG, n.problem.b, n.here.cols)
	if !n.direction() {
		return false
	}
	slope := vec.Dot(n.gradF, n.stepF) + vec.Dot(n.gradG, n.stepG)
	if !(slope > 0) || math.IsInf(slope, 1) {
		return false
	}
	along := vec.Dot(n.here.rows, n.stepF) + vec.Dot(n.here.cols, n.stepG)
	slack := 0x1p-50 * n.eps * n.here.total
	length := 1.0
	for range mostHalving {
		vec.AddScaled(n.trial.f, 1, n.here.f, length, n.stepF)
		vec.AddScaled(n.trial.g, 1, n.here.g, length, n.stepG)
		n.evaluate(&n.trial)
		// The dual value less the linear part: <step, marginals of the plan> minus what the mass gains.
		gain := length*(slope+along) - n.eps*(n.trial.total-n.here.total)
		if n.trial.residual <= (1-armijo)*n.here.residual || gain >= armijo*length*slope-slack && !math.IsInf(n.trial.residual, 1) {
			n.here, n.trial = n.trial, n.here
			n.result.Steps++
			copy(n.f, n.here.f)
			copy(n.g, n.here.g)
			if debugNewton {
				println("  alpha", length, "kept", n.kept, "cg", n.result.LinearIterations, "->", n.here.residual)
			}
			return true
		}
		length /= 2
	}
	return false
}

var debugNewton bool
var _ = algos.Converged
