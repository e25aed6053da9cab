package linsolve_test

import (
	"context"
	"math"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/sparse/format"
	"github.com/raphson-go/raphson/kernels/vec"
)

var background = context.Background()

// grid is the five-point Laplacian on side x side points plus a multiple of the identity and of the difference along the rows: with
// shift 0 and wind 0 it is symmetric positive definite, with a negative shift indefinite, with wind not symmetric.
func grid(t testing.TB, side int, shift, wind float64) *sparse.CSR[float64] {
	t.Helper()
	var row, column []int
	var value []float64
	add := func(i, j int, v float64) { row, column, value = append(row, i), append(column, j), append(value, v) }
	for i := range side {
		for j := range side {
			k := i*side + j
			add(k, k, 4+shift)
			if i > 0 {
				add(k, k-side, -1)
			}
			if i < side-1 {
				add(k, k+side, -1)
			}
			if j > 0 {
				add(k, k-1, -1-wind)
			}
			if j < side-1 {
				add(k, k+1, -1+wind)
			}
		}
	}
	a, err := sparse.FromCOO(side*side, side*side, row, column, value)
	require.NoError(t, err)
	return a
}

// mode is eigenvector (p, q) of the symmetric grid, and its eigenvalue without shift: 4 sin^2(p h pi/2) + 4 sin^2(q h pi/2).
func mode(side, p, q int) (vector []float64, eigenvalue float64) {
	h := math.Pi / float64(side+1)
	vector = make([]float64, side*side)
	for i := range side {
		for j := range side {
			vector[i*side+j] = math.Sin(float64(p*(i+1))*h) * math.Sin(float64(q*(j+1))*h)
		}
	}
	sp, sq := math.Sin(float64(p)*h/2), math.Sin(float64(q)*h/2)
	return vector, 4*sp*sp + 4*sq*sq
}

// stiffness is a piece of a real matrix, symmetric positive definite.
func stiffness(t testing.TB) *sparse.CSR[float64] {
	t.Helper()
	file, err := os.Open("../../kernels/sparse/format/testdata/bcsstk13-leading.mtx")
	require.NoError(t, err)
	defer file.Close()
	a, _, err := format.ReadMatrixMarket[float64](file)
	require.NoError(t, err)
	return a
}

func dense(t testing.TB, rows, cols int, data ...float64) *sparse.CSR[float64] {
	t.Helper()
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: rows, Cols: cols, Stride: cols, Data: data}, 0)
	require.NoError(t, err)
	return a
}

// random is a dense matrix of random numbers, with so much on the diagonal.
func random(t testing.TB, rows, cols int, diagonal float64, seed uint64) kernels.Matrix[float64] {
	t.Helper()
	m := kernels.Matrix[float64]{Rows: rows, Cols: cols, Stride: cols, Data: testkit.Normal[float64](testkit.NewRandom(seed), rows*cols)}
	for i := range min(rows, cols) {
		m.Set(i, i, m.At(i, i)+diagonal)
	}
	return m
}

// eliminate solves a small dense system by Gaussian elimination with partial pivoting: what the methods are held against.
func eliminate(m kernels.Matrix[float64], b []float64) []float64 {
	n := m.Rows
	a, x := kernels.NewMatrix[float64](n, n), append([]float64(nil), b...)
	for i := range n {
		copy(a.Row(i), m.Row(i))
	}
	for k := range n {
		pivot := k
		for i := k + 1; i < n; i++ {
			if math.Abs(a.At(i, k)) > math.Abs(a.At(pivot, k)) {
				pivot = i
			}
		}
		for j := range n {
			a.Data[k*n+j], a.Data[pivot*n+j] = a.Data[pivot*n+j], a.Data[k*n+j]
		}
		x[k], x[pivot] = x[pivot], x[k]
		for i := k + 1; i < n; i++ {
			factor := a.At(i, k) / a.At(k, k)
			vec.Axpy(-factor, a.Row(k), a.Row(i))
			x[i] -= factor * x[k]
		}
	}
	for i := n - 1; i >= 0; i-- {
		for j := i + 1; j < n; j++ {
			x[i] -= a.At(i, j) * x[j]
		}
		x[i] /= a.At(i, i)
	}
	return x
}

// residualOf is |b - A*x| / |b|, with sums in high precision.
func residualOf(a *sparse.CSR[float64], b, x []float64) float64 {
	r := make([]float64, len(b))
	for i := range b {
		columns, values := a.Row(i)
		picked := make([]float64, len(columns))
		for k, j := range columns {
			picked[k] = x[j]
		}
		r[i] = testkit.WideOf(b[i]).Sub(testkit.Dot(values, picked)).Float64()
	}
	return vec.Norm2(r) / vec.Norm2(b)
}

// requireClose asks for a relative error in the Euclidean norm.
func requireClose(t testing.TB, want, got []float64, tolerance float64) {
	t.Helper()
	difference := make([]float64, len(want))
	vec.Sub(difference, want, got)
	require.LessOrEqual(t, vec.Norm2(difference), tolerance*vec.Norm2(want))
}
