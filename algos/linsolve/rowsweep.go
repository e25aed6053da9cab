package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels/sparse"
)

// rowSweep goes through the rows of a matrix A = L + D + U in their order, with a relaxation. An element needs the one before it at
// once, so a sweep takes as long as that chain; the rest of a row is off it.
type rowSweep struct {
	a        *sparse.CSR[float64]
	omega    float64
	diagonal []int32   // where in the values the diagonal elements are
	factor   []float64 // omega / D
}

// newRowSweep finds the diagonal. The error wraps ErrPivot for an element that cannot be divided by.
func newRowSweep(a *sparse.CSR[float64], omega float64) (rowSweep, error) {
	s := rowSweep{diagonal: make([]int32, a.Rows()), factor: make([]float64, a.Rows())}
	for i := range s.diagonal {
		columns, _ := a.Row(i)
		k := 0
		for k < len(columns) && int(columns[k]) < i {
			k++
		}
		if k == len(columns) || int(columns[k]) != i {
			return s, fmt.Errorf("linsolve: a(%d,%d) = 0: %w", i, i, ErrPivot)
		}
		s.diagonal[i] = a.Starts()[i] + int32(k)
	}
	return s, s.reset(a, omega)
}

// reset takes a matrix with the same indices, and another relaxation. After an error s is as it was.
func (s *rowSweep) reset(a *sparse.CSR[float64], omega float64) error {
	values := a.Values()
	for i, k := range s.diagonal {
		if err := checkPivot(i, values[k]); err != nil {
			return err
		}
	}
	for i, k := range s.diagonal {
		s.factor[i] = omega / values[k]
	}
	s.a, s.omega = a, omega
	return nil
}

// forward solves (D/omega + L)*d = r. d may be r.
func (s *rowSweep) forward(d, r []float64) {
	starts, columns, values := s.a.Starts(), s.a.Columns(), s.a.Values()
	for i, middle := range s.diagonal {
		begin := starts[i]
		rowValues := values[begin:middle]
		sum := r[i]
		for k, j := range columns[begin:middle] {
			sum -= rowValues[k] * d[j]
		}
		d[i] = s.factor[i] * sum
	}
}

// backward replaces d by the solution z of (D/omega + U)*z = scale*D*d/omega.
func (s *rowSweep) backward(d []float64, scale float64) {
	starts, columns, values := s.a.Starts(), s.a.Columns(), s.a.Values()
	for i := len(d) - 1; i >= 0; i-- {
		begin, end := s.diagonal[i]+1, starts[i+1]
		rowValues := values[begin:end]
		sum := 0.0
		for k, j := range columns[begin:end] {
			sum += rowValues[k] * d[j]
		}
		d[i] = scale*d[i] - s.factor[i]*sum
	}
}

// residual sets r to that after a sweep which has moved x by d, the solution of (D/omega + L)*d = r: it was r, and is
//
//	r - A*d = (D/omega + L - A)*d = (1/omega - 1)*D*d - U*d
//
// so half of the matrix is multiplied with instead of all of it.
func (s *rowSweep) residual(r, d []float64) {
	starts, columns, values := s.a.Starts(), s.a.Columns(), s.a.Values()
	rest := 1/s.omega - 1
	for i, middle := range s.diagonal {
		begin, end := middle+1, starts[i+1]
		rowValues := values[begin:end]
		sum := rest * values[middle] * d[i]
		for k, j := range columns[begin:end] {
			sum -= rowValues[k] * d[j]
		}
		r[i] = sum
	}
}
