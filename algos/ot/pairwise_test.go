package ot

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/kernels"
)

// TestPairwiseDigits compares all 2080 pairs of the digits with the independent values of reference_test.go.
func TestPairwiseDigits(t *testing.T) {
	count := digits.Count
	if testing.Short() {
		count = 12
	}
	cost, err := Grid(digits.Side, digits.Side)
	require.NoError(t, err)
	result, err := Pairwise(background, digits.Histograms()[:count], cost, PairwiseSettings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.Zero(t, result.Unconverged)
	assert.LessOrEqual(t, result.Residual, 2*defaultTolerance)
	assert.InDelta(t, referenceEpsilon, result.Epsilon, 1e-13)
	want := reference(t)
	var worst float64
	for i := range count {
		for j := range count {
			worst = max(worst, math.Abs(result.Distances.At(i, j)/want.At(i, j)-1))
		}
	}
	assert.Less(t, worst, 1e-6)
	t.Logf("largest relative difference %.1e, %d iterations", worst, result.Iterations)
}

// TestPairwiseEqualsSingle compares with a problem at a time, for every measure.
func TestPairwiseEqualsSingle(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	x := randomMatrix(r, 15, 2)
	cost, err := SquaredEuclidean(x, x)
	require.NoError(t, err)
	var histograms [][]float64
	for range 5 {
		histograms = append(histograms, randomMass(r, 15, 1, len(histograms)%2 == 0))
	}
	for _, relax := range []float64{0, 0.5} {
		settings := Settings{Epsilon: 0.05, Tolerance: 1e-12, RelaxA: relax, RelaxB: relax}
		result, err := Pairwise(background, histograms, cost, PairwiseSettings{Settings: settings})
		require.NoError(t, err)
		for i := range histograms {
			for j := range histograms {
				single, err := Solve(background, histograms[i], histograms[j], cost, settings)
				require.NoError(t, err)
				assert.InDelta(t, single.Cost, result.Distances.At(i, j), 1e-10)
			}
		}
	}
	settings := Settings{Epsilon: 0.05, Tolerance: 1e-12}
	result, err := Pairwise(background, histograms, cost, PairwiseSettings{Settings: settings, Measure: SinkhornDivergence})
	require.NoError(t, err)
	for i := range histograms {
		assert.Zero(t, result.Distances.At(i, i))
		for j := range i {
			single, err := Divergence(background, histograms[i], histograms[j], cost, nil, nil, settings)
			require.NoError(t, err)
			assert.InDelta(t, single.Value, result.Distances.At(i, j), 1e-12)
			assert.Equal(t, result.Distances.At(i, j), result.Distances.At(j, i))
		}
	}
}

func TestPairwiseProgressAndWorkers(t *testing.T) {
	histograms := digits.Histograms()[:6]
	cost, err := Grid(digits.Side, digits.Side)
	require.NoError(t, err)
	var results []*PairwiseResult
	for _, workers := range []int{1, 2} {
		previous := kernels.SetWorkers(workers)
		done := 0
		result, err := Pairwise(background, histograms, cost, PairwiseSettings{Settings: Settings{Progress: func(p algos.Progress) {
			done++
			assert.Equal(t, done, p.Done)
			assert.Equal(t, 21, p.Of)
		}}})
		kernels.SetWorkers(previous)
		require.NoError(t, err)
		assert.Equal(t, 21, done)
		results = append(results, result)
	}
	assert.Equal(t, results[0], results[1])
}

func TestPairwiseCancelled(t *testing.T) {
	histograms := digits.Histograms()[:8]
	cost, err := Grid(digits.Side, digits.Side)
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(background)
	result, err := Pairwise(ctx, histograms, cost, PairwiseSettings{Settings: Settings{Progress: func(p algos.Progress) {
		if p.Done == 9 {
			cancel()
		}
	}}})
	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, result)
	assert.Equal(t, algos.Cancelled, result.Stopped)
	known := 0
	for i := range histograms {
		for j := range i + 1 {
			if !math.IsNaN(result.Distances.At(i, j)) {
				known++
			}
		}
	}
	assert.GreaterOrEqual(t, known, 9)
	assert.Less(t, known, 36)
}

// TestPairwiseNamesTheFirstFailure: of pairs that all break down the first is told of, though the others fail sooner.
func TestPairwiseNamesTheFirstFailure(t *testing.T) {
	defer kernels.SetWorkers(kernels.SetWorkers(4))
	cost, err := Grid(digits.Side, digits.Side)
	require.NoError(t, err)
	histograms := make([][]float64, 12)
	for k := range histograms {
		histograms[k] = make([]float64, digits.Side*digits.Side)
		histograms[k][0], histograms[k][k+1] = 1, 1
	}
	for i := range histograms[0] {
		histograms[0][i] = float64(i%2) * 4 / float64(len(histograms[0]))
	}
	for range 20 {
		_, err = Pairwise(background, histograms, cost, PairwiseSettings{Settings: Settings{Epsilon: 5e-324}})
		require.ErrorIs(t, err, ErrBreakdown)
		require.Regexp(t, `^ot: [^:]*: [^:]* \(histograms 0 and 0\)$`, err.Error())
	}
}

func TestPairwiseReportsWhatDidNotConverge(t *testing.T) {
	cost, err := Grid(digits.Side, digits.Side)
	require.NoError(t, err)
	result, err := Pairwise(background, digits.Histograms()[:4], cost, PairwiseSettings{Settings: Settings{MaxIterations: 5}})
	require.NoError(t, err)
	assert.Equal(t, algos.IterationLimit, result.Stopped)
	assert.Greater(t, result.Unconverged, 5)
	assert.Greater(t, result.Residual, defaultTolerance)
}

// TestPairwiseReasonInAnyOrder: with pairs that end for different reasons the one told of does not depend on which was done last.
func TestPairwiseReasonInAnyOrder(t *testing.T) {
	cost, err := Grid(8)
	require.NoError(t, err)
	near, alike, far := []float64{8, 1, 1, 1, 1, 1, 1, 1}, []float64{7, 2, 1, 1, 1, 1, 1, 1}, []float64{1, 1, 1, 1, 1, 1, 2, 7}
	settings := PairwiseSettings{Settings: Settings{Epsilon: 0.5, Tolerance: 1e-300, MaxIterations: 600}}
	one, err := Solve(background, near, alike, cost, settings.Settings)
	require.NoError(t, err)
	other, err := Solve(background, alike, far, cost, settings.Settings)
	require.NoError(t, err)
	require.NotEqual(t, one.Stopped, other.Stopped)
	for _, histograms := range [][][]float64{{near, alike, far}, {far, near, alike}} {
		result, err := Pairwise(background, histograms, cost, settings)
		require.NoError(t, err)
		assert.Equal(t, max(one.Stopped, other.Stopped), result.Stopped)
	}
}
