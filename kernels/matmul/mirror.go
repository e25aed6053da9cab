package matmul

// mirrorBlock is the side of the squares that are mirrored one after the other, so that the lines both ways stay in the first
// cache.
const mirrorBlock = 64

// mirror copies columns j0 to j1 of the lower triangle to the upper one.
func (p *product[T]) mirror(j0, j1 int) {
	for j := j0; j < j1; j += mirrorBlock {
		jEnd := min(j+mirrorBlock, j1)
		for first := j; first < jEnd; first += p.sizes.lanes {
			end := min(first+p.sizes.lanes, jEnd)
			p.mirrorTriangle(first, end)
			p.mirrorSquare(end, jEnd, first, end)
		}
		for i := jEnd; i < p.n; i += mirrorBlock {
			p.mirrorSquare(i, min(i+mirrorBlock, p.n), j, jEnd)
		}
	}
}

// mirrorTriangle copies what lies below the diagonal in rows and columns first to end.
func (p *product[T]) mirrorTriangle(first, end int) {
	c, stride := p.c.Data, p.c.Stride
	for i := first + 1; i < end; i++ {
		for j, v := range c[i*stride+first : i*stride+i] {
			c[(first+j)*stride+i] = v
		}
	}
}

// mirrorSquare copies rows i0 to i1 and columns j0 to j1, all below the diagonal.
func (p *product[T]) mirrorSquare(i0, i1, j0, j1 int) {
	c, stride, lanes := p.c.Data, p.c.Stride, p.sizes.lanes
	for ; j0 < j1; j0 += lanes {
		cols, i := min(lanes, j1-j0), i0
		if whole := (i1 - i0) / lanes * lanes; cols == lanes && whole > 0 {
			mirrorColumns(c[j0*stride+i:], stride, c[i*stride+j0:], stride, whole)
			i += whole
		}
		if i < i1 {
			packTransposedGeneric(c[j0*stride+i:], stride, c[i*stride+j0:], stride, i1-i, cols, 0)
		}
	}
}
