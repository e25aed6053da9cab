package matmul

import "github.com/raphson-go/raphson/internal/cast"

// stripPackedGeneric sets a strip of rows x cols elements, C = alpha*A*B + beta*D, without D if that is empty: A packed in panels
// of the heights that blocking lists, B in rows of whole vectors.
func stripPackedGeneric[T cast.Float](rows, cols, k int, alpha T, a, b []T, bRow int, beta T, d []T, dRow int, c []T, cRow int) {
	sizes := blocking[T]()
	for rows > 0 {
		height := sizes.height(rows)
		for i := range height {
			stripRow(cols, k, alpha, a[i:], height, b, bRow, beta, d, c)
			d, c = next(d, dRow), next(c, cRow)
		}
		a, rows = a[height*k:], rows-height
	}
}

// stripGeneric is stripPackedGeneric for A and B where they lie, and for any number of columns.
func stripGeneric[T cast.Float](rows, cols, k int, alpha T, a []T, aRow, aColumn int, b []T, bRow int, beta T, d []T, dRow int, c []T, cRow, _ int) {
	for cols > 0 {
		width, ofA, ofD, ofC := min(cols, maxTileCols), a, d, c
		for range rows {
			stripRow(width, k, alpha, ofA, aColumn, b, bRow, beta, ofD, ofC)
			ofA, ofD, ofC = next(ofA, aRow), next(ofD, dRow), next(ofC, cRow)
		}
		b, d, c, cols = next(b, width), next(d, width), next(c, width), cols-width
	}
}

// stripPackingGeneric is stripGeneric for the rows of a tile, and copies B.
func stripPackingGeneric[T cast.Float](cols, k int, alpha T, a []T, aRow, aColumn int, b []T, bRow int, packed []T, beta T, d []T, dRow int, c []T, cRow int) {
	sizes := blocking[T]()
	packPanelGeneric(packed, roundUp(cols, sizes.lanes), b, bRow, k, cols, 0)
	stripGeneric(sizes.tileRows, cols, k, alpha, a, aRow, aColumn, b, bRow, beta, d, dRow, c, cRow, 0)
}

// stripRow is one row of a strip: element p of A at p*aColumn, of B k rows bRow apart.
func stripRow[T cast.Float](cols, k int, alpha T, a []T, aColumn int, b []T, bRow int, beta T, d, c []T) {
	var memory [maxTileCols]T
	sums := memory[:cols]
	for p := range k {
		factor, row := a[p*aColumn], b[p*bRow:]
		row = row[:len(sums)]
		for j := range sums {
			sums[j] += factor * row[j]
		}
	}
	c = c[:cols]
	if len(d) == 0 {
		for j := range c {
			c[j] = alpha * sums[j]
		}
		return
	}
	d = d[:cols]
	for j := range c {
		c[j] = alpha*sums[j] + beta*d[j]
	}
}

// next is x from the next row on; the last row may end before it.
func next[T cast.Float](x []T, row int) []T { return x[min(row, len(x)):] }

// packTransposedGeneric makes column i of dst, whose rows are dstRow apart, of row i of src.
func packTransposedGeneric[T cast.Float](dst []T, dstRow int, src []T, srcRow int, rows, cols int) {
	if cols < rows { // along the longer ones
		for j := range cols {
			row := dst[j*dstRow:][:rows]
			for i := range row {
				row[i] = src[i*srcRow+j]
			}
		}
		return
	}
	for i := range rows {
		for j, v := range src[i*srcRow:][:cols] {
			dst[j*dstRow+i] = v
		}
	}
}

// packRowsOfAGeneric makes panels of a tile's rows.
func packRowsOfAGeneric[T cast.Float](dst, src []T, srcRow, rows, k int) {
	packPanelsGeneric(dst, src, srcRow, rows, k, blocking[T]().tileRows)
}

// packRowsOfBGeneric makes panels of a tile's columns.
func packRowsOfBGeneric[T cast.Float](dst, src []T, srcRow, rows, k int) {
	packPanelsGeneric(dst, src, srcRow, rows, k, blocking[T]().tileCols)
}

func packPanelsGeneric[T cast.Float](dst, src []T, srcRow, rows, k, height int) {
	for ; rows > 0; rows -= height {
		packTransposedGeneric(dst, height, src, srcRow, height, k)
		dst, src = dst[height*k:], next(src, height*srcRow)
	}
}

// mirrorColumnsGeneric makes rows of dst of the first columns of src.
func mirrorColumnsGeneric[T cast.Float](dst []T, dstRow int, src []T, srcRow int, rows int) {
	packTransposedGeneric(dst, dstRow, src, srcRow, rows, blocking[T]().lanes)
}

// packPanelGeneric copies rows, and fills the last vector of each with zeros.
func packPanelGeneric[T cast.Float](dst []T, dstRow int, src []T, srcRow int, rows, cols, _ int) {
	width := roundUp(cols, blocking[T]().lanes)
	for i := range rows {
		row := dst[i*dstRow:][:width]
		clear(row[copy(row, src[i*srcRow:][:cols]):])
	}
}

// dotTilesGeneric sets C = alpha*A*B' + beta*D, where D is left out if empty.
func dotTilesGeneric[T cast.Float](rows, cols, k int, alpha T, a []T, aRow int, b []T, bRow int, beta T, d []T, dRow, dColumn int, c []T, cRow, cColumn int) {
	for j := range cols {
		y := b[j*bRow:][:k]
		for i := range rows {
			var sum T
			for p, v := range a[i*aRow:][:k] {
				sum += v * y[p]
			}
			sum *= alpha
			if len(d) > 0 {
				sum += beta * d[i*dRow+j*dColumn]
			}
			c[i*cRow+j*cColumn] = sum
		}
	}
}
