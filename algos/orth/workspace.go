package orth

import (
	"unsafe"

	"github.com/raphson-go/raphson/kernels"
)

// Workspace is memory that calls take turns to use, so that repeated ones allocate nothing. The zero value is ready; it
// grows to what the largest call needs, for Polar of m x n with m <= n about m*n + 4*m*m elements. One call at a
// time may use it. Functions that take a *Workspace accept nil and then allocate.
type Workspace[T kernels.Float] struct {
	buffers  [7][]T
	children []Workspace[T]
}

// The buffers of a workspace by their use. A method that runs through Polar, such as the optimisers, keeps its own
// memory elsewhere.
const (
	bufferX = iota // of the shape of the result
	buffer1        // square ones
	buffer2
	buffer3
	buffer4
	bufferRows // a vector
	bufferWide // of operands of 16 bits
)

// matrix is a matrix of arbitrary contents.
func (w *Workspace[T]) matrix(buffer, rows, cols int) kernels.Matrix[T] {
	size := rows * cols
	if cap(w.buffers[buffer]) < size {
		w.buffers[buffer] = make([]T, size)
	}
	return kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols, Data: w.buffers[buffer][:size]}
}

// child is one of n workspaces for calls at the same time.
func (w *Workspace[T]) child(i, n int) *Workspace[T] {
	for len(w.children) < n {
		w.children = append(w.children, Workspace[T]{})
	}
	return &w.children[i]
}

// same reports whether two matrices begin at the same element.
func same[T kernels.Float](a, b kernels.Matrix[T]) bool {
	return unsafe.SliceData(a.Data) == unsafe.SliceData(b.Data)
}

// copyMatrix sets dst to src, of the same shape.
func copyMatrix[T kernels.Float](dst, src kernels.Matrix[T]) {
	for i := range dst.Rows {
		copy(dst.Row(i), src.Row(i))
	}
}
