package linsolve_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels/sparse"
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

// TestBiCGStabAnswersWithTheBest: its residual jumps, and the iterations may be used up, or the context be over, at a bad moment.
func TestBiCGStabAnswersWithTheBest(t *testing.T) {
	a := grid(t, 20, 0, 0.9)
	b := testkit.Normal[float64](testkit.NewRandom(15), a.Rows())
	for iterations := 1; iterations < 30; iterations++ {
		result, err := linsolve.BiCGStab(background, linsolve.Sparse(a), b, linsolve.Settings{MaxIterations: iterations, Tolerance: 1e-12})
		require.NoError(t, err)
		require.Equal(t, algos.IterationLimit, result.Stopped)
		assert.LessOrEqual(t, result.Residual, vec.Min(result.Residuals)*(1+1e-6), "%d iterations", iterations)
		assert.InDelta(t, residualOf(a, b, result.X), result.Residual, 1e-13)
	}
}

// TestBiCGStabWithoutASolution: of a singular matrix of integers, with an empty column, and a right-hand side that it cannot reach. The element of x that the
// empty column multiplies may go anywhere without a change of the residual, but not out of range.
func TestBiCGStabWithoutASolution(t *testing.T) {
	for seed := range uint64(400) {
		r := testkit.NewRandom(seed)
		n := 2 + r.IntN(3)
		data := make([]float64, n*n)
		for i := range n {
			for j := 1; j < n; j++ {
				data[i*n+j] = float64(r.IntN(7) - 3)
			}
		}
		a, b := dense(t, n, n, data...), testkit.Normal[float64](r, n)
		result, err := linsolve.BiCGStab(background, linsolve.Sparse(a), b, linsolve.Settings{})
		require.NoError(t, err)
		assert.NotEqual(t, algos.Converged, result.Stopped, "seed %d", seed)
		assert.Equal(t, result.Stopped == algos.Breakdown, result.Reason != nil, "seed %d", seed)
		assert.LessOrEqual(t, result.Residual, 1+1e-12, "seed %d: no worse than where it began", seed)
		for _, v := range result.X {
			assert.False(t, math.IsNaN(v) || math.IsInf(v, 0), "seed %d: %v", seed, v)
		}
	}
}

// TestGMRESWithoutASolution: the last column of this singular matrix's projection is rounding that passes for a column, and its step goes anywhere. The steps
// before are no worse for it.
func TestGMRESWithoutASolution(t *testing.T) {
	a := dense(t, 4, 4, 9, -2, 1, 3, -2, 8, 0, -2, 1, 0, 3, -3, 3, -2, -3, 5)
	b := []float64{-1.3848142528299003, -0.3963345729413377, 0.22328849940392226, 0.1273503755942544}
	best := 1.0
	for iterations := 1; iterations < 4; iterations++ {
		result, err := linsolve.GMRES(background, linsolve.Sparse(a), b, linsolve.Settings{MaxIterations: iterations})
		require.NoError(t, err)
		best = min(best, result.Residual)
	}
	result, err := linsolve.GMRES(background, linsolve.Sparse(a), b, linsolve.Settings{})
	require.NoError(t, err)
	assert.NotEqual(t, algos.Converged, result.Stopped)
	assert.LessOrEqual(t, result.Residual, 1.01*best)
}

// looseChain is the stiffness of a chain of springs that nothing holds, with a force whose mean no displacement balances, and the least residual, that mean.
func looseChain(t *testing.T, seed uint64) (a *sparse.CSR[float64], b []float64, least float64) {
	r := testkit.NewRandom(seed)
	n := 2 + r.IntN(20)
	data, b := make([]float64, n*n), testkit.Normal[float64](r, n)
	for i := range n - 1 {
		stiffness := 0.1 + r.Float64()
		data[i*n+i] += stiffness
		data[(i+1)*n+i+1] += stiffness
		data[i*n+i+1], data[(i+1)*n+i] = -stiffness, -stiffness
	}
	return dense(t, n, n, data...), b, math.Abs(vec.Sum(b)) / math.Sqrt(float64(n)) / vec.Norm2(b)
}

// TestGMRESOfLooseChains: a cycle that starts from what is left, which the matrix makes nothing of, finds a basis in rounding, and displacements of 1e15 have a
// residual that is rounding and may be less than the least there is.
func TestGMRESOfLooseChains(t *testing.T) {
	for seed := range uint64(200) {
		a, b, least := looseChain(t, seed)
		result, err := linsolve.GMRES(background, linsolve.Sparse(a), b, linsolve.Settings{})
		require.NoError(t, err)
		assert.NotEqual(t, algos.Converged, result.Stopped, "seed %d", seed)
		assert.InDelta(t, least, result.Residual, 1e-9, "seed %d", seed)
		assert.Less(t, vec.Norm2(result.X), 1e5, "seed %d", seed)
		assert.LessOrEqual(t, result.Iterations, 3*len(b), "seed %d", seed)
	}
}

// TestBiCGStabOfLooseChains: x leaves for infinity until rounding hides all of what the residual was. It does not do so for a thousand iterations.
func TestBiCGStabOfLooseChains(t *testing.T) {
	for seed := range uint64(200) {
		a, b, least := looseChain(t, seed)
		result, err := linsolve.BiCGStab(background, linsolve.Sparse(a), b, linsolve.Settings{})
		require.NoError(t, err)
		assert.Contains(t, []algos.Stop{algos.Stalled, algos.Breakdown}, result.Stopped, "seed %d: %d iterations", seed, result.Iterations)
		assert.Less(t, result.Iterations, 1000, "seed %d", seed)
		assert.GreaterOrEqual(t, result.Residual, 0.5*least, "seed %d: rounding passes for an answer", seed)
		assert.LessOrEqual(t, result.Residual, 1+1e-12, "seed %d", seed)
	}
}

// TestTheBestAnswerCounts: the x that was best may meet the tolerance where the last one does not.
func TestTheBestAnswerCounts(t *testing.T) {
	for seed := range uint64(1000) {
		r := testkit.NewRandom(seed)
		n := 3 + r.IntN(6)
		data, b := testkit.Normal[float64](r, n*n), testkit.Normal[float64](r, n)
		copy(data[(n-1)*n:], data[:n])
		data[n*n-1] += 1e-6
		for _, solve := range forAny {
			result, err := solve(background, linsolve.Sparse(dense(t, n, n, data...)), b, linsolve.Settings{Tolerance: 1e-10})
			require.NoError(t, err)
			assert.Equal(t, result.Residual <= 1e-10, result.Stopped == algos.Converged, "seed %d: %v at %v", seed, result.Stopped, result.Residual)
			assert.Equal(t, result.Stopped == algos.Breakdown, result.Reason != nil, "seed %d", seed)
		}
	}
}
