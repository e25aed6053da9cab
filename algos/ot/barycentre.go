package ot

import (
	"cmp"
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// BarycentreResult is the barycentre of several histograms.
type BarycentreResult struct {
	// Report's residuals are the L1 distances between the histograms and the marginals of their plans, averaged with
	// the weights, as a fraction of the mass.
	algos.Report

	Histogram []float64   // the barycentre
	F, G      [][]float64 // potentials of the transport of each histogram to it
	Epsilon   float64
	Method    Method
}

// Barycentre computes the histogram b that minimises sum_k weights[k] * OT(histograms[k], b), with OT the value of
// entropic transport, by iterative Bregman projections on the potentials (Benamou et al. 2015), which stays stable at
// any eps. The cost has the places of the histograms as its rows and those of the barycentre as its columns. The
// histograms sum alike to a relative 1e-6, and are scaled to the sum of the first; nil weights are equal ones; weights are
// scaled to sum 1. Histograms are worked on in parallel, and on a grid axis by axis. Only a grid takes Settings.Method:
// with a matrix of costs Barycentre is always in the log domain, as BarycentreResult.Method says. Initial potentials,
// scaling of epsilon and relaxed marginals are errors. When the context ends first, Barycentre returns the result so far
// together with an error that wraps the context's.
//
// The entropy blurs the barycentre over distances of about sqrt(eps/2) for the squared Euclidean cost.
func Barycentre(ctx context.Context, histograms [][]float64, weights []float64, cost *Cost, settings Settings) (*BarycentreResult, error) {
	if err := check.Context("ot", ctx, ErrNil); err != nil {
		return nil, err
	}
	b, err := newBarycentre(histograms, weights, cost, settings)
	if err != nil {
		return nil, err
	}
	for {
		residual, err := b.step(ctx, b.project)
		if err != nil && b.report.Stopped != algos.Cancelled {
			return nil, err
		}
		if b.settle(residual) {
			result := b.result()
			if math.IsNaN(vec.Sum(result.Histogram)) || math.IsNaN(result.Residual) {
				return nil, cmp.Or(err, b.breakdown())
			}
			if !b.goesOn(result.Residual) {
				return result, err
			}
		}
	}
}

// barycentre is the iteration with a part for each histogram. The columns of all plans sum to the barycentre after
// every step.
type barycentre struct {
	iteration
	weights []float64
	parts   []part
	logs    []float64 // of the barycentre
}

type part struct {
	operator
	logMass, mass []float64
	f, g          []float64
	rows, columns []float64 // log-sum-exp
	residual      float64   // of the rows
}

// measure computes the residual, and the rows on the way.
func (p *part) measure(eps float64) {
	p.softRows(p.rows, p.g)
	p.residual = 0
	for i, rest := range p.rows {
		if m := p.mass[i]; m > 0 {
			p.residual += math.Abs(math.Exp(p.f[i]/eps+rest) - m)
		}
	}
}

func newBarycentre(histograms [][]float64, weights []float64, cost *Cost, settings Settings) (*barycentre, error) {
	if cost == nil {
		return nil, fmt.Errorf("ot: cost: %w", ErrNil)
	}
	if len(histograms) == 0 {
		return nil, fmt.Errorf("ot: histograms: %w", ErrEmpty)
	}
	if settings.F != nil || settings.G != nil || !settings.balanced() || settings.Scaling != 0 && settings.Scaling != 1 {
		return nil, fmt.Errorf("ot: Barycentre takes no potentials, scaling or relaxation: %w", ErrSetting)
	}
	settings, err := settings.resolve(cost.low, cost.high)
	if err != nil {
		return nil, err
	}
	if weights, err = normalised(weights, len(histograms)); err != nil {
		return nil, err
	}
	b := &barycentre{weights: weights, parts: make([]part, len(histograms)), logs: make([]float64, cost.cols)}
	b.settings, b.eps, b.spread = settings, settings.Epsilon, cost.high-cost.low
	if histograms, err = checkHistograms(histograms, cost.rows, true); err != nil {
		return nil, err
	}
	b.mass = vec.Sum(histograms[0])
	for k, h := range histograms {
		p := &b.parts[k]
		if cost.axes != nil {
			p.operator = newGrid(cost, settings.Method)
		} else {
			p.operator = newDense(cost.matrix, LogDomain)
		}
		p.prepare(b.eps)
		p.mass, p.logMass = h, logarithms(h)
		p.f, p.rows = make([]float64, cost.rows), make([]float64, cost.rows)
		p.g, p.columns = make([]float64, cost.cols), make([]float64, cost.cols)
	}
	b.f, b.g = b.parts[0].f, b.parts[0].g // for the size of their rounding
	return b, nil
}

// checkHistograms is for several marginals on the same places. If they must sum alike it returns them scaled to the sum of
// the first, without which iterations that impose them all would not end.
func checkHistograms(histograms [][]float64, size int, alike bool) ([][]float64, error) {
	var first float64
	checked := make([][]float64, len(histograms))
	for k, h := range histograms {
		name := fmt.Sprintf("histograms[%d]", k)
		mass, err := checkMass(name, h)
		if err != nil {
			return nil, err
		}
		if err := checkLength(name, len(h), "rows of cost", size); err != nil {
			return nil, err
		}
		checked[k] = h
		if k == 0 {
			first = mass
		} else if alike {
			if err := checkTotals("histograms[0]", first, name, mass); err != nil {
				return nil, err
			}
			checked[k] = scaled(h, first/mass)
		}
	}
	return checked, nil
}

func normalised(weights []float64, count int) ([]float64, error) {
	if weights == nil {
		weights = make([]float64, count)
		for k := range weights {
			weights[k] = 1
		}
	}
	if err := checkLength("weights", len(weights), "len(histograms)", count); err != nil {
		return nil, err
	}
	total, err := checkMass("weights", weights)
	if err != nil {
		return nil, err
	}
	fractions := make([]float64, count)
	for k, w := range weights {
		fractions[k] = w / total // of which the inverse may be out of range
	}
	return fractions, nil
}

// project is one iteration: every plan onto its histogram, then all plans onto their common marginal, which is the
// geometric mean of their column sums.
func (b *barycentre) project() (residual float64) {
	kernels.Parallel(len(b.parts), func(k int) {
		p := &b.parts[k]
		p.measure(b.eps)
		copy(p.f, p.rows)
		update(p.f, p.logMass, b.eps)
		p.softColumns(p.columns, p.f)
	})
	clear(b.logs)
	for k := range b.parts {
		for j, c := range b.parts[k].columns {
			b.logs[j] += b.weights[k] * c
		}
	}
	for k := range b.parts {
		copy(b.parts[k].g, b.parts[k].columns)
		update(b.parts[k].g, b.logs, b.eps)
	}
	return b.average()
}

// average is the average of the residuals, which are infinite where a plan is far from its histogram: those without weight do not count.
func (b *barycentre) average() (residual float64) {
	for k, weight := range b.weights {
		if weight > 0 {
			residual += weight * b.parts[k].residual
		}
	}
	return residual
}

func (b *barycentre) result() *BarycentreResult {
	r := &BarycentreResult{Report: b.report, Epsilon: b.eps, Method: b.parts[0].method(), Histogram: make([]float64, len(b.logs))}
	lse.Softmax(r.Histogram, b.logs) // with the sum of the others, which it has but for the residual
	vec.Scale(b.mass, r.Histogram)
	for k := range b.parts {
		b.parts[k].measure(b.eps)
		r.F, r.G = append(r.F, b.parts[k].f), append(r.G, b.parts[k].g)
	}
	r.Residual = b.average() / b.mass
	r.Stopped = b.verdict(r.Residual)
	return r
}
