package linsolve_test

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// rightSides are vectors that take iterations of different number: nothing, an eigenvector of a grid, and random ones.
func rightSides(side int) kernels.Matrix[float64] {
	const columns = 8
	b := kernels.NewMatrix[float64](side*side, columns)
	eigenvector, _ := mode(side, 2, 3)
	random := testkit.NewRandom(8)
	for i := range b.Rows {
		b.Set(i, 1, eigenvector[i])
		for j := 2; j < columns; j++ {
			b.Set(i, j, random.NormFloat64())
		}
	}
	return b
}

func columnOf(m kernels.Matrix[float64], j int) []float64 {
	column := make([]float64, m.Rows)
	for i := range column {
		column[i] = m.At(i, j)
	}
	return column
}

func TestTogether(t *testing.T) {
	const side = 20
	a := grid(t, side, 0, 0)
	plan, err := sparse.NewPlan(a, sparse.PlanSettings{Format: sparse.FormatDiagonals})
	require.NoError(t, err)
	dense, err := linsolve.Dense(a.Dense())
	require.NoError(t, err)
	b := rightSides(side)
	methods := map[string]linsolve.Method{"CG": linsolve.CG, "MINRES": linsolve.MINRES, "GMRES": linsolve.GMRES, "BiCGStab": linsolve.BiCGStab}
	for name, method := range methods {
		for _, operator := range []linsolve.MultiOperator{linsolve.Sparse(a), linsolve.Planned(plan), dense} {
			results, err := linsolve.Together(background, method, operator, b, linsolve.Settings{Tolerance: 1e-10})
			require.NoError(t, err, name)
			require.Len(t, results, b.Cols)
			require.Equal(t, make([]float64, side*side), results[0].X)
			require.Zero(t, results[0].Iterations)
			for j := 1; j < b.Cols; j++ {
				requireSolved(t, a, columnOf(b, j), results[j], nil, 1e-10)
			}
			require.LessOrEqual(t, results[1].Iterations, 2, "%s: an eigenvector", name)
			require.Greater(t, results[2].Iterations, 20)
		}
	}
}

// TestTogetherColumnsAreIndependent: alone and among others, to the last bit while they are few.
func TestTogetherColumnsAreIndependent(t *testing.T) {
	const side = 20
	a, b := linsolve.Sparse(grid(t, side, 0, 0)), rightSides(side)
	all, err := linsolve.Together(background, linsolve.CG, a, b, linsolve.Settings{})
	require.NoError(t, err)
	for j := range b.Cols {
		one := kernels.Matrix[float64]{Rows: b.Rows, Cols: 1, Stride: b.Stride, Data: b.Data[j:]}
		alone, err := linsolve.Together(background, linsolve.CG, a, one, linsolve.Settings{})
		require.NoError(t, err)
		require.Equal(t, alone[0], all[j])
	}
	many := kernels.NewMatrix[float64](b.Rows, 3*b.Cols)
	for i := range many.Rows {
		for j := range many.Cols {
			many.Set(i, j, b.At(i, j%b.Cols))
		}
	}
	results, err := linsolve.Together(background, linsolve.CG, a, many, linsolve.Settings{})
	require.NoError(t, err)
	for j, result := range results {
		requireClose(t, all[j%b.Cols].X, result.X, 1e-10)
	}
}

// counted is a preconditioner that must not be called twice at once.
type counted struct {
	t     *testing.T
	calls atomic.Int32
	of    linsolve.Preconditioner
	inUse atomic.Bool
}

func (c *counted) Precondition(z, r []float64) {
	if c.inUse.Swap(true) {
		c.t.Error("two calls of the preconditioner at once")
	}
	c.of.Precondition(z, r)
	c.calls.Add(1)
	c.inUse.Store(false)
}

func TestTogetherSharesSettings(t *testing.T) {
	const side = 20
	a, b := grid(t, side, 0, 0), rightSides(side)
	jacobi, err := linsolve.NewJacobi(a)
	require.NoError(t, err)
	preconditioner := &counted{t: t, of: jacobi}
	reports := 0 // calls never overlap: the race detector would see it
	results, err := linsolve.Together(background, linsolve.CG, linsolve.Sparse(a), b, linsolve.Settings{
		Preconditioner: preconditioner,
		Progress:       func(algos.Progress) { reports++ },
	})
	require.NoError(t, err)
	iterations := 0
	for _, result := range results {
		iterations += result.Iterations
	}
	require.Equal(t, iterations, reports)
	require.GreaterOrEqual(t, int(preconditioner.calls.Load()), iterations)
}

func TestTogetherErrors(t *testing.T) {
	const side = 10
	a := linsolve.Sparse(grid(t, side, 0, 0))
	b := rightSides(side)
	results, err := linsolve.Together(background, nil, a, b, linsolve.Settings{})
	require.Nil(t, results)
	require.ErrorIs(t, err, linsolve.ErrNil)
	_, err = linsolve.Together(background, linsolve.CG, nil, b, linsolve.Settings{})
	require.ErrorIs(t, err, linsolve.ErrNil)
	_, err = linsolve.Together(background, linsolve.CG, a, kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 1}, linsolve.Settings{})
	require.ErrorIs(t, err, linsolve.ErrShape)
	results, err = linsolve.Together(background, linsolve.CG, a, kernels.NewMatrix[float64](side*side, 0), linsolve.Settings{})
	require.NoError(t, err)
	require.Empty(t, results)
	_, err = linsolve.Together(background, linsolve.CG, a, kernels.NewMatrix[float64](3, 2), linsolve.Settings{})
	require.ErrorIs(t, err, linsolve.ErrShape)
	require.EqualError(t, err, "linsolve: b.Rows = 3, rows of the operator = 100: shapes do not agree")

	b.Set(7, 3, math.NaN())
	results, err = linsolve.Together(background, linsolve.CG, a, b, linsolve.Settings{})
	require.ErrorIs(t, err, linsolve.ErrFinite)
	require.ErrorContains(t, err, "column 3 of b")
	require.Nil(t, results[3])
	require.Equal(t, algos.Converged, results[4].Stopped, "the others are solved")
}

// TestTogetherEnds with its context, in the middle of a product for all.
func TestTogetherEnds(t *testing.T) {
	const side = 20
	reason := errors.New("enough")
	ctx, cancel := context.WithCancelCause(background)
	reports := 0
	results, err := linsolve.Together(ctx, linsolve.CG, linsolve.Sparse(grid(t, side, 0, 0)), rightSides(side), linsolve.Settings{
		Progress: func(algos.Progress) {
			if reports++; reports == 20 {
				cancel(reason)
			}
		},
	})
	require.ErrorIs(t, err, reason)
	require.Equal(t, algos.Converged, results[0].Stopped)
	require.Equal(t, algos.Cancelled, results[4].Stopped)
	require.NotEmpty(t, results[4].X)
}
