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
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// TestScales: sums of squares leave the range of float64, the solution does not. Powers of two change no bit of a method, but for what
// underflows.
func TestScales(t *testing.T) {
	const side = 6
	unit := grid(t, side, 0, 0)
	b, start := testkit.Normal[float64](testkit.NewRandom(1), side*side), testkit.Normal[float64](testkit.NewRandom(2), side*side)
	want := eliminate(unit.Dense(), b)
	for name, solve := range map[string]func(a *sparse.CSR[float64], b []float64, settings linsolve.Settings) (*linsolve.Result, error){
		"CG":         solver(linsolve.CG),
		"MINRES":     solver(linsolve.MINRES),
		"GMRES":      solver(linsolve.GMRES),
		"BiCGStab":   solver(linsolve.BiCGStab),
		"LSQR":       solver(leastSquares),
		"directions": solver(proposed),
		"SOR": func(a *sparse.CSR[float64], b []float64, settings linsolve.Settings) (*linsolve.Result, error) {
			return linsolve.SOR(background, a, b, linsolve.SORSettings{Settings: settings})
		},
		"coloured SSOR": func(a *sparse.CSR[float64], b []float64, settings linsolve.Settings) (*linsolve.Result, error) {
			return linsolve.SOR(background, a, b, linsolve.SORSettings{Symmetric: true, Coloured: true, Settings: settings})
		},
	} {
		for _, matrix := range []int{0, -660, 660} {
			for _, right := range []int{0, -660, 660, -1030, 1010} {
				values := append([]float64(nil), unit.Values()...)
				timesPower(values, matrix)
				a, err := unit.WithValues(values)
				require.NoError(t, err)
				scaled, from := append([]float64(nil), b...), append([]float64(nil), start...)
				timesPower(scaled, right)
				timesPower(from, right-matrix)
				settings := linsolve.Settings{Tolerance: 1e-8}
				if vec.Norm2(from) > 0 && !math.IsInf(vec.Norm2(from), 1) {
					settings.Start = from
				}
				result, err := solve(a, scaled, settings)
				require.NoError(t, err)
				if right-matrix < -1040 || right-matrix > 1020 {
					assert.NotEqual(t, algos.Converged, result.Stopped, "%s: %d over %d is out of range", name, right, matrix)
					continue
				}
				require.Equal(t, algos.Converged, result.Stopped, "%s: %d over %d: %v", name, right, matrix, result.Reason)
				timesPower(result.X, matrix-right)
				requireClose(t, want, result.X, 1e-5)
			}
		}
	}
}

// TestLeastSquaresOfTinyMatrices: the bidiagonalisation ends in vectors of rounding, so small that the inverse of their length is out of range. The answer has
// the residual by then.
func TestLeastSquaresOfTinyMatrices(t *testing.T) {
	for seed := range uint64(300) {
		r := testkit.NewRandom(seed)
		n := 1 + r.IntN(6)
		a, x, b := testkit.Normal[float64](r, n*n), testkit.Normal[float64](r, n), make([]float64, n)
		timesPower(a, -1000)
		matrix := dense(t, n, n, a...)
		matrix.MulVec(1, x, 0, b)
		result, err := linsolve.LSQR(background, linsolve.Sparse(matrix), b, linsolve.Settings{})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped, "seed %d: %v, residual %v", seed, result.Reason, result.Residual)
	}
}

// TestLengthOfDirections does not count, even where its square is out of range.
func TestLengthOfDirections(t *testing.T) {
	a := grid(t, 6, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(3), 36)
	var want []float64
	for _, exponent := range []int{0, -700, 700, -1000, 1000} {
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{Direction: func(q, r []float64) {
			copy(q, r)
			timesPower(q, exponent)
		}})
		require.NoError(t, err)
		requireSolved(t, a, b, &result.Result, err, 1e-8)
		assert.Zero(t, result.Replaced)
		if want == nil {
			want = result.X
		}
		testkit.RequireSame(t, want, result.X)
	}
}

