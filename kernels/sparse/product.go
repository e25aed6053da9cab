package sparse

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// MulVec sets y = alpha*A*x + beta*y.
//
// Shapes: len(x) = a.Cols, len(y) = a.Rows; it panics otherwise. y must not overlap x or the values of a. The package
// comment has the error bound and the special values. An element of y depends on its row, x and the scalars alone.
func (a *CSR[T]) MulVec(alpha T, x []T, beta T, y []T) {
	check.Dimension("sparse", "MulVec", "len(x)", len(x), "a.Cols", a.cols)
	check.Dimension("sparse", "MulVec", "len(y)", len(y), "a.Rows", a.rows)
	p := product[T]{job: ofVector, a: a, x: x, y: y, alpha: alpha, beta: beta, width: 1}
	p.run(a, nil)
}

// Residual sets r = b - A*x and returns its Euclidean norm, in one pass over the matrix. The norm is added up in float64 and has a
// relative error of at most (n + 4)/2 * 2^-53 for n rows, plus that of rounding to T; where the sum of squares
// leaves the range of float64 it is formed again by vec.Norm2, so it neither overflows nor underflows before its time.
//
// Shapes: len(x) = a.Cols, len(r) = len(b) = a.Rows; it panics otherwise. r may be b, and must not overlap x. The
// error of an element is that of the package comment with beta*y = b.
func (a *CSR[T]) Residual(r, b, x []T) (norm T) {
	check.Dimension("sparse", "Residual", "len(r)", len(r), "a.Rows", a.rows)
	check.Dimension("sparse", "Residual", "len(b)", len(b), "a.Rows", a.rows)
	check.Dimension("sparse", "Residual", "len(x)", len(x), "a.Cols", a.cols)
	parts := len(a.cuts().ranges)
	memory := scratch.Get[float64](parts)
	p := product[T]{job: ofResidual, a: a, x: x, y: r, b: b, alpha: -1, width: 1, squares: memory.Data}
	var own *scratch.Buffer[T]
	if len(r) > 0 && len(b) > 0 && &r[0] == &b[0] { // the product is written to r before b is added
		own = scratch.Get[T](len(b))
		copy(own.Data, b)
		p.b = own.Data
	}
	squares := p.run(a, nil)
	for _, s := range memory.Data {
		squares += s
	}
	memory.Release()
	if own != nil {
		own.Release()
	}
	if squares >= 0x1p-900 && squares <= math.MaxFloat64 || squares != squares {
		return T(math.Sqrt(squares))
	}
	return vec.Norm2(r)
}

// cuts is how the products with a are cut.
func (a *CSR[T]) cuts() *split {
	if a.split == nil {
		return &noSplit
	}
	return a.split
}

// job is what a product computes for its rows.
type job uint8

const (
	ofVector job = iota
	ofMatrix
	ofResidual
	ofSampled
)

// product goes through a matrix by rows, in the ranges and pieces of its split.
type product[T kernels.Float] struct {
	job              job
	a                *CSR[T]
	plan             *Plan[T] // nil: compressed rows
	x, y, b          []T
	alpha, beta      T
	width            int // right-hand sides
	strideX, strideY int
	partial          []T       // width sums a piece
	squares          []float64 // one a range
}

// run does all parts, on the workers where that pays and no operand lives on the caller's stack, and then the long rows, whose
// sum of squares it returns.
func (p *product[T]) run(a *CSR[T], plan *Plan[T]) (squares float64) {
	s := a.cuts()
	var memory *scratch.Buffer[T]
	if len(s.pieces) > 0 && p.job != ofSampled {
		memory = scratch.Get[T](len(s.pieces) * p.width)
		p.partial = memory.Data
	}
	p.runParts(a, plan, len(p.ranges())+len(s.pieces))
	if memory != nil {
		squares = p.finishLong(s.pieces)
		memory.Release()
	}
	return squares
}

// ranges are those of the plan, if there is one.
func (p *product[T]) ranges() []span {
	if p.plan != nil {
		return p.plan.ranges
	}
	return p.a.cuts().ranges
}

func (p *product[T]) runParts(a *CSR[T], plan *Plan[T], parts int) {
	if parts >= parallelFrom && pool.Workers() > 1 {
		if task := p.share(a, plan); task != nil {
			pool.Run(parts, task)
			*task = product[T]{}
			pool.Tasks[T](&products).Put(task)
			return
		}
	}
	for part := range parts {
		p.Do(part)
	}
}

var products pool.Recycler

