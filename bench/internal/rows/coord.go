package rows

import (
	"fmt"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
)

// coordBlock is the number of columns in a block, every second one of a matrix.
const coordBlock = 16

// coordRows are blocks of columns of 1000 rows, which lie in L2, and of 200000, which lie in memory; selection and steps of
// vectors as in vecRows; and losses. The work with a block is in coord_block.go.
func coordRows[T kernels.Float]() []measure.Row {
	var rows []measure.Row
	block := func(kernel string, columns, vectors int, setup func(n int) measure.Job, lengths ...int) {
		for _, n := range lengths {
			rows = append(rows, measure.Row{
				Family: "coord", Kernel: kernel, Type: typeName[T](), Shape: fmt.Sprintf("%dx%d", n, coordBlock),
				Cost:  cost[T](float64(n*columns), traffic{flops: 2, read: 1 + float64(vectors)/float64(columns)}),
				Setup: func() measure.Job { return setup(n) },
			})
		}
	}
	const inCache, inMemory = 1000, 200000
	block("GradientAt", coordBlock, 1, gradientJob[T], inCache, inMemory)
	block("UpdateAt", coordBlock, 1, updateJob[T], inCache, inMemory)
	block("UpdateGradientAt", 2*coordBlock, 1, updateGradientJob[T], inCache, inMemory)
	block("CurvatureAt", coordBlock, 1, curvatureJob[T], inCache)
	add := func(kernel string, t traffic, setup func(n int) measure.Job, lengths ...int) {
		for _, n := range lengths {
			rows = append(rows, vector[T]("coord", kernel, n, t, setup))
		}
	}
	add("Select", traffic{read: 1}, selectJob(func(g, _, _ []T) { coord.Select(g, nil) }), short, medium, long)
	add("SelectScaled", traffic{flops: 1, read: 2}, selectJob(func(g, s, _ []T) { coord.Select(g, s) }), short, medium, long)
	lasso := coord.Penalty[T]{L1: 0.5}
	add("SelectGSS", traffic{flops: 3, read: 2}, selectJob(func(g, _, x []T) { coord.SelectProx(coord.GSS, x, g, nil, lasso) }), medium, long)
	add("SelectGSR", traffic{flops: 6, read: 3}, selectJob(func(g, s, x []T) { coord.SelectProx(coord.GSR, x, g, s, lasso) }), medium, long)
	add("SelectGSQ", traffic{flops: 15, read: 3}, selectJob(func(g, s, x []T) { coord.SelectProx(coord.GSQ, x, g, s, lasso) }), medium, long)
	add("Scores", traffic{flops: 1, read: 2, write: 1}, mapJob(func(dst, g, s, _ []T) { coord.Scores(dst, g, s) }), medium)
	add("ScoresGSS", traffic{flops: 3, read: 2, write: 1}, mapJob(func(dst, g, _, x []T) { coord.ScoresProx(dst, coord.GSS, x, g, nil, lasso) }), medium)
	add("ScoresGSR", traffic{flops: 6, read: 3, write: 1}, mapJob(func(dst, g, s, x []T) { coord.ScoresProx(dst, coord.GSR, x, g, s, lasso) }), medium)
	add("ScoresGSQ", traffic{flops: 15, read: 3, write: 1}, mapJob(func(dst, g, s, x []T) { coord.ScoresProx(dst, coord.GSQ, x, g, s, lasso) }), medium)
	add("TopK", traffic{read: 1}, topJob[T], medium, 1<<17)
	add("Prox", traffic{flops: 4, read: 1, write: 1}, mapJob(func(dst, _, _, x []T) { coord.Prox(dst, x, 0.5, lasso) }), medium)
	add("ProxStep", traffic{flops: 6, read: 3, write: 1}, mapJob(func(dst, g, s, x []T) { coord.ProxStep(dst, x, g, s, lasso) }), medium)
	add("ProxHuber", traffic{flops: 2, read: 1, write: 1}, mapJob(func(dst, _, _, x []T) { coord.ProxHuber(dst, x, 0.5, 0.5) }), medium)
	add("ProjectSimplex", traffic{read: 1, write: 1}, mapJob(func(dst, _, _, x []T) { coord.ProjectSimplex(dst, x, 1) }), medium)
	add("Logistic", traffic{exps: 2, read: 2, write: 2}, lossJob(coord.Logistic[T]), medium)
	add("Squared", traffic{flops: 3, read: 2, write: 2}, lossJob(coord.Squared[T]), medium)
	add("Huber", traffic{flops: 4, read: 2, write: 2}, lossJob(func(g, c, x, y []T) T { return coord.Huber(g, c, x, y, 0.5) }), medium)
	add("Hinge", traffic{flops: 3, read: 2, write: 2}, lossJob(coord.Hinge[T]), medium)
	add("SquaredHinge", traffic{flops: 4, read: 2, write: 2}, lossJob(coord.SquaredHinge[T]), medium)
	return append(rows, coordBlockRows[T]()...)
}

