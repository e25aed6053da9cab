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
)

// TestSORRate: on the grid the spectral radius of an iteration is known (Young 1971): cos^2(pi h) for Gauss-Seidel and omega - 1 for
// the best omega, 2/(1 + sin(pi h)), in both orders.
func TestSORRate(t *testing.T) {
	const side = 20
	a := grid(t, side, 0, 0)
	h := math.Pi / (side + 1)
	b, _ := mode(side, 1, 1)
	best := 2 / (1 + math.Sin(h))
	for _, coloured := range []bool{false, true} {
		result, err := linsolve.SOR(background, a, b, linsolve.SORSettings{Coloured: coloured, Settings: linsolve.Settings{Tolerance: 1e-10}})
		requireSolved(t, a, b, result, err, 1e-10)
		k := len(result.Residuals) - 1
		assert.InDelta(t, math.Cos(h)*math.Cos(h), result.Residuals[k]/result.Residuals[k-1], 1e-3)
		slow := result.Iterations

		result, err = linsolve.SOR(background, a, b, linsolve.SORSettings{Omega: best, Coloured: coloured, Settings: linsolve.Settings{Tolerance: 1e-10}})
		requireSolved(t, a, b, result, err, 1e-10)
		t.Log(slow, result.Iterations)
		// At the best omega the matrix of the iteration is defective: the residual falls like k*(omega-1)^k.
		rate := math.Pow(result.Residuals[60]/result.Residuals[30], 1./30)
		assert.InDelta(t, best-1, rate, 0.05)
		assert.Less(t, 8*result.Iterations, slow)
	}
}

// TestSSORIsSymmetric: a sweep forward and one backward from zero are the preconditioner of the same omega.
func TestSSORIsSymmetric(t *testing.T) {
	a := grid(t, 9, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(1), 81)
	result, err := linsolve.SOR(background, a, b, linsolve.SORSettings{Omega: 1.4, Symmetric: true, Settings: linsolve.Settings{MaxIterations: 1}})
	require.NoError(t, err)
	require.Equal(t, algos.IterationLimit, result.Stopped)
	m, err := linsolve.NewSSOR(a, 1.4)
	require.NoError(t, err)
	z := make([]float64, 81)
	m.Precondition(z, b)
	requireClose(t, z, result.X, 1e-13)
	for _, coloured := range []bool{false, true} {
		result, err = linsolve.SOR(background, a, b, linsolve.SORSettings{Omega: 1.4, Symmetric: true, Coloured: coloured})
		requireSolved(t, a, b, result, err, 1e-8)
	}
}

func TestSORColours(t *testing.T) {
	a := grid(t, 60, 0, 0.3)
	b := testkit.Normal[float64](testkit.NewRandom(2), 3600)
	run := func(workers int) []float64 {
		defer kernels.SetWorkers(kernels.SetWorkers(workers))
		result, err := linsolve.SOR(background, a, b, linsolve.SORSettings{Coloured: true, Settings: linsolve.Settings{MaxIterations: 10}})
		require.NoError(t, err)
		return result.X
	}
	testkit.RequireSame(t, run(1), run(0))
	full := random(t, 7, 7, 30, 1) // as many colours as rows: the order of the rows
	dense := dense(t, 7, 7, full.Data...)
	natural, err := linsolve.SOR(background, dense, b[:7], linsolve.SORSettings{})
	requireSolved(t, dense, b[:7], natural, err, 1e-8)
	coloured, err := linsolve.SOR(background, dense, b[:7], linsolve.SORSettings{Coloured: true})
	requireSolved(t, dense, b[:7], coloured, err, 1e-8)
	requireClose(t, natural.X, coloured.X, 1e-14) // by the residual at hand and by that formed again
	assert.Equal(t, natural.Iterations, coloured.Iterations)
}

