package vec_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

func TestExtremes(t *testing.T) { testkit.EachLevelAndType(t, extremes[float32], extremes[float64]) }

func extremes[T kernels.Float](t *testing.T) {
	inf, nan, negativeZero := T(math.Inf(1)), T(math.NaN()), T(math.Copysign(0, -1))
	for _, n := range lengths {
		x := testkit.Normal[T](testkit.NewRandom(uint64(n)), n)
		if n == 0 {
			require.Equal(t, -inf, vec.Max(x))
			require.Equal(t, inf, vec.Min(x))
			continue
		}
		require.Equal(t, slices.Max(x), vec.Max(x))
		require.Equal(t, slices.Min(x), vec.Min(x))
		x[n/2] = inf
		require.Equal(t, inf, vec.Max(x))
		x[n-1] = -inf
		require.Equal(t, -inf, vec.Min(x))
		for _, at := range []int{0, n / 3, n - 1} {
			was := x[at]
			x[at] = nan
			testkit.RequireSame(t, []T{nan, nan}, []T{vec.Max(x), vec.Min(x)})
			x[at] = was
		}
		vec.Fill(x, negativeZero)
		testkit.RequireSame(t, []T{0, 0}, []T{vec.Max(x), vec.Min(x)})
	}
}

// scan is what MaxAbsIndex documents: a scan with >.
func scan[T kernels.Float](x []T) int {
	index := -1
	var largest float64
	for i, v := range x {
		if a := math.Abs(float64(v)); i == 0 || a > largest {
			index, largest = i, a
		}
	}
	return index
}

func TestMaxAbsIndex(t *testing.T) {
	testkit.EachLevelAndType(t, maxAbsIndex[float32], maxAbsIndex[float64])
}

func maxAbsIndex[T kernels.Float](t *testing.T) {
	random := testkit.NewRandom(3)
	check := func(x []T) {
		t.Helper()
		require.Equal(t, scan(x), vec.MaxAbsIndex(x), "n=%d", len(x))
	}
	for n := range 300 {
		x := make([]T, n)
		check(x)
		testkit.FillNormal(random, x)
		check(x)
		for i := range x { // ties
			x[i] = T(random.IntN(3) - 1)
		}
		check(x)
		testkit.FillBits(random, x)
		check(x)
		for i := range x { // NaN among few values
			if x[i] = T(random.IntN(5) - 2); random.IntN(8) == 0 {
				x[i] = T(math.NaN())
			}
		}
		check(x)
	}
	for _, n := range lengths {
		x := testkit.Uniform[T](random, n, -1, 1)
		for _, at := range []int{0, n / 3, n / 2, n - 1} {
			if n == 0 {
				break
			}
			x[at] = -7 // also ties of earlier ones, in other panels
			check(x)
			x[(at+n/2)%n] = T(math.NaN())
			check(x)
		}
	}
	// NaN at the start of a later call of assembly, and one of nothing else.
	const call = 1 << 16
	x := testkit.Uniform[T](random, 2*call+100, -1, 1)
	x[call], x[call+77] = T(math.NaN()), 7
	check(x)
	vec.Fill(x[call:2*call], T(math.NaN()))
	check(x)
	x[2*call+99] = -8
	check(x)
}
