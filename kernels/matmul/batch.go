package matmul

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Batch is a view of Count matrices of one shape in one slice: element (i, j) of matrix b is Data[b*Step+i*Stride+j]. Step may
// be anything from 0, which repeats one matrix, so that matrices may stand one behind the other, or side by side.
type Batch[T kernels.Float] struct {
	Count, Rows, Cols int
	Data              []T
	Stride            int // from row to row
	Step              int // from matrix to matrix
}

// NewBatch returns count matrices of zeros, one behind the other. It panics if a size is negative or the number of elements
// overflows an int.
func NewBatch[T kernels.Float](count, rows, cols int) Batch[T] {
	if !check.Fits(rows, cols, cols, math.MaxInt) || !check.Fits(count, rows*cols, rows*cols, math.MaxInt) {
		check.Panic("matmul", "NewBatch", fmt.Sprintf("count=%d, rows=%d, cols=%d: negative or too large", count, rows, cols))
	}
	all := kernels.NewMatrix[T](count, rows*cols)
	return Batch[T]{Count: count, Rows: rows, Cols: cols, Data: all.Data, Stride: cols, Step: rows * cols}
}

// At is matrix b of the batch, which shares its elements. It panics if there is none.
func (x Batch[T]) At(b int) kernels.Matrix[T] {
	if uint(b) >= uint(x.Count) {
		check.Panic("matmul", "Batch.At", fmt.Sprintf("matrix %d of %d", b, x.Count))
	}
	m := kernels.Matrix[T]{Rows: x.Rows, Cols: x.Cols, Stride: x.Stride}
	if x.Rows > 0 && x.Cols > 0 {
		start := b * x.Step
		size := (x.Rows-1)*x.Stride + x.Cols
		m.Data = x.Data[start : start+size : start+size]
	}
	return m
}

// over is the same view of other data. It names all fields, so that the compiler does not see x's data go where data goes.
func (x Batch[T]) over(data []T) Batch[T] {
	return Batch[T]{Count: x.Count, Rows: x.Rows, Cols: x.Cols, Stride: x.Stride, Step: x.Step, Data: data}
}

// checkBatch panics unless the last matrix ends in the data.
func checkBatch[T kernels.Float](function, name string, x Batch[T]) {
	if x.Count < 0 || x.Step < 0 {
		check.Panic("matmul", function, fmt.Sprintf("%s: count=%d, step=%d: negative size", name, x.Count, x.Step))
	}
	if x.Count == 0 {
		return
	}
	check.Matrix("matmul", function, name, x.Rows, x.Cols, x.Stride, len(x.Data))
	if x.Rows == 0 || x.Cols == 0 || x.Step == 0 {
		return
	}
	size := (x.Rows-1)*x.Stride + x.Cols
	if (len(x.Data)-size)/x.Step < x.Count-1 {
		check.Panic("matmul", function, fmt.Sprintf("%s: count=%d, step=%d, rows=%d, cols=%d, stride=%d, len(data)=%d: data is too short",
			name, x.Count, x.Step, x.Rows, x.Cols, x.Stride, len(x.Data)))
	}
}
