package vec

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// Max returns the largest element, exactly. NaN anywhere gives NaN, as Go's built-in max has it; a result of zero is
// always +0, whatever the signs of the zeros in x. The maximum of nothing is -Inf.
func Max[T kernels.Float](x []T) T {
	return max(x)
}

func maxUncommon[T kernels.Float](x []T) T {
	m := T(math.Inf(-1))
	for begin := 0; begin < len(x); begin += panel {
		m = larger(m, max(x[begin:panelEnd(begin, len(x), panel)]))
	}
	return m
}

// Min returns the smallest element, exactly. NaN anywhere gives NaN, as Go's built-in min has it; a result of zero is
// always +0, whatever the signs of the zeros in x. The minimum of nothing is +Inf.
func Min[T kernels.Float](x []T) T {
	return min(x)
}

func minUncommon[T kernels.Float](x []T) T {
	m := T(math.Inf(1))
	for begin := 0; begin < len(x); begin += panel {
		m = smaller(m, min(x[begin:panelEnd(begin, len(x), panel)]))
	}
	return m
}

// MaxAbsIndex returns the index of the element of largest absolute value, the first where there are several, and -1 for
// an empty x. NaN is what a scan with > makes of it, as in gonum's Iamax and reference BLAS: a NaN at x[0] is never
// exceeded and gives 0, any other NaN is passed over.
func MaxAbsIndex[T kernels.Float](x []T) int {
	if !common(len(x)) || len(x) < 2*few {
		return maxAbsIndexUncommon(x)
	}
	largest, start := maxAbs(x)
	if largest != largest {
		return maxAbsIndexScan(x)
	}
	i := int(start)
	for magnitude(x[i]) != largest {
		i++
	}
	return i
}

func maxAbsIndexUncommon[T kernels.Float](x []T) int {
	if len(x) < 2*few {
		return maxAbsIndexScan(x)
	}
	best, index := T(-1), -1
	for begin := 0; begin < len(x); begin += panel {
		largest, start := maxAbs(x[begin:panelEnd(begin, len(x), panel)])
		if largest != largest {
			return maxAbsIndexScan(x)
		}
		if largest > best {
			best, index = largest, begin+int(start)
		}
	}
	for index >= 0 && magnitude(x[index]) != best {
		index++
	}
	return index
}

// maxAbsIndexScan is MaxAbsIndex for short vectors and where there is a NaN.
func maxAbsIndexScan[T kernels.Float](x []T) int {
	index, largest := -1, T(0)
	for i, v := range x {
		if a := magnitude(v); a > largest || i == 0 {
			index, largest = i, a
		}
	}
	return index
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
