package coord

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// checkColumns panics unless the matrix is a view of columns as long as the residual.
func checkColumns[T kernels.Float](function string, columns kernels.Matrix[T], r []T) {
	check.Matrix("coord", function, "columns", columns.Rows, columns.Cols, columns.Stride, len(columns.Data))
	check.Dimension("coord", function, "len(r)", len(r), "columns.Cols", columns.Cols)
}

// checkSparse is checkColumns for sparse columns.
func checkSparse[T kernels.Float](function string, columns *sparse.CSR[T], r []T) {
	checkGiven(function, "columns", columns)
	check.Dimension("coord", function, "len(r)", len(r), "columns.Cols", columns.Cols())
}

// checkGiven panics for a nil matrix, as a constructor that fails returns it.
func checkGiven[T kernels.Float](function, name string, a *sparse.CSR[T]) {
	if a == nil {
		check.Panic("coord", function, name+" is nil")
	}
}

// checkIndex panics unless every index is that of one of count things.
func checkIndex(function, name string, index []int32, count int) {
	for _, j := range index {
		if uint(j) >= uint(count) {
			badIndex(function, name, index, count)
		}
	}
}

//go:noinline
func badIndex(function, name string, index []int32, count int) {
	for k, j := range index {
		if uint(j) >= uint(count) {
			check.Panic("coord", function, fmt.Sprintf("%s[%d]=%d of %d", name, k, j, count))
		}
	}
	check.Panic("coord", function, "an index changed during the call")
}

// checkAtLeastZero panics for a negative parameter or NaN.
func checkAtLeastZero[T kernels.Float](function, name string, value T) {
	if !(value >= 0) {
		check.Panic("coord", function, fmt.Sprintf("%s=%v: want 0 or more", name, value))
	}
}

// checkStarts panics unless starts cut n elements into blocks.
func checkStarts(function string, starts []int32, n int) {
	if len(starts) == 0 || starts[0] != 0 || int(starts[len(starts)-1]) != n {
		check.Panic("coord", function, fmt.Sprintf("starts do not go from 0 to %d", n))
	}
	for b := range starts[1:] {
		if starts[b] > starts[b+1] {
			check.Panic("coord", function, fmt.Sprintf("starts[%d]=%d, starts[%d]=%d: want them to ascend", b, starts[b], b+1, starts[b+1]))
		}
	}
}

//go:noinline
func tooMany(n int) {
	check.Panic("coord", "TopK", fmt.Sprintf("len(scores)=%d: want fewer than 2^31", n))
}
