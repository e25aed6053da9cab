// Package rows is the table of what is measured: one row a job, used by the benchmark program and by go test -bench
// alike. To add a kernel, add its row to the file of its family.
package rows

import (
	"fmt"
	"math/rand/v2"
	"unsafe"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// All rows, family by family, both element types of a kernel side by side.
func All() []measure.Row {
	var rows []measure.Row
	rows = append(rows, both(vecRows[float64](), vecRows[float32]())...)
	rows = append(rows, dotWideRow())
	rows = append(rows, both(lseRows[float64](), lseRows[float32]())...)
	rows = append(rows, both(matmulRows[float64](), matmulRows[float32]())...)
	rows = append(rows, bfloat16Rows()...)
	rows = append(rows, both(matmulSolveRows[float64](), matmulSolveRows[float32]())...)
	rows = append(rows, both(sparseRows[float64](), sparseRows[float32]())...)
	rows = append(rows, both(coordRows[float64](), coordRows[float32]())...)
	rows = append(rows, both(orthRows[float64](), orthRows[float32]())...)
	rows = append(rows, gonumRows()...)
	return rows
}

// both interleaves two tables of the same kernels.
func both(a, b []measure.Row) []measure.Row {
	rows := make([]measure.Row, 0, len(a)+len(b))
	for i := range a {
		rows = append(rows, a[i], b[i])
	}
	return rows
}

// traffic is what a kernel does to one element: operations, elements that it only reads, elements that it writes, and
// int32 indices.
type traffic struct {
	flops, exps, read, write, indices float64
}

// vector is the row of a kernel on n elements.
func vector[T kernels.Float](family, kernel string, n int, t traffic, setup func(n int) measure.Job) measure.Row {
	return measure.Row{
		Family: family, Kernel: kernel, Type: typeName[T](), Shape: fmt.Sprint(n), Cost: cost[T](float64(n), t),
		Setup: func() measure.Job { return setup(n) },
	}
}

// matrix is the row of a kernel on rows x cols elements, which is split across workers.
func matrix[T kernels.Float](family, kernel string, rows, cols int, t traffic, setup func(rows, cols int) measure.Job) measure.Row {
	return measure.Row{
		Family: family, Kernel: kernel, Type: typeName[T](), Shape: fmt.Sprintf("%dx%d", rows, cols),
		Cost: cost[T](float64(rows*cols), t), Parallel: true,
		Setup: func() measure.Job { return setup(rows, cols) },
	}
}

func cost[T kernels.Float](elements float64, t traffic) measure.Cost {
	size := float64(unsafe.Sizeof(*new(T)))
	return measure.Cost{
		Elements: elements, Flops: elements * t.flops, Exps: elements * t.exps,
		Read: elements * (size*t.read + 4*t.indices), Write: elements * size * t.write,
	}
}

func typeName[T kernels.Float]() string {
	if cast.Single[T]() {
		return "float32"
	}
	return "float64"
}

// uniform is n numbers between low and high, the same in every run.
func uniform[T kernels.Float](n int, low, high float64) []T {
	random := rand.New(rand.NewPCG(1, uint64(n)))
	x := make([]T, n)
	for i := range x {
		x[i] = T(low + (high-low)*random.Float64())
	}
	return x
}

// permutation is an index vector that visits n elements in random order.
func permutation(n int) []int32 {
	index := make([]int32, n)
	for i, v := range rand.New(rand.NewPCG(2, uint64(n))).Perm(n) {
		index[i] = int32(v)
	}
	return index
}

// sink takes results, so that no call can be dropped.
var sink float64
