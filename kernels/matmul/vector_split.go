package matmul

import (
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// vectorJob is what is done to the rows of a matrix.
type vectorJob uint8

const (
	byRows    vectorJob = iota // ofRows = alpha*A*ofColumns + beta*ofRows
	byColumns                  // ofColumns = alpha*A'*ofRows + beta*ofColumns
	bySums                     // the same, with sums of its own for every part of the rows
	outer                      // A += alpha*ofRows*ofColumns'
)

// matrixVector is one pass over a matrix with a vector along each side, in parts.
type matrixVector[T kernels.Float] struct {
	job               vectorJob
	parts, perPart    int // rows, or columns, of a part; the last may have fewer
	alpha, beta       T
	a                 kernels.Matrix[T]
	ofRows, ofColumns []T
	partial           []T // a row of column sums for each part
}

const (
	// vectorCall is the number of elements that one call of assembly goes through: 100 us from the slowest memory.
	vectorCall = 1 << 17
	// vectorPart is the least number of elements that a worker is handed: 5 us from the second cache.
	vectorPart = 1 << 15
	// columnPanel is the columns that are gone through together, so that the vector along them stays in the second cache.
	columnPanel = 16384
	// fewColumns is the least number of columns that any piece of more has: sums of few are added up in another order.
	fewColumns = 128
	// narrow is the number of columns below which there are too few to share out: rows are, and sums are added up.
	narrow = 512
	// maxSums bounds the memory for those.
	maxSums = 32
	// smallVector is the number of rows and of columns up to which one call of assembly does it all.
	smallVector = 128
	// rowsTogether are read side by side, at most.
	rowsTogether = 8
)

// run does all parts, on the workers where that pays and no operand lives on the caller's stack. An element of the result
// is one sum in the order of its terms, whatever the parts are; but with bySums, whose parts depend on the shape alone.
func (p *matrixVector[T]) run() {
	size := p.a.Rows * p.a.Cols
	if size < 2*vectorPart {
		p.span(0, p.a.Rows, 0, p.a.Cols)
		return
	}
	if p.job == byColumns && p.a.Cols < narrow {
		p.sumUp(min(size/vectorPart, maxSums))
		return
	}
	if workers := pool.Workers(); workers > 1 {
		p.split(min(size/vectorPart, 4*workers))
		if p.handOut() {
			return
		}
	}
	p.span(0, p.a.Rows, 0, p.a.Cols)
}

// split cuts rows, or columns, into so many parts.
func (p *matrixVector[T]) split(parts int) {
	n, step := p.a.Rows, rowsTogether
	if p.job == byColumns {
		n, step = p.a.Cols, fewColumns
	}
	p.perPart = roundUp((n+parts-1)/parts, step)
	p.parts = (n + p.perPart - 1) / p.perPart
	if p.job == byColumns && p.parts > 1 && n-(p.parts-1)*p.perPart < fewColumns {
		p.parts-- // the last has them, too
	}
}

// sumUp has every part of the rows add up columns of its own, and adds those in order.
func (p *matrixVector[T]) sumUp(parts int) {
	p.job = bySums
	p.split(parts)
	memory := scratch.Get[T](p.parts * p.a.Cols)
	defer memory.Release()
	clear(memory.Data)
	p.partial = memory.Data
	if pool.Workers() == 1 || !p.handOut() {
		for part := range p.parts {
			p.Do(part)
		}
	}
	scaleVector(p.beta, p.ofColumns)
	var ones [maxSums]T
	for i := range p.parts {
		ones[i] = 1
	}
	addScaledRows(p.ofColumns, p.partial, p.a.Cols, 1, ones[:p.parts], 0)
}

// Do computes one part.
func (p *matrixVector[T]) Do(part int) {
	from := part * p.perPart
	switch p.job {
	case byColumns:
		end := p.a.Cols
		if part < p.parts-1 {
			end = from + p.perPart
		}
		p.span(0, p.a.Rows, from, end)
	default:
		if p.job == bySums {
			sums := *p
			sums.job, sums.beta, sums.ofColumns = byColumns, 1, p.partial[part*p.a.Cols:][:p.a.Cols]
			sums.span(from, min(from+p.perPart, p.a.Rows), 0, p.a.Cols)
			return
		}
		p.span(from, min(from+p.perPart, p.a.Rows), 0, p.a.Cols)
	}
}

// span computes rows i0 to i1 and columns j0 to j1, in panels of columns and calls of bounded length.
func (p *matrixVector[T]) span(i0, i1, j0, j1 int) {
	if p.job == byColumns {
		scaleVector(p.beta, p.ofColumns[j0:j1])
	}
	stride := p.a.Stride
	far := farRows(p.a)
	beta, addend := p.beta, p.ofRows
	if beta == 0 {
		addend = nil
	}
	for {
		j2 := j0 + columnPanel
		if j1-j2 < fewColumns {
			j2 = j1
		}
		step := i1 - i0
		if step*(j2-j0) > vectorCall {
			step = max(vectorCall/(j2-j0)/rowsTogether, 1) * rowsTogether
		}
		columns := p.ofColumns[j0:j2]
		for i := i0; i < i1; i += step {
			i2 := min(i+step, i1)
			block := p.a.Data[i*stride+j0:]
			switch p.job {
			case byRows:
				var d []T
				if addend != nil {
					d = addend[i:i2]
				}
				mulRows(p.ofRows[i:i2], p.alpha, block, stride, columns, beta, d, far)
			case byColumns:
				addScaledRows(columns, block, stride, p.alpha, p.ofRows[i:i2], far)
			case outer:
				addOuter(block, stride, p.alpha, p.ofRows[i:i2], columns, far)
			}
		}
		if j0 = j2; j0 >= j1 {
			return
		}
		beta, addend = 1, p.ofRows
	}
}

// farRows is 1 where the rows of a matrix are not expected in the second cache, or fill most of it, and else 0.
func farRows[T kernels.Float](a kernels.Matrix[T]) int {
	const most = 3 << 18
	if extent(a)*cast.Bytes[T]() < most {
		return 0
	}
	return 1
}

var recycledVectors pool.Recycler

// handOut has the workers do all parts; it reports whether it could.
func (p *matrixVector[T]) handOut() bool {
	a, aOK := pool.Share(p.a.Data)
	rows, rowsOK := pool.Share(p.ofRows)
	columns, columnsOK := pool.Share(p.ofColumns)
	if p.parts < 2 || !aOK || !rowsOK || !columnsOK {
		return false
	}
	partial, _ := pool.Share(p.partial) // lent memory, which is never on a stack
	pool.RunRecycled[T](&recycledVectors, p.parts, matrixVector[T]{
		job: p.job, parts: p.parts, perPart: p.perPart, alpha: p.alpha, beta: p.beta,
		a: over(p.a, a), ofRows: rows, ofColumns: columns, partial: partial,
	})
	return true
}
