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
