package linear_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
)

// TestGroupPath: the fits of a path are those made one by one, and the first has no coefficients.
func TestGroupPath(t *testing.T) {
	q := random(newRandom(12), 50, 60, 0)
	var groups [][]int
	factors := make([]float64, 20)
	for g := range factors {
		groups = append(groups, []int{g, 20 + g, 40 + g})
		factors[g] = 1 + float64(g%3)
	}
	for _, factors := range [][]float64{nil, factors} {
		calls := 0
		s := linear.GroupPathSettings{Factors: factors, PathSettings: linear.PathSettings{Count: 8, Least: 0.05}}
		s.Tolerance, s.Standardise = 1e-12, true
		s.Progress = func(p algos.Progress) {
			calls++
			assert.Equal(t, algos.Progress{Done: calls, Of: 8, Residual: p.Residual}, p)
		}
		path, err := linear.GroupLassoPath(background, q.design, q.y, groups, s)
		require.NoError(t, err)
		require.Len(t, path.Fits, 8)
		assert.Equal(t, 8, calls)
		assert.Empty(t, path.Fits[0].Support())
		single := linear.GroupSettings{Factors: factors, Settings: linear.Settings{Tolerance: 1e-12, Standardise: true}}
		below, err := linear.GroupLasso(background, q.design, q.y, groups, 0.999*path.Fits[0].Lambda, single)
		require.NoError(t, err)
		assert.Len(t, below.Support(), 3)
		sweeps := 0
		for k, fit := range path.Fits {
			alone, err := linear.GroupLasso(background, q.design, q.y, groups, fit.Lambda, single)
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, fit.Stopped)
			assert.InDelta(t, alone.Objective, fit.Objective, 1e-11*alone.Objective)
			assert.InDeltaSlice(t, alone.Coefficients, fit.Coefficients, 1e-5, "fit %d", k)
			sweeps += fit.Sweeps
		}
		assert.Less(t, sweeps, 400, "each fit tells of its own")
	}
}

// TestSVMPath: likewise.
func TestSVMPath(t *testing.T) {
	q := random(newRandom(13), 40, 10, 0)
	weights := make([]float64, 40)
	for i := range weights {
		weights[i] = float64(i % 3)
	}
	costs := []float64{0.001, 0.01, 0.1, 1}
	for _, margin := range []linear.Margin{linear.SquaredHinge, linear.Hinge} {
		calls := 0
		s := linear.SVMSettings{Loss: margin, Settings: linear.Settings{Tolerance: 1e-10, MaxIterations: 5000, Weights: weights}}
		s.Progress = func(p algos.Progress) {
			calls++
			assert.Equal(t, algos.Progress{Done: calls, Of: 4, Residual: p.Residual}, p)
		}
		path, err := linear.SVMPath(background, q.design, q.labels, costs, s)
		require.NoError(t, err)
		require.Len(t, path.Fits, 4)
		assert.Equal(t, 4, calls)
		assert.Equal(t, []float64{1000, 100, 10, 1}, path.Lambdas())
		s.Progress = nil
		for k, fit := range path.Fits {
			alone, err := linear.SVM(background, q.design, q.labels, costs[k], s)
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, fit.Stopped)
			assert.InDelta(t, alone.Objective, fit.Objective, 1e-9*alone.Objective)
			assert.InDeltaSlice(t, alone.Coefficients, fit.Coefficients, 1e-4)
		}
		ctx, cancel := context.WithCancel(background)
		s.Progress = func(p algos.Progress) { cancel() }
		path, err = linear.SVMPath(ctx, q.design, q.labels, costs, s)
		assert.ErrorIs(t, err, context.Canceled)
		require.Len(t, path.Fits, 2)
		assert.Equal(t, algos.Cancelled, path.Fits[1].Stopped)
	}
}

