package rows

import (
	"fmt"

	gonumblas "gonum.org/v1/gonum/blas"
	gonumlapack "gonum.org/v1/gonum/lapack/gonum"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// batchSize is the number of matrices in a batch.
const batchSize = 256

// matmulSolveRows are products with vectors, solves and batches. Factoring and inverting include the copy of what they
// overwrite.
func matmulSolveRows[T kernels.Float]() []measure.Row {
	var rows []measure.Row
	add := func(kernel string, n int, flops float64, read, write int, setup func(n int) measure.Job) {
		rows = append(rows, measure.Row{
			Family: "matmul", Kernel: kernel, Type: typeName[T](), Shape: fmt.Sprintf("%dx%d", n, n), Unit: gigaflops,
			Cost: product[T](flops, read, write), Parallel: flops > 1e6, Large: flops > 3e8,
			Setup: func() measure.Job { return setup(n) },
		})
	}
	for _, n := range []int{8, 32, 64, 256, 1000} {
		square := float64(n * n)
		add("Gemv", n, 2*square, n*n+n, n, gemvJob[T](matmul.NoTrans, gonumblas.NoTrans))
		add("GemvTrans", n, 2*square, n*n+n, n, gemvJob[T](matmul.Trans, gonumblas.Trans))
		add("Ger", n, 2*square, 2*n, n*n, gerJob[T])
		add("Trsv", n, square, n*n/2, n, trsvJob[T])
	}
	for _, n := range []int{8, 16, 32, 64, 256, 512} {
		cube := float64(n) * float64(n) * float64(n)
		add("Trsm", n, cube, n*n/2, n*n, trsmJob[T](matmul.Left, gonumblas.Left))
		add("TrsmRight", n, cube, n*n/2, n*n, trsmJob[T](matmul.Right, gonumblas.Right))
		add("Cholesky", n, cube/3, 0, n*n/2, choleskyJob[T])
		add("InverseSPD", n, cube, 0, n*n, inverseJob[T])
	}
	const n = 256
	add("SolveSPD", n, n*n*n/3.+2*n*n, n*n/2, n*n/2, solveJob[T])
	add("CholeskySolve", n, 2*n*n*16, n*n/2, n*16, choleskySolveJob[T])
	add("CholeskySolveVector", n, 2*n*n, n*n/2, n, choleskySolveVectorJob[T])
	add("CholeskyLogDet", n, n, n, 0, func(n int) measure.Job {
		l := triangle[T](n)
		return measure.Job{Run: func() { sink = matmul.CholeskyLogDet(l) }}
	})
	for _, n := range []int{4, 8, 16, 32} {
		cube, square := float64(n*n*n), float64(n*n)
		add("SolveSPDBatch", n, batchSize*(cube/3+2*square), batchSize*n*n, batchSize*n, solveBatchJob[T])
		add("GemmBatch", n, batchSize*2*cube, batchSize*2*n*n, batchSize*n*n, gemmBatchJob[T])
	}
	return rows
}

// in calls the function for the element type; those of gonum have different names for each.
func in[T kernels.Float](single, double func()) func() {
	if cast.Single[T]() {
		return single
	}
	return double
}

// peer is gonum's.
func peer[T kernels.Float](single, double func()) []measure.Peer {
	return []measure.Peer{{Name: gonumName, Run: in[T](single, double)}}
}

func gemvJob[T kernels.Float](tA matmul.Transpose, gonum gonumblas.Transpose) func(n int) measure.Job {
	return func(n int) measure.Job {
		a, x, y := dense[T](n, n), uniform[T](n, -1, 1), make([]T, n)
		return measure.Job{
			Run: func() { matmul.Gemv(tA, 1, a, x, 0, y) },
			Peers: peer[T](
				func() { blas.Sgemv(gonum, n, n, 1, cast.F32(a.Data), n, cast.F32(x), 1, 0, cast.F32(y), 1) },
				func() { blas.Dgemv(gonum, n, n, 1, cast.F64(a.Data), n, cast.F64(x), 1, 0, cast.F64(y), 1) }),
		}
	}
}

func gerJob[T kernels.Float](n int) measure.Job {
	a, x, y := dense[T](n, n), uniform[T](n, -1, 1), uniform[T](n, -1, 1)
	const alpha = 1e-9 // however often it is added
	return measure.Job{
		Run: func() { matmul.Ger(alpha, x, y, a) },
		Peers: peer[T](
			func() { blas.Sger(n, n, alpha, cast.F32(x), 1, cast.F32(y), 1, cast.F32(a.Data), n) },
			func() { blas.Dger(n, n, alpha, cast.F64(x), 1, cast.F64(y), 1, cast.F64(a.Data), n) }),
	}
}

// definite is a symmetric positive definite matrix.
func definite[T kernels.Float](n int) kernels.Matrix[T] {
	a := symmetric[T](n)
	for i := range n {
		a.Set(i, i, T(2*n))
	}
	return a
}

// triangle is a Cholesky factor.
func triangle[T kernels.Float](n int) kernels.Matrix[T] {
	a := definite[T](n)
	if err := matmul.Cholesky(matmul.Lower, a); err != nil {
		panic(err)
	}
	return a
}

// trsvJob and trsmJob include the copy of what they overwrite.
func trsvJob[T kernels.Float](n int) measure.Job {
	l, b, x := triangle[T](n), uniform[T](n, -1, 1), make([]T, n)
	return measure.Job{
		Run: func() {
			copy(x, b)
			matmul.Trsv(matmul.Lower, matmul.NoTrans, matmul.NonUnit, l, x)
		},
		Peers: peer[T](
			func() {
				copy(x, b)
				blas.Strsv(gonumblas.Lower, gonumblas.NoTrans, gonumblas.NonUnit, n, cast.F32(l.Data), n, cast.F32(x), 1)
			},
			func() {
				copy(x, b)
				blas.Dtrsv(gonumblas.Lower, gonumblas.NoTrans, gonumblas.NonUnit, n, cast.F64(l.Data), n, cast.F64(x), 1)
			}),
	}
}

func trsmJob[T kernels.Float](side matmul.Side, gonum gonumblas.Side) func(n int) measure.Job {
	return func(n int) measure.Job {
		l, b, x := triangle[T](n), dense[T](n, n), kernels.NewMatrix[T](n, n)
		return measure.Job{
			Run: func() {
				copy(x.Data, b.Data)
				matmul.Trsm(side, matmul.Lower, matmul.NoTrans, matmul.NonUnit, 1, l, x)
			},
			Peers: peer[T](
				func() {
					copy(x.Data, b.Data)
					blas.Strsm(gonum, gonumblas.Lower, gonumblas.NoTrans, gonumblas.NonUnit, n, n, 1, cast.F32(l.Data), n, cast.F32(x.Data), n)
				},
				func() {
					copy(x.Data, b.Data)
					blas.Dtrsm(gonum, gonumblas.Lower, gonumblas.NoTrans, gonumblas.NonUnit, n, n, 1, cast.F64(l.Data), n, cast.F64(x.Data), n)
				}),
		}
	}
}

var lapack gonumlapack.Implementation

// lapackPeer is gonum's for float64, the only type it has LAPACK for.
func lapackPeer[T kernels.Float](run func()) []measure.Peer {
	if cast.Single[T]() {
		return nil
	}
	return []measure.Peer{{Name: gonumName, Run: run}}
}

func choleskyJob[T kernels.Float](n int) measure.Job {
	a, l := definite[T](n), kernels.NewMatrix[T](n, n)
	return measure.Job{
		Run: func() {
			copy(l.Data, a.Data)
			if err := matmul.Cholesky(matmul.Lower, l); err != nil {
				panic(err)
			}
		},
		Peers: lapackPeer[T](func() {
			copy(l.Data, a.Data)
			lapack.Dpotrf(gonumblas.Lower, n, cast.F64(l.Data), n)
		}),
	}
}

func inverseJob[T kernels.Float](n int) measure.Job {
	a, l := definite[T](n), kernels.NewMatrix[T](n, n)
	return measure.Job{
		Run: func() {
			copy(l.Data, a.Data)
			if err := matmul.InverseSPD(l); err != nil {
				panic(err)
			}
		},
		Peers: lapackPeer[T](func() {
			copy(l.Data, a.Data)
			lapack.Dpotrf(gonumblas.Lower, n, cast.F64(l.Data), n)
			lapack.Dpotri(gonumblas.Lower, n, cast.F64(l.Data), n)
		}),
	}
}

// solveBatchJob solves with zeros. gonum does one system after the other, in a copy.
func solveBatchJob[T kernels.Float](n int) measure.Job {
	one, a, b := definite[T](n), matmul.NewBatch[T](batchSize, n, n), matmul.NewBatch[T](batchSize, n, 1)
	for i := range batchSize {
		copy(a.At(i).Data, one.Data)
	}
	l := make([]T, n*n)
	return measure.Job{
		Run: func() { sink = float64(matmul.SolveSPDBatch(a, b, nil)) },
		Peers: lapackPeer[T](func() {
			for i := range batchSize {
				copy(l, a.At(i).Data)
				lapack.Dpotrf(gonumblas.Lower, n, cast.F64(l), n)
				lapack.Dpotrs(gonumblas.Lower, n, 1, cast.F64(l), n, cast.F64(b.At(i).Data), 1)
			}
		}),
	}
}

func gemmBatchJob[T kernels.Float](n int) measure.Job {
	a, b, c := matmul.NewBatch[T](batchSize, n, n), matmul.NewBatch[T](batchSize, n, n), matmul.NewBatch[T](batchSize, n, n)
	copy(a.Data, uniform[T](len(a.Data), -1, 1))
	copy(b.Data, uniform[T](len(b.Data), -1, 1))
	each := func(product func(a, b, c kernels.Matrix[T])) func() {
		return func() {
			for i := range batchSize {
				product(a.At(i), b.At(i), c.At(i))
			}
		}
	}
	return measure.Job{
		Run: func() { matmul.GemmBatch(matmul.NoTrans, matmul.NoTrans, 1, a, b, 0, c) },
		Peers: peer[T](
			each(func(a, b, c kernels.Matrix[T]) {
				blas.Sgemm(gonumblas.NoTrans, gonumblas.NoTrans, n, n, n, 1, cast.F32(a.Data), n, cast.F32(b.Data), n, 0, cast.F32(c.Data), n)
			}),
			each(func(a, b, c kernels.Matrix[T]) {
				blas.Dgemm(gonumblas.NoTrans, gonumblas.NoTrans, n, n, n, 1, cast.F64(a.Data), n, cast.F64(b.Data), n, 0, cast.F64(c.Data), n)
			})),
	}
}

// solveJob factors and solves for one right-hand side.
func solveJob[T kernels.Float](n int) measure.Job {
	a, l, b := definite[T](n), kernels.NewMatrix[T](n, n), kernels.NewMatrix[T](n, 1)
	return measure.Job{Run: func() {
		copy(l.Data, a.Data)
		if err := matmul.SolveSPD(matmul.Lower, l, b); err != nil {
			panic(err)
		}
	}}
}

// choleskySolveJob has 16 right-hand sides of zeros.
func choleskySolveJob[T kernels.Float](n int) measure.Job {
	l, b := triangle[T](n), kernels.NewMatrix[T](n, 16)
	return measure.Job{Run: func() { matmul.CholeskySolve(matmul.Lower, l, b) }}
}

func choleskySolveVectorJob[T kernels.Float](n int) measure.Job {
	l, x := triangle[T](n), make([]T, n)
	return measure.Job{Run: func() { matmul.CholeskySolveVector(matmul.Lower, l, x) }}
}
