package rows

import (
	"fmt"

	gonumblas "gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// gigaflops is the unit of products: operations that the result needs, half of them where it is symmetric.
const gigaflops = "GFLOP/s"

// matmulRows are products of m x k by k x n. Where plain Go would take a second they are measured without it.
func matmulRows[T kernels.Float]() []measure.Row {
	var rows []measure.Row
	add := func(kernel string, m, n, k int, symmetric float64, setup func(m, n, k int) measure.Job) {
		flops := 2 * float64(m) * float64(n) * float64(k) * symmetric
		rows = append(rows, measure.Row{
			Family: "matmul", Kernel: kernel, Type: typeName[T](), Shape: fmt.Sprintf("%dx%dx%d", m, n, k), Unit: gigaflops,
			Cost:     product[T](flops, m*k+k*n, m*n),
			Parallel: flops > 1e6, Large: flops > 3e8,
			Setup: func() measure.Job { return setup(m, n, k) },
		})
	}
	for _, n := range []int{8, 16, 32, 64, 256, 512, 1024} {
		add("Gemm", n, n, n, 1, gemmJob[T])
	}
	add("Gemm", 512, 16, 512, 1, gemmJob[T])
	add("Gemm", 512, 4, 512, 1, gemmJob[T])
	add("Gemm", 512, 512, 16, 1, gemmJob[T])
	add("Gemm", 512, 512, 2048, 1, gemmJob[T]) // Syrk below in full
	add("GemmPlus", 256, 256, 256, 1, gemmPlusJob[T])
	add("Gemmt", 256, 256, 256, 0.5, gemmtJob[T])
	add("GemmtPlus", 256, 256, 256, 0.5, gemmtPlusJob[T])
	add("Syrk", 64, 64, 64, 0.5, syrkJob[T])
	add("Syrk", 512, 512, 2048, 0.5, syrkJob[T])
	return rows
}

// product is the cost of flops on elements that are read and written.
func product[T kernels.Float](flops float64, read, write int) measure.Cost {
	c := cost[T](1, traffic{flops: flops, read: float64(read), write: float64(write)})
	c.Elements = flops
	return c
}

// dense is a matrix of numbers between -1 and 1.
func dense[T kernels.Float](rows, cols int) kernels.Matrix[T] {
	return kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols, Data: uniform[T](rows*cols, -1, 1)}
}

func gemmJob[T kernels.Float](m, n, k int) measure.Job {
	a, b, c := dense[T](m, k), dense[T](k, n), dense[T](m, n)
	return measure.Job{
		Run:   func() { matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, a, b, 0, c) },
		Peers: gemmPeers(a, b, c),
	}
}

func gemmPeers[T kernels.Float](a, b, c kernels.Matrix[T]) []measure.Peer {
	run := func() {
		blas.Dgemm(gonumblas.NoTrans, gonumblas.NoTrans, c.Rows, c.Cols, a.Cols, 1, cast.F64(a.Data), a.Stride, cast.F64(b.Data), b.Stride, 0, cast.F64(c.Data), c.Stride)
	}
	if cast.Single[T]() {
		run = func() {
			blas.Sgemm(gonumblas.NoTrans, gonumblas.NoTrans, c.Rows, c.Cols, a.Cols, 1, cast.F32(a.Data), a.Stride, cast.F32(b.Data), b.Stride, 0, cast.F32(c.Data), c.Stride)
		}
	}
	return []measure.Peer{{Name: gonumName, Run: run, Parallel: c.Rows*c.Cols > gonumBlock*gonumBlock}}
}

// gonumBlock is the side of the blocks that gonum computes on goroutines of their own, if there are several.
const gonumBlock = 64

func gemmPlusJob[T kernels.Float](m, n, k int) measure.Job {
	a, b, d, c := dense[T](m, k), dense[T](k, n), dense[T](m, n), dense[T](m, n)
	return measure.Job{Run: func() { matmul.GemmPlus(matmul.NoTrans, matmul.NoTrans, 1, a, b, 0.5, d, c) }}
}

