// Package pool runs the parts of one large operation on several goroutines.
//
// The parts are handed out by a counter, so any part may run anywhere; a task must therefore give each part its own
// place for results and combine those in order afterwards. Workers that finish keep looking for the next operation for
// a while, because the next sweep of an iteration follows within microseconds and waking a sleeper takes as long.
package pool

import (
	"sync"
	"sync/atomic"
)

// Task is one operation in parts. The caller keeps its tasks for reuse: a call of Run allocates nothing.
type Task interface {
	// Do computes one part. It must not depend on which parts came before it or on which goroutine it is called from.
	Do(part int)
}

// Run calls task.Do(0), ..., task.Do(parts-1), each once, and returns when all have returned. They run in no order on the
// calling goroutine and on the workers; in order on the calling goroutine alone if there is one worker, if another
// goroutine's operation has the workers, or if the call comes from inside a part. If a part panics the others still run,
// except on the calling goroutine alone, and then Run panics with the first value. The pool refers to task until
// another operation begins.
func Run(parts int, task Task) { shared.run(parts, task, Workers()) }

var shared = newPool()

// pool is the operation that workers can be on, one at a time, and the workers.
type pool struct {
	busy sync.Mutex // held by the caller whose operation the workers are on

	_ cacheLine
	// The operation. Task and parts are written before left becomes positive and stay until unfinished is zero, so whoever
	// takes a part from left may read them until it has counted that part as finished.
	task  Task
	parts int
	left  atomic.Int64 // parts that nobody has taken yet, watched by idle workers; none if negative

	_          cacheLine
	unfinished atomic.Int64 // parts that have not returned yet, watched by the caller
	_          cacheLine

	panicked     atomic.Pointer[any] // the first value that a part panicked with
	callerSleeps atomic.Bool         // the caller wants a token in done when unfinished is zero
	done         chan struct{}       // at most one token, perhaps a late one: the receiver looks at unfinished again

	workers atomic.Int64  // goroutines that run work
	wanted  atomic.Int64  // how many of them the latest operation had use for
	asleep  atomic.Int64  // workers that receive from wake, or are about to
	wake    chan struct{} // one token for each worker taken off asleep
}

// cacheLine keeps what one side watches apart from what the other writes.
type cacheLine [64]byte

// maxWorkers bounds the tokens in wake, so that sending one never blocks.
const maxWorkers = 1 << 12

func newPool() *pool {
	return &pool{done: make(chan struct{}, 1), wake: make(chan struct{}, maxWorkers)}
}

func (p *pool) run(parts int, task Task, workers int) {
	workers = min(workers, maxWorkers)
	if parts < 2 || workers < 2 || !p.busy.TryLock() {
		for part := range parts {
			task.Do(part)
		}
		return
	}
	defer p.end()
	p.begin(parts, task, workers)
	p.takeParts()
}

// begin offers the parts to the workers, and starts those that are missing.
func (p *pool) begin(parts int, task Task, workers int) {
	p.task, p.parts = task, parts
	if wanted := int64(workers - 1); p.wanted.Load() != wanted {
		p.wanted.Store(wanted) // only then, because workers watch it too
	}
	p.unfinished.Store(int64(parts))
	p.left.Store(int64(parts))
	for p.workers.Load() < int64(min(parts, workers)-1) {
		p.workers.Add(1)
		go p.work()
	}
	p.rouse()
}

// end waits for the parts that workers took, frees the pool and passes a panic on.
func (p *pool) end() {
	if p.left.Load() > 0 { // a part ended this goroutine with runtime.Goexit
		p.unfinished.Add(-max(p.left.Swap(0), 0))
	}
	p.await()
	value := p.panicked.Load()
	if value == nil {
		p.busy.Unlock()
		return
	}
	p.panicked.Store(nil)
	p.busy.Unlock()
	panic(*value)
}

// takeParts runs parts until none is left. The operation may end and another begin between looking at left and taking
// from it: then this goroutine has taken a part of that one, which is as good.
func (p *pool) takeParts() {
	for p.left.Load() > 0 {
		if left := p.left.Add(-1); left >= 0 {
			p.doPart(p.parts - 1 - int(left))
		}
	}
}

// doPart runs one part; whatever happens in it, it counts as finished, and the last one wakes the caller.
func (p *pool) doPart(part int) {
	returned := false
	defer func() {
		if !returned {
			value := recover()
			if value == nil {
				value = "pool: a part called runtime.Goexit"
			}
			p.panicked.CompareAndSwap(nil, &value)
		}
		if p.unfinished.Add(-1) == 0 && p.callerSleeps.Load() && p.callerSleeps.CompareAndSwap(true, false) {
			select {
			case p.done <- struct{}{}:
			default:
			}
		}
	}()
	p.task.Do(part)
	returned = true
}

// await returns when no part is unfinished.
func (p *pool) await() {
	if watchFor(func() bool { return p.unfinished.Load() == 0 }) {
		return
	}
	for {
		p.callerSleeps.Store(true)
		if p.unfinished.Load() == 0 {
			p.callerSleeps.Store(false)
			return
		}
		<-p.done
	}
}
