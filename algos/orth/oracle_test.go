package orth

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/raphson-go/raphson/kernels"
)

var background = context.Background()

// errEnough is why tests end a context: the errors of the methods are to name the cause.
var errEnough = errors.New("enough")

func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

func gaussian[T kernels.Float](r *rand.Rand, rows, cols int) kernels.Matrix[T] {
	m := kernels.NewMatrix[T](rows, cols)
	for i := range m.Data {
		m.Data[i] = T(r.NormFloat64())
	}
	return m
}

// strided is a copy with a gap of NaN between rows.
func strided[T kernels.Float](m kernels.Matrix[T], gap int) kernels.Matrix[T] {
	wide := kernels.NewMatrix[T](m.Rows, m.Cols+gap)
	for i := range wide.Data {
		wide.Data[i] = T(math.NaN())
	}
	wide.Cols = m.Cols
	copyMatrix(wide, m)
	return wide
}

func transposed[T kernels.Float](m kernels.Matrix[T]) kernels.Matrix[T] {
	t := kernels.NewMatrix[T](m.Cols, m.Rows)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			t.Set(j, i, v)
		}
	}
	return t
}

func converted[T, S kernels.Float](m kernels.Matrix[S]) kernels.Matrix[T] {
	c := kernels.NewMatrix[T](m.Rows, m.Cols)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			c.Set(i, j, T(v))
		}
	}
	return c
}

// decomposition is g = U*diag(s)*V' with U m x m and V' m x n, m <= n, the singular values descending.
type decomposition struct {
	u, v   kernels.Matrix[float64]
	values []float64
}

// decompose is the singular value decomposition by one-sided Jacobi rotations (Hestenes 1958) of a wide matrix: rows
// are rotated in pairs until all are orthogonal.
func decompose[T kernels.Float](g kernels.Matrix[T]) decomposition {
	m := g.Rows
	w, u := converted[float64](g), kernels.NewMatrix[float64](m, m) // rows of u: columns of U
	for i := range m {
		u.Set(i, i, 1)
	}
	for range 40 {
		rotated := false
		for i := range m {
			for j := i + 1; j < m; j++ {
				x, y := w.Row(i), w.Row(j)
				xx, yy, xy := dot(x, x), dot(y, y), dot(x, y)
				if math.Abs(xy) <= 1e-15*math.Sqrt(xx*yy) {
					continue
				}
				rotated = true
				tau := (yy - xx) / (2 * xy)
				t := math.Copysign(1, tau) / (math.Abs(tau) + math.Sqrt(1+tau*tau))
				c := 1 / math.Sqrt(1+t*t)
				rotate(x, y, c, c*t)
				rotate(u.Row(i), u.Row(j), c, c*t)
			}
		}
		if !rotated {
			break
		}
	}
	d := decomposition{kernels.NewMatrix[float64](m, m), kernels.NewMatrix[float64](m, g.Cols), nil}
	order := make([]int, m)
	norms := make([]float64, m)
	for i := range m {
		order[i], norms[i] = i, math.Sqrt(dot(w.Row(i), w.Row(i)))
	}
	slices.SortFunc(order, func(a, b int) int {
		if norms[a] > norms[b] {
			return -1
		}
		return 1
	})
	for k, i := range order {
		d.values = append(d.values, norms[i])
		for j := range m {
			d.u.Set(j, k, u.At(i, j))
		}
		for j, v := range w.Row(i) {
			if norms[i] > 0 {
				d.v.Set(k, j, v/norms[i])
			}
		}
	}
	return d
}

func rotate(x, y []float64, c, s float64) {
	for k, v := range x {
		x[k], y[k] = c*v-s*y[k], s*v+c*y[k]
	}
}

// mapped is U*diag(f(s))*V'.
func (d decomposition) mapped(f func(float64) float64) kernels.Matrix[float64] {
	m := kernels.NewMatrix[float64](d.u.Rows, d.v.Cols)
	for k, s := range d.values {
		factor := f(s)
		for i := range m.Rows {
			row, c := m.Row(i), factor*d.u.At(i, k)
			for j, v := range d.v.Row(k) {
				row[j] += c * v
			}
		}
	}
	return m
}

func one(float64) float64 { return 1 }

// withValues is a random wide matrix with the singular values given.
func withValues(r *rand.Rand, cols int, values []float64) decomposition {
	return decomposition{orthonormal(r, len(values), len(values)), orthonormal(r, len(values), cols), values}
}

// orthonormal has random orthonormal rows, by Gram and Schmidt twice.
func orthonormal(r *rand.Rand, rows, cols int) kernels.Matrix[float64] {
	m := gaussian[float64](r, rows, cols)
	for i := range rows {
		x := m.Row(i)
		for range 2 {
			for k := range i {
				y := m.Row(k)
				c := dot(x, y)
				for j := range x {
					x[j] -= c * y[j]
				}
			}
		}
		size := math.Sqrt(dot(x, x))
		for j := range x {
			x[j] /= size
		}
	}
	return m
}

func dot(x, y []float64) (sum float64) {
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

func product(a, b kernels.Matrix[float64]) kernels.Matrix[float64] {
	c := kernels.NewMatrix[float64](a.Rows, b.Cols)
	for i := range a.Rows {
		for k, v := range a.Row(i) {
			row := c.Row(i)
			for j, w := range b.Row(k) {
				row[j] += v * w
			}
		}
	}
	return c
}

func largestDifference[S, T kernels.Float](a kernels.Matrix[S], b kernels.Matrix[T]) (most float64) {
	for i := range a.Rows {
		for j, v := range a.Row(i) {
			d := math.Abs(float64(v) - float64(b.At(i, j)))
			if math.IsNaN(d) {
				return d
			}
			most = max(most, d)
		}
	}
	return most
}

// relativeDifference is ||a-b||_F/||b||_F.
func relativeDifference[S, T kernels.Float](a kernels.Matrix[S], b kernels.Matrix[T]) float64 {
	var top, bottom float64
	for i := range a.Rows {
		for j, v := range a.Row(i) {
			d, w := float64(v)-float64(b.At(i, j)), float64(b.At(i, j))
			top += d * d
			bottom += w * w
		}
	}
	return math.Sqrt(top / bottom)
}

// cosine of two matrices as vectors.
func cosine[S, T kernels.Float](a kernels.Matrix[S], b kernels.Matrix[T]) float64 {
	var ab, aa, bb float64
	for i := range a.Rows {
		for j, v := range a.Row(i) {
			x, y := float64(v), float64(b.At(i, j))
			ab, aa, bb = ab+x*y, aa+x*x, bb+y*y
		}
	}
	return ab / math.Sqrt(aa*bb)
}

func float64Norm[T kernels.Float](g kernels.Matrix[T]) float64 { return norm(converted[float64](g)) }
