package ot

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
)

// gaussian is a histogram on a line of n places.
func gaussian(n int, mean, deviation float64) []float64 {
	h := make([]float64, n)
	var sum float64
	for i := range h {
		z := (float64(i) - mean) / deviation
		h[i] = math.Exp(-z * z / 2)
		sum += h[i]
	}
	return scaled(h, 1/sum)
}

// TestBarycentreOfOne has a formula: without a second histogram, the plan that the entropy wants among those with
// marginal a is a[i]*K[i,j]/sum_j K[i,j].
func TestBarycentreOfOne(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cost := randomDense(t, r, 6, 9)
	a := randomMass(r, 6, 3, true)
	const eps = 0.2
	b, err := Barycentre(background, [][]float64{a}, nil, cost, Settings{Epsilon: eps, Tolerance: 1e-14})
	require.NoError(t, err)
	want := make([]float64, 9)
	for i := range a {
		var sum float64
		for j := range want {
			sum += math.Exp(-cost.At(i, j) / eps)
		}
		for j := range want {
			want[j] += a[i] * math.Exp(-cost.At(i, j)/eps) / sum
		}
	}
	assert.InDeltaSlice(t, want, b.Histogram, 1e-13)
}

// TestBarycentreOfTranslates: for the squared Euclidean cost, translates of one shape have the barycentre of that shape
// alone, at the mean of their places.
func TestBarycentreOfTranslates(t *testing.T) {
	const n, eps = 120, 8.0
	cost, err := Grid(n)
	require.NoError(t, err)
	settings := Settings{Epsilon: eps, Tolerance: 1e-12}
	shapes := [][]float64{gaussian(n, 40, 4), gaussian(n, 70, 4)}
	for _, method := range methods {
		settings.Method = method
		two, err := Barycentre(background, shapes, []float64{1, 2}, cost, settings)
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, two.Stopped)
		one, err := Barycentre(background, [][]float64{gaussian(n, 60, 4)}, nil, cost, settings)
		require.NoError(t, err)
		assert.InDeltaSlice(t, one.Histogram, two.Histogram, 1e-9)
		var sum float64
		for _, m := range two.Histogram {
			sum += m
		}
		assert.InDelta(t, 1, sum, 1e-13)
	}
}

// TestBarycentreIsAMinimum compares the weighted value of the transports to the barycentre with that to histograms nearby.
func TestBarycentreIsAMinimum(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	cost := randomDense(t, r, 8, 10)
	histograms := [][]float64{randomMass(r, 8, 1, true), randomMass(r, 8, 1, false), randomMass(r, 8, 1, true)}
	weights := []float64{0.2, 0.5, 0.3}
	settings := Settings{Epsilon: 0.05, Tolerance: 1e-12, MaxIterations: 100000}
	result, err := Barycentre(background, histograms, weights, cost, settings)
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped)
	value := func(b []float64) (sum float64) {
		for k, h := range histograms {
			r, err := Solve(background, h, b, cost, settings)
			require.NoError(t, err)
			sum += weights[k] * r.Dual
		}
		return sum
	}
	least := value(result.Histogram)
	for range 10 {
		moved := append([]float64(nil), result.Histogram...)
		i, j := r.IntN(10), r.IntN(10)
		amount := min(1e-3, moved[i]/2)
		moved[i] -= amount
		moved[j] += amount
		if i != j {
			assert.Greater(t, value(moved), least)
		}
	}
	for k, h := range histograms {
		assert.Len(t, result.F[k], len(h))
		r, err := Solve(background, h, result.Histogram, cost, Settings{Epsilon: 0.05, F: result.F[k], G: result.G[k]})
		require.NoError(t, err)
		assert.LessOrEqual(t, r.Iterations, 2, "the potentials are those of the transport to the barycentre")
	}
}

func TestBarycentreOnGridEqualsDense(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	cost := separable(t, r, [2]int{5, 6}, [2]int{4, 3})
	histograms := [][]float64{randomMass(r, 20, 1, true), randomMass(r, 20, 1, false)}
	settings := Settings{Epsilon: 0.05, MaxIterations: 30}
	want, err := Barycentre(background, histograms, nil, expanded(t, cost), settings)
	require.NoError(t, err)
	for _, method := range methods {
		settings.Method = method
		got, err := Barycentre(background, histograms, nil, cost, settings)
		require.NoError(t, err)
		assert.InDeltaSlice(t, want.Histogram, got.Histogram, 1e-12)
		assert.InDeltaSlice(t, want.Residuals, got.Residuals, 1e-12)
		assert.Equal(t, method, got.Method)
		matrix, err := Barycentre(background, histograms, nil, expanded(t, cost), settings)
		require.NoError(t, err)
		assert.Equal(t, LogDomain, matrix.Method, "a matrix of costs takes no method")
		assert.Equal(t, want, matrix)
	}
}

