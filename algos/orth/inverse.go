package orth

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Inverse sets dst to the inverse of a square matrix by the Newton-Schulz iteration X <- X*(2I - a*X) from X =
// a'/(||a||_1*||a||_inf) (Schulz 1933; Ben-Israel 1965), two products a step. It converges for every matrix that is not
// singular, in about 2*log2 of the condition number steps.
//
// The residual is ||I - a*X||_F/sqrt(n); what is attainable is about n*eps times the condition number. A singular
// matrix ends as IterationLimit or Stalled with a residual of at least 1/sqrt(n), and dst then approximates the
// pseudo-inverse; a matrix of zeros is ErrSingular, one so small that its inverse is out of range ErrNotFinite. dst and a must not overlap. w may be nil.
func Inverse[T kernels.Float](ctx context.Context, dst, a kernels.Matrix[T], settings IterationSettings, w *Workspace[T]) (algos.Report, error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return algos.Report{}, err
	}
	if err := checkSquare("a", a); err != nil {
		return algos.Report{}, err
	}
	if err := checkSameShape("dst", dst, "a", a); err != nil {
		return algos.Report{}, err
	}
	settings, err := resolveIteration[T](settings)
	if err != nil {
		return algos.Report{}, err
	}
	n := a.Rows
	rows, columns := sumNorms(a)
	switch {
	case !check.Finite(rows) || !check.Finite(columns):
		return algos.Report{}, fmt.Errorf("orth: norms of a = %v, %v: %w", rows, columns, ErrNotFinite)
	case n > 0 && rows == 0:
		return algos.Report{}, fmt.Errorf("orth: a: %w", ErrSingular)
	case n == 0:
		return algos.Report{Stopped: algos.Converged}, nil
	}
	if w == nil {
		w = new(Workspace[T])
	}
	x, other, r := dst, w.matrix(buffer1, n, n), w.matrix(buffer2, n, n)
	for i := range n {
		for j, v := range a.Row(i) {
			x.Data[j*x.Stride+i] = T(float64(v) / rows / columns)
		}
	}
	t := tracker{IterationSettings: settings, n: n}
	best := math.Inf(1)
	for {
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, -1, a, x, 0, r)
		for i := range n {
			r.Data[i*r.Stride+i]++
		}
		residual := rootMeanSquare(r)
		if t.report.Iterations == 0 && !check.Finite(residual) {
			return algos.Report{}, fmt.Errorf("orth: inverse of a: %w", ErrNotFinite)
		}
		if !(residual <= 1.5*best) { // the null space of a singular matrix: its rounding errors double in every step
			x, t.report.Residual, t.report.Stopped = other, best, algos.Stalled
			break
		}
		best = min(best, residual)
		var end bool
		if end, err = t.ends(ctx, residual); end {
			break
		}
		matmul.GemmPlus(matmul.NoTrans, matmul.NoTrans, 1, x, r, 1, x, other)
		x, other = other, x
	}
	if !same(x, dst) {
		copyMatrix(dst, x)
	}
	return t.report, err
}

// sumNorms are the greatest sums of magnitudes of a row and of a column.
func sumNorms[T kernels.Float](a kernels.Matrix[T]) (rows, columns float64) {
	sums := make([]float64, a.Cols)
	for i := range a.Rows {
		var sum float64
		for j, v := range a.Row(i) {
			m := math.Abs(float64(v))
			sum += m
			sums[j] += m
		}
		rows = max(rows, sum)
	}
	for _, sum := range sums {
		columns = max(columns, sum)
	}
	return rows, columns
}

// rootMeanSquare is ||a||_F/sqrt(rows).
func rootMeanSquare[T kernels.Float](a kernels.Matrix[T]) float64 {
	var sum float64
	for i := range a.Rows {
		sum += float64(vec.SumSquares(a.Row(i)))
	}
	return math.Sqrt(sum / float64(a.Rows))
}

