package vec

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
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
	if len(x) < 2 {
		return len(x) - 1
	}
	return maxAbsIndex(x)
}

// fewToSearch is the length below which a scan in plain Go is faster than a call of assembly.
const fewToSearch = 8

// maxAbsIndex is MaxAbsIndex of at least one element.
func maxAbsIndex[T kernels.Float](x []T) int {
	if len(x) < fewToSearch {
		if cast.Single[T]() {
			return scanBits(cast.Bits32(x), math.Float32bits(float32(math.Inf(1))))
		}
		return scanBits(cast.Bits64(x), math.Float64bits(math.Inf(1)))
	}
	if x[0] != x[0] {
		return 0
	}
	_, index := maxAbs(x)
	return index
}

// scanBits compares magnitudes by their bits, which have their order when the sign is shifted out; the bits of NaN come
// after those of infinity.
func scanBits[B uint32 | uint64](x []B, infinity B) int {
	index, largest := 0, x[0]<<1
	if largest <= infinity<<1 {
		for i := 1; i < len(x); i++ {
			if a := x[i] << 1; a > largest && a <= infinity<<1 {
				index, largest = i, a
			}
		}
	}
	return index
}

func maxAbsUncommon[T kernels.Float](x []T) (largest T, index int) {
	largest, index = -1, len(x)
	for begin := 0; begin < len(x); begin += panel {
		if m, i := maxAbs(x[begin:panelEnd(begin, len(x), panel)]); m > largest {
			largest, index = m, begin+i
		}
	}
	return largest, index
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
