// Package group minimises quadratic functions of groups of variables with the Euclidean norms of groups as penalty, over one group or all, for the
// methods of group Lasso.
package group

import (
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// most Newton steps for the length of a group: they come from one side, and converge quadratically.
const most = 100

// Minimise sets z to the minimiser of q'z + z'Hz/2 + lambda*|z|, for a positive semidefinite H and a lambda above zero, and reports whether
// it could. That is z = -s*y(s), y(s) = (s*H + lambda*I)^-1 q, for the length s at which |y(s)| = 1, and zero where |q| <= lambda (Qin, Scheinberg
// and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso, 2013). 1/|y(s)| is concave, so Newton steps for it from
// zero on never go too far. Gradient steps in place of this are the more the worse the condition of H is.
func Minimise(z, q []float64, h kernels.Matrix[float64], lambda float64) bool {
	clear(z)
	if vec.Norm2(q) <= lambda {
		return true
	}
	n := len(z)
	y, u, hy := make([]float64, n), make([]float64, n), make([]float64, n)
	m, s := kernels.NewMatrix[float64](n, n), 0.0
	for range most {
		for i := range n {
			vec.AddScaled(m.Row(i), s, h.Row(i), 0, h.Row(i))
			m.Set(i, i, m.At(i, i)+lambda)
		}
		if matmul.Cholesky(matmul.Lower, m) != nil {
			return false
		}
		copy(y, q)
		matmul.CholeskySolveVector(matmul.Lower, m, y)
		vec.AddScaled(z, -s, y, 0, y)
		copy(u, y)
		matmul.CholeskySolveVector(matmul.Lower, m, u)
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
