package limit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
)

func TestPeakCountsItsWork(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testPeak[float32](t)
		testPeak[float64](t)
	})
}

func testPeak[T cast.Float](t *testing.T) {
	step := Peak[T](1)
	assert.GreaterOrEqual(t, step, 10.0, "fewer chains than hide the latency")
	assert.Equal(t, 0.0, Peak[T](0))
	assert.Equal(t, step*MaxIterations, Peak[T](MaxIterations))
	assert.Panics(t, func() { Peak[T](MaxIterations + 1) })
	assert.Panics(t, func() { Peak[T](-1) })
}

func TestPeakBFloat16CountsItsWork(t *testing.T) {
	testkit.EachBFloat16(t, func(t *testing.T, _ level.Level) {
		step := PeakBFloat16(1)
		assert.Equal(t, 0.0, PeakBFloat16(0))
		assert.Equal(t, step*MaxIterations, PeakBFloat16(MaxIterations))
		assert.Panics(t, func() { PeakBFloat16(MaxIterations + 1) })
		if level.BFloat16() {
			assert.Equal(t, 2*Peak[float32](1), step)
			assert.Equal(t, step, float64(peakOfPairsGeneric(1, 1))*Peak[float32](1)/float64(peakGeneric[float32](1, 1)))
		} else {
			assert.Equal(t, Peak[float32](1), step)
		}
	})
}

func TestStreamsTouchEveryElementAndNoOther(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testStreams[float32](t)
		testStreams[float64](t)
	})
}

func testStreams[T cast.Float](t *testing.T) {
	testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) {
		x := testkit.CopyOf(m, ones[T](n))
		checkStreams(t, x)
	})
	for _, n := range []int{MaxElements - 1, MaxElements, MaxElements + 5, 2*MaxElements + 1} {
		checkStreams(t, ones[T](n))
	}
}

// checkStreams takes a slice of ones.
func checkStreams[T cast.Float](t *testing.T, x []T) {
	n := len(x)
	Update(2, x, 3)
	for i, v := range x {
		if v != 8 {
			t.Fatalf("n=%d: element %d was updated to %v, want 8", n, i, v)
		}
	}
	require.Equal(t, T(8*n), Read(x, 1), "n=%d", n)
	require.Equal(t, T(40*n), Read(x, 5), "n=%d", n)
}

func ones[T cast.Float](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = 1
	}
	return x
}
