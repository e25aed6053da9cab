package orth

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// standard multiplies X in every step.
func (r *run[T]) standard() error {
	if err := context.Cause(r.ctx); err != nil {
		return err
	}
	steps := len(r.settings.Schedule)
	for i, p := range r.settings.Schedule {
		a := r.square(buffer1)
		r.gramMatrix(a)
		r.measure(a)
		r.standardStep(p, a, r.next(steps-1-i))
		if err := r.stepDone(); err != nil {
			return err
		}
	}
	return nil
}

// standardStep sets X to A*X + B*a*X + C*a^2*X, in the matrix to; a is X*X'.
func (r *run[T]) standardStep(p Polynomial, a, to kernels.Matrix[T]) {
	if r.rows != nil {
		r.multiply(r.factor(p, a, r.square(buffer2)), to)
		return
	}
	b, product := a, T(p.B)*r.scale // for degree 3: A*X + B*(a*X)
	if p.C != 0 {
		b, product = r.square(buffer2), r.scale
		matmul.GemmtPlus(matmul.Full, matmul.NoTrans, matmul.NoTrans, T(p.C), a, a, T(p.B), a, b)
	}
	left, right := b, r.x
	if r.tall {
		left, right = right, left
	}
	if r.symmetric {
		matmul.GemmtPlus(matmul.Full, matmul.NoTrans, matmul.NoTrans, product, left, right, T(p.A)*r.scale, r.x, to)
	} else {
		matmul.GemmPlus(matmul.NoTrans, matmul.NoTrans, product, left, right, T(p.A)*r.scale, r.x, to)
	}
	r.x, r.scale = to, 1
}

// gram follows R = X*X' and the product Q of the factors since the last start. All of them are polynomials of one
// symmetric matrix: they commute and their products are symmetric.
func (r *run[T]) gram() error {
	if err := context.Cause(r.ctx); err != nil {
		return err
	}
	g, q, s, t := r.square(buffer1), r.square(buffer2), r.square(buffer3), r.square(buffer4)
	steps, end := len(r.settings.Schedule), 0 // of the steps until the next restart
	for i, p := range r.settings.Schedule {
		first := i == end
		if first {
			r.gramMatrix(g)
			end = r.restart(i, g)
		}
		r.measure(g)
		factor := r.factor(p, g, s)
		if first {
			q, s = s, q
		} else {
			commuting(t, q, s)
			q, t = t, q
		}
		switch {
		case i+1 < end:
			commuting(t, factor, g)
			commuting(g, t, factor)
		case end < steps:
			r.multiply(q, r.next(1))
			r.result.Restarts++
		default:
			r.multiply(q, r.next(0))
		}
		if err := r.stepDone(); err != nil {
			return err
		}
	}
	return nil
}

// gramLimit is how many rounding units a factor of the Gram form may be off by before it restarts.
const gramLimit = 1000

// restart returns after how many steps, counted from the first of the schedule, the Gram form that has just formed R, before
// step i, forms X and R anew.
//
// R is off by some u*||R||, u the rounding unit, and as a step multiplies R by P from both sides, so it multiplies the error. An
// eigenvalue that was well above the error stays so, but one below it is lifted by up to A^2 a step with it, while X, not
// being squared, holds its singular value to all digits. The next factor, A*I + B*R + ..., is off by |B| times the error, relative to
// A. Only the size of R is needed for that bound, and the largest sum of a row is never below it: a matrix whose singular
// values are many and alike starts with a small R, since the norm of X is 1, and needs no restart where one of low rank does.
func (r *run[T]) restart(i int, g kernels.Matrix[T]) int {
	steps := len(r.settings.Schedule)
	if r.settings.Restarts != nil {
		for _, after := range r.settings.Restarts {
			if after > i {
				return min(after, steps)
			}
		}
		return steps
	}
	var size float64
	for k := range g.Rows {
		size = max(size, float64(vec.AbsSum(g.Row(k))))
	}
	for after := i + 1; after < steps; after++ {
		before, p := r.settings.Schedule[after-1], r.settings.Schedule[after]
		size *= max(1, before.A*before.A)
		if math.Abs(p.B)*size > gramLimit*max(1, math.Abs(p.A)) {
			return after
		}
	}
	return steps
}

// commuting sets c to the product of symmetric matrices that commute.
func commuting[T kernels.Float](c, a, b kernels.Matrix[T]) {
	matmul.Gemmt(matmul.Full, matmul.NoTrans, matmul.NoTrans, 1, a, b, 0, c)
}

// factor sets f to A*I + B*a + C*a^2, by which a step multiplies X, and returns it.
func (r *run[T]) factor(p Polynomial, a, f kernels.Matrix[T]) kernels.Matrix[T] {
	if p.C != 0 {
		matmul.GemmtPlus(matmul.Full, matmul.NoTrans, matmul.NoTrans, T(p.C), a, a, T(p.B), a, f)
	} else {
		for i := range a.Rows {
			vec.AddScaled(f.Row(i), T(p.B), a.Row(i), 0, a.Row(i))
		}
	}
	for i := range f.Rows {
		f.Data[i*f.Stride+i] += T(p.A)
	}
	return f
}

// multiply sets X to f*X, or X*f of a tall X, in the matrix to. f is overwritten where X has factors a row.
func (r *run[T]) multiply(f, to kernels.Matrix[T]) {
	if r.rows != nil {
		for i, factor := range r.rows {
			if r.tall {
				vec.Scale(factor, f.Row(i))
			} else {
				vec.Mul(f.Row(i), f.Row(i), r.rows)
			}
		}
		r.rows = nil
	}
	left, right := f, r.x
	if r.tall {
		left, right = right, left
	}
	matmul.Gemm(matmul.NoTrans, matmul.NoTrans, r.scale, left, right, 0, to)
	r.x, r.scale = to, 1
}
