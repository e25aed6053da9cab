package ot

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
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
