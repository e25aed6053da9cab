package rows

import (
	gonumblas "gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/algos/orth"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// newtonSchulzPeers are the steps as one writes them with gonum's general products.
func newtonSchulzPeers[T kernels.Float](g kernels.Matrix[T], schedule orth.Schedule) []measure.Peer {
	m, n := g.Rows, g.Cols
	x, next := kernels.NewMatrix[T](m, n), kernels.NewMatrix[T](m, n)
	a, b := kernels.NewMatrix[T](m, m), kernels.NewMatrix[T](m, m)
	return []measure.Peer{{Name: gonumName, Run: func() {
		copy(x.Data, g.Data)
		vec.Scale(1/vec.Norm2(x.Data), x.Data)
		for _, p := range schedule {
			gonumGemm(gonumblas.Trans, 1, x, x, 0, a)
			copy(b.Data, a.Data)
			gonumGemm(gonumblas.NoTrans, p.C, a, a, p.B, b)
			copy(next.Data, x.Data)
			gonumGemm(gonumblas.NoTrans, 1, b, x, p.A, next)
			x, next = next, x
		}
	}}}
}

// gonumGemm sets c = alpha*a*op(b) + beta*c.
func gonumGemm[T kernels.Float](op gonumblas.Transpose, alpha float64, a, b kernels.Matrix[T], beta float64, c kernels.Matrix[T]) {
	m, n, k := c.Rows, c.Cols, a.Cols
	if cast.Single[T]() {
		blas.Sgemm(gonumblas.NoTrans, op, m, n, k, float32(alpha), cast.F32(a.Data), a.Stride, cast.F32(b.Data), b.Stride,
			float32(beta), cast.F32(c.Data), c.Stride)
	} else {
		blas.Dgemm(gonumblas.NoTrans, op, m, n, k, alpha, cast.F64(a.Data), a.Stride, cast.F64(b.Data), b.Stride, beta,
			cast.F64(c.Data), c.Stride)
	}
}
