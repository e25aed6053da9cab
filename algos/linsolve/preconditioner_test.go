package linsolve_test

import (
	"fmt"
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

// preconditioners are all of them for a symmetric positive definite matrix.
func preconditioners(t *testing.T, a *sparse.CSR[float64]) map[string]linsolve.Preconditioner {
	jacobi, err := linsolve.NewJacobi(a)
	require.NoError(t, err)
	gaussSeidel, err := linsolve.NewSSOR(a, 1)
	require.NoError(t, err)
	ssor, err := linsolve.NewSSOR(a, 1.6)
	require.NoError(t, err)
	cholesky, err := linsolve.NewIC0(a)
	require.NoError(t, err)
	lu, err := linsolve.NewILU0(a)
	require.NoError(t, err)
	return map[string]linsolve.Preconditioner{"Jacobi": jacobi, "Gauss-Seidel": gaussSeidel, "SSOR": ssor, "IC0": cholesky, "ILU0": lu}
}

// TestPreconditionersHelp: fewer iterations on a grid than without, but for the diagonal, which is constant there.
func TestPreconditionersHelp(t *testing.T) {
	a := grid(t, 40, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(1), 1600)
	for name, solve := range map[string]method{"CG": linsolve.CG, "MINRES": linsolve.MINRES, "GMRES": linsolve.GMRES, "BiCGStab": linsolve.BiCGStab} {
		plain, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-10})
		requireSolved(t, a, b, plain, err, 1e-10)
		for kind, m := range preconditioners(t, a) {
			result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-10, Preconditioner: m})
			t.Log(name, kind, result.Iterations, "instead of", plain.Iterations)
			requireSolved(t, a, b, result, err, 1e-10)
			if kind == "Jacobi" {
				assert.InDelta(t, plain.Iterations, result.Iterations, 2)
			} else {
				assert.Less(t, float64(result.Iterations), 0.7*float64(plain.Iterations), "%s with %s", name, kind)
			}
		}
	}
}

// TestRealMatrix: a stiffness matrix with elements from 1 to 1e12.
func TestRealMatrix(t *testing.T) {
	a := stiffness(t)
	b := testkit.Normal[float64](testkit.NewRandom(2), a.Rows())
	want := eliminate(a.Dense(), b)
	for kind, m := range preconditioners(t, a) {
		result, err := linsolve.CG(background, linsolve.Sparse(a), b, linsolve.Settings{Tolerance: 1e-9, Preconditioner: m})
		t.Log(kind, result.Iterations, result.Stopped, result.Residual)
		requireSolved(t, a, b, result, err, 1e-9)
		requireClose(t, want, result.X, 1e-4)
	}
}

// TestFactorsOfTridiagonalMatrices are complete, since there is no fill to leave out: one iteration.
func TestFactorsOfTridiagonalMatrices(t *testing.T) {
	const n = 50
	m := kernels.NewMatrix[float64](n, n)
	for i := range n {
		m.Set(i, i, 3+float64(i%4))
		if i > 0 {
			m.Set(i, i-1, -1)
			m.Set(i-1, i, -1)
		}
	}
	a, err := sparse.FromDense(m, 0)
	require.NoError(t, err)
	b := testkit.Normal[float64](testkit.NewRandom(3), n)
	want := eliminate(m, b)
	for _, kind := range []string{"IC0", "ILU0"} {
		z := make([]float64, n)
		preconditioners(t, a)[kind].Precondition(z, b)
		requireClose(t, want, z, 1e-13)
	}
	m.Set(3, 4, 0.5) // no longer symmetric
	a, err = sparse.FromDense(m, 0)
	require.NoError(t, err)
	lu, err := linsolve.NewILU0(a)
	require.NoError(t, err)
	z := make([]float64, n)
	lu.Precondition(z, b)
	requireClose(t, eliminate(m, b), z, 1e-13)
}

