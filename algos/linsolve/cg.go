package linsolve

import (
	"context"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// CG solves A*x = b for a symmetric positive definite A by conjugate gradients, preconditioned if the settings say so. An iteration
// takes one product, one application of the preconditioner and vectors; in exact arithmetic there are no more of them
// than distinct eigenvalues of M^-1 A.
//
// It breaks down with ErrIndefinite or ErrPreconditioner where it meets proof that A or M is not positive definite; a
// matrix that is not symmetric it cannot tell. The error wraps ErrNil, ErrNotSquare, ErrShape, ErrFinite, ErrTolerance or
// ErrSetting; when the context ends first it wraps the context's and comes with the result so far.
func CG(ctx context.Context, a Operator, b []float64, settings Settings) (*Result, error) {
	it, err := newIteration(ctx, a, b, settings, true)
	if err != nil {
		return nil, err
	}
	n := len(b)
	p, ap, z := make([]float64, n), make([]float64, n), make([]float64, n)
	for it.restart(drifted) {
		it.precondition(z, it.r)
		copy(p, z)
		rho := vec.Dot(it.r, z)
		for estimate := it.last; it.next(estimate); estimate = vec.Norm2(it.r) / it.scale {
			if !positive(rho) {
				it.notPositive(rho, ErrPreconditioner)
				break
			}
			it.a.Apply(ap, p)
			curvature := vec.Dot(p, ap)
			if !positive(curvature) {
				it.notPositive(curvature, ErrIndefinite)
				break
			}
			alpha := rho / curvature
			vec.Axpy(alpha, p, it.x)
			vec.Axpy(-alpha, ap, it.r)
			it.precondition(z, it.r)
			before := rho
			rho = vec.Dot(it.r, z)
			vec.AddScaled(p, 1, z, rho/before, p)
		}
	}
	return it.finish()
}

// notPositive breaks down for a number that should be positive: for the reason given, unless it is not finite.
func (it *iteration) notPositive(v float64, reason error) {
	if !check.Finite(v) {
		reason = ErrOverflow
	}
	it.breakdown(reason)
}
