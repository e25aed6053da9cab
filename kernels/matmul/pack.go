package matmul

import (
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// packA lays rows i0 to i1 and columns p0 to p1 of op(A) out for StripPacked. Row i begins at (i-i0)*(p1-p0), and what is
// written ends at most a vector behind the last row.
func (p *product[T]) packA(dst []T, i0, i1, p0, p1 int) {
	k := p1 - p0
	if p.tA {
		p.packPanels(dst, lines[T]{p.a, p.halvesA}, p0, k, i0, i1, func(left int) (height, width int) {
			height = p.sizes.height(left)
			return height, height
		})
		return
	}
	if whole := (i1 - i0) / p.sizes.tileRows * p.sizes.tileRows; k >= p.sizes.lanes && whole > 0 {
		packRowsOfA(dst, p.a.Data[i0*p.a.Stride+p0:], p.a.Stride, whole, k)
		dst, i0 = dst[whole*k:], i0+whole
	}
	for i0 < i1 {
		height := p.sizes.height(i1 - i0)
		p.packTransposed(dst, height, p.a, i0, height, p0, k)
		dst, i0 = dst[height*k:], i0+height
	}
}

// packRows lays rows i0 to i0+rows of op(A), at most a tile's, and k columns from p0 on out: a column of them behind the other, each height long. It
// writes whole vectors, of which the last may end behind the last column.
func (p *product[T]) packRows(dst []T, height, i0, rows, p0, k int) {
	switch {
	case bool(p.tA):
		p.packPanels(dst, lines[T]{elements: p.a}, p0, k, i0, i0+rows, func(int) (cols, width int) { return rows, height })
	case rows == p.sizes.tileRows && k >= p.sizes.lanes:
		packRowsOfA(dst, p.a.Data[i0*p.a.Stride+p0:], p.a.Stride, rows, k)
	default:
		p.packTransposed(dst, height, p.a, i0, rows, p0, k)
	}
}

// packB lays rows p0 to p1 and columns j0 to j1 of op(B) out in panels of a tile's width, each filled up to whole vectors.
// Column j of a panel's first begins at (j-j0)*(p1-p0).
func (p *product[T]) packB(dst []T, p0, p1, j0, j1 int) {
	k := p1 - p0
	panel := func(left int) (cols, width int) {
		cols = min(p.sizes.tileCols, left)
		return cols, roundUp(cols, p.sizes.lanes)
	}
	if !p.tB {
		p.packPanels(dst, lines[T]{p.b, p.halvesB}, p0, k, j0, j1, panel)
		return
	}
	if whole := (j1 - j0) / p.sizes.tileCols * p.sizes.tileCols; k >= p.sizes.lanes && whole > 0 {
		packRowsOfB(dst, p.b.Data[j0*p.b.Stride+p0:], p.b.Stride, whole, k)
		dst, j0 = dst[whole*k:], j0+whole
	}
	for j0 < j1 {
		cols, width := panel(j1 - j0)
		p.packTransposed(dst, width, p.b, j0, cols, p0, k)
		dst, j0 = dst[width*k:], j0+cols
	}
}

// packedAtOnce is the rows that are packed together.
const packedAtOnce = 32

// packPanels copies columns j0 to j1 of k rows of x, from row p0 on, into panels. panel says how many columns the next one takes where
// so many are left, and how wide it is. Rows that are no whole vectors spill into those behind them; the last ones of a panel must
// not, for the next panel has begun.
func (p *product[T]) packPanels(dst []T, x lines[T], p0, k, j0, j1 int, panel func(left int) (cols, width int)) {
	// A few rows of all panels at a time, for memory is read best along the rows.
	for first := 0; first < k; first += packedAtOnce {
		end, start := min(first+packedAtOnce, k), 0
		for j := j0; j < j1; {
			cols, width := panel(j1 - j)
			spilled := roundUp(width, p.sizes.lanes) - width
			row := first
			if whole := min(end, k-(spilled+width-1)/width, x.whole()-p0); row < whole {
				x.copyVectors(dst[start+row*width:], width, p0+row, j, whole-row, cols)
				row = whole
			}
			for ; row < end; row++ {
				x.copyRow(dst[start+row*width:][:width], p0+row, j, cols)
			}
			start, j = start+width*k, j+cols
		}
	}
}

// packTransposed makes k rows of dst, each dstRow long, of columns first to first+k of rows row to row+count of x. A vector's rows
// at a time, the last ones first: a call writes whole vectors, and those of the last reach into the first of the next row.
func (p *product[T]) packTransposed(dst []T, dstRow int, x kernels.Matrix[T], row, count, first, k int) {
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

// lines are what panels are copied from: rows of elements or, where these are pairs, two rows of halves each.
type lines[T kernels.Float] struct {
	elements kernels.Matrix[T]
	halves   kernels.Matrix[kernels.BFloat16]
}

// whole is the end of the rows that copyVectors can copy: the last half may stand alone.
func (x lines[T]) whole() int {
	if x.halves.Data == nil {
		return x.elements.Rows
	}
	return x.halves.Rows / 2
}

// copyVectors copies columns j to j+cols of rows, and zeros behind them until the vector is full.
func (x lines[T]) copyVectors(dst []T, dstRow, row, j, rows, cols int) {
	if x.halves.Data == nil {
		packPanel(dst, dstRow, x.elements.Data[row*x.elements.Stride+j:], x.elements.Stride, rows, cols, packedAtOnce*x.elements.Stride)
		return
	}
	first := cast.Words(x.halves.Data[2*row*x.halves.Stride+j:])
	packPairs(cast.F32(dst), dstRow, first, first[x.halves.Stride:], x.halves.Stride, rows, cols)
}

// copyRow copies columns j to j+cols of one row. What is behind them in dst is unspecified.
func (x lines[T]) copyRow(dst []T, row, j, cols int) {
	if x.halves.Data == nil {
		copy(dst, x.elements.Data[row*x.elements.Stride+j:])
		return
	}
	bits := cast.Bits32(dst)
	for i, half := range x.halves.Row(2 * row)[j:][:cols] {
		bits[i] = uint32(half)
	}
	if 2*row+1 < x.halves.Rows {
		for i, half := range x.halves.Row(2*row + 1)[j:][:cols] {
			bits[i] |= uint32(half) << 16
		}
	}
}
