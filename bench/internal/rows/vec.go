package rows

import (
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Lengths: where the call itself is the work, where the operands live in the nearest caches, and where memory is.
const (
	short  = 64
	medium = 4096
	long   = 1 << 20
)

// vecRows are in the order of the package's documentation. The package splits no vector across workers: memory, not
// arithmetic, is what long ones wait for.
func vecRows[T kernels.Float]() []measure.Row {
	var rows []measure.Row
	add := func(kernel string, t traffic, setup func(n int) measure.Job, lengths ...int) {
		for _, n := range lengths {
			rows = append(rows, vector[T]("vec", kernel, n, t, setup))
		}
	}
	add("Dot", traffic{flops: 2, read: 2}, dotJob[T], short, medium, long)
	add("Axpy", traffic{flops: 2, read: 1, write: 1}, axpyJob[T], short, medium, long)
	add("Scale", traffic{flops: 1, write: 1}, scaleJob[T], short, medium, long)
	add("Add", traffic{flops: 1, read: 2, write: 1}, threeJob(vec.Add[T], addPeers[T]), medium)
	add("Sub", traffic{flops: 1, read: 2, write: 1}, threeJob(vec.Sub[T], subPeers[T]), medium)
	add("Mul", traffic{flops: 1, read: 2, write: 1}, threeJob(vec.Mul[T], mulPeers[T]), medium)
	add("Div", traffic{read: 2, write: 1}, threeJob(vec.Div[T], divPeers[T]), medium)
	add("AddScaled", traffic{flops: 3, read: 2, write: 1}, threeJob(
		func(dst, x, y []T) { vec.AddScaled(dst, 1.5, x, -0.5, y) }, nil), medium)
	add("AdamStep", traffic{flops: 12, read: 1, write: 3}, adamJob[T], medium)
	add("Sum", traffic{flops: 1, read: 1}, reduceJob(vec.Sum[T], sumPeers[T]), short, medium, long)
	add("AbsSum", traffic{flops: 1, read: 1}, reduceJob(vec.AbsSum[T], absSumPeers[T]), medium)
	add("SumSquares", traffic{flops: 2, read: 1}, reduceJob(vec.SumSquares[T], sumSquaresPeers[T]), medium)
	add("Norm2", traffic{flops: 2, read: 1}, reduceJob(vec.Norm2[T], norm2Peers[T]), medium)
	add("Max", traffic{read: 1}, reduceJob(vec.Max[T], maxPeers[T]), medium)
	add("Min", traffic{read: 1}, reduceJob(vec.Min[T], minPeers[T]), medium)
	add("MaxAbsIndex", traffic{read: 1}, reduceJob(
		func(x []T) T { return T(vec.MaxAbsIndex(x)) }, maxAbsIndexPeers[T]), medium)
	add("Clamp", traffic{read: 1, write: 1}, twoJob(
		func(dst, x []T) { vec.Clamp(dst, x, -0.5, 0.5) }, clampPeers[T]), medium)
	add("SoftThreshold", traffic{flops: 1, read: 1, write: 1}, twoJob(
		func(dst, x []T) { vec.SoftThreshold(dst, x, 0.25) }, nil), medium)
	add("Gather", traffic{read: 1, write: 1, indices: 1}, gatherJob[T], medium)
	add("ScatterAdd", traffic{flops: 1, read: 1, write: 1, indices: 1}, scatterAddJob[T], medium)
	add("GatherDot", traffic{flops: 2, read: 2, indices: 1}, gatherDotJob[T], medium)
	add("GatherAxpy", traffic{flops: 2, read: 1, write: 1, indices: 1}, gatherAxpyJob[T], medium)
	add("Fill", traffic{write: 1}, fillJob[T], medium)
	return rows
}

func dotJob[T kernels.Float](n int) measure.Job {
	x, y := uniform[T](n, -1, 1), uniform[T](n, -1, 1)
	return measure.Job{Run: func() { sink = float64(vec.Dot(x, y)) }, Peers: dotPeers(x, y)}
}

// dotWideRow exists for float32 alone.
func dotWideRow() measure.Row {
	return vector[float32]("vec", "DotWide", medium, traffic{flops: 2, read: 2}, func(n int) measure.Job {
		x, y := uniform[float32](n, -1, 1), uniform[float32](n, -1, 1)
		return measure.Job{Run: func() { sink = vec.DotWide(x, y) }, Peers: dotWidePeers(x, y)}
	})
}

// axpyJob adds a multiple so small that y stays what it is however often the job is run.
func axpyJob[T kernels.Float](n int) measure.Job {
	x, y := uniform[T](n, -1, 1), uniform[T](n, -1, 1)
	return measure.Job{Run: func() { vec.Axpy(1e-12, x, y) }, Peers: axpyPeers(x, y)}
}

func scaleJob[T kernels.Float](n int) measure.Job {
	x := uniform[T](n, -1, 1)
	return measure.Job{Run: func() { vec.Scale(-1, x) }, Peers: scalePeers(x)}
}

func threeJob[T kernels.Float](run func(dst, x, y []T), peers func(dst, x, y []T) []measure.Peer) func(n int) measure.Job {
	return func(n int) measure.Job {
		dst, x, y := make([]T, n), uniform[T](n, 1, 2), uniform[T](n, 1, 2)
		job := measure.Job{Run: func() { run(dst, x, y) }}
		if peers != nil {
			job.Peers = peers(dst, x, y)
		}
		return job
	}
}

func adamJob[T kernels.Float](n int) measure.Job {
	w, first, second, g := uniform[T](n, -1, 1), make([]T, n), make([]T, n), uniform[T](n, -1, 1)
	factors := vec.AdamFactors[T]{Past1: 0.9, Part1: 0.1, Past2: 0.999, Part2: 0.001, Keep: 1, Rate: 1e-6, Root: 1, Epsilon: 1e-8}
	return measure.Job{Run: func() { vec.AdamStep(w, first, second, g, factors) }}
}

func twoJob[T kernels.Float](run func(dst, x []T), peers func(dst, x []T) []measure.Peer) func(n int) measure.Job {
	return func(n int) measure.Job {
		dst, x := make([]T, n), uniform[T](n, -1, 1)
		job := measure.Job{Run: func() { run(dst, x) }}
		if peers != nil {
			job.Peers = peers(dst, x)
		}
		return job
	}
}

func reduceJob[T kernels.Float](run func(x []T) T, peers func(x []T) []measure.Peer) func(n int) measure.Job {
	return func(n int) measure.Job {
		x := uniform[T](n, -1, 1)
		return measure.Job{Run: func() { sink = float64(run(x)) }, Peers: peers(x)}
	}
}

func gatherJob[T kernels.Float](n int) measure.Job {
	dst, x, index := make([]T, n), uniform[T](n, -1, 1), permutation(n)
	return measure.Job{Run: func() { vec.Gather(dst, x, index) }}
}

func scatterAddJob[T kernels.Float](n int) measure.Job {
	dst, x, index := make([]T, n), uniform[T](n, -1, 1), permutation(n)
	return measure.Job{Run: func() { vec.ScatterAdd(dst, index, x) }}
}

func gatherDotJob[T kernels.Float](n int) measure.Job {
	x, y, index := uniform[T](n, -1, 1), uniform[T](n, -1, 1), permutation(n)
	return measure.Job{Run: func() { sink = float64(vec.GatherDot(x, index, y)) }}
}

func gatherAxpyJob[T kernels.Float](n int) measure.Job {
	x, y, index := uniform[T](n, -1, 1), uniform[T](n, -1, 1), permutation(n)
	return measure.Job{Run: func() { vec.GatherAxpy(1e-12, x, index, y) }}
}

func fillJob[T kernels.Float](n int) measure.Job {
	dst := make([]T, n)
	return measure.Job{Run: func() { vec.Fill(dst, 1) }}
}
