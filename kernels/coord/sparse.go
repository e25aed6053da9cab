package coord

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// SparseGradientAt sets dst[k] to the dot product of column index[k] with r: [GradientAt] for sparse columns. For all columns
// at once there is columns.MulVec(1, r, 0, dst).
//
// Shapes: len(dst) = len(index), len(r) = columns.Cols(), indices in [0, columns.Rows()); it panics otherwise. dst must not
// overlap r. Indices may repeat. The error is that of a dot product of as many terms as the column has entries; elements of
// r that meet no entry do not count.
func SparseGradientAt[T kernels.Float](dst []T, columns *sparse.CSR[T], index []int32, r []T) {
	checkSparse("SparseGradientAt", columns, r)
	check.Equal("coord", "SparseGradientAt", "dst", len(dst), "index", len(index))
	checkIndex("SparseGradientAt", "index", index, columns.Rows())
	far := columns.Len() >= farFrom
	for k, j := range index {
		if far {
			touchAhead(columns, index, k)
		}
		rows, values := columns.Row(int(j))
		dst[k] = sparseDot(rows, values, r)
	}
}

// SparseUpdateAt adds d[k] times column index[k] to r, for all k in order: [UpdateAt] for sparse columns, product and sum
// rounded once each. For all columns at once there is columns.MulVecTransposed(1, d, 1, r).
//
// Shapes: len(d) = len(index), len(r) = columns.Cols(), indices in [0, columns.Rows()); it panics otherwise. r must not
// overlap d. Indices may repeat.
func SparseUpdateAt[T kernels.Float](r []T, columns *sparse.CSR[T], index []int32, d []T) {
	checkSparse("SparseUpdateAt", columns, r)
	check.Equal("coord", "SparseUpdateAt", "d", len(d), "index", len(index))
	checkIndex("SparseUpdateAt", "index", index, columns.Rows())
	far := columns.Len() >= farFrom
	for k, j := range index {
		if far {
			touchAhead(columns, index, k)
		}
		rows, values := columns.Row(int(j))
		sparseAxpy(d[k], rows, values, r)
	}
}

// SparseCurvatureAt sets dst[k] to sum_i weights[i]*a[i,j]^2 for column j = index[k], or to its squared norm with nil
// weights: [CurvatureAt] for sparse columns.
//
// Shapes: len(dst) = len(index), weights nil or len(weights) = columns.Cols(), indices in [0, columns.Rows()); it panics
// otherwise. dst must not overlap weights.
func SparseCurvatureAt[T kernels.Float](dst []T, columns *sparse.CSR[T], index []int32, weights []T) {
	checkGiven("SparseCurvatureAt", "columns", columns)
	check.Equal("coord", "SparseCurvatureAt", "dst", len(dst), "index", len(index))
	checkIndex("SparseCurvatureAt", "index", index, columns.Rows())
	if weights != nil {
		check.Dimension("coord", "SparseCurvatureAt", "len(weights)", len(weights), "columns.Cols", columns.Cols())
	}
	for k, j := range index {
		rows, values := columns.Row(int(j))
		dst[k] = sparseSquares(rows, values, weights)
	}
}

const (
	// ahead is how many columns before its turn a column is asked for.
	ahead = 2
	// farFrom is the number of entries from which on a matrix does not fit the second cache, and farLength the length from which on a
	// column of it is worth asking for. In the caches, or where there are few entries, the call is all loss: it takes as long as 5 of
	// these. Columns of 50 entries far away take a third to a half of the time.
	farFrom, farLength = 1 << 17, 16
)

// touchAhead asks for the column that comes some places after place k.
func touchAhead[T kernels.Float](columns *sparse.CSR[T], index []int32, k int) {
	if k+ahead < len(index) {
		if rows, values := columns.Row(int(index[k+ahead])); len(rows) >= farLength {
			touch(values, rows)
		}
	}
}

// The loops below trust their indices, which are those of a valid matrix with as many columns as r has elements; uint32 is
// for one comparison in the check that the compiler makes. Four sums hide the latency of an addition.

// sparseDot is the dot product of a sparse column with r.
func sparseDot[T kernels.Float](rows []int32, values, r []T) T {
	values = values[:len(rows)]
	var s0, s1, s2, s3 T
	k := 0
	for ; k < len(rows)-3; k += 4 {
		s0 += T(values[k] * r[uint32(rows[k])])
		s1 += T(values[k+1] * r[uint32(rows[k+1])])
		s2 += T(values[k+2] * r[uint32(rows[k+2])])
		s3 += T(values[k+3] * r[uint32(rows[k+3])])
	}
	s := (s0 + s1) + (s2 + s3)
	for ; k < len(rows); k++ {
		s += T(values[k] * r[uint32(rows[k])])
	}
	return s
}

// sparseAxpy adds d times a sparse column to r.
func sparseAxpy[T kernels.Float](d T, rows []int32, values, r []T) {
	values = values[:len(rows)]
	for k, i := range rows {
		r[uint32(i)] += T(d * values[k])
	}
}

// sparseSquares is the sum of the squares of a sparse column, weighted if there are weights.
func sparseSquares[T kernels.Float](rows []int32, values, weights []T) (sum T) {
	if weights == nil {
		for _, v := range values {
			sum += T(v * v)
		}
		return sum
	}
	values = values[:len(rows)]
	for k, i := range rows {
		sum += T(T(values[k]*weights[uint32(i)]) * values[k])
	}
	return sum
}