// TestMeansAreExact: of chains of springs, along directions that are nearly combinations of those kept, of which rounding leaves a mean. What the function
// is given is of length 1.
func TestMeansAreExact(t *testing.T) {
	for seed := range uint64(3000) {
		r := testkit.NewRandom(seed)
		n := 2 + r.IntN(6)
		data, start := make([]float64, n*n), testkit.Normal[float64](r, n)
		for i := range n - 1 {
			stiffness := r.Float64()
			data[i*n+i] += stiffness
			data[(i+1)*n+i+1] += stiffness
			data[i*n+i+1], data[(i+1)*n+i] = -stiffness, -stiffness
		}
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(dense(t, n, n, data...)), testkit.Normal[float64](r, n), linsolve.DirectionSettings{
			Settings: linsolve.Settings{Start: start}, ZeroMean: true, Keep: 4,
			Direction: func(q, residual []float64) {
				require.InDelta(t, 1, vec.Norm2(residual), 1e-14)
				copy(q, testkit.Normal[float64](r, n))
			},
		})
		require.NoError(t, err)
		assert.InDelta(t, vec.Sum(start), vec.Sum(result.X), 1e-12*(1+vec.Norm2(result.X)), "seed %d", seed)
	}
}

// TestLargeMean: beside a mean of 1e12, which rounding does not let go at once, the forces on a chain of springs are still to be balanced.
func TestLargeMean(t *testing.T) {
	const n = 20
	data, b := make([]float64, n*n), testkit.Normal[float64](testkit.NewRandom(8), n)
	for i := range n - 1 {
		data[i*n+i]++
		data[(i+1)*n+i+1]++
		data[i*n+i+1], data[(i+1)*n+i] = -1, -1
	}
	for i := range b {
		b[i] += 1e12
	}
	result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(dense(t, n, n, data...)), b, linsolve.DirectionSettings{ZeroMean: true})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped, "residual %v after %d iterations", result.Residual, result.Iterations)
}

// TestAnswersInRange: where the solution is out of range, or so small that rounding changes all of it, the answer is where the method began.
func TestAnswersInRange(t *testing.T) {
	small, mixed := dense(t, 2, 2, 6e-64, 1e-64, 1e-64, 6e-64), dense(t, 2, 2, -1, 1e277, 1, 1)
	for name, solve := range forAny {
		for _, start := range [][]float64{nil, {1, 2}} {
			result, err := solve(background, linsolve.Sparse(small), []float64{-2e250, 3e250}, linsolve.Settings{Start: start})
			require.NoError(t, err)
			assert.Equal(t, algos.Breakdown, result.Stopped, name)
			assert.ErrorIs(t, result.Reason, linsolve.ErrOverflow, name)
			assert.InDelta(t, 1, result.Residual, 1e-15, name)
			want := []float64{0, 0}
			copy(want, start)
			assert.Equal(t, want, result.X, name)
		}
		result, err := solve(background, linsolve.Sparse(mixed), []float64{1e-183, 1e-183}, linsolve.Settings{})
		require.NoError(t, err)
		assert.NotEqual(t, algos.Converged, result.Stopped, name)
		assert.LessOrEqual(t, result.Residual, 1.0, name)
		assert.InDelta(t, residualOf(mixed, []float64{1e-183, 1e-183}, result.X), result.Residual, 1e-12, name)
	}
}

func timesPower(x []float64, exponent int) {
	for i, v := range x {
		x[i] = math.Ldexp(v, exponent)
	}
}

func solver(solve method) func(*sparse.CSR[float64], []float64, linsolve.Settings) (*linsolve.Result, error) {
	return func(a *sparse.CSR[float64], b []float64, settings linsolve.Settings) (*linsolve.Result, error) {
		return solve(context.Background(), linsolve.Sparse(a), b, settings)
	}
}
