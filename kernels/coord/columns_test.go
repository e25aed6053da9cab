package coord_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// matrixOf is rows x cols normal numbers with a gap between the rows.
func matrixOf[T kernels.Float](random *rand.Rand, rows, cols, gap int) kernels.Matrix[T] {
	return kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols + gap, Data: testkit.Normal[T](random, rows*(cols+gap))}
}

// blockOf is count columns of p, with repetitions.
func blockOf(random *rand.Rand, count, p int) []int32 {
	index := make([]int32, count)
	for k := range index {
		index[k] = int32(random.IntN(p))
	}
	return index
}

// sparseOf keeps about every third element of a matrix.
func sparseOf[T kernels.Float](t *testing.T, random *rand.Rand, m kernels.Matrix[T]) *sparse.CSR[T] {
	for i := range m.Rows {
		for j := range m.Row(i) {
			if random.IntN(3) > 0 {
				m.Set(i, j, 0)
			}
		}
	}
	a, err := sparse.FromDense(m, 0)
	require.NoError(t, err)
	return a
}

// shapes are rows of A, columns of A, and columns in a block: short ones, and beyond a panel.
var shapes = []struct{ n, p, b int }{
	{0, 3, 2}, {1, 1, 1}, {5, 4, 0}, {7, 9, 3}, {33, 20, 4}, {100, 30, 9}, {257, 12, 17}, {2048, 10, 5}, {2049, 9, 7}, {5000, 11, 6},
}

// bound is the number of rounding units of the package comment for a sum of n terms.
func bound(n int) int { return min(n, 1024+n/2048+18) + 1 }

func TestGradients(t *testing.T) { testkit.EachLevelAndType(t, gradients[float32], gradients[float64]) }

func gradients[T kernels.Float](t *testing.T) {
	for _, s := range shapes {
		random := testkit.NewRandom(uint64(s.n))
		columns, r := matrixOf[T](random, s.p, s.n, s.n%3), testkit.Normal[T](random, s.n)
		index, dst := blockOf(random, s.b, s.p), make([]T, s.b)
		coord.GradientAt(dst, columns, index, r)
		for k, j := range index {
			column := columns.Row(int(j))
			testkit.RequireSumError(t, dst[k], testkit.Dot(column, r), testkit.AbsDot(column, r), bound(s.n))
		}
		all := make([]T, s.p)
		coord.Gradient(all, columns, r)
		for j, g := range all {
			testkit.RequireSumError(t, g, testkit.Dot(columns.Row(j), r), testkit.AbsDot(columns.Row(j), r), s.n+4)
		}
		entries := sparseOf(t, random, columns)
		coord.SparseGradientAt(dst, entries, index, r)
		for k, j := range index {
			column := columns.Row(int(j)) // with zeros where there is no entry
			testkit.RequireSumError(t, dst[k], testkit.Dot(column, r), testkit.AbsDot(column, r), s.n+1)
		}
	}
}

func TestUpdates(t *testing.T) { testkit.EachLevelAndType(t, updates[float32], updates[float64]) }

func updates[T kernels.Float](t *testing.T) {
	for _, s := range shapes {
		random := testkit.NewRandom(uint64(s.n))
		columns, r := matrixOf[T](random, s.p, s.n, s.n%3), testkit.Normal[T](random, s.n)
		index, d := blockOf(random, s.b, s.p), testkit.Normal[T](random, s.b)
		got := slices.Clone(r)
		coord.UpdateAt(got, columns, index, d)
		requireUpdated(t, got, r, columns, index, d)
		weights, all := testkit.Normal[T](random, s.p), make([]int32, s.p)
		for j := range all {
			all[j] = int32(j)
		}
		copy(got, r)
		coord.Update(got, columns, weights)
		requireUpdated(t, got, r, columns, all, weights)
		entries := sparseOf(t, random, columns)
		copy(got, r)
		coord.SparseUpdateAt(got, entries, index, d)
		requireUpdated(t, got, r, columns, index, d)
	}
}

// requireUpdated holds an updated residual against the exact one.
func requireUpdated[T kernels.Float](t *testing.T, got, r []T, columns kernels.Matrix[T], index []int32, d []T) {
	t.Helper()
	for i, v := range r {
		terms, factors := []T{v}, []T{1}
		for k, j := range index {
			terms, factors = append(terms, columns.At(int(j), i)), append(factors, d[k])
		}
		testkit.RequireSumError(t, got[i], testkit.Dot(terms, factors), testkit.AbsDot(terms, factors), len(index)+1)
	}
}

func TestUpdateGradient(t *testing.T) {
	testkit.EachLevelAndType(t, updateGradient[float32], updateGradient[float64])
}

