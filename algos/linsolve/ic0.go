package linsolve

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels/sparse"
)

// IC0 is an incomplete Cholesky factorisation: L*L' agrees with A, or with A + Shift*diag(A), wherever A has an entry, and L has none
// elsewhere.
type IC0 struct {
	lower, upper *sparse.Triangular[float64]
	shift        float64
}

// Shifts that NewIC0 tries, each twice the one before.
const (
	firstShift = 1e-3
	lastShift  = 10
)

// NewIC0 factorises a symmetric positive definite matrix, of which it reads the entries on and below the diagonal. Of a matrix that is not
// diagonally dominant the incomplete factorisation may not exist though the matrix is positive definite; then multiples of the diagonal
// are added (Manteuffel 1980), 0.001 at first and then twice as much each time, until it does.
//
// The error wraps ErrNil, ErrNotSquare, or ErrPivot for a diagonal element that is not positive or if no shift below 20 was enough.
func NewIC0(a *sparse.CSR[float64]) (*IC0, error) {
	if err := checkSquare(a); err != nil {
		return nil, err
	}
	for i, d := range a.Diagonal() {
		if !(d > 0) {
			return nil, fmt.Errorf("linsolve: a(%d,%d) = %v: %w", i, i, d, ErrPivot)
		}
	}
	starts, columns, values := lowerPart(a)
	work := make([]float64, len(values))
	for shift := 0.0; ; shift = max(firstShift, 2*shift) {
		copy(work, values)
		row, ok := factorise(starts, columns, work, shift)
		if ok {
			return newIC0(a.Rows(), starts, columns, work, shift)
		}
		if shift >= lastShift {
			return nil, fmt.Errorf("linsolve: row %d with shift %v: %w", row, shift, ErrPivot)
		}
	}
}

func newIC0(n int, starts, columns []int32, values []float64, shift float64) (*IC0, error) {
	l, err := sparse.FromCSR(n, n, starts, columns, values)
	if err != nil {
		return nil, err
	}
	lower, err := sparse.NewLower(l, false)
	if err != nil {
		return nil, err
	}
	upper, err := sparse.NewUpper(l.Transpose(), false)
	if err != nil {
		return nil, err
	}
	return &IC0{lower, upper, shift}, nil
}

// lowerPart copies the entries on and below the diagonal; every row ends with its diagonal element.
func lowerPart(a *sparse.CSR[float64]) (starts, columns []int32, values []float64) {
	starts = []int32{0}
	for i := range a.Rows() {
		rowColumns, rowValues := a.Row(i)
		for k, j := range rowColumns {
			if int(j) <= i {
				columns, values = append(columns, j), append(values, rowValues[k])
			}
		}
		starts = append(starts, int32(len(columns)))
	}
	return starts, columns, values
}

// factorise replaces the lower triangle by its incomplete factor, row by row; it stops at a row whose pivot is not positive.
func factorise(starts, columns []int32, values []float64, shift float64) (row int, ok bool) {
	for i := range len(starts) - 1 {
		begin, last := starts[i], starts[i+1]-1
		pivot := values[last] * (1 + shift)
		for k := begin; k < last; k++ {
			j := columns[k]
			jLast := starts[j+1] - 1
			values[k] = (values[k] - sharedDot(columns, values, begin, k, starts[j], jLast)) / values[jLast]
			pivot -= values[k] * values[k]
		}
		if !positive(pivot) {
			return i, false
		}
		values[last] = math.Sqrt(pivot)
	}
	return 0, true
}

// sharedDot is the dot product of two rows, from entry p to pEnd and from q to qEnd, over the columns that both have.
func sharedDot(columns []int32, values []float64, p, pEnd, q, qEnd int32) (s float64) {
	for p < pEnd && q < qEnd {
		switch {
		case columns[p] < columns[q]:
			p++
		case columns[p] > columns[q]:
			q++
		default:
			s += values[p] * values[q]
			p++
			q++
		}
	}
	return s
}

// Shift is the multiple of the diagonal that was added so that the factor exists, usually 0.
func (c *IC0) Shift() float64 { return c.shift }

// Precondition solves with L and then with L'. It panics if the lengths differ from the rows of the matrix.
func (c *IC0) Precondition(z, r []float64) {
	checkMade("IC0.Precondition", c)
	c.lower.Solve(z, r)
	c.upper.Solve(z, z)
}
