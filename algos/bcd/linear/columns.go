package linear

import (
	"slices"
	"sync"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// blockColumns is how many columns one part of a parallel pass has.
const blockColumns = 64

func blocks(n int) int { return (n + blockColumns - 1) / blockColumns }

// denseColumns has the features as rows, and their sums and sums of squares once they have been looked at.
type denseColumns struct {
	t             kernels.Matrix[float64]
	once          sync.Once
	sums, squares []float64
	bad           int // a column with a NaN or an infinity, or -1
}

// look goes through the columns for the first time: what is then done with each, visit does while it is in the cache. It reports
// whether it did.
func (d *denseColumns) look(visit func(j int)) (visited bool) {
	d.once.Do(func() {
		visited = visit != nil
		d.sums, d.squares, d.bad = make([]float64, d.t.Rows), make([]float64, d.t.Rows), -1
		bad := make([]int, blocks(d.t.Rows))
		kernels.Parallel(len(bad), func(b int) {
			bad[b] = -1
			for j := b * blockColumns; j < min((b+1)*blockColumns, d.t.Rows); j++ {
				x := d.t.Row(j)
				d.sums[j], d.squares[j] = vec.Sum(x), vec.SumSquares(x)
				// Squares may overflow where all elements are finite.
				if bad[b] < 0 && !check.Finite(d.squares[j]) && slices.ContainsFunc(x, func(v float64) bool { return !check.Finite(v) }) {
					bad[b] = j
				}
				if visited {
					visit(j)
				}
			}
		})
		for _, j := range bad {
			if j >= 0 && d.bad < 0 {
				d.bad = j
			}
		}
	})
	return visited
}

func (d *denseColumns) dot(j int, v []float64) float64     { return vec.Dot(d.t.Row(j), v) }
func (d *denseColumns) axpy(a float64, j int, v []float64) { vec.Axpy(a, d.t.Row(j), v) }

func (d *denseColumns) axpyWeighted(a float64, j int, u, v []float64) {
	for i, x := range d.t.Row(j) {
		v[i] += a * u[i] * x
	}
}

func (d *denseColumns) moments(j int, u []float64) (m, s float64) {
	if u == nil {
		return d.sums[j], d.squares[j]
	}
	for i, v := range d.t.Row(j) {
		m += u[i] * v
		s += u[i] * v * v
	}
	return m, s
}

func (d *denseColumns) centred(j int, u []float64, m float64) (s float64) {
	for i, v := range d.t.Row(j) {
		if u == nil {
			s += (v - m) * (v - m)
		} else {
			s += u[i] * (v - m) * (v - m)
		}
	}
	return s
}

// sparseColumns has the matrix by samples, x, and by features, t.
type sparseColumns struct{ x, t *sparse.CSR[float64] }

func (s *sparseColumns) dot(j int, v []float64) float64 {
	index, x := s.t.Row(j)
	return vec.GatherDot(x, index, v)
}

func (s *sparseColumns) axpy(a float64, j int, v []float64) {
	index, x := s.t.Row(j)
	vec.GatherAxpy(a, x, index, v)
}

func (s *sparseColumns) axpyWeighted(a float64, j int, u, v []float64) {
	index, x := s.t.Row(j)
	for k, i := range index {
		v[i] += a * u[i] * x[k]
	}
}

func (s *sparseColumns) moments(j int, u []float64) (m, sq float64) {
	index, x := s.t.Row(j)
	if u == nil {
		return vec.Sum(x), vec.SumSquares(x)
	}
	for k, v := range x {
		m += u[index[k]] * v
		sq += u[index[k]] * v * v
	}
	return m, sq
}

// It is called for columns that have hardly a zero.
func (s *sparseColumns) centred(j int, u []float64, m float64) (sum float64) {
	index, x := s.t.Row(j)
	at := 0
	for i := range s.t.Cols() {
		v, w := 0.0, 1.0
		if at < len(index) && int(index[at]) == i {
			v = x[at]
			at++
		}
		if u != nil {
			w = u[i]
		}
		sum += w * (v - m) * (v - m)
	}
	return sum
}

type denseSamples struct{ x kernels.Matrix[float64] }

func (d denseSamples) dot(i int, w []float64) float64     { return vec.Dot(d.x.Row(i), w) }
func (d denseSamples) axpy(a float64, i int, w []float64) { vec.Axpy(a, d.x.Row(i), w) }
func (d denseSamples) square(i int) float64               { return vec.SumSquares(d.x.Row(i)) }

type sparseSamples struct{ x *sparse.CSR[float64] }

func (s sparseSamples) dot(i int, w []float64) float64 {
	index, x := s.x.Row(i)
	return vec.GatherDot(x, index, w)
}

func (s sparseSamples) axpy(a float64, i int, w []float64) {
	index, x := s.x.Row(i)
	vec.GatherAxpy(a, x, index, w)
}

func (s sparseSamples) square(i int) float64 {
	_, x := s.x.Row(i)
	return vec.SumSquares(x)
}
