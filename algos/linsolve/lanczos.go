package linsolve

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// largestEigenvalue is a bound from above of the eigenvalues of a symmetric operator: the largest of a few Lanczos steps plus the norm of the
// vector left over. That the starting vector is nearly orthogonal to the largest eigenvector, and the bound wrong, is
// possible and unlikely (Zhou and Li, Bounding the spectrum of large Hermitian matrices, 2011).
func largestEigenvalue(ctx context.Context, a Operator) (bound float64, err error) {
	n, _ := a.Size()
	if n == 0 {
		return 1, nil // any bound holds
	}
	v, before, w := make([]float64, n), make([]float64, n), make([]float64, n)
	fillSigns(v)
	normalise(v)
	var alphas, betas []float64
	beta := 0.0
	for range min(lanczosSteps, n) {
		if ctx.Err() != nil {
			return 0, fmt.Errorf("linsolve: %w", context.Cause(ctx))
		}
		a.Apply(w, v)
		vec.Axpy(-beta, before, w)
		alpha := vec.Dot(w, v)
		vec.Axpy(-alpha, v, w)
		beta = normalise(w)
		alphas, betas = append(alphas, alpha), append(betas, beta)
		if beta == 0 || !check.Finite(beta) {
			break
		}
		v, before, w = w, v, before
	}
	return largestOfTridiagonal(alphas, betas) + beta, nil
}

// fillSigns sets x to numbers of magnitude between 1 and 2 and signs without a pattern, the same in every run.
func fillSigns(x []float64) {
	state := uint64(0x9e3779b97f4a7c15)
	for i := range x {
		state ^= state << 13 // Marsaglia's xorshift
		state ^= state >> 7
		state ^= state << 17
		x[i] = math.Copysign(1+float64(state>>12)/(1<<52), float64(int64(state<<52)))
	}
}

// largestOfTridiagonal is the largest eigenvalue of the symmetric matrix with the given diagonal and, beside it, betas, of which the last
// does not count: bisection on the number of negative pivots.
func largestOfTridiagonal(alphas, betas []float64) float64 {
	low, high := math.Inf(-1), math.Inf(-1)
	for k, alpha := range alphas {
		radius := 0.0
		if k > 0 {
			radius += betas[k-1]
		}
		if k < len(alphas)-1 {
			radius += betas[k]
		}
		low, high = max(low, alpha), max(high, alpha+radius)
	}
	allBelow := func(x float64) bool { // x*I - T is positive definite
		pivot := 1.0
		for k, alpha := range alphas {
			next := x - alpha
			if k > 0 {
				next -= betas[k-1] / pivot * betas[k-1]
			}
			if !(next > 0) {
				return false
			}
			pivot = next
		}
		return true
	}
	for high-low > 1e-10*max(math.Abs(low), math.Abs(high)) {
		middle := low + (high-low)/2
		if middle == low { // around zero, where relative accuracy takes all there is
			break
		}
		if allBelow(middle) {
			high = middle
		} else {
			low = middle
		}
	}
	return high
}