// chessboard is the grid with its white points before its black ones: half of the rows do not depend on each other.
func chessboard(t testing.TB, side int) *sparse.CSR[float64] {
	t.Helper()
	var order []int
	for colour := range 2 {
		for k := range side * side {
			if (k/side+k%side)%2 == colour {
				order = append(order, k)
			}
		}
	}
	a, err := grid(t, side, 0.1, 0).PermuteSymmetric(order)
	require.NoError(t, err)
	return a
}

// TestSSORResets: with another matrix or omega, whether its sweeps are split or not, it is as made anew; after an error as it was.
func TestSSORResets(t *testing.T) {
	small, large := grid(t, 20, 0, 0), chessboard(t, 200)
	scaled := func(a *sparse.CSR[float64], factor float64) *sparse.CSR[float64] {
		values := append([]float64(nil), a.Values()...)
		vec.Scale(factor, values)
		b, err := a.WithValues(values)
		require.NoError(t, err)
		return b
	}
	s, err := linsolve.NewSSOR(small, 1.2)
	require.NoError(t, err)
	for _, c := range []struct {
		a     *sparse.CSR[float64]
		omega float64
	}{{small, 1.7}, {scaled(small, 3), 1.7}, {large, 0.8}, {large, 1.9}, {scaled(large, 0.5), 1.9}, {small, 1}, {grid(t, 20, 1, 0), 1}} {
		require.NoError(t, s.Reset(c.a, c.omega))
		fresh, err := linsolve.NewSSOR(c.a, c.omega)
		require.NoError(t, err)
		n := c.a.Rows()
		r := testkit.Normal[float64](testkit.NewRandom(8), n)
		z, want := make([]float64, n), make([]float64, n)
		s.Precondition(z, r)
		fresh.Precondition(want, r)
		testkit.RequireSame(t, want, z)
		requireClose(t, r, multiplySSOR(c.a, c.omega, z), 1e-13)

		assert.ErrorIs(t, s.Reset(c.a, 2), linsolve.ErrSetting)
		assert.ErrorIs(t, s.Reset(scaled(c.a, 0), 1), linsolve.ErrPivot)
		assert.ErrorIs(t, s.Reset(nil, 1), linsolve.ErrNil)
		s.Precondition(z, r)
		testkit.RequireSame(t, want, z)
	}
	assert.Panics(t, func() { s.Precondition(make([]float64, 400), make([]float64, 399)) })
}

// multiplySSOR is M*z, factor by factor as in the comment of SSOR.
func multiplySSOR(a *sparse.CSR[float64], omega float64, z []float64) []float64 {
	n := a.Rows()
	y, r := make([]float64, n), make([]float64, n)
	for i := range n {
		columns, values := a.Row(i)
		for k, j := range columns {
			if int(j) > i {
				y[i] += values[k] * z[j]
			}
		}
		y[i] += a.At(i, i) / omega * z[i]
		y[i] *= omega / (2 - omega) / a.At(i, i)
	}
	for i := range n {
		columns, values := a.Row(i)
		for k, j := range columns {
			if int(j) < i {
				r[i] += values[k] * y[j]
			}
		}
		r[i] += a.At(i, i) / omega * y[i]
	}
	return r
}

// TestSSORIsItsFormula multiplies what it solves for with the matrix of the comment, and with the matrix of two sweeps.
func TestSSORIsItsFormula(t *testing.T) {
	const n, omega = 12, 1.3
	m := random(t, n, n, 8, 9)
	a, err := sparse.FromDense(m, 0)
	require.NoError(t, err)
	s, err := linsolve.NewSSOR(a, omega)
	require.NoError(t, err)
	r, z := testkit.Normal[float64](testkit.NewRandom(4), n), make([]float64, n)
	s.Precondition(z, r)
	multiply := func(x []float64, below bool) []float64 {
		y := make([]float64, n)
		for i := range n {
			y[i] = m.At(i, i) / omega * x[i]
			for j := range n {
				if below && j < i || !below && j > i {
					y[i] += m.At(i, j) * x[j]
				}
			}
		}
		return y
	}
	y := multiply(z, false)
	for i := range y {
		y[i] *= omega / (2 - omega) / m.At(i, i)
	}
	requireClose(t, r, multiply(y, true), 1e-13)
}

