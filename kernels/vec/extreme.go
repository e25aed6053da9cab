package vec

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// Max returns the largest element, exactly. NaN anywhere gives NaN, as Go's built-in max has it; a result of zero is always +0,
// whatever the signs of the zeros in x. The maximum of nothing is -Inf.
func Max[T kernels.Float](x []T) T {
	m := T(math.Inf(-1))
	for len(x) > panel {
		m = larger(m, max(x[:panel]))
		x = x[panel:]
	}
	return larger(m, max(x))
}

// Min returns the smallest element, exactly. NaN anywhere gives NaN, as Go's built-in min has it; a result of zero is always +0,
// whatever the signs of the zeros in x. The minimum of nothing is +Inf.
func Min[T kernels.Float](x []T) T {
	m := T(math.Inf(1))
	for len(x) > panel {
		m = smaller(m, min(x[:panel]))
		x = x[panel:]
	}
	return smaller(m, min(x))
}

// MaxAbsIndex returns the index of the element of largest absolute value, the first where there are several, and -1 for
// an empty x. NaN is what a scan with > makes of it, as in gonum's Iamax and reference BLAS: a NaN at x[0] is never
// exceeded and gives 0, any other NaN is passed over.
func MaxAbsIndex[T kernels.Float](x []T) int {
	if len(x) == 0 {
		return -1
	}
	if x[0] != x[0] {
		return 0
	}
	best, index := T(-1), 0
	for begin := 0; begin < len(x); begin += panel {
		block := x[begin:]
		if len(block) > panel {
			block = block[:panel]
		}
		largest, start := maxAbs(block)
		if largest != largest { // NaN in the block
			if i, v := firstLargest(block, best); i >= 0 {
				best, index = v, begin+i
			}
		} else if largest > best {
			best, index = largest, begin+int(start)
			for magnitude(x[index]) != best {
				index++
			}
		}
	}
	return index
}

// firstLargest is the first index of the largest |x[i]| > best and that value, or -1; it passes over NaN.
func firstLargest[T kernels.Float](x []T, best T) (int, T) {
	index := -1
	for i, v := range x {
		if a := magnitude(v); a > best {
			best, index = a, i
		}
	}
	return index, best
}

// larger is the maximum of a and b, neither of which is -0; NaN if one is NaN.
func larger[T kernels.Float](a, b T) T {
	if a > b || a != a {
		return a
	}
	return b
}

// smaller is the minimum of a and b, neither of which is -0; NaN if one is NaN.
func smaller[T kernels.Float](a, b T) T {
	if a < b || a != a {
		return a
	}
	return b
}
