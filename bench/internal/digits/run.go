package digits

import (
	"context"
	"time"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/ot"
	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/kernels"
)

const (
	epsilon   = 4.0  // of the regularisation, in squared pixels: what is finer than about two pixels is blurred
	tolerance = 1e-6 // of the mass, in the marginals
)

// Run computes the transport between every pair of images, with the squared distance on the grid of pixels as the cost.
func Run(ctx context.Context, progress func(done, of int)) (*Result, error) {
	cost, err := ot.Grid(Side, Side)
	if err != nil {
		return nil, err
	}
	histograms := digits.Histograms()
	settings := ot.PairwiseSettings{Settings: ot.Settings{Epsilon: epsilon, Tolerance: tolerance}}
	if progress != nil {
		settings.Progress = func(p algos.Progress) { progress(p.Done, p.Of) }
	}
	start := time.Now()
	pairs, err := ot.Pairwise(ctx, histograms, cost, settings)
	if err != nil {
		return nil, err
	}
	n := len(histograms)
	r := &Result{
		Distance: pairs.Distances, Unconverged: pairs.Unconverged, Iterations: pairs.Iterations,
		Pairs: n * (n - 1) / 2, Epsilon: pairs.Epsilon, Elapsed: time.Since(start), Workers: kernels.Workers(),
	}
	for i := range n {
		r.Labels = append(r.Labels, digits.Label(i))
		r.Images = append(r.Images, digits.Image(i))
	}
	r.nearest()
	r.Plan, err = plan(ctx, r.Labels, histograms, cost, settings.Settings)
	return r, err
}

// The digits between which the report shows the plan.
const fromDigit, toDigit = 4, 9

// plan computes the transport between the first images of two digits.
func plan(ctx context.Context, labels []int, histograms [][]float64, cost *ot.Cost, settings ot.Settings) (Plan, error) {
	from, to := first(labels, fromDigit), first(labels, toDigit)
	settings.Progress = nil
	transport, err := ot.Solve(ctx, histograms[from], histograms[to], cost, settings)
	if err != nil {
		return Plan{}, err
	}
	p := Plan{FromLabel: fromDigit, ToLabel: toDigit, From: inked(histograms[from]), To: inked(histograms[to])}
	p.Mass = kernels.NewMatrix[float64](len(p.From), len(p.To))
	whole := transport.Plan()
	for i, pixel := range p.From {
		for j, goal := range p.To {
			p.Mass.Set(i, j, whole.At(pixel, goal))
		}
	}
	return p, nil
}

func first(labels []int, label int) int {
	for i, l := range labels {
		if l == label {
			return i
		}
	}
	return 0
}

// inked lists the pixels that are not paper.
func inked(histogram []float64) (places []int) {
	for k, mass := range histogram {
		if mass > 0 {
			places = append(places, k)
		}
	}
	return places
}
