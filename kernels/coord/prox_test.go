package coord_test

import (
	"math"
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/vec"
)

func TestProx(t *testing.T) { testkit.EachLevelAndType(t, prox[float32], prox[float64]) }

func prox[T kernels.Float](t *testing.T) {
	for name, p := range penalties[T]() {
		low, high := interval(p)
		for _, step := range []T{0, 0.5, 2} {
			x := testkit.Normal[T](testkit.NewRandom(1), 100)
			got := slices.Clone(x)
			coord.Prox(got, got, step, p)
			for i, v := range x {
				at, _ := minimise(func(z float64) float64 {
					return float64(step)*valueOf(p, z) + (z-float64(v))*(z-float64(v))/2
				}, low, high)
				require.InDelta(t, at, float64(got[i]), tolerance[T](), name)
			}
		}
	}
	// The forms that vec has, in every bit.
	x := append(testkit.Normal[T](testkit.NewRandom(2), 999), T(math.Inf(1)), T(math.Inf(-1)), T(math.NaN()), 0, 0.5, -0.5)
	got, want := make([]T, len(x)), make([]T, len(x))
	coord.Prox(got, x, 0.5, coord.Penalty[T]{L1: 1})
	vec.SoftThreshold(want, x, 0.5)
	testkit.RequireSame(t, want, got)
	coord.Prox(got, x, 0.5, coord.Penalty[T]{Lower: -1, Upper: 0.25})
	vec.Clamp(want, x, -1, 0.25)
	testkit.RequireSame(t, want, got)
}

func TestProxHuber(t *testing.T) { testkit.EachLevelAndType(t, proxHuber[float32], proxHuber[float64]) }

func proxHuber[T kernels.Float](t *testing.T) {
	huber := func(z, delta float64) float64 {
		if math.Abs(z) <= delta {
			return z * z / 2
		}
		return delta*math.Abs(z) - delta*delta/2
	}
	for _, step := range []float64{0, 0.5, 3} {
		for _, delta := range []float64{0, 0.25, 1} {
			x := testkit.Normal[T](testkit.NewRandom(1), 100)
			got := slices.Clone(x)
			coord.ProxHuber(got, got, T(step), T(delta))
			for i, v := range x {
				at, _ := minimise(func(z float64) float64 {
					return step*huber(z, delta) + (z-float64(v))*(z-float64(v))/2
				}, -10, 10)
				require.InDelta(t, at, float64(got[i]), tolerance[T]())
			}
		}
	}
	got := []T{T(math.NaN()), T(math.Inf(1)), T(math.Inf(-1))}
	coord.ProxHuber(got, got, 1, 1)
	testkit.RequireSame(t, []T{T(math.NaN()), T(math.Inf(1)), T(math.Inf(-1))}, got)
}

// TestInfiniteSteps lead to the minimum of the penalty, or to the nearest where there are many.
func TestInfiniteSteps(t *testing.T) {
	testkit.EachLevelAndType(t, infiniteSteps[float32], infiniteSteps[float64])
}

func infiniteSteps[T kernels.Float](t *testing.T) {
	inf := T(math.Inf(1))
	got, x := make([]T, 3), []T{1.5, -3, 0}
	for _, c := range []struct {
		penalty coord.Penalty[T]
		want    []T
	}{
		{coord.Penalty[T]{}, x},
		{coord.Penalty[T]{Lower: -2, Upper: 1}, []T{1, -2, 0}},
		{coord.Penalty[T]{L1: 1}, []T{0, 0, 0}},
		{coord.Penalty[T]{L2: 1, Lower: 0.5, Upper: 1}, []T{0.5, 0.5, 0.5}},
	} {
		coord.Prox(got, x, inf, c.penalty)
		testkit.RequireSame(t, c.want, got)
	}
	coord.ProxHuber(got, x, inf, 0)
	testkit.RequireSame(t, x, got)
	coord.ProxHuber(got, x, inf, 1)
	for _, v := range got {
		require.Zero(t, v)
	}
}

func TestGroupSoftThreshold(t *testing.T) {
	testkit.EachLevelAndType(t, group[float32], group[float64])
}

