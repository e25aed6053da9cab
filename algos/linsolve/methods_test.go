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
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// method is any of those for square systems.
type method = func(ctx context.Context, a linsolve.Operator, b []float64, settings linsolve.Settings) (*linsolve.Result, error)

// leastSquares is LSQR on a square system.
func leastSquares(ctx context.Context, a linsolve.Operator, b []float64, settings linsolve.Settings) (*linsolve.Result, error) {
	settings.Preconditioner = nil
	return linsolve.LSQR(ctx, a.(linsolve.Transposer), b, settings)
}

// proposed is ConjugateDirections along those of the preconditioner.
func proposed(ctx context.Context, a linsolve.Operator, b []float64, settings linsolve.Settings) (*linsolve.Result, error) {
	directions := linsolve.DirectionSettings{Settings: settings}
	if settings.Preconditioner != nil {
		directions.Direction, directions.Preconditioner = settings.Preconditioner.Precondition, nil
	}
	result, err := linsolve.ConjugateDirections(ctx, a, b, directions)
	if result == nil {
		return nil, err
	}
	return &result.Result, err
}

var (
	forDefinite = map[string]method{
		"CG": linsolve.CG, "MINRES": linsolve.MINRES, "GMRES": linsolve.GMRES, "BiCGStab": linsolve.BiCGStab, "LSQR": leastSquares, "directions": proposed,
	}
	forIndefinite = map[string]method{"MINRES": linsolve.MINRES, "GMRES": linsolve.GMRES, "LSQR": leastSquares}
	forAny        = map[string]method{"GMRES": linsolve.GMRES, "BiCGStab": linsolve.BiCGStab, "LSQR": leastSquares}
)

// requireSolved holds a result to what it says of itself: the residual, formed again with long sums, and the history.
func requireSolved(t *testing.T, a *sparse.CSR[float64], b []float64, result *linsolve.Result, err error, tolerance float64) {
	t.Helper()
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped, "residual %v after %d iterations, %v", result.Residual, result.Iterations, result.Reason)
	require.NoError(t, result.Reason)
	require.LessOrEqual(t, result.Residual, tolerance)
	require.Len(t, result.Residuals, result.Iterations)
	require.InDelta(t, residualOf(a, b, result.X), result.Residual, 1e-14)
}

func TestPoisson(t *testing.T) {
	const side = 30
	a := grid(t, side, 0, 0)
	symmetric, err := sparse.NewSymmetric(a)
	require.NoError(t, err)
	plan, err := sparse.NewPlan(a, sparse.PlanSettings{Format: sparse.FormatDiagonals})
	require.NoError(t, err)
	b := testkit.Normal[float64](testkit.NewRandom(1), side*side)
	for name, solve := range forDefinite {
		for _, operator := range []linsolve.Operator{linsolve.Sparse(a), linsolve.Symmetric(symmetric), linsolve.Planned(plan)} {
			result, err := solve(background, operator, b, linsolve.Settings{Tolerance: 1e-10})
			t.Log(name, result.Iterations)
			requireSolved(t, a, b, result, err, 1e-10)
		}
	}
	function := linsolve.Func(side*side, func(y, x []float64) { a.MulVec(1, x, 0, y) })
	result, err := linsolve.CG(background, function, b, linsolve.Settings{Tolerance: 1e-10})
	requireSolved(t, a, b, result, err, 1e-10)
}

// TestEigenvectorsTakeOneIterationEach: a right-hand side of k eigenvectors spans a Krylov space of dimension k, and the solution is
// their sum over the eigenvalues.
func TestEigenvectorsTakeOneIterationEach(t *testing.T) {
	const side = 12
	a := grid(t, side, 0, 0)
	b, want := make([]float64, side*side), make([]float64, side*side)
	for k, pq := range [][2]int{{1, 1}, {2, 5}, {12, 7}} {
		v, eigenvalue := mode(side, pq[0], pq[1])
		vec.Axpy(1, v, b)
		vec.Axpy(1/eigenvalue, v, want)
		for name, solve := range forDefinite {
			result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-11})
			requireSolved(t, a, b, result, err, 1e-11)
			requireClose(t, want, result.X, 1e-9)
			most := k + 1
			if name == "LSQR" {
				most++ // for what rounding leaves where the eigenvalues count squared
			}
			assert.LessOrEqual(t, result.Iterations, most, name)
		}
	}
}

