package ot

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
)

// TestStartFromOtherTargets: the plan of the potentials of a similar problem satisfies one marginal, and the other not at all.
func TestStartFromOtherTargets(t *testing.T) {
	cost, err := Grid(6)
	require.NoError(t, err)
	a, before, b := []float64{1, 2, 3, 4, 5, 6}, []float64{6, 5, 4, 3, 2, 1}, []float64{1, 5, 4, 3, 2, 6}
	for _, method := range []Method{LogDomain, KernelForm} {
		for _, relaxB := range []float64{0, 10} {
			settings := Settings{Epsilon: 1, Method: method, Tolerance: 1e-12}
			similar, err := Solve(background, a, before, cost, settings)
			require.NoError(t, err)
			settings = Settings{Epsilon: 1, Method: method, RelaxB: relaxB}
			cold, err := Solve(background, a, b, cost, settings)
			require.NoError(t, err)
			settings.F, settings.G = similar.F, similar.G
			warm, err := Solve(background, a, b, cost, settings)
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, warm.Stopped, "%v, RelaxB = %v: residual %v", method, relaxB, warm.Residual)
			assert.InDelta(t, cold.Dual, warm.Dual, 1e-7)
			if relaxB == 0 {
				newton, err := SinkhornNewton(background, a, b, cost, NewtonSettings{Settings: settings})
				require.NoError(t, err)
				assert.Equal(t, algos.Converged, newton.Stopped)
				assert.InDelta(t, cold.Dual, newton.Dual, 1e-7)
			}
		}
	}
}

// TestStartFarFromARelaxedMarginal: exp(-f/relax) of the first potentials overflows, which a sweep puts right.
func TestStartFarFromARelaxedMarginal(t *testing.T) {
	cost, err := Grid(4)
	require.NoError(t, err)
	a, b := []float64{1, 2, 3, 4}, []float64{4, 3, 2, 2}
	for _, relax := range [][2]float64{{0.01, 0.01}, {0.01, 1}, {0.01, 0}} {
		settings := Settings{Epsilon: 0.5, RelaxA: relax[0], RelaxB: relax[1]}
		near, err := Solve(background, a, b, cost, settings)
		require.NoError(t, err)
		settings.G = []float64{0, 400, -400, 800}
		for _, f := range [][]float64{nil, {-900, 0, 300, -50}} {
			settings.F = f
			far, err := Solve(background, a, b, cost, settings)
			require.NoError(t, err, fmt.Sprint(relax, f))
			assert.Equal(t, algos.Converged, far.Stopped)
			assert.InDelta(t, near.Dual, far.Dual, 1e-9*math.Abs(near.Dual))
		}
	}
}

// TestEqualCostsButForRounding: places on a circle are all as far from its middle, and every plan costs the same.
func TestEqualCostsButForRounding(t *testing.T) {
	const n = 9
	circle := kernels.NewMatrix[float64](n, 2)
	for i := range n {
		circle.Set(i, 1, math.Sin(float64(i)))
		circle.Set(i, 0, math.Cos(float64(i)))
	}
	around, err := SquaredEuclidean(circle, kernels.NewMatrix[float64](1, 2))
	require.NoError(t, err)
	low, high := around.Range()
	require.Greater(t, high, low)
	nearly := kernels.NewMatrix[float64](n, 3)
	for i := range nearly.Data {
		nearly.Data[i] = 5 + 1e-15*float64(i%4)
	}
	alike, err := Dense(nearly)
	require.NoError(t, err)
	a := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9}
	for _, c := range []struct {
		cost *Cost
		b    []float64
		want float64
	}{{around, []float64{45}, 45}, {alike, []float64{15, 10, 20}, 225}} {
		result, err := Solve(background, a, c.b, c.cost, Settings{})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped, "residual %v", result.Residual)
		assert.InDelta(t, c.want, result.Cost, 1e-6)
	}
}
