package bcd

import (
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// mostLengths is the most Newton steps for the length of a group: they come from one side, and converge quadratically.
const mostLengths = 100

// minimise sets next to the minimiser of slope'(z-at) + (z-at)'H(z-at)/2 + lambda*|z| over one group, and reports whether it could. With
// q = slope - H*at that is z = -s*y(s), y(s) = (s*H + lambda*I)^-1 q, for the length s at which |y(s)| = 1: for the vector that
// results is s long then, and zero where |q| <= lambda (Qin, Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms
// for the group lasso, 2013). 1/|y(s)| is concave, so Newton steps for it from zero on never go too far. Gradient steps in place of
// this are the more the worse the condition of H is.
func (r *grouped) minimise(next, at, slope []float64, h Matrix) bool {
	n := len(next)
	q, y, u, hy := append([]float64(nil), slope...), make([]float64, n), make([]float64, n), make([]float64, n)
	if r.lambda == 0 {
		factorised(h).solve(q)
		vec.Sub(next, at, q)
		return true
	}
	matmul.Gemv(matmul.NoTrans, -1, h, at, 1, q)
	clear(next)
	if vec.Norm2(q) <= r.lambda {
		return true
	}
	m, s := newMatrix(n), 0.0
	for range mostLengths {
		for i := range n {
			vec.AddScaled(m.Row(i), s, h.Row(i), 0, h.Row(i))
			m.Set(i, i, m.At(i, i)+r.lambda)
		}
		if matmul.Cholesky(matmul.Lower, m) != nil {
			return false
		}
		copy(y, q)
		factor{m}.solve(y)
		vec.AddScaled(next, -s, y, 0, y)
		copy(u, y)
		factor{m}.solve(u)
		matmul.Gemv(matmul.NoTrans, 1, h, y, 0, hy)
		norm := vec.Norm2(y)
		step := (norm - 1) * norm * norm / vec.Dot(u, hy)
		if !(step > 1e-15*s) {
			return s > 0
		}
		s += step
	}
	return false
}
