package singular_test

import (
	"fmt"

	"github.com/raphson-go/raphson/algos/bcd/internal/singular"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

func ExampleFactor() {
	h := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 1, 1, 1}}
	d := []float64{2, 2}
	if singular.Factor(h) {
		matmul.CholeskySolveVector(matmul.Lower, h, d)
	}
	fmt.Printf("%.3f\n", d)
	// Output: [1.000 1.000]
}
