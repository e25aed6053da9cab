package sparse

import (
	"slices"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// MulVecTransposed sets y = alpha*A'*x + beta*y, going through A by rows and adding to the elements of y that their entries
// reach. It is split across workers where the rows reach few columns (banded matrices, grids) or there are many entries for
// each column. Where it is called often it pays to keep a.Transpose() and call MulVec on that.
//
// Shapes: len(x) = a.Rows, len(y) = a.Cols; it panics otherwise. y must not overlap x or the values of a. The package
// comment has the error bound and the special values.
func (a *CSR[T]) MulVecTransposed(alpha T, x []T, beta T, y []T) {
	check.Dimension("sparse", "MulVecTransposed", "len(x)", len(x), "a.Rows", a.rows)
	check.Dimension("sparse", "MulVecTransposed", "len(y)", len(y), "a.Cols", a.cols)
	race.Read(x)
	race.Write(y)
	s := scatter[T]{a: a, strips: a.cuts().scatter, x: x, y: y, alpha: alpha, beta: beta, width: 1, strideX: 1, strideY: 1}
	s.run(a)
}

// MulMatTransposed sets Y = alpha*A'*X + beta*Y for as many right-hand sides as X has columns, as MulVecTransposed does
// for one.
//
// Shapes: X.Rows = a.Rows, Y.Rows = a.Cols, X.Cols = Y.Cols; it panics otherwise. Y must not overlap X or the values of
// a. The package comment has the error bound and the special values.
func (a *CSR[T]) MulMatTransposed(alpha T, x kernels.Matrix[T], beta T, y kernels.Matrix[T]) {
	check.Matrix("sparse", "MulMatTransposed", "x", x.Rows, x.Cols, x.Stride, len(x.Data))
	check.Matrix("sparse", "MulMatTransposed", "y", y.Rows, y.Cols, y.Stride, len(y.Data))
	check.Dimension("sparse", "MulMatTransposed", "x.Rows", x.Rows, "a.Rows", a.rows)
	check.Dimension("sparse", "MulMatTransposed", "y.Rows", y.Rows, "a.Cols", a.cols)
	check.Dimension("sparse", "MulMatTransposed", "x.Cols", x.Cols, "y.Cols", y.Cols)
	s := scatter[T]{
		a: a, strips: a.cuts().scatter, x: x.Data, y: y.Data, alpha: alpha, beta: beta,
		width: x.Cols, strideX: x.Stride, strideY: y.Stride, wide: true,
	}
	if s.width > 0 {
		announce(x, y)
		s.run(a)
	}
}

// scatter goes through a matrix in strips.
type scatter[T kernels.Float] struct {
	a                *CSR[T]
	strips           []strip
	x, y             []T
	alpha, beta      T
	width            int // right-hand sides
	strideX, strideY int
	wide             bool
	symmetric        bool // a is the lower triangle of a symmetric matrix
	most             int  // entries and rows, with the first of the next, in one call of assembly
	places           []T  // width elements for each column that a strip reaches and does not own
}

func (s *scatter[T]) run(a *CSR[T]) {
	memory := scratch.Get[T](shared(s.strips) * s.width)
	s.places = memory.Data
	if s.most = rangeWork; s.wide {
		s.most = max(2, wideWork/s.width)
	}
	s.runParts(a)
	for i := range s.strips {
		s.addPlace(&s.strips[i])
	}
	memory.Release()
}

// addPlace adds what a strip has for the columns of earlier ones.
func (s *scatter[T]) addPlace(p *strip) {
	place := s.place(p)
	if !s.wide {
		to := s.y[p.low:p.own]
		vec.Add(to, to, place)
		return
	}
	for column := int(p.low); column < int(p.own); column++ {
		to := s.y[column*s.strideY : column*s.strideY+s.width]
		vec.Add(to, to, place[:s.width])
		place = place[s.width:]
	}
}

func (s *scatter[T]) runParts(a *CSR[T]) {
	if len(s.strips) > 1 && pool.Workers() > 1 {
		if task := s.share(a); task != nil {
			pool.Run(len(s.strips), task)
			*task = scatter[T]{}
			pool.Tasks[T](&scatters).Put(task)
			return
		}
	}
	for part := range s.strips {
		s.Do(part)
	}
}

var scatters pool.Recycler

// share is a copy of s that workers may use, nil if an operand is on the stack; a is passed as in product.share.
func (s *scatter[T]) share(a *CSR[T]) *scatter[T] {
	x, xOK := pool.Share(s.x)
	y, yOK := pool.Share(s.y)
	if !xOK || !yOK {
		return nil
	}
	task, _ := pool.Tasks[T](&scatters).Get().(*scatter[T])
	if task == nil {
		task = new(scatter[T])
	}
	strips, _ := pool.Share(s.strips) // of the matrix, never on a stack
	places, _ := pool.Share(s.places) // lent
	*task = scatter[T]{a, strips, x, y, s.alpha, s.beta, s.width, s.strideX, s.strideY, s.wide, s.symmetric, s.most, places}
	return task
}

// place is where a strip adds to columns that it does not own.
func (s *scatter[T]) place(p *strip) []T {
	return s.places[p.offset*s.width : (p.offset+int(p.own-p.low))*s.width]
}

// Do computes one strip.
func (s *scatter[T]) Do(part int) {
	p := &s.strips[part]
	end := s.a.cols
	if part < len(s.strips)-1 {
		end = int(p.end)
	}
	s.scale(int(p.own), end)
	clear(s.place(p))
	switch {
	case p.entries.begin == p.entries.end:
	case s.symmetric:
		for i := p.first; i < p.clean; i++ {
			s.symmetricRow(p, i)
		}
		s.symmetricRows(p)
	default:
		s.rows(p)
	}
}

// scale sets y = beta*y for a range of columns of A.
func (s *scatter[T]) scale(begin, end int) {
	if s.beta == 1 || begin >= end {
		return
	}
	if !s.wide {
		scaleOrClear(s.beta, s.y[begin:end])
		return
	}
	for column := begin; column < end; column++ {
		scaleOrClear(s.beta, s.y[column*s.strideY:column*s.strideY+s.width])
	}
}

func scaleOrClear[T kernels.Float](beta T, y []T) {
	if beta == 0 {
		clear(y)
		return
	}
	vec.Scale(beta, y)
}

// rows adds the rows of a strip one after the other; those that lie whole in the strip, and all in its own columns or none of them,
// together.
func (s *scatter[T]) rows(p *strip) {
	starts := s.a.starts
	i := p.first
	if p.reach > p.own {
		for ; i < p.clean; i++ {
			s.row(p, i)
		}
	}
	if i <= p.last && starts[i] < p.entries.begin {
		s.row(p, i)
		i++
	}
	whole := p.last + 1
	if starts[whole] > p.entries.end {
		whole--
	}
	if i < whole {
		columns, values := s.a.between(i, whole)
		if p.reach > p.own {
			s.add(s.y, s.strideY, 0, starts[i:whole+1], columns, values, i)
		} else {
			s.add(s.place(p), s.width, p.low, starts[i:whole+1], columns, values, i)
		}
		i = whole
	}
	if i <= p.last {
		s.row(p, i)
	}
}

// entries are those of row i in a strip, and how many of them are in columns that it does not own.
func (s *scatter[T]) entries(p *strip, i int32) (columns []int32, values []T, foreign int) {
	begin, end := max(s.a.starts[i], p.entries.begin), min(s.a.starts[i+1], p.entries.end)
	columns, values = s.a.columns[begin:end], s.a.values[begin:end]
	if i < p.clean {
		foreign, _ = slices.BinarySearch(columns, p.own)
	}
	return columns, values, foreign
}

func (s *scatter[T]) row(p *strip, i int32) {
	columns, values, n := s.entries(p, i)
	s.add(s.place(p), s.width, p.low, []int32{0, int32(n)}, columns[:n], values[:n], i)
	s.add(s.y, s.strideY, 0, []int32{int32(n), int32(len(columns))}, columns[n:], values[n:], i)
}

// add adds the products of rows, from row i on, to acc, whose first element, or row, stands for column offset.
func (s *scatter[T]) add(acc []T, stride int, offset int32, starts, columns []int32, values []T, i int32) {
	switch {
	case len(columns)+len(starts) > s.most:
		s.addInCalls(acc, stride, offset, starts, columns, values, i)
	case s.wide:
		scatterWide(acc, stride, int(offset), s.alpha, starts, columns, values, s.x[int(i)*s.strideX:], s.strideX, s.width)
	default:
		scatterRows(acc, int(offset), s.alpha, starts, columns, values, s.x[i:int(i)+len(starts)-1])
	}
}

// addInCalls is add for more than one call of assembly may take on.
func (s *scatter[T]) addInCalls(acc []T, stride int, offset int32, starts, columns []int32, values []T, i int32) {
	most := int32(s.most)
	for begin, rows := int32(0), int32(len(starts)-1); begin < rows; {
		end := callEnd(starts, begin, rows, s.most-1)
		from, to := starts[begin]-starts[0], starts[end]-starts[0]
		if int(to-from+end-begin) < s.most {
			s.add(acc, stride, offset, starts[begin:end+1], columns[from:to], values[from:to], i+begin)
			from = to
		}
		for from < to { // a row that is too long for one call
			next := from + min(most, to-from)
			s.addPart(acc, stride, offset, []int32{from, next}, columns[from:next], values[from:next], i+begin)
			from = next
		}
		begin = end
	}
}

// addPart is one call of assembly for a part of a row, or for a great many right-hand sides one for some of them each.
func (s *scatter[T]) addPart(acc []T, stride int, offset int32, starts, columns []int32, values []T, i int32) {
	if !s.wide {
		scatterRows(acc, int(offset), s.alpha, starts, columns, values, s.x[i:i+1])
		return
	}
	for j := 0; j < s.width; j += wideWork {
		x := s.x[int(i)*s.strideX+j:]
		scatterWide(acc[j:], stride, int(offset), s.alpha, starts, columns, values, x, s.strideX, min(wideWork, s.width-j))
	}
}

// symmetricRows adds the rows of a lower triangle, and their mirror images, of which all columns are the strip's own.
func (s *scatter[T]) symmetricRows(p *strip) {
	starts := s.a.starts
	for i := p.clean; i <= p.last; {
		next := callEnd(starts, i, p.last+1, rangeWork)
		if isLong(starts[next] - starts[i]) { // one row
			s.symmetricRow(p, i) // which Go can preempt
		} else {
			columns, values := s.a.between(i, next)
			symmetricRows(s.y, s.alpha, int(i), starts[i:next+1], columns, values, s.x)
		}
		i = next
	}
}

// symmetricRow adds row i of a lower triangle, whose last entry is the diagonal, and its mirror image.
func (s *scatter[T]) symmetricRow(p *strip, i int32) {
	columns, values, n := s.entries(p, i)
	last := len(columns) - 1
	factor := s.alpha * s.x[i]
	sum := symmetricRow(s.place(p), p.low, factor, columns[:n], values[:n], s.x)
	sum += symmetricRow(s.y, 0, factor, columns[n:last], values[n:last], s.x)
	s.y[i] += T(s.alpha * (sum + T(values[last]*s.x[i])))
}
