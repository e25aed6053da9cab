package sparse

import (
	"fmt"
	"slices"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Index is a type of indices that constructors take; they are kept as int32.
type Index interface{ int | int32 | int64 }

// CSR is a matrix in compressed sparse rows. Use a constructor to make one; the zero value is the matrix without rows
// and columns.
type CSR[T kernels.Float] struct {
	rows, cols int
	starts     []int32 // rows+1: row i is entries starts[i] up to but not including starts[i+1]; nil in the zero value
	columns    []int32 // of the entries, strictly ascending in each row
	values     []T
	split      *split // how products are cut; shared by matrices with the same pattern, nil in the zero value
}

// Rows is the number of rows.
func (a *CSR[T]) Rows() int { return a.rows }

// Cols is the number of columns.
func (a *CSR[T]) Cols() int { return a.cols }

// Len is the number of entries.
func (a *CSR[T]) Len() int { return len(a.columns) }

// Starts is where each row begins among the entries, and at last where the last one ends: Rows+1 numbers, none for the zero value.
// It is a view for reading.
func (a *CSR[T]) Starts() []int32 { return slices.Clip(a.starts) }

// Columns is the columns of the entries, row by row. It is a view for reading.
func (a *CSR[T]) Columns() []int32 { return slices.Clip(a.columns) }

// Values is the values of the entries, in the order of Columns. It is a view for reading.
func (a *CSR[T]) Values() []T { return slices.Clip(a.values) }

// Row is the entries of row i, as views for reading. It panics if there is no row i.
func (a *CSR[T]) Row(i int) (columns []int32, values []T) {
	if uint(i) >= uint(a.rows) {
		noRow(i, a.rows)
	}
	begin, end := a.starts[i], a.starts[i+1]
	return a.columns[begin:end:end], a.values[begin:end:end]
}

//go:noinline
func noRow(i, rows int) { check.Panic("sparse", "Row", fmt.Sprintf("row %d of %d", i, rows)) }

// At is element (i, j), 0 where there is no entry, in time logarithmic in the length of the row. It panics if i or j is out of
// range.
func (a *CSR[T]) At(i, j int) T {
	if uint(j) >= uint(a.cols) {
		panic(fmt.Sprintf("sparse: At: column %d of %d", j, a.cols))
	}
	columns, values := a.Row(i)
	if k, ok := slices.BinarySearch(columns, int32(j)); ok {
		return values[k]
	}
	return 0
}

// Validate checks every invariant and says which one does not hold. Constructors have checked them, so an error
// means that somebody wrote to a view.
func (a *CSR[T]) Validate() error {
	if err := checkSize(a.rows, a.cols, len(a.columns)); err != nil {
		return err
	}
	if a.starts == nil && a.rows == 0 && len(a.columns) == 0 && len(a.values) == 0 {
		return nil
	}
	return validate("rows", a.rows, a.cols, a.starts, "columns", a.columns, len(a.values))
}

// validate checks the arrays of compressed rows, whose sizes have been checked; lines and name are those of the rows and the indices in
// messages.
func validate[I Index](lines string, rows, cols int, starts []I, name string, columns []I, values int) error {
	if err := checkLength("values", values, "len("+name+")", len(columns)); err != nil {
		return err
	}
	if err := checkLength("starts", len(starts), lines+"+1", rows+1); err != nil {
		return err
	}
	if starts[0] != 0 {
		return fmt.Errorf("sparse: starts[0] = %d: %w", starts[0], ErrStarts)
	}
	for i, start := range starts[:rows] {
		if end := starts[i+1]; end < start || int64(end) > int64(len(columns)) {
			return fmt.Errorf("sparse: starts[%d] = %d, starts[%d] = %d of %d entries: %w", i, start, i+1, end, len(columns), ErrStarts)
		}
	}
	if last := starts[rows]; int64(last) != int64(len(columns)) {
		return fmt.Errorf("sparse: starts[%d] = %d of %d entries: %w", rows, last, len(columns), ErrStarts)
	}
	for i, start := range starts[:rows] {
		before := int64(-1)
		for k, column := range columns[start:starts[i+1]] {
			switch c := int64(column); {
			case c < 0 || c >= int64(cols):
				return fmt.Errorf("sparse: %s[%d] = %d of %d: %w", name, int(start)+k, c, cols, ErrRange)
			case c <= before:
				return fmt.Errorf("sparse: %s[%d] = %d after %d: %w", name, int(start)+k, c, before, ErrOrder)
			default:
				before = c
			}
		}
	}
	return nil
}

// newCSR is a matrix of arrays that are valid, which it keeps.
func newCSR[T kernels.Float](rows, cols int, starts, columns []int32, values []T) *CSR[T] {
	return &CSR[T]{rows, cols, starts, columns, values, newSplit(starts, columns)}
}

// FromCSR makes a matrix of the arrays of compressed rows, which it copies: row i has the columns columns[starts[i]:starts[i+1]],
// strictly ascending, and the values in the same places. [FromCOO] takes entries in any order.
//
// The error wraps ErrSize, ErrTooLarge, ErrLength, ErrStarts, ErrRange or ErrOrder.
func FromCSR[T kernels.Float, I Index](rows, cols int, starts, columns []I, values []T) (*CSR[T], error) {
	if err := checkSize(rows, cols, len(columns)); err != nil {
		return nil, err
	}
	if err := validate("rows", rows, cols, starts, "columns", columns, len(values)); err != nil {
		return nil, err
	}
	return newCSR(rows, cols, narrow(starts), narrow(columns), slices.Clone(values)), nil
}

// FromCSC makes a matrix of the arrays of compressed columns: column j has the rows indices[starts[j]:starts[j+1]], strictly ascending,
// and the values in the same places.
//
// The error wraps ErrSize, ErrTooLarge, ErrLength, ErrStarts, ErrRange or ErrOrder.
func FromCSC[T kernels.Float, I Index](rows, cols int, starts, indices []I, values []T) (*CSR[T], error) {
	if err := checkSize(rows, cols, len(indices)); err != nil {
		return nil, err
	}
	if err := validate("cols", cols, rows, starts, "indices", indices, len(values)); err != nil {
		return nil, err
	}
	return transpose(cols, rows, narrow(starts), narrow(indices), values), nil
}

// narrow is a copy of indices that fit.
func narrow[I Index](x []I) []int32 {
	y := make([]int32, len(x))
	for i, v := range x {
		y[i] = int32(v)
	}
	return y
}
