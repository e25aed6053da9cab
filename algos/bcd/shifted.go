package bcd

import (
	"errors"
	"slices"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

func isSingular(err error) bool { return errors.Is(err, coord.ErrSingular) }

// shiftedDiagonal adds a share of itself to each element of the diagonal, which has all its entries.
func shiftedDiagonal(a *sparse.CSR[float64], share float64) *sparse.CSR[float64] {
	return changedDiagonal(a, func(d float64) float64 { return d * (1 + share) })
}

// raisedZeros makes a share of the largest element of the diagonal, or of 1 where that is zero, of the zeros on it.
func raisedZeros(a *sparse.CSR[float64], share float64) *sparse.CSR[float64] {
	diagonal := a.Diagonal()
	if !slices.Contains(diagonal, 0) {
		return a
	}
	most := vec.Max(diagonal)
	if !(share*most > 0) { // zeros, or so small that their share is zero
		most = 1
	}
	return changedDiagonal(a, func(d float64) float64 {
		if d == 0 {
			return share * most
		}
		return d
	})
}

func changedDiagonal(a *sparse.CSR[float64], change func(d float64) float64) *sparse.CSR[float64] {
	values := append([]float64(nil), a.Values()...)
	starts, columns := a.Starts(), a.Columns()
	for i := range a.Rows() {
		for e := starts[i]; e < starts[i+1]; e++ {
			if int(columns[e]) == i {
				values[e] = change(values[e])
			}
		}
	}
	changed, err := a.WithValues(values)
	if err != nil {
		panic(err) // there are as many values as before
	}
	return changed
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
