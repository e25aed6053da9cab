package orth

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
)

// geometric is n values from 1 down to 1/condition.
func geometric(n int, condition float64) []float64 {
	values := make([]float64, n)
	for i := range values {
		values[i] = math.Pow(condition, -float64(i)/float64(max(1, n-1)))
	}
	return values
}

func TestExactPolar(t *testing.T) {
	for _, shape := range [][2]int{{12, 30}, {20, 20}, {1, 6}, {1, 1}} {
		for _, condition := range []float64{1, 30, 1e4, 1e8} {
			d := withValues(random(20), shape[1], geometric(shape[0], condition))
			g := d.mapped(func(s float64) float64 { return 1e5 * s })
			for _, lower := range []float64{0, 1e-12, 0.5, 1} { // the last two are not true
				dst, label := kernels.NewMatrix[float64](shape[0], shape[1]), fmt.Sprintf("%v, condition %g, lower %v", shape, condition, lower)
				result, err := ExactPolar(background, dst, g, ExactSettings{Lower: lower}, nil)
				require.NoError(t, err)
				assert.Equal(t, algos.Converged, result.Stopped, label)
				assert.LessOrEqual(t, result.Residual, 1e-12, label)
				assert.Less(t, largestDifference(dst, d.mapped(one)), 1e-13*condition+1e-12, label)
				assert.Len(t, result.Residuals, result.Iterations)
			}
			tall := transposed(g)
			_, err := ExactPolar(background, tall, tall, ExactSettings{}, nil)
			require.NoError(t, err)
			assert.Less(t, largestDifference(transposed(tall), d.mapped(one)), 1e-13*condition+1e-12)
			if condition < 1e3 {
				single := kernels.NewMatrix[float32](shape[0], shape[1])
				result, err := ExactPolar(background, single, converted[float32](g), ExactSettings{}, nil)
				require.NoError(t, err)
				assert.LessOrEqual(t, result.Residual, 1e-5)
				assert.Less(t, largestDifference(single, d.mapped(one)), 1e-4)
			}
		}
	}
}

// TestExactPolarTakesFewSteps: the polynomials for the interval pay.
func TestExactPolarTakesFewSteps(t *testing.T) {
	g := withValues(random(21), 20, geometric(15, 1e5)).mapped(func(s float64) float64 { return s })
	steps := func(lower float64) int {
		result, err := ExactPolar(background, kernels.NewMatrix[float64](15, 20), g, ExactSettings{Lower: lower}, nil)
		require.NoError(t, err)
		return result.Iterations
	}
	assert.Less(t, steps(3e-6), 13)
	assert.Greater(t, steps(1), 17, "third order alone")
}

func TestInverse(t *testing.T) {
	for _, condition := range []float64{1, 100, 1e6} {
		d := withValues(random(22), 14, geometric(14, condition))
		a := d.mapped(func(s float64) float64 { return 1e-3 * s })
		want := transposed(d.mapped(func(s float64) float64 { return 1e3 / s }))
		x := kernels.NewMatrix[float64](14, 14)
		report, err := Inverse(background, x, a, IterationSettings{Tolerance: 1e-15 * condition * 14}, nil)
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, report.Stopped, "condition %v", condition)
		assert.Less(t, relativeDifference(x, want), 1e-14*condition)
		assert.Less(t, float64(report.Iterations), 2*math.Log2(condition)+14)
	}
	big := kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1, Data: []float64{1e200}}
	x := kernels.NewMatrix[float64](1, 1)
	_, err := Inverse(background, x, big, IterationSettings{}, nil)
	require.NoError(t, err)
	assert.InEpsilon(t, 1e-200, x.Data[0], 1e-12)
	_, err = Inverse(background, x, kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1, Data: []float64{1e-310}}, IterationSettings{}, nil)
	assert.ErrorIs(t, err, ErrNotFinite, "out of range")
	assert.ErrorContains(t, err, "inverse of a")
}

// TestInverseOfASingularMatrix is reported, with the pseudo-inverse.
func TestInverseOfASingularMatrix(t *testing.T) {
	d := withValues(random(23), 8, []float64{3, 2, 2, 1, 1, 1, 0.5, 0})
	want := transposed(d.mapped(func(s float64) float64 {
		if s == 0 {
			return 0
		}
		return 1 / s
	}))
	x := kernels.NewMatrix[float64](8, 8)
	report, err := Inverse(background, x, d.mapped(func(s float64) float64 { return s }), IterationSettings{MaxIterations: 18}, nil)
	require.NoError(t, err)
	assert.Equal(t, algos.IterationLimit, report.Stopped)
	assert.InDelta(t, 1/math.Sqrt(8), report.Residual, 1e-6)
	assert.Less(t, largestDifference(x, want), 1e-6)
	report, err = Inverse(background, x, d.mapped(func(s float64) float64 { return s }), IterationSettings{MaxIterations: 1000}, nil)
	require.NoError(t, err)
	assert.Equal(t, algos.Stalled, report.Stopped, "rounding in the null space grew")
	assert.False(t, math.IsNaN(norm(x)))
}

