package matmul

import "github.com/raphson-go/raphson/kernels"

// packA lays rows i0 to i1 and columns p0 to p1 of op(A) out for StripPacked. Row i begins at (i-i0)*(p1-p0), and what is
// written ends at most a vector behind the last row.
func (p *product[T]) packA(dst []T, i0, i1, p0, p1 int) {
	k := p1 - p0
	for i0 < i1 {
		height := p.sizes.height(i1 - i0)
		if p.tA {
			packPanel(dst, height, p.a.Data[p0*p.a.Stride+i0:], p.a.Stride, k, height)
		} else {
			p.packRows(dst, height, p.a, i0, height, p0, k)
		}
		dst, i0 = dst[height*k:], i0+height
	}
}

// packedAtOnce is the rows of B that are packed together.
const packedAtOnce = 32

// packB lays rows p0 to p1 and columns j0 to j1 of op(B) out in panels of a tile's width, each filled up to whole vectors.
// Column j of a panel's first begins at (j-j0)*(p1-p0).
func (p *product[T]) packB(dst []T, p0, p1, j0, j1 int) {
	k := p1 - p0
	if !p.tB {
		// A few rows of all panels at a time, for memory is read best along the rows.
		for first := 0; first < k; first += packedAtOnce {
			rows := min(packedAtOnce, k-first)
			for j := j0; j < j1; j += p.sizes.tileCols {
				cols := min(p.sizes.tileCols, j1-j)
				width := roundUp(cols, p.sizes.lanes)
				packPanel(dst[(j-j0)*k+first*width:], width, p.b.Data[(p0+first)*p.b.Stride+j:], p.b.Stride, rows, cols)
			}
		}
		return
	}
	for ; j0 < j1; j0 += p.sizes.tileCols {
		cols := min(p.sizes.tileCols, j1-j0)
		width := roundUp(cols, p.sizes.lanes)
		p.packRows(dst, width, p.b, j0, cols, p0, k)
		dst = dst[width*k:]
	}
}

// packRows makes k rows of dst, each dstRow long, of columns first to first+k of rows row to row+count of x. A vector's rows
// at a time, the last ones first: a call writes whole vectors, and those of the last reach into the first of the next row.
func (p *product[T]) packRows(dst []T, dstRow int, x kernels.Matrix[T], row, count, first, k int) {
	lanes := p.sizes.lanes
	for i := (count - 1) / lanes * lanes; i >= 0; i -= lanes {
		rows, src := min(lanes, count-i), x.Data[(row+i)*x.Stride+first:]
		if k < lanes {
			packTransposedGeneric(dst[i:], dstRow, src, x.Stride, rows, k)
			continue
		}
		whole := k / lanes * lanes
		packTransposed(dst[i:], dstRow, src, x.Stride, rows, whole)
		if whole < k { // the last columns, some of them again
			again := k - lanes
			packTransposed(dst[again*dstRow+i:], dstRow, src[again:], x.Stride, rows, lanes)
		}
	}
}
