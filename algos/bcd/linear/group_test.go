package linear_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/kernels"
)

// TestGroupsOfManyUnits: groups whose features are in units eight orders apart converge as others do, without thousands of sweeps.
func TestGroupsOfManyUnits(t *testing.T) {
	const n, p = 60, 90
	for seed := range uint64(40) {
		r := newRandom(seed)
		x, units, y := kernels.NewMatrix[float64](n, p), make([]float64, p), make([]float64, n)
		for j := range units {
			units[j] = math.Pow(10, 8*r.Float64()-4)
		}
		for i := range n {
			y[i] = r.NormFloat64()
			for j := range p {
				v := r.NormFloat64()
				x.Set(i, j, v*units[j])
				if j < 6 {
					y[i] += v * float64(1-j%3)
				}
			}
		}
		var groups [][]int
		for j := 0; j < p; j += 3 {
			groups = append(groups, []int{j, j + 1, j + 2})
		}
		d, err := linear.Dense(x)
		require.NoError(t, err)
		path, err := linear.GroupLassoPath(background, d, y, groups, linear.GroupPathSettings{PathSettings: linear.PathSettings{Count: 1}})
		require.NoError(t, err)
		for _, share := range []float64{1e-3, 1e-4, 1e-5} {
			result, err := linear.GroupLasso(background, d, y, groups, share*path.Fits[0].Lambda, linear.GroupSettings{})
			require.NoError(t, err)
			require.Equal(t, algos.Converged, result.Stopped, "seed %d, %v: %v", seed, share, result.Residual)
			assert.LessOrEqual(t, result.Sweeps, 1000, "seed %d, %v", seed, share)
		}
	}
}
