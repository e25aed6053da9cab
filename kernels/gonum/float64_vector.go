package gonum

import "github.com/raphson-go/raphson/kernels/vec"

// Ddot is the dot product of x and y, as [vec.Dot] makes it.
func (i BLAS) Ddot(n int, x []float64, incX int, y []float64, incY int) float64 {
	if !adjacent(n, incX, len(x), least[float64]().dot) || !adjacent(n, incY, len(y), 0) {
		return i.Implementation.Ddot(n, x, incX, y, incY)
	}
	return vec.Dot(x[:n], y[:n])
}

// Daxpy adds alpha*x to y: [vec.Axpy]. With alpha = 0 nothing is read or written.
func (i BLAS) Daxpy(n int, alpha float64, x []float64, incX int, y []float64, incY int) {
	if alpha == 0 || !adjacent(n, incX, len(x), least[float64]().axpy) || !adjacent(n, incY, len(y), 0) {
		i.Implementation.Daxpy(n, alpha, x, incX, y, incY)
		return
	}
	vec.Axpy(alpha, x[:n], y[:n])
}

// Dscal multiplies x by alpha: [vec.Scale]. With alpha = 0 it sets x to zero, whatever it holds.
func (i BLAS) Dscal(n int, alpha float64, x []float64, incX int) {
	if alpha == 0 || !adjacent(n, incX, len(x), least[float64]().scal) {
		i.Implementation.Dscal(n, alpha, x, incX)
		return
	}
	vec.Scale(alpha, x[:n])
}

// Dasum is the sum of the absolute values of x: [vec.AbsSum].
func (i BLAS) Dasum(n int, x []float64, incX int) float64 {
	if !adjacent(n, incX, len(x), least[float64]().asum) {
		return i.Implementation.Dasum(n, x, incX)
	}
	return vec.AbsSum(x[:n])
}

// Dnrm2 is the Euclidean norm of x, without overflow or underflow on the way: [vec.Norm2].
func (i BLAS) Dnrm2(n int, x []float64, incX int) float64 {
	if !adjacent(n, incX, len(x), least[float64]().nrm2) {
		return i.Implementation.Dnrm2(n, x, incX)
	}
	return vec.Norm2(x[:n])
}

// Idamax is the index of the first element of x of largest absolute value, -1 for none: [vec.MaxAbsIndex], to which a NaN is what
// it is to gonum.
func (i BLAS) Idamax(n int, x []float64, incX int) int {
	if !adjacent(n, incX, len(x), least[float64]().iamax) {
		return i.Implementation.Idamax(n, x, incX)
	}
	return vec.MaxAbsIndex(x[:n])
}
