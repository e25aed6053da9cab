package matmul

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// multiply checks the shapes and sets C = alpha*op(A)*op(B) + beta*D in the triangle, or everywhere.
func multiply[T kernels.Float](function string, triangle Triangle, tA, tB Transpose, alpha T, a, b kernels.Matrix[T], beta T, d, c kernels.Matrix[T]) {
	check.Matrix("matmul", function, "a", a.Rows, a.Cols, a.Stride, len(a.Data))
	check.Matrix("matmul", function, "b", b.Rows, b.Cols, b.Stride, len(b.Data))
	check.Matrix("matmul", function, "c", c.Rows, c.Cols, c.Stride, len(c.Data))
	m, k := a.Rows, a.Cols
	if tA {
		m, k = k, m
	}
	kb, n := b.Rows, b.Cols
	if tB {
		kb, n = n, kb
	}
	check.Dimension("matmul", function, "columns of op(a)", k, "rows of op(b)", kb)
	check.Dimension("matmul", function, "rows of op(a)", m, "c.Rows", c.Rows)
	check.Dimension("matmul", function, "columns of op(b)", n, "c.Cols", c.Cols)
	at := func(m kernels.Matrix[T], t Transpose, i, j int) T {
		if t {
			i, j = j, i
		}
		return m.Data[i*m.Stride+j]
	}
	for i := range m {
		for j := range n {
			if triangle == Upper && j < i || triangle != Upper && triangle != Full && j > i {
				continue
			}
			var sum T
			for p := range k {
				sum += at(a, tA, i, p) * at(b, tB, p, j)
			}
			sum *= alpha
			if beta != 0 {
				sum += beta * d.Data[i*d.Stride+j]
			}
			c.Data[i*c.Stride+j] = sum
		}
	}
}
