package bcd_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// TestFarStart: where a logistic loss has no curvature that numbers can tell, Newton steps are longer than a search is patient. They come
// back all the same.
func TestFarStart(t *testing.T) {
	a, err := bcd.Dense(view(5, 2, 1, 0.2, 0.5, -1, 1.5, 1, -1, 0.3, 0.7, 0.6))
	require.NoError(t, err)
	p, err := bcd.Logistic(a, []float64{1, 1, 1, 1, -1})
	require.NoError(t, err)
	for _, reg := range []bcd.Regulariser{bcd.NonNegative(1e-3), bcd.L1(1e-3), bcd.L1(0), bcd.Box(-900, 900)} {
		for _, update := range []bcd.Update{bcd.NewtonStep, bcd.ProjectedNewton, bcd.TwoMetric} {
			for _, start := range [][]float64{{-200, 0}, {200, 0}, {0, 200}, {0, -200}, {200, 200}, {700, 300}} {
				for _, size := range []int{1, 2} {
					s := bcd.Settings{Regulariser: reg, Update: update, Start: start, Partition: bcd.Variable(size), Selection: bcd.GS}
					result, err := bcd.Minimise(background, p, s)
					if err != nil {
						require.ErrorIs(t, err, bcd.ErrCombination)
						continue
					}
					assert.Equal(t, algos.Converged, result.Stopped, "%v, %v from %v, blocks of %d: %v", reg, update, start, size, result.Residual)
				}
			}
		}
	}
}

// TestVeryFarStart: what is kept up to date on the way from far away loses all its digits, and what is left of them is formed anew as often as it takes.
func TestVeryFarStart(t *testing.T) {
	a, err := bcd.Dense(view(6, 3, 1, 2, 0.5, -1, 1.5, 1, 1, -1, 0.3, 2, 0.7, 0.6, 0.1, -0.4, 1, 0.3, 0.9, -1.1))
	require.NoError(t, err)
	p, err := bcd.LeastSquares(a, []float64{1, 2, -1, 0.5, 1, 3})
	require.NoError(t, err)
	for _, reg := range []bcd.Regulariser{bcd.L1(0), bcd.L1(1e-3), bcd.NonNegative(0), bcd.GroupL1(1e-3, [][]int{{0, 1}, {2}})} {
		want, err := bcd.Minimise(background, p, bcd.Settings{Regulariser: reg, Partition: bcd.Fixed(3, bcd.Ordered)})
		require.NoError(t, err)
		for _, update := range []bcd.Update{bcd.LipschitzStep, bcd.MatrixStep} {
			for _, far := range []float64{1e10, 1e30, 1e100} {
				for _, partition := range []bcd.Partition{bcd.Fixed(3, bcd.Ordered), bcd.Fixed(2, bcd.Ordered), bcd.Variable(1)} {
					s := bcd.Settings{Regulariser: reg, Update: update, Partition: partition, Start: []float64{far, -2 * far, 3 * far}, MaxIterations: 20000}
					result, err := bcd.Minimise(background, p, s)
					if err != nil {
						require.ErrorIs(t, err, bcd.ErrCombination)
						continue
					}
					assert.Equal(t, algos.Converged, result.Stopped, "%v, %v from %v, %T: %v", reg, update, far, partition, result.Residual)
					assert.InDeltaSlice(t, want.X, result.X, 1e-6, "%v, %v from %v, %T", reg, update, far, partition)
				}
			}
		}
	}
}

// TestNoCurvature: where second derivatives are the last numbers above zero, or zero, matrices of them can be made definite all the same.
func TestNoCurvature(t *testing.T) {
	a, err := bcd.Dense(view(3, 2, 1, 0, -1, 0, 1, 0))
	require.NoError(t, err)
	p, err := bcd.Logistic(a, []float64{1, 1, 1})
	require.NoError(t, err)
	for _, reg := range []bcd.Regulariser{bcd.L1(0), bcd.L1(1e-3), bcd.GroupL1(1e-3, [][]int{{0, 1}})} {
		for _, update := range []bcd.Update{bcd.NewtonStep, bcd.TwoMetric} {
			for _, start := range []float64{712.5, 737, 744, 750} {
				s := bcd.Settings{Regulariser: reg, Update: update, Start: []float64{start, 0}, Partition: bcd.Fixed(2, bcd.Ordered)}
				result, err := bcd.Minimise(background, p, s)
				if err != nil {
					require.ErrorIs(t, err, bcd.ErrCombination)
					continue
				}
				assert.Equal(t, algos.Converged, result.Stopped, "%v, %v from %v: %v", reg, update, start, result.Residual)
			}
		}
	}
}

// TestGroupOfZeros: columns without an entry have the coefficient zero, also where they are a whole group of a block.
func TestGroupOfZeros(t *testing.T) {
	a, err := bcd.Dense(view(3, 4, 1, 2, 0, 0, 3, 1, 0, 0, -1, 1, 0, 0))
	require.NoError(t, err)
	p, err := bcd.LeastSquares(a, []float64{1, 2, 3})
	require.NoError(t, err)
	s := bcd.Settings{Regulariser: bcd.GroupL1(0.1, bcd.ConsecutiveGroups(4, 2)), Partition: bcd.Fixed(4, bcd.Ordered), Start: []float64{0, 0, 1, 2}}
	result, err := bcd.Minimise(background, p, s)
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.Equal(t, []float64{0, 0}, result.X[2:])
	assert.NotZero(t, result.X[0])
}

