package linsolve_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

func TestErrors(t *testing.T) {
	a := linsolve.Sparse(grid(t, 2, 0, 0))
	b := []float64{1, 2, 3, 4}
	nan, inf := math.NaN(), math.Inf(1)
	for name, solve := range forDefinite {
		for _, c := range []struct {
			b        []float64
			settings linsolve.Settings
			want     error
			message  string
		}{
			{b[:3], linsolve.Settings{}, linsolve.ErrShape, "linsolve: len(b) = 3, rows of the operator = 4: shapes do not agree"},
			{[]float64{1, nan, 0, 0}, linsolve.Settings{}, linsolve.ErrFinite, "linsolve: b[1] = NaN: NaN or infinite"},
			{[]float64{1, 0, 0, -inf}, linsolve.Settings{}, linsolve.ErrFinite, "linsolve: b[3] = -Inf: NaN or infinite"},
			{[]float64{math.MaxFloat64, math.MaxFloat64, 0, 0}, linsolve.Settings{}, linsolve.ErrFinite, "linsolve: norm of b = +Inf: NaN or infinite"},
			{b, linsolve.Settings{Tolerance: -1}, linsolve.ErrTolerance, "linsolve: Settings.Tolerance = -1: tolerance must be positive and finite"},
			{b, linsolve.Settings{Tolerance: nan}, linsolve.ErrTolerance, "linsolve: Settings.Tolerance = NaN: tolerance must be positive and finite"},
			{b, linsolve.Settings{Tolerance: inf}, linsolve.ErrTolerance, "linsolve: Settings.Tolerance = +Inf: tolerance must be positive and finite"},
			{b, linsolve.Settings{MaxIterations: -1}, linsolve.ErrSetting, "linsolve: Settings.MaxIterations = -1, want 0 or more: setting out of range"},
			{b, linsolve.Settings{Restart: -1}, linsolve.ErrSetting, "linsolve: Settings.Restart = -1, want 0 or more: setting out of range"},
			{b, linsolve.Settings{Damping: -1}, linsolve.ErrSetting, "linsolve: Settings.Damping = -1, want 0 or more and finite: setting out of range"},
			{b, linsolve.Settings{Start: b[:1]}, linsolve.ErrShape, "linsolve: len(Settings.Start) = 1, unknowns = 4: shapes do not agree"},
			{b, linsolve.Settings{Start: []float64{0, 0, inf, 0}}, linsolve.ErrFinite, "linsolve: Settings.Start[2] = +Inf: NaN or infinite"},
		} {
			result, err := solve(background, a, c.b, c.settings)
			assert.Nil(t, result, name)
			assert.ErrorIs(t, err, c.want, name)
			assert.EqualError(t, err, c.message, name)
		}
		if name != "LSQR" {
			for _, missing := range []linsolve.Operator{nil, linsolve.Func(4, nil), linsolve.Sparse(nil), linsolve.Planned(nil), linsolve.Symmetric(nil)} {
				_, err := solve(background, missing, b, linsolve.Settings{})
				assert.ErrorIs(t, err, linsolve.ErrNil)
			}
			_, err := solve(background, linsolve.Sparse(dense(t, 2, 3, 1, 2, 3, 4, 5, 6)), b[:2], linsolve.Settings{})
			assert.EqualError(t, err, "linsolve: operator is 2 x 3: operator is not square")
		}
	}
	_, err := linsolve.LSQR(background, nil, b, linsolve.Settings{})
	assert.ErrorIs(t, err, linsolve.ErrNil)
	_, err = linsolve.LSQR(background, a, b, linsolve.Settings{Preconditioner: &linsolve.Jacobi{}})
	assert.ErrorIs(t, err, linsolve.ErrSetting)
	_, err = linsolve.Dense(kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1})
	assert.ErrorIs(t, err, linsolve.ErrShape)
}

func TestContext(t *testing.T) {
	a := grid(t, 20, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(1), 400)
	for name, solve := range forDefinite {
		ctx, cancel := context.WithCancel(background)
		result, err := solve(ctx, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-12, Progress: func(p algos.Progress) {
			if p.Done == 5 {
				cancel()
			}
		}})
		assert.ErrorIs(t, err, context.Canceled, name)
		require.NotNil(t, result)
		assert.Equal(t, algos.Cancelled, result.Stopped)
		assert.Equal(t, 5, result.Iterations, name)
		assert.InDelta(t, residualOf(a, b, result.X), result.Residual, 1e-13)
		assert.Less(t, result.Residual, 1.0, "%s: the result so far", name)
	}
}

