package matmul

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// GemmBatch sets C_b = alpha*op(A_b)*op(B_b) + beta*C_b for all matrices of a batch. Small ones, of up to 24 rows and columns, go
// through one loop of assembly: where a call of [Gemm] would take longer than its product, this is several times as fast.
//
// Shapes: A, B and C have the same Count; op(A) is m x k, op(B) is k x n, C is m x n; it panics otherwise. Any of them may be
// 0. A and B may have Step 0 and so be shared by all products. The matrices of C must not overlap each other, nor A or B.
// What is read, special values and the error are those of [Gemm]; a product depends neither on the others nor on the number
// of workers.
func GemmBatch[T kernels.Float](tA, tB Transpose, alpha T, a, b Batch[T], beta T, c Batch[T]) {
	checkBatch("GemmBatch", "a", a)
	checkBatch("GemmBatch", "b", b)
	checkBatch("GemmBatch", "c", c)
	p := batchProduct[T]{tA: tA, tB: tB, m: a.Rows, n: b.Cols, k: a.Cols, alpha: alpha, beta: beta, a: a, b: b, c: c}
	kOfB := b.Rows
	if tA {
		p.m, p.k = p.k, p.m
	}
	if tB {
		p.n, kOfB = kOfB, p.n
	}
	check.Dimension("matmul", "GemmBatch", "a.Count", a.Count, "c.Count", c.Count)
	check.Dimension("matmul", "GemmBatch", "b.Count", b.Count, "c.Count", c.Count)
	check.Dimension("matmul", "GemmBatch", "columns of op(a)", p.k, "rows of op(b)", kOfB)
	check.Dimension("matmul", "GemmBatch", "rows of op(a)", p.m, "c.Rows", c.Rows)
	check.Dimension("matmul", "GemmBatch", "columns of op(b)", p.n, "c.Cols", c.Cols)
	if c.Count == 0 || p.m == 0 || p.n == 0 {
		return
	}
	p.run()
}

const (
	// maxEach is the number of rows and columns up to which products go through one loop: beyond, tiles gain more.
	maxEach = 24
	// eachCall is the number of multiply-adds in one call of assembly, some tens of microseconds, and about what a worker is
	// handed at a time.
	eachCall = 1 << 17
)

// batchProduct is the products of a batch.
type batchProduct[T kernels.Float] struct {
	tA, tB      Transpose
	m, n, k     int
	alpha, beta T
	a, b, c     Batch[T]
	perPart     int
}

// run computes all products, on the workers where that pays: few large ones one after the other, which share out each.
func (p *batchProduct[T]) run() {
	work := p.m * p.n * max(p.k, 1)
	p.perPart = max(eachCall/work, 1)
	if p.c.Count >= 2*p.perPart {
		if workers := pool.Workers(); workers > 1 && (p.isSmall() || p.c.Count >= workers) && p.handOut() {
			return
		}
	}
	for part := range (p.c.Count + p.perPart - 1) / p.perPart {
		p.Do(part)
	}
}

// isSmall reports whether one loop goes through the products.
func (p *batchProduct[T]) isSmall() bool {
	return p.m <= maxEach && p.n <= maxEach && p.k <= maxEach && p.k > 0 && p.alpha != 0
}

// Do computes the products of one part.
func (p *batchProduct[T]) Do(part int) {
	first := part * p.perPart
	end := min(first+p.perPart, p.c.Count)
	if p.isSmall() {
		p.small(first, end)
		return
	}
	for ; first < end; first++ {
		c := p.c.At(first)
		multiply("GemmBatch", whole, p.tA, p.tB, p.alpha, p.a.At(first), p.b.At(first), p.beta, c, c)
	}
}

// small goes through the columns of all products from first to end in strips.
func (p *batchProduct[T]) small(first, end int) {
	p.announce(first, end)
	aRow, aColumn := p.tA.steps(p.a.Stride)
	b, bStep, bRow := p.b.Data[first*p.b.Step:], p.b.Step, p.b.Stride
	sizes := blocking[T]()
	if p.tB {
		memory := scratch.Get[T]((end - first) * p.k * p.n)
		defer memory.Release()
		for i := range end - first {
			transpose(memory.Data[i*p.k*p.n:], p.n, b[i*bStep:], bRow, p.n, p.k, sizes.lanes)
		}
		b, bStep, bRow = memory.Data, p.k*p.n, p.n
	}
	a, c := p.a.Data[first*p.a.Step:], p.c.Data[first*p.c.Step:]
	width := 2 * sizes.lanes
	for j := 0; j < p.n; j += width {
		var d []T
		if p.beta != 0 {
			d = c[j:]
		}
		multiplyEach(end-first, p.m, min(width, p.n-j), p.k, p.alpha, a, p.a.Step, aRow, aColumn, b[j:], bStep, bRow, p.beta, d, c[j:], p.c.Step, p.c.Stride)
	}
}

// announce tells the race detector what the products from first to end read and write.
func (p *batchProduct[T]) announce(first, end int) {
	for ; race.Enabled && first < end; first++ {
		c := p.c.At(first)
		one := product[T]{m: p.m, n: p.n, k: p.k, a: p.a.At(first), b: p.b.At(first), c: c, triangle: whole}
		if p.beta != 0 {
			one.d = c
		}
		announce(&one)
	}
}

var recycledBatches pool.Recycler

// handOut has the workers compute all parts; it reports whether it could.
func (p *batchProduct[T]) handOut() bool {
	a, aOK := pool.Share(p.a.Data)
	b, bOK := pool.Share(p.b.Data)
	c, cOK := pool.Share(p.c.Data)
	if !aOK || !bOK || !cOK {
		return false
	}
	pool.RunRecycled[T](&recycledBatches, (p.c.Count+p.perPart-1)/p.perPart, batchProduct[T]{
		tA: p.tA, tB: p.tB, m: p.m, n: p.n, k: p.k, alpha: p.alpha, beta: p.beta, perPart: p.perPart,
		a: p.a.over(a), b: p.b.over(b), c: p.c.over(c),
	})
	return true
}