func TestSquareRoots(t *testing.T) {
	for _, condition := range []float64{1, 100, 1e6} {
		q := orthonormal(random(24), 11, 11)
		d := decomposition{q, transposed(q), geometric(11, condition)}
		a := d.mapped(func(s float64) float64 { return 50 * s })
		root, inverse := kernels.NewMatrix[float64](11, 11), kernels.NewMatrix[float64](11, 11)
		report, err := SquareRoots(background, root, inverse, a, IterationSettings{}, nil)
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, report.Stopped)
		assert.Less(t, relativeDifference(root, d.mapped(func(s float64) float64 { return math.Sqrt(50 * s) })), 1e-13*math.Sqrt(condition))
		assert.Less(t, relativeDifference(inverse, d.mapped(func(s float64) float64 { return 1 / math.Sqrt(50*s) })), 1e-14*condition+1e-13)
		for i := range 11 {
			for j := range i {
				a.Set(j, i, math.NaN()) // the upper triangle is not read
			}
		}
		_, err = SquareRoots(background, a, inverse, a, IterationSettings{}, nil)
		require.NoError(t, err)
		assert.Less(t, largestDifference(a, root), 1e-12)
	}
}

func TestSquareRootsNeedPositiveEigenvalues(t *testing.T) {
	q := orthonormal(random(25), 4, 4)
	root, inverse := kernels.NewMatrix[float64](4, 4), kernels.NewMatrix[float64](4, 4)
	for _, last := range []float64{-1, -1e-3, -1e-9} {
		a := decomposition{q, transposed(q), []float64{3, 2, 1, last}}.mapped(func(s float64) float64 { return s })
		_, err := SquareRoots(background, root, inverse, a, IterationSettings{}, nil)
		assert.ErrorIs(t, err, ErrPositiveDefinite, "eigenvalue %v", last)
	}
	singular := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 1, 1, 1}}
	two, other := kernels.NewMatrix[float64](2, 2), kernels.NewMatrix[float64](2, 2)
	report, err := SquareRoots(background, two, other, singular, IterationSettings{}, nil)
	if err != nil {
		assert.ErrorIs(t, err, ErrPositiveDefinite, "rounding grew until it was negative")
	} else {
		assert.Equal(t, algos.IterationLimit, report.Stopped)
	}
	_, err = SquareRoots(background, root, inverse, kernels.NewMatrix[float64](4, 4), IterationSettings{}, nil)
	assert.ErrorIs(t, err, ErrPositiveDefinite)
}

func TestSignOfASymmetricMatrix(t *testing.T) {
	q := orthonormal(random(26), 6, 6)
	d := decomposition{q, transposed(q), []float64{5, 1, 0.01, -0.001, -1, -3}}
	a := d.mapped(func(s float64) float64 { return s })
	full := kernels.NewMatrix[float64](6, 6)
	mirror(full, a)
	want := d.mapped(func(s float64) float64 { return math.Copysign(1, s) })
	report, err := Sign(background, full, full, IterationSettings{}, nil)
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, report.Stopped)
	assert.Less(t, largestDifference(full, want), 1e-10)
}

func TestSignOfAnyMatrix(t *testing.T) {
	// Real eigenvalues 2, 1, -1, -3 in a basis that is not orthogonal: p*diag*p^-1 with p unit lower triangular.
	p, inverse := kernels.NewMatrix[float64](4, 4), kernels.NewMatrix[float64](4, 4)
	for i := range 4 {
		p.Set(i, i, 1)
		if i > 0 {
			p.Set(i, i-1, 0.5)
		}
	}
	_, err := Inverse(background, inverse, p, IterationSettings{}, nil)
	require.NoError(t, err)
	similar := func(values ...float64) kernels.Matrix[float64] {
		d := kernels.NewMatrix[float64](4, 4)
		for i, v := range values {
			d.Set(i, i, v)
		}
		return product(product(p, d), inverse)
	}
	x := kernels.NewMatrix[float64](4, 4)
	report, err := Sign(background, x, similar(2, 1, -1, -3), IterationSettings{}, nil)
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, report.Stopped)
	assert.Less(t, largestDifference(x, similar(1, 1, -1, -1)), 1e-11)

	for _, far := range []float64{1e3, 1e6} { // from normal
		a := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, far, 0, -1}}
		s := kernels.NewMatrix[float64](2, 2)
		report, err := Sign(background, s, a, IterationSettings{}, nil)
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, report.Stopped)
		assert.InDeltaSlice(t, a.Data, s.Data, 1e-12*far)
	}
	rotation := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{0, -1, 1, 0}} // imaginary eigenvalues
	_, err = Sign(background, kernels.NewMatrix[float64](2, 2), rotation, IterationSettings{}, nil)
	assert.ErrorIs(t, err, ErrDiverged)
}

