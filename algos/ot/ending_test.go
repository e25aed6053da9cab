package ot

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// TestConvergedOnlyIfSo: potentials cannot say what so small a charge asks for to the tolerance.
func TestConvergedOnlyIfSo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cost := randomDense(t, r, 5, 6)
	a, b := randomMass(r, 5, 1, false), randomMass(r, 6, 1, false)
	result, err := Solve(background, a, b, cost, Settings{Epsilon: 0.1, RelaxB: 1e-12})
	require.NoError(t, err)
	assert.Greater(t, result.Residual, 1e-8)
	assert.Equal(t, algos.Stalled, result.Stopped)
}

// TestConvergedMeetsTheTolerance: the residual of the answer, not only that of the iteration before it, and of all marginals. Where rounding is in the way, as
// of costs that are far larger than they differ, the end is Stalled; where it is not, it is never that.
func TestConvergedMeetsTheTolerance(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	for trial := range 3000 {
		n, m := 1+r.IntN(4), 1+r.IntN(4)
		cost := randomDense(t, r, n, m)
		settings := Settings{Epsilon: math.Pow(10, -1+2*r.Float64()), Tolerance: 1e-6, Method: methods[trial%2]}
		relaxed := [][2]float64{{}, {1, 0}, {0, 1}, {1, 1}}[r.IntN(4)]
		settings.RelaxA, settings.RelaxB = relaxed[0]*math.Exp(2*r.NormFloat64()), relaxed[1]*math.Exp(2*r.NormFloat64())
		massB := 1.0
		if relaxed != [2]float64{} {
			massB = math.Exp(2 * r.NormFloat64())
		}
		a, b := randomMass(r, n, 1, false), randomMass(r, m, massB, false)
		result, err := Solve(background, a, b, cost, settings)
		require.NoError(t, err)
		assert.NotEqual(t, algos.Stalled, result.Stopped, "trial %d", trial)
		assert.Equal(t, result.Residual <= 1e-6, result.Stopped == algos.Converged, "trial %d: %v", trial, result.Residual)

		for k := range cost.matrix.Data {
			cost.matrix.Data[k] += 1e8
		}
		far, err := Dense(cost.matrix)
		require.NoError(t, err)
		settings.Tolerance = 1e-8
		result, err = Solve(background, a, b, far, settings)
		require.NoError(t, err)
		if result.Stopped == algos.Converged {
			assert.LessOrEqual(t, result.Residual, 1e-8, "trial %d", trial)
		}
	}
}

// TestStallsWhereMoreIsMoved: b pulls far more through the plan than there is of a, whose mass the residual is a fraction of. Rounding then allows
// no residual below the tolerance, which is told long before the iterations allowed are used up, and the plan is right to rounding all the same.
func TestStallsWhereMoreIsMoved(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, massB := range []float64{1e6, 1e9, 1e12} {
		for _, relax := range [][2]float64{{0.1, 0}, {2, 50}, {3e-4, 20}, {3e-4, 0}} {
			for _, method := range methods {
				name := fmt.Sprintf("b=%v relax=%v %v", massB, relax, method)
				cost := randomDense(t, r, 5, 4)
				a, b := randomMass(r, 5, 1, false), randomMass(r, 4, massB, false)
				settings := Settings{Epsilon: 0.5, RelaxA: relax[0], RelaxB: relax[1], Method: method, Tolerance: 1e-13}
				result, err := Solve(background, a, b, cost, settings)
				require.NoError(t, err, name)
				assert.Equal(t, algos.Stalled, result.Stopped, name)
				assert.Less(t, result.Iterations, 2000, name)
				assert.Less(t, result.Residual, 1e-11*sum(result.Plan()), name)
			}
		}
	}
}

// TestLittleIsMoved: where moving costs far more than what relaxes the marginals hardly anything is moved, and the charge for leaving nearly all of it is
// not the charge for rounding.
func TestLittleIsMoved(t *testing.T) {
	for _, distance := range []float64{1, 10, 100, 1000} {
		cost, err := Dense(kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{distance, 2 * distance, 2 * distance, distance}})
		require.NoError(t, err)
		result, err := Solve(background, []float64{1, 2}, []float64{2, 1}, cost, Settings{Epsilon: 0.5, RelaxA: 0.5, RelaxB: 0.5})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped)
		assert.InDelta(t, result.Dual, result.Primal, 1e-9)
		assert.InDelta(t, 3, result.Primal, math.Exp(-distance/1.5)*10, "half of each mass is charged")
		assert.Less(t, result.Gap, 1e-9)
	}
	for _, pair := range [][2]float64{{1e-219, 1}, {1e-17, 1}, {0.3, 1}, {0.9, 1}, {1.6, 1}, {1e200, 1e-200}, {5e-324, 1e100}, {3e-310, 5e-324}} {
		x, y := testkit.WideOf(pair[0]), testkit.WideOf(pair[1])
		want := x.Mul(testkit.Log(pair[0]).Sub(testkit.Log(pair[1]))).Sub(x).Add(y).Float64()
		assert.InEpsilon(t, want, kullbackLeibler(pair[0], pair[1]), 1e-14, "%v", pair)
	}
}

