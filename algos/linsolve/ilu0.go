package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// ILU0 is an incomplete LU factorisation: L*U agrees with A wherever A has an entry, and neither factor has one elsewhere.
type ILU0 struct{ lower, upper *sparse.Triangular[float64] }

// NewILU0 factorises a square matrix row by row, without pivoting. The error wraps ErrNil, ErrNotSquare, or ErrPivot for a pivot that is zero, not
// finite or missing.
func NewILU0(a *sparse.CSR[float64]) (*ILU0, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	n := a.Rows()
	starts, columns, values := a.Starts(), a.Columns(), append([]float64(nil), a.Values()...)
	diagonal := make([]int32, n) // entries
	place := make([]int32, n)    // of the row at hand by column, -1 where it has none
	for j := range place {
		place[j] = -1
	}
	for i := range n {
		begin, end := starts[i], starts[i+1]
		for k := begin; k < end; k++ {
			place[columns[k]] = k
		}
		k := begin
		for ; k < end && int(columns[k]) < i; k++ {
			j := columns[k]
			factor := values[k] / values[diagonal[j]]
			values[k] = factor
			for m := diagonal[j] + 1; m < starts[j+1]; m++ {
				if at := place[columns[m]]; at >= 0 {
					values[at] -= factor * values[m]
				}
			}
		}
		if k == end || int(columns[k]) != i || values[k] == 0 || !check.Finite(values[k]) {
			return nil, fmt.Errorf("linsolve: row %d: %w", i, ErrPivot)
		}
		diagonal[i] = k
		for k := begin; k < end; k++ {
			place[columns[k]] = -1
		}
	}
	factors, err := a.WithValues(values)
	if err != nil {
		return nil, err
	}
	lower, err := sparse.NewLower(factors, true)
	if err != nil {
		return nil, err
	}
	upper, err := sparse.NewUpper(factors, false)
	if err != nil {
		return nil, err
	}
	return &ILU0{lower, upper}, nil
}

// Precondition solves with L and then with U. It panics if the lengths differ from the rows of the matrix.
func (f *ILU0) Precondition(z, r []float64) {
	checkMade("ILU0.Precondition", f)
	f.lower.Solve(z, r)
	f.upper.Solve(z, z)
}
