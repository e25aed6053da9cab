package lse

import (
	"math"

	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// block is the number of elements that are read for their maximum and again for their sum: they fill half of a first cache
// of 32 KiB at most.
const block = 2048

// scaledSum is the number relative * e^largest; with an infinite largest it is relative alone, 0, +Inf or NaN.
type scaledSum struct{ largest, relative float64 }

// noTerms is the sum of nothing.
var noTerms = scaledSum{largest: math.Inf(-1)}

// raise makes largest at least m, and leaves the number as it is.
func (s *scaledSum) raise(m float64) {
	if m > s.largest {
		if s.relative != 0 {
			s.relative *= math.Exp(s.largest - m)
		}
		s.largest = m
	}
}

// shift is what to subtract before the exponential: with all -Inf the sum is then 0, with a +Inf it is +Inf, and NaN wins.
func (s *scaledSum) shift() float64 {
	if math.IsInf(s.largest, 0) {
		return 0
	}
	return s.largest
}

// add adds another sum.
func (s *scaledSum) add(t scaledSum) {
	if t.largest > s.largest {
		*s, t = t, *s
	}
	t.raise(s.largest)
	s.relative += t.relative
}

// maxSpans bounds the parts of a large vector, a multiple of any likely number of workers; leastSpan is the least length
// of one: 10 us of exponentials on AVX-512.
const (
	maxSpans  = 256
	leastSpan = 16 * block
)

// pass is what is done to the spans of a vector.
type pass uint8

const (
	addUp        pass = iota // total = sum of e^x
	exponentiate             // the same, and dst = e^(x-s) with one s for each block, kept in shifts
	divide                   // dst *= e^s / total
)

// spans goes through a vector in parts that depend on its length alone, each in blocks. The sums of the parts are added in
// order, whoever computed them.
type spans[T kernels.Float] struct {
	pass           pass
	x, dst, shifts []T
	total          scaledSum
	span           int // elements of a part
}

// run does all parts, on the workers where that pays and no operand lives on the caller's stack.
func (s *spans[T]) run() {
	if len(s.x) <= leastSpan {
		s.span = leastSpan
		if sum := s.part(0); s.pass != divide {
			s.total = sum
		}
		return
	}
	s.span = max(leastSpan, (len(s.x)+maxSpans-1)/maxSpans)
	s.span = (s.span + block - 1) / block * block
	parts := (len(s.x) + s.span - 1) / s.span
	total := noTerms
	if task := s.share(); task != nil {
		pool.Run(parts, task)
		for _, t := range task.sums[:parts] {
			total.add(t)
		}
		task.spans = spans[T]{}
		pool.Tasks[T](&recycledSpans).Put(task)
	} else {
		for part := range parts {
			total.add(s.part(part))
		}
	}
	if s.pass != divide {
		s.total = total
	}
}

// part does one part and returns its sum.
func (s *spans[T]) part(part int) scaledSum {
	first := part * s.span
	end := min(first+s.span, len(s.x))
	sum := noTerms
	for ; first < end; first += block {
		next := min(first+block, end)
		if s.pass == divide {
			shift := float64(s.shifts[first/block])
			vec.Scale(T(math.Exp(shift-s.total.largest)/s.total.relative), s.dst[first:next])
			continue
		}
		x := s.x[first:next]
		sum.raise(float64(largest(x)))
		if s.pass == exponentiate {
			s.shifts[first/block] = T(sum.largest)
			sum.relative += float64(expShifted(s.dst[first:next], x, T(sum.shift()), 1))
		} else {
			sum.relative += float64(sumExp(x, T(sum.shift())))
		}
	}
	return sum
}

// sharedSpans is a copy of spans for workers, with a place for the sums.
type sharedSpans[T kernels.Float] struct {
	spans[T]
	sums [maxSpans]scaledSum
}

// Do does one part.
func (s *sharedSpans[T]) Do(part int) { s.sums[part] = s.part(part) }

var recycledSpans pool.Recycler

// share is a copy of s that workers may use, nil if there are none or an operand is on the stack.
func (s *spans[T]) share() *sharedSpans[T] {
	if pool.Workers() < 2 {
		return nil
	}
	x, xOK := pool.Share(s.x)
	dst, dstOK := pool.Share(s.dst)
	shifts, shiftsOK := pool.Share(s.shifts)
	if !xOK || !dstOK || !shiftsOK {
		return nil
	}
	task, _ := pool.Tasks[T](&recycledSpans).Get().(*sharedSpans[T])
	if task == nil {
		task = new(sharedSpans[T])
	}
	task.spans = spans[T]{s.pass, x, dst, shifts, s.total, s.span}
	return task
}
