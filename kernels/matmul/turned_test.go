package matmul_test

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// TestTurned: products of few rows by a transposed B, which are computed as their transposes, are those by a transposed copy of B to the last bit,
// with any number of workers, and leave what is between the rows of C alone.
func TestTurned(t *testing.T) { testkit.EachType(t, turned[float32], turned[float64]) }

func turned[T kernels.Float](t *testing.T) {
	defer kernels.SetWorkers(kernels.SetWorkers(0))
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		r := testkit.NewRandom(5)
		matrix := func(rows, cols int) kernels.Matrix[T] {
			m := kernels.NewMatrix[T](rows, cols)
			testkit.FillNormal(r, m.Data)
			return m
		}
		for i, shape := range [][3]int{{8, 40, 300}, {16, 500, 64}, {30, 91, 70}, {33, 70, 256}, {64, 200, 270}, {8, 900, 90}} {
			m, n, k := shape[0], shape[1], shape[2]
			for _, tA := range []matmul.Transpose{matmul.NoTrans, matmul.Trans} {
				for _, beta := range []T{0, -0.5} {
					kernels.SetWorkers(1 + i%3)
					a, b := matrix(m, k), matrix(n, k)
					if tA {
						a = matrix(k, m)
					}
					d, c := matrix(m, n), restride(kernels.NewMatrix[T](m, n), n+3)
					for j := range c.Data {
						c.Data[j] = T(math.Inf(1))
					}
					want := kernels.NewMatrix[T](m, n)
					straight := kernels.NewMatrix[T](k, n)
					for i := range k {
						for j := range n {
							straight.Data[i*n+j] = b.Data[j*k+i]
						}
					}
					matmul.GemmPlus(tA, matmul.NoTrans, 1.5, a, straight, beta, d, want)
					matmul.GemmPlus(tA, matmul.Trans, 1.5, a, b, beta, d, c)
					for i := range c.Data {
						if row, col := i/c.Stride, i%c.Stride; col >= n {
							if !math.IsInf(float64(c.Data[i]), 1) {
								t.Fatalf("%v: element %d of C, between its rows, was written", shape, i)
							}
						} else if got, want := c.Data[i], want.Data[row*n+col]; got != want {
							t.Fatalf("%v, tA %v, beta %v: C(%d, %d) = %v, by a copy of B %v", shape, tA, beta, row, col, got, want)
						}
					}
				}
			}
		}
	})
}
