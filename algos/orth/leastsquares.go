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

// LeastSquaresSettings of [LeastSquares] and [GradientDescent]; the zero value works.
type LeastSquaresSettings[T kernels.Float] struct {
	IterationSettings

	// Scale is alpha of the start alpha*S in LeastSquares, which converges for 0 < alpha < 2/lambda_max(S)^2, or the
	// step length of GradientDescent, which does for 0 < rate < 2/lambda_max(S). Zero takes 1/||S*S'||_F or 1/||S||_F.
	Scale float64

	// Each, if not nil, is shown the weights after every step, those of the start as step 0. It must not keep them.
	Each func(step int, weights []T)
}

// leastSquaresSteps is the limit of the published experiments. In the null space of a singular S rounding errors double
// in every step.
const leastSquaresSteps = 20

// LeastSquaresResult is an approximate solution. Its residual is ||I - S*M||_F/sqrt(d) for LeastSquares and ||S*w -
// x'*y||/||x'*y|| for GradientDescent.
type LeastSquaresResult[T kernels.Float] struct {
	algos.Report
	Weights []T
	Inverse kernels.Matrix[T] // M, of LeastSquares: approximates the inverse or pseudo-inverse of S
}

// LeastSquares minimises ||x*w - y|| without a division or factorisation, by iterative Newton: with S = x'*x it inverts
// S by M <- 2M - M*S*M from M = alpha*S, and w = M*x'*y. Rows of x are examples. This is the iteration that the layers
// of trained transformers are said to follow (Fu, Chen, Jia and Sharan 2024); it is that of Schulz (1933) and
// Ben-Israel (1965).
//
// The error of each eigenvalue of S is squared in every step, so it takes about 2*log2 of the condition number of S
// plus a few. M is symmetric to the last bit throughout. If S is singular, w approaches the solution of least norm, the
// residual stays above 0, and more than about 25 steps let rounding errors grow. The attainable error is about eps
// times the condition number of S, the square of that of x: use float64. A Scale that is too large is ErrDiverged when it shows, an x so small that the
// inverse of S is out of range ErrNotFinite, and so are weights that are.
func LeastSquares[T kernels.Float](ctx context.Context, x kernels.Matrix[T], y []T, settings LeastSquaresSettings[T]) (*LeastSquaresResult[T], error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return nil, err
	}
	if settings.MaxIterations == 0 {
		settings.MaxIterations = leastSquaresSteps
	}
	e, err := normalEquations(x, y, &settings)
	if err != nil {
		return nil, err
	}
	s, d := e.s, x.Cols
	m, other, product := kernels.NewMatrix[T](d, d), kernels.NewMatrix[T](d, d), kernels.NewMatrix[T](d, d)
	startInverse(m, s, product, settings.Scale)
	result := &LeastSquaresResult[T]{Weights: make([]T, d)}
	t := tracker{IterationSettings: settings.IterationSettings, n: d}
	for {
		if settings.Each != nil {
			multiplyVector(result.Weights, m, e.right)
			e.inUnits(result.Weights, result.Weights)
			settings.Each(t.report.Iterations, result.Weights)
		}
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, s, m, 0, product)
		residual := distanceFromIdentity(product)
		if !(residual < divergence) {
			return nil, fmt.Errorf("orth: ||I - S*M||_F/sqrt(d) = %v in step %d with Scale = %v: %w", residual, t.report.Iterations, settings.Scale, ErrDiverged)
		}
		end, err := t.ends(ctx, residual)
		if end {
			multiplyVector(result.Weights, m, e.right)
			e.inUnits(result.Weights, result.Weights)
			result.Report, result.Inverse = t.report, m
			if err == nil {
				return inRange(result)
			}
			return result, err
		}
		matmul.GemmtPlus(matmul.Full, matmul.NoTrans, matmul.NoTrans, -1, m, product, 2, m, other)
		m, other = other, m
	}
}

