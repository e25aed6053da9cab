package linear_test

import (
	"context"
	"math"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
)

func TestCrossValidate(t *testing.T) {
	q := random(newRandom(6), 60, 30, 2)
	for _, loss := range []linear.Loss{linear.SquaredLoss, linear.LogisticLoss} {
		y := q.y
		if loss == linear.LogisticLoss {
			y = q.labels
		}
		fold := make([]int, 60)
		for i := range fold {
			fold[i] = i % 4
		}
		var calls, last atomic.Int64
		s := linear.CrossSettings{Folds: 4, Fold: fold}
		s.Count, s.DropConstant = 10, true
		s.Progress = func(p algos.Progress) { calls.Add(1); last.Store(int64(p.Done)); assert.Equal(t, 50, p.Of) }
		v, err := linear.CrossValidate(background, q.design, y, loss, 1, s)
		require.NoError(t, err)
		assert.Equal(t, calls.Load(), last.Load())
		assert.Len(t, v.Losses, 4)
		// One fold by hand: the weights of a fit without it, and the loss of what it predicts.
		weights := make([]float64, 60)
		for i := range weights {
			if fold[i] != 2 {
				weights[i] = 1
			}
		}
		fit := linear.Lasso
		if loss == linear.LogisticLoss {
			fit = func(ctx context.Context, x *linear.Design, y []float64, lambda float64, s linear.Settings) (*linear.Result, error) {
				return linear.Logistic(ctx, x, y, lambda, 1, s)
			}
		}
		result, err := fit(background, q.design, y, v.Lambdas[5], linear.Settings{Weights: weights, DropConstant: true})
		require.NoError(t, err)
		prediction := make([]float64, 60)
		require.NoError(t, result.Predict(prediction, q.design))
		want := 0.0
		for i, p := range prediction {
			if fold[i] != 2 {
				continue
			}
			if loss == linear.SquaredLoss {
				want += (p - y[i]) * (p - y[i]) / 15
			} else if y[i] == 3 {
				want += math.Log1p(math.Exp(-p)) / 15
			} else {
				want += math.Log1p(math.Exp(p)) / 15
			}
		}
		assert.InDelta(t, want, v.Losses[2][5], 1e-4*want)
		for _, m := range v.Mean {
			assert.GreaterOrEqual(t, m, v.Mean[v.Best])
		}
		assert.Equal(t, v.Lambdas[v.Best], v.Fit.Lambda)
	}
}

// TestCrossValidateWithoutASample: a sample of weight zero does not count, whatever its label.
func TestCrossValidateWithoutASample(t *testing.T) {
	q := random(newRandom(6), 60, 30, 0)
	fold, weights := make([]int, 60), make([]float64, 60)
	for i := range fold {
		fold[i] = i % 4
		weights[i] = 1
	}
	weights[9] = 0
	s := linear.CrossSettings{Folds: 4, Fold: fold}
	s.Count, s.Weights = 5, weights
	want, err := linear.CrossValidate(background, q.design, q.labels, linear.LogisticLoss, 1, s)
	require.NoError(t, err)
	q.labels[9] = 77
	got, err := linear.CrossValidate(background, q.design, q.labels, linear.LogisticLoss, 1, s)
	require.NoError(t, err)
	assert.Equal(t, want.Losses, got.Losses)
	assert.Equal(t, want.Fit.Coefficients, got.Fit.Coefficients)
}

// TestCrossValidateConstantTarget: what is left of a target without a fold may be constant, as where one sample in many is not zero. The fit is
// that constant, with every penalty.
func TestCrossValidateConstantTarget(t *testing.T) {
	q := random(newRandom(6), 12, 3, 0)
	for _, without := range []bool{false, true} {
		y := make([]float64, 12)
		if !without {
			for i := range y {
				y[i] = 0.1
			}
		}
		y[2] = 4.1
		var calls atomic.Int64
		s := linear.CrossSettings{Folds: 4}
		s.Count, s.NoIntercept = 5, without
		s.Progress = func(p algos.Progress) { calls.Add(1); assert.Equal(t, 25, p.Of) }
		v, err := linear.CrossValidate(background, q.design, y, linear.SquaredLoss, 1, s)
		require.NoError(t, err)
		for _, loss := range v.Losses[0] {
			assert.InDelta(t, (4.1-y[0])*(4.1-y[0])/3, loss, 1e-12)
		}
		assert.Equal(t, int64(20+v.Best+1), calls.Load())
	}
	// Labels of one class leave no minimum.
	labels := make([]float64, 12)
	labels[0], labels[2] = 1, 1
	_, err := linear.CrossValidate(background, q.design, labels, linear.LogisticLoss, 1, linear.CrossSettings{Folds: 4})
	assert.ErrorIs(t, err, linear.ErrClasses)
}

// TestCrossValidateGroups: groups of one feature are the Lasso, larger ones fit as the function does without the fold.
func TestCrossValidateGroups(t *testing.T) {
	q := random(newRandom(8), 40, 12, 2)
	var single, pairs [][]int
	for j := range 12 {
		single = append(single, []int{j})
		if j%2 == 1 {
			pairs = append(pairs, []int{j - 1, j})
		}
	}
	path := linear.PathSettings{Count: 8}
	path.Tolerance, path.Standardise = 1e-12, true
	plain, err := linear.CrossValidate(background, q.design, q.y, linear.SquaredLoss, 1, linear.CrossSettings{PathSettings: path})
	require.NoError(t, err)
	calls := 0
	path.Progress = func(p algos.Progress) {
		calls++
		assert.Equal(t, algos.Progress{Done: calls, Of: 48, Residual: p.Residual}, p)
	}
	alone, err := linear.CrossValidateGroups(background, q.design, q.y, single, linear.GroupCrossSettings{CrossSettings: linear.CrossSettings{PathSettings: path}})
	require.NoError(t, err)
	assert.InDeltaSlice(t, plain.Lambdas, alone.Lambdas, 1e-14)
	assert.InDeltaSlice(t, plain.Mean, alone.Mean, 1e-5)
	assert.Equal(t, plain.Best, alone.Best)
	assert.InDeltaSlice(t, plain.Fit.Coefficients, alone.Fit.Coefficients, 1e-5)
	assert.Equal(t, 40+alone.Best+1, calls)

	path.Progress = nil
	factors := []float64{1, 2, 1, 0.5, 1, 1}
	v, err := linear.CrossValidateGroups(background, q.design, q.y, pairs, linear.GroupCrossSettings{
		CrossSettings: linear.CrossSettings{PathSettings: path, Folds: 4}, Factors: factors,
	})
	require.NoError(t, err)
	weights := slices.Repeat([]float64{1}, 40)
	clear(weights[10:20])
	for l, lambda := range v.Lambdas {
		fit, err := linear.GroupLasso(background, q.design, q.y, pairs, lambda, linear.GroupSettings{
			Settings: linear.Settings{Tolerance: 1e-12, Standardise: true, Weights: weights}, Factors: factors,
		})
		require.NoError(t, err)
		prediction, want := make([]float64, 40), 0.0
		require.NoError(t, fit.Predict(prediction, q.design))
		for i := 10; i < 20; i++ {
			want += (q.y[i] - prediction[i]) * (q.y[i] - prediction[i]) / 10
		}
		assert.InEpsilon(t, want, v.Losses[1][l], 1e-5, "lambda %v", lambda)
	}
	assert.Equal(t, v.Lambdas[v.Best], v.Fit.Lambda)
}
