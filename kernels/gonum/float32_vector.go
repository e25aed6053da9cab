package gonum

import "github.com/raphson-go/raphson/kernels/vec"

// Sdot is the dot product of x and y, as [vec.Dot] makes it.
func (i BLAS) Sdot(n int, x []float32, incX int, y []float32, incY int) float32 {
	if !adjacent(n, incX, len(x), least[float32]().dot) || !adjacent(n, incY, len(y), 0) {
		return i.Implementation.Sdot(n, x, incX, y, incY)
	}
	return vec.Dot(x[:n], y[:n])
}

// Saxpy adds alpha*x to y: [vec.Axpy]. With alpha = 0 nothing is read or written.
func (i BLAS) Saxpy(n int, alpha float32, x []float32, incX int, y []float32, incY int) {
	if alpha == 0 || !adjacent(n, incX, len(x), least[float32]().axpy) || !adjacent(n, incY, len(y), 0) {
		i.Implementation.Saxpy(n, alpha, x, incX, y, incY)
		return
	}
	vec.Axpy(alpha, x[:n], y[:n])
}

// Sscal multiplies x by alpha: [vec.Scale]. With alpha = 0 it sets x to zero, whatever it holds.
func (i BLAS) Sscal(n int, alpha float32, x []float32, incX int) {
	if alpha == 0 || !adjacent(n, incX, len(x), least[float32]().scal) {
		i.Implementation.Sscal(n, alpha, x, incX)
		return
	}
	vec.Scale(alpha, x[:n])
}

// Sasum is the sum of the absolute values of x: [vec.AbsSum].
func (i BLAS) Sasum(n int, x []float32, incX int) float32 {
	if !adjacent(n, incX, len(x), least[float32]().asum) {
		return i.Implementation.Sasum(n, x, incX)
	}
	return vec.AbsSum(x[:n])
}

// Snrm2 is the Euclidean norm of x, without overflow or underflow on the way: [vec.Norm2].
func (i BLAS) Snrm2(n int, x []float32, incX int) float32 {
	if !adjacent(n, incX, len(x), least[float32]().nrm2) {
		return i.Implementation.Snrm2(n, x, incX)
	}
	return vec.Norm2(x[:n])
}

// Isamax is the index of the first element of x of largest absolute value, -1 for none: [vec.MaxAbsIndex], to which a NaN is what
// it is to gonum.
func (i BLAS) Isamax(n int, x []float32, incX int) int {
	if !adjacent(n, incX, len(x), least[float32]().iamax) {
		return i.Implementation.Isamax(n, x, incX)
	}
	return vec.MaxAbsIndex(x[:n])
}
