package linear_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func sparsely(t *testing.T, x kernels.Matrix[float64]) *linear.Design {
	t.Helper()
	a, err := sparse.FromDense(x, 0)
	require.NoError(t, err)
	d, err := linear.Sparse(a)
	require.NoError(t, err)
	return d
}

// TestFarFromZero: columns that lie far from zero, some of them, have the coefficients of the same columns around zero.
func TestFarFromZero(t *testing.T) {
	r := newRandom(17)
	const n, p = 40, 12
	y, labels, weighted := make([]float64, n), make([]float64, n), weights(r, n)
	groups := [][]int{{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 10, 11}}
	for _, far := range []float64{1e3, 1e7, 1e10} {
		near, x := kernels.NewMatrix[float64](n, p), kernels.NewMatrix[float64](n, p)
		for i := range n {
			for j := range p {
				switch v := r.NormFloat64(); {
				case j%3 == 0 && r.IntN(3) > 0: // stays where it is, with zeros
				case j%3 == 0:
					near.Set(i, j, v)
					x.Set(i, j, v)
				default:
					x.Set(i, j, v+far)
					near.Set(i, j, x.At(i, j)-far) // exactly
				}
			}
			y[i] = near.At(i, 0) - 2*near.At(i, 1) + near.At(i, 5) + 0.5*r.NormFloat64()
			labels[i] = math.Copysign(1, y[i]+r.NormFloat64())
		}
		labels[0], labels[n-1] = 1, -1
		dense, err := linear.Dense(x)
		require.NoError(t, err)
		want, got := sparsely(t, near), map[string]*linear.Design{"sparse": sparsely(t, x), "dense": dense}
		for _, s := range []linear.Settings{{}, {Standardise: true}, {Weights: weighted}, {Positive: true, Weights: weighted, Standardise: true}} {
			s.Tolerance = 1e-11
			fits := map[string]func(d *linear.Design, start []float64) (*linear.Result, error){
				"lasso": func(d *linear.Design, start []float64) (*linear.Result, error) {
					s := s
					s.Start = start
					return linear.Lasso(background, d, y, 0.05, s)
				},
				"logistic": func(d *linear.Design, start []float64) (*linear.Result, error) {
					s := s
					s.Start = start
					return linear.Logistic(background, d, labels, 0.02, 0.9, s)
				},
				"group": func(d *linear.Design, start []float64) (*linear.Result, error) {
					s := linear.GroupSettings{Settings: s}
					s.Positive, s.Start = false, start
					return linear.GroupLasso(background, d, y, groups, 0.05, s)
				},
			}
			for _, name := range slices.Sorted(maps.Keys(fits)) {
				label := fmt.Sprintf("%s, %v, %+v", name, far, s)
				a, err := fits[name](want, nil)
				require.NoError(t, err)
				for _, form := range slices.Sorted(maps.Keys(got)) {
					label := form + ", " + label
					for _, start := range [][]float64{nil, testkit.Normal[float64](r, p)} {
						b, err := fits[name](got[form], start)
						require.NoError(t, err)
						require.Equal(t, algos.Converged, b.Stopped, "%s: %v", label, b.Residual)
						intercept := a.Intercept
						for j, w := range b.Coefficients {
							assert.InDelta(t, a.Coefficients[j], w, 1e-5, label)
							if j%3 != 0 {
								intercept -= w * far
							}
						}
						assert.InDelta(t, intercept, b.Intercept, 1e-5+8*0x1p-52*far, label)
						assert.InDelta(t, a.Objective, b.Objective, 1e-10, label)
					}
				}
			}
		}
	}
}

// TestNeverWorseThanZero: where rounding leaves nothing of a Gram matrix the fit stops no worse than it began.
func TestNeverWorseThanZero(t *testing.T) {
	r := newRandom(18)
	const n, p = 40, 12
	const far = 1e9
	x := kernels.NewMatrix[float64](n, p)
	y, weights := make([]float64, n), make([]float64, n)
	for i := range n {
		weights[i], y[i] = 1, r.NormFloat64()
		for j := range p {
			x.Set(i, j, far+r.NormFloat64()+y[i])
		}
	}
	weights[3] = 1e-20
	for j := range p {
		x.Set(3, j, 0) // of next to no weight, but far from the others
	}
	d := sparsely(t, x)
	null, mean, total := 0.0, 0.0, 0.0
	for i, w := range weights {
		mean += w * y[i]
		total += w
	}
	mean /= total
	for i, w := range weights {
		null += w * (y[i] - mean) * (y[i] - mean) / total / 2
	}
	s := linear.Settings{Weights: weights}
	groups := [][]int{{0, 1, 2}, {3, 4, 5}, {6, 7, 8}, {9, 10, 11}}
	for _, fit := range []func() (*linear.Result, error){
		func() (*linear.Result, error) { return linear.Lasso(background, d, y, 0.01, s) },
		func() (*linear.Result, error) { return linear.ElasticNet(background, d, y, 0.01, 0.5, s) },
		func() (*linear.Result, error) {
			return linear.GroupLasso(background, d, y, groups, 0.01, linear.GroupSettings{Settings: s})
		},
	} {
		result, err := fit()
		require.NoError(t, err)
		assert.LessOrEqual(t, result.Objective, null*(1+1e-12), "%v", result.Stopped)
	}
}

// TestFarWithManySamples: of half a million samples ten orders from zero neither a column nor the target is taken for constant, and those that are
// constant still are.
func TestFarWithManySamples(t *testing.T) {
	r := newRandom(19)
	const n, far = 1 << 19, 2e10
	x, y, flat := kernels.NewMatrix[float64](1, n), make([]float64, n), make([]float64, n)
	covariance, variance := 0.0, 0.0
	for i := range n {
		v := r.NormFloat64()
		x.Data[i], y[i], flat[i] = far+v, far+2*v+r.NormFloat64(), far/3
		covariance += (x.Data[i] - far) * (y[i] - far)
		variance += (x.Data[i] - far) * (x.Data[i] - far)
	}
	d, err := linear.Transposed(x)
	require.NoError(t, err)
	result, err := linear.Lasso(background, d, y, 0.01, linear.Settings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.InDelta(t, (covariance/n-0.01)/(variance/n), result.Coefficients[0], 1e-4) // means are within a hundredth of zero
	_, err = linear.Lasso(background, d, flat, 0.01, linear.Settings{})
	assert.ErrorIs(t, err, linear.ErrConstantTarget)
	for _, v := range []float64{far / 3, 0.1} {
		for i := range n {
			x.Data[i] = v
		}
		d, err := linear.Transposed(x)
		require.NoError(t, err)
		_, err = linear.Lasso(background, d, y, 0.01, linear.Settings{})
		assert.ErrorIs(t, err, linear.ErrZeroColumn, "%v", v)
	}
}
