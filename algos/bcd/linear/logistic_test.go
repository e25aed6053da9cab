package linear_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// TestHardlyCurved: where few samples have all the weight the data are all but separable, and Newton steps many times too long. They still
// get there in some dozens.
func TestHardlyCurved(t *testing.T) {
	const n, p = 60, 10
	for seed := range uint64(8) {
		r := newRandom(seed)
		x := kernels.NewMatrix[float64](n, p)
		labels, weights := make([]float64, n), make([]float64, n)
		for i := range n {
			testkit.FillNormal(r, x.Row(i))
			labels[i] = math.Copysign(1, x.At(i, 0)-x.At(i, 1)+r.NormFloat64())
			weights[i] = math.Pow(10, 12*r.Float64()-6)
		}
		d, err := linear.Dense(x)
		require.NoError(t, err)
		s := linear.Settings{Weights: weights}
		path, err := linear.LogisticPath(background, d, labels, 1, linear.PathSettings{Settings: s, Count: 1})
		require.NoError(t, err)
		for _, share := range []float64{1e-4, 1e-6, 1e-9} {
			result, err := linear.Logistic(background, d, labels, share*path.Fits[0].Lambda, 1, s)
			require.NoError(t, err)
			require.Equal(t, algos.Converged, result.Stopped, "seed %d, %v: %v", seed, share, result.Residual)
			assert.LessOrEqual(t, result.Iterations, 80, "seed %d, %v", seed, share)
		}
	}
}
