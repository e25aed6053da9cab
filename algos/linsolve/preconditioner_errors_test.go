package linsolve_test

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func TestPreconditionerErrors(t *testing.T) {
	wide, zero, negative := dense(t, 1, 2, 1, 2), dense(t, 2, 2, 1, 2, 2, 0), dense(t, 2, 2, 1, 0, 0, -1)
	builders := map[string]func(*sparse.CSR[float64]) (any, error){
		"Jacobi": func(a *sparse.CSR[float64]) (any, error) { return linsolve.NewJacobi(a) },
		"SSOR":   func(a *sparse.CSR[float64]) (any, error) { return linsolve.NewSSOR(a, 1) },
		"IC0":    func(a *sparse.CSR[float64]) (any, error) { return linsolve.NewIC0(a) },
		"ILU0":   func(a *sparse.CSR[float64]) (any, error) { return linsolve.NewILU0(a) },
	}
	for name, build := range builders {
		_, err := build(nil)
		assert.ErrorIs(t, err, linsolve.ErrNil, name)
		_, err = build(wide)
		assert.ErrorIs(t, err, linsolve.ErrNotSquare, name)
		_, err = build(zero)
		assert.ErrorIs(t, err, linsolve.ErrPivot, name)
	}
	_, err := linsolve.NewIC0(negative)
	assert.ErrorIs(t, err, linsolve.ErrPivot)
	assert.EqualError(t, err, "linsolve: a(1,1) = -1: pivot is zero, not finite or of the wrong sign")
	_, err = linsolve.NewILU0(dense(t, 2, 2, 1, 1, 1, 1))
	assert.EqualError(t, err, "linsolve: row 1: pivot is zero, not finite or of the wrong sign")
	_, err = linsolve.NewIC0(dense(t, 2, 2, 1, 100, 100, 1))
	assert.ErrorIs(t, err, linsolve.ErrPivot, "far from positive definite")
	for _, omega := range []float64{0, 2, -1, math.NaN()} {
		_, err = linsolve.NewSSOR(negative, omega)
		assert.ErrorIs(t, err, linsolve.ErrSetting)
	}
}

// TestPreconditionersForOthers: one that failed, whose error was ignored, and one for another matrix are errors.
func TestPreconditionersForOthers(t *testing.T) {
	small, singular := grid(t, 2, 0, 0), dense(t, 2, 2, 0, 0, 0, 0)
	a, b := linsolve.Sparse(grid(t, 3, 0, 0)), make([]float64, 9)
	failed, _ := linsolve.NewIC0(singular)
	jacobi, err := linsolve.NewJacobi(small)
	require.NoError(t, err)
	ssor, err := linsolve.NewSSOR(small, 1)
	require.NoError(t, err)
	ic0, err := linsolve.NewIC0(small)
	require.NoError(t, err)
	ilu0, err := linsolve.NewILU0(small)
	require.NoError(t, err)
	chebyshev, err := linsolve.NewChebyshev(background, linsolve.Sparse(small), linsolve.ChebyshevSettings{})
	require.NoError(t, err)
	for _, test := range []struct {
		p    linsolve.Preconditioner
		want error
	}{
		{failed, linsolve.ErrNil}, {(*linsolve.Jacobi)(nil), linsolve.ErrNil}, {(*linsolve.SSOR)(nil), linsolve.ErrNil},
		{(*linsolve.ILU0)(nil), linsolve.ErrNil}, {(*linsolve.Chebyshev)(nil), linsolve.ErrNil}, {&linsolve.IC0{}, linsolve.ErrNil},
		{&linsolve.ILU0{}, linsolve.ErrNil}, {&linsolve.SSOR{}, linsolve.ErrNil}, {&linsolve.Chebyshev{}, linsolve.ErrNil},
		{jacobi, linsolve.ErrShape}, {ssor, linsolve.ErrShape}, {ic0, linsolve.ErrShape}, {ilu0, linsolve.ErrShape},
		{chebyshev, linsolve.ErrShape},
	} {
		for _, method := range []linsolve.Method{linsolve.CG, linsolve.MINRES, linsolve.GMRES, linsolve.BiCGStab} {
			_, err := method(background, a, b, linsolve.Settings{Preconditioner: test.p})
			assert.ErrorIs(t, err, test.want, "%T", test.p)
			_, err = linsolve.Together(background, method, a, kernels.NewMatrix[float64](9, 2), linsolve.Settings{Preconditioner: test.p})
			assert.ErrorIs(t, err, test.want, "%T", test.p)
		}
	}
	_, err = linsolve.CG(background, a, b, linsolve.Settings{Preconditioner: jacobi})
	assert.EqualError(t, err, "linsolve: Settings.Preconditioner has 4 rows, unknowns = 9: shapes do not agree")
}

// TestPreconditionWithoutConstructor: a preconditioner that cannot solve with anything says so.
func TestPreconditionWithoutConstructor(t *testing.T) {
	z, r := make([]float64, 2), []float64{1, 2}
	for _, p := range []linsolve.Preconditioner{
		(*linsolve.Jacobi)(nil), (*linsolve.SSOR)(nil), &linsolve.SSOR{}, (*linsolve.IC0)(nil), &linsolve.IC0{},
		(*linsolve.ILU0)(nil), &linsolve.ILU0{}, (*linsolve.Chebyshev)(nil), &linsolve.Chebyshev{},
	} {
		name := strings.TrimPrefix(fmt.Sprintf("%T", p), "*linsolve.")
		message := fmt.Sprintf("linsolve: %s.Precondition: the %T is none that a constructor made", name, p)
		assert.PanicsWithValue(t, message, func() { p.Precondition(z, r) })
	}
	for _, operator := range []linsolve.Operator{linsolve.Planned(&sparse.Plan[float64]{}), linsolve.Symmetric(&sparse.Symmetric[float64]{})} {
		_, err := linsolve.CG(background, operator, r, linsolve.Settings{})
		assert.ErrorIs(t, err, linsolve.ErrNil)
	}
}
