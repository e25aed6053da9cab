package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// SSOR is a forward and a backward sweep of over-relaxation as a preconditioner: with A = L + D + U, strictly lower, diagonal and strictly
// upper,
//
//	M = omega/(2-omega) * (D/omega + L) * D^-1 * (D/omega + U)
//
// which is symmetric positive definite if A is and 0 < omega < 2. Most matrices are swept through where they are; triangles are
// prepared only of those whose rows can be split across workers.
type SSOR struct {
	sweep        rowSweep
	omega        float64
	lower, upper *sparse.Triangular[float64] // nil where sweeps are not split
	scale        []float64                   // with them: of D, times (2-omega)/omega
}

// splitWork is how many entries and rows the rows that do not depend on each other must have, on average, for triangles to
// be worth their preparation: that which sparse.Triangular asks for, which splits nothing else.
const splitWork = 1 << 14

// NewSSOR prepares the sweeps; omega = 1 is symmetric Gauss-Seidel. It keeps a, whose values must not change. The error wraps
// ErrNil, ErrNotSquare, ErrSetting unless 0 < omega < 2, or ErrPivot for a zero on the diagonal, or an element that is not
// finite or whose inverse is not.
func NewSSOR(a *sparse.CSR[float64], omega float64) (*SSOR, error) {
	s := new(SSOR)
	if err := s.Reset(a, omega); err != nil {
		return nil, err
	}
	return s, nil
}

// Reset takes another matrix or another omega, or both, in the memory at hand: for a sequence of systems. If a shares its indices with the
// matrix before, as one of its method WithValues does, it is not inspected again. Errors are those of [NewSSOR]; after one s is as it was.
func (s *SSOR) Reset(a *sparse.CSR[float64], omega float64) error {
	if err := checkSquare(a); err != nil {
		return err
	}
	if err := checkOmega("omega", omega); err != nil {
		return err
	}
	same := s.sweep.a != nil && sameIndices(s.sweep.a, a)
	if !same || s.lower != nil {
		sweep, err := newRowSweep(a, omega)
		if err != nil {
			return err
		}
		lower, upper, err := triangles(a, omega)
		if err != nil {
			return err
		}
		s.sweep, s.lower, s.upper = sweep, lower, upper
	} else if err := s.sweep.reset(a, omega); err != nil {
		return err
	}
	s.omega, s.scale = omega, nil
	if s.lower != nil {
		s.scale = a.Diagonal()
		vec.Scale((2-omega)/omega, s.scale)
	}
	return nil
}

// sameIndices reports whether two matrices of as many rows have the same arrays of indices.
func sameIndices(a, b *sparse.CSR[float64]) bool {
	return a.Rows() == b.Rows() && len(a.Columns()) == len(b.Columns()) && len(a.Columns()) > 0 &&
		&a.Columns()[0] == &b.Columns()[0] && &a.Starts()[0] == &b.Starts()[0]
}

// triangles are D/omega + L and D/omega + U, or nil if solving with them would not be split.
func triangles(a *sparse.CSR[float64], omega float64) (lower, upper *sparse.Triangular[float64], err error) {
	if len(a.Values())/2+a.Rows() < splitWork {
		return nil, nil, nil
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
		return nil, nil, err
	}
	lower, err = sparse.NewLower(relaxed, false)
	if err != nil {
		return nil, nil, fmt.Errorf("linsolve: %w: %w", ErrPivot, err)
	}
	if (len(values)/2+a.Rows())/lower.Levels() < splitWork {
		return nil, nil, nil
	}
	upper, err = sparse.NewUpper(relaxed, false)
	if err != nil {
		return nil, nil, fmt.Errorf("linsolve: %w: %w", ErrPivot, err)
	}
	return lower, upper, nil
}

// Precondition solves with M by a sweep forward and one backward. It panics if the lengths differ from the rows of the matrix.
func (s *SSOR) Precondition(z, r []float64) {
	checkMade("SSOR.Precondition", s)
	check.Dimension("linsolve", "SSOR.Precondition", "len(z)", len(z), "rows", s.sweep.a.Rows())
	check.Dimension("linsolve", "SSOR.Precondition", "len(r)", len(r), "rows", s.sweep.a.Rows())
	if s.lower != nil {
		s.lower.Solve(z, r)
		vec.Mul(z, z, s.scale)
		s.upper.Solve(z, z)
		return
	}
	s.sweep.forward(z, r)
	s.sweep.backward(z, 2-s.omega)
}