// TestSORCarriesTheResidual: in the order of the rows it follows from sweep to sweep, and is what forming it again gives.
func TestSORCarriesTheResidual(t *testing.T) {
	for name, a := range map[string]*sparse.CSR[float64]{"symmetric": grid(t, 15, 0, 0), "wind": grid(t, 15, 0.2, 0.7), "stiffness": stiffness(t)} {
		b := testkit.Normal[float64](testkit.NewRandom(4), a.Rows())
		start := testkit.Normal[float64](testkit.NewRandom(5), a.Rows())
		settings := linsolve.SORSettings{Omega: 1.3, Settings: linsolve.Settings{Start: start, MaxIterations: 40, Tolerance: 1e-9}}
		whole, err := linsolve.SOR(background, a, b, settings)
		require.NoError(t, err)
		for _, sweeps := range []int{1, 7, 20} {
			settings.MaxIterations = sweeps
			part, err := linsolve.SOR(background, a, b, settings)
			require.NoError(t, err)
			assert.InEpsilon(t, residualOf(a, b, part.X), whole.Residuals[sweeps], 1e-6, "%s, %d sweeps", name, sweeps)
		}
	}
}

// TestSORNearItsTolerance: the residual carried from sweep to sweep meets the tolerance a little before that of x does. The few sweeps that are missing
// are not enough to halve it, and that is no sign that it has stalled.
func TestSORNearItsTolerance(t *testing.T) {
	a := grid(t, 10, 0, 0)
	for seed := range uint64(60) {
		b := testkit.Normal[float64](testkit.NewRandom(seed), 100)
		for _, tolerance := range []float64{5e-15, 2e-15} {
			for _, settings := range []linsolve.SORSettings{{Omega: 1.6}, {Omega: 1.6, Coloured: true}, {Omega: 1.6, Symmetric: true}} {
				settings.Tolerance = tolerance
				result, err := linsolve.SOR(background, a, b, settings)
				requireSolved(t, a, b, result, err, tolerance)
			}
		}
	}
}

// TestSORAtTheLimit: every kind of sweep notices that rounding allows no more.
func TestSORAtTheLimit(t *testing.T) {
	a := grid(t, 10, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(5), 100)
	for _, symmetric := range []bool{false, true} {
		for _, coloured := range []bool{false, true} {
			result, err := linsolve.SOR(background, a, b, linsolve.SORSettings{
				Omega: 1.5, Symmetric: symmetric, Coloured: coloured, Settings: linsolve.Settings{Tolerance: 1e-300, MaxIterations: 5000},
			})
			require.NoError(t, err)
			assert.Equal(t, algos.Stalled, result.Stopped, "symmetric %v, coloured %v: %d sweeps", symmetric, coloured, result.Iterations)
			assert.Less(t, result.Residual, 1e-14)
			assert.InDelta(t, residualOf(a, b, result.X), result.Residual, 1e-15)
		}
	}
}

func TestSORErrors(t *testing.T) {
	a := grid(t, 2, 0, 0)
	b := []float64{1, 2, 3, 4}
	for _, omega := range []float64{-1, 2, math.NaN()} {
		_, err := linsolve.SOR(background, a, b, linsolve.SORSettings{Omega: omega})
		assert.ErrorIs(t, err, linsolve.ErrSetting)
	}
	_, err := linsolve.SOR(background, nil, b, linsolve.SORSettings{})
	assert.ErrorIs(t, err, linsolve.ErrNil)
	_, err = linsolve.SOR(background, dense(t, 2, 2, 1, 2, 2, 0), b[:2], linsolve.SORSettings{})
	assert.ErrorIs(t, err, linsolve.ErrPivot)
	_, err = linsolve.SOR(background, a, b[:2], linsolve.SORSettings{})
	assert.ErrorIs(t, err, linsolve.ErrShape)
	_, err = linsolve.SOR(background, a, b, linsolve.SORSettings{Settings: linsolve.Settings{Preconditioner: &linsolve.Jacobi{}}})
	assert.ErrorIs(t, err, linsolve.ErrSetting)
	result, err := linsolve.SOR(background, dense(t, 2, 2, 1, 9, 9, 1), []float64{1, 1}, linsolve.SORSettings{}) // it diverges
	require.NoError(t, err)
	assert.Equal(t, algos.Breakdown, result.Stopped)
	assert.ErrorIs(t, result.Reason, linsolve.ErrOverflow)
}

// TestChebyshevBound: the interval found has the largest eigenvalue, which is known, in it and not far from its end.
func TestChebyshevBound(t *testing.T) {
	for _, side := range []int{1, 2, 5, 20, 50} {
		_, largest := mode(side, side, side)
		c, err := linsolve.NewChebyshev(background, linsolve.Sparse(grid(t, side, 0, 0)), linsolve.ChebyshevSettings{})
		require.NoError(t, err)
		low, high := c.Interval()
		assert.GreaterOrEqual(t, high, largest*(1-1e-9))
		assert.LessOrEqual(t, high, 1.35*largest)
		assert.Equal(t, high/30, low)
	}
}

