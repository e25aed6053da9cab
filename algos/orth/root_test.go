package orth

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

func sortedQuantile(x []float64, q float64) float64 {
	m := make([]float64, len(x))
	for i, v := range x {
		m[i] = math.Abs(v)
	}
	slices.Sort(m)
	place := float64(q * float64(len(m)-1))
	k := int(place)
	if k+1 == len(m) {
		return m[k]
	}
	return m[k] + float64((place-float64(k))*(m[k+1]-m[k]))
}

func TestQuantileOfMagnitudes(t *testing.T) {
	r := random(60)
	kinds := map[string]func() float64{
		"Gaussian":   r.NormFloat64,
		"few values": func() float64 { return float64(r.IntN(3) - 1) },
		"one value":  func() float64 { return -2.5 },
		"near":       func() float64 { return 1 + 1e-7*r.Float64() },
		"wide":       func() float64 { return math.Exp(80 * (r.Float64() - 0.5)) },
	}
	for name, value := range kinds {
		for _, n := range []int{1, 2, 3, 10, 101, 5000, 20000} {
			x, single, back := make([]float64, n), make([]float32, n), make([]float64, n)
			for i := range x {
				x[i] = value()
				single[i] = float32(x[i])
				back[i] = float64(single[i])
			}
			for _, q := range []float64{0, 0.1, 0.5, 0.9, 0.95, 0.999, 1} {
				assert.Equal(t, sortedQuantile(x, q), quantileOfMagnitudes(x, q, make([]float64, n)), "%s, %d, %v", name, n, q)
				assert.Equal(t, sortedQuantile(back, q), quantileOfMagnitudes(single, q, make([]float32, n)), "%s, %d, %v, float32", name, n, q)
			}
		}
	}
	sorted := make([]float64, 30000) // a sample at even places tells nothing of what lies between
	for i := range sorted {
		if sorted[i] = 1; i%(len(sorted)/1024) != 0 {
			sorted[i] = float64(i)
		}
	}
	assert.Equal(t, sortedQuantile(sorted, 0.9), quantileOfMagnitudes(sorted, 0.9, make([]float64, len(sorted))))
	assert.Zero(t, quantileOfMagnitudes([]float64{}, 0.5, nil))
	assert.Equal(t, 4.0, quantileOfMagnitudes([]float64{1, math.Inf(1), -4}, 0.5, make([]float64, 3)))
}

// TestPublishedPolynomials: the errors of the released table on random matrices.
func TestPublishedPolynomials(t *testing.T) {
	for shape, want := range map[Shape][2]float64{
		{2048, 2048}: {.0498, .0393}, {2048, 3072}: {.0338, .0165}, {2048, 8192}: {.0340, .0015}, {2048, 16384}: {.0425, .0040},
	} {
		values := GaussianSpectrum(shape, shape.Least)
		p, ok := AdaNewton(shape)
		require.True(t, ok)
		assert.InEpsilon(t, want[0], MeanSquaredError(muon, 5, values), 0.05)
		assert.InEpsilon(t, want[1], MeanSquaredError(p, 5, values), 0.05)
	}
	p, ok := AdaNewton(ShapeOf(30, 20))
	assert.False(t, ok)
	assert.Equal(t, muon, p)
	_, ok = AdaNewton(ShapeOf(8192, 2048))
	assert.True(t, ok, "tall as wide")
}

// TestGaussianSpectrum against singular values of a random matrix.
func TestGaussianSpectrum(t *testing.T) {
	for _, shape := range []Shape{{60, 240}, {60, 60}, {1, 9}} {
		g := gaussian[float64](random(61), shape.Least, shape.Most)
		d, size := decompose(g), norm(g)
		values := GaussianSpectrum(shape, shape.Least)
		assert.True(t, slices.IsSorted(values))
		for i, v := range values {
			assert.InDelta(t, d.values[len(values)-1-i]/size, v, 0.03*values[len(values)-1], "%v, value %d", shape, i)
		}
	}
	assert.Nil(t, GaussianSpectrum(Shape{3, 2}, 3))
	assert.Nil(t, GaussianSpectrum(Shape{0, 2}, 3))
	assert.Nil(t, GaussianSpectrum(Shape{1, 2}, 0))
}

func TestFitShape(t *testing.T) {
	for _, c := range []struct {
		shape      Shape
		muon, most float64 // errors found before; ours may be smaller
	}{
		{Shape{64, 64}, .0441, .0077}, {Shape{256, 256}, .0426, .0149}, {Shape{512, 512}, .0360, .0204}, {Shape{256, 1024}, .0233, .00075},
		{Shape{2048, 8192}, .0340, .00016},
	} {
		fit, err := FitShape(c.shape, 5)
		require.NoError(t, err)
		assert.InEpsilon(t, c.muon, fit.MuonError, 0.05, "%v", c.shape)
		assert.Less(t, fit.Error, 1.05*c.most, "%v", c.shape)
		again, err := FitShape(c.shape, 5)
		require.NoError(t, err)
		assert.Equal(t, fit, again, "the same in every run")
	}
	square, err := FitShape(Shape{256, 256}, 5)
	require.NoError(t, err)
	for _, c := range [][2]float64{{3.2118, square.A}, {-3.7680, square.B}, {1.5014, square.C}} {
		assert.InDelta(t, c[0], c[1], 0.01)
	}
	for _, bad := range [][]float64{nil, {-1}, {2}, {math.NaN()}} {
		_, err := FitSpectrum(bad, 5)
		assert.ErrorIs(t, err, ErrSetting)
	}
	_, err = FitSpectrum([]float64{0.5}, 0)
	assert.ErrorIs(t, err, ErrSetting)
	_, err = FitShape(Shape{}, 5)
	assert.ErrorIs(t, err, ErrShape)
}

