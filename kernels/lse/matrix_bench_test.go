package lse

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
)

// benchmarkMatrix runs the operation that prepare returns on a square random cost in [0, 1), at every level.
func benchmarkMatrix[T kernels.Float](b *testing.B, sizes []int, prepare func(c kernels.Matrix[T]) func()) {
	for _, n := range sizes {
		random := rand.New(rand.NewPCG(1, 2))
		c := kernels.NewMatrix[T](n, n)
		for i := range c.Data {
			c.Data[i] = T(random.Float64())
		}
		operation := prepare(c)
		for _, l := range level.Available() {
			for _, workers := range []int{1, kernels.Workers()} {
				b.Run(fmt.Sprintf("%T/n=%d/%v/workers=%d", T(0), n, l, workers), func(b *testing.B) {
					defer level.Force(l)()
					defer kernels.SetWorkers(kernels.SetWorkers(workers))
					for b.Loop() {
						operation()
					}
					b.ReportMetric(float64(n*n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
				})
			}
		}
	}
}

func uniform[T kernels.Float](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = 1 / T(n)
	}
	return x
}

func BenchmarkLogSumExpRows(b *testing.B) {
	benchmarkMatrix(b, []int{1000, 5000}, logSumExpRowsOn[float64])
	benchmarkMatrix(b, []int{1000, 5000}, logSumExpRowsOn[float32])
}

func logSumExpRowsOn[T kernels.Float](c kernels.Matrix[T]) func() {
	dst, shift := make([]T, c.Rows), make([]T, c.Cols)
	return func() { LogSumExpRows(dst, 10, shift, c) }
}

func BenchmarkLogSumExpColumns(b *testing.B) {
	benchmarkMatrix(b, []int{1000}, func(c kernels.Matrix[float64]) func() {
		dst, shift := make([]float64, c.Cols), make([]float64, c.Rows)
		return func() { LogSumExpColumns(dst, 10, shift, c) }
	})
}

func BenchmarkPlan(b *testing.B) {
	benchmarkMatrix(b, []int{1000}, func(c kernels.Matrix[float64]) func() {
		f, g, rows, columns := make([]float64, c.Rows), make([]float64, c.Cols), make([]float64, c.Rows), make([]float64, c.Cols)
		p := kernels.NewMatrix[float64](c.Rows, c.Cols)
		return func() { Plan(p, rows, columns, 10, f, g, c) }
	})
}

func BenchmarkSinkhornLog(b *testing.B) {
	benchmarkMatrix(b, []int{1000}, sinkhornLogOn[float64])
	benchmarkMatrix(b, []int{1000}, sinkhornLogOn[float32])
}

func sinkhornLogOn[T kernels.Float](c kernels.Matrix[T]) func() {
	f, g, a, mass := make([]T, c.Rows), make([]T, c.Cols), uniform[T](c.Rows), uniform[T](c.Cols)
	return func() { SinkhornLog(f, g, a, mass, 0.05, 1, 1, c) }
}

func BenchmarkSinkhornKernel(b *testing.B) {
	benchmarkMatrix(b, []int{1000}, sinkhornKernelOn[float64])
	benchmarkMatrix(b, []int{1000}, sinkhornKernelOn[float32])
}

func sinkhornKernelOn[T kernels.Float](c kernels.Matrix[T]) func() {
	u, v, a, mass := uniform[T](c.Rows), uniform[T](c.Cols), uniform[T](c.Rows), uniform[T](c.Cols)
	return func() { SinkhornKernel(u, v, a, mass, 1, 1, c) }
}