// TestFarStart: potentials to start from that are far off come down by a share of themselves in each iteration where marginals are relaxed. For thousands of them all that
// is asked for and all that is moved overflow, which is not a residual at the limit of rounding.
func TestFarStart(t *testing.T) {
	cost := randomDense(t, rand.New(rand.NewPCG(13, 14)), 2, 2)
	settings := Settings{Epsilon: 0.1, RelaxA: 5, RelaxB: 3}
	a, b := []float64{1, 2}, []float64{1, 1}
	want, err := Solve(background, a, b, cost, settings)
	require.NoError(t, err)
	for _, size := range []float64{1e5, 1e12} {
		for _, sign := range []float64{-1, 1} {
			settings.G = []float64{sign * size, -sign * size / 2}
			result, err := Solve(background, a, b, cost, settings)
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped, "%v", settings.G)
			assert.InDelta(t, want.Dual, result.Dual, 1e-9)
		}
	}
}

// TestSlowlyToTheTolerance: thousands of sweeps meet a tolerance by less than the rounding of the plan. That is no reason to stop short of it.
func TestSlowlyToTheTolerance(t *testing.T) {
	for _, seed := range []uint64{28, 44} {
		cost := randomDense(t, rand.New(rand.NewPCG(seed, 5)), 20, 20)
		mass := make([]float64, 20)
		for i := range mass {
			mass[i] = 0.05
		}
		for _, method := range methods {
			result, err := Solve(background, mass, mass, cost, Settings{Epsilon: 1. / 150, Tolerance: 3e-13, MaxIterations: 20000, Method: method})
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped, "seed %d, %v: %v", seed, method, result.Residual)
			assert.LessOrEqual(t, result.Residual, 3e-13)
		}
	}
}

// TestTheLastIterationCounts: a residual that meets the tolerance is convergence, also if no further iteration is left to see it.
func TestTheLastIterationCounts(t *testing.T) {
	cost := randomDense(t, rand.New(rand.NewPCG(1, 2)), 1, 3)
	result, err := Solve(background, []float64{1}, []float64{0.25, 0.25, 0.5}, cost, Settings{MaxIterations: 1})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.LessOrEqual(t, result.Residual, 1e-9)
}

// TestCancelledBeforeTheStart: the plan that the iteration would start at is beyond float64, which says nothing of epsilon.
func TestCancelledBeforeTheStart(t *testing.T) {
	cost, err := Dense(square(-1e150, 1e150, 1e150, -1e150))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(background)
	cancel()
	mass := []float64{1e100, 1e100}
	_, err = Solve(ctx, mass, mass, cost, Settings{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.NotErrorIs(t, err, ErrBreakdown)
	result, err := Solve(background, mass, mass, cost, Settings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
}

// TestGapBeforeTheFirstSweep: also where no sweep was done yet with the epsilon at hand Dual and Dual + Gap enclose the optimum.
func TestGapBeforeTheFirstSweep(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	c := kernels.NewMatrix[float64](12, 9)
	for k := range c.Data {
		c.Data[k] = 40 + r.Float64()
	}
	cost, err := Dense(c)
	require.NoError(t, err)
	a, b := randomMass(r, 12, 2, false), randomMass(r, 9, 2, false)
	cancelled, cancel := context.WithCancel(background)
	cancel()
	for _, relaxA := range []float64{0, 1} {
		check := func(result *Result) {
			best, err := Solve(background, a, b, cost, Settings{Epsilon: result.Epsilon, RelaxA: relaxA, Tolerance: 1e-13, Scaling: 1})
			require.NoError(t, err)
			assert.LessOrEqual(t, result.Dual, best.Dual+1e-11)
			assert.GreaterOrEqual(t, result.Dual+result.Gap, best.Dual-1e-11, "epsilon %v, %d sweeps", result.Epsilon, result.Iterations)
		}
		result, err := Solve(cancelled, a, b, cost, Settings{Epsilon: 0.1, RelaxA: relaxA})
		require.ErrorIs(t, err, context.Canceled)
		check(result)
		for iterations := range 20 {
			result, err := Solve(background, a, b, cost, Settings{Epsilon: 0.01, RelaxA: relaxA, Scaling: 0.1, MaxIterations: iterations + 1})
			require.NoError(t, err)
			check(result)
		}
	}
}
