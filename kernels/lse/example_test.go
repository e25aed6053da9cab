package lse_test

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

func ExampleExp() {
	x := []float64{0, 1, -1, math.Inf(-1)}
	lse.Exp(x, x) // in place
	fmt.Printf("%.4f\n", x)
	// Output: [1.0000 2.7183 0.3679 0.0000]
}

func ExampleLog1p() {
	x := []float64{0, 1e-20, math.E - 1}
	y := make([]float64, len(x))
	lse.Log1p(y, x)
	fmt.Printf("%.4g\n", y)
	// Output: [0 1e-20 1]
}

func ExampleTanh() {
	x := []float32{-100, 0, 0.5}
	lse.Tanh(x, x)
	fmt.Printf("%.4f\n", x)
	// Output: [-1.0000 0.0000 0.4621]
}

func ExampleLogSumExp() {
	// e^1000 overflows, its logarithm does not.
	fmt.Printf("%.4f\n", lse.LogSumExp([]float64{1000, 1000, 999}))
	// Output: 1000.8620
}

func ExampleSoftmax() {
	scores := []float32{1, 2, 3}
	p := make([]float32, len(scores))
	lse.Softmax(p, scores)
	fmt.Printf("%.4f\n", p)
	// Output: [0.0900 0.2447 0.6652]
}

func ExampleLogAddExp() {
	x, y := []float64{-1000, 0, math.Inf(-1)}, []float64{-1000, 0, 5}
	lse.LogAddExp(x, x, y)
	fmt.Printf("%.4f\n", x)
	// Output: [-999.3069 0.6931 5.0000]
}

// The logarithm of the sum of the exponentials of each row: the kernel is made for costs, which count with a minus, so scale is -1.
func ExampleLogSumExpRows() {
	c := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{
		1000, 1000, 999,
		0, 0, 0,
	}}
	sums := make([]float64, c.Rows)
	lse.LogSumExpRows(sums, -1, nil, c)
	fmt.Printf("%.4f\n", sums)
	// Output: [1000.8620 1.0986]
}

// Entropic transport by hand; package ot also checks its input, chooses epsilon and says how it went.
func ExampleSinkhornLog() {
	cost := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{
		1, 4, 6,
		5, 2, 1,
	}}
	a, b := []float64{0.6, 0.4}, []float64{0.3, 0.4, 0.3}
	const eps = 0.1
	f, g := make([]float64, 2), make([]float64, 3)
	for range 100 {
		if err := lse.SinkhornLog(f, g, a, b, eps, 1, 1, cost); err < 1e-9 {
			break
		}
	}
	plan := kernels.NewMatrix[float64](2, 3)
	lse.Plan(plan, make([]float64, 2), make([]float64, 3), 1/eps, f, g, cost)
	fmt.Printf("%.2f\n%.2f\n", plan.Row(0), plan.Row(1))
	// Output:
	// [0.30 0.30 0.00]
	// [0.00 0.10 0.30]
}
