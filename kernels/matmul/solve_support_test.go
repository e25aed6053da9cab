package matmul

import (
	"math/rand/v2"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// normal is a matrix of normally distributed numbers, with NaN between its rows.
func normal[T kernels.Float](r *rand.Rand, rows, cols, gap int) kernels.Matrix[T] {
	m := kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols + gap, Data: make([]T, testkit.Extent(rows, cols, cols+gap))}
	fill(m, func(int, int) T { return T(r.NormFloat64()) })
	return m
}

// fill sets the elements of a matrix, and what is between its rows to NaN.
func fill[T kernels.Float](m kernels.Matrix[T], element func(i, j int) T) {
	for at := range m.Data {
		m.Data[at] = nan[T]()
		if i, j := at/m.Stride, at%m.Stride; j < m.Cols {
			m.Data[at] = element(i, j)
		}
	}
}

func nan[T kernels.Float]() T {
	var zero T
	return zero / zero
}

// copied is the same matrix in memory of its own.
func copied[T kernels.Float](m kernels.Matrix[T]) kernels.Matrix[T] {
	m.Data = append([]T(nil), m.Data...)
	return m
}

// column is a copy of column j.
func column[T kernels.Float](m kernels.Matrix[T], j int) []T {
	x := make([]T, m.Rows)
	for i := range x {
		x[i] = m.At(i, j)
	}
	return x
}

// transposed is m', without gaps.
func transposed[T kernels.Float](m kernels.Matrix[T]) kernels.Matrix[T] {
	t := kernels.NewMatrix[T](m.Cols, m.Rows)
	fill(t, func(i, j int) T { return m.At(j, i) })
	return t
}

func abs(x float64) float64 { return max(x, -x) }

// eachWorkers runs f with several numbers of workers.
func eachWorkers(f func(workers int)) {
	defer kernels.SetWorkers(kernels.SetWorkers(0))
	for _, workers := range []int{1, 2, 3, 8} {
		kernels.SetWorkers(workers)
		f(workers)
	}
}