func updateGradient[T kernels.Float](t *testing.T) {
	for _, s := range shapes {
		for _, next := range []int{0, 1, s.b, 13} {
			random := testkit.NewRandom(uint64(s.n))
			columns, r := matrixOf[T](random, s.p, s.n, 1), testkit.Normal[T](random, s.n)
			index, following, d := blockOf(random, s.b, s.p), blockOf(random, next, s.p), testkit.Normal[T](random, s.b)
			separate, want := slices.Clone(r), make([]T, next)
			coord.UpdateAt(separate, columns, index, d)
			coord.GradientAt(want, columns, following, separate)
			got := make([]T, next)
			coord.UpdateGradientAt(got, following, r, columns, index, d)
			require.Equal(t, separate, r)
			require.Equal(t, want, got)
		}
	}
}

func TestCurvature(t *testing.T) { testkit.EachLevelAndType(t, curvature[float32], curvature[float64]) }

func curvature[T kernels.Float](t *testing.T) {
	for _, s := range shapes {
		random := testkit.NewRandom(uint64(s.n))
		columns, weights := matrixOf[T](random, s.p, s.n, 0), testkit.Uniform[T](random, s.n, 0, 1)
		entries := sparseOf(t, random, columns)
		index, got := blockOf(random, s.b, s.p), make([]T, s.b)
		hold := func(weights []T) {
			t.Helper()
			for k, j := range index {
				column := columns.Row(int(j))
				var want testkit.Wide
				for i, v := range column {
					square := testkit.WideOf(float64(v)).Mul(testkit.WideOf(float64(v)))
					if weights != nil {
						square = square.Mul(testkit.WideOf(float64(weights[i])))
					}
					want = want.Add(square)
				}
				testkit.RequireSumError(t, got[k], want, want, bound(s.n)+2)
			}
		}
		coord.CurvatureAt(got, columns, index, weights)
		hold(weights)
		coord.CurvatureAt(got, columns, index, nil)
		hold(nil)
		coord.SparseCurvatureAt(got, entries, index, weights)
		hold(weights)
		coord.SparseCurvatureAt(got, entries, index, nil)
		hold(nil)
	}
}

func TestGram(t *testing.T) { testkit.EachLevelAndType(t, gram[float32], gram[float64]) }

func gram[T kernels.Float](t *testing.T) {
	for _, s := range shapes {
		random := testkit.NewRandom(uint64(s.n))
		columns, weights := matrixOf[T](random, s.p, s.n, 0), testkit.Uniform[T](random, s.n, 0, 1)
		entries := sparseOf(t, random, columns)
		b, c := blockOf(random, s.b, s.p), blockOf(random, 5, s.p)
		ones := slices.Repeat([]T{1}, s.n)
		for _, w := range [][]T{weights, nil} {
			for _, c := range [][]int32{b, c} {
				for _, form := range []func(dst kernels.Matrix[T]){
					func(dst kernels.Matrix[T]) { coord.GramAt(dst, columns, b, c, w) },
					func(dst kernels.Matrix[T]) { coord.SparseGramAt(dst, entries, b, c, w) },
				} {
					dst := matrixOf[T](random, len(b), len(c), 2)
					form(dst)
					for k := range b {
						left, factors := columns.Row(int(b[k])), ones
						if w != nil {
							factors = w
						}
						weighted := make([]T, s.n)
						for i, v := range left {
							weighted[i] = v * factors[i]
						}
						for l := range c {
							right := columns.Row(int(c[l]))
							testkit.RequireSumError(t, dst.At(k, l), testkit.Dot(weighted, right), testkit.AbsDot(weighted, right), s.n+4)
						}
					}
				}
			}
		}
	}
}

// TestFarColumns is of a matrix large enough for columns to be asked for ahead.
func TestFarColumns(t *testing.T) {
	testkit.EachLevelAndType(t, farColumns[float32], farColumns[float64])
}

func farColumns[T kernels.Float](t *testing.T) {
	const n, p = 700, 640
	random := testkit.NewRandom(1)
	columns, r := matrixOf[T](random, p, n, 0), testkit.Normal[T](random, n)
	entries := sparseOf(t, random, columns)
	require.Greater(t, entries.Len(), 1<<17)
	index, d := blockOf(random, 30, p), testkit.Normal[T](random, 30)
	dst, updated := make([]T, len(index)), slices.Clone(r)
	coord.SparseGradientAt(dst, entries, index, r)
	coord.SparseUpdateAt(updated, entries, index, d)
	for k, j := range index {
		column := columns.Row(int(j))
		testkit.RequireSumError(t, dst[k], testkit.Dot(column, r), testkit.AbsDot(column, r), n)
	}
	requireUpdated(t, updated, r, columns, index, d)
}
