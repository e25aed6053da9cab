package linear_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/kernels"
)

// TestCrossValidateSVM: the losses are those of fits to data that do not hold the fold, with weights as with repeated samples.
func TestCrossValidateSVM(t *testing.T) {
	const n, p = 48, 6
	r := newRandom(12)
	labels, fold, weights, data := make([]float64, n), make([]int, n), make([]float64, n), make([]float64, n*p)
	for i := range labels {
		labels[i], fold[i], weights[i] = float64(3+2*(i%2)), i/2%4, float64(1+i%3)
		for j := range p {
			data[i*p+j] = r.NormFloat64() + 0.4*float64(i%2)
		}
	}
	design := func(keep func(i int) bool, repeat bool) (*linear.Design, []float64) {
		var rows, y []float64
		for i := range n {
			for copies := int(weights[i]); keep(i) && copies > 0; copies-- {
				rows, y = append(rows, data[i*p:(i+1)*p]...), append(y, labels[i])
				if !repeat {
					break
				}
			}
		}
		x, err := linear.Dense(kernels.Matrix[float64]{Rows: len(y), Cols: p, Stride: p, Data: rows})
		require.NoError(t, err)
		return x, y
	}
	all, _ := design(func(int) bool { return true }, false)
	costs := []float64{0.001, 0.01, 0.1, 1}
	for _, margin := range []linear.Margin{linear.SquaredHinge, linear.Hinge} {
		for _, weighted := range []bool{false, true} {
			settings := linear.SVMCrossSettings{Folds: 4, Fold: fold}
			settings.Loss, settings.Tolerance = margin, 1e-12
			if weighted {
				settings.Weights = weights
			}
			calls := 0
			settings.Progress = func(p algos.Progress) {
				calls++
				assert.Equal(t, calls, p.Done)
				assert.Equal(t, 20, p.Of)
			}
			v, err := linear.CrossValidateSVM(background, all, labels, costs, settings)
			require.NoError(t, err)
			assert.Equal(t, 16+v.Best+1, calls)
			for l, mean := range v.Mean {
				assert.GreaterOrEqual(t, mean, v.Mean[v.Best])
				if l < v.Best {
					assert.Greater(t, mean, v.Mean[v.Best], "the least cost is best")
				}
			}
			for k := range 4 {
				x, y := design(func(i int) bool { return fold[i] != k }, weighted)
				heldX, heldY := design(func(i int) bool { return fold[i] == k }, weighted)
				prediction := make([]float64, len(heldY))
				for l, cost := range costs {
					fit, err := linear.SVM(background, x, y, cost, linear.SVMSettings{Settings: linear.Settings{Tolerance: 1e-12}, Loss: margin})
					require.NoError(t, err)
					require.NoError(t, fit.Predict(prediction, heldX))
					wrong := 0.0
					for i, p := range prediction {
						if (p > 0) != (heldY[i] == 5) {
							wrong++
						}
					}
					assert.InDelta(t, wrong/float64(len(heldY)), v.Losses[k][l], 1e-12, "%v, weighted %v, fold %d, cost %v", margin, weighted, k, cost)
				}
			}
			fit, err := linear.SVM(background, all, labels, costs[v.Best], linear.SVMSettings{
				Settings: linear.Settings{Tolerance: 1e-12, Weights: settings.Weights}, Loss: margin,
			})
			require.NoError(t, err)
			assert.InDeltaSlice(t, fit.Coefficients, v.Fit.Coefficients, 1e-5)
			assert.Equal(t, 1/costs[v.Best], v.Fit.Lambda)
		}
	}
}

func TestCrossValidateSVMErrors(t *testing.T) {
	x, err := linear.Dense(kernels.Matrix[float64]{Rows: 4, Cols: 1, Stride: 1, Data: []float64{1, 2, 3, 4}})
	require.NoError(t, err)
	labels, costs := []float64{0, 1, 0, 1}, []float64{1}
	settings := linear.SVMCrossSettings{Folds: 2}
	_, err = linear.CrossValidateSVM(background, x, labels, nil, settings)
	assert.ErrorIs(t, err, linear.ErrSetting)
	_, err = linear.CrossValidateSVM(background, x, labels, []float64{-1}, settings)
	assert.ErrorIs(t, err, linear.ErrCost)
	_, err = linear.CrossValidateSVM(background, x, []float64{0, 0, 1, 1}, costs, settings)
	assert.ErrorIs(t, err, linear.ErrClasses)
	assert.ErrorContains(t, err, "(fold 0)")
	settings.Fold = []int{0, 1}
	_, err = linear.CrossValidateSVM(background, x, labels, costs, settings)
	assert.EqualError(t, err, "linear: len(SVMCrossSettings.Fold) = 2, samples = 4: "+linear.ErrShape.Error())
	cancelled, cancel := context.WithCancelCause(background)
	enough := errors.New("enough")
	cancel(enough)
	_, err = linear.CrossValidateSVM(cancelled, x, labels, costs, linear.SVMCrossSettings{Folds: 2})
	assert.ErrorIs(t, err, enough)
}
