package matmul

import "github.com/raphson-go/raphson/internal/cast"

// alongBytes is what B may take up to keep in the first cache while rows of C pass by.
const alongBytes = 32 << 10

// goesAlong reports whether a block of a shallow product is computed along the rows of C: it then waits for C alone, whose rows are best written in order.
func (p *product[T]) goesAlong(rows, cols int) bool {
	const least = 16 // tiles that make up for a call
	depth := p.sizes.along
	if !crowding[T](p.c.Stride) {
		depth *= 2
	}
	return p.k <= depth && p.triangle == whole && !bool(p.tB) && !p.pairs && rows >= 2*p.sizes.tileRows && cols >= least*p.sizes.tileCols
}

// multiplyAlong takes a tile's rows at a time, from A and B where they lie.
func (p *product[T]) multiplyAlong(i0, i1, j0, j1 int) {
	width := alongBytes / (p.k * cast.Bytes[T]()) / p.sizes.tileCols * p.sizes.tileCols
	s := strips[T]{k: p.k, beta: p.beta, d: p.d, bRow: p.b.Stride}
	for ; j0 < j1; j0 += width {
		s.b, s.bFirst = rest(p.b, 0, j0), j0
		for i, end := i0, 0; i < i1; i = end {
			if end = i + p.sizes.tileRows; i1-end < p.sizes.tileRows {
				end = i1
			}
			p.toC(&s, i, end, j0, min(j0+width, j1))
		}
	}
}
