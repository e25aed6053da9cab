package linsolve_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels/vec"
)

// TestDirectionsAnswerWithTheBest: the residual falls unevenly along directions that mean nothing, and wanders when rounding is all that is left of it; the
// answer is the x where it was least.
func TestDirectionsAnswerWithTheBest(t *testing.T) {
	a := stiffness(t)
	b := testkit.Normal[float64](testkit.NewRandom(12), a.Rows())
	for iterations := 1; iterations < 40; iterations++ {
		source := testkit.NewRandom(13)
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{
			Settings: linsolve.Settings{MaxIterations: iterations},
			Direction: func(q, r []float64) {
				copy(q, r)
				vec.Axpy(0.02, testkit.Normal[float64](source, len(q)), q)
			},
		})
		require.NoError(t, err)
		require.Equal(t, algos.IterationLimit, result.Stopped)
		assert.LessOrEqual(t, result.Residual, vec.Min(result.Residuals), "%d iterations", iterations)
		assert.InEpsilon(t, residualOf(a, b, result.X), result.Residual, 1e-10)
	}
	a = grid(t, 20, 0, 0)
	b = testkit.Normal[float64](testkit.NewRandom(14), a.Rows())
	result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{Settings: linsolve.Settings{Tolerance: 1e-18}})
	require.NoError(t, err)
	require.Equal(t, algos.Stalled, result.Stopped)
	assert.LessOrEqual(t, result.Residual, vec.Min(result.Residuals))
}
