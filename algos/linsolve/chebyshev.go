package linsolve

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Chebyshev is a polynomial in a symmetric positive definite matrix as a preconditioner: that which is nearest to the inverse, in the
// relative sense, on an interval of eigenvalues. It takes nothing but products, so everything in it is split across workers.
type Chebyshev struct {
	a         Operator
	low, high float64
	degree    int
}

// ChebyshevSettings of the polynomial; the zero value works.
type ChebyshevSettings struct {
	// Degree is the number of products with A; zero takes 4.
	Degree int
	// Low and High bound the eigenvalues of A that the polynomial is made for. High must not be less than the largest: zero takes a
	// bound from a few Lanczos steps. Eigenvalues below Low are left to the method that is preconditioned: zero takes High/30.
	Low, High float64
}

const (
	defaultDegree = 4
	defaultSpread = 30
	lanczosSteps  = 12
)

// NewChebyshev makes the polynomial. The error wraps ErrNil, ErrNotSquare, ErrSetting unless 0 < Low < High, ErrPivot if the bound found
// for the eigenvalues is not positive, or the error of a context that ended.
func NewChebyshev(ctx context.Context, a Operator, settings ChebyshevSettings) (*Chebyshev, error) {
	if err := check.Context("linsolve", ctx, ErrNil); err != nil {
		return nil, err
	}
	if a == nil {
		return nil, fmt.Errorf("linsolve: operator: %w", ErrNil)
	}
	if rows, cols := a.Size(); rows != cols {
		return nil, fmt.Errorf("linsolve: operator is %d x %d: %w", rows, cols, ErrNotSquare)
	}
	if settings.Degree < 0 {
		return nil, fmt.Errorf("linsolve: ChebyshevSettings.Degree = %d, want 0 or more: %w", settings.Degree, ErrSetting)
	}
	if settings.Degree == 0 {
		settings.Degree = defaultDegree
	}
	if settings.High == 0 {
		bound, err := largestEigenvalue(ctx, a)
		if err != nil {
			return nil, err
		}
		if !positive(bound) {
			return nil, fmt.Errorf("linsolve: bound of the eigenvalues = %v: %w", bound, ErrPivot)
		}
		settings.High = bound
	}
	if settings.Low == 0 {
		settings.Low = settings.High / defaultSpread
	}
	if !positive(settings.High) || !(settings.Low > 0 && settings.Low < settings.High) {
		return nil, fmt.Errorf("linsolve: ChebyshevSettings.Low = %v, High = %v, want both above 0 and finite and the first one below: %w", settings.Low, settings.High, ErrSetting)
	}
	return &Chebyshev{a, settings.Low, settings.High, settings.Degree}, nil
}

// Interval is the eigenvalues that the polynomial is made for.
func (c *Chebyshev) Interval() (low, high float64) { return c.low, c.high }

// Precondition applies the polynomial to r, by Chebyshev's iteration from zero (Saad 2003, algorithm 12.1). It panics if the lengths differ
// from the rows of the operator. It may be called from many goroutines if the operator may.
func (c *Chebyshev) Precondition(z, r []float64) {
	checkMade("Chebyshev.Precondition", c)
	n, _ := c.a.Size()
	rest, step, product := scratch.Get[float64](n), scratch.Get[float64](n), scratch.Get[float64](n)
	centre, half := (c.high+c.low)/2, (c.high-c.low)/2
	sigma := centre / half
	rho := 1 / sigma
	copy(rest.Data, r)
	clear(step.Data)
	vec.Axpy(1/centre, r, step.Data)
	clear(z)
	for k := range c.degree {
		vec.Axpy(1, step.Data, z)
		if k == c.degree-1 {
			break
		}
		c.a.Apply(product.Data, step.Data)
		vec.Axpy(-1, product.Data, rest.Data)
		next := 1 / (2*sigma - rho)
		vec.AddScaled(step.Data, next*rho, step.Data, 2*next/half, rest.Data)
		rho = next
	}
	rest.Release()
	step.Release()
	product.Release()
}
