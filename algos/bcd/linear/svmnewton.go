package linear

import (
	"math"

	"github.com/raphson-go/raphson/algos/bcd/internal/singular"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

const (
	newtonEvery = 20  // passes over the samples
	mostFree    = 512 // samples between their bounds for which the matrix of the dual is formed
	mostNewton  = 20  // steps at a time
)

// newton maximises the dual over the samples between their bounds, which is a linear system, as far as the first of them comes to a
// bound; then over the others. Coordinate ascent takes very long where samples nearly depend on each other.
func (m *machine) newton() {
	var free []int
	for i, a := range m.a {
		if a > 0 && a < m.upper[i] {
			free = append(free, i)
		}
	}
	if len(free) == 0 || len(free) > mostFree {
		return
	}
	q := m.products(free)
	for range mostNewton {
		k := len(free)
		h, d := kernels.NewMatrix[float64](k, k), make([]float64, k)
		for i, a := range free {
			copy(h.Row(i), q.Row(i)[:k])
			d[i] = 1 - m.ridge[a]*m.a[a] - m.sign[a]*(m.rows.dot(a, m.w)+m.intercept*m.bias)
		}
		if !singular.Factor(h) {
			return
		}
		matmul.CholeskySolveVector(matmul.Lower, h, d)
		t, at := 1.0, -1
		for i, a := range free {
			room := math.Inf(1)
			if d[i] < 0 {
				room = -m.a[a] / d[i]
			} else if d[i] > 0 {
				room = (m.upper[a] - m.a[a]) / d[i]
			}
			if room < t {
				t, at = room, i
			}
		}
		for i, a := range free {
			next := min(max(m.a[a]+t*d[i], 0), m.upper[a])
			if i == at {
				if next = 0; d[i] > 0 {
					next = m.upper[a]
				}
			}
			step := (next - m.a[a]) * m.sign[a]
			m.a[a] = next
			m.rows.axpy(step, a, m.w)
			m.bias += m.intercept * step
		}
		if at < 0 || k == 1 {
			return
		}
		// The last takes the place of the one that has left.
		free[at] = free[k-1]
		free = free[:k-1]
		copy(q.Row(at), q.Row(k-1))
		for i := range free {
			q.Set(i, at, q.At(i, k-1))
		}
		q.Set(at, at, q.At(k-1, k-1))
	}
}

// products is the matrix of the dual for some samples.
func (m *machine) products(free []int) kernels.Matrix[float64] {
	q := kernels.NewMatrix[float64](len(free), len(free))
	x := make([]float64, len(m.w))
	for i, a := range free {
		m.rows.axpy(m.sign[a], a, x)
		for k, b := range free[:i+1] {
			v := m.sign[b]*m.rows.dot(b, x) + m.intercept*m.sign[a]*m.sign[b]
			if k == i {
				v += m.ridge[a]
			}
			q.Set(i, k, v)
			q.Set(k, i, v)
		}
		if len(free) > 1 {
			vec.Fill(x, 0)
		}
	}
	return q
}
