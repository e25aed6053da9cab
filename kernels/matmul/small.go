package matmul

import (
	"unsafe"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// crowdedStride in bytes is one at which so many rows fall on each other in the first cache that a strip pushes out its own.
const crowdedStride = 1024

// isSmall reports whether the shapes of C = op(A)*op(B) agree, none of them is a vector, nothing is to be packed or shared out or computed by
// dot products, and strips of A and B as they lie make the product in less time than it takes to look further: most of the time of a product of 8 x 8 goes into its call.
func isSmall[T kernels.Float](tA, tB Transpose, a, b, c *kernels.Matrix[T]) bool {
	const small, low, few = 64, 8, 16
	m, k := a.Rows, a.Cols
	if tA {
		m, k = k, m
	}
	kOfB, n := b.Rows, b.Cols
	if tB {
		kOfB, n = n, kOfB
	}
	return m == c.Rows && k == kOfB && n == c.Cols &&
		k > 0 && k <= small && m > 1 && m <= small && n > 1 && (n <= small || m*n*k < 2*leastPart) &&
		(k < 2*shareDots || !goesByDots[T](tA, tB, m, n, k)) && fits(a) && fits(b) && fits(c) &&
		(bool(tB) || m <= low || k <= low && (m <= few || n <= small) || !crowding[T](b.Stride))
}

// fits is [check.Fits] for few rows and columns: a multiple of a stride that is no longer than the data does not overflow. It says no where
// a single row has a longer one.
func fits[T kernels.Float](x *kernels.Matrix[T]) bool {
	return x.Cols <= x.Stride && x.Stride <= len(x.Data) && (x.Rows-1)*x.Stride <= len(x.Data)-x.Cols
}

// crowding reports whether lines a stride apart fall on each other in the first cache; crowded, whether so many do not fit it together.
func crowding[T kernels.Float](stride int) bool       { return stride*cast.Bytes[T]()%crowdedStride == 0 }
func crowded[T kernels.Float](stride, lines int) bool { return lines > 4 && crowding[T](stride) }

// straddling reports whether vectors are as long as a line of the cache and those of x do not begin with one.
func straddling[T kernels.Float](x kernels.Matrix[T], lanes int) bool {
	const line = 64
	start := uintptr(unsafe.Pointer(unsafe.SliceData(x.Data)))
	return lanes*cast.Bytes[T]() == line && (start|uintptr(x.Stride*cast.Bytes[T]()))%line != 0
}

// small computes C = alpha*op(A)*op(B) + beta*D from A as it lies, and from B or a transposed copy of it.
func small[T kernels.Float](tA, tB Transpose, alpha T, a, b *kernels.Matrix[T], beta T, d, c *kernels.Matrix[T]) {
	aRow, aColumn := tA.steps(a.Stride)
	k, bRow, ofB := b.Rows, b.Stride, b.Data
	if tB {
		k = b.Cols
	}
	if race.Enabled {
		p := product[T]{triangle: whole, m: c.Rows, n: c.Cols, k: k, a: *a, b: *b, c: *c}
		if beta != 0 {
			p.d = *d
		}
		announce(&p)
	}
	if tB {
		lanes := blocking[T]().lanes
		if bRow = roundUp(c.Cols, lanes); crowding[T](bRow) {
			bRow += lanes
		}
		memory := scratch.Get[T](k * bRow)
		defer memory.Release()
		ofB = memory.Data
		transpose(ofB, bRow, b.Data, b.Stride, c.Cols, k, lanes)
	}
	var ofD []T
	if beta != 0 {
		ofD = d.Data
	}
	strip(c.Rows, c.Cols, k, alpha, a.Data, aRow, aColumn, ofB, bRow, beta, ofD, d.Stride, c.Data, c.Stride, 0)
}

// wholeSquare is the rows of A*A' up to which all of it is computed in less time than a triangle of it, which takes longer to set up.
const wholeSquare = 24

// smallSquare sets the triangle of C to that of alpha*op(A)*op(A)'. An element and its mirror image are sums of the same products in the same
// order, so that the whole is symmetric to the last bit.
func smallSquare[T kernels.Float](triangle Triangle, tA Transpose, alpha T, a, c *kernels.Matrix[T]) {
	if triangle == Full {
		small(tA, !tA, alpha, a, a, 0, c, c)
		return
	}
	n := c.Rows
	memory := scratch.Get[T](n * n)
	defer memory.Release()
	all := kernels.Matrix[T]{Rows: n, Cols: n, Stride: n, Data: memory.Data}
	small(tA, !tA, alpha, a, a, 0, &all, &all)
	for i := range n {
		copy(rowOf(triangle, *c, i), rowOf(triangle, all, i))
	}
}
