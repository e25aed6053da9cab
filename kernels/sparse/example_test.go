package sparse_test

import (
	"fmt"
	"log"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func Example() {
	// The second difference on four points, from coordinates in any order.
	rows := []int{0, 1, 2, 3, 0, 1, 2, 1, 2, 3}
	columns := []int{0, 1, 2, 3, 1, 2, 3, 0, 1, 2}
	values := []float64{2, 2, 2, 2, -1, -1, -1, -1, -1, -1}
	a, err := sparse.FromCOO(4, 4, rows, columns, values)
	if err != nil {
		log.Fatal(err)
	}
	x, y := []float64{1, 4, 9, 16}, make([]float64, 4)
	a.MulVec(1, x, 0, y) // y = A*x
	fmt.Println(y)

	// Output: [-2 -2 -2 23]
}

func ExampleFromDenseLargest() {
	m := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{
		1, -7, 0,
		3, 2, -3,
	}}
	a, err := sparse.FromDenseLargest(m, 2) // of the two 3s the first is taken
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(a.Dense().Data)
	// Output: [0 -7 0 3 0 0]
}

func ExampleCSR_Residual() {
	a, err := sparse.FromCSR(2, 2, []int{0, 2, 3}, []int{0, 1, 1}, []float64{2, 1, 4})
	if err != nil {
		log.Fatal(err)
	}
	r := make([]float64, 2)
	norm := a.Residual(r, []float64{6, 8}, []float64{1, 1})
	fmt.Println(r, norm)
	// Output: [3 4] 5
}

func ExampleNewPlan() {
	// Ones beside the diagonal of a matrix with a thousand rows.
	const n = 1000
	var rows, columns []int
	var values []float64
	for i := range n - 1 {
		rows, columns, values = append(rows, i, i+1), append(columns, i+1, i), append(values, 1, 1)
	}
	a, err := sparse.FromCOO(n, n, rows, columns, values)
	if err != nil {
		log.Fatal(err)
	}
	x, y := make([]float64, n), make([]float64, n)
	x[1], x[3] = 5, 7
	p, err := sparse.NewPlan(a, sparse.PlanSettings{}) // fmt.Println(p) says how the formats of a did
	if err != nil {
		log.Fatal(err)
	}
	p.MulVec(1, x, 0, y) // y = A*x
	fmt.Println(y[:5])
	// Output: [5 0 12 0 7]
}

func ExampleNewLower() {
	a, err := sparse.FromCSR(3, 3, []int{0, 1, 3, 5}, []int{0, 0, 1, 1, 2}, []float64{2, 1, 1, 3, 1})
	if err != nil {
		log.Fatal(err)
	}
	l, err := sparse.NewLower(a, false)
	if err != nil {
		log.Fatal(err)
	}
	x := []float64{2, 3, 7}
	l.Solve(x, x)
	fmt.Println(x, l.Levels())
	// Output: [1 2 1] 3
}
