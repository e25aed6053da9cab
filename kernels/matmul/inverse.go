package matmul

import (
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// InverseSPD overwrites the symmetric positive definite matrix A with its inverse, all of it and symmetric to the last bit. Of A
// the lower triangle is read.
//
// Shapes: A is n x n; it panics otherwise. Where A is not positive definite it returns a [*NotPositiveDefiniteError], and what A
// then holds is unspecified. The relative error is about n rounding units times the condition number of A, at most. The
// factor is inverted and multiplied with itself, n^3 multiply-adds in all: to solve systems, [SolveSPD] is faster and more
// accurate.
func InverseSPD[T kernels.Float](a kernels.Matrix[T]) error {
	checkTriangular("InverseSPD", Lower, a)
	if err := Cholesky(Lower, a); err != nil {
		return err
	}
	if a.Rows == 0 {
		return nil
	}
	writeTriangle(Upper, a)
	if a.Rows <= smallInverse {
		invertSmall(a)
	} else {
		invertLower(a)
		multiplyLower(a)
	}
	p := product[T]{n: a.Rows, c: a, sizes: blocking[T]()}
	p.mirror(0, a.Rows)
	return nil
}

const (
	inverseBlock = 64 // rows that are inverted, or multiplied, with the zeros above the diagonal
	smallInverse = 8  // rows up to which that takes longer than to go element by element
)

// invertSmall overwrites a lower triangle L with the inverse of L*L'.
func invertSmall[T kernels.Float](a kernels.Matrix[T]) {
	n, stride, l := a.Rows, a.Stride, a.Data
	for j := n - 1; j >= 0; j-- { // column j of the inverse W of L, below that one's diagonal: what is left of L is above
		inverse := 1 / l[j*stride+j]
		for i := n - 1; i > j; i-- {
			var sum T
			for p := j + 1; p <= i; p++ {
				sum += l[i*stride+p] * l[p*stride+j]
			}
			l[i*stride+j] = -sum * inverse
		}
		l[j*stride+j] = inverse
	}
	for i := range n { // row i of W'*W, of which the rows that follow read none
		for j := 0; j <= i; j++ {
			var sum T
			for p := i; p < n; p++ {
				sum += l[p*stride+i] * l[p*stride+j]
			}
			l[i*stride+j] = sum
		}
	}
}

// invertLower overwrites a lower triangle with its inverse: of [L 0; M N] that is [L^-1 0; -N^-1*M*L^-1 N^-1].
func invertLower[T kernels.Float](a kernels.Matrix[T]) {
	n := a.Rows
	if n > inverseBlock {
		middle := roundUp(n/2, inverseBlock/2)
		first, below, rest := part(a, 0, middle, 0, middle), part(a, middle, n, 0, middle), part(a, middle, n, middle, n)
		Trsm(Left, Lower, NoTrans, NonUnit, -1, rest, below)
		Trsm(Right, Lower, NoTrans, NonUnit, 1, first, below)
		invertLower(first)
		invertLower(rest)
		return
	}
	memory := scratch.Get[T](n * n)
	defer memory.Release()
	inverse := kernels.Matrix[T]{Rows: n, Cols: n, Stride: n, Data: memory.Data}
	clear(inverse.Data)
	for i := range n {
		inverse.Data[i*n+i] = 1
	}
	Trsm(Left, Lower, NoTrans, NonUnit, 1, a, inverse)
	for i := range n {
		copy(rowOf(Lower, a, i), inverse.Row(i))
	}
}

// multiplyLower overwrites a lower triangle W with that of W'*W: of [W 0; M N] it is [W'*W + M'*M; N'*M N'*N].
func multiplyLower[T kernels.Float](a kernels.Matrix[T]) {
	n := a.Rows
	if n > inverseBlock {
		middle := roundUp(n/2, inverseBlock/2)
		first, below, rest := part(a, 0, middle, 0, middle), part(a, middle, n, 0, middle), part(a, middle, n, middle, n)
		multiplyLower(first)
		Syrk(Lower, Trans, 1, below, 1, first)
		multiplyByTranspose(rest, below)
		multiplyLower(rest)
		return
	}
	memory := scratch.Get[T](n * n)
	defer memory.Release()
	Syrk(Lower, Trans, 1, withZeros(a, memory.Data), 0, a)
}

// withZeros is a copy of a lower triangle with zeros above it.
func withZeros[T kernels.Float](a kernels.Matrix[T], memory []T) kernels.Matrix[T] {
	full := kernels.Matrix[T]{Rows: a.Rows, Cols: a.Cols, Stride: a.Cols, Data: memory}
	for i := range a.Rows {
		row := full.Row(i)
		clear(row[copy(row, rowOf(Lower, a, i)):])
	}
	return full
}

// multiplyByTranspose sets B = L'*B for a lower triangle L.
func multiplyByTranspose[T kernels.Float](l, b kernels.Matrix[T]) {
	n := l.Rows
	if n > inverseBlock {
		middle := roundUp(n/2, inverseBlock/2)
		upper, lower := b.Slice(0, middle), b.Slice(middle, n)
		multiplyByTranspose(part(l, 0, middle, 0, middle), upper)
		Gemm(Trans, NoTrans, 1, part(l, middle, n, 0, middle), lower, 1, upper)
		multiplyByTranspose(part(l, middle, n, middle, n), lower)
		return
	}
	memory := scratch.Get[T](n*n + n*b.Cols)
	defer memory.Release()
	aside := kernels.Matrix[T]{Rows: n, Cols: b.Cols, Stride: b.Cols, Data: memory.Data[n*n:]}
	for i := range n {
		copy(aside.Row(i), b.Row(i))
	}
	Gemm(Trans, NoTrans, 1, withZeros(l, memory.Data[:n*n]), aside, 0, b)
}
