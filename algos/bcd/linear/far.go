package linear

// Sparse columns that lie far from zero have hardly a zero. The formulas by which sparse columns are centred without being made
// dense take a product of means from a mean of products, and of columns whose spread is a ten-millionth of their mean that
// leaves rounding alone. Such columns get other values in the same places: their distances from the mean.

// farFromZero is the variance, as a share of the square of the mean, below which a column is moved: else four digits would be lost.
const farFromZero = 1e-4

// moveFar moves the columns that lie far from zero, and lists them.
func (z *scaled) moveFar() (far []int32, err error) {
	s, ok := z.columns.(*sparseColumns)
	if !ok || !z.intercept {
		return nil, nil
	}
	moved := make([]float64, z.features)
	for j, m := range z.mean {
		if z.inverse[j] == 0 {
			continue
		}
		if spread := z.norm[j] / z.inverse[j] / m; spread*spread < farFromZero && s.full(j, z.u) {
			far = append(far, int32(j))
			moved[j] = m
		}
	}
	if len(far) == 0 {
		return nil, nil
	}
	design := *z.Design
	if design.columns, err = s.less(moved); err != nil {
		return nil, err
	}
	z.Design, z.moved = &design, moved
	return far, nil
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
