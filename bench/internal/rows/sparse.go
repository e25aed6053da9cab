package rows

import (
	"fmt"
	"unsafe"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// rightSides is the number of columns in the products with several right-hand sides, and inner the length of the dot
// products that are sampled.
const (
	rightSides = 8
	inner      = 32
)

// sparseRows count entries. Shapes name the matrix: poisson150 is the five-point Laplacian on 150 x 150 points, random20000x50
// has 50 entries in each of 20000 rows, powerlaw100000 rows of Pareto lengths with more entries on the left, banded40000x27
// 27 diagonals. The first fits in L2 of most cores, the others do not.
func sparseRows[T kernels.Float]() []measure.Row {
	return append(smallSparseRows[T](), largeSparseRows[T]()...)
}

// largeSparseRows have matrices that come from memory, which are made and planned for in seconds.
func largeSparseRows[T kernels.Float]() (list []measure.Row) {
	for _, s := range []shape{poissonShape(1000), randomShape(100000, 50), powerShape(500000), bandedShape(200000, 13)} {
		row := sparseRow(s, "Plan.MulVec", sparseTraffic{vectors: 1}, plannedJob[T])
		row.OnRequest = true
		list = append(list, row)
	}
	return list
}

func smallSparseRows[T kernels.Float]() []measure.Row {
	grid, large := poissonShape(150), poissonShape(500)
	random, power, band := randomShape(20000, 50), powerShape(100000), bandedShape(40000, 13)
	return []measure.Row{
		sparseRow(grid, "MulVec", sparseTraffic{vectors: 1}, mulVecJob[T]),
		sparseRow(large, "MulVec", sparseTraffic{vectors: 1}, mulVecJob[T]),
		sparseRow(random, "MulVec", sparseTraffic{vectors: 1}, mulVecJob[T]),
		sparseRow(power, "MulVec", sparseTraffic{vectors: 1}, mulVecJob[T]),
		sparseRow(band, "MulVec", sparseTraffic{vectors: 1}, mulVecJob[T]),
		sparseRow(grid, "Plan.MulVec", sparseTraffic{vectors: 1}, plannedJob[T]),
		sparseRow(large, "Plan.MulVec", sparseTraffic{vectors: 1}, plannedJob[T]),
		sparseRow(random, "Plan.MulVec", sparseTraffic{vectors: 1}, plannedJob[T]),
		sparseRow(power, "Plan.MulVec", sparseTraffic{vectors: 1}, plannedJob[T]),
		sparseRow(band, "Plan.MulVec", sparseTraffic{vectors: 1}, plannedJob[T]),
		sparseRow(grid, "MulVecTransposed", sparseTraffic{vectors: 1}, mulVecTransposedJob[T]),
		sparseRow(random, "MulVecTransposed", sparseTraffic{vectors: 1}, mulVecTransposedJob[T]),
		sparseRow(grid, "MulMat", sparseTraffic{vectors: rightSides}, mulMatJob[T]),
		sparseRow(grid, "MulMatTransposed", sparseTraffic{vectors: rightSides}, mulMatTransposedJob[T]),
		sparseRow(grid, "Residual", sparseTraffic{vectors: 1, extra: 1}, residualJob[T]),
		sparseRow(grid, "Sampled", sparseTraffic{vectors: inner}, sampledJob[T]),
		sparseRow(random, "Sampled", sparseTraffic{vectors: inner}, sampledJob[T]),
		sparseRow(grid, "Symmetric.MulVec", sparseTraffic{vectors: 1, share: 0.6}, symmetricJob[T]),
		sparseRow(grid, "Triangular.Solve", sparseTraffic{vectors: 1, share: 0.6}, triangularJob[T]),
		sparseRow(random, "Triangular.Solve", sparseTraffic{vectors: 1, share: 0.5}, triangularJob[T]),
	}
}

// sparseTraffic is what a product moves besides the matrix: so many dense vectors read and as many written, extra ones read; and
// which share of the entries is read.
type sparseTraffic struct {
	vectors, extra int
	share          float64 // 0: all
}

// sparseRow is the row of a product with a matrix.
func sparseRow[T kernels.Float](s shape, kernel string, t sparseTraffic, setup func(a *sparse.CSR[T]) measure.Job) measure.Row {
	size := float64(unsafe.Sizeof(*new(T)))
	entries, n := float64(s.entries), float64(s.n)
	if t.share > 0 {
		entries *= t.share
	}
	dense := float64(t.vectors) * n * size
	return measure.Row{
		Family: "sparse", Kernel: kernel, Type: typeName[T](), Shape: s.name, Parallel: true,
		Cost: measure.Cost{
			Elements: float64(s.entries), Flops: 2 * float64(s.entries*t.vectors),
			Read: entries*(size+4) + 4*n + dense + float64(t.extra)*n*size, Write: dense,
		},
		Setup: func() measure.Job { return setup(build[T](s)) },
	}
}

func mulVecJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	x, y := uniform[T](a.Cols(), -1, 1), make([]T, a.Rows())
	return measure.Job{Run: func() { a.MulVec(1, x, 0, y) }, Peers: mulVecPeers(a, x, y)}
}

