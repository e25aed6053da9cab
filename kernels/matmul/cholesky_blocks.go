package matmul

import (
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// factorBlock is the number of rows that one call of assembly factors.
const factorBlock = 64

// factor factors rows and columns from to end of A, from which what is before them has been subtracted. Halving makes the
// products as deep as can be.
func factor[T kernels.Float](triangle Triangle, a kernels.Matrix[T], from, end int) error {
	if end-from <= factorBlock {
		return factorFew(triangle, a, from, end)
	}
	middle := from + roundUp((end-from)/2, factorBlock/2)
	if err := factor(triangle, a, from, middle); err != nil {
		return err
	}
	first, rest := part(a, from, middle, from, middle), part(a, middle, end, middle, end)
	if triangle == Lower {
		below := part(a, middle, end, from, middle)
		Trsm(Right, Lower, Trans, NonUnit, 1, first, below)
		Syrk(Lower, NoTrans, -1, below, 1, rest)
	} else {
		beside := part(a, from, middle, middle, end)
		Trsm(Left, Upper, Trans, NonUnit, 1, first, beside)
		Syrk(Upper, Trans, -1, beside, 1, rest)
	}
	return factor(triangle, a, middle, end)
}

// factorFew factors a block aside, as an upper triangle with room behind its rows for whole vectors.
func factorFew[T kernels.Float](triangle Triangle, a kernels.Matrix[T], from, end int) error {
	lanes := blocking[T]().lanes
	n := end - from
	stride := roundUp(n+4*lanes, lanes)
	memory := scratch.Get[T](n*stride + 2*n)
	defer memory.Release()
	u, inverses, pivots := memory.Data[:n*stride], memory.Data[n*stride:n*stride+n], memory.Data[n*stride+n:]
	block := part(a, from, end, from, end)
	if triangle == Lower {
		transpose(u, stride, block.Data, a.Stride, n, n, lanes)
	} else {
		for i := range n {
			copy(u[i*stride+i:], block.Row(i)[i:])
		}
	}
	factorUpper(n, u, stride, inverses, pivots)
	for i, pivot := range pivots {
		if !(pivot > 0 && pivot-pivot == 0) {
			return &NotPositiveDefiniteError{Pivot: from + i, Value: float64(pivot)}
		}
	}
	if triangle == Upper {
		for i := range n {
			copy(block.Row(i)[i:], u[i*stride+i:])
		}
		return nil
	}
	// Above the diagonal there is nothing of ours: squares below it are transposed whole, those on it row by row.
	for i := 0; i < n; i += lanes {
		end := min(i+lanes, n)
		transpose(block.Data[i*a.Stride:], a.Stride, u[i:], stride, i, end-i, lanes)
		for r := i; r < end; r++ {
			row := block.Row(r)
			for j := i; j <= r; j++ {
				row[j] = u[j*stride+r]
			}
		}
	}
	return nil
}

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
	invertLower(a)
	multiplyLower(a)
	p := product[T]{n: a.Rows, c: a, sizes: blocking[T]()}
	p.mirror(0, a.Rows)
	return nil
}

// inverseBlock is the number of rows that are inverted, or multiplied, without blocks.
const inverseBlock = 32

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
	for j := n - 1; j >= 0; j-- { // column j, of the inverse below it and of L
		inverse := 1 / a.Data[j*a.Stride+j]
		for i := n - 1; i > j; i-- {
			var sum T
			for p, v := range a.Row(i)[j+1 : i+1] {
				sum += v * a.Data[(j+1+p)*a.Stride+j]
			}
			a.Data[i*a.Stride+j] = -sum * inverse
		}
		a.Data[j*a.Stride+j] = inverse
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
	for i := range n {
		for j := 0; j <= i; j++ {
			var sum T
			for p := i; p < n; p++ {
				sum += a.Data[p*a.Stride+i] * a.Data[p*a.Stride+j]
			}
			a.Data[i*a.Stride+j] = sum // of this column only what is below will be read
		}
	}
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
	full := kernels.Matrix[T]{Rows: n, Cols: n, Stride: n, Data: memory.Data[:n*n]}
	aside := kernels.Matrix[T]{Rows: n, Cols: b.Cols, Stride: b.Cols, Data: memory.Data[n*n:]}
	clear(full.Data)
	for i := range n {
		copy(full.Row(i), rowOf(Lower, l, i))
		copy(aside.Row(i), b.Row(i))
	}
	Gemm(Trans, NoTrans, 1, full, aside, 0, b)
}
