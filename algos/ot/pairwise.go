package ot

import (
	"context"
	"fmt"
	"math"
	"sync"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Measure is what Pairwise computes of two histograms.
type Measure uint8

const (
	// TransportCost is Result.Cost, <C,P>: a little above the cost of the best plan without entropy, and not zero for equal
	// histograms. For the squared Euclidean cost its root approximates the 2-Wasserstein distance.
	TransportCost Measure = iota
	// SinkhornDivergence is DivergenceResult.Value: zero for equal histograms.
	SinkhornDivergence
)

// PairwiseSettings are Settings with the measure. F and G must be nil; RelaxA and RelaxB must agree, and be zero for
// divergences. Progress counts pairs.
type PairwiseSettings struct {
	Settings
	Measure Measure
}

// PairwiseResult is the matrix of the distances of all pairs of histograms.
type PairwiseResult struct {
	// Report is of all pairs together: Stopped is Converged if all of them did and otherwise the reason of one that did
	// not, Iterations are counted over all, Residual is the largest. There is no history.
	algos.Report

	Distances   kernels.Matrix[float64] // symmetric
	Epsilon     float64
	Unconverged int // pairs that did not meet the tolerance
}

// Pairwise computes the measure of every pair of histograms on the same places, each histogram with itself included.
// Unless relaxed, they sum alike to a relative 1e-6, and are scaled to the sum of the first. The cost is symmetric. Pairs are worked on in parallel (kernels.Workers), each among the places where its two
// histograms have mass; the result does not depend on the number of workers. If the context ends first, the distances
// that are missing are NaN and the error wraps the context's.
func Pairwise(ctx context.Context, histograms [][]float64, cost *Cost, settings PairwiseSettings) (*PairwiseResult, error) {
	if err := check.Context("ot", ctx, ErrNil); err != nil {
		return nil, err
	}
	p, err := newPairwise(histograms, cost, settings)
	if err != nil {
		return nil, err
	}
	n := len(histograms)
	diagonal := func(k int) (i, j int) { return k, k }
	triangle := func(k int) (i, j int) {
		i = int((1 + math.Sqrt(float64(1+8*k))) / 2)
		return i, k - i*(i-1)/2
	}
	p.each(ctx, 0, n, diagonal) // first, for divergences need it
	p.each(ctx, n, n*(n-1)/2, triangle)
	if p.failure != nil {
		if ctx.Err() == nil {
			return nil, p.failure
		}
		p.result.Stopped = algos.Cancelled
	}
	return &p.result, p.failure
}

type pairwise struct {
	histograms [][]float64
	cost       *Cost
	settings   PairwiseSettings // resolved, without progress
	progress   func(algos.Progress)
	duals      []float64   // of each histogram with itself, for divergences
	own        [][]float64 // potentials of each histogram with itself

	mutex   sync.Mutex // guards what follows
	result  PairwiseResult
	done    int
	failure error // of the first pair that failed
	failed  int   // its number
}

func newPairwise(histograms [][]float64, cost *Cost, settings PairwiseSettings) (*pairwise, error) {
	if cost == nil {
		return nil, fmt.Errorf("ot: cost: %w", ErrNil)
	}
	if len(histograms) == 0 {
		return nil, fmt.Errorf("ot: histograms: %w", ErrEmpty)
	}
	switch {
	case settings.F != nil || settings.G != nil:
		return nil, fmt.Errorf("ot: Pairwise takes no potentials: %w", ErrSetting)
	case settings.RelaxA != settings.RelaxB:
		return nil, fmt.Errorf("ot: Settings.RelaxA = %v, Settings.RelaxB = %v, want them alike, or distances would not be symmetric: %w", settings.RelaxA, settings.RelaxB, ErrSetting)
	case settings.Measure > SinkhornDivergence || settings.Measure == SinkhornDivergence && !settings.balanced():
		return nil, fmt.Errorf("ot: Measure = %d with Settings.RelaxA = %v, want a measure there is, and 0 for SinkhornDivergence: %w", settings.Measure, settings.RelaxA, ErrSetting)
	}
	if err := cost.checkSymmetric(); err != nil {
		return nil, err
	}
	var err error
	progress := settings.Progress
	settings.Progress = nil
	if settings.Settings, err = settings.resolve(cost.low, cost.high); err != nil {
		return nil, err
	}
	if histograms, err = checkHistograms(histograms, cost.rows, settings.balanced()); err != nil {
		return nil, err
	}
	n := len(histograms)
	p := &pairwise{histograms: histograms, cost: cost, settings: settings, progress: progress}
	p.duals, p.own = make([]float64, n), make([][]float64, n)
	p.result.Stopped = algos.Converged
	p.result.Epsilon = settings.Epsilon
	p.result.Distances = kernels.NewMatrix[float64](n, n)
	for k := range p.result.Distances.Data {
		p.result.Distances.Data[k] = math.NaN()
	}
	return p, nil
}

// each computes a number of pairs in parallel, of which the first has the number begin. What comes behind a pair that failed is left
// out, but not what comes before it, so that the failure told of does not depend on which was met first.
func (p *pairwise) each(ctx context.Context, begin, count int, pair func(k int) (i, j int)) {
	kernels.Parallel(count, func(k int) {
		if !p.failedBefore(begin + k) {
			i, j := pair(k)
			r, err := p.solve(ctx, i, j)
			p.record(begin+k, i, j, r, err)
		}
	})
}

func (p *pairwise) failedBefore(number int) bool {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return p.failure != nil && p.failed < number
}

func (p *pairwise) solve(ctx context.Context, i, j int) (*Result, error) {
	if i == j && p.settings.balanced() {
		return within(ctx, fmt.Sprintf("histograms[%d]", i), p.histograms[i], p.cost, p.settings.Settings)
	}
	return Solve(ctx, p.histograms[i], p.histograms[j], p.cost, p.settings.near(p.own[j]))
}

func (p *pairwise) record(number, i, j int, r *Result, err error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if err != nil {
		if p.failure == nil || number < p.failed {
			p.failure, p.failed = fmt.Errorf("%w (histograms %d and %d)", err, i, j), number
		}
		return
	}
	value := r.Cost
	if i == j {
		p.own[i] = r.G
	}
	if p.settings.Measure == SinkhornDivergence {
		if i == j {
			p.duals[i], value = r.Dual, 0
		} else {
			value = debiased(r.Dual, p.duals[i], p.duals[j])
		}
	}
	p.result.Distances.Set(i, j, value)
	p.result.Distances.Set(j, i, value)
	p.result.Iterations += r.Iterations
	p.result.Residual = max(p.result.Residual, r.Residual)
	if r.Stopped != algos.Converged {
		p.result.Unconverged++
	}
	p.result.Stopped = max(p.result.Stopped, r.Stopped) // whichever pair came last; converged is the least
	p.done++
	if p.progress != nil {
		n := len(p.histograms)
		p.progress(algos.Progress{Done: p.done, Of: n * (n + 1) / 2, Residual: p.result.Residual})
	}
}
