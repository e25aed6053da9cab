package matmul

import "github.com/raphson-go/raphson/internal/cast"

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
	if i0 < i1 && j0 < j1 {
		c, stride := p.c.Data, p.c.Stride
		transpose(c[j0*stride+i0:], stride, c[i0*stride+j0:], stride, i1-i0, j1-j0, p.sizes.lanes)
	}
}

// transpose sets dst[j*dstRow+i] to src[i*srcRow+j] for i < rows and j < cols, and nothing else.
func transpose[T cast.Float](dst []T, dstRow int, src []T, srcRow, rows, cols, lanes int) {
	wholeRows, wholeCols := rows/lanes*lanes, cols/lanes*lanes
	switch {
	case wholeRows == 0 || wholeCols == 0:
		wholeRows, wholeCols = 0, 0
	case wholeRows >= wholeCols: // few calls, each for many, that write in order
		for j := 0; j < wholeCols; j += lanes {
			mirrorColumns(dst[j*dstRow:], dstRow, src[j:], srcRow, wholeRows)
		}
	default:
		for i := 0; i < wholeRows; i += lanes {
			packTransposed(dst[i:], dstRow, src[i*srcRow:], srcRow, lanes, wholeCols)
		}
	}
	if wholeCols < cols {
		packTransposedGeneric(dst[wholeCols*dstRow:], dstRow, src[wholeCols:], srcRow, wholeRows, cols-wholeCols)
	}
	if wholeRows < rows {
		packTransposedGeneric(dst[wholeRows:], dstRow, src[wholeRows*srcRow:], srcRow, rows-wholeRows, cols)
	}
}
