package linear_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// TestScale: in other units, powers of two, the same coefficients come out in theirs, also where squares of coefficients or of
// correlations leave the range of numbers.
func TestScale(t *testing.T) {
	r := newRandom(91)
	const n, p = 30, 12
	x := kernels.Matrix[float64]{Rows: n, Cols: p, Stride: p, Data: testkit.Normal[float64](r, n*p)}
	y := testkit.Normal[float64](r, n)
	for i := range y {
		y[i] += x.At(i, 0) - 2*x.At(i, 5)
	}
	groups := [][]int{{0, 1, 2}, {3, 4}, {5, 6, 7, 8}, {9, 10, 11}}
	fit := func(ex, ey int) map[string]*linear.Result {
		a, b := kernels.NewMatrix[float64](n, p), make([]float64, n)
		for i := range n {
			for j, v := range x.Row(i) {
				a.Set(i, j, math.Ldexp(v, ex))
			}
			b[i] = math.Ldexp(y[i], ey)
		}
		d, err := linear.Dense(a)
		require.NoError(t, err)
		results := map[string]*linear.Result{}
		keep := func(name string, result *linear.Result, err error) {
			require.NoError(t, err)
			require.Equal(t, algos.Converged, result.Stopped, "%s, 2^%d, 2^%d: %v", name, ex, ey, result.Residual)
			results[name] = result
		}
		result, err := linear.Lasso(background, d, b, math.Ldexp(0.1, ex+ey), linear.Settings{})
		keep("lasso", result, err)
		result, err = linear.ElasticNet(background, d, b, math.Ldexp(0.3, 2*ex), 0, linear.Settings{})
		keep("ridge", result, err)
		result, err = linear.GroupLasso(background, d, b, groups, math.Ldexp(0.1, ex+ey), linear.GroupSettings{})
		keep("group", result, err)
		return results
	}
	want := fit(0, 0)
	for _, e := range [][2]int{{-300, -300}, {300, -300}, {-300, 300}, {300, 300}} {
		for name, result := range fit(e[0], e[1]) {
			for j, w := range want[name].Coefficients {
				assert.InDelta(t, w, math.Ldexp(result.Coefficients[j], e[0]-e[1]), 1e-6, "%s, %v", name, e)
			}
			assert.InEpsilon(t, want[name].Objective, math.Ldexp(result.Objective, -2*e[1]), 1e-10, "%s, %v", name, e)
		}
	}
}

// TestScaleOfSmallCoefficients: coefficients come to zero, and change their signs, also where products of them underflow.
func TestScaleOfSmallCoefficients(t *testing.T) {
	const e = 400 // coefficients of 2^-800
	for seed := range uint64(20) {
		q := random(newRandom(seed), 20, 30, 0)
		x, y := kernels.NewMatrix[float64](20, 30), make([]float64, 20)
		for i, v := range q.y {
			y[i] = math.Ldexp(v, -e)
			for j, v := range q.x.Row(i) {
				x.Set(i, j, math.Ldexp(v, e))
			}
		}
		d, err := linear.Dense(x)
		require.NoError(t, err)
		for _, positive := range []bool{false, true} {
			s := linear.Settings{Positive: positive}
			for _, lambda := range []float64{0.1, 0.01, 1e-3} {
				want, err := linear.Lasso(background, q.design, q.y, lambda, s)
				require.NoError(t, err)
				result, err := linear.Lasso(background, d, y, lambda, s)
				require.NoError(t, err)
				require.Equal(t, algos.Converged, result.Stopped, "seed %d, %v, %v: %v", seed, positive, lambda, result.Residual)
				assert.InEpsilon(t, want.Objective, math.Ldexp(result.Objective, 2*e), 1e-6, "seed %d, %v, %v", seed, positive, lambda)
			}
		}
	}
}

// TestWeightsNearTheEndOfTheRange: the ratios of weights matter, though their sum overflows; where they count as they are, what they make of
// the objective is in range or an error.
func TestWeightsNearTheEndOfTheRange(t *testing.T) {
	x := design(t, 6, 2, 2, 1, 1, 3, 0, 1, -1, 2, 3, 4, 1, 1)
	y := []float64{1, -1, 1, -1, 1, -1}
	weights := func(exponent int) []float64 {
		w := []float64{1, 0.5, 1, 0.75, 1, 1}
		for i := range w {
			w[i] = math.Ldexp(w[i], exponent)
		}
		return w
	}
	validate := func(exponent int) *linear.Validation {
		v, err := linear.CrossValidate(background, x, y, linear.SquaredLoss, 1, linear.CrossSettings{
			Folds: 2, PathSettings: linear.PathSettings{Count: 3, Settings: linear.Settings{Weights: weights(exponent)}},
		})
		require.NoError(t, err)
		return v
	}
	want := validate(0)
	require.Positive(t, want.Losses[0][0])
	for _, exponent := range []int{-1000, 1000, 1023} {
		assert.Equal(t, want.Losses, validate(exponent).Losses, "2^%d", exponent)
	}

	small := []float64{0x1p-20, -0x1p-20, 0x1p-20, -0x1p-20, 0x1p-20, -0x1p-20}
	near, err := linear.NNLS(background, x, small, linear.Settings{Weights: weights(0)})
	require.NoError(t, err)
	far, err := linear.NNLS(background, x, small, linear.Settings{Weights: weights(1023)})
	require.NoError(t, err)
	assert.Equal(t, near.Objective, math.Ldexp(far.Objective, -1023))
	assert.Equal(t, near.Gap, math.Ldexp(far.Gap, -1023))

	for _, loss := range []linear.Margin{linear.Hinge, linear.SquaredHinge} {
		for _, s := range []linear.Settings{{}, {Weights: weights(0)}} {
			_, err := linear.SVM(background, x, y, math.MaxFloat64/2, linear.SVMSettings{Settings: s, Loss: loss})
			assert.ErrorIs(t, err, linear.ErrCost)
			_, err = linear.SVMPath(background, x, y, []float64{1, math.MaxFloat64}, linear.SVMSettings{Settings: s, Loss: loss})
			assert.ErrorIs(t, err, linear.ErrCost)
		}
	}
}
