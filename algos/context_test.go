package algos_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/algos/orth"
	"github.com/raphson-go/raphson/algos/ot"
	"github.com/raphson-go/raphson/algos/relax"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// failure is the error of a call.
func failure[R any](_ R, err error) error { return err }

// TestNilContext: every function that takes a context says of a nil one that it is nil.
func TestNilContext(t *testing.T) {
	var none context.Context
	m := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{2, 1, 1, 3}}
	a, err := sparse.FromDense(m, 0)
	require.NoError(t, err)
	b, groups := []float64{1, -1}, [][]int{{0}, {1}}

	operator := linsolve.Sparse(a)
	for name, err := range map[string]error{
		"CG":                  failure(linsolve.CG(none, operator, b, linsolve.Settings{})),
		"MINRES":              failure(linsolve.MINRES(none, operator, b, linsolve.Settings{})),
		"GMRES":               failure(linsolve.GMRES(none, operator, b, linsolve.Settings{})),
		"BiCGStab":            failure(linsolve.BiCGStab(none, operator, b, linsolve.Settings{})),
		"LSQR":                failure(linsolve.LSQR(none, operator, b, linsolve.Settings{})),
		"SOR":                 failure(linsolve.SOR(none, a, b, linsolve.SORSettings{})),
		"ConjugateDirections": failure(linsolve.ConjugateDirections(none, operator, b, linsolve.DirectionSettings{})),
		"Together":            failure(linsolve.Together(none, linsolve.CG, operator, m, linsolve.Settings{})),
		"NewChebyshev":        failure(linsolve.NewChebyshev(none, operator, linsolve.ChebyshevSettings{High: 4})),
	} {
		assert.ErrorIs(t, err, linsolve.ErrNil, name)
		assert.EqualError(t, err, "linsolve: ctx: nil", name)
	}

	data, err := bcd.Dense(m)
	require.NoError(t, err)
	problem, err := bcd.LeastSquares(data, b)
	require.NoError(t, err)
	err = failure(bcd.Minimise(none, problem, bcd.Settings{}))
	assert.ErrorIs(t, err, bcd.ErrNil)
	assert.EqualError(t, err, "bcd: ctx: nil")

	x, err := linear.Dense(m)
	require.NoError(t, err)
	for name, err := range map[string]error{
		"Lasso":               failure(linear.Lasso(none, x, b, 1, linear.Settings{})),
		"ElasticNet":          failure(linear.ElasticNet(none, x, b, 1, 1, linear.Settings{})),
		"Logistic":            failure(linear.Logistic(none, x, b, 1, 1, linear.Settings{})),
		"GroupLasso":          failure(linear.GroupLasso(none, x, b, groups, 1, linear.GroupSettings{})),
		"NNLS":                failure(linear.NNLS(none, x, b, linear.Settings{})),
		"SVM":                 failure(linear.SVM(none, x, b, 1, linear.SVMSettings{})),
		"LassoPath":           failure(linear.LassoPath(none, x, b, linear.PathSettings{})),
		"ElasticNetPath":      failure(linear.ElasticNetPath(none, x, b, 1, linear.PathSettings{})),
		"LogisticPath":        failure(linear.LogisticPath(none, x, b, 1, linear.PathSettings{})),
		"GroupLassoPath":      failure(linear.GroupLassoPath(none, x, b, groups, linear.GroupPathSettings{})),
		"SVMPath":             failure(linear.SVMPath(none, x, b, []float64{1}, linear.SVMSettings{})),
		"CrossValidate":       failure(linear.CrossValidate(none, x, b, linear.SquaredLoss, 1, linear.CrossSettings{Folds: 2})),
		"CrossValidateGroups": failure(linear.CrossValidateGroups(none, x, b, groups, linear.GroupCrossSettings{})),
		"CrossValidateSVM":    failure(linear.CrossValidateSVM(none, x, b, []float64{1}, linear.SVMCrossSettings{})),
	} {
		assert.ErrorIs(t, err, linear.ErrNil, name)
		assert.EqualError(t, err, "linear: ctx: nil", name)
	}

	dst, other := kernels.NewMatrix[float64](2, 2), kernels.NewMatrix[float64](2, 2)
	half := kernels.NewMatrix[kernels.BFloat16](2, 2)
	for name, err := range map[string]error{
		"Polar":           failure(orth.Polar(none, dst, m, orth.PolarSettings{}, nil)),
		"PolarBatch":      failure(orth.PolarBatch[float64](none, nil, nil, orth.PolarSettings{}, nil)),
		"PolarBFloat16":   failure(orth.PolarBFloat16(none, half, half, orth.PolarSettings{}, nil)),
		"ExactPolar":      failure(orth.ExactPolar(none, dst, m, orth.ExactSettings{}, nil)),
		"Inverse":         failure(orth.Inverse(none, dst, m, orth.IterationSettings{}, nil)),
		"SquareRoots":     failure(orth.SquareRoots(none, dst, other, m, orth.IterationSettings{}, nil)),
		"Sign":            failure(orth.Sign(none, dst, m, orth.IterationSettings{}, nil)),
		"LeastSquares":    failure(orth.LeastSquares(none, m, b, orth.LeastSquaresSettings[float64]{})),
		"GradientDescent": failure(orth.GradientDescent(none, m, b, orth.LeastSquaresSettings[float64]{})),
	} {
		assert.ErrorIs(t, err, orth.ErrNil, name)
		assert.EqualError(t, err, "orth: ctx: nil", name)
	}

	cost, err := ot.Grid(2)
	require.NoError(t, err)
	mass := []float64{1, 1}
	for name, err := range map[string]error{
		"Solve":          failure(ot.Solve(none, mass, mass, cost, ot.Settings{})),
		"SinkhornNewton": failure(ot.SinkhornNewton(none, mass, mass, cost, ot.NewtonSettings{})),
		"Divergence":     failure(ot.Divergence(none, mass, mass, cost, nil, nil, ot.Settings{})),
		"Barycentre":     failure(ot.Barycentre(none, [][]float64{mass}, nil, cost, ot.Settings{})),
		"Pairwise":       failure(ot.Pairwise(none, [][]float64{mass}, cost, ot.PairwiseSettings{})),
	} {
		assert.ErrorIs(t, err, ot.ErrNil, name)
		assert.EqualError(t, err, "ot: ctx: nil", name)
	}

	shifts, err := relax.NewShifts(relax.ShiftsSettings{Side: 2, Systems: 2})
	require.NoError(t, err)
	heat, err := relax.NewHeat(relax.HeatSettings{Cells: 3, Steps: 1})
	require.NoError(t, err)
	for name, err := range map[string]error{
		"Run":          failure(relax.Run(none, relax.Fixed(1), shifts, relax.Settings{})),
		"Sweeps":       failure(shifts.Sweeps(none, func(float64) float64 { return 1 })),
		"JacobiRadius": failure(relax.JacobiRadius(none, a)),
		"NonNormality": failure(relax.NonNormality(none, a, 0.5, 1, 2)),
	} {
		assert.ErrorIs(t, err, relax.ErrNil, name)
		assert.EqualError(t, err, "relax: ctx: nil", name)
	}
	_, ok := shifts.Next()
	require.True(t, ok)
	_, ok = heat.Next()
	require.True(t, ok)
	for _, sequence := range []relax.Sequence{shifts, heat} {
		assert.ErrorIs(t, failure(sequence.Solve(none, 1)), linsolve.ErrNil)
	}
}
