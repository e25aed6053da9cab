package sparse

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Transpose is the transpose, in time linear in the number of entries, rows and columns.
func (a *CSR[T]) Transpose() *CSR[T] {
	return transpose(a.rows, a.cols, a.starts, a.columns, a.values)
}

// transpose is the transpose of compressed rows that are valid. The rows are gone through in order, so the indices ascend
// in every column.
func transpose[T kernels.Float](rows, cols int, starts, columns []int32, values []T) *CSR[T] {
	newStarts := startsOf(cols, columns)
	newColumns, newValues := make([]int32, len(columns)), make([]T, len(columns))
	next := make([]int32, cols)
	copy(next, newStarts)
	for i := range rows {
		for k := starts[i]; k < starts[i+1]; k++ {
			at := next[columns[k]]
			next[columns[k]]++
			newColumns[at], newValues[at] = int32(i), values[k]
		}
	}
	return newCSR(cols, rows, newStarts, newColumns, newValues)
}

// ExtractRows is the matrix whose row i is row rows[i] of a; a row may be taken more than once. The error wraps ErrRange
// or ErrTooLarge.
func (a *CSR[T]) ExtractRows(rows []int) (*CSR[T], error) {
	entries := int64(0)
	for k, i := range rows {
		if i < 0 || i >= a.rows {
			return nil, fmt.Errorf("sparse: rows[%d] = %d of %d: %w", k, i, a.rows, ErrRange)
		}
		entries += int64(a.starts[i+1] - a.starts[i])
	}
	if err := checkSize(len(rows), a.cols, int(entries)); err != nil {
		return nil, err
	}
	return a.extract(rows, int(entries)), nil
}

func (a *CSR[T]) extract(rows []int, entries int) *CSR[T] {
	starts := make([]int32, 1, len(rows)+1)
	columns, values := make([]int32, 0, entries), make([]T, 0, entries)
	for _, i := range rows {
		rowColumns, rowValues := a.Row(i)
		columns, values = append(columns, rowColumns...), append(values, rowValues...)
		starts = append(starts, int32(len(columns)))
	}
	return newCSR(len(rows), a.cols, starts, columns, values)
}

// PermuteRows is the matrix whose row i is row order[i] of a. The error wraps ErrLength or ErrPermutation.
func (a *CSR[T]) PermuteRows(order []int) (*CSR[T], error) {
	if _, err := inverse(order, "a.Rows", a.rows); err != nil {
		return nil, err
	}
	return a.extract(order, a.Len()), nil
}

// PermuteColumns is the matrix whose column j is column order[j] of a. The error wraps ErrLength or ErrPermutation.
func (a *CSR[T]) PermuteColumns(order []int) (*CSR[T], error) {
	places, err := inverse(order, "a.Cols", a.cols)
	if err != nil {
		return nil, err
	}
	return a.rename(places), nil
}

// PermuteSymmetric is the square matrix whose element (i, j) is element (order[i], order[j]) of a. The error wraps ErrNotSquare,
// ErrLength or ErrPermutation.
func (a *CSR[T]) PermuteSymmetric(order []int) (*CSR[T], error) {
	if a.rows != a.cols {
		return nil, fmt.Errorf("sparse: a is %d x %d: %w", a.rows, a.cols, ErrNotSquare)
	}
	places, err := inverse(order, "a.Rows", a.rows)
	if err != nil {
		return nil, err
	}
	return a.extract(order, a.Len()).rename(places), nil
}

// rename moves column j to places[j]. Two transpositions are what sorts the rows again, in linear time: the first takes
// the columns apart, the second puts the renamed ones together in ascending order.
func (a *CSR[T]) rename(places []int) *CSR[T] {
	apart := a.Transpose()
	order := make([]int, len(places))
	for from, to := range places {
		order[to] = from
	}
	return apart.extract(order, a.Len()).Transpose()
}

// inverse checks that order is a permutation of size numbers, and is the inverse.
func inverse(order []int, name string, size int) ([]int, error) {
	if err := checkLength("order", len(order), name, size); err != nil {
		return nil, err
	}
	places := make([]int, size)
	for k := range places {
		places[k] = -1
	}
	for k, i := range order {
		if i < 0 || i >= size {
			return nil, fmt.Errorf("sparse: order[%d] = %d of %d: %w", k, i, size, ErrPermutation)
		}
		if places[i] >= 0 {
			return nil, fmt.Errorf("sparse: order[%d] = order[%d] = %d: %w", places[i], k, i, ErrPermutation)
		}
		places[i] = k
	}
	return places, nil
}

// Diagonal is the elements (i, i), 0 where there is no entry.
func (a *CSR[T]) Diagonal() []T {
	diagonal := make([]T, min(a.rows, a.cols))
	for i := range diagonal {
		diagonal[i] = a.At(i, i)
	}
	return diagonal
}

// WithValues is the matrix with the same entries and other values, in the order of Columns. It shares the indices with a and keeps
// values without copying them: whoever changes them, while no product runs, changes the matrix, but not what was made of it before (a
// [Plan], a [Symmetric] or a [Triangular], which keep copies). The error wraps ErrLength.
func (a *CSR[T]) WithValues(values []T) (*CSR[T], error) {
	if err := checkLength("values", len(values), "a.Len", a.Len()); err != nil {
		return nil, err
	}
	other := *a
	other.values = values
	return &other, nil
}

// ScaleRows is diag(d)*A, each product rounded once. It shares the indices with a. It panics if len(d) != a.Rows.
func (a *CSR[T]) ScaleRows(d []T) *CSR[T] {
	check.Dimension("sparse", "ScaleRows", "len(d)", len(d), "a.Rows", a.rows)
	other := *a
	other.values = make([]T, len(a.values))
	for i, factor := range d {
		for k := a.starts[i]; k < a.starts[i+1]; k++ {
			other.values[k] = factor * a.values[k]
		}
	}
	return &other
}

// ScaleColumns is A*diag(d), each product rounded once. It shares the indices with a. It panics if len(d) != a.Cols.
func (a *CSR[T]) ScaleColumns(d []T) *CSR[T] {
	check.Dimension("sparse", "ScaleColumns", "len(d)", len(d), "a.Cols", a.cols)
	other := *a
	other.values = make([]T, len(a.values))
	for k, column := range a.columns {
		other.values[k] = d[column] * a.values[k]
	}
	return &other
}
