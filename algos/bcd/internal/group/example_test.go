package group_test

import (
	"fmt"

	"github.com/raphson-go/raphson/algos/bcd/internal/group"
	"github.com/raphson-go/raphson/kernels"
)

func ExampleMinimise() {
	// -3*u - 4*v + (u^2 + v^2)/2 + |(u, v)|: the minimum without the penalty, (3, 4), is made shorter by one.
	h := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 0, 0, 1}}
	z := make([]float64, 2)
	ok := group.Minimise(z, []float64{-3, -4}, h, 1)
	fmt.Printf("%.3f %v\n", z, ok)
	// Output: [2.400 3.200] true
}
