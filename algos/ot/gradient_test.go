package ot

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// slope is the derivative of value at 0 by differences over 4 points, the error of which is of fourth order in step.
func slope(step float64, value func(x float64) float64) float64 {
	return (8*(value(step)-value(-step)) - (value(2*step) - value(-2*step))) / (12 * step)
}

var precise = Settings{Epsilon: 0.1, Tolerance: 1e-13, MaxIterations: 100000}

func TestGradientByMasses(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cost := randomDense(t, r, 6, 7)
	a, b := randomMass(r, 6, 1, false), randomMass(r, 7, 1, false)
	for _, relax := range [][2]float64{{0, 0}, {0.5, 0.8}, {0.5, 0}, {0, 0.5}} {
		settings := precise
		settings.RelaxA, settings.RelaxB = relax[0], relax[1]
		dual := func(a, b []float64) float64 {
			result, err := Solve(background, a, b, cost, settings)
			require.NoError(t, err)
			return result.Dual
		}
		result, err := Solve(background, a, b, cost, settings)
		require.NoError(t, err)
		byA, byB := result.GradientA(), result.GradientB()
		balanced := settings.balanced()
		for i := range a {
			moved := func(x float64) []float64 { return transfer(a, i, (i+1)%len(a), x, balanced) }
			want := byA[i]
			if balanced {
				want -= byA[(i+1)%len(a)]
			}
			assert.InDelta(t, want, slope(1e-3, func(x float64) float64 { return dual(moved(x), b) }), 1e-7, "a[%d] relax=%v", i, relax)
		}
		for j := range b {
			moved := func(x float64) []float64 { return transfer(b, j, (j+1)%len(b), x, balanced) }
			want := byB[j]
			if balanced {
				want -= byB[(j+1)%len(b)]
			}
			assert.InDelta(t, want, slope(1e-3, func(x float64) float64 { return dual(a, moved(x)) }), 1e-7, "b[%d] relax=%v", j, relax)
		}
		if balanced {
			var sumA, sumB float64
			for _, v := range byA {
				sumA += v
			}
			for _, v := range byB {
				sumB += v
			}
			assert.InDelta(t, 0, sumA, 1e-13)
			assert.InDelta(t, 0, sumB, 1e-13)
		}
	}
}

// transfer adds x to one mass, and takes it from another if the total must stay.
func transfer(mass []float64, to, from int, x float64, balanced bool) []float64 {
	moved := append([]float64(nil), mass...)
	moved[to] += x
	if balanced {
		moved[from] -= x
	}
	return moved
}

func TestGradientWithoutMass(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	result, err := Solve(background, []float64{0.5, 0, 0.5}, []float64{1, 1e-3}, randomDense(t, r, 3, 2), Settings{RelaxA: 1, RelaxB: 1})
	require.NoError(t, err)
	assert.True(t, math.IsInf(result.GradientA()[1], -1))
	assert.False(t, math.IsInf(result.GradientA()[0], 0))
}

var pointCosts = map[string]func(x, y kernels.Matrix[float64]) (*Cost, error){"squared": SquaredEuclidean, "Euclidean": Euclidean}

func TestGradientByPlaces(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	x, y := randomMatrix(r, 5, 3), randomMatrix(r, 6, 3)
	a, b := randomMass(r, 5, 1, true), randomMass(r, 6, 1, true)
	for name, points := range pointCosts {
		for _, relax := range []float64{0, 0.4} {
			settings := precise
			settings.RelaxA, settings.RelaxB = relax, relax
			solve := func() *Result {
				cost, err := points(x, y)
				require.NoError(t, err)
				result, err := Solve(background, a, b, cost, settings)
				require.NoError(t, err)
				return result
			}
			byX, err := solve().GradientX()
			require.NoError(t, err)
			byY, err := solve().GradientY()
			require.NoError(t, err)
			for _, side := range []struct{ places, gradient kernels.Matrix[float64] }{{x, byX}, {y, byY}} {
				for k, place := range side.places.Data {
					got := slope(1e-3, func(move float64) float64 {
						side.places.Data[k] = place + move
						return solve().Dual
					})
					side.places.Data[k] = place
					assert.InDelta(t, side.gradient.Data[k], got, 1e-8, "%s relax=%v %d", name, relax, k)
				}
			}
		}
	}
}

func TestCostOfPoints(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	x, y := randomMatrix(r, 4, 2), randomMatrix(r, 3, 2)
	squared, err := SquaredEuclidean(x, y)
	require.NoError(t, err)
	euclidean, err := Euclidean(x, y)
	require.NoError(t, err)
	manhattan, err := FromPoints(x, y, func(x, y []float64) float64 { return math.Abs(x[0]-y[0]) + math.Abs(x[1]-y[1]) })
	require.NoError(t, err)
	for i := range 4 {
		for j := range 3 {
			dx, dy := x.At(i, 0)-y.At(j, 0), x.At(i, 1)-y.At(j, 1)
			assert.InDelta(t, dx*dx+dy*dy, squared.At(i, j), 1e-15)
			assert.InDelta(t, math.Hypot(dx, dy), euclidean.At(i, j), 1e-15)
			assert.InDelta(t, math.Abs(dx)+math.Abs(dy), manhattan.At(i, j), 1e-15)
		}
	}
	// Points that coincide have zero as a derivative, not NaN.
	same, err := Euclidean(x, x)
	require.NoError(t, err)
	result, err := Solve(background, randomMass(r, 4, 1, false), randomMass(r, 4, 1, false), same, Settings{})
	require.NoError(t, err)
	gradient, err := result.GradientX()
	require.NoError(t, err)
	for _, v := range gradient.Data {
		assert.False(t, math.IsNaN(v))
	}
}

