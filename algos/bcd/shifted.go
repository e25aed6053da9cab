package bcd

import (
	"errors"
	"slices"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

func isSingular(err error) bool { return errors.Is(err, coord.ErrSingular) }

// shiftedDiagonal adds a share of the largest diagonal element, or of 1 where that is zero, to the diagonal, which has all its entries.
func shiftedDiagonal(a *sparse.CSR[float64], share float64) *sparse.CSR[float64] {
	return raised(a, share, func(float64) bool { return true })
}

// raisedZeros is shiftedDiagonal for the zeros on the diagonal alone.
func raisedZeros(a *sparse.CSR[float64], share float64) *sparse.CSR[float64] {
	if !slices.Contains(a.Diagonal(), 0) {
		return a
	}
	return raised(a, share, func(d float64) bool { return d == 0 })
}

// raised adds the share to the elements of the diagonal that are chosen.
func raised(a *sparse.CSR[float64], share float64, chosen func(d float64) bool) *sparse.CSR[float64] {
	values := append([]float64(nil), a.Values()...)
	most := vec.Max(a.Diagonal())
	if !(share*most > 0) { // zeros, or so small that their share is zero
		most = 1
	}
	starts, columns := a.Starts(), a.Columns()
	for i := range a.Rows() {
		for e := starts[i]; e < starts[i+1]; e++ {
			if int(columns[e]) == i && chosen(values[e]) {
				values[e] += share * most
			}
		}
	}
	shifted, err := a.WithValues(values)
	if err != nil {
		panic(err) // there are as many values as before
	}
	return shifted
}

// withDiagonal is the matrix with an entry at every place of the diagonal, zero where there was none.
func withDiagonal(a *sparse.CSR[float64]) (*sparse.CSR[float64], error) {
	var row, column []int32
	var value []float64
	starts, columns := a.Starts(), a.Columns()
	missing := false
	for i := range a.Rows() {
		has := false
		for e := starts[i]; e < starts[i+1]; e++ {
			has = has || int(columns[e]) == i
			row, column, value = append(row, int32(i)), append(column, columns[e]), append(value, a.Values()[e])
		}
		if !has {
			missing = true
			row, column, value = append(row, int32(i)), append(column, int32(i)), append(value, 0)
		}
	}
	if !missing {
		return a, nil
	}
	return sparse.FromCOO(a.Rows(), a.Cols(), row, column, value)
}
