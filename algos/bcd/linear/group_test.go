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

// TestGroupsSmallPenalty: with more features than samples a penalty of next to nothing still has to choose among the groups that
// explain the target, and converges without thousands of sweeps.
func TestGroupsSmallPenalty(t *testing.T) {
	for _, size := range [][3]int{{20, 60, 3}, {15, 90, 5}, {20, 30, 1}} {
		n, p := size[0], size[1]
		var groups [][]int
		for j := range p {
			if j%size[2] == 0 {
				groups = append(groups, nil)
			}
			groups[len(groups)-1] = append(groups[len(groups)-1], j)
		}
		for seed := range uint64(3) {
			r := newRandom(seed)
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
			d, err := linear.Dense(x)
			require.NoError(t, err)
			path, err := linear.GroupLassoPath(background, d, y, groups, linear.GroupPathSettings{PathSettings: linear.PathSettings{Count: 1}})
			require.NoError(t, err)
			for _, share := range []float64{1e-5, 1e-6, 1e-7} {
				// A thousandth of what the penalty adds to the objective.
				s := linear.GroupSettings{Settings: linear.Settings{Tolerance: 1e-3 * share}}
				result, err := linear.GroupLasso(background, d, y, groups, share*path.Fits[0].Lambda, s)
				require.NoError(t, err)
				require.Equal(t, algos.Converged, result.Stopped, "%v, seed %d, %v: %v", size, seed, share, result.Residual)
				assert.LessOrEqual(t, result.Sweeps, 2000, "%v, seed %d, %v", size, seed, share)
			}
		}
	}
}

// TestGroupsInAValley: columns occur twice, in different groups, so that the objective hardly changes along a line on which one group shrinks
// and others grow. It ends where that group is zero; steps that are halved go past that point and back, 22888 times.
func TestGroupsInAValley(t *testing.T) {
	result := checkGroupLasso(t, 163526, 6, 17, 142, 132, 0.04)
	assert.LessOrEqual(t, result.Sweeps+result.Steps, 1000)
}