// TestProgress: one call an iteration, in order, with the estimates that the history has for the next one.
func TestProgress(t *testing.T) {
	a := grid(t, 15, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(2), 225)
	for name, solve := range forDefinite {
		var seen []algos.Progress
		result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{
			Tolerance: 1e-9, Restart: 20, Progress: func(p algos.Progress) { seen = append(seen, p) },
		})
		requireSolved(t, a, b, result, err, 1e-9)
		require.Len(t, seen, result.Iterations, name)
		for k, p := range seen {
			assert.Equal(t, k+1, p.Done)
			assert.Equal(t, 2250, p.Of)
			if k+1 < len(result.Residuals) {
				assert.InEpsilon(t, result.Residuals[k+1], p.Residual, 1e-6, "%s after %d", name, k+1)
			}
		}
	}
	indefinite := linsolve.Sparse(dense(t, 2, 2, 1, 0, 0, -1)) // breaks down in the first iteration, or the second
	for name, solve := range map[string]method{"CG": linsolve.CG, "directions": proposed, "BiCGStab": linsolve.BiCGStab} {
		done := 0
		result, err := solve(background, indefinite, []float64{1, 1}, linsolve.Settings{Progress: func(p algos.Progress) { done = p.Done }})
		require.NoError(t, err)
		require.Equal(t, algos.Breakdown, result.Stopped, name)
		assert.Equal(t, result.Iterations, done, name)
	}
}

func TestWarmStart(t *testing.T) {
	a := grid(t, 20, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(3), 400)
	for name, solve := range forDefinite {
		result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-9})
		requireSolved(t, a, b, result, err, 1e-9)
		again, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-8, Start: result.X})
		requireSolved(t, a, b, again, err, 1e-8)
		assert.Equal(t, 0, again.Iterations, name)
		assert.Equal(t, result.X, again.X)
		near, before := append([]float64(nil), result.X...), append([]float64(nil), result.X...)
		near[7] += 1e-5
		before[7] += 1e-5
		closer, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-9, Start: near})
		requireSolved(t, a, b, closer, err, 1e-9)
		assert.Less(t, closer.Iterations, result.Iterations, name)
		assert.Equal(t, before, near, "the start is not changed")
	}
}

func TestZeroRightSide(t *testing.T) {
	for name, solve := range forDefinite {
		result, err := solve(background, linsolve.Sparse(grid(t, 2, 0, 0)), make([]float64, 4), linsolve.Settings{Start: []float64{1, 2, 3, 4}})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped, name)
		assert.Equal(t, make([]float64, 4), result.X)
		assert.Equal(t, 0.0, result.Residual)
	}
	result, err := linsolve.CG(background, linsolve.Sparse(dense(t, 0, 0)), nil, linsolve.Settings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
}

// TestTooSmallATolerance: what rounding does not allow is not claimed.
func TestTooSmallATolerance(t *testing.T) {
	a := grid(t, 30, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(4), 900)
	for name, solve := range forDefinite {
		result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-18, MaxIterations: 2000})
		require.NoError(t, err)
		t.Log(name, result.Stopped, result.Iterations, result.Residual)
		assert.Equal(t, algos.Stalled, result.Stopped, "%s: %v", name, result.Reason)
		assert.Less(t, result.Residual, 1e-13, name)
		assert.Greater(t, result.Residual, 1e-18, name)
		assert.InDelta(t, residualOf(a, b, result.X), result.Residual, 1e-14)
	}
}

// TestLeastTolerance: a method that is asked for all that rounding allows ends there. What it meets behind that is no property of the matrix.
func TestLeastTolerance(t *testing.T) {
	for seed := range uint64(30) {
		side := 2 + int(seed%4)
		a := grid(t, side, 0, 0)
		b := testkit.Normal[float64](testkit.NewRandom(seed), side*side)
		for name, solve := range forDefinite {
			result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: math.SmallestNonzeroFloat64})
			require.NoError(t, err)
			assert.Contains(t, []algos.Stop{algos.Stalled, algos.Converged}, result.Stopped, "%s, seed %d: %v", name, seed, result.Reason)
			assert.NoError(t, result.Reason, name)
			assert.Less(t, result.Residual, 1e-14, name)
		}
	}
}

// TestFarStart: one element of the start is far off, so that the basis, of few eigenvalues, ends in rounding before the tolerance is met. The
// matrix is not singular for that.
func TestFarStart(t *testing.T) {
	a := dense(t, 5, 5, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 2, 1, 1, 1, 1, 1, 3)
	for seed := range uint64(100) {
		b, start := testkit.Normal[float64](testkit.NewRandom(seed), 5), testkit.Normal[float64](testkit.NewRandom(seed+100), 5)
		start[2] *= 1e6
		result, err := linsolve.GMRES(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-10, Start: start})
		requireSolved(t, a, b, result, err, 1e-10)
	}
}

