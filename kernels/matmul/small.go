package matmul

import (
	"unsafe"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
)

// crowdedStride in bytes is one at which so many rows fall on each other in the first cache that a strip pushes out its own.
const crowdedStride = 1024

// isSmall reports whether the shapes of C = op(A)*B agree, none of them is a vector, and strips of A and B as they lie make the
// product in less time than it takes to look further: most of the time of a product of 8 x 8 goes into its call.
func isSmall[T kernels.Float](tA, tB Transpose, a, b, c *kernels.Matrix[T]) bool {
	const small = 64
	m, k := a.Rows, a.Cols
	if tA {
		m, k = k, m
	}
	return bool(!tB) && m == c.Rows && k == b.Rows && b.Cols == c.Cols &&
		k > 0 && k <= small && m > 1 && m <= small && c.Cols > 1 && c.Cols <= small &&
		fits(a) && fits(b) && fits(c) && (k <= 8 || !crowded[T](b.Stride, k))
}

// fits is [check.Fits] for few rows and columns: a multiple of a stride that is no longer than the data does not overflow. It says no where
// a single row has a longer one.
func fits[T kernels.Float](x *kernels.Matrix[T]) bool {
	return x.Cols <= x.Stride && x.Stride <= len(x.Data) && (x.Rows-1)*x.Stride <= len(x.Data)-x.Cols
}

// crowded reports whether so many lines, a stride apart, do not fit the first cache together.
func crowded[T kernels.Float](stride, lines int) bool {
	return lines > 4 && stride*cast.Bytes[T]()%crowdedStride == 0
}

// straddling reports whether vectors are as long as a line of the cache and those of x do not begin with one.
func straddling[T kernels.Float](x kernels.Matrix[T], lanes int) bool {
	const line = 64
	start := uintptr(unsafe.Pointer(unsafe.SliceData(x.Data)))
	return lanes*cast.Bytes[T]() == line && (start|uintptr(x.Stride*cast.Bytes[T]()))%line != 0
}

// small computes C = alpha*op(A)*B + beta*C from A and B as they lie, in strips of so many columns.
func small[T kernels.Float](width int, tA Transpose, alpha T, a, b *kernels.Matrix[T], beta T, c *kernels.Matrix[T]) {
	aRow, aColumn := tA.steps(a.Stride)
	k := b.Rows
	if race.Enabled {
		p := product[T]{triangle: whole, m: c.Rows, n: c.Cols, k: k, a: *a, b: *b, c: *c}
		if beta != 0 {
			p.d = *c
		}
		announce(&p)
	}
	for j := 0; j < c.Cols; j += width {
		var d []T
		if beta != 0 {
			d = c.Data[j:]
		}
		strip(c.Rows, min(width, c.Cols-j), k, alpha, a.Data, aRow, aColumn, b.Data[j:], b.Stride, beta, d, c.Stride, c.Data[j:], c.Stride, 0)
	}
}
