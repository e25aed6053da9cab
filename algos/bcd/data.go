package bcd

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Data is a matrix A of m observations (rows) and p features (columns), dense or sparse, with its columns side by side in memory.
// Several problems may share it.
type Data struct {
	rows, cols int
	dense      Matrix               // transposed: row j is column j
	columns    *sparse.CSR[float64] // transposed; nil where dense
	byRow      *sparse.CSR[float64]
}

// Dense is a dense matrix as data; it takes a copy. The error wraps ErrShape, ErrEmpty or ErrFinite.
func Dense(m kernels.Matrix[float64]) (*Data, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("bcd: m: %w: %w", err, ErrShape)
	}
	if err := checkSize(m.Rows, m.Cols); err != nil {
		return nil, err
	}
	a := &Data{rows: m.Rows, cols: m.Cols, dense: kernels.NewMatrix[float64](m.Cols, m.Rows)}
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			if !check.Finite(v) {
				return nil, fmt.Errorf("bcd: m[%d, %d] = %v: %w", i, j, v, ErrFinite)
			}
			a.dense.Set(j, i, v)
		}
	}
	return a, nil
}

// Sparse is a sparse matrix as data, kept by rows and by columns. The error wraps ErrNil, ErrEmpty or ErrFinite.
func Sparse(m *sparse.CSR[float64]) (*Data, error) {
	if m == nil {
		return nil, fmt.Errorf("bcd: m: %w", ErrNil)
	}
	if err := checkSize(m.Rows(), m.Cols()); err != nil {
		return nil, err
	}
	for k, v := range m.Values() {
		if !check.Finite(v) {
			return nil, fmt.Errorf("bcd: entry %d of m = %v: %w", k, v, ErrFinite)
		}
	}
	return &Data{rows: m.Rows(), cols: m.Cols(), columns: m.Transpose(), byRow: m}, nil
}

func checkSize(rows, cols int) error {
	if rows < 1 || cols < 1 {
		return fmt.Errorf("bcd: m is %d x %d, want 1 x 1 or more: %w", rows, cols, ErrEmpty)
	}
	return nil
}

// Rows is the number of observations.
func (a *Data) Rows() int { return a.rows }

// Cols is the number of features.
func (a *Data) Cols() int { return a.cols }

func (a *Data) isSparse() bool { return a.columns != nil }

// entries is the number of elements that are stored.
func (a *Data) entries() int {
	if a.isSparse() {
		return a.byRow.Len()
	}
	return a.rows * a.cols
}

// each calls f for the entries of column j.
func (a *Data) each(j int, f func(i int, v float64)) {
	if a.isSparse() {
		rows, values := a.columns.Row(j)
		for k, i := range rows {
			f(int(i), values[k])
		}
		return
	}
	for i, v := range a.dense.Row(j) {
		f(i, v)
	}
}

// dot is the product of column j with channel c of w, which holds k channels a row.
func (a *Data) dot(j int, w []float64, k, c int) (sum float64) {
	if a.isSparse() {
		rows, values := a.columns.Row(j)
		for e, i := range rows {
			sum += values[e] * w[int(i)*k+c]
		}
		return sum
	}
	for i, v := range a.dense.Row(j) {
		sum += v * w[i*k+c]
	}
	return sum
}

// axpy adds alpha times column j to channel c of z.
func (a *Data) axpy(alpha float64, j int, z []float64, k, c int) {
	switch {
	case k == 1 && a.isSparse():
		rows, values := a.columns.Row(j)
		vec.GatherAxpy(alpha, values, rows, z)
	case k == 1:
		vec.Axpy(alpha, a.dense.Row(j), z)
	case a.isSparse():
		rows, values := a.columns.Row(j)
		for e, i := range rows {
			z[int(i)*k+c] += alpha * values[e]
		}
	default:
		for i, v := range a.dense.Row(j) {
			z[i*k+c] += alpha * v
		}
	}
}

// mul sets z = A*x for k channels.
func (a *Data) mul(z, x []float64, k int) {
	switch {
	case few(x):
		clear(z)
		for i, v := range x {
			if v != 0 {
				a.axpy(v, i/k, z, k, i%k)
			}
		}
	case a.isSparse() && k == 1:
		a.byRow.MulVec(1, x, 0, z)
	case a.isSparse():
		a.byRow.MulMat(1, channels(x, a.cols, k), 0, channels(z, a.rows, k))
	case k == 1:
		matmul.Gemv(matmul.Trans, 1, a.dense, x, 0, z)
	default:
		matmul.Gemm(matmul.Trans, matmul.NoTrans, 1, a.dense, channels(x, a.cols, k), 0, channels(z, a.rows, k))
	}
}

// few reports whether at most one element in eight is not zero, so that going column by column is faster.
func few(x []float64) bool {
	count := 0
	for _, v := range x {
		if v != 0 {
			count++
		}
	}
	return 8*count <= len(x)
}

// mulTransposed sets g = A'*w for k channels.
func (a *Data) mulTransposed(g, w []float64, k int) {
	switch {
	case a.isSparse() && k == 1:
		a.columns.MulVec(1, w, 0, g)
	case a.isSparse():
		a.columns.MulMat(1, channels(w, a.rows, k), 0, channels(g, a.cols, k))
	case k == 1:
		matmul.Gemv(matmul.NoTrans, 1, a.dense, w, 0, g)
	default:
		matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, a.dense, channels(w, a.rows, k), 0, channels(g, a.cols, k))
	}
}

// channels is a vector of k numbers a row as a matrix.
func channels(x []float64, rows, k int) Matrix {
	return Matrix{Rows: rows, Cols: k, Stride: k, Data: x}
}

// squares is the sum of squares of each column.
func (a *Data) squares() []float64 {
	s := make([]float64, a.cols)
	for j := range s {
		if a.isSparse() {
			_, values := a.columns.Row(j)
			s[j] = vec.SumSquares(values)
		} else {
			s[j] = vec.SumSquares(a.dense.Row(j))
		}
	}
	return s
}

// rowSums is sum_i |a_ij| sum_l |a_il| for each j, which is at least the sum over l of |a_j'a_l|.
func (a *Data) rowSums() []float64 {
	across := make([]float64, a.rows)
	for j := range a.cols {
		a.each(j, func(i int, v float64) { across[i] += math.Abs(v) })
	}
	sums := make([]float64, a.cols)
	for j := range sums {
		a.each(j, func(i int, v float64) { sums[j] += math.Abs(v) * across[i] })
	}
	return sums
}
