package orth

import (
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// standard multiplies X in every step.
func (r *run[T]) standard() error {
	if err := r.ctx.Err(); err != nil {
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
	if err := r.ctx.Err(); err != nil {
		return err
	}
	steps, restarts := len(r.settings.Schedule), r.settings.Restarts
	segments := 0 // still to come, each ending in a product with X
	for i := range steps {
		if endsSegment(i, steps, restarts) {
			segments++
		}
	}
	g, q, s, t := r.square(buffer1), r.square(buffer2), r.square(buffer3), r.square(buffer4)
	for i, p := range r.settings.Schedule {
		first, last := startsSegment(i, restarts), endsSegment(i, steps, restarts)
		if first {
			r.gramMatrix(g)
		}
		r.measure(g)
		factor := r.factor(p, g, s)
		if first {
			q, s = s, q
		} else {
			commuting(t, q, s)
			q, t = t, q
		}
		if last {
			segments--
			r.multiply(q, r.next(segments))
		} else {
			commuting(t, factor, g)
			commuting(g, t, factor)
		}
		if err := r.stepDone(); err != nil {
			return err
		}
	}
	return nil
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
