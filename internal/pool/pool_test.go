package pool

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// counting counts how often each part ran.
type counting struct {
	calls []atomic.Int32
	each  func(part int)
}

func (c *counting) Do(part int) {
	c.calls[part].Add(1)
	if c.each != nil {
		c.each(part)
	}
}

func (c *counting) requireOnce(t *testing.T) {
	t.Helper()
	for part := range c.calls {
		require.EqualValues(t, 1, c.calls[part].Swap(0), "part %d", part)
	}
}

func newCounting(parts int, each func(part int)) *counting {
	return &counting{calls: make([]atomic.Int32, parts), each: each}
}

// withProcessors makes room for workers whatever the machine.
func withProcessors(t testing.TB, n int) {
	old := runtime.GOMAXPROCS(n)
	t.Cleanup(func() { runtime.GOMAXPROCS(old) })
}

func TestEachPartRunsOnce(t *testing.T) {
	withProcessors(t, 4)
	for _, workers := range []int{1, 2, 3, 4, 7} {
		for _, parts := range []int{0, 1, 2, 3, 16, 1000} {
			p, task := newPool(), newCounting(parts, nil)
			for range 50 {
				p.run(parts, task, workers)
				task.requireOnce(t)
			}
			assert.Less(t, p.workers.Load(), int64(workers))
		}
	}
}

func TestPartsRunAtTheSameTime(t *testing.T) {
	withProcessors(t, 4)
	var meeting sync.WaitGroup
	meeting.Add(3)
	newPool().run(3, newCounting(3, func(int) { // returns only if all three are in here at once
		meeting.Done()
		meeting.Wait()
	}), 3)
}

func TestRunAfterWorkersSlept(t *testing.T) {
	withProcessors(t, 4)
	p := newPool()
	for range 30 {
		var meeting sync.WaitGroup
		meeting.Add(4)
		p.run(4, newCounting(4, func(int) {
			meeting.Done()
			meeting.Wait()
		}), 4)
		require.Eventually(t, func() bool { return p.asleep.Load() == 3 }, 10*time.Second, 10*time.Microsecond)
	}
}

func TestCallerSleepsUntilTheLastPart(t *testing.T) {
	withProcessors(t, 2)
	p := newPool()
	for range 20 {
		task := newCounting(2, nil)
		task.each = func(part int) {
			if part == 0 { // on one goroutine; the other has returned from part 1 by then
				for task.calls[1].Load() == 0 {
					runtime.Gosched()
				}
				time.Sleep(5 * watch)
			}
		}
		p.run(2, task, 2)
		task.requireOnce(t)
	}
}

func TestManyCallersAtOnce(t *testing.T) {
	withProcessors(t, 4)
	p := newPool()
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			task := newCounting(20, nil)
			for range 500 {
				p.run(20, task, 4)
				for part := range task.calls {
					if n := task.calls[part].Swap(0); n != 1 {
						t.Errorf("part %d ran %d times", part, n)
					}
				}
			}
		})
	}
	callers.Wait()
}

func TestRunInsideAPart(t *testing.T) {
	withProcessors(t, 4)
	p := newPool()
	var inner atomic.Int32
	p.run(10, newCounting(10, func(int) {
		p.run(10, newCounting(10, func(int) { inner.Add(1) }), 4)
	}), 4)
	assert.EqualValues(t, 100, inner.Load())
}

func TestResultsDoNotDependOnWorkers(t *testing.T) {
	withProcessors(t, 4)
	x := testkit.Normal[float32](testkit.NewRandom(1), 1<<16)
	sum := func(workers int) (total float32) {
		var partial [64]float32
		newPool().run(len(partial), newCounting(len(partial), func(part int) {
			for _, v := range x[part*1024 : (part+1)*1024] {
				partial[part] += v
			}
		}), workers)
		for _, v := range partial {
			total += v
		}
		return total
	}
	want := sum(1)
	for workers := 2; workers < 6; workers++ {
		assert.Equal(t, want, sum(workers), "%d workers", workers)
	}
}

func TestPanicReachesTheCaller(t *testing.T) {
	withProcessors(t, 4)
	failure := errors.New("part failed")
	p := newPool()
	for _, workers := range []int{1, 2, 4} {
		for bad := range 5 {
			task := newCounting(5, func(part int) {
				if part == bad {
					panic(failure)
				}
			})
			assert.PanicsWithValue(t, failure, func() { p.run(5, task, workers) })
			if workers > 1 {
				task.requireOnce(t)
			}
			fine := newCounting(5, nil)
			p.run(5, fine, workers)
			fine.requireOnce(t)
		}
	}
	assert.Panics(t, func() { p.run(5, newCounting(5, func(part int) { panic(fmt.Sprint(part)) }), 4) }, "every part panics")
}

func TestGoexitInAPart(t *testing.T) {
	withProcessors(t, 4)
	p := newPool()
	for range 20 {
		outcome := make(chan any, 1)
		go func() {
			defer func() { outcome <- recover() }()
			p.run(5, newCounting(5, func(part int) {
				if part == 2 {
					runtime.Goexit()
				}
			}), 4)
		}()
		assert.Equal(t, "pool: a part called runtime.Goexit", <-outcome)
		task := newCounting(5, nil)
		p.run(5, task, 4)
		task.requireOnce(t)
	}
}

func TestSurplusWorkersEnd(t *testing.T) {
	withProcessors(t, 4)
	p := newPool()
	meet := func(workers int) {
		var meeting sync.WaitGroup
		meeting.Add(workers)
		p.run(workers, newCounting(workers, func(int) {
			meeting.Done()
			meeting.Wait()
		}), workers)
	}
	meet(4)
	assert.EqualValues(t, 3, p.workers.Load())
	require.Eventually(t, func() bool {
		meet(2) // wakes a surplus worker each time
		return p.workers.Load() == 1
	}, 10*time.Second, 5*watch)
	meet(4)
	assert.EqualValues(t, 3, p.workers.Load())
}

func TestSetWorkers(t *testing.T) {
	withProcessors(t, 3)
	defer SetWorkers(SetWorkers(0))
	assert.Equal(t, 3, Workers())
	SetWorkers(2)
	assert.Equal(t, 2, Workers())
	SetWorkers(1)
	var order []int
	RunFunc(5, func(part int) { order = append(order, part) })
	assert.Equal(t, []int{0, 1, 2, 3, 4}, order, "one worker runs the parts in order on the calling goroutine")
}

func TestSharedPoolOnOneProcessor(t *testing.T) {
	withProcessors(t, 1)
	task := newCounting(5, nil)
	Run(5, task)
	task.requireOnce(t)
}

func TestRunDoesNotAllocate(t *testing.T) {
	withProcessors(t, 4)
	task := newCounting(8, nil)
	testkit.NoAllocs(t, func() { Run(8, task) })
}

func TestGarbageCollectionWhileWorkersWatch(t *testing.T) {
	withProcessors(t, 4)
	task := newCounting(8, nil)
	for range 50 {
		Run(8, task)
		runtime.GC()
	}
}