// equations are the normal equations S*w = x'*y.
type equations[T kernels.Float] struct {
	s        kernels.Matrix[T]
	right    []T
	exponent int // y and w are counted in two to this power
}

// inUnits sets dst to the weights in the units of the caller. They may be the same.
func (e *equations[T]) inUnits(dst, weights []T) {
	for i, v := range weights {
		if e.exponent != 0 {
			v = T(math.Ldexp(float64(v), e.exponent))
		}
		dst[i] = v
	}
}

// inRange is a result unless its weights are out of the range of T.
func inRange[T kernels.Float](r *LeastSquaresResult[T]) (*LeastSquaresResult[T], error) {
	if size := float64(vec.Norm2(r.Weights)); !check.Finite(size) {
		return nil, fmt.Errorf("orth: norm of the weights = %v: %w", size, ErrNotFinite)
	}
	return r, nil
}

// normalEquations checks the input and forms the equations. Where x'*y might underflow or overflow, y is counted in a unit of its size.
func normalEquations[T kernels.Float](x kernels.Matrix[T], y []T, settings *LeastSquaresSettings[T]) (e equations[T], err error) {
	if err := checkMatrix("x", x); err != nil {
		return e, err
	}
	if len(y) != x.Rows {
		return e, fmt.Errorf("orth: len(y) = %d, rows of x = %d: %w", len(y), x.Rows, ErrShape)
	}
	if settings.IterationSettings, err = resolveIteration[T](settings.IterationSettings); err != nil {
		return e, err
	}
	if !(settings.Scale >= 0) || math.IsInf(settings.Scale, 1) {
		return e, fmt.Errorf("orth: LeastSquaresSettings.Scale = %v, want 0 or more and finite: %w", settings.Scale, ErrSetting)
	}
	length := norm(x)
	if !check.Finite(length) {
		return e, fmt.Errorf("orth: norm of x = %v: %w", length, ErrNotFinite)
	}
	sizeY := float64(vec.Norm2(y))
	if !check.Finite(sizeY) {
		return e, fmt.Errorf("orth: norm of y = %v: %w", sizeY, ErrNotFinite)
	}
	if low, high := squarable[T](); sizeY > 0 && !(length*sizeY > low && length*sizeY < high) {
		_, e.exponent = math.Frexp(sizeY)
	}
	e.s, e.right = kernels.NewMatrix[T](x.Cols, x.Cols), make([]T, x.Cols)
	matmul.Syrk(matmul.Full, matmul.Trans, 1, x, 0, e.s)
	for i, v := range y {
		vec.Axpy(T(math.Ldexp(float64(v), -e.exponent)), x.Row(i), e.right)
	}
	size := norm(e.s)
	if !check.Finite(size) {
		return e, fmt.Errorf("orth: norm of x'*x = %v: %w", size, ErrNotFinite)
	}
	if inverse := float64(T(1 / size)); length > 0 && !check.Finite(inverse) {
		return e, fmt.Errorf("orth: norm of x'*x = %v, its inverse %v: %w", size, inverse, ErrNotFinite)
	}
	if size := float64(vec.Norm2(e.right)); !check.Finite(size) {
		return e, fmt.Errorf("orth: norm of x'*y = %v: %w", size, ErrNotFinite)
	}
	return e, nil
}

// startInverse sets m to alpha*s; square is overwritten.
func startInverse[T kernels.Float](m, s, square kernels.Matrix[T], alpha float64) {
	size := norm(s)
	if size == 0 {
		return
	}
	factor, divisor := alpha, 1.0
	if alpha == 0 { // of s/size, whose square does not overflow
		for i := range s.Rows {
			vec.AddScaled(m.Row(i), T(1/size), s.Row(i), 0, s.Row(i))
		}
		matmul.Syrk(matmul.Full, matmul.NoTrans, 1, m, 0, square)
		factor, divisor = 1/(size*norm(square)), size
	}
	for i := range s.Rows {
		row := m.Row(i)
		for j, v := range s.Row(i) {
			row[j] = T(float64(v) * factor / divisor)
		}
	}
}

