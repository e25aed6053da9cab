package bcd_test

import (
	"context"
	"fmt"
	"log"

	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func Example() {
	// A price explained by three features, of which the last does not matter.
	data, err := bcd.Dense(kernels.Matrix[float64]{Rows: 5, Cols: 3, Stride: 3, Data: []float64{
		1, 0, 1,
		2, 1, -1,
		3, 1, 1,
		4, 3, -1,
		5, 2, 0,
	}})
	if err != nil {
		log.Fatal(err)
	}
	price, err := bcd.LeastSquares(data, []float64{2.1, 5, 6.9, 11, 12.1})
	if err != nil {
		log.Fatal(err)
	}
	result, err := bcd.Minimise(context.Background(), price, bcd.Settings{Regulariser: bcd.L1(0.5), Stop: bcd.Gap})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f %v, %d of 3 not zero\n", result.X, result.Stopped, result.Free)
	// Output: [2.08 0.83 0.00] converged, 2 of 3 not zero
}

// A path of five nodes whose ends are labelled: the labels spread linearly. The path is a tree, so that one block, solved by elimination, is
// all of it.
func ExampleLabelPropagation() {
	path, err := sparse.FromCOO(5, 5, []int{0, 1, 1, 2, 2, 3, 3, 4}, []int{1, 0, 2, 1, 3, 2, 4, 3}, []float64{1, 1, 1, 1, 1, 1, 1, 1})
	if err != nil {
		log.Fatal(err)
	}
	labels, err := bcd.LabelPropagation(path, map[int]float64{0: 0, 4: 8})
	if err != nil {
		log.Fatal(err)
	}
	result, err := bcd.Minimise(context.Background(), labels, bcd.Settings{Partition: bcd.Trees(), Selection: bcd.GS, Update: bcd.ExactStep})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f after %d iteration\n", labels.Values(result.X), result.Iterations)
	// Output: [0.0 2.0 4.0 6.0 8.0] after 1 iteration
}
