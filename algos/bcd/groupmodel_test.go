package bcd

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/vec"
)

// TestSmallPenalty: with more features than samples and hardly any penalty the Hessian of a block is singular, and the penalty alone tells which
// variables or groups are zero. A step on all of them still minimises, within a few iterations.
func TestSmallPenalty(t *testing.T) {
	const n, p = 20, 60
	r := rand.New(rand.NewPCG(35, 0))
	x, y := kernels.NewMatrix[float64](n, p), make([]float64, n)
	for i := range n {
		y[i] = r.NormFloat64()
		for j := range p {
			v := r.NormFloat64()
			x.Set(i, j, v)
			if j < 6 {
				y[i] += v * float64(1-j%3)
			}
		}
	}
	a, err := Dense(x)
	require.NoError(t, err)
	problem, err := LeastSquares(a, y)
	require.NoError(t, err)
	g := make([]float64, p)
	problem.At(make([]float64, p)).Gradient(g, everyVariable(p))
	top := vec.Norm2(g)
	for _, share := range []float64{1e-3, 1e-4, 3e-6} {
		for _, update := range []Update{MatrixStep, NewtonStep} {
			for _, reg := range []Regulariser{
				GroupL1(share*top, ConsecutiveGroups(p, 3)), L1(share * top), Separable(coord.Penalty[float64]{L1: share * top, Lower: -0.5, Upper: 1}),
			} {
				result, err := Minimise(context.Background(), problem, Settings{
					Regulariser: reg, Partition: Fixed(p, Ordered), Update: update, MaxIterations: 4,
				})
				require.NoError(t, err)
				require.Equal(t, algos.Converged, result.Stopped, "%v, %v, %v: %v", reg, share, update, result.Residual)
			}
		}
	}
}
