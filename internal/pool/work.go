package pool

import (
	"runtime"
	"sync/atomic"
	"time"
)

// watch is how long an idle worker looks for the next operation, and a caller for the end of the last part, before it
// sleeps. It bounds what an operation costs other goroutines after its end. On two
// virtual cores of Zen 5 a worker that watches takes a part and gives it back in 0.35 to 1.2 microseconds, one that sleeps
// in about 160 while other programs keep both cores busy (BenchmarkHandOver). It has to be more than that: a worker that was
// asleep ends its part so much later than the caller, and if the caller then slept too, the worker would be asleep again
// before the caller could begin the next operation, and so on for ever.
const watch = 200 * time.Microsecond

// setting is what SetWorkers was given, 0 for the default.
var setting atomic.Int64

// Workers is how many goroutines, the caller's among them, one Run is split across: never more than can run at once,
// because the others could only take turns with them.
func Workers() int {
	limit := runtime.GOMAXPROCS(0)
	if n := int(setting.Load()); n > 0 && n < limit {
		return n
	}
	return limit
}

// SetWorkers sets the number of goroutines and returns the previous setting; below 1 is the default, GOMAXPROCS, and
// is returned as 0.
func SetWorkers(n int) (previous int) {
	return int(setting.Swap(int64(max(n, 0))))
}

// work is the life of a worker.
func (p *pool) work() {
	retired := false
	defer func() {
		if !retired { // a part called runtime.Goexit
			p.workers.Add(-1)
		}
	}()
	for {
		p.takeParts()
		if retired = p.retire(); retired {
			p.rouse() // in case this worker was roused for parts that it now leaves
			return
		}
		if !watchFor(func() bool { return p.left.Load() > 0 }) {
			p.sleep()
		}
	}
}

// retire takes the calling worker off the count if there are more than wanted.
func (p *pool) retire() bool {
	for {
		n := p.workers.Load()
		if n <= p.wanted.Load() {
			return false
		}
		if p.workers.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// sleep returns when there is an operation. It says that it sleeps before it looks for one the last time, and begin offers
// the operation before it looks for sleepers, so one of the two sees the other.
func (p *pool) sleep() {
	p.asleep.Add(1)
	if p.left.Load() > 0 && p.takeSleeper() {
		return
	}
	<-p.wake
	p.rouse()
}

// rouse wakes up to two sleepers if there are parts for them. Each wakes two more in turn: waking takes a microsecond or
// so, and one goroutine alone would wake many for longer than an operation lasts.
func (p *pool) rouse() {
	for range min(p.left.Load()-1, 2) {
		if !p.takeSleeper() {
			return
		}
		p.wake <- struct{}{}
	}
}

// takeSleeper takes one worker off asleep, and with it the duty to send, or the right not to await, one token in wake.
func (p *pool) takeSleeper() bool {
	for {
		n := p.asleep.Load()
		if n == 0 {
			return false
		}
		if p.asleep.CompareAndSwap(n, n-1) {
			return true
		}
	}
}

// watchFor looks at a condition until it holds or the time is up. Reading the clock is also where the scheduler can
// interrupt it, so that the garbage collector does not wait for it.
func watchFor(condition func() bool) bool {
	for start := time.Now(); ; {
		for range 8 {
			if condition() {
				return true
			}
		}
		if time.Since(start) > watch {
			return false
		}
	}
}
