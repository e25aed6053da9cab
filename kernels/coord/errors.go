package coord

import "errors"

// What can be wrong with a block that is solved for. Errors wrap one of these; tell them apart with errors.Is. A matrix that is not positive
// definite gives a *matmul.NotPositiveDefiniteError instead.
var (
	// ErrCycle: the graph of the block is not a forest.
	ErrCycle = errors.New("the graph has a cycle")
	// ErrIndex: a node is out of range, or given twice.
	ErrIndex = errors.New("node out of range or repeated")
	// ErrSingular: elimination met a pivot that is zero, infinite or NaN.
	ErrSingular = errors.New("the matrix is singular")
	// ErrBounds: no number is between two bounds.
	ErrBounds = errors.New("no number is between the bounds")
	// ErrStalled: rounding kept the active set from settling.
	ErrStalled = errors.New("the active set did not settle")
)
