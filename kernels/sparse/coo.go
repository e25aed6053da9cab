package sparse

import (
	"fmt"
	"math/bits"

	"github.com/raphson-go/raphson/kernels"
)

// FromCOO makes a matrix of coordinates: entry k stands in row[k] and column[k] and has value[k]. They may come in any
// order; entries in the same place are added, in the order they come in. Time and memory are linear in the number of entries
// plus the number of rows, whatever the number of columns.
//
// The error wraps ErrSize, ErrTooLarge, ErrLength or ErrRange.
func FromCOO[T kernels.Float, I Index](rows, cols int, row, column []I, value []T) (*CSR[T], error) {
	if err := checkSize(rows, cols, len(value)); err != nil {
		return nil, err
	}
	if err := checkLength("row", len(row), "len(value)", len(value)); err != nil {
		return nil, err
	}
	if err := checkLength("column", len(column), "len(value)", len(value)); err != nil {
		return nil, err
	}
	for k := range row {
		if i := int64(row[k]); i < 0 || i >= int64(rows) {
			return nil, fmt.Errorf("sparse: row[%d] = %d of %d: %w", k, i, rows, ErrRange)
		}
		if j := int64(column[k]); j < 0 || j >= int64(cols) {
			return nil, fmt.Errorf("sparse: column[%d] = %d of %d: %w", k, j, cols, ErrRange)
		}
	}
	starts := startsOf(rows, row)
	columns, values := make([]int32, len(value)), make([]T, len(value))
	next := make([]int32, rows)
	copy(next, starts)
	for k, v := range value {
		at := next[row[k]]
		next[row[k]]++
		columns[at], values[at] = int32(column[k]), v
	}
	if !ascending(starts, columns) { // within rows: bring them into the order of columns first, then into rows again
		copy(next, starts)
		for _, k := range sortedBy(column, cols) {
			at := next[row[k]]
			next[row[k]]++
			columns[at], values[at] = int32(column[k]), value[k]
		}
	}
	columns, values = addDuplicates(starts, columns, values)
	return newCSR(rows, cols, starts, columns, values), nil
}

// startsOf counts entries by row, which are in range, and adds the counts up.
func startsOf[I Index](rows int, row []I) []int32 {
	starts := make([]int32, rows+1)
	for _, i := range row {
		starts[i+1]++
	}
	for i := range rows {
		starts[i+1] += starts[i]
	}
	return starts
}

// ascending reports whether columns do not descend in any row.
func ascending(starts, columns []int32) bool {
	for i := range len(starts) - 1 {
		before := int32(0)
		for _, column := range columns[starts[i]:starts[i+1]] {
			if column < before {
				return false
			}
			before = column
		}
	}
	return true
}

// digit is how many bits of a key one pass of sortedBy looks at; its counters fit in half a first cache.
const digit = 11

// sortedBy lists the places of keys, which are from 0 to bound-1, in ascending and otherwise unchanged order: a radix sort
// from the last digit, linear in the number of keys and independent of the bound.
func sortedBy[I Index](keys []I, bound int) []int32 {
	order, other := make([]int32, len(keys)), make([]int32, len(keys))
	for k := range order {
		order[k] = int32(k)
	}
	for shift := 0; shift < bits.Len(uint(max(bound-1, 0))); shift += digit {
		var next [1<<digit + 1]int32
		for _, key := range keys {
			next[key>>shift&(1<<digit-1)+1]++
		}
		for d := range 1 << digit {
			next[d+1] += next[d]
		}
		for _, k := range order {
			d := keys[k] >> shift & (1<<digit - 1)
			other[next[d]] = k
			next[d]++
		}
		order, other = other, order
	}
	return order
}

// addDuplicates merges neighbours in the same place, in place.
func addDuplicates[T kernels.Float](starts, columns []int32, values []T) ([]int32, []T) {
	to := int32(0)
	begin := starts[0]
	for i := range len(starts) - 1 {
		end, first := starts[i+1], to
		for k := begin; k < end; k++ {
			if to > first && columns[to-1] == columns[k] {
				values[to-1] += values[k]
				continue
			}
			columns[to], values[to] = columns[k], values[k]
			to++
		}
		begin = end
		starts[i+1] = to
	}
	return columns[:to], values[:to]
}
