package linear_test

import (
	"context"
	"math"
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
