package orth

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// Sign sets dst to the matrix sign of a square matrix: 1 in the place of every eigenvalue with a positive real part and
// -1 in that of the others, none of which is imaginary.
//
// For a symmetric matrix (to the last bit) this is the polar factor and always converges unless an eigenvalue is zero:
// the steps are those of [ExactPolar], on one triangle. For others it is the Newton-Schulz iteration X <- X*(3I -
// X^2)/2 from a/||a||_F, which converges where |1 - lambda^2| < 1 for every eigenvalue lambda of a/||a||_F, as it is
// where all are real and not zero; where it does not, the error is ErrDiverged (Higham, Functions of matrices, 2008,
// section 5.3).
//
// The residual is ||X^2 - I||_F/sqrt(n). dst may be exactly a. w may be nil.
func Sign[T kernels.Float](ctx context.Context, dst, a kernels.Matrix[T], settings IterationSettings, w *Workspace[T]) (algos.Report, error) {
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
	if !finite(size) {
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
