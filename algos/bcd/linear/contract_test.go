package linear_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// fits are all methods on one problem, at a penalty of some fraction of the largest.
func fits(q problem, fraction float64) map[string]func(ctx context.Context, s linear.Settings) (*linear.Result, error) {
	var groups [][]int
	for j := 0; j < q.x.Cols; j += 2 {
		groups = append(groups, []int{j, j + 1})
	}
	return map[string]func(ctx context.Context, s linear.Settings) (*linear.Result, error){
		"Lasso": func(ctx context.Context, s linear.Settings) (*linear.Result, error) {
			return linear.Lasso(ctx, q.design, q.y, fraction, s)
		},
		"ElasticNet": func(ctx context.Context, s linear.Settings) (*linear.Result, error) {
			return linear.ElasticNet(ctx, q.design, q.y, 2*fraction, 0.5, s)
		},
		"Logistic": func(ctx context.Context, s linear.Settings) (*linear.Result, error) {
			return linear.Logistic(ctx, q.design, q.labels, fraction/5, 0.9, s)
		},
		"GroupLasso": func(ctx context.Context, s linear.Settings) (*linear.Result, error) {
			return linear.GroupLasso(ctx, q.design, q.y, groups, fraction, linear.GroupSettings{Settings: s})
		},
		"NNLS": func(ctx context.Context, s linear.Settings) (*linear.Result, error) {
			return linear.NNLS(ctx, q.design, q.y, s)
		},
		"SVM": func(ctx context.Context, s linear.Settings) (*linear.Result, error) {
			return linear.SVM(ctx, q.design, q.labels, 0.01, linear.SVMSettings{Settings: s})
		},
	}
}

func TestReports(t *testing.T) {
	q := random(newRandom(1), 60, 300, 0)
	for name, fit := range fits(q, 0.1) {
		var seen []algos.Progress
		result, err := fit(background, linear.Settings{Tolerance: 1e-7, Progress: func(p algos.Progress) { seen = append(seen, p) }})
		require.NoError(t, err, name)
		assert.Equal(t, algos.Converged, result.Stopped, name)
		assert.LessOrEqual(t, result.Residual, 1e-7, name)
		assert.Len(t, result.Residuals, result.Iterations, name)
		assert.Positive(t, result.Iterations, name)
		assert.NotEmpty(t, seen, name)
		for k, p := range seen[1:] {
			assert.Greater(t, p.Done, seen[k].Done, name)
		}
		assert.Equal(t, result.Residual, seen[len(seen)-1].Residual, name)
		assert.Equal(t, 1000, seen[0].Of, name)
		assert.GreaterOrEqual(t, result.Gap, 0.0, name)
		if name != "SVM" && name != "NNLS" {
			support := result.Support()
			assert.NotEmpty(t, support, name)
			assert.Less(t, len(support), 120, name)
			assert.LessOrEqual(t, len(support), result.WorkingSet, name)
		}
		again, err := fit(background, linear.Settings{Tolerance: 1e-7})
		require.NoError(t, err)
		assert.Equal(t, result.Coefficients, again.Coefficients, "%s: the same bits again", name)

		limited, err := fit(background, linear.Settings{Tolerance: 1e-15, MaxIterations: 1})
		require.NoError(t, err)
		assert.Equal(t, 1, limited.Iterations, name)
		if name != "NNLS" { // which needs no second one here
			assert.Equal(t, algos.IterationLimit, limited.Stopped, name)
		}

		ctx, cancel := context.WithCancel(background)
		cancel()
		stopped, err := fit(ctx, linear.Settings{})
		assert.ErrorIs(t, err, context.Canceled, name)
		require.NotNil(t, stopped, name)
		assert.Equal(t, algos.Cancelled, stopped.Stopped, name)
		assert.Len(t, stopped.Coefficients, 300, name)
	}
}

// TestWorkers: results do not depend on how many goroutines there are.
func TestWorkers(t *testing.T) {
	q := random(newRandom(2), 50, 400, 0)
	for name, fit := range fits(q, 0.05) {
		one := func() *linear.Result {
			defer kernels.SetWorkers(kernels.SetWorkers(1))
			result, err := fit(background, linear.Settings{})
			require.NoError(t, err)
			return result
		}()
		several, err := fit(background, linear.Settings{})
		require.NoError(t, err)
		assert.Equal(t, one.Coefficients, several.Coefficients, name)
	}
}