// TestSignIsNotAnotherRoot of the identity: where eigenvalues are complex the iteration may take some to the wrong one, which is
// an error. Newton's iteration X <- (X + X^-1)/2 takes none there.
func TestSignIsNotAnotherRoot(t *testing.T) {
	converged, refused := 0, 0
	for seed := range uint64(300) {
		a, x := gaussian[float64](random(seed), 5, 5), kernels.NewMatrix[float64](5, 5)
		report, err := Sign(background, x, a, IterationSettings{}, nil)
		if err != nil {
			assert.ErrorIs(t, err, ErrDiverged)
			refused++
			continue
		}
		if report.Stopped != algos.Converged {
			continue
		}
		converged++
		newton, inverse := converted[float64](a), kernels.NewMatrix[float64](5, 5)
		for range 60 {
			_, err := Inverse(background, inverse, newton, IterationSettings{Tolerance: 1e-10}, nil)
			require.NoError(t, err)
			for i, v := range inverse.Data {
				newton.Data[i] = (newton.Data[i] + v) / 2
			}
		}
		assert.Less(t, largestDifference(x, newton), 1e-6, "seed %d", seed)
	}
	assert.Greater(t, converged, 30)
	assert.Greater(t, refused, 100)
}

func TestIterationErrors(t *testing.T) {
	nan := math.NaN()
	good := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{2, 1, 0, 2}}
	bad := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{2, nan, nan, 2}}
	oblong, zero, dst := kernels.NewMatrix[float64](2, 3), kernels.NewMatrix[float64](2, 2), kernels.NewMatrix[float64](2, 2)
	methods := map[string]func(ctx context.Context, a kernels.Matrix[float64], s IterationSettings) error{
		"Inverse": func(ctx context.Context, a kernels.Matrix[float64], s IterationSettings) error {
			_, err := Inverse(ctx, dst, a, s, nil)
			return err
		},
		"Sign": func(ctx context.Context, a kernels.Matrix[float64], s IterationSettings) error {
			_, err := Sign(ctx, dst, a, s, nil)
			return err
		},
		"SquareRoots": func(ctx context.Context, a kernels.Matrix[float64], s IterationSettings) error {
			_, err := SquareRoots(ctx, dst, kernels.NewMatrix[float64](2, 2), a, s, nil)
			return err
		},
		"ExactPolar": func(ctx context.Context, a kernels.Matrix[float64], s IterationSettings) error {
			_, err := ExactPolar(ctx, dst, a, ExactSettings{IterationSettings: s}, nil)
			return err
		},
	}
	cancelled, cancel := context.WithCancelCause(background)
	cancel(errEnough)
	for name, do := range methods {
		assert.NoError(t, do(background, good, IterationSettings{}), name)
		assert.ErrorIs(t, do(background, bad, IterationSettings{}), ErrNotFinite, name)
		assert.ErrorIs(t, do(background, oblong, IterationSettings{}), ErrShape, name)
		assert.ErrorIs(t, do(background, good, IterationSettings{Tolerance: -1}), ErrTolerance, name)
		assert.ErrorIs(t, do(background, good, IterationSettings{Tolerance: nan}), ErrTolerance, name)
		assert.ErrorIs(t, do(background, good, IterationSettings{MaxIterations: -1}), ErrSetting, name)
		assert.ErrorIs(t, do(cancelled, good, IterationSettings{}), errEnough, name)
		if name != "Sign" {
			assert.Error(t, do(background, zero, IterationSettings{}), name)
		}
		calls := 0
		assert.NoError(t, do(background, good, IterationSettings{Progress: func(p algos.Progress) { calls++ }}), name)
		assert.Positive(t, calls, name)
	}
	_, err := ExactPolar(background, dst, good, ExactSettings{Lower: 2}, nil)
	assert.ErrorIs(t, err, ErrSetting)
	_, err = ExactPolar(background, dst, zero, ExactSettings{}, nil)
	assert.EqualError(t, err, "orth: g: matrix is zero")
	_, err = Sign(background, dst, zero, IterationSettings{}, nil)
	assert.ErrorIs(t, err, ErrSingular)
	assert.EqualError(t, err, "orth: a: matrix is zero", "named as Sign has it")
	_, err = Inverse(background, oblong, good, IterationSettings{}, nil)
	assert.ErrorIs(t, err, ErrShape)
}
