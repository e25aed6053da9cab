package vec

import (
	"math"
	"unsafe"

	"github.com/raphson-go/raphson/kernels"
)

// call holds the operands of any kernel.
type call[T kernels.Float] struct {
	dst, x, y []T
	a, b      T // a <= b, b >= 0
	index     []int32

	first, second []T // written as well; few elements of the second are negative
}

// row is what a kernel does with a call, as the dispatched kernel and as its specification in plain Go do it. What a
// kernel returns comes back as a slice; what it writes is in dst, first and second.
type row[T kernels.Float] struct {
	kernel, generic func(c call[T]) []float64
	// factors, for sums, are vectors whose dot product the result is, within the error bound of the package comment. Other
	// results agree with the specification in every bit.
	factors func(c call[T]) (a, b []T)
	wide    bool // the sum is rounded to float64
}

// equivalence has a row for each kernel that exists in both types.
func equivalence[T kernels.Float]() map[string]row[T] {
	return map[string]row[T]{
		"Axpy": writes(
			func(c call[T]) { axpy(c.a, c.x, c.dst) },
			func(c call[T]) { axpyGeneric(c.a, c.x, c.dst) }),
		"Scale": writes(
			func(c call[T]) { scale(c.a, c.dst) },
			func(c call[T]) { scaleGeneric(c.a, c.dst) }),
		"Add": writes(
			func(c call[T]) { add(c.dst, c.x, c.y) },
			func(c call[T]) { addGeneric(c.dst, c.x, c.y) }),
		"Sub": writes(
			func(c call[T]) { sub(c.dst, c.x, c.y) },
			func(c call[T]) { subGeneric(c.dst, c.x, c.y) }),
		"Mul": writes(
			func(c call[T]) { mul(c.dst, c.x, c.y) },
			func(c call[T]) { mulGeneric(c.dst, c.x, c.y) }),
		"Div": writes(
			func(c call[T]) { div(c.dst, c.x, c.y) },
			func(c call[T]) { divGeneric(c.dst, c.x, c.y) }),
		"AddScaled": writes(
			func(c call[T]) { addScaled(c.dst, c.a, c.x, c.b, c.y) },
			func(c call[T]) { addScaledGeneric(c.dst, c.a, c.x, c.b, c.y) }),
		"AdamStep": writes(
			func(c call[T]) {
				adamStep(c.dst, c.first, c.second, c.x, 0.75, 0.25, 0.875, 0.125, c.a, c.b, 1.5, 1e-8)
			},
			func(c call[T]) {
				adamStepGeneric(c.dst, c.first, c.second, c.x, 0.75, 0.25, 0.875, 0.125, c.a, c.b, 1.5, 1e-8)
			}),
		"Clamp": writes(
			func(c call[T]) { clamp(c.dst, c.x, c.a, c.b) },
			func(c call[T]) { clampGeneric(c.dst, c.x, c.a, c.b) }),
		"SoftThreshold": writes(
			func(c call[T]) { softThreshold(c.dst, c.x, c.b) },
			func(c call[T]) { softThresholdGeneric(c.dst, c.x, c.b) }),
		"Fill": writes(
			func(c call[T]) { fill(c.dst, c.a) },
			func(c call[T]) { fillGeneric(c.dst, c.a) }),
		"Dot": {
			kernel:  func(c call[T]) []float64 { return one(dot(c.x, c.y)) },
			generic: func(c call[T]) []float64 { return one(dotGeneric(c.x, c.y)) },
			factors: func(c call[T]) (a, b []T) { return c.x, c.y },
		},
		"Sum": {
			kernel:  func(c call[T]) []float64 { return one(sum(c.x)) },
			generic: func(c call[T]) []float64 { return one(sumGeneric(c.x)) },
			factors: func(c call[T]) (a, b []T) { return c.x, ones[T](len(c.x)) },
		},
		"AbsSum": {
			kernel:  func(c call[T]) []float64 { return one(absSum(c.x)) },
			generic: func(c call[T]) []float64 { return one(absSumGeneric(c.x)) },
			factors: func(c call[T]) (a, b []T) { return magnitudes(c.x), ones[T](len(c.x)) },
		},
		"SumSquares": {
			kernel:  func(c call[T]) []float64 { return one(sumSquares(c.x)) },
			generic: func(c call[T]) []float64 { return one(sumSquaresGeneric(c.x)) },
			factors: func(c call[T]) (a, b []T) { return c.x, c.x },
		},
		"SumSquaresScaled": {
			kernel:  func(c call[T]) []float64 { return one(sumSquaresScaled(T(0.25), c.x)) },
			generic: func(c call[T]) []float64 { return one(sumSquaresScaledGeneric(T(0.25), c.x)) },
			factors: func(c call[T]) (a, b []T) {
				x := make([]T, len(c.x))
				for i, v := range c.x {
					x[i] = v / 4
				}
				return x, x
			},
		},
		"Gather": writes(
			func(c call[T]) { gather(c.dst, c.x, c.index) },
			func(c call[T]) { gatherGeneric(c.dst, c.x, c.index) }),
		"GatherDot": {
			kernel:  func(c call[T]) []float64 { return one(gatherDot(c.x, c.index, c.y)) },
			generic: func(c call[T]) []float64 { return one(gatherDotGeneric(c.x, c.index, c.y)) },
			factors: func(c call[T]) (a, b []T) {
				gathered := make([]T, len(c.index))
				gatherGeneric(gathered, c.y, c.index)
				return c.x, gathered
			},
		},
		"Max": {
			kernel:  func(c call[T]) []float64 { return one(max(c.x)) },
			generic: func(c call[T]) []float64 { return one(maxGeneric(c.x)) },
		},
		"Min": {
			kernel:  func(c call[T]) []float64 { return one(min(c.x)) },
			generic: func(c call[T]) []float64 { return one(minGeneric(c.x)) },
		},
		"MaxAbs": {
			kernel:  func(c call[T]) []float64 { return located(maxAbs(c.x)) },
			generic: func(c call[T]) []float64 { return located(maxAbsGeneric(c.x)) },
		},
	}
}

