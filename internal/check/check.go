// Package check holds the checks of arguments that several packages make. For the shapes of kernels: one comparison when they
// agree, one clear line of panic when they do not; the comparisons of two sizes inline, and what formats the line does not,
// so it costs a caller no stack. For the methods: errors.
package check

import (
	"fmt"
	"math/bits"
)

// Equal panics with `lse: Softmax: len(dst)=3, len(x)=4` unless two slice lengths agree.
func Equal(family, function, name1 string, length1 int, name2 string, length2 int) {
	if length1 != length2 {
		lengths(family, function, name1, length1, name2, length2)
	}
}

// Dimension is Equal for any two sizes, printed under the labels given: `lse: Plan: len(f)=3, c.Rows=4`.
func Dimension(family, function, label1 string, size1 int, label2 string, size2 int) {
	if size1 != size2 {
		dimensions(family, function, label1, size1, label2, size2)
	}
}

// Matrix panics unless rows, cols, stride and the length of the data make a matrix view; name is the parameter's.
func Matrix(family, function, name string, rows, cols, stride, length int) {
	if !Fits(rows, cols, stride, length) {
		matrix(family, function, name, rows, cols, stride, length)
	}
}

// Fits reports whether a row-major view is inside its data: no size is negative, rows do not overlap, and the last row,
// which needs only cols elements, ends in the data. It multiplies to 128 bits, which no sizes overflow and which takes less time
// than a division: small matrices are checked as often as they are multiplied.
func Fits(rows, cols, stride, length int) bool {
	if rows < 0 || cols < 0 || stride < cols {
		return false
	}
	if rows == 0 || cols == 0 {
		return true
	}
	high, low := bits.Mul64(uint64(rows-1), uint64(stride))
	return cols <= length && high == 0 && low <= uint64(length-cols)
}

// Problem says in one line why Fits is false.
func Problem(rows, cols, stride, length int) string {
	sizes := fmt.Sprintf("rows=%d, cols=%d, stride=%d, len(data)=%d", rows, cols, stride, length)
	switch {
	case rows < 0 || cols < 0:
		return sizes + ": negative size"
	case stride < cols:
		return sizes + ": stride < cols"
	}
	return sizes + ": data is too short"
}

// Panic panics with `family: function: message`, for what the other checks do not cover.
//
//go:noinline
func Panic(family, function, message string) {
	panic(family + ": " + function + ": " + message)
}

//go:noinline
func lengths(family, function, name1 string, length1 int, name2 string, length2 int) {
	panic(fmt.Sprintf("%s: %s: len(%s)=%d, len(%s)=%d", family, function, name1, length1, name2, length2))
}

//go:noinline
func dimensions(family, function, label1 string, size1 int, label2 string, size2 int) {
	panic(fmt.Sprintf("%s: %s: %s=%d, %s=%d", family, function, label1, size1, label2, size2))
}

//go:noinline
func matrix(family, function, name string, rows, cols, stride, length int) {
	panic(fmt.Sprintf("%s: %s: %s: %s", family, function, name, Problem(rows, cols, stride, length)))
}
