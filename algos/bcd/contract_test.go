package bcd_test

import (
	"context"
	"math"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/internal/blockdata"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

var background = context.Background()

func matrixOf(t testing.TB, e blockdata.Entries) *sparse.CSR[float64] {
	t.Helper()
	m, err := sparse.FromCOO(e.Rows, e.Cols, e.Row, e.Column, e.Value)
	require.NoError(t, err)
	return m
}

// regression is least squares on generated data.
func regression(t testing.TB, m, n int) bcd.Problem {
	t.Helper()
	e, b := blockdata.Regression(m, n, 1)
	a, err := bcd.Sparse(matrixOf(t, e))
	require.NoError(t, err)
	p, err := bcd.LeastSquares(a, b)
	require.NoError(t, err)
	return p
}

func view(rows, cols int, data ...float64) kernels.Matrix[float64] {
	return kernels.Matrix[float64]{Rows: rows, Cols: cols, Stride: cols, Data: data}
}

// TestZeroSettings: the zero value works, also where there are fewer variables than it takes at once, and with groups.
func TestZeroSettings(t *testing.T) {
	for _, n := range []int{1, 5, 40} {
		result, err := bcd.Minimise(background, regression(t, 60, n), bcd.Settings{})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped)
		result, err = bcd.Minimise(background, regression(t, 60, n), bcd.Settings{Regulariser: bcd.GroupL1(10, bcd.ConsecutiveGroups(n, 4))})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped)
	}
}

func TestContext(t *testing.T) {
	p := regression(t, 50, 100)
	ctx, cancel := context.WithCancel(background)
	result, err := bcd.Minimise(ctx, p, bcd.Settings{Selection: bcd.Random, Every: 1, Progress: func(p algos.Progress) {
		if p.Done == 7 {
			cancel()
		}
	}})
	assert.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, result)
	assert.Equal(t, algos.Cancelled, result.Stopped)
	assert.Equal(t, 7, result.Iterations)
	assert.Nil(t, result.Reason)
	assert.InDelta(t, p.At(result.X).Value(), result.Objective, 1e-9*result.Objective, "the result so far")
}

// TestHistory: a record at the start, one every so many iterations, and one at the end; progress with each.
func TestHistory(t *testing.T) {
	p := regression(t, 50, 100)
	var seen []algos.Progress
	settings := bcd.Settings{Selection: bcd.Cyclic, Every: 4, MaxIterations: 10, Progress: func(p algos.Progress) { seen = append(seen, p) }}
	result, err := bcd.Minimise(background, p, settings)
	require.NoError(t, err)
	assert.Equal(t, algos.IterationLimit, result.Stopped)
	require.Len(t, result.History, 4)
	require.Len(t, result.Residuals, 4)
	for k, want := range []int{0, 4, 8, 10} {
		rec := result.History[k]
		assert.Equal(t, want, rec.Iteration)
		assert.Equal(t, result.Residuals[k], rec.Residual)
		assert.Equal(t, 100, rec.Free)
		if k > 0 {
			assert.Less(t, rec.Objective, result.History[k-1].Objective)
			assert.Equal(t, algos.Progress{Done: want, Of: 10, Residual: rec.Residual}, seen[k-1])
			assert.Equal(t, 10, rec.Block)
		}
	}
	assert.InDelta(t, 1, result.History[0].Residual, 1e-14, "relative to that at zero")
	assert.Equal(t, result.Residuals[3], result.Residual)
	assert.Equal(t, result.History[3].Objective, result.Objective)
	assert.True(t, math.IsInf(result.Gap, 1), "none without a regulariser")
}

// TestWarmStart: a solution converges at once, is not changed, and bounds hold from the start.
func TestWarmStart(t *testing.T) {
	p := regression(t, 50, 30)
	settings := bcd.Settings{Regulariser: bcd.Box(-0.1, 0.1), Tolerance: 1e-9}
	result, err := bcd.Minimise(background, p, settings)
	require.NoError(t, err)
	settings.Start, settings.Tolerance = result.X, 1e-8
	again, err := bcd.Minimise(background, p, settings)
	require.NoError(t, err)
	assert.Equal(t, 0, again.Iterations)
	assert.Equal(t, result.X, again.X)
	far := make([]float64, 30)
	far[3] = 5
	settings.Start, settings.MaxIterations = far, 1
	moved, err := bcd.Minimise(background, p, settings)
	require.NoError(t, err)
	for _, v := range moved.X {
		assert.True(t, v >= -0.1 && v <= 0.1)
	}
	assert.Equal(t, 5.0, far[3], "the start is not changed")
}