// TestBarycentreOfRoundedHistograms: histograms that were float32 once sum alike only to so much.
func TestBarycentreOfRoundedHistograms(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	cost := randomDense(t, r, 5, 6)
	x, y := randomMass(r, 5, 1, true), randomMass(r, 5, 1, false)
	want, err := Barycentre(background, [][]float64{x, y}, nil, cost, Settings{Epsilon: 0.05})
	require.NoError(t, err)
	got, err := Barycentre(background, [][]float64{x, scaled(y, 1+5e-7)}, nil, cost, Settings{Epsilon: 0.05})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, got.Stopped)
	assert.InDeltaSlice(t, want.Histogram, got.Histogram, 1e-13)
}

// TestBarycentreAtTinyEpsilon: far from a solution the masses are beyond float64, not their quotients.
func TestBarycentreAtTinyEpsilon(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cost := randomDense(t, r, 5, 6)
	histograms := [][]float64{randomMass(r, 5, 1, true), randomMass(r, 5, 1, false)}
	for _, eps := range []float64{1e-3, 1e-9, 1e-30, 1e-300, 1e-308, 5e-324} {
		b, err := Barycentre(background, histograms, []float64{1, 3}, cost, Settings{Epsilon: eps, MaxIterations: 100})
		if err != nil {
			assert.ErrorIs(t, err, ErrBreakdown, "eps = %v", eps)
			continue
		}
		var sum float64
		for _, m := range b.Histogram {
			sum += m
		}
		assert.InDelta(t, 1, sum, 1e-13, "eps = %v", eps)
	}
}

// TestWeightsOfAnySize: only their ratio counts.
func TestWeightsOfAnySize(t *testing.T) {
	cost, err := Grid(3)
	require.NoError(t, err)
	histograms := [][]float64{{1, 0, 2}, {0, 3, 0}}
	want, err := Barycentre(background, histograms, []float64{1, 3}, cost, Settings{})
	require.NoError(t, err)
	for _, unit := range []float64{5e-324, 1e-310, 1e300} {
		got, err := Barycentre(background, histograms, []float64{unit, 3 * unit}, cost, Settings{})
		require.NoError(t, err, "%v", unit)
		assert.InDeltaSlice(t, want.Histogram, got.Histogram, 1e-12, "%v", unit)
	}
}

// TestBarycentreResidual: it is that of the potentials returned, not of those before the last iteration.
func TestBarycentreResidual(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	cost := separable(t, r, [2]int{3, 4}, [2]int{2, 3})
	histograms, weights := [][]float64{randomMass(r, 6, 2, true), randomMass(r, 6, 2, false)}, []float64{1, 3}
	for _, c := range []*Cost{cost, expanded(t, cost)} {
		for _, settings := range []Settings{{}, {MaxIterations: 1}, {MaxIterations: 4, Tolerance: 1e-12}, {Tolerance: 1e-13}, {Tolerance: 1e-2}, {Tolerance: 1e-300}} {
			result, err := Barycentre(background, histograms, weights, c, settings)
			require.NoError(t, err)
			var want float64
			for k, h := range histograms {
				for i, m := range h {
					var sum float64
					for j := range result.Histogram {
						sum += math.Exp((result.F[k][i] + result.G[k][j] - c.At(i, j)) / result.Epsilon)
					}
					want += weights[k] / 4 * math.Abs(sum-m) / 2
				}
			}
			assert.InDelta(t, want, result.Residual, 1e-13, "%+v", settings)
			assert.Len(t, result.Residuals, result.Iterations)
			tolerance := settings.Tolerance
			if tolerance == 0 {
				tolerance = defaultTolerance
			}
			assert.Equal(t, result.Residual <= tolerance, result.Stopped == algos.Converged, "%+v: %v at %v", settings, result.Stopped, result.Residual)
		}
	}
}

// TestBarycentreWithoutWeight: a histogram of weight zero changes nothing, also where its plan is infinitely far from it at first, as of costs below zero.
func TestBarycentreWithoutWeight(t *testing.T) {
	cost, err := Dense(square(-10, -9, -9.5, -10))
	require.NoError(t, err)
	x, y := []float64{0.25, 0.75}, []float64{0.5, 0.5}
	want, err := Barycentre(background, [][]float64{x}, nil, cost, Settings{Epsilon: 0.01})
	require.NoError(t, err)
	got, err := Barycentre(background, [][]float64{x, y}, []float64{1, 0}, cost, Settings{Epsilon: 0.01})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, got.Stopped)
	assert.InDeltaSlice(t, want.Histogram, got.Histogram, 1e-12)
}
