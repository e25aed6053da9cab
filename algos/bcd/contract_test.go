package bcd_test

import (
	"context"
	"math"
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

// TestProblemErrors: what constructors refuse, and how they say it.
func TestProblemErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	a, err := bcd.Dense(view(2, 1, 1, 2))
	require.NoError(t, err)
	csr := func(m kernels.Matrix[float64]) *sparse.CSR[float64] {
		s, err := sparse.FromDense(m, 0)
		require.NoError(t, err)
		return s
	}
	one := func(_ any, err error) error { return err }
	for _, c := range []struct {
		err     error
		want    error
		message string
	}{
		{one(bcd.Dense(view(2, 1, 1))), bcd.ErrShape, ""},
		{one(bcd.Dense(view(0, 3))), bcd.ErrEmpty, "bcd: m is 0 x 3, want 1 x 1 or more: want at least one variable"},
		{one(bcd.Dense(view(1, 2, 1, nan))), bcd.ErrFinite, "bcd: m[0, 1] = NaN: NaN or infinite"},
		{one(bcd.Sparse(nil)), bcd.ErrNil, "bcd: m: nil"},
		{one(bcd.Sparse(csr(view(1, 1, inf)))), bcd.ErrFinite, "bcd: entry 0 of m = +Inf: NaN or infinite"},
		{one(bcd.LeastSquares(nil, nil)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.LeastSquares(a, []float64{1})), bcd.ErrShape, "bcd: len(b) = 1, rows of a = 2: shapes do not agree"},
		{one(bcd.LeastSquares(a, []float64{1, nan})), bcd.ErrFinite, "bcd: b[1] = NaN: NaN or infinite"},
		{one(bcd.Logistic(nil, nil)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.Logistic(a, []float64{1, 0})), bcd.ErrLabel, "bcd: b[1] = 0, want -1 or 1: label out of range"},
		{one(bcd.Softmax(nil, nil, 2)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.Softmax(a, []int{0, 1}, 1)), bcd.ErrSetting, "bcd: classes = 1, want 2 or more: setting out of range"},
		{one(bcd.Softmax(a, []int{0}, 2)), bcd.ErrShape, "bcd: len(y) = 1, rows of a = 2: shapes do not agree"},
		{one(bcd.Softmax(a, []int{0, 2}, 2)), bcd.ErrLabel, "bcd: y[1] = 2, want 0 to 1: label out of range"},
		{one(bcd.Quadratic(nil, nil)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.Quadratic(csr(view(1, 2, 1, 1)), nil)), bcd.ErrShape, "bcd: a is 1 x 2, want it square: shapes do not agree"},
		{one(bcd.Quadratic(csr(view(0, 0)), nil)), bcd.ErrEmpty, "bcd: a is 0 x 0: want at least one variable"},
		{one(bcd.DenseQuadratic(view(2, 2, 1, 2, 3, 9), []float64{1, 1})), bcd.ErrSymmetry, "bcd: a[0, 1] = 2, a[1, 0] = 3: matrix is not symmetric"},
		{one(bcd.DenseQuadratic(view(1, 1, -1), []float64{1})), bcd.ErrIndefinite, "bcd: a[0, 0] = -1, want 0 or more: matrix is not positive semidefinite"},
		{one(bcd.DenseQuadratic(view(2, 2, 0, 1, 1, 1), []float64{1, 1})), bcd.ErrIndefinite, "bcd: a[0, 1] = 1 beside a zero on the diagonal: matrix is not positive semidefinite"},
		{one(bcd.DenseQuadratic(view(1, 1, nan), []float64{1})), bcd.ErrFinite, "bcd: a[0, 0] = NaN: NaN or infinite"},
		{one(bcd.DenseQuadratic(view(1, 1, 1), []float64{1, 2})), bcd.ErrShape, "bcd: len(b) = 2, rows of a = 1: shapes do not agree"},
		{one(bcd.LabelPropagation(nil, nil)), bcd.ErrNil, "bcd: weights: nil"},
		{one(bcd.LabelPropagation(csr(view(1, 1, 0)), map[int]float64{0: 1})), bcd.ErrEmpty, "bcd: labels has all 1 nodes: want at least one variable"},
		{one(bcd.LabelPropagation(csr(view(1, 1, 0)), map[int]float64{3: 1})), bcd.ErrIndex, "bcd: labels has node 3 of 1: index out of range or repeated"},
		{one(bcd.LabelPropagation(csr(view(1, 1, 0)), map[int]float64{0: inf})), bcd.ErrFinite, "bcd: labels[0] = +Inf: NaN or infinite"},
		{one(bcd.LabelPropagation(csr(view(2, 2, 0, -1, -1, 0)), nil)), bcd.ErrSetting, "bcd: weights[0, 1] = -1, want 0 or more: setting out of range"},
		{one(bcd.LabelPropagation(csr(view(2, 2, 0, 1, 2, 0)), nil)), bcd.ErrSymmetry, "bcd: weights[0, 1] = 1, weights[1, 0] = 2: matrix is not symmetric"},
	} {
		assert.ErrorIs(t, c.err, c.want)
		if c.message != "" {
			assert.EqualError(t, c.err, c.message)
		}
	}
}