func TestDivergenceGradients(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for _, name := range slices.Sorted(maps.Keys(pointCosts)) {
		points := pointCosts[name]
		x, y := randomMatrix(r, 5, 2), randomMatrix(r, 4, 2)
		a, b := randomMass(r, 5, 1, true), randomMass(r, 4, 1, false)
		solve := func(a, b []float64) *DivergenceResult {
			between, err := points(x, y)
			require.NoError(t, err)
			withinX, err := points(x, x)
			require.NoError(t, err)
			withinY, err := points(y, y)
			require.NoError(t, err)
			d, err := Divergence(background, a, b, between, withinX, withinY, precise)
			require.NoError(t, err)
			return d
		}
		d := solve(a, b)
		for i := range a {
			next := (i + 1) % len(a)
			if a[i] == 0 || a[next] == 0 {
				continue // below
			}
			got := slope(1e-3, func(move float64) float64 { return solve(transfer(a, i, next, move, true), b).Value })
			assert.InDelta(t, d.GradientA[i]-d.GradientA[next], got, 1e-7, "%s a[%d]", name, i)
		}
		for j := range b {
			next := (j + 1) % len(b)
			got := slope(1e-3, func(move float64) float64 { return solve(a, transfer(b, j, next, move, true)).Value })
			assert.InDelta(t, d.GradientB[j]-d.GradientB[next], got, 1e-7, "%s b[%d]", name, j)
		}
		require.Zero(t, a[1])
		first := (solve(transfer(a, 1, 0, 1e-8, true), b).Value - d.Value) / 1e-8
		assert.InDelta(t, d.GradientA[1]-d.GradientA[0], first, 1e-4, "%s: the first mass at a place", name)

		if name == "Euclidean" {
			continue // the cost within has a kink where a point meets itself
		}
		byX, err := d.GradientX()
		require.NoError(t, err)
		byY, err := d.GradientY()
		require.NoError(t, err)
		for _, side := range []struct{ places, gradient kernels.Matrix[float64] }{{x, byX}, {y, byY}} {
			for k, place := range side.places.Data {
				got := slope(1e-3, func(move float64) float64 {
					side.places.Data[k] = place + move
					return solve(a, b).Value
				})
				side.places.Data[k] = place
				assert.InDelta(t, side.gradient.Data[k], got, 1e-8, "%s %d", name, k)
			}
		}
	}
}

func TestDivergence(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	x := randomMatrix(r, 12, 2)
	for _, kind := range slices.Sorted(maps.Keys(pointCosts)) {
		cost, err := pointCosts[kind](x, x)
		require.NoError(t, err)
		for _, eps := range []float64{1, 0.05, 0.003} {
			name := fmt.Sprintf("%s eps=%v", kind, eps)
			a, b := randomMass(r, 12, 2, true), randomMass(r, 12, 2, false)
			settings := Settings{Epsilon: eps, MaxIterations: 100000, Tolerance: 1e-12}
			there, err := Divergence(background, a, b, cost, nil, nil, settings)
			require.NoError(t, err)
			back, err := Divergence(background, b, a, cost, nil, nil, settings)
			require.NoError(t, err)
			assert.Greater(t, there.Value, 1e-4, name)
			assert.InDelta(t, there.Value, back.Value, 1e-12, name)
			self, err := Divergence(background, a, a, cost, nil, nil, settings)
			require.NoError(t, err)
			assert.InDelta(t, 0, self.Value, 1e-12, name)
			for _, v := range self.GradientA {
				assert.InDelta(t, 0, v, 1e-7, name)
			}
			assert.Equal(t, [2]Method{KernelForm, LogDomain}, [2]Method{self.Between.Method, self.WithinA.Method}, name)
			assert.Less(t, self.Between.Iterations, 5, name)
			assert.Less(t, self.WithinA.Iterations, 200, name)
		}
	}
	// Far apart compared with eps, the divergence of two points is the cost between them.
	cost, err := Grid(30)
	require.NoError(t, err)
	a, b := make([]float64, 30), make([]float64, 30)
	a[3], b[20] = 1, 1
	d, err := Divergence(background, a, b, cost, nil, nil, Settings{Epsilon: 0.5})
	require.NoError(t, err)
	assert.InDelta(t, 17*17, d.Value, 1e-12)
}

// TestDivergenceOfRoundedSums: marginals that are equal but for what is taken for rounding have no divergence.
func TestDivergenceOfRoundedSums(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	x := randomMatrix(r, 15, 2)
	cost, err := SquaredEuclidean(x, x)
	require.NoError(t, err)
	a := randomMass(r, 15, 1, true)
	for _, b := range [][]float64{scaled(a, 1-5e-7), scaled(a, 1+5e-7)} {
		d, err := Divergence(background, a, b, cost, nil, nil, Settings{Epsilon: 0.05})
		require.NoError(t, err)
		assert.InDelta(t, 0, d.Value, 1e-12)
		pairs, err := Pairwise(background, [][]float64{a, b}, cost, PairwiseSettings{Settings: Settings{Epsilon: 0.05}, Measure: SinkhornDivergence})
		require.NoError(t, err)
		assert.InDelta(t, 0, pairs.Distances.At(0, 1), 1e-12)
	}
	_, err = Divergence(background, a, scaled(a, 2), cost, nil, nil, Settings{})
	assert.ErrorIs(t, err, ErrTotal)
}