// multiplyVector sets dst to a*x for a symmetric matrix.
func multiplyVector[T kernels.Float](dst []T, a kernels.Matrix[T], x []T) {
	for i := range dst {
		dst[i] = vec.Dot(a.Row(i), x)
	}
}

// GradientDescent minimises ||x*w - y||^2/2 by w <- w - rate*(S*w - x'*y) from w = 0, with S = x'*x: the baseline for
// [LeastSquares]. It takes about the condition number of S times log(1/tolerance) steps. A rate of 2/lambda_max(S) or
// more is ErrDiverged when it shows.
func GradientDescent[T kernels.Float](ctx context.Context, x kernels.Matrix[T], y []T, settings LeastSquaresSettings[T]) (*LeastSquaresResult[T], error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return nil, err
	}
	e, err := normalEquations(x, y, &settings)
	if err != nil {
		return nil, err
	}
	rate := settings.Scale
	if size := norm(e.s); rate == 0 && size > 0 {
		rate = 1 / size
	}
	result := &LeastSquaresResult[T]{Weights: make([]T, x.Cols)}
	weights, gradient := make([]T, x.Cols), make([]T, x.Cols)
	size := float64(vec.Norm2(e.right))
	r := &result.Report
	for {
		e.inUnits(result.Weights, weights)
		if settings.Each != nil {
			settings.Each(r.Iterations, result.Weights)
		}
		multiplyVector(gradient, e.s, weights)
		vec.Sub(gradient, gradient, e.right)
		r.Residual = 0
		if size > 0 {
			r.Residual = float64(vec.Norm2(gradient)) / size
		}
		if r.Iterations > 0 && settings.Progress != nil {
			settings.Progress(algos.Progress{Done: r.Iterations, Of: settings.MaxIterations, Residual: r.Residual})
		}
		switch err := context.Cause(ctx); {
		case !(r.Residual < divergence):
			return nil, fmt.Errorf("orth: residual %v in step %d with Scale = %v: %w", r.Residual, r.Iterations, rate, ErrDiverged)
		case r.Residual <= settings.Tolerance:
			r.Stopped = algos.Converged
			return inRange(result)
		case err != nil:
			r.Stopped = algos.Cancelled
			return result, fmt.Errorf("orth: %w", err)
		case r.Iterations >= settings.MaxIterations:
			r.Stopped = algos.IterationLimit
			return inRange(result)
		}
		r.Residuals = append(r.Residuals, r.Residual)
		vec.Axpy(T(-rate), gradient, weights)
		r.Iterations++
	}
}

// ErrorSimilarity is the mean cosine between the residual vectors of two algorithms on the same prompts, a row a
// prompt, as in Fu et al. 2024: 1 where their errors are proportional. Rows of zeros count as similarity 1 to each
// other and 0 to anything else. NaN and infinities are ErrNotFinite.
func ErrorSimilarity[T kernels.Float](a, b kernels.Matrix[T]) (float64, error) {
	if err := checkSameShape("a", a, "b", b); err != nil {
		return 0, err
	}
	if a.Rows == 0 {
		return 0, fmt.Errorf("orth: no prompts: %w", ErrShape)
	}
	var sum float64
	for i := range a.Rows {
		x, y := a.Row(i), b.Row(i)
		sizeX, sizeY := float64(vec.Norm2(x)), float64(vec.Norm2(y))
		switch {
		case !check.Finite(sizeX) || !check.Finite(sizeY):
			return 0, fmt.Errorf("orth: norms of row %d of a and b = %v, %v: %w", i, sizeX, sizeY, ErrNotFinite)
		case sizeX == 0 && sizeY == 0:
			sum++
		case sizeX > 0 && sizeY > 0:
			var dot float64
			for j := range x {
				dot += float64(x[j]) / sizeX * (float64(y[j]) / sizeY)
			}
			sum += dot
		}
	}
	return sum / float64(a.Rows), nil
}