func group[T kernels.Float](t *testing.T) {
	got := make([]T, 2)
	coord.GroupSoftThreshold(got, []T{3, 4}, 5)
	testkit.RequireSame(t, []T{0, 0}, got)
	coord.GroupSoftThreshold(got, []T{3, -4}, 1)
	require.InDeltaSlice(t, []float64{2.4, -3.2}, []float64{float64(got[0]), float64(got[1])}, 1e-6)
	coord.GroupSoftThreshold(got, []T{3, -4}, 0)
	testkit.RequireSame(t, []T{3, -4}, got)
	coord.GroupSoftThreshold(got, []T{T(math.NaN()), 1}, 1)
	testkit.RequireSame(t, []T{T(math.NaN()), T(math.NaN())}, got)
	coord.GroupSoftThreshold(got[:0], nil, 1)
}

// vectorsToProject are easy and hard: with ties, far away, in the set already, of very different magnitudes.
func vectorsToProject[T kernels.Float]() [][]T {
	random := testkit.NewRandom(4)
	list := [][]T{{5}, {-5}, {0, 0, 0}, {1, 1, 1, 1}, {0.25, 0.25, 0.5}, {1e6, -1e6, 1}, {-3, -2, -1}, {0.5, 0.5, 0.5, -0.5}, ascending[T](100)}
	for _, n := range []int{2, 3, 10, 100, 1000, 5000} {
		x := testkit.Normal[T](random, n)
		list = append(list, x, slices.Sorted(slices.Values(x)))
		reversed := slices.Sorted(slices.Values(x))
		slices.Reverse(reversed)
		list = append(list, reversed, fewFinite[T](n))
	}
	return list
}

func fewFinite[T kernels.Float](n int) []T {
	x := fewValues[T](n, uint64(n))
	for i, v := range x {
		if v-v != 0 {
			x[i] = 1
		}
	}
	return x
}

// exactThreshold is the tau with sum max(y - tau, 0) = radius, from sorted values with exact sums.
func exactThreshold[T kernels.Float](y []T, radius float64) float64 {
	sorted := slices.Sorted(slices.Values(y))
	slices.Reverse(sorted)
	sum, tau := new(big.Float).SetPrec(2000).SetFloat64(-radius), math.Inf(-1)
	for k, v := range sorted {
		if float64(v) <= tau {
			break
		}
		sum.Add(sum, new(big.Float).SetFloat64(float64(v)))
		tau, _ = new(big.Float).Quo(sum, big.NewFloat(float64(k+1))).Float64()
	}
	return tau
}

func TestProjections(t *testing.T) {
	testkit.EachLevelAndType(t, projections[float32], projections[float64])
}

func projections[T kernels.Float](t *testing.T) {
	for _, x := range vectorsToProject[T]() {
		for _, radius := range []T{1, 0.125, 40} {
			largest := float64(radius)
			for _, v := range x {
				largest = max(largest, math.Abs(float64(v)))
			}
			slack := 8 * largest * testkit.Roundoff[T]()
			got := slices.Clone(x)
			coord.ProjectSimplex(got, got, radius)
			tau := exactThreshold(x, float64(radius))
			for i, v := range x {
				if want := max(float64(v)-tau, 0); !(math.Abs(want-float64(got[i])) <= slack) {
					t.Fatalf("simplex, element %d of %d: %v, want %v within %g", i, len(x), got[i], want, slack)
				}
			}
			magnitudes, sum := make([]T, len(x)), new(big.Float).SetPrec(2000)
			for i, v := range x {
				magnitudes[i] = T(math.Abs(float64(v)))
				sum.Add(sum, new(big.Float).SetFloat64(float64(magnitudes[i])))
			}
			ball := slices.Clone(x)
			coord.ProjectL1Ball(ball, ball, radius)
			tau = max(exactThreshold(magnitudes, float64(radius)), 0)
			if sum.Cmp(big.NewFloat(float64(radius))) <= 0 {
				require.Equal(t, x, ball)
			}
			for i, v := range x {
				want := math.Copysign(max(math.Abs(float64(v))-tau, 0), float64(v))
				if !(math.Abs(want-float64(ball[i])) <= slack) {
					t.Fatalf("ball, element %d of %d: %v, want %v within %g", i, len(x), ball[i], want, slack)
				}
			}
		}
	}
	coord.ProjectL1Ball([]T{}, nil, 1)
}
