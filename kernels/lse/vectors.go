package lse

import (
	"math"
	"sync"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// LogSumExp is log sum_i e^x[i], without overflow.
//
// The error is at most u*(R + 2*max(|max x|, log n)), R and u as in the package comment; typically it is half an ULP.
// No element, or only -Inf, gives -Inf; a +Inf gives +Inf; a NaN gives NaN, also beside a +Inf.
// x is read from memory once: blocks that stay in the first cache are read for their maximum, then for their sum.
func LogSumExp[T kernels.Float](x []T) T {
	sum := sumOf(x)
	return T(sum.largest + math.Log(sum.relative))
}

// Softmax sets dst[i] = e^x[i] / sum_j e^x[j], without overflow.
//
// It panics if the lengths differ. dst may be exactly x.
// The relative error of dst[i] is at most u*(R + |x[i] - max x|), R and u as in the package comment, since x[i] - max x is
// rounded before the exponential; elements below the smallest normal number may be off by one more of their last place.
// -Inf beside finite elements gives +0. If an element is +Inf or NaN, or all are -Inf, every element of dst is NaN.
// x is read from memory twice, once where it fits the first cache.
func Softmax[T kernels.Float](dst, x []T) {
	check.Equal("lse", "Softmax", "dst", len(dst), "x", len(x))
	if len(x) <= block {
		m := largest(x)
		vec.Scale(1/expShifted(dst, x, m, 1), dst)
		return
	}
	sum := sumOf(x)
	if math.IsInf(sum.largest, 0) {
		sum.relative = math.NaN()
	}
	r := request[T]{do: ofExpShifted, dst: dst, x: x, a: T(sum.largest), b: T(1 / sum.relative)}
	r.run()
}

// LogSoftmax sets dst[i] = x[i] - log sum_j e^x[j], without overflow.
//
// It panics if the lengths differ. dst may be exactly x.
// The error of dst[i] is at most u*(R + 2*|x[i] - max x| + 2*log n), R and u as in the package comment.
// -Inf beside finite elements gives -Inf. If an element is +Inf or NaN, or all are -Inf, every element of dst is NaN.
// x is read from memory twice, once where it fits the first cache.
func LogSoftmax[T kernels.Float](dst, x []T) {
	check.Equal("lse", "LogSoftmax", "dst", len(dst), "x", len(x))
	sum := sumOf(x)
	if math.IsInf(sum.largest, 0) {
		sum.relative = math.NaN()
	}
	r := request[T]{do: ofSubtractBoth, dst: dst, x: x, a: T(sum.largest), b: T(math.Log(sum.relative))}
	r.run()
}

// block is the number of elements that are read for their maximum and again for their sum: they fill half of a first cache
// of 32 KiB at most.
const block = 2048

// scaledSum is the number relative * e^largest; with an infinite largest it is relative alone, 0, +Inf or NaN.
type scaledSum struct{ largest, relative float64 }

// noTerms is the sum of nothing.
var noTerms = scaledSum{largest: math.Inf(-1)}

// addExp adds e^x of every element of x.
func addExp[T kernels.Float](s scaledSum, x []T) scaledSum {
	for len(x) > 0 {
		head := x[:min(len(x), block)]
		x = x[len(head):]
		if m := float64(largest(head)); m > s.largest {
			if s.relative != 0 {
				s.relative *= math.Exp(s.largest - m)
			}
			s.largest = m
		}
		shift := s.largest
		if math.IsInf(shift, 0) {
			shift = 0 // with all -Inf the sum is 0, with a +Inf it is +Inf, and NaN wins
		}
		s.relative += float64(sumExp(head, T(shift)))
	}
	return s
}

// plus is the sum of two.
func (s scaledSum) plus(t scaledSum) scaledSum {
	if s.largest < t.largest {
		s, t = t, s
	}
	if t.relative != 0 && t.largest != s.largest {
		t.relative *= math.Exp(t.largest - s.largest)
	}
	return scaledSum{s.largest, s.relative + t.relative}
}

// maxSpans bounds the parts of a sum, a multiple of any likely number of workers; leastSpan is the least length of one.
const (
	maxSpans   = 256
	leastSpan = 16 * block
)

// partialSums is the task that sums the parts of a large vector. Parts depend on the length alone.
type partialSums[T kernels.Float] struct {
	x     []T
	span  int // elements of a part
	parts [maxSpans]scaledSum
}

// Do sums one part.
func (p *partialSums[T]) Do(part int) {
	first := part * p.span
	p.parts[part] = addExp(noTerms, p.x[first:min(first+p.span, len(p.x))])
}

var partialSingle, partialDouble sync.Pool

func partials[T kernels.Float]() *sync.Pool {
	if cast.Single[T]() {
		return &partialSingle
	}
	return &partialDouble
}

// sumOf is sum_i e^x[i]: up to a few parts' length by this goroutine, larger vectors in parts that the workers share. The parts are added
// in order whoever computed them.
func sumOf[T kernels.Float](x []T) scaledSum {
	if len(x) <= leastSpan {
		return addExp(noTerms, x)
	}
	span := max(leastSpan, (len(x)+maxSpans-1)/maxSpans)
	span = (span + block - 1) / block * block
	parts := (len(x) + span - 1) / span
	total := noTerms
	if shared, ok := pool.Share(x); ok && pool.Workers() > 1 {
		task, _ := partials[T]().Get().(*partialSums[T])
		if task == nil {
			task = new(partialSums[T])
		}
		task.x, task.span = shared, span
		pool.Run(parts, task)
		for _, s := range task.parts[:parts] {
			total = total.plus(s)
		}
		task.x = nil
		partials[T]().Put(task)
		return total
	}
	for part := range parts {
		first := part * span
		total = total.plus(addExp(noTerms, x[first:min(first+span, len(x))]))
	}
	return total
}