// TestCGKeepsItsBound: the error in the energy norm falls at least as fast as the condition number says, 2*((k-1)/(k+1))^n with k the
// root of it, which is known.
func TestCGKeepsItsBound(t *testing.T) {
	const side = 40
	a := grid(t, side, 0, 0)
	_, least := mode(side, 1, 1)
	_, largest := mode(side, side, side)
	root := math.Sqrt(largest / least)
	want := testkit.Normal[float64](testkit.NewRandom(2), side*side)
	b := make([]float64, side*side)
	a.MulVec(1, want, 0, b)
	energy := func(x []float64) float64 {
		e, ae := make([]float64, len(x)), make([]float64, len(x))
		vec.Sub(e, want, x)
		a.MulVec(1, e, 0, ae)
		return math.Sqrt(vec.Dot(e, ae))
	}
	start := energy(make([]float64, side*side))
	for _, iterations := range []int{5, 20, 60} {
		result, err := linsolve.CG(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-15, MaxIterations: iterations})
		require.NoError(t, err)
		require.Equal(t, algos.IterationLimit, result.Stopped)
		require.Equal(t, iterations, result.Iterations)
		assert.LessOrEqual(t, energy(result.X), 2*math.Pow((root-1)/(root+1), float64(iterations))*start)
	}
}

// TestIndefinite: a shift between eigenvalues.
func TestIndefinite(t *testing.T) {
	const side = 10
	a := grid(t, side, -2.1, 0)
	b := testkit.Normal[float64](testkit.NewRandom(3), side*side)
	want := eliminate(a.Dense(), b)
	for name, solve := range forIndefinite {
		result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-11, Restart: 100})
		t.Log(name, result.Iterations)
		requireSolved(t, a, b, result, err, 1e-11)
		requireClose(t, want, result.X, 1e-8)
	}
	result, err := linsolve.CG(background, linsolve.Sparse(a), b, linsolve.Settings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Breakdown, result.Stopped)
	assert.ErrorIs(t, result.Reason, linsolve.ErrIndefinite)
	assert.InDelta(t, residualOf(a, b, result.X), result.Residual, 1e-14)
}

func TestNotSymmetric(t *testing.T) {
	const side = 15
	a := grid(t, side, 0, 0.4)
	b := testkit.Normal[float64](testkit.NewRandom(4), side*side)
	want := eliminate(a.Dense(), b)
	for name, solve := range forAny {
		result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-11})
		t.Log(name, result.Iterations)
		requireSolved(t, a, b, result, err, 1e-11)
		requireClose(t, want, result.X, 1e-8)
	}
}

func TestSmallDense(t *testing.T) {
	for n := 1; n <= 12; n++ {
		m := random(t, n, n, 6, uint64(n))
		operator, err := linsolve.Dense(m)
		require.NoError(t, err)
		b := testkit.Normal[float64](testkit.NewRandom(uint64(n)+100), n)
		want := eliminate(m, b)
		for name, solve := range forAny {
			result, err := solve(background, operator, b, linsolve.Settings{Tolerance: 1e-12})
			require.NoError(t, err)
			require.Equal(t, algos.Converged, result.Stopped, "%s, n = %d: %v %v", name, n, result.Residual, result.Reason)
			requireClose(t, want, result.X, 1e-9)
			if name == "GMRES" {
				assert.LessOrEqual(t, result.Iterations, n)
			}
		}
	}
}