// SquareRoots sets root and inverseRoot to the square root of a symmetric positive definite matrix and to its inverse
// by the coupled Newton-Schulz iteration T = (3I - Z*Y)/2, Y <- Y*T, Z <- T*Z from Y = a/||a||_F, Z = I (Higham 1997),
// three products a step, two of them on one triangle.
//
// The residual is ||I - Z*Y||_F/sqrt(n). A small eigenvalue grows by 9/4 a step, so it takes about log of the condition
// number over log 9/4 steps. Only the lower triangle of a is read. An eigenvalue that is negative, to working
// precision, is ErrPositiveDefinite; one of zero ends as IterationLimit, or so too once rounding has made it negative. root may be exactly a, inverseRoot overlaps
// neither. w may be nil.
func SquareRoots[T kernels.Float](ctx context.Context, root, inverseRoot, a kernels.Matrix[T], settings IterationSettings, w *Workspace[T]) (algos.Report, error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return algos.Report{}, err
	}
	if err := checkSquare("a", a); err != nil {
		return algos.Report{}, err
	}
	if err := checkSameShape("root", root, "a", a); err != nil {
		return algos.Report{}, err
	}
	if err := checkSameShape("inverseRoot", inverseRoot, "a", a); err != nil {
		return algos.Report{}, err
	}
	settings, err := resolveIteration[T](settings)
	if err != nil {
		return algos.Report{}, err
	}
	if w == nil {
		w = new(Workspace[T])
	}
	n := a.Rows
	y, spare, z, step := w.matrix(buffer1, n, n), w.matrix(buffer2, n, n), w.matrix(buffer3, n, n), w.matrix(buffer4, n, n)
	mirror(y, a)
	size := norm(y)
	switch {
	case !check.Finite(size):
		return algos.Report{}, fmt.Errorf("orth: norm of a = %v: %w", size, ErrNotFinite)
	case n > 0 && size == 0:
		return algos.Report{}, fmt.Errorf("orth: a is zero: %w", ErrPositiveDefinite)
	case n == 0:
		return algos.Report{Stopped: algos.Converged}, nil
	}
	for i := range n {
		row := y.Row(i)
		for j, v := range row {
			row[j] = T(float64(v) / size)
		}
		clear(z.Row(i))
		z.Data[i*z.Stride+i] = 1
	}
	t := tracker{IterationSettings: settings, n: n}
	for {
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, z, y, 0, step) // whole: mirroring it would make the iteration unstable
		residual := distanceFromIdentity(step)
		// Of a positive definite matrix no eigenvalue of Z*Y leaves [0, 1], so the residual is below 1.
		if !(residual <= 1+1e3*float64(n)*defaultTolerance[T]()) {
			return t.report, fmt.Errorf("orth: a: ||I - Z*Y||_F/sqrt(n) = %v in step %d: %w", residual, t.report.Iterations, ErrPositiveDefinite)
		}
		var end bool
		if end, err = t.ends(ctx, residual); end {
			break
		}
		for i := range n {
			vec.Scale(-0.5, step.Row(i))
			step.Data[i*step.Stride+i] += 1.5
		}
		commuting(spare, y, step) // Y*Z*Y is symmetric even where rounding keeps Y and Z from commuting
		y, spare = spare, y
		commuting(spare, step, z)
		z, spare = spare, z
	}
	scale := math.Sqrt(size)
	for i := range n {
		vec.AddScaled(root.Row(i), T(scale), y.Row(i), 0, y.Row(i))
		vec.AddScaled(inverseRoot.Row(i), T(1/scale), z.Row(i), 0, z.Row(i))
	}
	return t.report, err
}

// mirror sets dst to the symmetric matrix whose lower triangle is that of a.
func mirror[T kernels.Float](dst, a kernels.Matrix[T]) {
	for i := range a.Rows {
		for j, v := range a.Row(i)[:i+1] {
			dst.Data[i*dst.Stride+j] = v
			dst.Data[j*dst.Stride+i] = v
		}
	}
}
