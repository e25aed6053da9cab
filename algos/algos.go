// Package algos holds what the methods below it share: how an iteration reports its progress, why it stopped and how its
// residual went. The methods themselves are one package a subject: [ot] for optimal transport, [orth] for orthogonal
// factors and the optimisers built on them, [linsolve] for linear systems, [relax] for learning the parameter of their solvers, [bcd]
// for block coordinate descent.
//
// A method takes a settings struct whose zero value works and a context; it returns a result that embeds a [Report].
// Input that makes no sense is an error that names the argument, never a panic. An iteration that ends without meeting
// its tolerance is not an error: look at Report.Stopped.
//
// The module is at version 0: names here and below may still change between minor versions, each change named in CHANGELOG.md.
//
// [ot]: https://pkg.go.dev/github.com/raphson-go/raphson/algos/ot
// [orth]: https://pkg.go.dev/github.com/raphson-go/raphson/algos/orth
// [linsolve]: https://pkg.go.dev/github.com/raphson-go/raphson/algos/linsolve
// [bcd]: https://pkg.go.dev/github.com/raphson-go/raphson/algos/bcd
// [relax]: https://pkg.go.dev/github.com/raphson-go/raphson/algos/relax
package algos

import "fmt"

// Stop is why an iteration ended.
type Stop uint8

const (
	// Converged: the residual met the tolerance.
	Converged Stop = iota + 1
	// IterationLimit: the number of iterations allowed was used up first.
	IterationLimit
	// Stalled: the residual stopped falling above the tolerance, as rounding makes it do when the tolerance is too small.
	Stalled
	// Cancelled: the context was cancelled or its deadline passed.
	Cancelled
	// Breakdown: the method cannot go on from where it is; its result has the reason.
	Breakdown
)

// String is the name in words.
func (s Stop) String() string {
	switch s {
	case Converged:
		return "converged"
	case IterationLimit:
		return "iteration limit"
	case Stalled:
		return "stalled"
	case Cancelled:
		return "cancelled"
	case Breakdown:
		return "breakdown"
	}
	return fmt.Sprintf("algos.Stop(%d)", uint8(s))
}

// Report is the honest record of an iteration. Results embed it.
type Report struct {
	Stopped    Stop
	Iterations int       // iterations done
	Residual   float64   // of the answer returned; the method says what it measures
	Residuals  []float64 // as it stood at the start of each iteration
}

// Progress is the state that a progress callback is shown.
type Progress struct {
	Done, Of int     // iterations or parts of the job done, and how many there are at most
	Residual float64 // the latest known
}
