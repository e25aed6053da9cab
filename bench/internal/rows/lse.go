package rows

import (
	"math"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

const (
	elementwise = 1 << 16 // elements: the length that PERFORMANCE figures of exp and log are stated for
	side        = 1000    // rows and columns of the matrix jobs
)

// lseRows count the elements that are put through exp (or a function of like cost), whatever else is done to them.
func lseRows[T kernels.Float]() []measure.Row {
	var rows []measure.Row
	one := traffic{exps: 1, read: 1, write: 1}
	two := traffic{exps: 2, read: 1, write: 1}
	each := func(kernel string, t traffic, low, high float64, run func(dst, x []T), peers func(dst, x []T) []measure.Peer) {
		row := vector[T]("lse", kernel, elementwise, t, func(n int) measure.Job {
			dst, x := make([]T, n), uniform[T](n, low, high)
			job := measure.Job{Run: func() { run(dst, x) }}
			if peers != nil {
				job.Peers = peers(dst, x)
			}
			return job
		})
		row.Parallel = true
		rows = append(rows, row)
	}
	each("Exp", one, -20, 5, lse.Exp[T], expPeers[T])
	each("Expm1", one, -5, 5, lse.Expm1[T], nil)
	each("Log", one, 1e-3, 1e3, lse.Log[T], logPeers[T])
	each("Log1p", one, -0.9, 10, lse.Log1p[T], nil)
	each("Tanh", one, -4, 4, lse.Tanh[T], tanhPeers[T])
	each("Sigmoid", one, -10, 10, lse.Sigmoid[T], sigmoidPeers[T])
	each("Softplus", two, -10, 10, lse.Softplus[T], nil)
	for _, n := range []int{medium, elementwise} {
		ofLength := []measure.Row{
			vector[T]("lse", "LogSumExp", n, traffic{exps: 1, read: 1}, logSumExpJob[T]),
			vector[T]("lse", "Softmax", n, one, twoJob(lse.Softmax[T], nil)),
			vector[T]("lse", "LogSoftmax", n, one, twoJob(lse.LogSoftmax[T], nil)),
			vector[T]("lse", "LogAddExp", n, traffic{exps: 2, read: 2, write: 1}, threeJob(lse.LogAddExp[T], nil)),
		}
		for _, row := range ofLength {
			row.Parallel = n == elementwise
			rows = append(rows, row)
		}
	}
	rows = append(rows,
		matrix[T]("lse", "LogSumExpRows", side, side, traffic{exps: 1, read: 1}, logSumExpRowsJob[T]),
		matrix[T]("lse", "LogSumExpColumns", side, side, traffic{exps: 1, read: 1}, logSumExpColumnsJob[T]),
		matrix[T]("lse", "Plan", side, side, traffic{exps: 1, read: 1, write: 1}, planJob[T]),
		matrix[T]("lse", "SinkhornLog", side, side, traffic{exps: 1, read: 1}, sinkhornLogJob[T]),
		matrix[T]("lse", "SinkhornKernel", side, side, traffic{flops: 4, read: 1}, sinkhornKernelJob[T]),
	)
	return rows
}

func logSumExpJob[T kernels.Float](n int) measure.Job {
	x := uniform[T](n, -20, 5)
	return measure.Job{Run: func() { sink = float64(lse.LogSumExp(x)) }, Peers: logSumExpPeers(x)}
}

func logSumExpRowsJob[T kernels.Float](rows, cols int) measure.Job {
	c, dst := cost2D[T](rows, cols), make([]T, rows)
	return measure.Job{
		Run:   func() { lse.LogSumExpRows(dst, -1/regularisation, nil, c) },
		Peers: logSumExpRowsPeers(dst, c),
	}
}

func logSumExpColumnsJob[T kernels.Float](rows, cols int) measure.Job {
	c, dst := cost2D[T](rows, cols), make([]T, cols)
	return measure.Job{Run: func() { lse.LogSumExpColumns(dst, 1/regularisation, nil, c) }}
}

func planJob[T kernels.Float](rows, cols int) measure.Job {
	c, p := cost2D[T](rows, cols), kernels.NewMatrix[T](rows, cols)
	f, g, rowSums, colSums := make([]T, rows), make([]T, cols), make([]T, rows), make([]T, cols)
	return measure.Job{Run: func() { lse.Plan(p, rowSums, colSums, 1/regularisation, f, g, c) }}
}

// sinkhornLogJob goes on from where the last call ended, as the method does.
func sinkhornLogJob[T kernels.Float](rows, cols int) measure.Job {
	c := cost2D[T](rows, cols)
	f, g, a, b := make([]T, rows), make([]T, cols), weights[T](rows), weights[T](cols)
	return measure.Job{Run: func() { sink = float64(lse.SinkhornLog(f, g, a, b, regularisation, 1, 1, c)) }}
}

func sinkhornKernelJob[T kernels.Float](rows, cols int) measure.Job {
	k := cost2D[T](rows, cols)
	for i, v := range k.Data {
		k.Data[i] = T(math.Exp(-float64(v) / regularisation))
	}
	u, v, a, b := make([]T, rows), make([]T, cols), weights[T](rows), weights[T](cols)
	for j := range v {
		v[j] = 1
	}
	return measure.Job{Run: func() { sink = float64(lse.SinkhornKernel(u, v, a, b, 1, 1, k)) }}
}

const regularisation = 0.05 // of the transport problem between points of the unit square

// cost2D is the squared distance between two sets of random points in the unit square.
func cost2D[T kernels.Float](rows, cols int) kernels.Matrix[T] {
	x, y := uniform[float64](2*rows, 0, 1), uniform[float64](2*cols+1, 0, 1)
	c := kernels.NewMatrix[T](rows, cols)
	for i := range rows {
		row := c.Row(i)
		for j := range row {
			dx, dy := x[2*i]-y[2*j], x[2*i+1]-y[2*j+1]
			row[j] = T(dx*dx + dy*dy)
		}
	}
	return c
}

// weights is a distribution of mass over n points.
func weights[T kernels.Float](n int) []T {
	x := uniform[T](n, 0.5, 1.5)
	total := 0.0
	for _, v := range x {
		total += float64(v)
	}
	for i := range x {
		x[i] /= T(total)
	}
	return x
}
