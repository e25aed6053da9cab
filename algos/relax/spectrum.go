package relax

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// The power method ends when the vector is an eigenvector to within so much, or after so many rounds.
const (
	eigenvectorTolerance = 1e-7
	mostPowers           = 100000
)

// JacobiRadius is the spectral radius of Jacobi's method, I - D^-1*A, for a symmetric A with a positive diagonal: the beta of [BestOmega]. It is
// found by the power method on the square of D^-1/2*(D - A)*D^-1/2, and right to 7 digits, usually to 14: the error is of
// order 1e-14 over the relative gap to the next eigenvalue. On a grid of n x n points it takes about n^2 products. Symmetry is not
// checked.
//
// The error wraps ErrNil, ErrMatrix for a matrix that is not square, not finite or has a diagonal element that is not positive, ErrUnsolved
// after 200000 products, or that of a context that ended.
func JacobiRadius(ctx context.Context, a *sparse.CSR[float64]) (beta float64, err error) {
	if err := check.Context("relax", ctx, ErrNil); err != nil {
		return 0, err
	}
	roots, err := rootsOfDiagonal(a)
	if err != nil {
		return 0, err
	}
	n := a.Rows()
	v, w, u := make([]float64, n), make([]float64, n), make([]float64, n)
	fill(v)
	apply := func(y, x []float64) { // y = x - D^-1/2*A*D^-1/2*x
		vec.Div(u, x, roots)
		a.MulVec(1, u, 0, y)
		vec.Div(y, y, roots)
		vec.Sub(y, x, y)
	}
	z := make([]float64, n)
	for range mostPowers {
		if ctx.Err() != nil {
			return 0, fmt.Errorf("relax: %w", context.Cause(ctx))
		}
		apply(w, v)
		apply(z, w)
		square := vec.Dot(v, z) // of the eigenvalue; v has length 1
		norm := vec.Norm2(z)
		if norm == 0 {
			return 0, nil
		}
		vec.Axpy(-square, v, z)
		if left := vec.Norm2(z); left <= eigenvectorTolerance*square {
			return math.Sqrt(square), nil
		}
		vec.Axpy(square, v, z)
		clear(v)
		vec.Axpy(1/norm, z, v)
	}
	return 0, fmt.Errorf("relax: JacobiRadius: power method: %w", ErrUnsolved)
}

// fill sets x to a vector of length 1 with positive elements, as the eigenvector has of a matrix without positive elements off its diagonal.
func fill(x []float64) {
	random := rand.New(rand.NewPCG(1, 0))
	for i := range x {
		x[i] = 1 + random.Float64()
	}
	vec.Scale(1/vec.Norm2(x), x)
}

// rootsOfDiagonal checks a matrix; the power method would go on with NaN to its last round.
func rootsOfDiagonal(a *sparse.CSR[float64]) ([]float64, error) {
	if a == nil {
		return nil, fmt.Errorf("relax: a: %w", ErrNil)
	}
	if a.Rows() != a.Cols() || a.Rows() == 0 {
		return nil, fmt.Errorf("relax: a is %d x %d: %w", a.Rows(), a.Cols(), ErrMatrix)
	}
	for k, v := range a.Values() {
		if !check.Finite(v) {
			return nil, fmt.Errorf("relax: entry %d of a = %v: %w", k, v, ErrMatrix)
		}
	}
	roots := a.Diagonal()
	for i, d := range roots {
		if !(d > 0) {
			return nil, fmt.Errorf("relax: a(%d,%d) = %v: %w", i, i, d, ErrMatrix)
		}
		roots[i] = math.Sqrt(d)
	}
	return roots, nil
}

// NonNormality is how far successive over-relaxation of a symmetric positive definite A is from its asymptotic rate after so many sweeps,
//
//	tau = (|C^sweeps|^(1/sweeps) - rho) / (1 - rho)
//
// where C takes a residual to that after a sweep, |.| is the spectral norm and rho its spectral radius for omega and beta; 0 would be a normal
// matrix. The Tau of [Surrogate] is the largest over the parameters in question, each with about as many sweeps as it takes less
// one. The norm is found by the power method to about 1e-6, with a few dozen times as many sweeps forth and back: for small
// matrices. Symmetry is not checked.
//
// The error wraps ErrNil, ErrMatrix, ErrSetting for an omega or beta that has no spectral radius or no sweeps, or that of a context that ended.
func NonNormality(ctx context.Context, a *sparse.CSR[float64], beta, omega float64, sweeps int) (tau float64, err error) {
	if err := check.Context("relax", ctx, ErrNil); err != nil {
		return 0, err
	}
	if _, err := rootsOfDiagonal(a); err != nil {
		return 0, err
	}
	rho := SpectralRadius(omega, beta)
	if math.IsNaN(rho) || sweeps < 1 {
		return 0, fmt.Errorf("relax: beta = %v, omega = %v, sweeps = %d, want a spectral radius and 1 sweep or more: %w", beta, omega, sweeps, ErrSetting)
	}
	s := sweepMatrix{a, a.Diagonal(), omega}
	v := make([]float64, a.Rows())
	fill(v)
	norm := 0.0
	for range mostTransposed {
		if ctx.Err() != nil {
			return 0, fmt.Errorf("relax: %w", context.Cause(ctx))
		}
		for range sweeps {
			s.transposed(v)
		}
		for range sweeps {
			s.apply(v)
		}
		before := norm
		norm = vec.Norm2(v) // of C^k*C'^k, in the end
		if norm == 0 {
			break
		}
		vec.Scale(1/norm, v)
		if math.Abs(norm-before) <= 1e-9*norm {
			break
		}
	}
	return (math.Pow(math.Sqrt(norm), 1/float64(sweeps)) - rho) / (1 - rho), nil
}

// mostTransposed rounds of the power method for a norm.
const mostTransposed = 1000

// sweepMatrix is C = N*M^-1 with M = D/omega + L and N = M - A = (1/omega - 1)*D - U, for A = L + D + U.
type sweepMatrix struct {
	a        *sparse.CSR[float64]
	diagonal []float64
	omega    float64
}

// apply replaces x by C*x.
func (s sweepMatrix) apply(x []float64) {
	for i := range x { // M^-1
		columns, values := s.a.Row(i)
		for k := 0; k < len(columns) && int(columns[k]) < i; k++ {
			x[i] -= values[k] * x[columns[k]]
		}
		x[i] *= s.omega / s.diagonal[i]
	}
	for i := range x { // N; what is above has not been replaced yet
		columns, values := s.a.Row(i)
		x[i] *= (1/s.omega - 1) * s.diagonal[i]
		for k := len(columns) - 1; k >= 0 && int(columns[k]) > i; k-- {
			x[i] -= values[k] * x[columns[k]]
		}
	}
}

// transposed replaces x by C'*x = M'^-1 * N' * x, with the rows of a symmetric A as its columns.
func (s sweepMatrix) transposed(x []float64) {
	for i := len(x) - 1; i >= 0; i-- { // N'; what is below has not been replaced yet
		columns, values := s.a.Row(i)
		x[i] *= (1/s.omega - 1) * s.diagonal[i]
		for k := 0; k < len(columns) && int(columns[k]) < i; k++ {
			x[i] -= values[k] * x[columns[k]]
		}
	}
	for i := len(x) - 1; i >= 0; i-- { // M'^-1
		columns, values := s.a.Row(i)
		for k := len(columns) - 1; k >= 0 && int(columns[k]) > i; k-- {
			x[i] -= values[k] * x[columns[k]]
		}
		x[i] *= s.omega / s.diagonal[i]
	}
}
