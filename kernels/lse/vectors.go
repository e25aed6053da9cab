package lse

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// LogSumExp is log sum_i e^x[i], without overflow.
//
// The error is at most u*(R + 2*max(|max x|, log n)), R and u as in the package comment; typically it is half an ULP.
// No element, or only -Inf, gives -Inf; a +Inf gives +Inf; a NaN gives NaN, also beside a +Inf.
// x is read from memory once: blocks that stay in the first cache are read for their maximum, then for their sum.
func LogSumExp[T kernels.Float](x []T) T {
	s := spans[T]{x: x}
	s.run()
	return T(s.total.largest + math.Log(s.total.relative))
}

// Softmax sets dst[i] = e^x[i] / sum_j e^x[j], without overflow.
//
// It panics if the lengths differ. dst may be exactly x.
// The relative error of dst[i] is at most u*(R + |x[i] - max x|), R and u as in the package comment, since x[i] - max x is
// rounded before the exponential; elements below the smallest normal number may be off by one more of their last place.
// -Inf beside finite elements gives +0. If an element is +Inf or NaN, or all are -Inf, every element of dst is NaN.
// x is read from memory once, and dst twice where it does not fit the first cache: each element is one exponential, with the
// maximum so far, that is scaled when the maximum and the sum are known.
func Softmax[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Softmax", "dst", len(dst), "x", len(x))
	if len(x) <= block {
		m := largest(x)
		vec.Scale(1/expShifted(dst, x, m, 1), dst)
		return
	}
	shifts := scratch.Get[T]((len(x) + block - 1) / block)
	s := spans[T]{pass: exponentiate, x: x, dst: dst, shifts: shifts.Data}
	s.run()
	if math.IsInf(s.total.largest, 0) {
		s.total.relative = math.NaN()
	}
	s.pass = divide
	s.run()
	shifts.Release()
}

// LogSoftmax sets dst[i] = x[i] - log sum_j e^x[j], without overflow.
//
// It panics if the lengths differ. dst may be exactly x.
// The error of dst[i] is at most u*(R + 2*|x[i] - max x| + 2*log n), R and u as in the package comment.
// -Inf beside finite elements gives -Inf. If an element is +Inf or NaN, or all are -Inf, every element of dst is NaN.
// x is read from memory twice, once where it fits the first cache.
func LogSoftmax[T kernels.Float](dst, x []T) {
	check.Equal("lse", "LogSoftmax", "dst", len(dst), "x", len(x))
	s := spans[T]{x: x}
	s.run()
	if math.IsInf(s.total.largest, 0) {
		s.total.relative = math.NaN()
	}
	r := request[T]{do: ofSubtractBoth, dst: dst, x: x, a: T(s.total.largest), b: T(math.Log(s.total.relative))}
	r.run()
}
