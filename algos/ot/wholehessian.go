package ot

import (
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// wholeHessian factors the Hessian of the whole plan, the longer side eliminated: n*m*m + m^3/3 operations for n places and m on the
// shorter side. The comments are for a longer side of rows.
type wholeHessian struct {
	roots      []float64               // of D1^-1
	scaled     kernels.Matrix[float64] // D1^-1/2 P
	eliminated kernels.Matrix[float64] // P' D1^-1 P
	factor     kernels.Matrix[float64]
}

// sides tells the longer side of a plan, which is eliminated, from the shorter, which is solved for.
type sides struct {
	long, short         []float64
	longSums, shortSums []float64
	trans               matmul.Transpose // what makes the plan one of the short side's rows
}

func sidesOf(p point, f, g []float64) sides {
	if len(f) >= len(g) {
		return sides{f, g, p.rows, p.cols, matmul.Trans}
	}
	return sides{g, f, p.cols, p.rows, matmul.NoTrans}
}

// form computes P' D1^-1 P.
func (w *wholeHessian) form(p point) {
	s := sidesOf(p, p.f, p.g)
	size := len(s.short)
	if w.factor.Data == nil {
		w.eliminated, w.factor = kernels.NewMatrix[float64](size, size), kernels.NewMatrix[float64](size, size)
		w.scaled = kernels.NewMatrix[float64](p.plan.Rows, p.plan.Cols)
		w.roots = make([]float64, len(s.long))
	}
	inverseRoots(w.roots, s.longSums)
	for i := range p.plan.Rows {
		if s.trans {
			copy(w.scaled.Row(i), p.plan.Row(i))
			vec.Scale(w.roots[i], w.scaled.Row(i))
		} else {
			vec.Mul(w.scaled.Row(i), p.plan.Row(i), w.roots)
		}
	}
	matmul.Syrk(matmul.Full, s.trans, 1, w.scaled, 0, w.eliminated)
}

// solve computes the step. It is not ok if there is no factor.
func (w *wholeHessian) solve(stepF, stepG []float64, p point, gradF, gradG []float64, shift, eps float64) (ok bool) {
	step, grad := sidesOf(p, stepF, stepG), sidesOf(p, gradF, gradG)
	size, diagonal := len(step.short), 1+shift
	for j := range size {
		row := w.factor.Row(j)
		copy(row, w.eliminated.Row(j))
		vec.Scale(-1/diagonal, row)
		// Without shift the rows sum to zero. The diagonal is made so: as a difference it would be rounding where the
		// plan is nearly a permutation.
		row[j] = 0
		row[j] = step.shortSums[j]*(diagonal-1/diagonal) - vec.Sum(row)
	}
	for i, g := range grad.long {
		step.long[i] = g / (diagonal * step.longSums[i])
	}
	copy(step.short, grad.short)
	matmul.Gemv(step.trans, -1, p.plan, step.long, 1, step.short)
	part := w.factor
	if shift == 0 { // it is singular: adding a constant to f and taking it from g changes nothing
		size--
		step.short[size] = 0
		part.Rows, part.Cols = size, size
	}
	if matmul.Cholesky(matmul.Lower, part) != nil {
		return false
	}
	matmul.CholeskySolveVector(matmul.Lower, part, step.short[:size])
	copy(step.long, grad.long)
	matmul.Gemv(!step.trans, -1, p.plan, step.short, 1, step.long)
	for i, sum := range step.longSums {
		step.long[i] *= eps / (diagonal * sum)
	}
	vec.Scale(eps, step.short)
	return true
}
