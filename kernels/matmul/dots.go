package matmul

import (
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

const (
	fewDots   = 6       // rows or columns of a product that may be too few for the lanes of a tile
	shareDots = 16      // terms of a sum for each of them that make up for adding its lanes
	dotsDepth = 1024    // terms at a time: what all sums share keeps in the first cache
	dotsCall  = 1 << 20 // multiply-adds in one call of assembly
)

// goesByDots reports whether a product is computed as dot products: few rows or columns multiply a matrix that lies along the sums. It then goes by
// once, at the speed of memory, and fills the lanes.
func goesByDots[T kernels.Float](tA, tB Transpose, m, n, k int) bool {
	few := n
	if fewRowsOfDots(tB, m) {
		few = m
	} else if n > fewDots || bool(tA) {
		return false
	}
	return k >= shareDots*few && 2*few <= 3*blocking[T]().lanes
}

// fewRowsOfDots reports whether it is the rows that are few.
func fewRowsOfDots(tB Transpose, m int) bool { return bool(tB) && m <= fewDots }

// byDots is goesByDots for all kinds of products.
func (p *product[T]) byDots() bool {
	return p.triangle == whole && !p.pairs && goesByDots[T](p.tA, p.tB, p.m, p.n, p.k)
}

// multiplyByDots computes rows i0 to i1 and columns j0 to j1 of C. What is few is copied if it does not lie along the sums.
func (p *product[T]) multiplyByDots(i0, i1, j0, j1 int) {
	few, across, long := p.a, p.tA, p.b
	cRow, cColumn, dRow, dColumn := p.c.Stride, 1, p.d.Stride, 1
	if !fewRowsOfDots(p.tB, p.m) { // the transpose
		few, across, long = p.b, !p.tB, p.a
		cRow, cColumn, dRow, dColumn = cColumn, cRow, dColumn, dRow
		i0, i1, j0, j1 = j0, j1, i0, i1
	}
	rows, a, aRow := i1-i0, rest(few, i0, 0), few.Stride
	if across {
		memory := scratch.Get[T](rows * p.k)
		defer memory.Release()
		a, aRow = memory.Data, p.k
		transpose(a, aRow, few.Data[i0:], few.Stride, p.k, rows, p.sizes.lanes)
	}
	depth := min(evenly(p.k, dotsDepth, p.sizes.lanes), p.k)
	step := max(dotsCall/(rows*depth), 1)
	for j := j0; j < j1; j += step {
		cols, c := min(step, j1-j), p.c.Data[i0*cRow+j*cColumn:]
		beta, d, rowOfD, columnOfD := p.beta, []T(nil), dRow, dColumn
		if p.d.Data != nil {
			d = p.d.Data[i0*dRow+j*dColumn:]
		}
		for k := 0; k < p.k; k += depth {
			dotTiles(rows, cols, min(depth, p.k-k), p.alpha, a[k:], aRow, long.Data[j*long.Stride+k:], long.Stride, beta, d, rowOfD, columnOfD, c, cRow, cColumn)
			beta, d, rowOfD, columnOfD = 1, c, cRow, cColumn
		}
	}
}