// plannedJob multiplies in the format that is fastest; its traffic is counted as that of compressed rows.
func plannedJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	p, err := sparse.NewPlan(a, sparse.PlanSettings{})
	if err != nil {
		panic(err) // without a format there is none
	}
	x, y := uniform[T](a.Cols(), -1, 1), make([]T, a.Rows())
	return measure.Job{Run: func() { p.MulVec(1, x, 0, y) }, Peers: mulVecPeers(a, x, y)}
}

func mulVecTransposedJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	x, y := uniform[T](a.Rows(), -1, 1), make([]T, a.Cols())
	return measure.Job{Run: func() { a.MulVecTransposed(1, x, 0, y) }, Peers: mulVecTransposedPeers(a, x, y)}
}

func mulMatJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	x, y := block[T](a.Cols(), rightSides), block[T](a.Rows(), rightSides)
	return measure.Job{Run: func() { a.MulMat(1, x, 0, y) }}
}

func mulMatTransposedJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	x, y := block[T](a.Rows(), rightSides), block[T](a.Cols(), rightSides)
	return measure.Job{Run: func() { a.MulMatTransposed(1, x, 0, y) }}
}

func residualJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	x, b, r := uniform[T](a.Cols(), -1, 1), uniform[T](a.Rows(), -1, 1), make([]T, a.Rows())
	return measure.Job{Run: func() { sink = float64(a.Residual(r, b, x)) }}
}

func sampledJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	x, y, dst := block[T](a.Rows(), inner), block[T](a.Cols(), inner), make([]T, a.Len())
	return measure.Job{Run: func() { a.Sampled(dst, 1, x, y) }}
}

func symmetricJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	s, err := sparse.NewSymmetric(a)
	if err != nil {
		panic(err) // the shape is not what its row needs
	}
	x, y := uniform[T](s.Rows(), -1, 1), make([]T, s.Rows())
	return measure.Job{Run: func() { s.MulVec(1, x, 0, y) }}
}

func triangularJob[T kernels.Float](a *sparse.CSR[T]) measure.Job {
	l, err := sparse.NewLower(a, true)
	if err != nil {
		panic(err)
	}
	x, b := make([]T, l.Rows()), uniform[T](l.Rows(), -1, 1)
	return measure.Job{Run: func() { l.Solve(x, b) }}
}

// block is a dense matrix of so many right-hand sides.
func block[T kernels.Float](rows, cols int) kernels.Matrix[T] {
	return kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols, Data: uniform[T](rows*cols, -1, 1)}
}

// shape is a square matrix that is made when it is needed: each row gives its columns in ascending order.
type shape struct {
	name       string
	n, entries int
	row        func(i int, columns []int) []int // appends to columns
}

// build makes a matrix of values that add up to less than 1 in most rows, so that solving with a triangle of it stays in range;
// a symmetric pattern gets symmetric values.
func build[T kernels.Float](s shape) *sparse.CSR[T] {
	starts, columns, values := make([]int, 1, s.n+1), make([]int, 0, s.entries), make([]T, 0, s.entries)
	perRow := float64(s.entries) / float64(s.n)
	for i := range s.n {
		columns = s.row(i, columns)
		for _, j := range columns[len(values):] {
			values = append(values, T((0.5+float64((i+j)%7)/20)/perRow))
		}
		starts = append(starts, len(columns))
	}
	a, err := sparse.FromCSR(s.n, s.n, starts, columns, values)
	if err != nil || a.Len() != s.entries {
		panic(fmt.Sprintf("%s: %v, %d entries announced", s.name, err, s.entries))
	}
	return a
}
