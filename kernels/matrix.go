package kernels

import (
	"errors"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
)

// Matrix is a row-major view of Data: element (i, j) is Data[i*Stride+j], for 0 <= i < Rows and 0 <= j < Cols. Stride is
// at least Cols; the last row needs only Cols elements. A view copies nothing: assigning a Matrix shares its elements.
//
// The fields are those of gonum's blas64.General and blas32.General, so that a value converts either way:
// kernels.Matrix[float64](general) and blas64.General(matrix).
type Matrix[T Element] struct {
	Rows, Cols int
	Data       []T
	Stride     int
}

// NewMatrix returns a matrix of zeros, its rows one behind the other. It panics if a size is negative or the
// number of elements overflows an int.
func NewMatrix[T Element](rows, cols int) Matrix[T] {
	if !check.Fits(rows, cols, cols, math.MaxInt) {
		check.Panic("kernels", "NewMatrix", fmt.Sprintf("rows=%d, cols=%d: negative or too large", rows, cols))
	}
	return Matrix[T]{Rows: rows, Cols: cols, Stride: cols, Data: make([]T, rows*cols)}
}

// Validate reports what is wrong with the shape: a negative size, a stride shorter than a row, or data that end before
// the last row does. Kernels panic with the same line; algorithms return it as an error.
func (m Matrix[T]) Validate() error {
	if check.Fits(m.Rows, m.Cols, m.Stride, len(m.Data)) {
		return nil
	}
	return errors.New("kernels: Matrix: " + check.Problem(m.Rows, m.Cols, m.Stride, len(m.Data)))
}

// Row is row i, Cols elements that alias Data; it cannot grow into the next row. It panics if there is no row i.
func (m Matrix[T]) Row(i int) []T {
	if uint(i) >= uint(m.Rows) {
		noRow(i, m.Rows)
	}
	if m.Cols == 0 {
		return nil
	}
	start := i * m.Stride
	return m.Data[start : start+m.Cols : start+m.Cols]
}

// At is element (i, j). It panics if there is none.
func (m Matrix[T]) At(i, j int) T { return m.Row(i)[j] }

// Set makes v element (i, j). It panics if there is none.
func (m Matrix[T]) Set(i, j int, v T) { m.Row(i)[j] = v }

// Slice is the view of rows first up to but not including end. It panics unless 0 <= first <= end <= Rows.
func (m Matrix[T]) Slice(first, end int) Matrix[T] {
	if first < 0 || end < first || end > m.Rows {
		check.Panic("kernels", "Matrix.Slice", fmt.Sprintf("rows %d to %d of %d", first, end, m.Rows))
	}
	view := Matrix[T]{Rows: end - first, Cols: m.Cols, Stride: m.Stride}
	if view.Rows > 0 && view.Cols > 0 {
		start := first * m.Stride
		size := (view.Rows-1)*m.Stride + m.Cols
		view.Data = m.Data[start : start+size : start+size]
	}
	return view
}

//go:noinline
func noRow(i, rows int) {
	check.Panic("kernels", "Matrix.Row", fmt.Sprintf("row %d of %d", i, rows))
}