// TestStalled: what rounding does not allow is not claimed.
func TestStalled(t *testing.T) {
	m := kernels.NewMatrix[float64](60, 10)
	testkit.FillNormal(testkit.NewRandom(1), m.Data)
	a, err := bcd.Dense(m)
	require.NoError(t, err)
	p, err := bcd.LeastSquares(a, testkit.Normal[float64](testkit.NewRandom(2), 60))
	require.NoError(t, err)
	for _, update := range []bcd.Update{bcd.LipschitzStep, bcd.EstimatedStep, bcd.MatrixStep, bcd.NewtonStep} {
		result, err := bcd.Minimise(background, p, bcd.Settings{Tolerance: 1e-30, Update: update})
		require.NoError(t, err)
		assert.Equal(t, algos.Stalled, result.Stopped)
		assert.Less(t, result.Residual, 1e-11)
		assert.Greater(t, result.Residual, 1e-30)
	}
}

// TestBreakdown: a function without a minimum is followed until it leaves the numbers, and that is said.
func TestBreakdown(t *testing.T) {
	down, err := bcd.DenseQuadratic(view(2, 2, 1, 2, 2, 1), []float64{1, 0})
	require.NoError(t, err)
	result, err := bcd.Minimise(background, down, bcd.Settings{Partition: bcd.Variable(1), Selection: bcd.GS})
	require.NoError(t, err)
	assert.Equal(t, algos.Breakdown, result.Stopped)
	assert.ErrorIs(t, result.Reason, bcd.ErrOverflow)
}

// TestSaddle: where a tree or a block is indefinite no step leads up to its saddle point.
func TestSaddle(t *testing.T) {
	saddle, err := bcd.DenseQuadratic(view(2, 2, 1, 2, 2, 1), []float64{1, 0})
	require.NoError(t, err)
	for _, partition := range []bcd.Partition{bcd.Variable(2), bcd.Trees(), bcd.Forests(), bcd.Fixed(2, bcd.Ordered)} {
		for _, update := range []bcd.Update{bcd.MatrixStep, bcd.NewtonStep, bcd.ExactStep} {
			result, err := bcd.Minimise(background, saddle, bcd.Settings{Partition: partition, Update: update, Start: []float64{1, -0.5}, Every: 1})
			require.NoError(t, err)
			assert.NotContains(t, []algos.Stop{algos.Converged, algos.Stalled}, result.Stopped)
			for k := range result.History[1:] {
				assert.Less(t, result.History[k+1].Objective, result.History[k].Objective)
			}
		}
	}
}

// TestSeedsAndWorkers: the same seed gives the same bits whatever the number of workers, another seed others.
func TestSeedsAndWorkers(t *testing.T) {
	p := regression(t, 200, 500)
	run := func(seed uint64, workers int) []float64 {
		defer kernels.SetWorkers(kernels.SetWorkers(workers))
		result, err := bcd.Minimise(background, p, bcd.Settings{Selection: bcd.Sampling, Seed: seed, MaxIterations: 50})
		require.NoError(t, err)
		return result.X
	}
	assert.Equal(t, run(1, 1), run(1, 0))
	assert.NotEqual(t, run(1, 1), run(2, 1))
}

// mixedBoxes is bounds of each variable, with zero within, below or above.
func mixedBoxes(n int) bcd.Regulariser {
	lower, upper := make([]float64, n), make([]float64, n)
	for i := range lower {
		lower[i] = 0.1*float64(i%3) - 0.1
		upper[i] = lower[i] + 0.05*float64(1+i%2)
	}
	return bcd.Boxes(lower, upper)
}

// TestGap: it bounds what is left to gain, and Minimise stops on it.
func TestGap(t *testing.T) {
	e, b := blockdata.Classification(60, 20, 1)
	a, err := bcd.Sparse(matrixOf(t, e))
	require.NoError(t, err)
	bent, err := bcd.Logistic(a, b)
	require.NoError(t, err)
	e, y := blockdata.Classes(40, 8, 4, 1)
	c, err := bcd.Sparse(matrixOf(t, e))
	require.NoError(t, err)
	classes, err := bcd.Softmax(c, y, 4)
	require.NoError(t, err)
	for _, p := range []bcd.Problem{regression(t, 60, 20), bent, classes} {
		for _, r := range []bcd.Regulariser{
			bcd.L1(20), bcd.NonNegative(20), bcd.ElasticNet(10, 5), bcd.ElasticNet(0, 5), bcd.Box(-0.1, 0.2), mixedBoxes(p.Size()), bcd.GroupL1(20, bcd.ConsecutiveGroups(p.Size(), 4)),
		} {
			best, err := bcd.Minimise(background, p, bcd.Settings{Regulariser: r, Tolerance: 1e-10, Update: bcd.NewtonStep})
			require.NoError(t, err)
			require.Equal(t, algos.Converged, best.Stopped)
			result, err := bcd.Minimise(background, p, bcd.Settings{Regulariser: r, Stop: bcd.Gap, Tolerance: 1e-6, Every: 1, Update: bcd.NewtonStep})
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped, "%v", r)
			for _, rec := range result.History {
				assert.GreaterOrEqual(t, rec.Gap, (rec.Objective-best.Objective)*(1-1e-9)-1e-9*math.Abs(best.Objective), "%v", r)
			}
			assert.LessOrEqual(t, result.Gap, 1e-6*max(result.History[0].Objective, result.Objective)*(1+1e-12))
		}
	}
}

