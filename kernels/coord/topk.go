package coord

import (
	"math"

	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// TopK sets dst to the indices of the len(dst) largest scores, in ascending order of the indices, and returns how many these
// are: fewer where there are not so many scores, NaN not counted. Of equal scores those with lower indices are taken.
//
// It does not sort: the score of that rank is found by selection (C. Hoare's Find, 1961) in expected time linear in their
// number, and one more pass collects. It panics for more than 2^31 - 1 scores.
func TopK[T kernels.Float](dst []int32, scores []T) int {
	if int64(len(scores)) > math.MaxInt32 {
		tooMany(len(scores))
	}
	if len(dst) == 0 {
		return 0
	}
	memory := scratch.Get[T](len(scores))
	defer memory.Release()
	values := memory.Data[:0]
	for _, v := range scores {
		if v == v {
			values = append(values, v)
		}
	}
	if len(values) <= len(dst) {
		return collect(dst, scores, T(math.Inf(-1)), len(values))
	}
	bound := nthLargest(values, len(dst))
	ties := len(dst)
	for _, v := range values[:len(dst)] {
		if v > bound {
			ties--
		}
	}
	return collect(dst, scores, bound, ties)
}

// collect lists the indices of what is above the bound, and of the first so many that equal it.
func collect[T kernels.Float](dst []int32, scores []T, bound T, ties int) int {
	n := 0
	for i, v := range scores {
		if v > bound || v == bound && ties > 0 {
			if v == bound {
				ties--
			}
			dst[n] = int32(i)
			n++
		}
	}
	return n
}

// nthLargest rearranges values, none of them NaN, so that the n largest come first, and returns the least of these.
func nthLargest[T kernels.Float](values []T, n int) T {
	low, high := 0, len(values)-1
	for low < high {
		pivot := medianOfThree(values[low], values[low+(high-low)/2], values[high])
		i, j := low, high
		for i <= j {
			for values[i] > pivot {
				i++
			}
			for values[j] < pivot {
				j--
			}
			if i <= j {
				values[i], values[j] = values[j], values[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n-1 <= j:
			high = j
		case n-1 >= i:
			low = i
		default:
			return pivot
		}
	}
	return values[n-1]
}

func medianOfThree[T kernels.Float](a, b, c T) T {
	return max(min(a, b), min(max(a, b), c))
}
