package matmul

import (
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// turns reports whether a product is computed as its transpose, op(B)'*op(A)': a transposed B then lies as a left operand should, where
// packing it would take as long as multiplying by some 16 rows, and few rows of A make few columns. Lanes that these leave idle weigh less in deep products.
// Few columns of a product by a transposed A become rows, with all lanes filled.
func (p *product[T]) turns() bool {
	const few, some, least, deep, idle = 32, 64, 32, 256, 2
	switch {
	case p.triangle != whole || p.byDots():
		return false
	case bool(p.tA) && p.n <= fewDots && p.n < p.m && p.k >= some:
		return true
	}
	return bool(p.tB) && p.n >= p.m &&
		(p.m <= some && p.k >= deep || p.m <= few && p.k >= least && roundUp(p.m, p.sizes.lanes)-p.m <= idle)
}

// turned computes the transpose in lent memory. The sums have the same terms in the same order.
func (p *product[T]) turned() {
	memory := scratch.Get[T](p.n * p.m)
	defer memory.Release()
	c := kernels.Matrix[T]{Rows: p.n, Cols: p.m, Stride: p.m, Data: memory.Data}
	turned := product[T]{triangle: whole, tA: !p.tB, tB: !p.tA, m: p.n, n: p.m, k: p.k, alpha: p.alpha, beta: p.beta, a: p.b, b: p.a, c: c, sizes: p.sizes}
	if p.beta != 0 {
		turned.d = c
		transpose(c.Data, c.Stride, p.d.Data, p.d.Stride, p.m, p.n, p.sizes.lanes)
	}
	turned.run()
	transpose(p.c.Data, p.c.Stride, c.Data, c.Stride, p.n, p.m, p.sizes.lanes)
}