// TestGMRESRestarts: the residual is that of each cycle's least squares problem, and falls from cycle to cycle.
func TestGMRESRestarts(t *testing.T) {
	a := grid(t, 15, 0, 0.4)
	b := testkit.Normal[float64](testkit.NewRandom(5), 225)
	result, err := linsolve.GMRES(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-9, Restart: 7})
	requireSolved(t, a, b, result, err, 1e-9)
	for k := 1; k < len(result.Residuals); k++ {
		assert.LessOrEqual(t, result.Residuals[k], result.Residuals[k-1]*(1+1e-10))
	}
	assert.Greater(t, result.Iterations, 7)

	cycle := dense(t, 3, 3, 0, 0, 1, 1, 0, 0, 0, 1, 0) // a cyclic shift: restarted before three steps nothing moves
	result, err = linsolve.GMRES(background, linsolve.Sparse(cycle), []float64{1, 0, 0}, linsolve.Settings{Restart: 2})
	require.NoError(t, err)
	assert.Equal(t, algos.Stalled, result.Stopped)
	assert.Equal(t, 1.0, result.Residual)
	result, err = linsolve.GMRES(background, linsolve.Sparse(cycle), []float64{1, 0, 0}, linsolve.Settings{Restart: 3})
	requireSolved(t, cycle, []float64{1, 0, 0}, result, err, 1e-15)
	assert.InDeltaSlice(t, []float64{0, 0, 1}, result.X, 1e-15)
}

// TestMINRESNeverGrows: its residual is the least in a growing space.
func TestMINRESNeverGrows(t *testing.T) {
	a := grid(t, 12, -2.1, 0)
	b := testkit.Normal[float64](testkit.NewRandom(6), 144)
	result, err := linsolve.MINRES(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-10})
	requireSolved(t, a, b, result, err, 1e-10)
	for k := 1; k < len(result.Residuals); k++ {
		assert.LessOrEqual(t, result.Residuals[k], result.Residuals[k-1]*(1+1e-10))
	}
	half, err := linsolve.MINRES(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-10, MaxIterations: 40})
	require.NoError(t, err)
	assert.InEpsilon(t, result.Residuals[40], half.Residual, 1e-8, "the recurrence is that of the residual")
}

// TestLSQR: overdetermined, underdetermined and damped problems against the normal equations.
func TestLSQR(t *testing.T) {
	for _, size := range [][2]int{{20, 8}, {8, 20}, {9, 9}} {
		m := random(t, size[0], size[1], 3, 7)
		operator, err := linsolve.Dense(m)
		require.NoError(t, err)
		b := testkit.Normal[float64](testkit.NewRandom(8), size[0])
		for _, damping := range []float64{0, 0.7} {
			// Of the two forms of the normal equations that which is regular: (A'A + d^2)x = A'b, or x = A'y with (AA' + d^2)y = b.
			tall := size[0] >= size[1]
			n := min(size[0], size[1])
			normal, right := kernels.NewMatrix[float64](n, n), b
			at := func(i, j int) float64 {
				if tall {
					return m.At(j, i)
				}
				return m.At(i, j)
			}
			for i := range n {
				for j := range n {
					for k := range max(size[0], size[1]) {
						normal.Data[i*n+j] += at(i, k) * at(j, k)
					}
				}
				normal.Data[i*n+i] += damping * damping
			}
			if tall {
				right = make([]float64, n)
				operator.ApplyTransposed(right, b)
			}
			want := eliminate(normal, right)
			if !tall {
				y := want
				want = make([]float64, size[1])
				operator.ApplyTransposed(want, y)
			}
			result, err := linsolve.LSQR(background, operator, b, linsolve.Settings{Tolerance: 1e-12, Damping: damping})
			require.NoError(t, err)
			require.Equal(t, algos.Converged, result.Stopped, "%v, damping %v: %v %v", size, damping, result.Residual, result.Normal)
			requireClose(t, want, result.X, 1e-9)
			if size[0] > size[1] || damping > 0 {
				assert.LessOrEqual(t, result.Normal, 1e-12)
			}
			warm, err := linsolve.LSQR(background, operator, b, linsolve.Settings{Tolerance: 1e-10, Damping: damping, Start: result.X})
			require.NoError(t, err)
			assert.LessOrEqual(t, warm.Iterations, 1)
			requireClose(t, want, warm.X, 1e-8)
		}
	}
}

// TestLSQRAtASolution: a right-hand side that A cannot reach at all.
func TestLSQRAtASolution(t *testing.T) {
	a := dense(t, 3, 1, 1, 0, 0)
	result, err := linsolve.LSQR(background, linsolve.Sparse(a), []float64{0, 3, 4}, linsolve.Settings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.Equal(t, []float64{0}, result.X)
	assert.Equal(t, 1.0, result.Residual)
	assert.Equal(t, 0.0, result.Normal)
}
