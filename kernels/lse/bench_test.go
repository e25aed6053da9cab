package lse_test

import (
	"fmt"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

// benchmarks are the functions of vectors. Log and its relatives take the absolute values.
func benchmarks[T kernels.Float]() map[string]func(dst, x []T) {
	return map[string]func(dst, x []T){
		"Exp": lse.Exp[T], "Expm1": lse.Expm1[T], "Log": lse.Log[T], "Log1p": lse.Log1p[T],
		"Tanh": lse.Tanh[T], "Sigmoid": lse.Sigmoid[T], "Softplus": lse.Softplus[T],
		"LogAddExp":  func(dst, x []T) { lse.LogAddExp(dst, x, dst) },
		"LogSumExp":  func(dst, x []T) { dst[0] = lse.LogSumExp(x) },
		"Softmax":    lse.Softmax[T],
		"LogSoftmax": lse.LogSoftmax[T],
	}
}

func BenchmarkVectors(b *testing.B) {
	benchmarkVectors[float32](b)
	benchmarkVectors[float64](b)
}

func benchmarkVectors[T kernels.Float](b *testing.B) {
	for name, f := range benchmarks[T]() {
		for _, n := range []int{16, 1 << 10, 1 << 16, 1 << 20} {
			x, dst := testkit.Uniform[T](testkit.NewRandom(1), n, 0.1, 10), make([]T, n)
			for _, l := range level.Available() {
				for _, workers := range []int{1, kernels.Workers()} {
					if n < 1<<16 && workers > 1 || l == level.Generic && n > 1<<10 {
						continue
					}
					b.Run(fmt.Sprintf("%s/%T/n=%d/%v/workers=%d", name, T(0), n, l, workers), func(b *testing.B) {
						defer level.Force(l)()
						defer kernels.SetWorkers(kernels.SetWorkers(workers))
						for b.Loop() {
							f(dst, x)
						}
						b.ReportMetric(float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "elements/ns")
					})
				}
			}
		}
	}
}
