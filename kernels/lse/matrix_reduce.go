package lse

import (
	"math"

	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// logSumExpAffine is log sum_j exp(eps*(shift[j]-c[j])) where scale is log2(e)*eps, in one pass over memory: blocks that stay
// in the first cache are read twice, for their maximum and for their sum. Exponentials go to buffer.
func logSumExpAffine[T kernels.Float](buffer, shift, c []T, scale T) float64 {
	largest, sum := math.Inf(-1), 0.0
	for {
		n := min(columnPanel, len(c))
		m := float64(maxAffine(shift[:n], c[:n], scale))
		if m > largest {
			sum *= math.Exp2(largest - m)
			largest = m
		}
		offset := largest
		if math.IsInf(largest, 0) {
			offset = 0 // the sum is then 0, +Inf or NaN, and so is the logarithm's
		}
		sum += float64(expAffine(buffer[:n], shift[:n], c[:n], scale, T(-offset)))
		if shift, c = shift[n:], c[n:]; len(c) == 0 {
			return offset*math.Ln2 + math.Log(sum)
		}
	}
}

// logSumExpRows computes a part of the rows.
func (s *sweep[T]) logSumExpRows(part int) {
	buffer := scratch.Get[T](min(columnPanel, s.matrix.Cols))
	from, to := s.span(part, s.matrix.Rows)
	for i := from; i < to; i++ {
		s.rows[i] = T(logSumExpAffine(buffer.Data, s.g, s.matrix.Row(i), s.scale))
	}
	buffer.Release()
}

// rowBlock rows of a part of the columns share one update of the running maxima.
const rowBlock = 32

// logSumExpColumns computes a part of the columns: rows are taken in blocks that stay in the second cache, for the new
// maxima and for the sums relative to them. The sums of the blocks are added in float64: in float32 the sum of a million like
// terms would be off by a hundredth of itself.
func (s *sweep[T]) logSumExpColumns(part int) {
	from, to := s.span(part, s.matrix.Cols)
	n := to - from
	memory, wide := scratch.Get[T](4*n), scratch.Get[float64](n)
	sums, largest, old, factors := memory.Data[:n], memory.Data[n:2*n], memory.Data[2*n:3*n], memory.Data[3*n:]
	totals := wide.Data
	lowest := T(-math.MaxFloat32) // finite, so that -Inf - lowest is -Inf; no smaller maximum is of interest
	for j := range totals {
		totals[j], largest[j] = 0, lowest
	}
	for i := 0; i < s.matrix.Rows; i += rowBlock {
		end := min(i+rowBlock, s.matrix.Rows)
		copy(old, largest)
		for r := i; r < end; r++ {
			maxColumns(largest, s.matrix.Row(r)[from:to], s.scale, s.f[r])
		}
		clear(sums)
		for r := i; r < end; r++ {
			addExpColumns(sums, largest, s.matrix.Row(r)[from:to], s.scale, s.f[r])
		}
		expAffine(factors, old, largest, 1, 0)
		for j := range totals {
			totals[j] = float64(totals[j]*float64(factors[j])) + float64(sums[j])
		}
	}
	for j, sum := range totals {
		if sum > 0 && sum <= math.MaxFloat32 {
			s.rows[from+j] = T(float64(largest[j])*math.Ln2 + math.Log(sum))
		} else {
			s.rows[from+j] = T(logSumExpColumn(s.scale, s.f, s.matrix, from+j))
		}
	}
	memory.Release()
	wide.Release()
}

// logSumExpColumn is log sum_i exp(eps*(shift[i]-C[i,j])) of one column, where scale is log2(e)*eps: for the few that the
// sweeps leave over.
func logSumExpColumn[T kernels.Float](scale T, shift []T, c kernels.Matrix[T], j int) float64 {
	largest, sum := math.Inf(-1), 0.0
	for i := range c.Rows {
		t := float64(scale) * (float64(shift[i]) - float64(c.Data[i*c.Stride+j]))
		switch {
		case t <= largest:
			if !math.IsInf(largest, 0) {
				sum += math.Exp2(t - largest)
			}
		case t > largest:
			sum = sum*math.Exp2(largest-t) + 1
			largest = t
		default:
			return t // NaN
		}
	}
	if math.IsInf(largest, 0) {
		return largest
	}
	return largest*math.Ln2 + math.Log(sum)
}