// TestSingularAtTheLimit: where the tolerance is below what rounding allows, a singular matrix lets x go anywhere. The answer is the best x
// that was formed.
func TestSingularAtTheLimit(t *testing.T) {
	for seed := range uint64(300) {
		r := testkit.NewRandom(seed)
		n := 3 + r.IntN(11)
		laplacian := make([]float64, n*n)
		for i := range n {
			for j := range i {
				if weight := r.Float64(); j == i-1 || weight < 0.3 {
					laplacian[i*n+j], laplacian[j*n+i] = -weight, -weight
					laplacian[i*n+i] += weight
					laplacian[j*n+j] += weight
				}
			}
		}
		a, x, b := dense(t, n, n, laplacian...), testkit.Normal[float64](r, n), make([]float64, n)
		a.MulVec(1, x, 0, b)
		for _, tolerance := range []float64{1e-15, 1e-16, 1e-17} {
			result, err := linsolve.MINRES(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: tolerance})
			require.NoError(t, err)
			assert.Less(t, result.Residual, 1e-12, "n = %d, seed %d, %v after %d", n, seed, result.Stopped, result.Iterations)
		}
	}
}

// TestCurvatureOverflows: from a start that is far too large squares overflow, which is said at once.
func TestCurvatureOverflows(t *testing.T) {
	a := dense(t, 2, 2, 2e125, 0, 0, 1e125)
	result, err := linsolve.CG(background, linsolve.Sparse(a), []float64{1, 1}, linsolve.Settings{Start: []float64{1, 1}})
	require.NoError(t, err)
	assert.Equal(t, algos.Breakdown, result.Stopped)
	assert.ErrorIs(t, result.Reason, linsolve.ErrOverflow)
	assert.Less(t, result.Iterations, 3)
}

// TestBreakdowns: systems without a solution, and operators that overflow.
func TestBreakdowns(t *testing.T) {
	singular := dense(t, 2, 2, 1, 0, 0, 0)
	for name, solve := range map[string]method{"MINRES": linsolve.MINRES, "GMRES": linsolve.GMRES, "BiCGStab": linsolve.BiCGStab, "CG": linsolve.CG, "directions": proposed} {
		result, err := solve(background, linsolve.Sparse(singular), []float64{1, 1}, linsolve.Settings{MaxIterations: 50})
		require.NoError(t, err)
		t.Log(name, result.Stopped, result.Reason, result.Iterations, result.Residual, result.X)
		assert.NotEqual(t, algos.Converged, result.Stopped, name)
		assert.Equal(t, result.Stopped == algos.Breakdown, result.Reason != nil, name)
		assert.GreaterOrEqual(t, result.Residual, math.Sqrt(0.5)*0.999, name)
	}
	overflow := linsolve.Func(2, func(y, x []float64) { y[0], y[1] = 1e308*x[0]*10, x[1]*10*1e308 })
	invalid := linsolve.Func(2, func(y, x []float64) { y[0], y[1] = math.NaN(), x[1] })
	for name, solve := range map[string]method{"MINRES": linsolve.MINRES, "GMRES": linsolve.GMRES, "BiCGStab": linsolve.BiCGStab, "CG": linsolve.CG, "directions": proposed} {
		for _, a := range []linsolve.Operator{overflow, invalid} {
			result, err := solve(background, a, []float64{1, 1}, linsolve.Settings{})
			require.NoError(t, err)
			assert.Equal(t, algos.Breakdown, result.Stopped, name)
			assert.ErrorIs(t, result.Reason, linsolve.ErrOverflow, name)
		}
	}
	skew := dense(t, 2, 2, 0, 1, -1, 0) // orthogonal to every shadow
	result, err := linsolve.BiCGStab(background, linsolve.Sparse(skew), []float64{1, 1}, linsolve.Settings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Breakdown, result.Stopped)
	assert.ErrorIs(t, result.Reason, linsolve.ErrOrthogonal)
	result, err = linsolve.GMRES(background, linsolve.Sparse(skew), []float64{1, 1}, linsolve.Settings{})
	requireSolved(t, skew, []float64{1, 1}, result, err, 1e-14)
}

// TestSingularButConsistent: MINRES and LSQR find a solution where there are many.
func TestSingularButConsistent(t *testing.T) {
	a := dense(t, 3, 3, 1, -1, 0, -1, 2, -1, 0, -1, 1)
	b := []float64{1, 0, -1}
	for name, solve := range map[string]method{"MINRES": linsolve.MINRES, "LSQR": leastSquares, "CG": linsolve.CG} {
		result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-12})
		requireSolved(t, a, b, result, err, 1e-12)
		assert.InDeltaSlice(t, []float64{1, 0, -1}, result.X, 1e-12, "%s: the one of least norm", name)
	}
}

// TestWorkersDoNotChangeBits: iterations depend on every bit of the products.
func TestWorkersDoNotChangeBits(t *testing.T) {
	a := grid(t, 200, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(5), 40000)
	cholesky, err := linsolve.NewIC0(a)
	require.NoError(t, err)
	run := func(workers int) []float64 {
		defer kernels.SetWorkers(kernels.SetWorkers(workers))
		result, err := linsolve.CG(background, linsolve.Sparse(a), b, linsolve.Settings{MaxIterations: 20, Preconditioner: cholesky})
		require.NoError(t, err)
		return result.X
	}
	testkit.RequireSame(t, run(1), run(0))
}
