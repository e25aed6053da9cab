package coord

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// gramRows is the number of rows of A that are gathered at a time: a block of 64 columns of float64 takes 512 KiB.
const gramRows = 1024

// GramAt sets dst = A_b' W A_c, the inner products of the columns in b with those in c, where W is the diagonal matrix of the
// weights, or the identity if they are nil. With c = b it is the block of the Hessian that belongs to b; then only one
// triangle is computed, and mirrored.
//
// Shapes: dst is len(b) x len(c), weights nil or len(weights) = columns.Cols, indices in [0, columns.Rows); it panics
// otherwise. dst must not overlap the operands. Indices may repeat. An element is off by at most n + 2 rounding units of
// sum_i |w a a|, for n rows of A.
func GramAt[T kernels.Float](dst kernels.Matrix[T], columns kernels.Matrix[T], b, c []int32, weights []T) {
	check.Matrix("coord", "GramAt", "columns", columns.Rows, columns.Cols, columns.Stride, len(columns.Data))
	checkGram("GramAt", dst, b, c, columns.Rows)
	checkWeights("GramAt", weights, columns.Cols)
	if len(b) == 0 || len(c) == 0 {
		return
	}
	same := sameBlock(b, c)
	height := min(gramRows, columns.Cols)
	memory := scratch.Get[T]((len(b) + len(c)) * height)
	defer memory.Release()
	beta := T(0)
	for begin := 0; begin == 0 || begin < columns.Cols; begin += gramRows {
		end := min(begin+gramRows, columns.Cols)
		left := gathered(memory.Data[:len(b)*height], columns, b, begin, end, weights)
		right := left
		if !same || weights != nil {
			right = gathered(memory.Data[len(b)*height:], columns, c, begin, end, nil)
		}
		if same {
			matmul.Gemmt(matmul.Lower, matmul.NoTrans, matmul.Trans, 1, left, right, beta, dst)
		} else {
			matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, left, right, beta, dst)
		}
		beta = 1
	}
	if same {
		mirror(dst)
	}
}

// gathered copies rows begin to end of the columns of a block, times the weights if there are any, one behind the other.
func gathered[T kernels.Float](memory []T, columns kernels.Matrix[T], block []int32, begin, end int, weights []T) kernels.Matrix[T] {
	m := kernels.Matrix[T]{Rows: len(block), Cols: end - begin, Stride: end - begin, Data: memory[:len(block)*(end-begin)]}
	for k, j := range block {
		column := columns.Row(int(j))[begin:end]
		if weights == nil {
			copy(m.Row(k), column)
			continue
		}
		vec.Mul(m.Row(k), column, weights[begin:end])
	}
	return m
}

// SparseGramAt is [GramAt] for sparse columns. A column of b is spread over working memory of columns.Cols() elements, where
// the columns of c are multiplied with it; clearing that memory takes time too.
//
// Shapes: dst is len(b) x len(c), weights nil or len(weights) = columns.Cols(), indices in [0, columns.Rows()); it panics
// otherwise. dst must not overlap weights. Indices may repeat. Where a column has no entry it is zero, which makes NaN of an infinity
// or NaN in the other column or of an infinite weight.
func SparseGramAt[T kernels.Float](dst kernels.Matrix[T], columns *sparse.CSR[T], b, c []int32, weights []T) {
	checkGiven("SparseGramAt", "columns", columns)
	checkGram("SparseGramAt", dst, b, c, columns.Rows())
	checkWeights("SparseGramAt", weights, columns.Cols())
	if len(b) == 0 || len(c) == 0 {
		return
	}
	same := sameBlock(b, c)
	memory := scratch.Get[T](columns.Cols())
	defer memory.Release()
	dense := memory.Data
	clear(dense)
	for k, j := range b {
		rows, values := columns.Row(int(j))
		for e, i := range rows {
			if dense[i] = values[e]; weights != nil {
				dense[i] *= weights[i]
			}
		}
		others := c
		if same {
			others = c[:k+1]
		}
		SparseGradientAt(dst.Row(k)[:len(others)], columns, others, dense)
		for _, i := range rows {
			dense[i] = 0
		}
	}
	if same {
		mirror(dst)
	}
}

func checkGram[T kernels.Float](function string, dst kernels.Matrix[T], b, c []int32, count int) {
	check.Matrix("coord", function, "dst", dst.Rows, dst.Cols, dst.Stride, len(dst.Data))
	check.Dimension("coord", function, "dst.Rows", dst.Rows, "len(b)", len(b))
	check.Dimension("coord", function, "dst.Cols", dst.Cols, "len(c)", len(c))
	checkIndex(function, "b", b, count)
	checkIndex(function, "c", c, count)
}

func checkWeights[T kernels.Float](function string, weights []T, rows int) {
	if weights != nil {
		check.Dimension("coord", function, "len(weights)", len(weights), "columns.Cols", rows)
	}
}

// sameBlock reports whether two blocks, not empty, are one slice.
func sameBlock(b, c []int32) bool { return len(b) == len(c) && &b[0] == &c[0] }

// mirror copies the lower triangle to the upper one.
func mirror[T kernels.Float](m kernels.Matrix[T]) {
	for i := 1; i < m.Rows; i++ {
		for j, v := range m.Row(i)[:i] {
			m.Data[j*m.Stride+i] = v
		}
	}
}
