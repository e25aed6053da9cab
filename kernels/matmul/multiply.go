package matmul

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// product is C = alpha*op(A)*op(B) + beta*D, in one triangle or everywhere.
type product[T kernels.Float] struct {
	triangle    Triangle
	tA, tB      Transpose
	m, n, k     int
	alpha, beta T
	a, b, d, c  kernels.Matrix[T]
	sizes       *blockSizes
	rowParts    int // C is cut into so many bands of rows,
	colParts    int // and so many of columns

	// With pairs, an element of A and B is two bfloat16, at k and the next. Those that do not lie together in memory, of a
	// transposed A or a B that is not, are in two rows of halvesA or halvesB, and a or b is empty.
	pairs            bool
	halvesA, halvesB kernels.Matrix[kernels.BFloat16]
}

// multiply checks the shapes and computes the product.
func multiply[T kernels.Float](function string, triangle Triangle, tA, tB Transpose, alpha T, a, b kernels.Matrix[T], beta T, d, c kernels.Matrix[T]) {
	check.Matrix("matmul", function, "a", a.Rows, a.Cols, a.Stride, len(a.Data))
	check.Matrix("matmul", function, "b", b.Rows, b.Cols, b.Stride, len(b.Data))
	check.Matrix("matmul", function, "c", c.Rows, c.Cols, c.Stride, len(c.Data))
	p := product[T]{triangle: triangle, tA: tA, tB: tB, m: a.Rows, n: b.Cols, k: a.Cols, alpha: alpha, beta: beta, a: a, b: b, d: d, c: c}
	kOfB := b.Rows
	if tA {
		p.m, p.k = p.k, p.m
	}
	if tB {
		p.n, kOfB = kOfB, p.n
	}
	check.Dimension("matmul", function, "columns of op(a)", p.k, "rows of op(b)", kOfB)
	check.Dimension("matmul", function, "rows of op(a)", p.m, "c.Rows", c.Rows)
	check.Dimension("matmul", function, "columns of op(b)", p.n, "c.Cols", c.Cols)
	if triangle != whole {
		check.Dimension("matmul", function, "c.Rows", p.m, "c.Cols", p.n)
	}
	if beta == 0 {
		p.d = kernels.Matrix[T]{}
	} else {
		check.Matrix("matmul", function, "d", d.Rows, d.Cols, d.Stride, len(d.Data))
		check.Dimension("matmul", function, "d.Rows", d.Rows, "c.Rows", c.Rows)
		check.Dimension("matmul", function, "d.Cols", d.Cols, "c.Cols", c.Cols)
	}
	if p.m == 0 || p.n == 0 {
		return
	}
	if alpha == 0 {
		p.k = 0
	}
	announce(&p)
	if triangle == whole && p.k > 0 && (p.m == 1 || p.n == 1) {
		p.vector()
		return
	}
	p.sizes = blocking[T]()
	if p.turns() {
		p.turned()
		return
	}
	p.run()
}

// vector computes a product that is one row or column by Gemv, which reads a matrix once and packs nothing. Vectors that do
// not lie one element behind the other are copied, so that the path, and with it the order of additions, depends on the shape alone.
func (p *product[T]) vector() {
	matrix, tMatrix, x, tX := p.b, !p.tB, p.a, p.tA
	if p.n == 1 {
		matrix, tMatrix, x, tX = p.a, p.tA, p.b, !p.tB
	}
	memory := scratch.Get[T](p.k + p.m*p.n)
	defer memory.Release()
	factors, y := memory.Data[:p.k], memory.Data[p.k:]
	for i := range factors {
		if tX {
			factors[i] = x.Data[i*x.Stride]
		} else {
			factors[i] = x.Data[i]
		}
	}
	at := func(m kernels.Matrix[T], i int) *T {
		if p.n == 1 {
			return &m.Data[i*m.Stride]
		}
		return &m.Data[i]
	}
	// Gemv may multiply the factors by alpha, which here belongs to the sums: their product may leave the range of T where
	// the result does not.
	Gemv(tMatrix, 1, matrix, factors, 0, y)
	for i, sum := range y {
		v := T(p.alpha * sum)
		if p.d.Data != nil {
			v += T(p.beta * *at(p.d, i))
		}
		*at(p.c, i) = v
	}
}

// announce tells the race detector what a product reads and writes: strips know only views with gaps.
func announce[T kernels.Float](p *product[T]) {
	if !race.Enabled {
		return
	}
	if p.k > 0 {
		announceRead(p.a)
		announceRead(p.b)
		announceRead(p.halvesA)
		announceRead(p.halvesB)
	}
	for i := range p.m {
		first, end := p.columns(i)
		if p.d.Data != nil {
			race.Read(p.d.Row(i)[first:end])
		}
		race.Write(p.c.Row(i)[first:end])
	}
}

func announceRead[E kernels.Element](m kernels.Matrix[E]) {
	for i := range m.Rows {
		race.Read(m.Row(i))
	}
}

// columns is the part of row i of C that the product sets.
func (p *product[T]) columns(i int) (first, end int) {
	switch p.triangle {
	case Lower:
		return 0, i + 1
	case Upper:
		return i, p.n
	}
	return 0, p.n
}

// rest is the data of x from element (i, j) on.
func rest[T kernels.Float](x kernels.Matrix[T], i, j int) []T {
	if x.Data == nil {
		return nil
	}
	return x.Data[i*x.Stride+j:]
}