// gemmtJob squares a symmetric matrix.
func gemmtJob[T kernels.Float](m, n, k int) measure.Job {
	a, c := symmetric[T](n), dense[T](m, n)
	return measure.Job{Run: func() { matmul.Gemmt(matmul.Full, matmul.NoTrans, matmul.NoTrans, 1, a, a, 0, c) }}
}

// gemmtPlusJob is the polynomial of a Newton-Schulz step.
func gemmtPlusJob[T kernels.Float](m, n, k int) measure.Job {
	a, c := symmetric[T](n), dense[T](m, n)
	return measure.Job{Run: func() { matmul.GemmtPlus(matmul.Full, matmul.NoTrans, matmul.NoTrans, 0.375, a, a, -1.25, a, c) }}
}

func symmetric[T kernels.Float](n int) kernels.Matrix[T] {
	a := dense[T](n, n)
	for i := range n {
		for j := range i {
			a.Set(j, i, a.At(i, j))
		}
	}
	return a
}

func syrkJob[T kernels.Float](m, n, k int) measure.Job {
	a, c := dense[T](m, k), dense[T](m, n)
	run := func() {
		blas.Dsyrk(gonumblas.Lower, gonumblas.NoTrans, m, k, 1, cast.F64(a.Data), a.Stride, 0, cast.F64(c.Data), c.Stride)
	}
	if cast.Single[T]() {
		run = func() {
			blas.Ssyrk(gonumblas.Lower, gonumblas.NoTrans, m, k, 1, cast.F32(a.Data), a.Stride, 0, cast.F32(c.Data), c.Stride)
		}
	}
	return measure.Job{
		Run:   func() { matmul.Syrk(matmul.Lower, matmul.NoTrans, 1, a, 0, c) },
		Peers: []measure.Peer{{Name: gonumName, Run: run}},
	}
}

// bfloat16Rows are the conversions and the product of operands of 16 bits.
func bfloat16Rows() []measure.Row {
	row := func(kernel, shape string, c measure.Cost, unit string, setup func() measure.Job) measure.Row {
		return measure.Row{Family: "matmul", Kernel: kernel, Type: "float32", Shape: shape, Cost: c, Unit: unit, Setup: setup}
	}
	narrow, wide := make([]kernels.BFloat16, medium), uniform[float32](medium, -1, 1)
	rows := []measure.Row{
		row("RoundBFloat16", fmt.Sprint(medium), measure.Cost{Elements: medium, Read: 4 * medium, Write: 2 * medium}, "", func() measure.Job {
			return measure.Job{Run: func() { matmul.RoundBFloat16(narrow, wide) }}
		}),
		row("WidenBFloat16", fmt.Sprint(medium), measure.Cost{Elements: medium, Read: 2 * medium, Write: 4 * medium}, "", func() measure.Job {
			return measure.Job{Run: func() { matmul.WidenBFloat16(wide, narrow) }}
		}),
	}
	for _, n := range []int{256, 1024} {
		area, volume := float64(n*n), float64(n*n*n)
		product := row("GemmBFloat16", fmt.Sprintf("%dx%dx%d", n, n, n),
			measure.Cost{Elements: 2 * volume, Flops: 2 * volume, Read: 4 * area, Write: 4 * area, BFloat16: true}, gigaflops, func() measure.Job {
				a, c := kernels.NewMatrix[kernels.BFloat16](n, n), dense[float32](n, n)
				matmul.RoundBFloat16(a.Data, c.Data)
				return measure.Job{Run: func() { matmul.GemmBFloat16(matmul.NoTrans, matmul.NoTrans, 1, a, a, 0, c) }}
			})
		product.Parallel, product.Large = true, 2*volume > 3e8 // as those of float32
		rows = append(rows, product)
	}
	return rows
}
