package kernels_test

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// A server that handles every request on a goroutine of its own keeps operations from spreading over more.
func ExampleSetWorkers() {
	previous := kernels.SetWorkers(1)
	fmt.Println(kernels.Workers())
	kernels.SetWorkers(previous)
	// Output: 1
}

// The norms of many rows, a few rows at a time on each worker.
func ExampleParallel() {
	m := kernels.Matrix[float64]{Rows: 3, Cols: 2, Stride: 2, Data: []float64{3, 4, 5, 12, 8, 15}}
	norms := make([]float64, m.Rows)
	kernels.Parallel(m.Rows, func(i int) { norms[i] = vec.Norm2(m.Row(i)) })
	fmt.Println(norms)
	// Output: [5 13 17]
}