// TestWarmStart: at its own solution a fit ends at once.
func TestWarmStart(t *testing.T) {
	q := random(newRandom(3), 60, 200, 4)
	for name, fit := range fits(q, 0.1) {
		if name == "SVM" {
			continue
		}
		for _, standardise := range []bool{false, true} {
			cold, err := fit(background, linear.Settings{Standardise: standardise, Tolerance: 1e-8})
			require.NoError(t, err)
			warm, err := fit(background, linear.Settings{Standardise: standardise, Tolerance: 2e-8, Start: cold.Coefficients})
			require.NoError(t, err)
			assert.Zero(t, warm.Iterations, name)
			assert.InDeltaSlice(t, cold.Coefficients, warm.Coefficients, 1e-9, name)
			assert.InDelta(t, cold.Intercept, warm.Intercept, 1e-9, name)
		}
	}
}

// TestFarStart: from far away, where digits are lost and squares overflow, the solution is that from zero.
func TestFarStart(t *testing.T) {
	q := random(newRandom(3), 60, 20, 0)
	for name, fit := range fits(q, 0.1) {
		if name == "SVM" {
			continue
		}
		cold, err := fit(background, linear.Settings{Tolerance: 1e-12})
		require.NoError(t, err)
		for _, far := range []float64{10, 1e20, 1e100, 1e155, 1e300, math.MaxFloat64} {
			start := make([]float64, 20)
			for j := range start {
				start[j] = far * float64(j%3-1)
			}
			result, err := fit(background, linear.Settings{Tolerance: 1e-12, Start: start})
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped, "%s from %v", name, far)
			assert.InDeltaSlice(t, cold.Coefficients, result.Coefficients, 1e-5, "%s from %v", name, far)
		}
	}
}

// TestNoFeatures: from the largest correlation on, no coefficient.
func TestNoFeatures(t *testing.T) {
	q := random(newRandom(4), 30, 20, 0)
	path, err := linear.LassoPath(background, q.design, q.y, linear.PathSettings{Count: 3})
	require.NoError(t, err)
	assert.Empty(t, path.Fits[0].Support())
	top := path.Lambdas()[0]
	result, err := linear.Lasso(background, q.design, q.y, top*0.999, linear.Settings{})
	require.NoError(t, err)
	assert.Len(t, result.Support(), 1)
	logistic, err := linear.LogisticPath(background, q.design, q.labels, 1, linear.PathSettings{Count: 3})
	require.NoError(t, err)
	assert.Empty(t, logistic.Fits[0].Support())
	share := 0.0
	for _, l := range q.labels {
		if l == 3 {
			share += 1.0 / 30
		}
	}
	assert.InDelta(t, math.Log(share/(1-share)), logistic.Fits[0].Intercept, 1e-12)
}

// TestNNLSGap: features without negative entries have a dual point at hand.
func TestNNLSGap(t *testing.T) {
	r := newRandom(7)
	x := kernels.NewMatrix[float64](20, 6)
	y := make([]float64, 20)
	for i := range x.Data {
		x.Data[i] = r.Float64()
	}
	for i := range y {
		y[i] = r.NormFloat64() + 3*x.At(i, 1)
	}
	d, err := linear.Dense(x)
	require.NoError(t, err)
	result, err := linear.NNLS(background, d, y, linear.Settings{Tolerance: 1e-12})
	require.NoError(t, err)
	assert.LessOrEqual(t, result.Gap, 1e-10)
	for i := range x.Data {
		x.Data[i] = -x.Data[i] // now 0 is the best of all w
	}
	d, err = linear.Dense(x)
	require.NoError(t, err)
	for i := range y {
		y[i] = math.Abs(y[i])
	}
	result, err = linear.NNLS(background, d, y, linear.Settings{})
	require.NoError(t, err)
	assert.Equal(t, make([]float64, 6), result.Coefficients)
	assert.Zero(t, result.Iterations)
}

