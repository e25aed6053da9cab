package kernels

import (
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/pool"
)

// Float is the element type of every kernel.
type Float interface{ float32 | float64 }

// Element is what a [Matrix] may hold: the elements of kernels, and those that some take as operands only.
type Element interface{ Float | BFloat16 }

// InstructionSet names what the kernels run on: generic, neon, avx2 or avx512.
type InstructionSet = level.Level

// Level is the instruction set in use, the best that both this build and this processor have. GODEBUG=cpu.avx512f=off in the
// environment takes AVX-512 away, GODEBUG=cpu.all=off all but plain Go; the build tag purego compiles no assembly.
func Level() InstructionSet { return level.Current() }

// Workers is the number of goroutines, the caller's among them, that one large operation is split across: what
// [SetWorkers] set, or else runtime.GOMAXPROCS(0), and never more than that.
func Workers() int { return pool.Workers() }

// SetWorkers sets the number of goroutines, the caller's among them, that one large operation is split across, and
// returns the previous setting, so that `defer kernels.SetWorkers(kernels.SetWorkers(1))` restores it. 1 keeps every
// operation on the goroutine that calls it, which suits a server that is parallel already; anything below 1 is the
// default, runtime.GOMAXPROCS(0) at each call, reported as 0. Results do not depend on it. It holds for operations
// that begin later and may be called at any time.
func SetWorkers(n int) (previous int) { return pool.SetWorkers(n) }

// Parallel calls do(0), ..., do(n-1), each once and in no order, on up to [Workers] goroutines and returns when all have
// returned. Where it pays: calls of more than about 10 microseconds each. It runs them in order on the calling goroutine
// while the workers are taken, so also inside another Parallel. If do panics, Parallel panics with the first value:
// after all other calls where workers share them, at once where they run in order, which leaves the rest out.
func Parallel(n int, do func(i int)) { pool.RunFunc(n, do) }
