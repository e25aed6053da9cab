package sparse

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// FromDense makes a matrix of the elements whose magnitude exceeds the threshold, and of every NaN: with 0 of those that are
// not zero.
//
// The error wraps ErrLength, ErrTooLarge or ErrThreshold.
func FromDense[T kernels.Float](m kernels.Matrix[T], threshold T) (*CSR[T], error) {
	if !(threshold >= 0) {
		return nil, fmt.Errorf("sparse: threshold = %v: %w", threshold, ErrThreshold)
	}
	if err := checkDense(m); err != nil {
		return nil, err
	}
	return fromDense(m, func(v T) bool { return !(magnitude(v) <= threshold) })
}

// FromDenseLargest makes a matrix of the count elements of the largest magnitude, all elements if there are fewer. Of elements of
// equal magnitude those of lower row, and in a row of lower column, are preferred; zeros are taken if there is nothing else.
// It selects by counting digits of the magnitudes, of all of them or of those above a guess, in time linear in the number of elements.
//
// The error wraps ErrLength, ErrTooLarge, ErrCount or ErrNaN.
func FromDenseLargest[T kernels.Float](m kernels.Matrix[T], count int) (*CSR[T], error) {
	if count < 0 {
		return nil, fmt.Errorf("sparse: count = %d: %w", count, ErrCount)
	}
	if err := checkDense(m); err != nil {
		return nil, err
	}
	if m.Rows > 0 && count > 0 && m.Cols >= fewFrom/m.Rows && count <= m.Rows*m.Cols/fewShare {
		if a, ok, err := fromDenseFew(m, count); ok || err != nil {
			return a, err
		}
	}
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if v != v {
				return nil, fmt.Errorf("sparse: m(%d,%d): %w", i, j, ErrNaN)
			}
		}
	}
	if m.Cols == 0 || count/m.Cols >= m.Rows {
		return fromDense(m, func(T) bool { return true })
	}
	if count == 0 {
		return fromDense(m, func(T) bool { return false })
	}
	least, ties := nthLargest(m, count)
	return fromDense(m, func(v T) bool {
		switch key := magnitudeBits(v); {
		case key > least:
			return true
		case key == least && ties > 0:
			ties--
			return true
		}
		return false
	})
}

// checkDense holds the shape of a dense matrix against itself and against int32.
func checkDense[T kernels.Float](m kernels.Matrix[T]) error {
	if err := m.Validate(); err != nil {
		return fmt.Errorf("sparse: m: %w: %w", err, ErrLength)
	}
	return checkSize(m.Rows, m.Cols, 0)
}

// fromDense keeps what it is told to, asked once for each element in their order.
func fromDense[T kernels.Float](m kernels.Matrix[T], keep func(T) bool) (*CSR[T], error) {
	starts := make([]int32, m.Rows+1)
	var columns []int32
	var values []T
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if keep(v) {
				columns, values = append(columns, int32(j)), append(values, v)
			}
		}
		if err := checkSize(m.Rows, m.Cols, len(columns)); err != nil {
			return nil, err
		}
		starts[i+1] = int32(len(columns))
	}
	return newCSR(m.Rows, m.Cols, starts, columns, values), nil
}

// selectDigit is how many bits of the magnitudes one pass of nthLargest counts.
const selectDigit = 16

// nthLargest is the bits of the count-th largest magnitude of m, and how many elements of just that magnitude are among the count
// largest. Each pass counts the next digit of the elements that agree with the result so far, from the top.
func nthLargest[T kernels.Float](m kernels.Matrix[T], count int) (least uint64, ties int) {
	size := 64
	if cast.Single[T]() {
		size = 32
	}
	counts := make([]int, 1<<selectDigit)
	var candidates []uint64 // from the second pass on: the elements that agree with the digits known
	for shift := size - selectDigit; shift >= 0; shift -= selectDigit {
		digitOf := func(key uint64) uint64 { return key >> shift & (1<<selectDigit - 1) }
		clear(counts)
		if first := shift == size-selectDigit; first {
			for i := range m.Rows {
				for _, v := range m.Row(i) {
					counts[digitOf(magnitudeBits(v))]++
				}
			}
		}
		for _, key := range candidates {
			counts[digitOf(key)]++
		}
		d := len(counts) - 1
		for counts[d] < count {
			count -= counts[d]
			d--
		}
		least |= uint64(d) << shift
		if candidates == nil {
			candidates = make([]uint64, 0, counts[d])
			for i := range m.Rows {
				for _, v := range m.Row(i) {
					if key := magnitudeBits(v); digitOf(key) == uint64(d) {
						candidates = append(candidates, key)
					}
				}
			}
			continue
		}
		kept := candidates[:0]
		for _, key := range candidates {
			if digitOf(key) == uint64(d) {
				kept = append(kept, key)
			}
		}
		candidates = kept
	}
	return least, count
}

// magnitudeBits are the bits of |v|, which are in the order of the magnitudes.
func magnitudeBits[T kernels.Float](v T) uint64 {
	if cast.Single[T]() {
		return uint64(math.Float32bits(float32(v)) &^ (1 << 31))
	}
	return math.Float64bits(float64(v)) &^ (1 << 63)
}

// magnitude is |v|.
func magnitude[T kernels.Float](v T) T { return T(math.Abs(float64(v))) }

// Dense is the matrix with all its zeros, row by row. It panics if the number of elements overflows an int.
func (a *CSR[T]) Dense() kernels.Matrix[T] {
	m := kernels.NewMatrix[T](a.rows, a.cols)
	for i := range a.rows {
		columns, values := a.Row(i)
		for k, column := range columns {
			m.Data[i*m.Stride+int(column)] = values[k]
		}
	}
	return m
}
