package ot

import (
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// loan is recycled memory for matrices, for the many small problems of Pairwise.
type loan []*scratch.Buffer[float64]

// loanLimit is the number of elements from which a matrix gets memory of its own.
const loanLimit = 1 << 20

// matrix is a matrix of arbitrary contents whose rows start on cache lines, until release.
func (l *loan) matrix(rows, cols int) kernels.Matrix[float64] {
	const line = 8 // elements
	stride := (cols + line - 1) / line * line
	if rows > loanLimit/stride {
		return kernels.NewMatrix[float64](rows, cols)
	}
	buffer := scratch.Get[float64](rows * stride)
	*l = append(*l, buffer)
	return kernels.Matrix[float64]{Rows: rows, Cols: cols, Stride: stride, Data: buffer.Data}
}

func (l *loan) release() {
	for _, buffer := range *l {
		buffer.Release()
	}
	*l = nil
}
