package rows

import (
	"fmt"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// coordBlockRows are sparse columns of 50 entries among 20000 rows, and the small problems of a block.
func coordBlockRows[T kernels.Float]() []measure.Row {
	const entries, n = 50, 20000
	row := func(kernel, shape string, c measure.Cost, setup func() measure.Job) measure.Row {
		return measure.Row{Family: "coord", Kernel: kernel, Type: typeName[T](), Shape: shape, Cost: c, Setup: setup}
	}
	sparseCost := cost[T](n*entries, traffic{flops: 2, read: 1, indices: 1})
	sparseShape := fmt.Sprintf("%dx%d", n, entries)
	var rows []measure.Row
	rows = append(rows,
		row("SparseGradientAt", sparseShape, sparseCost, func() measure.Job {
			columns, index, r, d := sparseColumns[T](n, entries)
			return measure.Job{Run: func() { coord.SparseGradientAt(d, columns, index, r) }}
		}),
		row("SparseUpdateAt", sparseShape, sparseCost, func() measure.Job {
			columns, index, r, d := sparseColumns[T](n, entries)
			return measure.Job{Run: func() { coord.SparseUpdateAt(r, columns, index, d) }}
		}))
	const height, unknowns = 1000, 2 * coordBlock
	gram := product[T](height*unknowns*unknowns, height*unknowns, unknowns*unknowns)
	rows = append(rows, row("GramAt", fmt.Sprintf("%dx%d", height, unknowns), gram, func() measure.Job {
		columns, index, next := columnsOf[T](height)
		all, dst := append(index, next...), kernels.NewMatrix[T](unknowns, unknowns)
		return measure.Job{Run: func() { coord.GramAt(dst, columns, all, all, nil) }}
	}))
	rows = append(rows, row("SolveBox", fmt.Sprint(unknowns), cost[T](unknowns*unknowns, traffic{read: 1}), func() measure.Job {
		columns, index, next := columnsOf[T](height)
		all, h := append(index, next...), kernels.NewMatrix[T](unknowns, unknowns)
		coord.GramAt(h, columns, all, all, nil)
		b, x, lower, upper := uniform[T](unknowns, -height, height), make([]T, unknowns), make([]T, unknowns), uniform[T](unknowns, 1, 2)
		return measure.Job{Run: func() {
			clear(x)
			if err := coord.SolveBox(x, h, b, lower, upper); err != nil {
				panic(err)
			}
		}}
	}))
	const side = 50
	return append(rows, row("Forest", fmt.Sprintf("%dx%d", side, side), cost[T](side*side, traffic{read: 1}), func() measure.Job {
		matrix := lattice[T](side)
		var u coord.UnionFind
		var f coord.Forest[T]
		nodes := coord.GrowForest(nil, &u, matrix, permutation(side*side))
		x := uniform[T](len(nodes), -1, 1)
		return measure.Job{Run: func() {
			nodes = coord.GrowForest(nodes[:0], &u, matrix, permutation(side*side))
			if err := f.Reset(matrix, nodes); err != nil {
				panic(err)
			}
			f.Solve(x)
		}}
	}))
}

// sparseColumns are n columns of so many entries each at random among n rows, in an order that jumps.
func sparseColumns[T kernels.Float](n, entries int) (columns *sparse.CSR[T], index []int32, r, d []T) {
	return build[T](randomShape(n, entries)), permutation(n), uniform[T](n, -1, 1), uniform[T](n, -1e-12, 1e-12)
}

// lattice is the Laplacian of side x side points and the identity.
func lattice[T kernels.Float](side int) *sparse.CSR[T] {
	shape := poissonShape(side)
	var columns []int
	var values []T
	starts := []int{0}
	for i := range shape.n {
		columns = shape.row(i, columns)
		for _, j := range columns[len(values):] {
			value := T(-1)
			if j == i {
				value = 5
			}
			values = append(values, value)
		}
		starts = append(starts, len(columns))
	}
	a, err := sparse.FromCSR(shape.n, shape.n, starts, columns, values)
	if err != nil {
		panic(err)
	}
	return a
}
