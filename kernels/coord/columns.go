package coord

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// panel is the number of rows of A that a block of columns goes through together, so that this part of the residual stays
// in the first cache.
const panel = 2048

// Gradient sets dst to A'r for all columns, which may be a contiguous block: a Slice of a larger matrix. It is a product of
// [matmul.Gemv].
//
// Shapes: len(dst) = columns.Rows, len(r) = columns.Cols; it panics otherwise. dst must not overlap the operands. The
// package comment has the error bound.
func Gradient[T kernels.Float](dst []T, columns kernels.Matrix[T], r []T) {
	checkColumns("Gradient", columns, r)
	check.Dimension("coord", "Gradient", "len(dst)", len(dst), "columns.Rows", columns.Rows)
	matmul.Gemv(matmul.NoTrans, 1, columns, r, 0, dst)
}

// GradientAt sets dst[k] to the dot product of column index[k] with r.
//
// Shapes: len(dst) = len(index), len(r) = columns.Cols, indices in [0, columns.Rows); it panics otherwise. dst must not
// overlap the operands. Indices may repeat. The package comment has the error bound.
func GradientAt[T kernels.Float](dst []T, columns kernels.Matrix[T], index []int32, r []T) {
	checkColumns("GradientAt", columns, r)
	check.Equal("coord", "GradientAt", "dst", len(dst), "index", len(index))
	checkIndex("GradientAt", "index", index, columns.Rows)
	clear(dst)
	for begin := 0; begin < len(r); begin += panel {
		addGradient(dst, columns, index, r, begin, min(begin+panel, len(r)))
	}
}

// Update adds A*d to r for all columns, which may be a contiguous block. It is a product of [matmul.Gemv].
//
// Shapes: len(d) = columns.Rows, len(r) = columns.Cols; it panics otherwise. r must not overlap the other operands. The
// package comment has the error bound.
func Update[T kernels.Float](r []T, columns kernels.Matrix[T], d []T) {
	checkColumns("Update", columns, r)
	check.Dimension("coord", "Update", "len(d)", len(d), "columns.Rows", columns.Rows)
	matmul.Gemv(matmul.Trans, 1, columns, d, 1, r)
}

// UpdateAt adds d[k] times column index[k] to r, for all k in order.
//
// Shapes: len(d) = len(index), len(r) = columns.Cols, indices in [0, columns.Rows); it panics otherwise. r must not overlap
// the other operands. Indices may repeat. d[k] = 0 is no exception: 0 times an infinity or NaN is NaN. The package comment
// has the error bound.
func UpdateAt[T kernels.Float](r []T, columns kernels.Matrix[T], index []int32, d []T) {
	checkColumns("UpdateAt", columns, r)
	check.Equal("coord", "UpdateAt", "d", len(d), "index", len(index))
	checkIndex("UpdateAt", "index", index, columns.Rows)
	for begin := 0; begin < len(r); begin += panel {
		addUpdate(r, columns, index, d, begin, min(begin+panel, len(r)))
	}
}

// UpdateGradientAt is [UpdateAt] of one block followed by [GradientAt] of the next, with the same results and one pass over
// the residual: r += sum_k d[k]*column(index[k]), then dst[k] = column(next[k])'r. The next block must have been chosen
// without its gradient, as in cyclic and random orders.
//
// Shapes: len(d) = len(index), len(dst) = len(next), len(r) = columns.Cols, indices in [0, columns.Rows); it panics
// otherwise. r and dst must not overlap each other or the other operands; index may be next.
func UpdateGradientAt[T kernels.Float](dst []T, next []int32, r []T, columns kernels.Matrix[T], index []int32, d []T) {
	checkColumns("UpdateGradientAt", columns, r)
	check.Equal("coord", "UpdateGradientAt", "d", len(d), "index", len(index))
	check.Equal("coord", "UpdateGradientAt", "dst", len(dst), "next", len(next))
	checkIndex("UpdateGradientAt", "index", index, columns.Rows)
	checkIndex("UpdateGradientAt", "next", next, columns.Rows)
	clear(dst)
	for begin := 0; begin < len(r); begin += panel {
		end := min(begin+panel, len(r))
		addUpdate(r, columns, index, d, begin, end)
		addGradient(dst, columns, next, r, begin, end)
	}
}

// addGradient adds to dst what rows begin to end of A contribute. Columns are read four at a time, so that r is read once
// for these.
func addGradient[T kernels.Float](dst []T, columns kernels.Matrix[T], index []int32, r []T, begin, end int) {
	r = r[begin:end]
	for len(index) >= 4 && len(dst) >= 4 {
		s0, s1, s2, s3 := dotColumns(part(columns, index[0], begin, end), part(columns, index[1], begin, end),
			part(columns, index[2], begin, end), part(columns, index[3], begin, end), r)
		dst[0], dst[1], dst[2], dst[3] = dst[0]+s0, dst[1]+s1, dst[2]+s2, dst[3]+s3
		dst, index = dst[4:], index[4:]
	}
	for k, j := range index {
		dst[k] += dotColumn(part(columns, j, begin, end), r)
	}
}

// addUpdate updates rows begin to end of the residual.
func addUpdate[T kernels.Float](r []T, columns kernels.Matrix[T], index []int32, d []T, begin, end int) {
	r = r[begin:end]
	for len(index) >= 4 && len(d) >= 4 {
		addColumns(r, d[0], d[1], d[2], d[3], part(columns, index[0], begin, end), part(columns, index[1], begin, end),
			part(columns, index[2], begin, end), part(columns, index[3], begin, end))
		d, index = d[4:], index[4:]
	}
	for k, j := range index {
		addColumn(r, d[k], part(columns, j, begin, end))
	}
}

// part is rows begin to end of column j.
func part[T kernels.Float](columns kernels.Matrix[T], j int32, begin, end int) []T {
	at := int(j) * columns.Stride
	return columns.Data[at+begin : at+end]
}

// CurvatureAt sets dst[k] to sum_i weights[i]*a[i,j]^2 for column j = index[k], the second derivative of a sum of losses
// along a coordinate; with nil weights to the squared norm of the column, which is the Lipschitz constant of least squares.
// The weights of a loss are its curvature, from [Logistic] and its like.
//
// Shapes: len(dst) = len(index), weights nil or len(weights) = columns.Cols, indices in [0, columns.Rows); it panics
// otherwise. dst must not overlap the operands. The error is that of a dot product, with 2 more rounding units.
func CurvatureAt[T kernels.Float](dst []T, columns kernels.Matrix[T], index []int32, weights []T) {
	check.Matrix("coord", "CurvatureAt", "columns", columns.Rows, columns.Cols, columns.Stride, len(columns.Data))
	check.Equal("coord", "CurvatureAt", "dst", len(dst), "index", len(index))
	checkIndex("CurvatureAt", "index", index, columns.Rows)
	if weights == nil {
		for k, j := range index {
			dst[k] = vec.SumSquares(columns.Row(int(j)))
		}
		return
	}
	check.Dimension("coord", "CurvatureAt", "len(weights)", len(weights), "columns.Cols", columns.Cols)
	clear(dst)
	for begin := 0; begin < len(weights); begin += panel {
		end := min(begin+panel, len(weights))
		for k, j := range index {
			dst[k] += weightedSquares(weights[begin:end], part(columns, j, begin, end))
		}
	}
}
