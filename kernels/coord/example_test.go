package coord_test

import (
	"fmt"
	"log"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// A lasso by greedy coordinate descent: min |Ax - y|^2/2 + |x|_1, with the columns of A as the rows of a matrix.
func Example() {
	columns := kernels.Matrix[float64]{Rows: 3, Cols: 4, Stride: 4, Data: []float64{
		1, 1, 0, 0,
		0, 1, 1, 0,
		0, 0, 1, 2,
	}}
	r := []float64{-4, -4, 0, 0} // Ax - y for x = 0 and y = 4, 4, 0, 0
	x, g, steps := make([]float64, 3), make([]float64, 3), make([]float64, 3)
	coord.CurvatureAt(steps, columns, []int32{0, 1, 2}, nil)
	for j, curvature := range steps {
		steps[j] = 1 / curvature
	}
	penalty := coord.Penalty[float64]{L1: 1}
	for range 20 {
		coord.Gradient(g, columns, r)
		j, score := coord.SelectProx(coord.GSR, x, g, steps, penalty)
		if score < 1e-9 {
			break
		}
		d := []float64{x[j]}
		coord.ProxStep(x[j:j+1], x[j:j+1], g[j:j+1], steps[j:j+1], penalty)
		d[0] = x[j] - d[0]
		coord.UpdateAt(r, columns, []int32{int32(j)}, d)
	}
	fmt.Printf("%.4f\n", x)
	// Output: [3.5000 0.0000 0.0000]
}

// The exact minimiser of a quadratic over the block of nodes 0, 1 and 3 of a cycle of four, which is a path.
func ExampleForest() {
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 4, Cols: 4, Stride: 4, Data: []float64{
		3, -1, 0, -1,
		-1, 3, -1, 0,
		0, -1, 3, -1,
		-1, 0, -1, 3,
	}}, 0)
	if err != nil {
		log.Fatal(err)
	}
	var sets coord.UnionFind
	nodes := coord.GrowForest(nil, &sets, a, []int32{0, 1, 3, 2}) // 2 would close the cycle
	var forest coord.Forest[float64]
	if err := forest.Reset(a, nodes); err != nil {
		log.Fatal(err)
	}
	x := []float64{1, 1, 1} // the residual of these nodes, then their step
	forest.Solve(x)
	fmt.Printf("%d %.4f\n", nodes, x)
	// Output: [0 1 3] [0.7143 0.5714 0.5714]
}

// The nearest point whose elements are probabilities.
func ExampleProjectSimplex() {
	x := []float64{0.9, 0.5, -0.2}
	coord.ProjectSimplex(x, x, 1) // in place
	fmt.Printf("%.2f\n", x)
	// Output: [0.70 0.30 0.00]
}

// The loss of logistic regression with its first and second derivatives by the margins, in one pass.
func ExampleLogistic() {
	margin, label := []float64{0, 2}, []float64{1, -1}
	gradient, curvature := make([]float64, 2), make([]float64, 2)
	loss := coord.Logistic(gradient, curvature, margin, label)
	fmt.Printf("%.4f %.4f %.4f\n", loss, gradient, curvature)
	// Output: 2.8201 [-0.5000 0.8808] [0.2500 0.1050]
}
