package ot_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/raphson-go/raphson/algos/ot"
	"github.com/raphson-go/raphson/kernels"
)

func ExampleSolve() {
	// Two bakeries supply three cafes; the cost is in kilometres.
	cost, err := ot.Dense(kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{
		1, 4, 6,
		5, 2, 1,
	}})
	if err != nil {
		log.Fatal(err)
	}
	result, err := ot.Solve(context.Background(), []float64{60, 40}, []float64{30, 40, 30}, cost, ot.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	plan := result.Plan()
	for i := range plan.Rows {
		for _, mass := range plan.Row(i) {
			fmt.Printf("%4.0f", mass)
		}
		fmt.Println()
	}
	fmt.Printf("%.0f bread-kilometres, %v\n", result.Cost, result.Stopped)
	// Output:
	//   30  30   0
	//    0  10  30
	// 200 bread-kilometres, converged
}

func ExampleSinkhornNewton() {
	// Who should do which job, where worker i needs costs(i,j) days for job j? At little entropy the plan is nearly the best
	// assignment; Sinkhorn's algorithm alone would take 720216 sweeps for so many digits.
	costs := kernels.Matrix[float64]{Rows: 4, Cols: 4, Stride: 4, Data: []float64{
		8.2, 4.1, 7.9, 6.0,
		8.0, 4.0, 6.8, 6.1,
		7.1, 5.2, 7.0, 5.9,
		7.0, 4.8, 6.9, 5.1,
	}}
	cost, err := ot.Dense(costs)
	if err != nil {
		log.Fatal(err)
	}
	one := []float64{1, 1, 1, 1}
	settings := ot.NewtonSettings{Settings: ot.Settings{Epsilon: 0.02, Tolerance: 1e-12}}
	result, err := ot.SinkhornNewton(context.Background(), one, one, cost, settings)
	if err != nil {
		log.Fatal(err)
	}
	plan, leftOut, err := result.SparsePlan(4)
	if err != nil {
		log.Fatal(err)
	}
	for i := range plan.Rows() {
		jobs, shares := plan.Row(i)
		fmt.Printf("worker %d: job %d, %.0f %%\n", i, jobs[0], 100*shares[0])
	}
	fmt.Printf("%.1f days, %v with less than 1 in 10000 left out: %v\n", result.Cost, result.Stopped, leftOut < 1e-4)
	// Output:
	// worker 0: job 1, 100 %
	// worker 1: job 2, 100 %
	// worker 2: job 0, 100 %
	// worker 3: job 3, 100 %
	// 23.1 days, converged with less than 1 in 10000 left out: true
}

func ExampleSolve_points() {
	// Where should two points go to match four others better? Against the gradient.
	x := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{0, 0, 1, 0}}
	y := kernels.Matrix[float64]{Rows: 4, Cols: 2, Stride: 2, Data: []float64{0, 1, 0, 3, 1, 1, 1, 3}}
	cost, err := ot.SquaredEuclidean(x, y)
	if err != nil {
		log.Fatal(err)
	}
	result, err := ot.Solve(context.Background(), []float64{0.5, 0.5}, []float64{0.25, 0.25, 0.25, 0.25}, cost, ot.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	gradient, err := result.GradientX()
	if err != nil {
		log.Fatal(err)
	}
	for i := range x.Rows {
		// A step of 1/(2 a_i) leads to the mean of the targets that the point serves.
		fmt.Printf("(%.1f, %.1f)\n", x.At(i, 0)-gradient.At(i, 0), x.At(i, 1)-gradient.At(i, 1))
	}
	// Output:
	// (0.0, 2.0)
	// (1.0, 2.0)
}

func ExampleSolve_unbalanced() {
	// A crowd of three on a line; the one at 9 has nobody near, and leaving it out costs 4.
	cost, err := ot.Separable(ot.Axis([]float64{0, 1, 9}, []float64{0.5, 1.5}, func(x, y float64) float64 { return (x - y) * (x - y) }))
	if err != nil {
		log.Fatal(err)
	}
	result, err := ot.Solve(context.Background(), []float64{1, 1, 1}, []float64{1, 1}, cost,
		ot.Settings{Epsilon: 0.05, RelaxA: 4, RelaxB: 4})
	if err != nil {
		log.Fatal(err)
	}
	plan := result.Plan()
	for i := range plan.Rows {
		fmt.Printf("%.1f\n", plan.At(i, 0)+plan.At(i, 1))
	}
	// Output:
	// 1.0
	// 1.0
	// 0.0
}

func ExampleDivergence() {
	cost, err := ot.Grid(5)
	if err != nil {
		log.Fatal(err)
	}
	a, b := []float64{1, 1, 0, 0, 0}, []float64{0, 0, 1, 1, 0}
	for _, other := range [][]float64{a, b} {
		d, err := ot.Divergence(context.Background(), a, other, cost, nil, nil, ot.Settings{Epsilon: 0.1})
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.3f\n", math.Abs(d.Value))
	}
	// Output:
	// 0.000
	// 8.000
}

func ExampleBarycentre() {
	// Half way between two bumps is a bump half way, not two half bumps.
	cost, err := ot.Grid(9)
	if err != nil {
		log.Fatal(err)
	}
	bumps := [][]float64{{0, 1, 0, 0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0, 0, 1, 0}}
	result, err := ot.Barycentre(context.Background(), bumps, nil, cost, ot.Settings{Epsilon: 0.5})
	if err != nil {
		log.Fatal(err)
	}
	for _, mass := range result.Histogram {
		fmt.Printf("%.2f ", mass)
	}
	// Output:
	// 0.00 0.00 0.00 0.11 0.79 0.11 0.00 0.00 0.00
}

func ExamplePairwise() {
	// Images of 2 by 3 pixels, a dot each.
	cost, err := ot.Grid(2, 3)
	if err != nil {
		log.Fatal(err)
	}
	images := [][]float64{{1, 0, 0, 0, 0, 0}, {0, 0, 1, 0, 0, 0}, {0, 0, 0, 0, 1, 0}}
	result, err := ot.Pairwise(context.Background(), images, cost, ot.PairwiseSettings{})
	if err != nil {
		log.Fatal(err)
	}
	for i := range images {
		fmt.Printf("%.0f\n", result.Distances.Row(i))
	}
	// Output:
	// [0 4 2]
	// [4 0 2]
	// [2 2 0]
}