// equivalence32 has a row for each kernel that exists in float32 alone.
func equivalence32() map[string]row[float32] {
	return map[string]row[float32]{
		"DotWide": {
			kernel:  func(c call[float32]) []float64 { return []float64{dotWide(c.x, c.y)} },
			generic: func(c call[float32]) []float64 { return []float64{dotWideGeneric(c.x, c.y)} },
			factors: func(c call[float32]) (a, b []float32) { return c.x, c.y },
			wide:    true,
		},
		"IndexOutside": {
			kernel:  func(c call[float32]) []float64 { return outside(c, indexOutside) },
			generic: func(c call[float32]) []float64 { return outside(c, indexOutsideGeneric) },
		},
	}
}

// writes is the row of a kernel that returns nothing.
func writes[T kernels.Float](kernel, generic func(c call[T])) row[T] {
	return row[T]{
		kernel:  func(c call[T]) []float64 { kernel(c); return nil },
		generic: func(c call[T]) []float64 { generic(c); return nil },
	}
}

func one[T kernels.Float](v T) []float64 { return []float64{float64(v)} }

func ones[T kernels.Float](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = 1
	}
	return x
}

func magnitudes[T kernels.Float](x []T) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = magnitude(v)
	}
	return y
}

// located is a magnitude with its index.
func located[T kernels.Float](largest T, index int) []float64 {
	return []float64{float64(largest), float64(index)}
}

// outside takes the bits of dst for indices, of any sign, not negative or below 2^24 by the length, and says for several
// bounds whether one is outside.
func outside(c call[float32], f func(index []int32, bound float32) float32) []float64 {
	index := unsafe.Slice((*int32)(unsafe.Pointer(unsafe.SliceData(c.dst))), len(c.dst))
	for i := range index {
		switch len(index) % 3 {
		case 1:
			index[i] &= math.MaxInt32
		case 2:
			index[i] &= 1<<24 - 1
		}
	}
	var verdicts []float64
	for _, length := range []int{1, 1 << 30, math.MaxInt32, math.MaxInt} {
		verdict := 0.0
		if f(index, indexBound(length)) != 0 {
			verdict = 1
		}
		verdicts = append(verdicts, verdict)
	}
	return verdicts
}
