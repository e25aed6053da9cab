package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Jacobi is the diagonal of a matrix as a preconditioner.
type Jacobi struct{ inverse []float64 }

// NewJacobi takes the diagonal of a square matrix. The error wraps ErrNotSquare, or ErrPivot for a zero.
func NewJacobi(a *sparse.CSR[float64]) (*Jacobi, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	inverse := a.Diagonal()
	for i, d := range inverse {
		if d == 0 {
			return nil, fmt.Errorf("linsolve: a(%d,%d) = 0: %w", i, i, ErrPivot)
		}
		inverse[i] = 1 / d
	}
	return &Jacobi{inverse}, nil
}

// Precondition sets z to the elements of r divided by those of the diagonal. It panics if the lengths differ from that of the diagonal.
func (j *Jacobi) Precondition(z, r []float64) { vec.Mul(z, j.inverse, r) }

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