// TestChebyshevIsItsPolynomial: on an eigenvector it is a number, 1 - T_k((centre-x)/half)/T_k(centre/half) over x.
func TestChebyshevIsItsPolynomial(t *testing.T) {
	const side = 8
	a := grid(t, side, 0, 0)
	chebyshev := func(k int, x float64) float64 {
		if math.Abs(x) <= 1 {
			return math.Cos(float64(k) * math.Acos(x))
		}
		return math.Cosh(float64(k) * math.Acosh(x))
	}
	for degree := 1; degree <= 6; degree++ {
		c, err := linsolve.NewChebyshev(background, linsolve.Sparse(a), linsolve.ChebyshevSettings{Degree: degree, Low: 0.5, High: 8})
		require.NoError(t, err)
		for _, pq := range [][2]int{{1, 1}, {3, 4}, {8, 8}} {
			v, eigenvalue := mode(side, pq[0], pq[1])
			z := make([]float64, len(v))
			c.Precondition(z, v)
			want := (1 - chebyshev(degree, (4.25-eigenvalue)/3.75)/chebyshev(degree, 4.25/3.75)) / eigenvalue
			for i := range v {
				assert.InDelta(t, want*v[i], z[i], 1e-12)
			}
		}
	}
}

func TestChebyshevHelps(t *testing.T) {
	a := linsolve.Sparse(grid(t, 40, 0, 0))
	b := testkit.Normal[float64](testkit.NewRandom(3), 1600)
	plain, err := linsolve.CG(background, a, b, linsolve.Settings{})
	require.NoError(t, err)
	c, err := linsolve.NewChebyshev(background, a, linsolve.ChebyshevSettings{})
	require.NoError(t, err)
	for _, solve := range []method{linsolve.CG, linsolve.MINRES} {
		result, err := solve(background, a, b, linsolve.Settings{Preconditioner: c})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped)
		assert.Less(t, 3*result.Iterations, plain.Iterations)
		t.Log(result.Iterations, plain.Iterations)
	}
}

// TestChebyshevOfNothing: the matrix without rows has a preconditioner like any other.
func TestChebyshevOfNothing(t *testing.T) {
	a := linsolve.Sparse(dense(t, 0, 0))
	p, err := linsolve.NewChebyshev(background, a, linsolve.ChebyshevSettings{})
	require.NoError(t, err)
	result, err := linsolve.CG(background, a, nil, linsolve.Settings{Preconditioner: p})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
}

func TestChebyshevErrors(t *testing.T) {
	a := linsolve.Sparse(grid(t, 3, 0, 0))
	_, err := linsolve.NewChebyshev(background, nil, linsolve.ChebyshevSettings{})
	assert.ErrorIs(t, err, linsolve.ErrNil)
	_, err = linsolve.NewChebyshev(background, linsolve.Sparse(dense(t, 1, 2, 1, 1)), linsolve.ChebyshevSettings{})
	assert.ErrorIs(t, err, linsolve.ErrNotSquare)
	for _, settings := range []linsolve.ChebyshevSettings{{Degree: -1}, {Low: 3, High: 2}, {Low: -1}, {High: -1}, {High: math.Inf(1)}, {Low: math.NaN()}} {
		_, err = linsolve.NewChebyshev(background, a, settings)
		assert.ErrorIs(t, err, linsolve.ErrSetting, "%+v", settings)
	}
	for _, value := range []float64{-5, math.NaN()} {
		negative := linsolve.Func(2, func(y, x []float64) { y[0], y[1] = value*x[0], value*x[1] })
		_, err = linsolve.NewChebyshev(background, negative, linsolve.ChebyshevSettings{})
		assert.ErrorIs(t, err, linsolve.ErrPivot)
	}
	cancelled, cancel := context.WithCancel(background)
	cancel()
	_, err = linsolve.NewChebyshev(cancelled, a, linsolve.ChebyshevSettings{})
	assert.ErrorIs(t, err, context.Canceled)
}