// TestSettingErrors: what Minimise refuses.
func TestSettingErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	p := regression(t, 20, 8)
	a, err := bcd.Dense(view(2, 3, 1, 2, 3, 4, 5, 7))
	require.NoError(t, err)
	bent, err := bcd.Logistic(a, []float64{1, -1})
	require.NoError(t, err)
	for _, c := range []struct {
		p        bcd.Problem
		settings bcd.Settings
		want     error
		message  string
	}{
		{nil, bcd.Settings{}, bcd.ErrNil, "bcd: problem: nil"},
		{p, bcd.Settings{Tolerance: -1}, bcd.ErrTolerance, "bcd: Settings.Tolerance = -1: tolerance must be positive and finite"},
		{p, bcd.Settings{Tolerance: nan}, bcd.ErrTolerance, "bcd: Settings.Tolerance = NaN: tolerance must be positive and finite"},
		{p, bcd.Settings{Tolerance: inf}, bcd.ErrTolerance, "bcd: Settings.Tolerance = +Inf: tolerance must be positive and finite"},
		{p, bcd.Settings{MaxIterations: -1}, bcd.ErrSetting, "bcd: Settings.MaxIterations = -1, want 0 or more: setting out of range"},
		{p, bcd.Settings{Every: -1}, bcd.ErrSetting, "bcd: Settings.Every = -1, want 0 or more: setting out of range"},
		{p, bcd.Settings{Refresh: -1}, bcd.ErrSetting, "bcd: Settings.Refresh = -1, want 0 or more: setting out of range"},
		{p, bcd.Settings{Stop: 7}, bcd.ErrSetting, "bcd: Settings.Stop = bcd.Measure(7), want Residual or Gap: setting out of range"},
		{p, bcd.Settings{Start: []float64{1}}, bcd.ErrShape, "bcd: len(Settings.Start) = 1, variables = 8: shapes do not agree"},
		{p, bcd.Settings{Start: []float64{0, 0, inf, 0, 0, 0, 0, 0}}, bcd.ErrFinite, "bcd: Settings.Start[2] = +Inf: NaN or infinite"},
		{p, bcd.Settings{Partition: bcd.Variable(0)}, bcd.ErrSetting, "bcd: Variable size = 0, want 1 to the number of variables, 8: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Variable(9)}, bcd.ErrSetting, "bcd: Variable size = 9, want 1 to the number of variables, 8: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Fixed(9, bcd.Sorted)}, bcd.ErrSetting, "bcd: Fixed size = 9, want 1 to the number of variables, 8: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Fixed(1, 9)}, bcd.ErrSetting, "bcd: Fixed order = 9, want Ordered to Averaged: setting out of range"},
		{p, bcd.Settings{Partition: bcd.FixedBy(1, bcd.Sorted, 9)}, bcd.ErrSetting, "bcd: FixedBy by = 9, want ByLipschitz or ByRowSum: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Given([][]int{{0, 1}, {1}})}, bcd.ErrIndex, "bcd: Given blocks[1] has variable 1, want each of 8 once: index out of range or repeated"},
		{p, bcd.Settings{Partition: bcd.Given([][]int{{0, 1}})}, bcd.ErrShape, "bcd: Given blocks hold 2 variables, the problem has 8: shapes do not agree"},
		{p, bcd.Settings{Partition: bcd.Given([][]int{{}})}, bcd.ErrEmpty, "bcd: Given blocks[0] is empty: want at least one variable"},
		{p, bcd.Settings{Partition: bcd.RedBlack()}, bcd.ErrCombination, "bcd: a partition by colours with a problem that is no Graph: these do not go together"},
		{p, bcd.Settings{Partition: bcd.Trees()}, bcd.ErrCombination, "bcd: Trees with a problem that is no Graph: these do not go together"},
		{p, bcd.Settings{Selection: bcd.Blind(9)}, bcd.ErrSetting, "bcd: Settings.Selection = bcd.Blind(9), want Random, Cyclic or Sampling: setting out of range"},
		{p, bcd.Settings{Selection: bcd.Greedy(9)}, bcd.ErrSetting, "bcd: Settings.Selection = bcd.Greedy(9), want GS to GSN: setting out of range"},
		{p, bcd.Settings{Update: bcd.Step(9)}, bcd.ErrSetting, "bcd: Settings.Update = bcd.Step(9), want LipschitzStep to TwoMetric: setting out of range"},
		{bent, bcd.Settings{Update: bcd.ExactStep}, bcd.ErrCombination, "bcd: ExactStep with a problem that is not quadratic: these do not go together"},
		{p, bcd.Settings{Update: bcd.TwoMetric, Regulariser: bcd.L1(1)}, bcd.ErrCombination, "bcd: TwoMetric with L1 weight 1, L2 weight 0, which has a kink between its bounds: these do not go together"},
		{p, bcd.Settings{Update: bcd.ProjectedNewton, Regulariser: bcd.GroupL1(1, bcd.ConsecutiveGroups(8, 2))}, bcd.ErrCombination, "bcd: ProjectedNewton with group L1, weight 1: these do not go together"},
		{p, bcd.Settings{Regulariser: bcd.L1(-1)}, bcd.ErrSetting, "bcd: L1 weight = -1, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.ElasticNet(1, nan)}, bcd.ErrSetting, "bcd: L2 weight = NaN, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.NonNegative(inf)}, bcd.ErrSetting, "bcd: L1 weight = +Inf, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.Box(1, 1)}, bcd.ErrSetting, "bcd: bounds 1 and 1, want the lower one below the upper one: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.Box(0, nan)}, bcd.ErrSetting, "bcd: bounds 0 and NaN, want the lower one below the upper one: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(-1, nil)}, bcd.ErrSetting, "bcd: lambda = -1, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, [][]int{{0, 2}})}, bcd.ErrIndex, "bcd: groups[0] has variable 2, want each of 2 once: index out of range or repeated"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, [][]int{{0}})}, bcd.ErrShape, "bcd: groups hold 1 variables, the problem has 8: shapes do not agree"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, bcd.ConsecutiveGroups(8, 3)), Partition: bcd.Variable(3)}, bcd.ErrCombination, "bcd: GroupL1 with a partition that forms its blocks anew: these do not go together"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, bcd.ConsecutiveGroups(8, 3)), Partition: bcd.Fixed(2, bcd.Ordered)}, bcd.ErrCombination, "bcd: GroupL1 with block 0 of the partition, which holds a part of a group: these do not go together"},
		{p, bcd.Settings{Stop: bcd.Gap}, bcd.ErrCombination, "bcd: Settings.Stop = Gap with no regulariser and this problem, which have no dual to form it with: these do not go together"},
		{p, bcd.Settings{Stop: bcd.Gap, Regulariser: bcd.NonNegative(0)}, bcd.ErrCombination, ""},
	} {
		result, err := bcd.Minimise(background, c.p, c.settings)
		assert.Nil(t, result)
		assert.ErrorIs(t, err, c.want)
		if c.message != "" {
			assert.EqualError(t, err, c.message)
		}
	}
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

// TestGap: it bounds what is left to gain, and Minimise stops on it.
func TestGap(t *testing.T) {
	e, b := blockdata.Classification(60, 40, 1)
	a, err := bcd.Sparse(matrixOf(t, e))
	require.NoError(t, err)
	bent, err := bcd.Logistic(a, b)
	require.NoError(t, err)
	e, y := blockdata.Classes(60, 20, 4, 1)
	c, err := bcd.Sparse(matrixOf(t, e))
	require.NoError(t, err)
	classes, err := bcd.Softmax(c, y, 4)
	require.NoError(t, err)
	for _, p := range []bcd.Problem{regression(t, 60, 40), bent, classes} {
		for _, r := range []bcd.Regulariser{
			bcd.L1(20), bcd.NonNegative(20), bcd.ElasticNet(10, 5), bcd.ElasticNet(0, 5), bcd.Box(-0.1, 0.2), bcd.GroupL1(20, bcd.ConsecutiveGroups(p.Size(), 4)),
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