// TestFittedPolynomialsStayNear: a fit to one or two singular values, those of a small shape, could send others away, and with them the values of a parameter.
func TestFittedPolynomialsStayNear(t *testing.T) {
	for _, shape := range []Shape{{1, 1}, {1, 7}, {2, 2}, {2, 5}, {3, 3}, {4, 64}, {32, 32}} {
		for _, steps := range []int{1, 2, 5, 8} {
			fit, err := FitShape(shape, steps)
			require.NoError(t, err)
			least, most := repeat(nil, fit.Polynomial, steps).Range(1e-9, 1)
			assert.LessOrEqual(t, max(-least, most), 2.0, "%v, %d steps: %v", shape, steps, fit.Polynomial)
			assert.LessOrEqual(t, fit.Error, fit.MuonError, "%v, %d steps", shape, steps)
		}
	}
	r := random(61)
	value, gradient := gaussian[float32](r, 2, 2), kernels.NewMatrix[float32](2, 2)
	o, err := NewRoot([]Parameter[float32]{{"w", value, gradient}}, RootSettings{Fit: true})
	require.NoError(t, err)
	for range 200 {
		copyMatrix(gradient, gaussian[float32](r, 2, 2))
		require.NoError(t, o.Step())
		require.Less(t, norm(value), 100.0)
	}
}

// TestFittedPolynomialOnAMatrix: on a Gaussian matrix four times as long as wide, in float32, the mean of (s-1)^2 is at
// least ten times smaller than Muon's.
func TestFittedPolynomialOnAMatrix(t *testing.T) {
	m := 256
	if testing.Short() {
		m = 64
	}
	g := gaussian[float32](random(62), m, 4*m)
	fit, err := FitShape(Shape{m, 4 * m}, 5)
	require.NoError(t, err)
	square := func(schedule Schedule) float64 { // ||U - polar(U)||_F^2 is the sum of (s-1)^2
		u, exact := kernels.NewMatrix[float32](m, 4*m), kernels.NewMatrix[float64](m, 4*m)
		_, err := Polar(background, u, g, PolarSettings{Schedule: schedule}, nil)
		require.NoError(t, err)
		_, err = ExactPolar(background, exact, converted[float64](u), ExactSettings{Lower: 0.3}, nil)
		require.NoError(t, err)
		return math.Pow(relativeDifference(u, exact), 2)
	}
	muonError := square(MuonSchedule(5))
	assert.InEpsilon(t, fit.MuonError, muonError, 0.1, "the law of large matrices holds for this one")
	assert.Greater(t, muonError, 10*square(repeat(nil, fit.Polynomial, 5)))
}

// TestOutliersAreClipped: with a few elements fifty times as large as they should be, the step of ROOT is nearer to the
// polar factor of the clean gradient than Muon's is, where noise is about as large as the gradient itself. With a tenth
// of that noise it need not be: clipping then distorts more than outliers do.
func TestOutliersAreClipped(t *testing.T) {
	const m, n, rank = 48, 96, 6
	for seed := range uint64(5) {
		r := random(63 + seed)
		left, right := gaussian[float64](r, m, rank), gaussian[float64](r, rank, n)
		clean := product(left, right)
		dirty := kernels.NewMatrix[float64](m, n)
		for i, v := range clean.Data {
			v += r.NormFloat64()
			clean.Data[i] = v
			if r.Float64() < 0.005 {
				v *= 50
			}
			dirty.Data[i] = v
		}
		want := kernels.NewMatrix[float64](m, n)
		_, err := ExactPolar(background, want, clean, ExactSettings{}, nil)
		require.NoError(t, err)
		step := func(make func([]Parameter[float64]) (Optimiser, error)) float64 {
			p := []Parameter[float64]{{"w", kernels.NewMatrix[float64](m, n), dirty}}
			o, err := make(p)
			require.NoError(t, err)
			require.NoError(t, o.Step())
			return -cosine(p[0].Value, want)
		}
		muonStep := step(func(p []Parameter[float64]) (Optimiser, error) { return NewMuon(p, MuonSettings{}) })
		for _, quantile := range []float64{0.8, 0.9, 0.95} {
			rootStep := step(func(p []Parameter[float64]) (Optimiser, error) { return NewRoot(p, RootSettings{Quantile: quantile}) })
			assert.Greater(t, rootStep, muonStep, fmt.Sprintf("quantile %v", quantile))
		}
		unclipped := step(func(p []Parameter[float64]) (Optimiser, error) { return NewRoot(p, RootSettings{Quantile: 1}) })
		assert.InDelta(t, muonStep, unclipped, 1e-6, "without clipping it is Muon, but for the scale")
	}
}

// TestRootTakesItsTables in their order: the user's, the published one, a fit, Muon's.
func TestRootTakesItsTables(t *testing.T) {
	own := Polynomial{3, -3, 1}
	polynomial := func(s RootSettings, shape Shape) Polynomial {
		s.Polar.Schedule = MuonSchedule(5)
		p, err := s.polynomial(shape)
		require.NoError(t, err)
		return p
	}
	published, _ := AdaNewton(Shape{2048, 3072})
	assert.Equal(t, own, polynomial(RootSettings{Table: map[Shape]Polynomial{{2048, 3072}: own}}, Shape{2048, 3072}))
	assert.Equal(t, published, polynomial(RootSettings{Fit: true}, Shape{2048, 3072}))
	assert.Equal(t, muon, polynomial(RootSettings{}, Shape{20, 30}))
	fit, err := FitShape(Shape{20, 30}, 5)
	require.NoError(t, err)
	assert.Equal(t, fit.Polynomial, polynomial(RootSettings{Fit: true}, Shape{20, 30}))
}
