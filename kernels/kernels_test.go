package kernels_test

import (
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
	"github.com/stretchr/testify/assert"
)

func TestLevelIsTheOneInUse(t *testing.T) {
	restore := level.Force(level.Generic)
	defer restore()
	assert.Equal(t, "generic", kernels.Level().String())
}

func TestSetWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	defer kernels.SetWorkers(kernels.SetWorkers(0))
	assert.Equal(t, 4, kernels.Workers())
	assert.Equal(t, 0, kernels.SetWorkers(3))
	assert.Equal(t, 3, kernels.Workers())
	assert.Equal(t, 3, kernels.SetWorkers(100))
	assert.Equal(t, 4, kernels.Workers(), "no more than can run at once")
	assert.Equal(t, 100, kernels.SetWorkers(-7))
	assert.Equal(t, 4, kernels.Workers(), "below 1 is the default")
	assert.Equal(t, 0, kernels.SetWorkers(0))
}

func TestParallelCallsEachOnce(t *testing.T) {
	var calls [100]atomic.Int32
	kernels.Parallel(len(calls), func(i int) { calls[i].Add(1) })
	for i := range calls {
		assert.EqualValues(t, 1, calls[i].Load(), "call %d", i)
	}
	kernels.Parallel(0, func(int) { t.Error("called") })
}

func TestParallelPanicsWithTheFirstValue(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	for _, c := range []struct{ workers, calls int }{{1, 3}, {4, 10}} {
		restore := kernels.SetWorkers(c.workers)
		var calls atomic.Int32
		assert.PanicsWithValue(t, "failed", func() {
			kernels.Parallel(10, func(i int) {
				calls.Add(1)
				if i == 2 {
					panic("failed")
				}
			})
		})
		assert.EqualValues(t, c.calls, calls.Load(), "%d workers", c.workers)
		kernels.SetWorkers(restore)
	}
}