// TestIC0AgreesOnThePattern: the product of the factors is A wherever A has an entry. The matrix of the factors comes from solving for
// unit vectors.
func TestIC0AgreesOnThePattern(t *testing.T) {
	const side = 5
	a := grid(t, side, 0, 0)
	c, err := linsolve.NewIC0(a)
	require.NoError(t, err)
	assert.Equal(t, 0.0, c.Shift())
	lu, err := linsolve.NewILU0(a)
	require.NoError(t, err)
	n := side * side
	for kind, p := range map[string]linsolve.Preconditioner{"IC0": c, "ILU0": lu} {
		inverse := kernels.NewMatrix[float64](n, n)
		for j := range n {
			unit, z := make([]float64, n), make([]float64, n)
			unit[j] = 1
			p.Precondition(z, unit)
			for i := range n {
				inverse.Set(i, j, z[i])
			}
		}
		for j := range n {
			unit := make([]float64, n)
			unit[j] = 1
			for i, v := range eliminate(inverse, unit) {
				if a.At(i, j) != 0 {
					assert.InDelta(t, a.At(i, j), v, 1e-11, "%s (%d,%d)", kind, i, j)
				}
			}
		}
	}
}

// TestIC0Shifts: a positive definite matrix without an incomplete factor (Kershaw's).
func TestIC0Shifts(t *testing.T) {
	a := dense(t, 4, 4, 3, -2, 0, 2, -2, 3, -2, 0, 0, -2, 3, -2, 2, 0, -2, 3)
	c, err := linsolve.NewIC0(a)
	require.NoError(t, err)
	assert.Positive(t, c.Shift())
	b := []float64{1, 2, 3, 4}
	result, err := linsolve.CG(background, linsolve.Sparse(a), b, linsolve.Settings{Preconditioner: c})
	requireSolved(t, a, b, result, err, 1e-8)
}

// TestPivotsThatAreNotFinite: neither is a number whose inverse is out of range one to divide by.
func TestPivotsThatAreNotFinite(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.SmallestNonzeroFloat64} {
		a := dense(t, 2, 2, 1, 0.5, 0.5, v)
		want := fmt.Sprintf("linsolve: a(1,1) = %v: pivot is zero, not finite or of the wrong sign", v)
		_, err := linsolve.NewJacobi(a)
		assert.EqualError(t, err, want)
		_, err = linsolve.NewSSOR(a, 1.5)
		assert.EqualError(t, err, want)
		for _, coloured := range []bool{false, true} {
			_, err = linsolve.SOR(background, a, []float64{1, 2}, linsolve.SORSettings{Coloured: coloured})
			assert.EqualError(t, err, want)
		}
	}
}

// TestWrongPreconditioners are met with a reason.
func TestWrongPreconditioners(t *testing.T) {
	a := grid(t, 6, 0, 0)
	negative, err := linsolve.NewJacobi(a.ScaleRows(testkit.Uniform[float64](testkit.NewRandom(5), 36, -2, -1)))
	require.NoError(t, err)
	b := testkit.Normal[float64](testkit.NewRandom(6), 36)
	for _, solve := range []method{linsolve.CG, linsolve.MINRES} {
		result, err := solve(background, linsolve.Sparse(a), b, linsolve.Settings{Preconditioner: negative})
		require.NoError(t, err)
		assert.Equal(t, algos.Breakdown, result.Stopped)
		assert.ErrorIs(t, result.Reason, linsolve.ErrPreconditioner)
	}
}
