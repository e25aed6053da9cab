package matmul

// mirrorBlock is the side of the squares that are mirrored one after the other, so that the lines both ways stay in the first
// cache.
const mirrorBlock = 64

// mirror copies columns j0 to j1 of the lower triangle to the upper one.
func (p *product[T]) mirror(j0, j1 int) {
	for j := j0; j < j1; j += mirrorBlock {
		jEnd := min(j+mirrorBlock, j1)
		for i := j; i < p.n; i += mirrorBlock {
			p.mirrorSquare(i, min(i+mirrorBlock, p.n), j, jEnd)
		}
	}
}

// mirrorSquare copies what of rows i0 to i1 and columns j0 to j1 lies below the diagonal; i0 >= j0.
func (p *product[T]) mirrorSquare(i0, i1, j0, j1 int) {
	c, stride, lanes := p.c.Data, p.c.Stride, p.sizes.lanes
	if i0 == j0 {
		for i := i0 + 1; i < i1; i++ {
			for j, v := range c[i*stride+j0 : i*stride+min(i, j1)] {
				c[(j0+j)*stride+i] = v
			}
		}
		return
	}
	whole := (j1 - j0) / lanes * lanes
	for ; i0+lanes <= i1 && whole > 0; i0 += lanes {
		packTransposed(c[j0*stride+i0:], stride, c[i0*stride+j0:], stride, lanes, whole)
		packTransposedGeneric(c[(j0+whole)*stride+i0:], stride, c[i0*stride+j0+whole:], stride, lanes, j1-j0-whole)
	}
	if i0 < i1 {
		packTransposedGeneric(c[j0*stride+i0:], stride, c[i0*stride+j0:], stride, i1-i0, j1-j0)
	}
}