// TestIdentified: the free variables of the answer, and since when they have been those.
func TestIdentified(t *testing.T) {
	p := regression(t, 60, 200)
	var free []int
	result, err := bcd.Minimise(background, p, bcd.Settings{Regulariser: bcd.L1(2e4), Every: 1, Tolerance: 1e-10})
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped)
	for i, v := range result.X {
		if v != 0 {
			free = append(free, i)
		}
	}
	assert.Len(t, free, result.Free)
	assert.True(t, result.Identified > 0 && result.Identified <= result.Iterations)
	assert.NotEqual(t, 0, result.Free)
	for _, rec := range result.History[result.Identified:] {
		assert.Equal(t, result.Free, rec.Free)
	}
}

// TestShared: a problem serves several minimisations at once.
func TestShared(t *testing.T) {
	p := regression(t, 60, 100)
	settings := bcd.Settings{Selection: bcd.GSDRows, Regulariser: bcd.GroupL1(100, bcd.ConsecutiveGroups(100, 4)), MaxIterations: 100}
	var results [8]*bcd.Result
	var wait sync.WaitGroup
	for k := range results {
		wait.Go(func() {
			result, err := bcd.Minimise(background, p, settings)
			if assert.NoError(t, err) {
				results[k] = result
			}
		})
	}
	wait.Wait()
	for _, r := range results {
		assert.Equal(t, results[0].X, r.X)
	}
}

// TestOutOfRange: data whose squares overflow end in a breakdown that says so, not in an answer.
func TestOutOfRange(t *testing.T) {
	a, err := bcd.Dense(view(2, 1, 1e200, 1))
	require.NoError(t, err)
	p, err := bcd.LeastSquares(a, []float64{1, 2})
	require.NoError(t, err)
	result, err := bcd.Minimise(background, p, bcd.Settings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Breakdown, result.Stopped)
	assert.ErrorIs(t, result.Reason, bcd.ErrOverflow)
}

// TestIsolatedNodes: nodes without neighbours, and parts of a graph without a label, stay where they are, whatever solves.
func TestIsolatedNodes(t *testing.T) {
	w, err := sparse.FromCOO(6, 6, []int{0, 1, 3, 4}, []int{1, 0, 4, 3}, []float64{1, 1, 2, 2}) // 0-1, 3-4; 2 and 5 alone
	require.NoError(t, err)
	p, err := bcd.LabelPropagation(w, map[int]float64{0: 3})
	require.NoError(t, err)
	for _, partition := range []bcd.Partition{bcd.Trees(), bcd.Forests(), bcd.RedBlack(), bcd.Variable(2)} {
		result, err := bcd.Minimise(background, p, bcd.Settings{Partition: partition, Update: bcd.ExactStep})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped)
		assert.InDeltaSlice(t, []float64{3, 3, 0, 0, 0, 0}, p.Values(result.X), 1e-9)
	}
}

// TestRareTurns: Sampling gives a variable of a small L_i a turn once in ten thousand iterations, which is no reason to stop before.
func TestRareTurns(t *testing.T) {
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 0, 0, 1e-4}}, 0)
	require.NoError(t, err)
	p, err := bcd.Quadratic(a, []float64{1, 1})
	require.NoError(t, err)
	for seed := range uint64(10) {
		result, err := bcd.Minimise(context.Background(), p, bcd.Settings{
			Partition: bcd.Fixed(1, bcd.Ordered), Selection: bcd.Sampling, Update: bcd.ExactStep, Seed: seed, MaxIterations: 200000,
		})
		require.NoError(t, err)
		require.Equal(t, algos.Converged, result.Stopped, "seed %d: residual %v after %d", seed, result.Residual, result.Iterations)
	}
}
