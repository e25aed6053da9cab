package pool

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
)

// adding adds the parts it is called for.
type adding[T float32 | float64] struct {
	sum  *atomic.Int64
	data []T
}

func (c *adding[T]) Do(part int) { c.sum.Add(int64(part) + int64(c.data[0])) }

func TestRunRecycled(t *testing.T) {
	var r Recycler
	var sum atomic.Int64
	singles, doubles := []float32{1}, []float64{100}
	run := func() {
		RunRecycled[float32](&r, 10, adding[float32]{&sum, singles})
		RunRecycled[float64](&r, 3, adding[float64]{&sum, doubles})
	}
	run()
	require.EqualValues(t, 45+10+3+300, sum.Load())
	testkit.NoAllocs(t, run)
	if task, ok := r.single.Get().(*adding[float32]); ok {
		require.Nil(t, task.data, "a task that nobody uses must not keep its operands")
	}
}
