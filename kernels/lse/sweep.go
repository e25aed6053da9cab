package lse

import (
	"math"

	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// job says which matrix function a sweep computes.
type job int

const (
	jobRows job = iota
	jobColumns
	jobPlan
	jobLog
	jobKernel
)

// sweep is one pass over a matrix, in parts that are the same for any number of workers: a part is a range of rows (of
// columns for jobColumns) with its own accumulators, which are combined in the order of the parts.
type sweep[T kernels.Float] struct {
	job            job
	parts, perPart int // rows (columns) in a part; the last may have fewer
	matrix         kernels.Matrix[T]
	plan           kernels.Matrix[T]
	f, g           []T // potentials or scalings; g is the shift of LogSumExp
	a              []T // row marginal
	rows           []T // result for each row (column)
	scale          T   // log2(e)/eps: exponentials are to base 2
	scaled         []T // scale*g, for the rows of a plan
	eps, power     T
	partial        []T // parts rows of column sums, each Cols long
	errors         []T // one a part
}

// log2e turns a natural exponent into one to base 2.
const log2e = math.Log2E

// maxParts bounds the memory of the partial column sums.
const maxParts = 32

// parallelFrom is the number of elements below which a sweep stays on its goroutine. At 5 elements/ns it is 6 us of
// exponentials; handing parts to spinning workers costs below 1 us.
const parallelFrom = 1 << 15

// leastRows is how many rows a part has at least: clearing its column sums and adding them to the others takes as long as one or two rows.
const leastRows = 64

// split sets the parts for n rows: at most maxParts, each a multiple of the rows that are worked on together.
func (s *sweep[T]) split(n int) {
	s.perPart = max((n+maxParts-1)/maxParts, leastRows)
	s.perPart = (s.perPart + rowsAtOnce - 1) / rowsAtOnce * rowsAtOnce
	s.parts = (n + s.perPart - 1) / s.perPart
}

// splitColumns sets the parts for the columns: wide enough to read C along its rows, and a multiple of a cache line.
func (s *sweep[T]) splitColumns() {
	s.perPart = min(max((s.matrix.Cols+maxParts-1)/maxParts, 256), columnPanel)
	s.perPart = (s.perPart + 15) / 16 * 16
	s.parts = (s.matrix.Cols + s.perPart - 1) / s.perPart
}

// span is the range of rows of a part.
func (s *sweep[T]) span(part, n int) (from, to int) {
	return part * s.perPart, min((part+1)*s.perPart, n)
}

// Do computes one part.
func (s *sweep[T]) Do(part int) {
	switch s.job {
	case jobRows:
		s.logSumExpRows(part)
	case jobColumns:
		s.logSumExpColumns(part)
	case jobPlan:
		s.planRows(part)
	case jobLog:
		s.sinkhornLogRows(part)
	case jobKernel:
		s.sinkhornKernelRows(part)
	}
}

// run computes all parts: on the workers if that is worth it and no operand lies on the caller's stack, which may move.
func (s *sweep[T]) run() {
	if s.parts > 1 && s.matrix.Rows*s.matrix.Cols >= parallelFrom && pool.Workers() > 1 {
		if task := s.share(); task != nil {
			pool.Run(s.parts, task)
			*task = sweep[T]{}
			pool.Tasks[T](&recycled).Put(task)
			return
		}
	}
	for part := range s.parts {
		s.Do(part)
	}
}

var recycled pool.Recycler

// share is a copy of s that workers may use, nil if an operand is on the stack.
func (s *sweep[T]) share() *sweep[T] {
	task, _ := pool.Tasks[T](&recycled).Get().(*sweep[T])
	if task == nil {
		task = new(sweep[T])
	}
	all := true
	shared := func(x []T) []T {
		y, ok := pool.Share(x)
		all = all && ok
		return y
	}
	*task = sweep[T]{
		job: s.job, parts: s.parts, perPart: s.perPart,
		matrix: kernels.Matrix[T]{Rows: s.matrix.Rows, Cols: s.matrix.Cols, Stride: s.matrix.Stride, Data: shared(s.matrix.Data)},
		plan:   kernels.Matrix[T]{Rows: s.plan.Rows, Cols: s.plan.Cols, Stride: s.plan.Stride, Data: shared(s.plan.Data)},
		f:      shared(s.f), g: shared(s.g), a: shared(s.a), rows: shared(s.rows), scaled: shared(s.scaled),
		scale: s.scale, eps: s.eps, power: s.power,
		partial: shared(s.partial), errors: shared(s.errors),
	}
	if !all {
		*task = sweep[T]{}
		pool.Tasks[T](&recycled).Put(task)
		return nil
	}
	return task
}

// columnPanel bounds the elements of one call into assembly, and is what a buffer for one row's exponentials holds.
const columnPanel = 1 << 13

// rowsAtOnce rows are added to the column sums together.
const rowsAtOnce = 4

// expRow sets dst[j] = 2^(scale*(shift[j]-c[j]) + bias) and returns the sum.
func expRow[T kernels.Float](dst, shift, c []T, scale, bias T) (sum T) {
	for len(dst) > columnPanel {
		sum += expAffine(dst[:columnPanel], shift[:columnPanel], c[:columnPanel], scale, bias)
		dst, shift, c = dst[columnPanel:], shift[columnPanel:], c[columnPanel:]
	}
	return sum + expAffine(dst, shift, c, scale, bias)
}

// addThenPlanRow adds weight*previous to the sums and sets row to row i of the plan, of which it returns the sum. row may be
// previous.
func (s *sweep[T]) addThenPlanRow(row, previous, sums []T, weight T, i int) (sum T) {
	shift, c, bias := s.scaled, s.matrix.Row(i), s.scale*s.f[i]
	for len(row) > columnPanel {
		const n = columnPanel
		sum += addThenExp(row[:n], previous[:n], sums[:n], shift[:n], c[:n], s.scale, bias, weight)
		row, previous, sums, shift, c = row[n:], previous[n:], sums[n:], shift[n:], c[n:]
	}
	return sum + addThenExp(row, previous, sums, shift, c, s.scale, bias, weight)
}

// addWeighted adds the weighted rows to the sums, in panels.
func addWeighted[T kernels.Float](sums, rows []T, stride int, weights []T) {
	for len(weights) > 0 {
		count := min(rowsAtOnce, len(weights))
		for j := 0; j < len(sums); j += columnPanel {
			end := min(j+columnPanel, len(sums))
			addRows(sums[j:end], rows[j:(count-1)*stride+end], stride, weights[:count])
		}
		if weights = weights[count:]; len(weights) > 0 {
			rows = rows[count*stride:]
		}
	}
}

// rowsFrom is the data from row i on; a matrix without columns has none.
func rowsFrom[T kernels.Float](m kernels.Matrix[T], i int) []T {
	if m.Cols == 0 {
		return nil
	}
	return m.Data[i*m.Stride:]
}

// combine adds the partial column sums in order and returns the first row, which holds the result.
func (s *sweep[T]) combine() []T {
	cols := s.matrix.Cols
	result := s.partial[:cols]
	ones := [rowsAtOnce]T{1, 1, 1, 1}
	for part := 1; part < s.parts; part += rowsAtOnce {
		addWeighted(result, s.partial[part*cols:], cols, ones[:min(rowsAtOnce, s.parts-part)])
	}
	return result
}

// sum runs s with cleared accumulators. It returns the column sums and the sum of the parts' errors; columns is lent memory,
// to be released.
func (s *sweep[T]) sum() (memory *scratch.Buffer[T], columns []T, err T) {
	memory = scratch.Get[T](max(s.parts, 1) * (s.matrix.Cols + 1)) // sums of no rows are zeros too
	clear(memory.Data)
	s.errors, s.partial = memory.Data[:s.parts], memory.Data[s.parts:]
	if s.job != jobKernel {
		scaled := scratch.Get[T](len(s.g))
		defer scaled.Release()
		s.scaled = scaled.Data
		for j, g := range s.g {
			s.scaled[j] = s.scale * g
		}
	}
	s.run()
	for _, e := range s.errors {
		err += e
	}
	return memory, s.combine(), err
}

// planRows forms the rows of a part of the plan and adds them up.
func (s *sweep[T]) planRows(part int) {
	cols := s.matrix.Cols
	sums := s.partial[part*cols : (part+1)*cols]
	buffer := scratch.Get[T](cols)
	row := buffer.Data
	clear(row)
	from, to := s.span(part, s.matrix.Rows)
	for i := from; i < to; i++ {
		previous := row
		if s.plan.Data != nil {
			row = s.plan.Row(i)
		}
		s.rows[i] = s.addThenPlanRow(row, previous, sums, 1, i)
	}
	one := [1]T{1}
	addWeighted(sums, row, cols, one[:])
	buffer.Release()
}
