package vec_test

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

func Example() {
	x := []float64{3, -4, 0}
	y := []float64{1, 1, 1}
	vec.Axpy(2, x, y) // y += 2x
	fmt.Println(y, vec.Dot(x, y), vec.Norm2(x), vec.MaxAbsIndex(x))
	// Output: [7 -7 1] 49 5 1
}

// One step of proximal gradient descent for the Lasso: a gradient step, then the proximal operator of the 1-norm.
func ExampleSoftThreshold() {
	weights, gradient := []float32{0.5, -2, 0.125}, []float32{-1, 0, 0.25}
	const step, lambda = 0.5, 1
	vec.Axpy(-step, gradient, weights)
	vec.SoftThreshold(weights, weights, step*lambda)
	fmt.Println(weights)
	// Output: [0.5 -1.5 0]
}

// The first step of Adam moves every weight by the rate, whatever the size of its gradient.
func ExampleAdamStep() {
	const beta1, beta2, rate = 0.9, 0.999, 0.01
	weights, gradient := []float64{1, 1}, []float64{0.5, -4}
	first, second := make([]float64, 2), make([]float64, 2)
	vec.AdamStep(weights, first, second, gradient, vec.AdamFactors[float64]{
		Past1: beta1, Part1: 1 - beta1, Past2: beta2, Part2: 1 - beta2,
		Keep: 1, Rate: rate / (1 - beta1), Root: 1 / math.Sqrt(1-beta2), Epsilon: 1e-8,
	})
	fmt.Printf("%.4f\n", weights)
	// Output: [0.9900 1.0100]
}

// A sparse vector (values x at the places index) against a dense one.
func ExampleGatherDot() {
	x, index := []float64{2, 3}, []int32{4, 1}
	dense := []float64{0, 10, 0, 0, 100}
	fmt.Println(vec.GatherDot(x, index, dense))
	vec.GatherAxpy(1, x, index, dense)
	fmt.Println(dense)
	// Output:
	// 230
	// [0 13 0 0 102]
}
