package coord

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Gradient sets dst to A'r for all columns, which may be a contiguous block: a Slice of a larger matrix. It is a product of
// [matmul.Gemv], whose error bound it has; its last bits may differ from those of [GradientAt].
//
// Shapes: len(dst) = columns.Rows, len(r) = columns.Cols; it panics otherwise. dst must not overlap the operands.
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
	p := pass[T]{columns: columns, next: index, dst: dst, r: r}
	p.run()
}

// Update adds A*d to r for all columns, which may be a contiguous block. It is a product of [matmul.Gemv], whose error bound it
// has.
//
// Shapes: len(d) = columns.Rows, len(r) = columns.Cols; it panics otherwise. r must not overlap the other operands.
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
	p := pass[T]{columns: columns, index: index, d: d, r: r}
	p.run()
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
	p := pass[T]{columns: columns, index: index, d: d, next: next, dst: dst, r: r}
	p.run()
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
