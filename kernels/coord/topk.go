package coord

import (
	"math"
	"slices"

	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// TopK sets dst to the indices of the len(dst) largest scores, in ascending order of the indices, and returns how many these
// are: fewer where there are not so many scores, NaN not counted. Of equal scores those with lower indices are taken.
//
// It does not sort: the score of that rank is found by selection (C. Hoare's Find, 1961) in time linear in the number
// of scores, in whatever order they are, and one more pass collects; few scores among many are found in one pass, with a bound guessed from a sample. It
// panics for more than 2^31 - 1 scores.
func TopK[T kernels.Float](dst []int32, scores []T) int {
	if int64(len(scores)) > math.MaxInt32 {
		tooMany(len(scores))
	}
	if len(dst) == 0 {
		return 0
	}
	if len(scores) >= sampledFrom && len(dst) <= len(scores)/sampledShare {
		if count, ok := topSampled(dst, scores); ok {
			return count
		}
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
	bound, ties := rank(values, len(dst))
	return collect(dst, scores, bound, ties)
}

// rank is the n-th largest of values, none of them NaN, and how many of the n largest equal it. It rearranges them.
func rank[T kernels.Float](values []T, n int) (bound T, ties int) {
	bound, _ = nthLargest(values, n)
	for _, v := range values[:n] {
		if v == bound {
			ties++
		}
	}
	return bound, ties
}

const (
	sampledFrom  = 4096 // scores, from which on a sample
	sampledShare = 32   // of a few more than the largest 1/32 at most finds candidates; a candidate costs as much as 30 scores
	largeSample  = 1024 // and one of a sixteenth of the scores where that is less
)

// topSampled is TopK of few scores among many in one pass: those above a bound that was guessed from a sample are candidates,
// and the largest are selected among them. It is not ok where the guess was too high, or so low that there are too many.
func topSampled[T kernels.Float](dst []int32, scores []T) (count int, ok bool) {
	var memory [largeSample]T
	size := min(len(scores)/16, largeSample)
	sample, step := memory[:0], len(scores)/size
	for i := range size { // one from each stretch, at a place that differs from stretch to stretch
		if v := scores[i*step+(i*7919)%step]; v == v {
			sample = append(sample, v)
		}
	}
	expected := float64(len(dst)) / float64(len(scores)) * float64(size)
	position := int(expected + 3*math.Sqrt(expected) + 3) // three standard deviations to spare
	if position > len(sample) {
		return 0, false
	}
	guess, _ := nthLargest(sample, position)
	most := 4*len(dst) + len(scores)/16
	lent, lentPlaces := scratch.Get[T](2*most), scratch.Get[float64](most)
	defer lent.Release()
	defer lentPlaces.Release()
	values, places := lent.Data[:0:most], lentPlaces.Data[:0] // places as numbers, exact in float64
	for i := nextAbove(scores, 0, guess); i < len(scores); i = nextAbove(scores, i+1, guess) {
		if len(values) == most {
			return 0, false
		}
		values, places = append(values, scores[i]), append(places, float64(i))
	}
	if len(values) < len(dst) {
		return 0, false
	}
	bound, ties := rank(append(lent.Data[most:most], values...), len(dst))
	for k, v := range values {
		if v > bound || v == bound && ties > 0 {
			if v == bound {
				ties--
			}
			dst[count] = int32(places[k])
			count++
		}
	}
	return count, true
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

// mostPassed is how many times as many values as there are may be passed over before pivots are chosen with care; about three times are
// to be expected.
const mostPassed = 8

// nthLargest rearranges values, none of them NaN, so that the n largest come first, and returns the least of these and how many values it
// has passed over. The median of three is quick to find and nearly always a good pivot; where it is not, the median of medians
// (Blum, Floyd, Pratt, Rivest and Tarjan, Time bounds for selection, 1973) leaves no more than about seven tenths.
func nthLargest[T kernels.Float](values []T, n int) (bound T, passed int) {
	low, high := 0, len(values)-1
	for low < high {
		pivot := medianOfThree(values[low], values[low+(high-low)/2], values[high])
		if passed += high - low + 1; passed > mostPassed*len(values) {
			var more int
			pivot, more = medianOfMedians(values[low : high+1])
			passed += more
		}
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
			return pivot, passed
		}
	}
	return values[n-1], passed
}

// medianOfMedians is the median of the medians of five values each, which it moves to the front.
func medianOfMedians[T kernels.Float](values []T) (median T, passed int) {
	count := 0
	for first := 0; first < len(values); first += 5 {
		group := values[first:min(first+5, len(values))]
		slices.Sort(group)
		middle := first + len(group)/2
		values[count], values[middle] = values[middle], values[count]
		count++
	}
	median, passed = nthLargest(values[:count], (count+1)/2)
	return median, passed + len(values)
}

func medianOfThree[T kernels.Float](a, b, c T) T {
	return max(min(a, b), min(max(a, b), c))
}