// columnsOf is columns of n rows, and every second one of them in an order that no prefetcher guesses.
func columnsOf[T kernels.Float](n int) (columns kernels.Matrix[T], index, next []int32) {
	const count = 2 * coordBlock
	index, next = make([]int32, coordBlock), make([]int32, coordBlock)
	for k := range index {
		index[k] = int32(k * 10 % count)
		next[k] = index[k] + 1
	}
	return dense[T](count, n), index, next
}

func gradientJob[T kernels.Float](n int) measure.Job {
	columns, index, _ := columnsOf[T](n)
	r, dst := uniform[T](n, -1, 1), make([]T, len(index))
	return measure.Job{Run: func() { coord.GradientAt(dst, columns, index, r) }}
}

// updateJob adds multiples so small that r stays what it is however often the job is run.
func updateJob[T kernels.Float](n int) measure.Job {
	columns, index, _ := columnsOf[T](n)
	r, d := uniform[T](n, -1, 1), uniform[T](len(index), -1e-12, 1e-12)
	return measure.Job{Run: func() { coord.UpdateAt(r, columns, index, d) }}
}

func updateGradientJob[T kernels.Float](n int) measure.Job {
	columns, index, next := columnsOf[T](n)
	r, d, dst := uniform[T](n, -1, 1), uniform[T](len(index), -1e-12, 1e-12), make([]T, len(index))
	return measure.Job{Run: func() { coord.UpdateGradientAt(dst, next, r, columns, index, d) }}
}

func curvatureJob[T kernels.Float](n int) measure.Job {
	columns, index, _ := columnsOf[T](n)
	weights, dst := uniform[T](n, 0, 1), make([]T, len(index))
	return measure.Job{Run: func() { coord.CurvatureAt(dst, columns, index, weights) }}
}

// selectJob is a rule on a gradient, steps or scales, and a point where most elements are 0.
func selectJob[T kernels.Float](run func(g, steps, x []T)) func(n int) measure.Job {
	return func(n int) measure.Job {
		g, steps, x := coordinates[T](n)
		return measure.Job{Run: func() { run(g, steps, x) }}
	}
}

func mapJob[T kernels.Float](run func(dst, g, steps, x []T)) func(n int) measure.Job {
	return func(n int) measure.Job {
		dst := make([]T, n)
		g, steps, x := coordinates[T](n)
		return measure.Job{Run: func() { run(dst, g, steps, x) }}
	}
}

func coordinates[T kernels.Float](n int) (g, steps, x []T) {
	g, steps, x = uniform[T](n, -1, 1), uniform[T](n, 0.5, 1), uniform[T](n, -1, 1)
	for i := range x {
		if i%8 != 0 {
			x[i] = 0
		}
	}
	return g, steps, x
}

// topJob looks for the 100 largest.
func topJob[T kernels.Float](n int) measure.Job {
	scores, dst := uniform[T](n, 0, 1), make([]int32, 100)
	return measure.Job{Run: func() { coord.TopK(dst, scores) }}
}

func lossJob[T kernels.Float](run func(gradient, curvature, x, y []T) T) func(n int) measure.Job {
	return func(n int) measure.Job {
		gradient, curvature, x, y := make([]T, n), make([]T, n), uniform[T](n, -4, 4), uniform[T](n, -1, 1)
		for i, v := range y {
			y[i] = 1
			if v < 0 {
				y[i] = -1
			}
		}
		return measure.Job{Run: func() { sink = float64(run(gradient, curvature, x, y)) }}
	}
}
