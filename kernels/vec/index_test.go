package vec_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

func TestIndexed(t *testing.T) { testkit.EachLevelAndType(t, indexed[float32], indexed[float64]) }

// indexed compares with the loops of the documentation. Dense vectors and indices stand in guarded memory, with indices
// of the first and the last element among many that repeat.
func indexed[T kernels.Float](t *testing.T) {
	testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) {
		if testing.Short() && n > 40 && n%7 != 0 { // for emulators
			return
		}
		random := testkit.NewRandom(uint64(n))
		const size = 37
		index := testkit.Slice[int32](m, n)
		for i := range index {
			index[i] = int32(random.IntN(size))
			if i == n/2 {
				index[i] = size - 1
			}
		}
		x := testkit.CopyOf(m, testkit.Normal[T](random, n))
		dense := testkit.CopyOf(m, testkit.Normal[T](random, size))
		before := append([]T{}, dense...)

		gathered := testkit.Slice[T](m, n)
		vec.Gather(gathered, dense, index)
		for i, k := range index {
			require.Equal(t, dense[k], gathered[i])
		}

		got, want, absolute := vec.GatherDot(x, index, dense), testkit.Dot(x, gathered), testkit.AbsDot(x, gathered)
		testkit.RequireSumError(t, got, want, absolute, n)

		vec.ScatterAdd(dense, index, x)
		for i, k := range index {
			before[k] += x[i]
		}
		testkit.RequireSame(t, before, dense)

		alpha := T(0.7)
		vec.GatherAxpy(alpha, x, index, dense)
		for i, k := range index {
			before[k] = plus(before[k], times(alpha, x[i]))
		}
		testkit.RequireSame(t, before, dense)
	})
}

// TestIndexedLong crosses panels.
func TestIndexedLong(t *testing.T) {
	testkit.EachLevelAndType(t, indexedLong[float32], indexedLong[float64])
}

func indexedLong[T kernels.Float](t *testing.T) {
	const n, size = 3*65536 + 5, 1000
	random := testkit.NewRandom(1)
	x, dense, gathered := testkit.Normal[T](random, n), testkit.Normal[T](random, size), make([]T, n)
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(random.IntN(size))
	}
	vec.Gather(gathered, dense, index)
	testkit.RequireSumError(t, vec.GatherDot(x, index, dense), testkit.Dot(x, gathered), testkit.AbsDot(x, gathered), 1024+18)
}

// TestIndexOutside puts a bad index in each place; it must be named, and nothing written.
func TestIndexOutside(t *testing.T) {
	testkit.EachLevelAndType(t, indexOutside[float32], indexOutside[float64])
}

func indexOutside[T kernels.Float](t *testing.T) {
	for _, n := range []int{1, 15, 16, 17, 64, 65, 130, 70000} {
		for _, at := range []int{0, n / 3, n - 1} {
			for _, bad := range []int32{-1, 50, math.MaxInt32, math.MinInt32} {
				index, x, dense := make([]int32, n), make([]T, n), make([]T, 50)
				vec.Fill(x, 1)
				index[at] = bad
				message := func(function, name string) string {
					return fmt.Sprintf("vec: %s: index[%d]=%d, len(%s)=50", function, at, bad, name)
				}
				require.PanicsWithValue(t, message("Gather", "x"), func() { vec.Gather(x, dense, index) })
				require.PanicsWithValue(t, message("ScatterAdd", "dst"), func() { vec.ScatterAdd(dense, index, x) })
				require.PanicsWithValue(t, message("GatherDot", "y"), func() { vec.GatherDot(x, index, dense) })
				require.PanicsWithValue(t, message("GatherAxpy", "y"), func() { vec.GatherAxpy(2, x, index, dense) })
				require.Equal(t, make([]T, 50), dense)
				require.Equal(t, T(n), vec.Sum(x))
			}
		}
	}
	require.PanicsWithValue(t, "vec: Gather: index[0]=0, len(x)=0", func() { vec.Gather(make([]T, 1), nil, []int32{0}) })
	require.NotPanics(t, func() { vec.Gather(nil, []T{}, nil) })
	require.NotPanics(t, func() { vec.Gather(make([]T, 2), make([]T, 8), []int32{7, 0}) })
}
