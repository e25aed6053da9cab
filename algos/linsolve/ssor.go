package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// SSOR is a forward and a backward sweep of over-relaxation as a preconditioner: with A = L + D + U, strictly lower, diagonal and strictly
// upper,
//
//	M = omega/(2-omega) * (D/omega + L) * D^-1 * (D/omega + U)
//
// which is symmetric positive definite if A is and 0 < omega < 2.
type SSOR struct {
	lower, upper *sparse.Triangular[float64]
	diagonal     []float64 // of D, times (2-omega)/omega
}

// NewSSOR prepares the sweeps; omega = 1 is symmetric Gauss-Seidel. The error wraps ErrNotSquare, ErrSetting unless 0 < omega < 2, or
// ErrPivot for a zero on the diagonal.
func NewSSOR(a *sparse.CSR[float64], omega float64) (*SSOR, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	if !(omega > 0 && omega < 2) {
		return nil, fmt.Errorf("linsolve: omega = %v: %w", omega, ErrSetting)
	}
	values := append([]float64(nil), a.Values()...)
	starts, columns := a.Starts(), a.Columns()
	for i := range a.Rows() {
		for k := starts[i]; k < starts[i+1]; k++ {
			if int(columns[k]) == i {
				values[k] /= omega
			}
		}
	}
	relaxed, err := a.WithValues(values)
	if err != nil {
		return nil, err
	}
	lower, err := sparse.NewLower(relaxed, false)
	if err != nil {
		return nil, fmt.Errorf("linsolve: %w: %w", ErrPivot, err)
	}
	upper, err := sparse.NewUpper(relaxed, false)
	if err != nil {
		return nil, fmt.Errorf("linsolve: %w: %w", ErrPivot, err)
	}
	diagonal := a.Diagonal()
	vec.Scale((2-omega)/omega, diagonal)
	return &SSOR{lower, upper, diagonal}, nil
}

// Precondition solves with M by a sweep forward and one backward. It panics if the lengths differ from the rows of the matrix.
func (s *SSOR) Precondition(z, r []float64) {
	s.lower.Solve(z, r)
	vec.Mul(z, z, s.diagonal)
	s.upper.Solve(z, z)
}
