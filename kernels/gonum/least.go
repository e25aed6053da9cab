package gonum

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
)

// sizes says from how much work on kernels take over from gonum's own functions.
type sizes struct {
	dot, axpy, scal, asum, nrm2, iamax int // elements of a vector
	gemv, ger, trsv                    int // elements of the matrix
	long                               int // elements of a matrix of few rows
	gather                             int // elements of the matrix, where a vector must first be copied
	gemm, turned                       int // multiply-adds; of a product with B transposed
	syrk, symm, trsm, trmm             int // multiply-adds, those of both triangles
	few                                int // rows or columns below which a kernel has too little to do at a time
	syrkRows, syrkDepth                int // and those of C where A is not transposed, of A where it is
}

// Read from BenchmarkSizes on a Zen 3 with AVX2, one worker, against gonum v0.17.0: where the shapes that gain least begin to
// gain. Others gain earlier.
var (
	double = sizes{
		dot: 32, axpy: 32, scal: 64, asum: 8, nrm2: 4, iamax: 12,
		gemv: 24 * 24, ger: 16 * 16, trsv: 32 * 32, long: 2048, gather: 64 * 64,
		gemm: 4 * 4 * 4, turned: 5 * 5 * 5, syrk: 12 * 12 * 12, symm: 5 * 5 * 5, trsm: 10 * 10 * 10, trmm: 24 * 24 * 24,
		few: 8, syrkRows: 12, syrkDepth: 2,
	}
	single = sizes{
		dot: 32, axpy: 32, scal: 8, asum: 8, nrm2: 4, iamax: 8,
		gemv: 8 * 8, ger: 20 * 20, trsv: 32 * 32, long: 2048, gather: 48 * 48,
		gemm: 4 * 4 * 4, turned: 5 * 5 * 5, syrk: 12 * 12 * 12, symm: 5 * 5 * 5, trsm: 10 * 10 * 10, trmm: 24 * 24 * 24,
		few: 8, syrkRows: 12, syrkDepth: 2,
	}
	// Plain Go is slower than gonum's assembly, except for the norm.
	generic = sizes{
		dot: never, axpy: never, scal: never, asum: never, nrm2: 4, iamax: never,
		gemv: never, ger: never, trsv: never, long: never, gather: never,
		gemm: never, turned: never, syrk: never, symm: never, trsm: never, trmm: never,
	}
)

const never = math.MaxInt

// least is the table in use.
func least[T kernels.Float]() *sizes {
	switch {
	case level.Current() == level.Generic:
		return &generic
	case cast.Single[T]():
		return &single
	}
	return &double
}

// broad reports whether a matrix of so many elements at least has rows long enough for a kernel to go along them, and rows enough.
func (s *sizes) broad(m, n, least int) bool {
	return m*n >= least && n >= s.few && (m >= s.few || m*n >= s.long)
}

// adjacent reports whether n elements, a stride apart, are the beginning of a slice, and enough of them. If not, gonum's own
// function does the job, or panics as it does.
func adjacent(n, stride, length, least int) bool {
	return stride == 1 && n >= least && n <= length
}
