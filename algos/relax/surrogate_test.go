package relax

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels/sparse"
)

var background = context.Background()

// shifted is the matrix of a shift, and the spectral radius of Jacobi's method for it.
func shifted(t testing.TB, side int, shift float64) (a *sparse.CSR[float64], beta float64) {
	t.Helper()
	a, values, diagonal, err := laplacian(side)
	require.NoError(t, err)
	for _, k := range diagonal {
		values[k] += shift
	}
	return a, 4 * math.Cos(math.Pi/float64(side+1)) / (4 + shift)
}

// TestTheoryOfYoung: omega - 1 at the best omega and beyond, beta^2 at omega = 1, least at the best; and no value where there is none.
func TestTheoryOfYoung(t *testing.T) {
	for _, beta := range []float64{0, 0.1, 0.5, 0.9, 0.9999} {
		best := BestOmega(beta)
		assert.InDelta(t, 2/(1+math.Sqrt(1-beta*beta)), best, 1e-14)
		assert.InDelta(t, best-1, SpectralRadius(best, beta), 1e-15)
		assert.InDelta(t, best-1, SpectralRadius(best-1e-12, beta), 1e-5)
		assert.InDelta(t, 0.95, SpectralRadius(1.95, min(beta, 0.99)), 1e-15)
		if beta > 0 {
			assert.InDelta(t, beta*beta, SpectralRadius(1, beta), 1e-15)
		}
		for omega := 0.01; omega < 2; omega += 0.01 {
			assert.GreaterOrEqual(t, SpectralRadius(omega, beta), best-1)
			assert.GreaterOrEqual(t, Surrogate{Beta: beta, Tau: 0.1}.Cost(omega), Surrogate{Beta: beta, Tau: 0.1}.Cost(best))
			assert.GreaterOrEqual(t, Surrogate{Beta: beta, Tau: 0.1}.Cost(omega), Surrogate{Beta: beta}.Cost(omega))
		}
	}
	assert.InDelta(t, 1+math.Log(1e6)/math.Log(4), Surrogate{Beta: 0.5, Tolerance: 1e-6}.Cost(1), 1e-13)
	assert.Equal(t, 1., Surrogate{}.Cost(1), "a diagonal matrix takes one sweep")
	for _, beta := range []float64{-0.1, 1, math.NaN(), math.Inf(1)} {
		assert.True(t, math.IsNaN(BestOmega(beta)) && math.IsNaN(SpectralRadius(1.5, beta)) && math.IsNaN(Surrogate{Beta: beta}.Cost(1.5)))
	}
	for _, omega := range []float64{0, -1, 2, math.NaN()} {
		assert.True(t, math.IsNaN(SpectralRadius(omega, 0.5)) && math.IsNaN(Surrogate{Beta: 0.5}.Cost(omega)))
	}
	for _, s := range []Surrogate{{Tau: 1}, {Tau: -0.1}, {Tau: math.NaN()}, {Tolerance: 1}, {Tolerance: -1}, {Tolerance: math.NaN()}} {
		assert.True(t, math.IsNaN(s.Cost(1.5)))
	}
}

func TestJacobiRadius(t *testing.T) {
	for side, shift := range map[int]float64{1: 0, 2: 0.3, 10: -0.15, 11: 0.6, 30: 0} {
		a, want := shifted(t, side, shift)
		beta, err := JacobiRadius(background, a)
		require.NoError(t, err)
		assert.InDelta(t, want, beta, 1e-11)
	}
	for _, c := range []struct {
		rows, cols int
		values     []float64
		want       error
	}{
		{1, 2, []float64{1, 1}, ErrMatrix}, {2, 1, []float64{1, -1}, ErrMatrix},
		{1, 1, []float64{-1}, ErrMatrix}, {1, 1, []float64{math.Inf(1)}, ErrMatrix}, {0, 0, nil, ErrMatrix},
		{2, 2, []float64{1, math.NaN(), 0, 1}, ErrMatrix}, {2, 2, []float64{1, 0, math.Inf(-1), 1}, ErrMatrix},
	} {
		var row, column []int
		for k := range c.values {
			row, column = append(row, k/c.cols), append(column, k%c.cols)
		}
		a, err := sparse.FromCOO(c.rows, c.cols, row, column, c.values)
		require.NoError(t, err)
		_, err = JacobiRadius(background, a)
		assert.ErrorIs(t, err, c.want)
		_, err = NonNormality(background, a, 0.5, 1.5, 10)
		assert.ErrorIs(t, err, c.want)
	}
	_, err := JacobiRadius(background, nil)
	assert.ErrorIs(t, err, ErrNil)
	cancelled, cancel := context.WithCancel(background)
	cancel()
	a, _ := shifted(t, 3, 0)
	_, err = JacobiRadius(cancelled, a)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = NonNormality(cancelled, a, 0.5, 1.5, 10)
	assert.ErrorIs(t, err, context.Canceled)
	for _, c := range [][3]float64{{1, 1.5, 10}, {0.5, 2, 10}, {0.5, 1.5, 0}} {
		_, err = NonNormality(background, a, c[0], c[1], int(c[2]))
		assert.ErrorIs(t, err, ErrSetting)
	}
}

// TestNonNormality against the matrix itself: C from its columns, powers by multiplication, the norm from Jacobi's rotations.
func TestNonNormality(t *testing.T) {
	const side, n = 4, 16
	a, beta := shifted(t, side, 0.1)
	for _, omega := range []float64{0.8, 1, BestOmega(beta), 1.7} {
		c := make([]float64, n*n)
		for j := range n {
			column := make([]float64, n)
			column[j] = 1
			sweepMatrix{a, a.Diagonal(), omega}.apply(column)
			for i, v := range column {
				c[i*n+j] = v
			}
			for i := range n {
				assert.InDelta(t, column[i], transposedAt(a, omega, i, j), 1e-15)
			}
		}
		power := append([]float64(nil), c...)
		for k := 1; k <= 12; k++ {
			tau, err := NonNormality(background, a, beta, omega, k)
			require.NoError(t, err)
			rho := SpectralRadius(omega, beta)
			assert.InDelta(t, (math.Pow(spectralNorm(power, n), 1/float64(k))-rho)/(1-rho), tau, 1e-6, "omega = %v, %d sweeps", omega, k)
			next := make([]float64, n*n)
			for i := range n {
				for j := range n {
					for l := range n {
						next[i*n+j] += power[i*n+l] * c[l*n+j]
					}
				}
			}
			power = next
		}
	}
}

// transposedAt is element (i, j) of C from column i of its transpose.
func transposedAt(a *sparse.CSR[float64], omega float64, i, j int) float64 {
	x := make([]float64, a.Rows())
	x[i] = 1
	sweepMatrix{a, a.Diagonal(), omega}.transposed(x)
	return x[j]
}

func spectralNorm(c []float64, n int) float64 {
	w, v := append([]float64(nil), c...), make([]float64, n*n)
	for range 20 { // C is singular: columns of rounding errors keep turning
		for p := range n {
			for q := p + 1; q < n; q++ {
				orthogonalise(w, v, n, p, q)
			}
		}
	}
	most := 0.0
	for j := range n {
		square := 0.0
		for i := range n {
			square += w[i*n+j] * w[i*n+j]
		}
		most = max(most, square)
	}
	return math.Sqrt(most)
}
