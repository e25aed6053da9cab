package coord

import (
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

const (
	// panel is the number of rows of A that a block of columns goes through together, so that this part of the residual stays
	// in the first cache.
	panel = 2048
	// mostParts bounds the memory for sums, which every part of the rows has of its own.
	mostParts = 16
	// splitWork is the number of elements of columns from which on workers share them: 20 us from the second cache, where
	// a worker that waits takes its part in about 1.
	splitWork = 1 << 17
)

// pass goes through the rows once: r += A_index*d, then dst = A_next'*r.
type pass[T kernels.Float] struct {
	columns kernels.Matrix[T]
	index   []int32
	d       []T
	next    []int32
	dst     []T // len(next) sums for each part
	r       []T
	perPart int // rows; depends on their number alone, and with it the order of sums
}

// run does all parts, on the workers where that pays and no operand lives on the caller's stack.
func (p *pass[T]) run() {
	n := len(p.r)
	if n <= panel {
		p.perPart = n
		p.Do(0)
		return
	}
	panels := (n + panel - 1) / panel
	p.perPart = (panels + mostParts - 1) / mostParts * panel
	parts := (n + p.perPart - 1) / p.perPart
	sums := p.dst
	memory := scratch.Get[T](parts * len(sums))
	defer memory.Release()
	p.dst = memory.Data
	if n*(len(p.index)+len(p.next)) < splitWork || pool.Workers() == 1 || !p.handOut(parts) {
		for part := range parts {
			p.Do(part)
		}
	}
	copy(sums, memory.Data)
	for part := 1; part < parts; part++ {
		for k, s := range memory.Data[part*len(sums):][:len(sums)] {
			sums[k] += s
		}
	}
}

// Do computes one part.
func (p *pass[T]) Do(part int) {
	begin, end := part*p.perPart, min((part+1)*p.perPart, len(p.r))
	dst := p.dst[part*len(p.next):][:len(p.next)]
	clear(dst)
	for ; begin < end; begin += panel {
		stop := min(begin+panel, end)
		addUpdate(p.r, p.columns, p.index, p.d, begin, stop)
		addGradient(dst, p.columns, p.next, p.r, begin, stop)
	}
}

var passes pool.Recycler

// handOut has the workers do all parts; it reports whether it could.
func (p *pass[T]) handOut(parts int) bool {
	data, dataOK := pool.Share(p.columns.Data)
	r, rOK := pool.Share(p.r)
	index, indexOK := pool.Share(p.index)
	next, nextOK := pool.Share(p.next)
	d, dOK := pool.Share(p.d)
	dst, _ := pool.Share(p.dst) // lent memory, which is never on a stack
	if !dataOK || !rOK || !indexOK || !nextOK || !dOK {
		return false
	}
	columns := kernels.Matrix[T]{Rows: p.columns.Rows, Cols: p.columns.Cols, Stride: p.columns.Stride, Data: data}
	pool.RunRecycled[T](&passes, parts, pass[T]{columns, index, d, next, dst, r, p.perPart})
	return true
}

// addGradient adds to dst what rows begin to end of A contribute. Columns are read four at a time, so that r is read once
// for these.
func addGradient[T kernels.Float](dst []T, columns kernels.Matrix[T], index []int32, r []T, begin, end int) {
	r = r[begin:end]
	for len(index) >= 4 && len(dst) >= 4 {
		s0, s1, s2, s3 := dotColumns(part(columns, index[0], begin, end), part(columns, index[1], begin, end),
			part(columns, index[2], begin, end), part(columns, index[3], begin, end), r)
		dst[0], dst[1], dst[2], dst[3] = dst[0]+s0, dst[1]+s1, dst[2]+s2, dst[3]+s3
		dst, index = dst[4:], index[4:]
	}
	for k, j := range index {
		dst[k] += dotColumn(part(columns, j, begin, end), r)
	}
}

// addUpdate updates rows begin to end of the residual.
func addUpdate[T kernels.Float](r []T, columns kernels.Matrix[T], index []int32, d []T, begin, end int) {
	r = r[begin:end]
	for len(index) >= 4 && len(d) >= 4 {
		addColumns(r, d[0], d[1], d[2], d[3], part(columns, index[0], begin, end), part(columns, index[1], begin, end),
			part(columns, index[2], begin, end), part(columns, index[3], begin, end))
		d, index = d[4:], index[4:]
	}
	for k, j := range index {
		addColumn(r, d[k], part(columns, j, begin, end))
	}
}

// part is rows begin to end of column j.
func part[T kernels.Float](columns kernels.Matrix[T], j int32, begin, end int) []T {
	at := int(j) * columns.Stride
	return columns.Data[at+begin : at+end]
}
