package limit

import (
	"testing"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/stretchr/testify/assert"
)

func eachLevel(t *testing.T, test func(t *testing.T)) {
	for _, l := range level.Available() {
		t.Run(l.String(), func(t *testing.T) {
			defer level.Force(l)()
			test(t)
		})
	}
}

func TestPeakCountsItsWork(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
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

func TestStreamsTouchEveryElement(t *testing.T) {
	eachLevel(t, func(t *testing.T) {
		testStreams[float32](t)
		testStreams[float64](t)
	})
}

func testStreams[T cast.Float](t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 7, 63, 64, 65, 127, 257, MaxElements, MaxElements + 5, 2*MaxElements + 1} {
		x := make([]T, n+2)
		for i := range x {
			x[i] = 1
		}
		Update(2, x[1:n+1], 3)
		assert.Equal(t, T(8*n), Read(x[1:n+1], 1), "n=%d", n)
		assert.Equal(t, T(40*n), Read(x[1:n+1], 5), "n=%d", n)
		assert.Equal(t, []T{1, 1}, []T{x[0], x[n+1]}, "n=%d: neighbours changed", n)
		for _, v := range x[1 : n+1] {
			if v != 8 {
				t.Fatalf("n=%d: an element was updated to %v, want 8", n, v)
			}
		}
	}
}
