package linsolve_test

import (
	"context"
	"fmt"
	"log"

	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func ExampleCG() {
	// A chain of four springs between two walls.
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 4, Cols: 4, Stride: 4, Data: []float64{
		2, -1, 0, 0,
		-1, 2, -1, 0,
		0, -1, 2, -1,
		0, 0, -1, 2,
	}}, 0)
	if err != nil {
		log.Fatal(err)
	}
	preconditioner, err := linsolve.NewIC0(a) // a is a sparse matrix
	if err != nil {
		log.Fatal(err)
	}
	force := []float64{0, 0, 0, 5}
	result, err := linsolve.CG(context.Background(), linsolve.Sparse(a), force, linsolve.Settings{Preconditioner: preconditioner})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f %v after %d\n", result.X, result.Stopped, result.Iterations)
	// Output: [1.000 2.000 3.000 4.000] converged after 1
}

func ExampleTogether() {
	// The same chain under three loads.
	a, err := linsolve.Dense(kernels.Matrix[float64]{Rows: 4, Cols: 4, Stride: 4, Data: []float64{
		2, -1, 0, 0,
		-1, 2, -1, 0,
		0, -1, 2, -1,
		0, 0, -1, 2,
	}})
	if err != nil {
		log.Fatal(err)
	}
	loads := kernels.Matrix[float64]{Rows: 4, Cols: 3, Stride: 3, Data: []float64{
		0, 5, 2,
		0, 0, 2,
		0, 0, 2,
		5, 0, 2,
	}}
	results, err := linsolve.Together(context.Background(), linsolve.CG, a, loads, linsolve.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	for _, result := range results {
		fmt.Printf("%.3f %v after %d\n", result.X, result.Stopped, result.Iterations)
	}
	// Output:
	// [1.000 2.000 3.000 4.000] converged after 4
	// [4.000 3.000 2.000 1.000] converged after 4
	// [4.000 6.000 6.000 4.000] converged after 2
}

func ExampleLSQR() {
	// A line through four points, by least squares.
	a, err := linsolve.Dense(kernels.Matrix[float64]{Rows: 4, Cols: 2, Stride: 2, Data: []float64{1, 0, 1, 1, 1, 2, 1, 3}})
	if err != nil {
		log.Fatal(err)
	}
	result, err := linsolve.LSQR(context.Background(), a, []float64{1, 3, 5, 6}, linsolve.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.2f\n", result.X)
	// Output: [1.20 1.70]
}

func ExampleFunc() {
	// A rotation by a quarter turn as a function, which CG cannot solve and says so.
	turn := linsolve.Func(2, func(y, x []float64) { y[0], y[1] = -x[1], x[0] })
	result, err := linsolve.CG(context.Background(), turn, []float64{1, 0}, linsolve.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Stopped, "-", result.Reason)

	result, err = linsolve.GMRES(context.Background(), turn, []float64{1, 0}, linsolve.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(result.Stopped, result.X)
	// Output:
	// breakdown - matrix is not positive definite
	// converged [0 -1]
}

func ExampleConjugateDirections() {
	// The chain of ExampleCG, along directions of a function that has half of the right idea: what pulls at a mass pulls at its neighbours.
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 4, Cols: 4, Stride: 4, Data: []float64{
		2, -1, 0, 0,
		-1, 2, -1, 0,
		0, -1, 2, -1,
		0, 0, -1, 2,
	}}, 0)
	if err != nil {
		log.Fatal(err)
	}
	guess := func(q, r []float64) {
		for i := range q {
			q[i] = r[i]
			if i > 0 {
				q[i] += r[i-1] / 2
			}
			if i < len(q)-1 {
				q[i] += r[i+1] / 2
			}
		}
	}
	result, err := linsolve.ConjugateDirections(context.Background(), linsolve.Sparse(a), []float64{0, 0, 0, 5}, linsolve.DirectionSettings{Direction: guess})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f %v after %d\n", result.X, result.Stopped, result.Iterations)
	// Output: [1.000 2.000 3.000 4.000] converged after 2
}

func ExampleGMRES() {
	// Heat in a pipe, carried along by what flows through it: the matrix is not symmetric.
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 4, Cols: 4, Stride: 4, Data: []float64{
		4, -1, 0, 0,
		-3, 4, -1, 0,
		0, -3, 4, -1,
		0, 0, -3, 4,
	}}, 0)
	if err != nil {
		log.Fatal(err)
	}
	preconditioner, err := linsolve.NewILU0(a)
	if err != nil {
		log.Fatal(err)
	}
	result, err := linsolve.GMRES(context.Background(), linsolve.Sparse(a), []float64{3, 0, 0, 1}, linsolve.Settings{Preconditioner: preconditioner})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f %v\n", result.X, result.Stopped)
	// Output: [1.000 1.000 1.000 1.000] converged
}
