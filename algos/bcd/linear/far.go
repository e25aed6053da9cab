package linear

import (
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Columns that lie far from zero lose digits where a product of means is taken from a mean of products: of columns whose spread is a
// ten-millionth of their mean rounding alone is left of such a Gram matrix, and half of the digits of such correlations. Sparse columns like that
// have hardly a zero. They all get other values in the same places, their distances from the mean; for dense ones, scikit-learn and glmnet do that
// always.

// The variance, as a share of the square of the mean, below which a column is moved: else four digits would be lost. The Gram matrix of dense
// columns is formed of their distances from the mean anyway.
const (
	farFromZero      = 1e-4
	denseFarFromZero = 1e-8
)

// moveFar moves the columns that lie far from zero, and lists them.
func (z *scaled) moveFar() (far []int32, err error) {
	if !z.intercept {
		return nil, nil
	}
	s, thin := z.columns.(*sparseColumns)
	share := denseFarFromZero
	if thin {
		share = farFromZero
	}
	moved := make([]float64, z.features)
	for j, m := range z.mean {
		if z.inverse[j] == 0 {
			continue
		}
		if spread := z.norm[j] / z.inverse[j] / m; spread*spread < share && (!thin || s.full(j, z.u)) {
			far = append(far, int32(j))
			moved[j] = m
		}
	}
	if len(far) == 0 {
		return nil, nil
	}
	design := *z.Design
	if thin {
		if design.columns, err = s.less(moved); err != nil {
			return nil, err
		}
	} else {
		d := z.columns.(*denseColumns).less(moved)
		design.columns, design.dense = d, d.t
	}
	z.Design, z.moved = &design, moved
	return far, nil
}

// less is the columns with a number of its own taken from every element of each. They have been looked at.
func (d *denseColumns) less(offset []float64) *denseColumns {
	p := d.t.Rows
	moved := &denseColumns{t: kernels.NewMatrix[float64](p, d.t.Cols), sums: make([]float64, p), squares: make([]float64, p), bad: -1}
	kernels.Parallel(blocks(p), func(b int) {
		for j := b * blockColumns; j < min((b+1)*blockColumns, p); j++ {
			row, m := moved.t.Row(j), offset[j]
			copy(row, d.t.Row(j))
			if moved.sums[j], moved.squares[j] = d.sums[j], d.squares[j]; m == 0 {
				continue
			}
			for i := range row {
				row[i] -= m
			}
			moved.sums[j], moved.squares[j] = vec.Sum(row), vec.SumSquares(row)
		}
	})
	return moved
}

// full reports whether all samples that have a weight have an entry in a column.
func (s *sparseColumns) full(j int, u []float64) bool {
	index, _ := s.t.Row(j)
	at := 0
	for i, w := range u {
		if at < len(index) && int(index[at]) == i {
			at++
		} else if w > 0 {
			return false
		}
	}
	return true
}

// less is the columns with a number of its own taken from every entry of each.
func (s *sparseColumns) less(offset []float64) (*sparseColumns, error) {
	values := make([]float64, s.x.Len())
	for k, j := range s.x.Columns() {
		values[k] = s.x.Values()[k] - offset[j]
	}
	x, err := s.x.WithValues(values)
	if err != nil {
		return nil, err
	}
	return &sparseColumns{x: x, t: x.Transpose()}, nil
}
