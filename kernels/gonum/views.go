package gonum

import (
	"gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// view is a matrix as the BLAS hand it over. It is false where gonum has something to say: a size is 0 or negative, rows
// overlap, data end before the last row does.
func view[T kernels.Float](rows, cols int, data []T, stride int) (kernels.Matrix[T], bool) {
	return kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: stride, Data: data}, rows > 0 && cols > 0 && check.Fits(rows, cols, stride, len(data))
}

// operand is the view of a matrix of which a product reads op(A), which is rows x cols.
func operand[T kernels.Float](t blas.Transpose, rows, cols int, data []T, stride int) (kernels.Matrix[T], matmul.Transpose, bool) {
	switch t {
	case blas.NoTrans:
		m, ok := view(rows, cols, data, stride)
		return m, matmul.NoTrans, ok
	case blas.Trans, blas.ConjTrans:
		m, ok := view(cols, rows, data, stride)
		return m, matmul.Trans, ok
	}
	return kernels.Matrix[T]{}, false, false
}

func triangle(u blas.Uplo) (t matmul.Triangle, ok bool) {
	switch u {
	case blas.Lower:
		return matmul.Lower, true
	case blas.Upper:
		return matmul.Upper, true
	}
	return 0, false
}

func side(s blas.Side) (side matmul.Side, ok bool) {
	return matmul.Side(s == blas.Right), s == blas.Left || s == blas.Right
}

func diagonal(d blas.Diag) (diagonal matmul.Diagonal, ok bool) {
	return matmul.Diagonal(d == blas.Unit), d == blas.Unit || d == blas.NonUnit
}

// vector is n elements of x, a stride apart and from the last to the first if that is negative, as gonum counts them.
type vector[T kernels.Float] struct {
	data    []T
	strided []T
	stride  int
	lent    *scratch.Buffer[T]
}

// isVector reports whether x holds n > 0 elements a stride apart.
func isVector(n, stride, length int) bool {
	return n > 0 && stride != 0 && n <= length && (stride == 1 || n-1 <= (length-1)/max(stride, -stride))
}

// lend is the vector with its elements side by side, copied to lent memory unless they are. A vector that is not read holds
// anything.
func lend[T kernels.Float](n int, x []T, stride int, read bool) vector[T] {
	if stride == 1 {
		return vector[T]{data: x[:n]}
	}
	v := vector[T]{strided: x, stride: stride, lent: scratch.Get[T](n)}
	v.data = v.lent.Data
	if read {
		at := v.start()
		for i := range v.data {
			v.data[i] = x[at]
			at += stride
		}
	}
	return v
}

func (v *vector[T]) start() int {
	if v.stride < 0 {
		return (1 - len(v.data)) * v.stride
	}
	return 0
}

// release takes the lent memory back.
func (v *vector[T]) release() {
	if v.lent != nil {
		v.lent.Release()
	}
}

// store writes what the vector now holds to where it came from.
func (v *vector[T]) store() {
	if v.lent == nil {
		return
	}
	at := v.start()
	for _, e := range v.data {
		v.strided[at] = e
		at += v.stride
	}
}
