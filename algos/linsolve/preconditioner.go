package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
)

// Preconditioner approximates a matrix by one, M, that is easily solved with.
type Preconditioner interface {
	// Precondition sets z to the solution of M*z = r; the two do not overlap. It must not keep them.
	Precondition(z, r []float64)
}

// sized is a preconditioner that knows the rows of the matrix it was made for: all those of this package.
type sized interface{ rows() int }

// Nil has no rows: a constructor that failed leaves one.
const missing = -1

func (j *Jacobi) rows() int {
	if j == nil {
		return missing
	}
	return len(j.inverse)
}

func (s *SSOR) rows() int {
	if s == nil || s.sweep.a == nil {
		return missing
	}
	return len(s.sweep.diagonal)
}

func (c *IC0) rows() int {
	if c == nil || c.lower == nil {
		return missing
	}
	return c.lower.Rows()
}

func (f *ILU0) rows() int {
	if f == nil || f.lower == nil {
		return missing
	}
	return f.lower.Rows()
}

func (c *Chebyshev) rows() int {
	if c == nil || c.a == nil {
		return missing
	}
	rows, _ := c.a.Size()
	return rows
}

// checkMade panics if p is nil, or was made without its constructor.
func checkMade(function string, p sized) {
	if p.rows() == missing {
		check.Panic("linsolve", function, fmt.Sprintf("the %T is none that a constructor made", p))
	}
}

// checkPreconditioner returns an error for one of this package that is nil or was made for other than n unknowns.
func checkPreconditioner(p Preconditioner, n int) error {
	of, ok := p.(sized)
	if !ok {
		return nil
	}
	switch rows := of.rows(); rows {
	case n:
		return nil
	case missing:
		return fmt.Errorf("linsolve: Settings.Preconditioner is a %T that no constructor made: %w", p, ErrNil)
	default:
		return fmt.Errorf("linsolve: Settings.Preconditioner has %d rows, unknowns = %d: %w", rows, n, ErrShape)
	}
}
