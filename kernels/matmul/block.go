package matmul

import (
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/scratch"
)

// block computes rows i0 to i1 and columns j0 to j1 of C, as far as they are in the triangle.
func (p *product[T]) block(i0, i1, j0, j1 int) {
	switch {
	case i0 >= i1 || j0 >= j1:
	case p.k == 0:
		p.scale(i0, i1, j0, j1)
	case p.byDots():
		p.multiplyByDots(i0, i1, j0, j1)
	case p.goesAlong(i1-i0, j1-j0):
		p.multiplyAlong(i0, i1, j0, j1)
	default:
		p.multiply(i0, i1, j0, j1)
	}
}

// scale sets C = beta*D.
func (p *product[T]) scale(i0, i1, j0, j1 int) {
	for i := i0; i < i1; i++ {
		first, end := p.columns(i)
		first, end = max(first, j0), min(end, j1)
		if first >= end {
			continue
		}
		c := p.c.Row(i)[first:end]
		if p.d.Data == nil {
			clear(c)
			continue
		}
		for j, v := range p.d.Row(i)[first:end] {
			c[j] = p.beta * v
		}
	}
}

// layout says which operands of a block are packed before strips read them.
type layout struct{ a, b bool }

// layout chooses. Packing costs about as much as multiplying by a tile's rows or columns, so few of them do without, and so do
// small products; a strip can read B where it lies unless that is transposed, or is needed often while its rows fall on each
// other in the first cache, and on what is stored to C, or its vectors take two lines each. Strips of a packed A know only a packed B. Pairs that do not lie
// together are packed.
func (p *product[T]) layout(rows, cols, k int) (l layout) {
	crowdedRows := p.sizes.fewRows
	if k <= p.sizes.low && p.packsAlong(rows) {
		crowdedRows = p.sizes.tileRows
	}
	l.b = p.pairs || bool(p.tB) ||
		rows > crowdedRows && crowding[T](p.b.Stride) ||
		k > p.sizes.loose && rows >= looseRows && cols > p.sizes.tileCols ||
		rows > p.sizes.fewRows && straddling(p.b, p.sizes.lanes)
	depth := p.k
	if l.b { // only a block of A has to be near
		depth = k
	}
	const shortRow = 16 // a row of A is a line or two, and packing them costs as much as C
	narrow := cols <= p.sizes.narrow || cols <= p.sizes.narrowNear && extent(p.a)*cast.Bytes[T]() <= nearA
	few := narrow || rows <= p.sizes.fewRows || p.k <= shortRow
	l.a = !few && rows*cols*depth > p.sizes.inPlace || bool(p.tA) && (p.pairs || !narrow && crowded[T](p.a.Stride, k))
	l.b = l.b || l.a
	return l
}

// Panels of B deeper than the sizes' loose are packed for looseRows, and A of at most nearA bytes is expected in the third cache.
const (
	looseRows = 64
	nearA     = 16 << 20
)

// Where k is shallow, and C is larger than largeC bytes with rows that fall on each other in the first cache, C is what a
// block waits for: then it has few rows, so that C is written along them.
const (
	largeC       = 1 << 20
	alongTheRows = 64
)

// multiply goes through blocks of A and B, packed one after the other: the loops of BLIS around the strip.
func (p *product[T]) multiply(i0, i1, j0, j1 int) {
	size := p.sizes
	k := min(evenly(p.k, size.k, 8), p.k)
	packed := p.layout(i1-i0, j1-j0, k)
	rows, cols := evenly(i1-i0, size.rows, size.tileRows), evenly(j1-j0, size.cols, size.tileCols)
	if p.k <= size.shallow && p.m*p.n*cast.Bytes[T]() > largeC && crowded[T](p.c.Stride, rows) {
		rows = min(rows, roundUp(alongTheRows, size.tileRows))
	}
	var ofA, ofB, ofCrossing int
	if packed.a {
		ofA = roundUp(k*min(rows, i1-i0)+size.lanes, size.lanes)
	}
	along := packed.b && p.packsAlong(i1-i0)
	lasting := !along || i1-i0 > rows // panels of B are for more than one block of A: else each takes the place of the one before, which is near
	if packed.b {
		ofB = k*size.tileCols + size.lanes
		if lasting {
			ofB = k*cols + size.lanes
		}
	}
	if p.triangle == Lower || p.triangle == Upper {
		ofCrossing = p.crossingSize()
	}
	memory := scratch.Get[T](ofA + ofB + ofCrossing)
	defer memory.Release()
	s := strips[T]{packed: packed, far: p.far(), a: memory.Data[:ofA], crossing: memory.Data[ofA+ofB:]}
	b := memory.Data[ofA : ofA+ofB]
	for jc := j0; jc < j1; jc += cols {
		jEnd := min(jc+cols, j1)
		for s.p0 = 0; s.p0 < p.k; s.p0 += k {
			s.k = min(k, p.k-s.p0)
			s.beta, s.d = p.beta, p.d
			if s.p0 > 0 {
				s.beta, s.d = 1, p.c
			}
			if packed.b && !along {
				p.packB(b, s.p0, s.p0+s.k, jc, jEnd)
			}
			for s.i0 = i0; s.i0 < i1; s.i0 += rows {
				s.i1 = min(s.i0+rows, i1)
				if !p.reaches(s.i0, s.i1, jc, jEnd) {
					continue
				}
				s.packing = along && s.i0 == i0
				if packed.a {
					p.packA(s.a, s.i0, s.i1, s.p0, s.p0+s.k)
				}
				for j := jc; j < jEnd; j += size.tileCols {
					end := min(j+size.tileCols, jEnd)
					if s.bFirst = j; packed.b {
						s.b, s.bRow = b, roundUp(end-j, size.lanes)
						if lasting {
							s.b = b[(j-jc)*s.k:]
						}
					} else {
						s.b, s.bRow = rest(p.b, s.p0, j), p.b.Stride
					}
					p.strip(&s, j, end)
				}
			}
		}
	}
}

// packsAlong reports whether B is packed by the first tile of each of its panels: as one that a strip could read where it lies, where the first
// block has a whole tile in all of them.
func (p *product[T]) packsAlong(rows int) bool {
	return p.triangle == whole && !bool(p.tB) && !p.pairs && rows >= p.sizes.tileRows
}

// reaches reports whether a block has elements in the triangle.
func (p *product[T]) reaches(i0, i1, j0, j1 int) bool {
	switch p.triangle {
	case Lower, Full:
		return j0 < i1
	case Upper:
		return i0 < j1
	}
	return true
}
