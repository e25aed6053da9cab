// Package gonum puts the kernels under gonum: BLAS is an implementation of the BLAS for blas64.Use and blas32.Use, after which
// gonum's mat and lapack run on it. Import it under a name that leaves gonum's own package its name:
//
//	import raphson "github.com/raphson-go/raphson/kernels/gonum"
//
//	blas64.Use(raphson.BLAS{})
//
// It is a module of its own, so that who does not use gonum does not depend on it.
//
// # What is faster
//
// Dot, Axpy, Scal, Asum, Nrm2, Iamax, Gemv, Ger, Trsv, Gemm, Syrk, Symm, Trsm and Trmm, in float32 and float64, have kernels, and take
// them where those were measured to be faster than gonum v0.17.0: products of matrices from about 4 x 4 on (8 x 8 where B is
// transposed), triangular matrices from 10 x 10, products with vectors from 24 x 24 (8 x 8 in float32), vectors of 4 to 64 elements or
// more. Below, and for vectors with gaps at level 1, gonum's own functions are called, at the cost of a comparison or two (5 to
// 20 ns). The complex types and all other functions are gonum's. Where kernels.Level is generic so is everything but Nrm2:
// gonum's assembly is faster than plain Go.
//
// Of what mat computes, Mul gains most; Cholesky, LU and QR gain what their products gain. An SVD or eigenvectors gain
// little from the BLAS: gonum spends most of the time in plane rotations (lapack's Dlasr) that go past it.
//
// # What differs
//
// Arguments are checked as gonum checks them, and panic with its words. With beta = 0 the result is not read, with alpha = 0
// neither are the operands. Otherwise:
//
//   - Results differ by rounding. Error bounds are those of packages vec and matmul, and no worse than gonum's.
//   - A zero in a matrix is multiplied like any number, also by an infinity or NaN: gonum skips some zeros, and then does not see
//     what they would have met.
//   - Large operations are split across kernels.Workers goroutines, not across GOMAXPROCS of their own; the result does not
//     depend on the number.
//   - Ger reads vectors of negative stride as the BLAS do; gonum v0.17.0 gets them wrong on amd64. Sgemv leaves what is
//     behind y alone.
package gonum