// TestLeastSquares: without a penalty the gap is no use, and the normal equations hold.
func TestLeastSquares(t *testing.T) {
	for _, p := range []int{5, 60} { // and more features than samples
		for seed := range uint64(4) {
			q := random(newRandom(8+seed), 40, p, 0)
			var groups [][]int
			for j := 0; j < p; j += 5 {
				groups = append(groups, []int{j, j + 1, j + 2, j + 3, j + 4})
			}
			s := linear.Settings{Tolerance: 1e-11}
			lasso, err := linear.Lasso(background, q.design, q.y, 0, s)
			require.NoError(t, err)
			group, err := linear.GroupLasso(background, q.design, q.y, groups, 0, linear.GroupSettings{Settings: s})
			require.NoError(t, err)
			for name, result := range map[string]*linear.Result{"Lasso": lasso, "GroupLasso": group} {
				assert.Equal(t, algos.Converged, result.Stopped, "%s: %v", name, result.Residual)
				prediction := make([]float64, 40)
				require.NoError(t, result.Predict(prediction, q.design))
				for j := range p {
					sum := 0.0
					for i := range prediction {
						sum += (q.y[i] - prediction[i]) * q.x.At(i, j)
					}
					assert.InDelta(t, 0, sum, 1e-8, name)
				}
				assert.Equal(t, result.Objective, result.Gap, name)
			}
		}
	}
}

// TestSmallCost: costs down to the least number there is leave coefficients of nearly nothing, not NaN.
func TestSmallCost(t *testing.T) {
	q := random(newRandom(11), 20, 5, 0)
	for _, margin := range []linear.Margin{linear.SquaredHinge, linear.Hinge} {
		for _, cost := range []float64{1e-300, 1e-310, math.SmallestNonzeroFloat64} {
			result, err := linear.SVM(background, q.design, q.labels, cost, linear.SVMSettings{Loss: margin})
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped, "cost %v", cost)
			assert.InDeltaSlice(t, make([]float64, 5), result.Coefficients, 1e-290)
		}
	}
}

// TestStalled: what rounding does not allow ends all the same, and says so.
func TestStalled(t *testing.T) {
	for kind := range uint(3) {
		q := random(newRandom(9+uint64(kind)), 30, 40, 4*kind)
		for name, fit := range fits(q, 0.1) {
			result, err := fit(background, linear.Settings{Tolerance: 1e-40, DropConstant: true})
			require.NoError(t, err)
			assert.LessOrEqual(t, result.Residual, 1e-6, name)
			if result.Residual > 0 {
				assert.NotEqual(t, algos.Converged, result.Stopped, name)
			}
			if name != "SVM" {
				assert.NotEqual(t, algos.IterationLimit, result.Stopped, "%s: gap %v", name, result.Residual)
			}
		}
	}
}

// nearlyTheSame is pairs of columns that are so different.
func nearlyTheSame(r *rand.Rand, difference float64) (x kernels.Matrix[float64], y []float64) {
	x = kernels.NewMatrix[float64](5+r.IntN(20), 2*(1+r.IntN(8)))
	y = testkit.Normal[float64](r, x.Rows)
	for i := range x.Rows {
		for j := 0; j < x.Cols; j += 2 {
			v := r.NormFloat64()
			x.Set(i, j, v)
			x.Set(i, j+1, v+difference*r.NormFloat64())
			y[i] += v
		}
	}
	return x, y
}

// TestNearlyTheSame: of columns that are the same to seven digits the right ones stay, and the fit converges.
func TestNearlyTheSame(t *testing.T) {
	for seed := range uint64(300) {
		x, y := nearlyTheSame(newRandom(seed), 1e-7)
		d, err := linear.Dense(x)
		require.NoError(t, err)
		result, err := linear.Lasso(background, d, y, 0.01, linear.Settings{Tolerance: 1e-9})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped, "seed %d, gap %v", seed, result.Residual)
	}
}

// TestNearlyTheSamePositive: without a penalty, too, and with the minimum far along the difference of two columns.
func TestNearlyTheSamePositive(t *testing.T) {
	for _, difference := range []float64{1e-4, 1e-5, 1e-6, 1e-7, 1e-8} {
		for seed := range uint64(100) {
			x, y := nearlyTheSame(newRandom(seed), difference)
			d, err := linear.Dense(x)
			require.NoError(t, err)
			result, err := linear.NNLS(background, d, y, linear.Settings{Tolerance: 1e-9})
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped, "difference %v, seed %d, residual %v", difference, seed, result.Residual)
		}
	}
}
