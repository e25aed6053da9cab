package orth

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// Sign sets dst to the matrix sign of a square matrix: 1 in the place of every eigenvalue with a positive real part and
// -1 in that of the others, none of which is imaginary.
//
// For a symmetric matrix (to the last bit) this is the polar factor and always converges unless an eigenvalue is zero:
// the steps are those of [ExactPolar], on one triangle. For others it is the Newton-Schulz iteration X <- X*(3I -
// X^2)/2 from a/||a||_F, which converges where |1 - lambda^2| < 1 for every eigenvalue lambda of a/||a||_F, as it is
// where all are real and not zero (Higham, Functions of matrices, 2008, section 5.3). Where one is beyond, the iteration
// might diverge or end at another root of the identity: the error is ErrDiverged. That is looked at first, by squaring I -
// X^2 until it vanishes or grows, about once for each factor of 1.4 between ||a||_F and the least |lambda|; eigenvalues
// below the root of rounding are not told from zero.
//
// The residual is ||X^2 - I||_F/sqrt(n). dst may be exactly a. w may be nil.
func Sign[T kernels.Float](ctx context.Context, dst, a kernels.Matrix[T], settings IterationSettings, w *Workspace[T]) (algos.Report, error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return algos.Report{}, err
	}
	if err := checkSquare("a", a); err != nil {
		return algos.Report{}, err
	}
	if err := checkSameShape("dst", dst, "a", a); err != nil {
		return algos.Report{}, err
	}
	if symmetric(a) {
		result, err := exactPolar(ctx, dst, a, ExactSettings{IterationSettings: settings}, w, true)
		return result.Report, err
	}
	settings, err := resolveIteration[T](settings)
	if err != nil {
		return algos.Report{}, err
	}
	size := norm(a)
	if !check.Finite(size) {
		return algos.Report{}, fmt.Errorf("orth: norm of a = %v: %w", size, ErrNotFinite)
	}
	if w == nil {
		w = new(Workspace[T])
	}
	n := a.Rows
	x, other, square := w.matrix(buffer1, n, n), w.matrix(buffer2, n, n), w.matrix(buffer3, n, n)
	for i := range n {
		row := x.Row(i)
		for j, v := range a.Row(i) {
			row[j] = T(float64(v) / size)
		}
	}
	if !contracts(x, other, square) {
		return algos.Report{}, fmt.Errorf("orth: a: an eigenvalue of I - a^2/||a||_F^2 is above 1: %w", ErrDiverged)
	}
	t := tracker{IterationSettings: settings, n: n}
	for {
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, x, x, 0, square)
		residual := distanceFromIdentity(square)
		if !(residual < divergence) {
			return t.report, fmt.Errorf("orth: a: ||X^2 - I||_F/sqrt(n) = %v in step %d: %w", residual, t.report.Iterations, ErrDiverged)
		}
		end, err := t.ends(ctx, residual)
		if end {
			copyMatrix(dst, x)
			return t.report, err
		}
		matmul.GemmPlus(matmul.NoTrans, matmul.NoTrans, T(newtonSchulz.B), x, square, T(newtonSchulz.A), x, other)
		x, other = other, x
	}
}

// contracts reports whether the eigenvalues of I - x^2 are below 1 in magnitude, which powers of it show.
func contracts[T kernels.Float](x, e, other kernels.Matrix[T]) bool {
	_, high := squarable[T]()
	matmul.Gemm(matmul.NoTrans, matmul.NoTrans, -1, x, x, 0, e)
	for i := range e.Rows {
		e.Data[i*e.Stride+i]++
	}
	squarings := 50 // after which the rounding of an eigenvalue of 1 is as large as itself
	if cast.Single[T]() {
		squarings = 21
	}
	for range squarings {
		switch size := norm(e); {
		case size < 1:
			return true
		case !(size < high):
			return false
		}
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, e, e, 0, other)
		e, other = other, e
	}
	return true // but for eigenvalues of x that are zero to rounding, which the residual will show
}

// divergence is a residual of the sign iteration from which there is no return: of a matrix that is far from normal it
// may be large for a while.
const divergence = 1e6

// symmetric reports whether a square matrix is, to the last bit.
func symmetric[T kernels.Float](a kernels.Matrix[T]) bool {
	for i := range a.Rows {
		for j, v := range a.Row(i)[:i] {
			if v != a.Data[j*a.Stride+i] {
				return false
			}
		}
	}
	return true
}
