package matmul

import (
	"math"

	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/kernels"
)

// leastPart is the least number of multiply-adds in a part that a worker is handed: 5 us or more, several times what handing
// it over costs.
const leastPart = 1 << 18

// run cuts C into parts and computes them, on the workers where that pays.
func (p *product[T]) run() {
	p.cut()
	if parts := p.rowParts * p.colParts; parts > 1 {
		if p.handOut(parts) {
			return
		}
		p.rowParts, p.colParts = 1, 1
	}
	p.Do(0)
}

// cut chooses the parts. How C is cut changes no bit of it: an element is one sum, whichever block it falls in.
func (p *product[T]) cut() {
	p.rowParts, p.colParts = 1, 1
	work := float64(p.m) * float64(p.n) * float64(max(p.k, 1))
	if p.triangle != whole {
		work /= 2
	}
	if work < 2*leastPart { // before the number of workers is asked for, which takes a lock
		return
	}
	parts := int(min(float64(pool.Workers()), work/leastPart))
	if parts < 2 {
		return
	}
	if p.triangle != whole {
		p.colParts = min(parts, (p.n+p.sizes.tileCols-1)/p.sizes.tileCols)
		return
	}
	// Every band of rows packs all of B, every band of columns all of A.
	least := math.Inf(1)
	for rowParts := 1; rowParts <= parts; rowParts++ {
		colParts := parts / rowParts
		if rowParts*colParts < parts && parts < 4 || rowParts > (p.m+p.sizes.tileRows-1)/p.sizes.tileRows || colParts > (p.n+p.sizes.tileCols-1)/p.sizes.tileCols {
			continue
		}
		idle := float64(parts) / float64(rowParts*colParts)
		if packed := idle * (float64(rowParts)*float64(p.n) + float64(colParts)*float64(p.m)); packed < least {
			least = packed
			p.rowParts, p.colParts = rowParts, colParts
		}
	}
}

// Do computes one part.
func (p *product[T]) Do(part int) {
	if p.triangle == whole {
		row, col := part/p.colParts, part%p.colParts
		p.block(bound(row, p.rowParts, p.m, p.sizes.tileRows), bound(row+1, p.rowParts, p.m, p.sizes.tileRows),
			bound(col, p.colParts, p.n, p.sizes.tileCols), bound(col+1, p.colParts, p.n, p.sizes.tileCols))
		return
	}
	// Bands of columns that hold equal parts of the triangle.
	j0, j1 := p.bandStart(part), p.bandStart(part+1)
	if p.triangle == Upper {
		p.block(0, j1, j0, j1)
	} else {
		p.block(j0, p.m, j0, j1)
	}
	if p.triangle == Full {
		p.mirror(j0, j1)
	}
}

// bound is where part begins of so many parts of n, in whole tiles.
func bound(part, parts, n, tile int) int {
	if part == parts {
		return n
	}
	tiles := (n + tile - 1) / tile
	return min(tiles*part/parts*tile, n)
}

// bandStart is the first column of a band: of the lower triangle, the columns before j hold 1 - (1 - j/n)^2.
func (p *product[T]) bandStart(part int) int {
	if part == p.colParts {
		return p.n
	}
	share := float64(part) / float64(p.colParts)
	if p.triangle == Upper {
		share = math.Sqrt(share)
	} else {
		share = 1 - math.Sqrt(1-share)
	}
	return min(int(share*float64(p.n)/float64(p.sizes.tileCols)+0.5)*p.sizes.tileCols, p.n)
}

var recycledProducts pool.Recycler

// handOut has the workers do all parts; it reports whether it could: no operand may live on the caller's stack.
func (p *product[T]) handOut(parts int) bool {
	a, aOK := shared(p.a)
	b, bOK := shared(p.b)
	c, cOK := shared(p.c)
	d, dOK := shared(p.d)
	halvesA, halvesAOK := shared(p.halvesA)
	halvesB, halvesBOK := shared(p.halvesB)
	if !aOK || !bOK || !cOK || !dOK || !halvesAOK || !halvesBOK {
		return false
	}
	// The sizes are asked for again: those of p would carry all that p points to into the heap, for all that the compiler can see.
	pool.RunRecycled[T](&recycledProducts, parts, product[T]{
		triangle: p.triangle, tA: p.tA, tB: p.tB, m: p.m, n: p.n, k: p.k, alpha: p.alpha, beta: p.beta,
		a: a, b: b, d: d, c: c, sizes: blocking[T](), rowParts: p.rowParts, colParts: p.colParts,
		pairs: p.pairs, halvesA: halvesA, halvesB: halvesB,
	})
	return true
}

// shared is m with its memory from [pool.Share].
func shared[E kernels.Element](m kernels.Matrix[E]) (kernels.Matrix[E], bool) {
	data, ok := pool.Share(m.Data)
	return kernels.Matrix[E]{Rows: m.Rows, Cols: m.Cols, Stride: m.Stride, Data: data}, ok
}
