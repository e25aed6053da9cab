package matmul

import (
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// strips are what the strips of a block have in common: rows of C, the operands, and what is added to the product.
type strips[T kernels.Float] struct {
	i0, i1   int
	p0, k    int // columns of A, rows of B
	packed   layout
	a, b     []T  // packed, all rows of A; B of one strip
	bRow     int  // from one row of B to the next
	bFirst   int  // the column of the first element of b
	packing  bool // b is still to be packed, by the first tile of the strip
	far      int  // as a strip in place takes it
	beta     T
	d        kernels.Matrix[T]
	crossing []T // memory for the tiles on the diagonal, of crossingSize
}

// strip computes what is in the triangle of columns j0 to j1, at most a tile's. Rows that the diagonal crosses are computed
// as far as the vectors reach that have an element in it; of Full that is the lower triangle, and what lies above it in
// those vectors will be overwritten.
func (p *product[T]) strip(s *strips[T], j0, j1 int) {
	lanes := p.sizes.lanes
	switch p.triangle {
	case whole:
		from := s.i0
		if s.packing {
			p.packingTile(s, j0, j1)
			from += p.sizes.tileRows
		}
		p.toC(s, from, s.i1, j0, j1)
	case Full:
		from := p.panel(s, j0)
		for j := j0 + lanes; j < j1; j += lanes {
			end := p.panel(s, j)
			p.toC(s, from, end, j0, j)
			from = end
		}
		p.toC(s, from, s.i1, j0, j1)
	case Lower:
		from, inside := p.panel(s, j0), p.nextPanel(s, j1-1)
		for j := j0 + lanes; j < j1; j += lanes {
			end := p.panel(s, j)
			p.cross(s, from, end, j0, j)
			from = end
		}
		p.cross(s, from, inside, j0, j1)
		p.toC(s, inside, s.i1, j0, j1)
	case Upper:
		inside := p.panel(s, j0+1)
		p.toC(s, s.i0, inside, j0, j1)
		for from, j := inside, j0; j < j1; j += lanes {
			end := p.nextPanel(s, min(j+lanes, j1))
			p.cross(s, from, end, j0+max(from-j0, 0)/lanes*lanes, j1)
			from = end
		}
	}
}

// panel is where the panel of A with row i begins; nextPanel is the first that begins at row i or behind it. Rows that are
// not packed can begin anywhere.
func (p *product[T]) panel(s *strips[T], i int) int {
	i = min(max(i, s.i0), s.i1)
	if !s.packed.a {
		return i
	}
	return s.i0 + p.sizes.panelAt(i-s.i0, s.i1-s.i0)
}

func (p *product[T]) nextPanel(s *strips[T], i int) int {
	i = min(max(i, s.i0), s.i1)
	start := p.panel(s, i)
	if start < i {
		start += p.sizes.height(s.i1 - start)
	}
	return start
}

// toC computes rows from to end of a strip where they belong.
func (p *product[T]) toC(s *strips[T], from, end, j0, j1 int) {
	if from < end {
		p.rows(s, from, end, j0, j1, rest(s.d, from, j0), s.d.Stride, rest(p.c, from, j0), p.c.Stride)
	}
}

// rows computes rows from to end of a strip, at least one, from D into C.
func (p *product[T]) rows(s *strips[T], from, end, j0, j1 int, d []T, dRow int, c []T, cRow int) {
	b := s.b[j0-s.bFirst:]
	if s.packed.a {
		a := s.a[(from-s.i0)*s.k:]
		if p.pairs {
			stripPackedPairs(end-from, j1-j0, s.k, float32(p.alpha), cast.F32(a), cast.F32(b), s.bRow, float32(s.beta), cast.F32(d), dRow, cast.F32(c), cRow)
			return
		}
		stripPacked(end-from, j1-j0, s.k, p.alpha, a, b, s.bRow, s.beta, d, dRow, c, cRow)
		return
	}
	a, aRow, aColumn := p.aInPlace(from, s.p0)
	if p.pairs {
		stripPairs(end-from, j1-j0, s.k, float32(p.alpha), cast.F32(a), aRow, aColumn, cast.F32(b), s.bRow, float32(s.beta), cast.F32(d), dRow, cast.F32(c), cRow, s.far)
		return
	}
	strip(end-from, j1-j0, s.k, p.alpha, a, aRow, aColumn, b, s.bRow, s.beta, d, dRow, c, cRow, s.far)
}

// nearby is how many bytes the operands may take up together for C to be expected in the second cache, or so near it that asking for C costs
// more than it gains: measured on one of 1 MiB.
const nearby = 5 << 18

// far is 1 where a strip should ask for C and D ahead of time, and else 0.
func (p *product[T]) far() int {
	if p.k < 32 || (extent(p.a)+extent(p.b)+extent(p.c))*cast.Bytes[T]() < nearby {
		return 0
	}
	return 1
}

// extent is the elements of a matrix, or of what it is a part of: that as a rule is square, as where a triangular system is solved by products
// that would each fit the cache.
func extent[T kernels.Float](m kernels.Matrix[T]) int {
	if m.Cols < m.Stride {
		return m.Stride * max(m.Rows, m.Stride)
	}
	return m.Rows * m.Stride
}

// aInPlace is op(A) from an element on, and how far its rows and columns are from each other.
func (p *product[T]) aInPlace(row, column int) (a []T, aRow, aColumn int) {
	aRow, aColumn = p.tA.steps(p.a.Stride)
	return p.a.Data[row*aRow+column*aColumn:], aRow, aColumn
}

// packingTile computes the first tile of a strip from A and B where they lie, and packs B for the others.
func (p *product[T]) packingTile(s *strips[T], j0, j1 int) {
	a, aRow, aColumn := p.aInPlace(s.i0, s.p0)
	stripPacking(j1-j0, s.k, p.alpha, a, aRow, aColumn, rest(p.b, s.p0, j0), p.b.Stride, s.b, s.beta,
		rest(s.d, s.i0, j0), s.d.Stride, rest(p.c, s.i0, j0), p.c.Stride)
}

// crossingSize is room for the panels of a strip that the diagonal crosses.
func (p *product[T]) crossingSize() int {
	return p.sizes.tileCols * (p.sizes.tileCols + 2*p.sizes.tileRows)
}

// cross computes rows from to end, which have columns in the triangle and others outside. They are put together in memory of
// their own, D among them, so that they are rounded as all others are.
func (p *product[T]) cross(s *strips[T], from, end, j0, j1 int) {
	if from >= end {
		return
	}
	stride := p.sizes.tileCols
	c := s.crossing[:(end-from)*stride]
	var d []T
	inTriangle := func(i int) (row []T, first, end int) {
		first, end = p.columns(i)
		if first, end = max(first, j0), min(end, j1); first >= end {
			return nil, 0, 0
		}
		return c[(i-from)*stride+first-j0:], first, end
	}
	if s.d.Data != nil {
		d = c
		clear(d)
		for i := from; i < end; i++ {
			row, first, last := inTriangle(i)
			copy(row, s.d.Row(i)[first:last])
		}
	}
	p.rows(s, from, end, j0, j1, d, stride, c, stride)
	for i := from; i < end; i++ {
		row, first, last := inTriangle(i)
		copy(p.c.Row(i)[first:last], row)
	}
}
