package lse

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// sumOfExponentials is sum_k exp(scale*(x[k] - y[k])), with x nil for zeros, to about 95 bits.
func sumOfExponentials(scale float64, x, y []float64) (sum testkit.Wide) {
	for k := range y {
		term := testkit.WideOf(-y[k])
		if x != nil {
			term = term.Add(testkit.WideOf(x[k]))
		}
		sum = sum.Add(term.Mul(testkit.WideOf(scale)).Exp())
	}
	return sum
}

// requireRelative is InEpsilon of testify, which takes a trace of the stack even if it passes.
func requireRelative(t *testing.T, want, got, bound float64) {
	if !(math.Abs(want-got) <= bound*math.Abs(want)) || want == 0 {
		t.Helper()
		require.InEpsilon(t, want, got, bound)
	}
}

func randomMatrix[T kernels.Float](r *rand.Rand, rows, cols, padding int, size float64) kernels.Matrix[T] {
	c := kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols + padding, Data: randomVector[T](r, rows*(cols+padding), size)}
	for i := range c.Data {
		if i%c.Stride >= cols {
			c.Data[i] = T(math.NaN()) // nobody may read the padding
		}
	}
	return c
}

func randomVector[T kernels.Float](r *rand.Rand, n int, size float64) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(size * r.Float64())
	}
	return x
}

func wide[T kernels.Float](x []T) []float64 {
	if x == nil {
		return nil
	}
	y := make([]float64, len(x))
	for i := range x {
		y[i] = float64(x[i])
	}
	return y
}

func row[T kernels.Float](c kernels.Matrix[T], i int) []float64 {
	return wide(c.Data[i*c.Stride:][:c.Cols])
}

func column[T kernels.Float](c kernels.Matrix[T], j int) []float64 {
	y := make([]float64, c.Rows)
	for i := range y {
		y[i] = float64(c.Data[i*c.Stride+j])
	}
	return y
}

func dot(x, y []float64) (sum float64) {
	for i := range x {
		sum += x[i] * y[i]
	}
	return sum
}
