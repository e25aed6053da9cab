package sparse

import (
	"slices"

	"github.com/raphson-go/raphson/kernels"
)

// slabs is a matrix in slabs of neighbouring rows, those of a range of rows following each other. Slab s has
// starts[s+1]-starts[s] columns, for each of which there is a value for every row.
type slabs[T kernels.Float] struct {
	first   []int // number of the first slab of each range, and of all slabs
	starts  []int32
	columns []int32
	values  []T
}

func newSlabs[T kernels.Float](a *CSR[T], ranges []span) (*slabs[T], error) {
	n := slabRowsOf[T]()
	s := &slabs[T]{first: []int{0}, starts: []int32{0}}
	for _, r := range ranges {
		for begin := int(r.begin); begin < int(r.end); begin += n {
			s.add(a, begin, min(begin+n, int(r.end)), n)
			if err := checkPadding(a, FormatSlabs, s.bytes()); err != nil {
				return nil, err
			}
		}
		s.first = append(s.first, len(s.starts)-1)
	}
	return s, nil
}

// add adds the slab of the rows from begin to end: their columns, joined in ascending order.
func (s *slabs[T]) add(a *CSR[T], begin, end, n int) {
	next := slices.Clone(a.starts[begin:end])
	for {
		column := int32(-1)
		for r, at := range next {
			if at < a.starts[begin+r+1] && (column < 0 || a.columns[at] < column) {
				column = a.columns[at]
			}
		}
		if column < 0 {
			break
		}
		s.columns = append(s.columns, column)
		for r := range n {
			value := T(0)
			if r < len(next) && next[r] < a.starts[begin+r+1] && a.columns[next[r]] == column {
				value = a.values[next[r]]
				next[r]++
			}
			s.values = append(s.values, value)
		}
	}
	s.starts = append(s.starts, int32(len(s.columns)))
}

func (s *slabs[T]) bytes() int { return bytesOf(s.starts) + bytesOf(s.columns) + bytesOf(s.values) }

// multiply sets y to the product with a range of rows. check is 0 or, if a sum is not finite, NaN.
func (s *slabs[T]) multiply(y, x []T, part int) (check T) {
	n := slabRowsOf[T]()
	whole := len(y) / n
	begin, end := s.first[part], s.first[part+1]
	check = s.rows(y[:whole*n], x, begin, begin+whole)
	if begin+whole < end {
		var rest [16]T
		check += s.rows(rest[:n], x, begin+whole, end)
		copy(y[whole*n:], rest[:])
	}
	return check
}

// rows multiplies the slabs from begin to end.
func (s *slabs[T]) rows(y, x []T, begin, end int) (check T) {
	n, from, to := slabRowsOf[T](), int(s.starts[begin]), int(s.starts[end])
	return slabRows(y, s.starts[begin:end+1], s.columns[from:to], s.values[from*n:to*n], x, far(s.bytes()))
}
