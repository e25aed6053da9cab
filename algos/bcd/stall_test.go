package bcd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// rounding is what the relative residual of x'Ax/2 - b'x may be because the terms of the gradient are rounded.
func rounding(a kernels.Matrix[float64], b, x []float64) float64 {
	most, scale := 0.0, 0.0
	for i := range b {
		terms := math.Abs(b[i])
		scale = max(scale, terms)
		for j, v := range a.Row(i) {
			terms += math.Abs(v * x[j])
		}
		most = max(most, 0x1p-52*terms)
	}
	return most / scale
}

// TestStalledIsRounding: where variables are in unlike units the objective has all its digits long before the residual is small. That is not yet
// the end, but when rounding is all that is left, there is one before the limit.
func TestStalledIsRounding(t *testing.T) {
	stalled, seeds := 0, uint64(12)
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		r := testkit.NewRandom(seed)
		const m, n = 11, 9
		root, a, b := kernels.NewMatrix[float64](m, n), kernels.NewMatrix[float64](n, n), make([]float64, n)
		testkit.FillNormal(r, root.Data)
		units := make([]float64, n)
		for j := range units {
			units[j] = math.Pow(10, 4*r.Float64()-2)
		}
		for k := range root.Data {
			root.Data[k] *= units[k%n]
		}
		matmul.Syrk(matmul.Full, matmul.Trans, 1, root, 0, a)
		matmul.Gemv(matmul.Trans, 1, root, testkit.Normal[float64](r, m), 0, b)
		p, err := bcd.DenseQuadratic(a, b)
		require.NoError(t, err)
		for _, selection := range []bcd.Selection{bcd.GS, bcd.GSL} {
			for _, regulariser := range []bcd.Regulariser{bcd.L1(0), bcd.L1(1e-3), bcd.NonNegative(0)} {
				result, err := bcd.Minimise(background, p, bcd.Settings{
					Partition: bcd.Variable(1), Selection: selection, Regulariser: regulariser, Tolerance: 1e-16, MaxIterations: 50000,
				})
				require.NoError(t, err)
				if result.Stopped == algos.Stalled {
					stalled++
					assert.Less(t, result.Residual, 100*rounding(a, b, result.X), "seed %d, %v, %v", seed, selection, regulariser)
				}
			}
		}
	}
	assert.Greater(t, stalled, int(seeds), "of six runs each: the rest converge")
}

// TestGainsThatRoundingLoses: what a block gains is a square of what it has to go, and is lost in the rounding of the objective when half of the digits
// are found. The rules that score by it still tell the block that has to move from one that has not.
func TestGainsThatRoundingLoses(t *testing.T) {
	r := testkit.NewRandom(3)
	const m, n = 30, 12
	labels := make([]float64, m)
	for i := range labels {
		labels[i] = float64(2*(i%2) - 1)
	}
	data, err := bcd.Dense(kernels.Matrix[float64]{Rows: m, Cols: n, Stride: n, Data: testkit.Normal[float64](r, m*n)})
	require.NoError(t, err)
	squares, err := bcd.LeastSquares(data, testkit.Normal[float64](r, m))
	require.NoError(t, err)
	logistic, err := bcd.Logistic(data, labels)
	require.NoError(t, err)
	groups := [][]int{{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 10, 11}}
	for _, problem := range []bcd.Problem{squares, logistic} {
		for _, selection := range []bcd.Selection{bcd.GSQ, bcd.GSN} {
			for _, regulariser := range []bcd.Regulariser{bcd.L1(0.1), bcd.NonNegative(0.1), bcd.ElasticNet(0.1, 0.1), bcd.GroupL1(0.1, groups)} {
				result, err := bcd.Minimise(background, problem, bcd.Settings{
					Partition: bcd.Given(groups), Selection: selection, Regulariser: regulariser, Tolerance: 1e-13,
				})
				require.NoError(t, err)
				assert.Equal(t, algos.Converged, result.Stopped, "%v, %v: residual %v", selection, regulariser, result.Residual)
			}
		}
	}
}
