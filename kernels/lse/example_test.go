package lse_test

import (
	"fmt"
	"math"

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
