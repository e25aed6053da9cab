// Package limit measures what a machine can do at most: multiply-adds a second and bytes a second. It is for the
// benchmark program, which states every kernel's speed as a share of these limits.
package limit

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/level"
)

// MaxIterations is the most steps that one call of Peak takes: about 100 microseconds, and few enough that float32
// still counts exactly.
const MaxIterations = 16384

// MaxElements is the most elements, passes counted, that Read and Update hand to assembly in one call.
const MaxElements = 1 << 16

// Peak runs steps of fused multiply-adds (at the generic level: multiplications and additions) that do not wait for
// each other, and returns how many multiply-adds it did. It panics unless 0 <= iterations <= MaxIterations.
func Peak[T cast.Float](iterations int) (multiplyAdds float64) {
	requireIterations("Peak", iterations)
	return float64(peak(T(1), iterations))
}

func requireIterations(function string, iterations int) {
	if iterations < 0 || iterations > MaxIterations {
		panic("limit: " + function + ": iterations out of range")
	}
}

// Read reads x so many times, in order, and returns the sum of what it read. A longer x than MaxElements is cut in
// pieces, and short ones are read several times a call, so that calls are neither long nor many.
func Read[T cast.Float](x []T, passes int) (sum T) {
	pieces(x, passes, func(piece []T, passes int) { sum += readStream(piece, passes) })
	return sum
}

// Update multiplies x by alpha in place, so many times: each pass reads and writes every byte once.
func Update[T cast.Float](alpha T, x []T, passes int) {
	pieces(x, passes, func(piece []T, passes int) { updateStream(alpha, piece, passes) })
}

// pieces calls with at most MaxElements elements times passes, as often as it takes.
func pieces[T cast.Float](x []T, passes int, call func(piece []T, passes int)) {
	if len(x) == 0 {
		return
	}
	atOnce := max(1, MaxElements/len(x))
	for ; passes > 0; passes -= atOnce {
		for rest := x; len(rest) > 0; rest = rest[min(len(rest), MaxElements):] {
			call(rest[:min(len(rest), MaxElements)], min(passes, atOnce))
		}
	}
}

// PeakBFloat16 is Peak for the dot products of bfloat16, two multiply-adds a lane and step, on processors that have them. Elsewhere
// the product of such operands is one of float32, and so is its peak.
func PeakBFloat16(iterations int) (multiplyAdds float64) {
	if !level.BFloat16() {
		return Peak[float32](iterations)
	}
	requireIterations("PeakBFloat16", iterations)
	ones := math.Float32frombits(0x3F803F80) // 1 in each half
	return float64(peakOfPairs(ones, iterations))
}