// share is a copy of p that workers may use, nil if an operand is on the stack. The matrix and its plan are passed once more because the
// compiler takes all pointers in p for kept if one of them is.
func (p *product[T]) share(a *CSR[T], plan *Plan[T]) *product[T] {
	x, xOK := pool.Share(p.x)
	y, yOK := pool.Share(p.y)
	b, bOK := pool.Share(p.b)
	if !xOK || !yOK || !bOK {
		return nil
	}
	task, _ := pool.Tasks[T](&products).Get().(*product[T])
	if task == nil {
		task = new(product[T])
	}
	partial, _ := pool.Share(p.partial) // lent, never on a stack
	squares, _ := pool.Share(p.squares)
	*task = product[T]{p.job, a, plan, x, y, b, p.alpha, p.beta, p.width, p.strideX, p.strideY, partial, squares}
	return task
}

// Do computes one range of rows or one piece of a long row.
func (p *product[T]) Do(part int) {
	ranges := p.ranges()
	if number := part - len(ranges); number >= 0 {
		p.doPiece(number, p.a.cuts().pieces[number])
		return
	}
	r := ranges[part]
	switch p.job {
	case ofVector:
		p.rows(r, part)
	case ofResidual:
		p.rows(r, part)
		p.squares[part] = residual(p.y[r.begin:r.end], p.b[r.begin:r.end])
	case ofMatrix:
		p.wideRows(r)
	case ofSampled:
		p.sample(r)
	}
}

// rows sets y = alpha*A*x + beta*y for a range of rows. Where beta is 0 the product can be formed in its place.
func (p *product[T]) rows(r span, part int) {
	y := p.y[r.begin:r.end]
	if p.beta == 0 {
		p.multiply(y, r, part)
		if p.alpha != 1 {
			vec.Scale(p.alpha, y)
		}
		return
	}
	memory := scratch.Get[T](len(y))
	p.multiply(memory.Data, r, part)
	vec.AddScaled(y, p.alpha, memory.Data, p.beta, y)
	memory.Release()
}

// multiply sets sums = A*x for a range of rows.
func (p *product[T]) multiply(sums []T, r span, part int) {
	if p.plan != nil {
		p.plan.multiply(sums, p.x, part)
	} else {
		p.a.multiply(sums, p.x, r)
	}
}

// multiply sets y = A*x for a range of rows, which in a plan may be many times those of the matrix.
func (a *CSR[T]) multiply(y, x []T, r span) {
	for begin := r.begin; begin < r.end; {
		end := callEnd(a.starts, begin, r.end, rangeWork+pieceLength)
		columns, values := a.between(begin, end)
		compressedRows(y[begin-r.begin:end-r.begin], a.starts[begin:end+1], columns, values, x, far(a.bytes()))
		begin = end
	}
}

// secondCache is about the size of one in bytes.
const secondCache = 1 << 20

// far tells kernels whether a matrix of so many bytes comes from beyond the second cache, and has to be asked for ahead of time.
func far(bytes int) int {
	if bytes > secondCache {
		return 1
	}
	return 0
}

// farRows is far where the rows of x that the matrix multiplies do not follow each other either: those that do, processors find by themselves.
func (a *CSR[T]) farRows() int {
	if a.cuts().scattered {
		return far(a.bytes())
	}
	return 0
}

// between is the entries of the rows from begin to end.
func (a *CSR[T]) between(begin, end int32) (columns []int32, values []T) {
	return a.columns[a.starts[begin]:a.starts[end]], a.values[a.starts[begin]:a.starts[end]]
}

// doPiece adds a piece of a long row up.
func (p *product[T]) doPiece(number int, e piece) {
	columns, values := p.a.columns[e.begin:e.end], p.a.values[e.begin:e.end]
	starts := [2]int32{0, e.end - e.begin}
	switch p.job {
	case ofVector, ofResidual:
		compressedRows(p.partial[number:number+1], starts[:], columns, values, p.x, far(p.a.bytes()))
	case ofMatrix:
		p.wideCalls(p.partial[number*p.width:(number+1)*p.width], p.width, starts[:], columns, values)
	case ofSampled:
		p.samplePiece(e)
	}
}

// store sets row i of the result, given the sums.
func (p *product[T]) store(i int, sums []T) {
	y := p.y[i*p.strideY : i*p.strideY+len(sums)]
	for j, s := range sums {
		if p.beta == 0 {
			y[j] = p.alpha * s
		} else {
			y[j] = T(p.alpha*s) + T(p.beta*y[j])
		}
	}
}

// finishLong adds the pieces of each long row in order.
func (p *product[T]) finishLong(pieces []piece) (squares float64) {
	for first := 0; first < len(pieces); {
		row, sums := int(pieces[first].row), p.partial[first*p.width:(first+1)*p.width]
		for first++; first < len(pieces) && int(pieces[first].row) == row; first++ {
			vec.Add(sums, sums, p.partial[first*p.width:(first+1)*p.width])
		}
		if p.job == ofMatrix {
			p.store(row, sums)
			continue
		}
		p.strideY = 1
		p.store(row, sums)
		if p.job == ofResidual {
			squares += residual(p.y[row:row+1], p.b[row:row+1])
		}
	}
	return squares
}