func TestOtherPathErrors(t *testing.T) {
	x := design(t, 4, 2, 1, 2, 0, 1, 5, -1, 2, 2)
	y, groups := []float64{1, 2, 1, 2}, [][]int{{0}, {1}}
	group := func(x *linear.Design, groups [][]int, s linear.GroupPathSettings) error {
		_, err := linear.GroupLassoPath(background, x, y, groups, s)
		return err
	}
	assert.NoError(t, group(x, groups, linear.GroupPathSettings{}))
	assert.ErrorIs(t, group(nil, groups, linear.GroupPathSettings{}), linear.ErrNil)
	assert.ErrorIs(t, group(x, groups[:1], linear.GroupPathSettings{}), linear.ErrGroups)
	assert.ErrorIs(t, group(x, groups, linear.GroupPathSettings{Factors: []float64{1}}), linear.ErrShape)
	assert.ErrorIs(t, group(x, groups, linear.GroupPathSettings{PathSettings: linear.PathSettings{Count: -1}}), linear.ErrSetting)
	positive := linear.PathSettings{Settings: linear.Settings{Positive: true}}
	assert.ErrorIs(t, group(x, groups, linear.GroupPathSettings{PathSettings: positive}), linear.ErrSetting)
	for _, c := range []struct {
		costs []float64
		want  error
	}{
		{nil, linear.ErrSetting}, {[]float64{1, 1}, linear.ErrSetting}, {[]float64{2, 1}, linear.ErrSetting},
		{[]float64{0, 1}, linear.ErrCost}, {[]float64{1, math.NaN()}, linear.ErrCost}, {[]float64{1, math.Inf(1)}, linear.ErrCost},
	} {
		_, err := linear.SVMPath(background, x, y, c.costs, linear.SVMSettings{})
		assert.ErrorIs(t, err, c.want)
	}
}

// TestPaths: the fits of a path are those made one by one.
func TestPaths(t *testing.T) {
	q := random(newRandom(5), 50, 150, 4)
	s := linear.PathSettings{Count: 12, Least: 0.02, Settings: linear.Settings{Tolerance: 1e-12, Standardise: true}}
	calls := 0
	s.Progress = func(p algos.Progress) { calls++; assert.Equal(t, 12, p.Of); assert.Equal(t, calls, p.Done) }
	for _, ratio := range []float64{1, 0.5} {
		calls = 0
		path, err := linear.ElasticNetPath(background, q.design, q.y, ratio, s)
		require.NoError(t, err)
		require.Len(t, path.Fits, 12)
		assert.Equal(t, 12, calls)
		calls = 0
		logistic, err := linear.LogisticPath(background, q.design, q.labels, ratio, s)
		require.NoError(t, err)
		for k, lambda := range path.Lambdas() {
			single, err := linear.ElasticNet(background, q.design, q.y, lambda, ratio, linear.Settings{Tolerance: 1e-12, Standardise: true})
			require.NoError(t, err)
			assert.InDeltaSlice(t, single.Coefficients, path.Fits[k].Coefficients, 1e-5)
			assert.InDelta(t, single.Objective, path.Fits[k].Objective, 1e-11*single.Objective)
			assert.Equal(t, algos.Converged, path.Fits[k].Stopped)

			lambda = logistic.Fits[k].Lambda
			single, err = linear.Logistic(background, q.design, q.labels, lambda, ratio, linear.Settings{Tolerance: 1e-12, Standardise: true})
			require.NoError(t, err)
			assert.InDelta(t, single.Objective, logistic.Fits[k].Objective, 1e-11)
			assert.Equal(t, algos.Converged, logistic.Fits[k].Stopped)
		}
	}
	ctx, cancel := context.WithCancel(background)
	s.Progress = func(p algos.Progress) {
		if p.Done == 4 {
			cancel()
		}
	}
	path, err := linear.LassoPath(ctx, q.design, q.y, s)
	assert.ErrorIs(t, err, context.Canceled)
	require.Len(t, path.Fits, 5)
	assert.Equal(t, algos.Cancelled, path.Fits[4].Stopped)
}
