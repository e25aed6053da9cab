package orth

import (
	"math"
	"slices"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// quantileOfMagnitudes is the q-quantile of |x|, interpolated linearly between the order statistics around q*(n-1); 0
// of nothing. NaN counts as above every number. scratch is as long as x.
func quantileOfMagnitudes[T kernels.Float](x []T, q float64, scratch []T) float64 {
	if len(x) == 0 {
		return 0
	}
	place := q * float64(len(x)-1)
	rank := min(int(place), len(x)-1)
	lower, upper := ordered(x, rank, q, scratch)
	if rest := place - float64(rank); rest > 0 {
		return lower + rest*(upper-lower)
	}
	return lower
}

// ordered are the elements of ranks k and k+1 of |x|. Of a long x a sample tells between which magnitudes they are; one pass
// counts what is below and gathers what is between, and only that is searched. Where the sample was misleading, all of x is.
func ordered[T kernels.Float](x []T, k int, q float64, scratch []T) (at, next float64) {
	const sampleSize = 1024
	if len(x) < 8*sampleSize {
		return magnitudesAt(x, k, scratch)
	}
	var sample [sampleSize]T
	for i := range sample {
		v := x[i*(len(x)/sampleSize)]
		sample[i] = max(v, -v)
	}
	slices.Sort(sample[:])
	margin := int(3*math.Sqrt(q*(1-q)*sampleSize)) + 4 // three standard deviations
	middle := int(q * (sampleSize - 1))
	if middle-margin < 0 || middle+margin >= sampleSize {
		return magnitudesAt(x, k, scratch)
	}
	low, high := sample[middle-margin], sample[middle+margin]
	below, kept := 0, 0
	for _, v := range x {
		m := max(v, -v)
		scratch[kept] = v // overwritten by the next one unless it is between
		if m >= low && m <= high {
			kept++
		}
		if m < low {
			below++
		}
	}
	if k < below || k+1 >= below+kept || kept > len(x)/2 {
		return magnitudesAt(x, k, scratch)
	}
	return magnitudesAt(scratch[:kept], k-below, scratch[kept:])
}

const (
	digitBits = 11
	digits    = 1 << digitBits
)

// magnitudesAt are the elements of ranks k and k+1, from 0, of |x| in ascending order; where there is no k+1 that of k
// again. Nonnegative floats are in the order of their bits, so the first is found digit by digit, from the top, each
// time among the elements that agree so far: linear time on any input, mostly one pass to count and one to gather.
// scratch must not overlap x.
func magnitudesAt[T kernels.Float](x []T, k int, scratch []T) (at, next float64) {
	candidates, rank, shift := x, k, magnitudeBits[T]()
	for shift > 0 && len(candidates) > 1 {
		shift = max(0, shift-digitBits)
		var counts [digits]int
		for _, v := range candidates {
			counts[magnitudeKey(v)>>shift%digits]++
		}
		digit := 0
		for rank >= counts[digit] {
			rank -= counts[digit]
			digit++
		}
		kept := scratch[:0]
		for _, v := range candidates {
			if magnitudeKey(v)>>shift%digits == uint64(digit) {
				kept = append(kept, v)
			}
		}
		candidates = kept
	}
	at = math.Abs(float64(candidates[0]))
	below, next := 0, math.Inf(1)
	for _, v := range x {
		if m := math.Abs(float64(v)); m <= at {
			below++
		} else {
			next = min(next, m)
		}
	}
	if below > k+1 || k+1 == len(x) {
		next = at
	}
	return at, next
}

// magnitudeKey is the bits of |v|.
func magnitudeKey[T kernels.Float](v T) uint64 {
	if cast.Single[T]() {
		return uint64(math.Float32bits(float32(v)) &^ (1 << 31))
	}
	return math.Float64bits(float64(v)) &^ (1 << 63)
}

// magnitudeBits is the number of bits of a key that are not always zero.
func magnitudeBits[T kernels.Float]() int {
	if cast.Single[T]() {
		return 31
	}
	return 63
}
