package sparse

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
)

// Symmetric is a symmetric matrix of which one triangle is stored, the lower one with the whole diagonal: half the memory, and half
// of what a product must read. Use [NewSymmetric] to make one.
type Symmetric[T kernels.Float] struct {
	lower  *CSR[T] // every row ends with its diagonal element
	strips []strip
}

// NewSymmetric takes the lower triangle of a square matrix that equals its transpose in every entry. Zeros are added on the
// diagonal where a has no entry.
//
// The error wraps ErrNotSquare, ErrTooLarge, or ErrNotSymmetric if an entry has no counterpart or another value there; NaN is
// never equal. It wraps ErrNil for a nil matrix.
func NewSymmetric[T kernels.Float](a *CSR[T]) (*Symmetric[T], error) {
	if err := checkMatrix(a); err != nil {
		return nil, err
	}
	if a.rows != a.cols {
		return nil, fmt.Errorf("sparse: a is %d x %d: %w", a.rows, a.cols, ErrNotSquare)
	}
	mirror := a.Transpose()
	for i := range a.rows {
		columns, values := a.Row(i)
		mirrorColumns, mirrorValues := mirror.Row(i)
		for k, column := range columns {
			if k >= len(mirrorColumns) || column != mirrorColumns[k] || values[k] != mirrorValues[k] {
				return nil, fmt.Errorf("sparse: a(%d,%d) = %v, a(%d,%d) = %v: %w",
					i, column, values[k], column, i, a.At(int(column), i), ErrNotSymmetric)
			}
		}
		if n := len(columns); n < len(mirrorColumns) {
			column := mirrorColumns[n]
			return nil, fmt.Errorf("sparse: a(%d,%d) = %v, a(%d,%d) = 0: %w", column, i, mirrorValues[n], i, column, ErrNotSymmetric)
		}
	}
	starts := make([]int32, a.rows+1)
	columns, values := make([]int32, 0, a.Len()/2+a.rows), make([]T, 0, a.Len()/2+a.rows)
	for i := range a.rows {
		diagonal := T(0)
		rowColumns, rowValues := a.Row(i)
		for k, column := range rowColumns {
			if int(column) < i {
				columns, values = append(columns, column), append(values, rowValues[k])
			} else if int(column) == i {
				diagonal = rowValues[k]
			}
		}
		columns, values = append(columns, int32(i)), append(values, diagonal)
		if err := checkSize(a.rows, a.cols, len(columns)); err != nil {
			return nil, err
		}
		starts[i+1] = int32(len(columns))
	}
	return &Symmetric[T]{newCSR(a.rows, a.cols, starts, columns, values), strips(starts, columns, true)}, nil
}

// Rows is the number of rows and of columns.
func (s *Symmetric[T]) Rows() int {
	checkMade("Symmetric.Rows", s.lower != nil)
	return s.lower.rows
}

// Lower is the triangle that is stored, every row with an element on the diagonal, which may be zero.
func (s *Symmetric[T]) Lower() *CSR[T] { return s.lower }

// Full is the matrix with both triangles, and the diagonal elements that are stored.
func (s *Symmetric[T]) Full() *CSR[T] {
	checkMade("Symmetric.Full", s.lower != nil)
	upper := s.lower.Transpose()
	starts := make([]int32, s.lower.rows+1)
	n := 2*s.lower.Len() - s.lower.rows
	columns, values := make([]int32, 0, n), make([]T, 0, n)
	for i := range s.lower.rows {
		left, leftValues := s.lower.Row(i)
		right, rightValues := upper.Row(i)
		columns, values = append(columns, left...), append(values, leftValues...)
		columns, values = append(columns, right[1:]...), append(values, rightValues[1:]...)
		starts[i+1] = int32(len(columns))
	}
	return newCSR(s.lower.rows, s.lower.cols, starts, columns, values)
}

// MulVec sets y = alpha*S*x + beta*y. It reads every stored entry once for both of its places, and is split across workers where the
// rows do not reach far from the diagonal.
//
// Shapes: len(x) = len(y) = s.Rows; it panics otherwise. y must not overlap x. The package comment has the error bound
// and the special values.
func (s *Symmetric[T]) MulVec(alpha T, x []T, beta T, y []T) {
	checkMade("Symmetric.MulVec", s.lower != nil)
	check.Dimension("sparse", "Symmetric.MulVec", "len(x)", len(x), "s.Rows", s.lower.rows)
	check.Dimension("sparse", "Symmetric.MulVec", "len(y)", len(y), "s.Rows", s.lower.rows)
	race.Read(x)
	race.Write(y)
	p := scatter[T]{
		a: s.lower, strips: s.strips, x: x, y: y, alpha: alpha, beta: beta, width: 1, strideX: 1, strideY: 1, symmetric: true,
	}
	p.run(s.lower)
}