// TestZerosBesideSmallUnits: a variable that nothing depends on, a column of zeros or a node without edges, does not keep one in small units
// from its minimum, as what makes the block of both definite would if it were added to all of the diagonal.
func TestZerosBesideSmallUnits(t *testing.T) {
	a, err := bcd.Dense(view(4, 3, 1e4, 1e-4, 0, 2e4, -1e-4, 0, 1e4, 3e-4, 0, -1e4, 2e-4, 0))
	require.NoError(t, err)
	squares, err := bcd.LeastSquares(a, []float64{1, 2, 3, -1})
	require.NoError(t, err)
	for _, update := range []bcd.Update{bcd.MatrixStep, bcd.NewtonStep, bcd.ExactStep} {
		r, err := bcd.Minimise(background, squares, bcd.Settings{Update: update, Tolerance: 1e-14, MaxIterations: 10})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, r.Stopped, "%v", update)
		assert.InEpsilon(t, 4000, r.X[1], 1e-12, "%v", update)
		assert.Zero(t, r.X[2], "%v", update)
	}

	weights, err := sparse.FromCOO(4, 4, []int{0, 1, 0, 2}, []int{1, 0, 2, 0}, []float64{1e5, 1e5, 1e-7, 1e-7})
	require.NoError(t, err)
	labels, err := bcd.LabelPropagation(weights, map[int]float64{0: 1})
	require.NoError(t, err)
	for _, partition := range []bcd.Partition{bcd.Variable(3), bcd.Colours(), bcd.Trees()} {
		r, err := bcd.Minimise(background, labels, bcd.Settings{Partition: partition, Update: bcd.ExactStep, Tolerance: 1e-15, MaxIterations: 10})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, r.Stopped)
		assert.InDeltaSlice(t, []float64{1, 1, 0}, r.X, 1e-12, "%T", partition)
	}
}

// TestDependentBesideSmallUnits: columns that depend on each other, or a part of a graph without a label, do not keep one in small units from
// its minimum either.
func TestDependentBesideSmallUnits(t *testing.T) {
	for _, small := range []float64{1e-2, 1e-4, 1e-6} {
		u, v, x := []float64{1, 2, 1, -1, 3}, []float64{1, -1, 3, 2, 1}, view(5, 3, make([]float64, 15)...)
		for i := range u {
			copy(x.Row(i), []float64{100 * u[i], 100 * u[i], small * v[i]})
		}
		a, err := bcd.Dense(x)
		require.NoError(t, err)
		squares, err := bcd.LeastSquares(a, []float64{1, 2, 3, -1, 5})
		require.NoError(t, err)
		for _, update := range []bcd.Update{bcd.MatrixStep, bcd.NewtonStep, bcd.ExactStep} {
			for _, reg := range []bcd.Regulariser{bcd.L1(0), bcd.NonNegative(0), bcd.Box(-1e30, 1e30)} {
				r, err := bcd.Minimise(background, squares, bcd.Settings{Update: update, Regulariser: reg, Tolerance: 1e-10, MaxIterations: 10})
				require.NoError(t, err)
				assert.Equal(t, algos.Converged, r.Stopped, "%v, %v, %v", update, reg, small)
				assert.InEpsilon(t, 0.4210526315789474/small, r.X[2], 1e-5, "%v, %v, %v", update, reg, small)
			}
		}
	}

	weights, err := sparse.FromCOO(5, 5, []int{0, 1, 0, 2, 3, 4}, []int{1, 0, 2, 0, 4, 3}, []float64{1e5, 1e5, 1e-7, 1e-7, 1e5, 1e5})
	require.NoError(t, err)
	labels, err := bcd.LabelPropagation(weights, map[int]float64{0: 1})
	require.NoError(t, err)
	for _, partition := range []bcd.Partition{bcd.Variable(4), bcd.Trees()} {
		r, err := bcd.Minimise(background, labels, bcd.Settings{Partition: partition, Update: bcd.ExactStep, Tolerance: 1e-15, MaxIterations: 10})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, r.Stopped)
		assert.InDeltaSlice(t, []float64{1, 1, 0, 0}, r.X, 1e-12, "%T", partition)
	}
}

// TestStepsThatRoundingLoses: a block is scored by steps of the curvature of all of it, which a variable in small units, far from zero, does not feel. It is
// moved all the same.
func TestStepsThatRoundingLoses(t *testing.T) {
	p, err := bcd.DenseQuadratic(view(4, 4,
		1, 0.5, 0, 0,
		0.5, 1, 0, 0,
		0, 0, 1e-8, 0,
		0, 0, 0, 1e10), []float64{1, 1, 1, -1})
	require.NoError(t, err)
	for _, reg := range []bcd.Regulariser{bcd.NonNegative(0), bcd.NonNegative(1e-3), bcd.L1(1e-3), bcd.Box(-1, 1e9)} {
		result, err := bcd.Minimise(background, p, bcd.Settings{
			Partition: bcd.Fixed(2, bcd.Ordered), Selection: bcd.GSL, Regulariser: reg, Start: []float64{0, 0, 5e7, 0}, Tolerance: 1e-10, MaxIterations: 50,
		})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped, "%v", reg)
		assert.InEpsilon(t, 1e8, result.X[2], 2e-3, "%v", reg)
	}
}
