package linear_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse/format"
)

// houses are five features of six houses: rooms, age, distance, and two that do not matter.
var houses = kernels.Matrix[float64]{Rows: 6, Cols: 5, Stride: 5, Data: []float64{
	3, 20, 5, 0.1, 7,
	4, 35, 2, 0.4, 3,
	2, 10, 9, 0.2, 5,
	5, 50, 1, 0.3, 6,
	3, 5, 6, 0.5, 2,
	4, 15, 4, 0.6, 4,
}}

func ExampleLasso() {
	x, err := linear.Dense(houses)
	if err != nil {
		log.Fatal(err)
	}
	price := []float64{300, 395, 205, 490, 305, 400}
	result, err := linear.Lasso(context.Background(), x, price, 5, linear.Settings{Standardise: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f + %.2f * x, %v\n", result.Intercept, result.Coefficients, result.Stopped)
	// Output: 34.94 + [89.78 0.00 0.00 0.00 0.00] * x, converged
}

func ExampleLassoPath() {
	x, err := linear.Dense(houses)
	if err != nil {
		log.Fatal(err)
	}
	price := []float64{300, 395, 205, 490, 305, 400}
	path, err := linear.LassoPath(context.Background(), x, price, linear.PathSettings{Count: 4, Least: 0.01, Settings: linear.Settings{Standardise: true}})
	if err != nil {
		log.Fatal(err)
	}
	for _, fit := range path.Fits {
		fmt.Printf("%6.2f %v\n", fit.Lambda, fit.Support())
	}
	// Output:
	//  90.96 []
	//  19.60 [0]
	//   4.22 [0]
	//   0.91 [0 3]
}

func ExampleLogistic() {
	const file = `+1 1:1 3:1
-1 2:1
+1 1:1
-1 2:1 3:1
+1 3:1
-1 1:1 2:1
`
	data, err := format.ReadLIBSVM[float64](strings.NewReader(file), format.LIBSVMSettings{})
	if err != nil {
		log.Fatal(err)
	}
	x, err := linear.Sparse(data.X)
	if err != nil {
		log.Fatal(err)
	}
	result, err := linear.Logistic(context.Background(), x, data.Labels, 0.1, 1, linear.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	scores := make([]float64, x.Samples())
	if err := result.Predict(scores, x); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n%.3f\n", result.Coefficients, scores)
	// Output:
	// [0.000 -2.773 0.000]
	// [1.386 -1.386 1.386 -1.386 1.386 -1.386]
}

func ExampleCrossValidate() {
	x, err := linear.Dense(houses)
	if err != nil {
		log.Fatal(err)
	}
	price := []float64{300, 395, 205, 490, 305, 400}
	v, err := linear.CrossValidate(context.Background(), x, price, linear.SquaredLoss, 1, linear.CrossSettings{Folds: 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("lambda %.3f of %d, features %v\n", v.Fit.Lambda, len(v.Lambdas), v.Fit.Support())
	// Output: lambda 7.415 of 100, features [0 1 2]
}

func ExampleNNLS() {
	// A spectrum is a mixture of three known ones, of which there cannot be less than nothing.
	x, err := linear.Dense(kernels.Matrix[float64]{Rows: 4, Cols: 3, Stride: 3, Data: []float64{
		1, 0, 1,
		2, 1, 1,
		1, 2, 1,
		0, 1, 1,
	}})
	if err != nil {
		log.Fatal(err)
	}
	result, err := linear.NNLS(context.Background(), x, []float64{2, 4.9, 4.1, 0.9}, linear.Settings{NoIntercept: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f %v\n", result.Coefficients, result.Stopped)
	// Output: [1.970 1.020 0.000] converged
}

func ExampleSVM() {
	x, err := linear.Dense(kernels.Matrix[float64]{Rows: 4, Cols: 2, Stride: 2, Data: []float64{
		1, 2,
		2, 3,
		3, 1,
		4, 2,
	}})
	if err != nil {
		log.Fatal(err)
	}
	labels := []float64{1, 1, -1, -1}
	result, err := linear.SVM(context.Background(), x, labels, 1, linear.SVMSettings{})
	if err != nil {
		log.Fatal(err)
	}
	for i, label := range labels {
		margin := result.Intercept
		for j, w := range result.Coefficients {
			margin += w * []float64{1, 2, 2, 3, 3, 1, 4, 2}[2*i+j]
		}
		fmt.Println(margin*label > 0)
	}
	// Output:
	// true
	// true
	// true
	// true
}

func ExampleGroupLasso() {
	// Rooms, age and distance enter together or not at all, as do the two others.
	x, err := linear.Dense(houses)
	if err != nil {
		log.Fatal(err)
	}
	price := []float64{300, 395, 205, 490, 305, 400}
	groups := [][]int{{0, 1, 2}, {3, 4}}
	result, err := linear.GroupLasso(context.Background(), x, price, groups, 20, linear.GroupSettings{Settings: linear.Settings{Standardise: true}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", result.Coefficients)
	// Output: [31.37 0.96 -9.46 0.00 0.00]
}
