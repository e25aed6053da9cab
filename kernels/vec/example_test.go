package vec_test

import (
	"fmt"

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
