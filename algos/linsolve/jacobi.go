package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Jacobi is the diagonal of a matrix as a preconditioner.
type Jacobi struct{ inverse []float64 }

// NewJacobi takes the diagonal of a square matrix. The error wraps ErrNil, ErrNotSquare, or ErrPivot for an element that is zero, or not finite, or whose inverse is not.
func NewJacobi(a *sparse.CSR[float64]) (*Jacobi, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	inverse := a.Diagonal()
	for i, d := range inverse {
		if err := checkPivot(i, d); err != nil {
			return nil, err
		}
		inverse[i] = 1 / d
	}
	return &Jacobi{inverse}, nil
}

// Precondition sets z to the elements of r divided by those of the diagonal. It panics if the lengths differ from that of the diagonal.
func (j *Jacobi) Precondition(z, r []float64) {
	checkMade("Jacobi.Precondition", j)
	vec.Mul(z, j.inverse, r)
}

// checkSquare is for the constructors of preconditioners.
func checkSquare(a *sparse.CSR[float64]) error {
	if a == nil {
		return fmt.Errorf("linsolve: a: %w", ErrNil)
	}
	if a.Rows() != a.Cols() {
		return fmt.Errorf("linsolve: a is %d x %d: %w", a.Rows(), a.Cols(), ErrNotSquare)
	}
	return nil
}

// checkPivot asks for a diagonal element that can be divided by.
func checkPivot(i int, d float64) error {
	if !check.Finite(d) || !check.Finite(1/d) {
		return fmt.Errorf("linsolve: a(%d,%d) = %v: %w", i, i, d, ErrPivot)
	}
	return nil
}
