package sparse_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// scalars are alpha and beta of the tests; NaN is put in y before a product with beta = 0.
var scalars = [][2]float64{{1, 0}, {1, 1}, {-0.75, 2.5}, {0, 0.5}}

// eachPattern runs a test on all patterns, at every level.
func eachPattern[T kernels.Float](t *testing.T, f func(t *testing.T, a *sparse.CSR[T])) {
	matrices := patterns[T](t)
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for name, a := range matrices {
			t.Run(name, func(t *testing.T) { f(t, a) })
		}
	})
}

// looked reports whether a test looks at a row: in large matrices at one of 17 (with -short of 101), and at those that are cut.
func looked(i int, columns []int32) bool {
	each := 17
	if testing.Short() {
		each = 101
	}
	return i < 100 || i%each == 0 || len(columns) > 1<<14
}

// operand is a random y, or NaN where it must not be read.
func operand[T kernels.Float](n int, beta float64) []T {
	y := testkit.Normal[T](testkit.NewRandom(uint64(n)+17), n)
	if beta == 0 {
		for i := range y {
			y[i] = T(math.NaN())
		}
	}
	return y
}

// requireProduct holds y = alpha*A*x + beta*y as multiply forms it against the rows of A, for all scalars.
func requireProduct[T kernels.Float](t *testing.T, a *sparse.CSR[T], x []T, multiply func(alpha T, x []T, beta T, y []T)) {
	t.Helper()
	for _, s := range scalars {
		alpha, beta := T(s[0]), T(s[1])
		before := operand[T](a.Rows(), s[1])
		y := slices.Clone(before)
		multiply(alpha, x, beta, y)
		for i := range y {
			columns, values := a.Row(i)
			if !looked(i, columns) {
				continue
			}
			requireElement(t, y[i], alpha, values, picked(x, columns), beta, before[i], func() string { return fmt.Sprintf("y[%d]", i) })
		}
	}
}

func TestMulVec(t *testing.T) { testkit.EachType(t, mulVec[float32], mulVec[float64]) }

func mulVec[T kernels.Float](t *testing.T) {
	eachPattern(t, func(t *testing.T, a *sparse.CSR[T]) {
		requireProduct(t, a, testkit.Normal[T](testkit.NewRandom(1), a.Cols()), a.MulVec)
	})
}

func TestMulVecTransposed(t *testing.T) {
	testkit.EachType(t, mulVecTransposed[float32], mulVecTransposed[float64])
}

func mulVecTransposed[T kernels.Float](t *testing.T) {
	eachPattern(t, func(t *testing.T, a *sparse.CSR[T]) {
		requireProduct(t, a.Transpose(), testkit.Normal[T](testkit.NewRandom(2), a.Rows()), a.MulVecTransposed)
	})
}

func TestMulMat(t *testing.T) { testkit.EachType(t, mulMat[float32], mulMat[float64]) }

func mulMat[T kernels.Float](t *testing.T) {
	eachPattern(t, func(t *testing.T, a *sparse.CSR[T]) {
		byColumns := a.Transpose()
		for _, width := range []int{0, 1, 11} {
			s := scalars[width%len(scalars)]
			alpha, beta := T(s[0]), T(s[1])
			requireWide(t, a, width, alpha, beta, (*sparse.CSR[T]).MulMat, a)
			requireWide(t, byColumns, width, alpha, beta, (*sparse.CSR[T]).MulMatTransposed, a)
		}
	})
}

// TestMulMatInSeveralCalls has rows, and pieces of rows, with more entries than one call takes with so many right-hand sides.
func TestMulMatInSeveralCalls(t *testing.T) {
	testkit.EachLevelAndType(t, mulMatInSeveralCalls[float32], mulMatInSeveralCalls[float64])
}

func mulMatInSeveralCalls[T kernels.Float](t *testing.T) {
	for width, a := range map[int]*sparse.CSR[T]{75: scattered[T](5, 2000, 40000, 1).matrix(t), 40: arrow[T](17000).matrix(t)} {
		requireWide(t, a, width, 1, 0, (*sparse.CSR[T]).MulMat, a)
		requireWide(t, a.Transpose(), width, 2, 1, (*sparse.CSR[T]).MulMatTransposed, a)
	}
}

// requireWide holds a product against the rows that it should multiply with, for some of the right-hand sides; space between
// the rows of Y must stay as it is.
func requireWide[T kernels.Float](t *testing.T, rows *sparse.CSR[T], width int, alpha, beta T,
	product func(a *sparse.CSR[T], alpha T, x kernels.Matrix[T], beta T, y kernels.Matrix[T]), a *sparse.CSR[T]) {
	t.Helper()
	random := testkit.NewRandom(uint64(width))
	x, y := normalMatrix[T](random, rows.Cols(), width), normalMatrix[T](random, rows.Rows(), width)
	if beta == 0 {
		for i := range y.Rows {
			for j := range width {
				y.Set(i, j, T(math.NaN()))
			}
		}
	}
	before := y
	before.Data = slices.Clone(y.Data)
	product(a, alpha, x, beta, y)
	for j := range width {
		right := column(x, j)
		for i := range y.Rows {
			columns, values := rows.Row(i)
			if !looked(i, columns) || len(columns) > 1<<14 && j > 0 && j < width-1 {
				continue
			}
			requireElement(t, y.At(i, j), alpha, values, picked(right, columns), beta, before.At(i, j), func() string { return fmt.Sprintf("y(%d,%d)", i, j) })
		}
	}
	for i := range y.Rows {
		testkit.RequireSame(t, before.Data[i*y.Stride+width:(i+1)*y.Stride], y.Data[i*y.Stride+width:(i+1)*y.Stride])
	}
}

func TestResidual(t *testing.T) { testkit.EachType(t, residual[float32], residual[float64]) }

func residual[T kernels.Float](t *testing.T) {
	eachPattern(t, func(t *testing.T, a *sparse.CSR[T]) {
		random := testkit.NewRandom(3)
		x, b := testkit.Normal[T](random, a.Cols()), testkit.Normal[T](random, a.Rows())
		r := make([]T, a.Rows())
		norm := a.Residual(r, b, x)
		for i := range r {
			columns, values := a.Row(i)
			if !looked(i, columns) {
				continue
			}
			requireElement(t, r[i], -1, values, picked(x, columns), 1, b[i], func() string { return fmt.Sprintf("r[%d]", i) })
		}
		want := testkit.Dot(r, r).Sqrt()
		u := testkit.Roundoff[T]()
		require.InDelta(t, want.Float64(), float64(norm), (u+float64(len(r)+4)/2*0x1p-53)*want.Float64())
		again := slices.Clone(b)
		require.Equal(t, norm, a.Residual(again, again, x), "r may be b")
		testkit.RequireSame(t, r, again)
	})
}

// TestResidualLeavesNoRange: elements whose squares overflow or underflow.
func TestResidualLeavesNoRange(t *testing.T) {
	a := banded[float64](3, 0).matrix(t)
	r := make([]float64, 3)
	for _, size := range []float64{1e300, 1e-300, 5e-324, 0} {
		norm := a.Residual(r, []float64{3 * size, 4 * size, 0}, make([]float64, 3))
		require.InEpsilon(t, 1+5*size, 1+norm, 1e-15)
		require.InDelta(t, 5*size, norm, 5*size*1e-15)
	}
	require.True(t, math.IsNaN(a.Residual(r, []float64{math.NaN(), 1, 1}, make([]float64, 3))))
	require.True(t, math.IsInf(a.Residual(r, []float64{math.Inf(1), 1, 1}, make([]float64, 3)), 1))
}

func TestSampled(t *testing.T) { testkit.EachType(t, sampled[float32], sampled[float64]) }

func sampled[T kernels.Float](t *testing.T) {
	eachPattern(t, func(t *testing.T, a *sparse.CSR[T]) {
		for _, width := range []int{0, 5, 32} {
			random := testkit.NewRandom(uint64(width))
			x, y := normalMatrix[T](random, a.Rows(), width), normalMatrix[T](random, a.Cols(), width)
			dst := make([]T, a.Len())
			a.Sampled(dst, -2, x, y)
			product, err := a.WithValues(dst)
			require.NoError(t, err)
			for i := range a.Rows() {
				columns, values := product.Row(i)
				if !looked(i, columns) {
					continue
				}
				for k, j := range columns {
					if k%(1+len(columns)/20) == 0 {
						requireElement(t, values[k], -2, x.Row(i), y.Row(int(j)), 0, 0, func() string { return fmt.Sprintf("(%d,%d)", i, j) })
					}
				}
			}
		}
	})
}

// TestSampledWide: more than is multiplied in one call, and than is added up without cutting.
func TestSampledWide(t *testing.T) {
	testkit.EachType(t, sampledWide[float32], sampledWide[float64])
}

func sampledWide[T kernels.Float](t *testing.T) {
	a := scattered[T](9, 60, 400, 3).matrix(t)
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for _, width := range []int{4000, 4097, 9000} {
			random := testkit.NewRandom(uint64(width))
			x, y := normalMatrix[T](random, a.Rows(), width), normalMatrix[T](random, a.Cols(), width)
			dst := make([]T, a.Len())
			a.Sampled(dst, 3, x, y)
			product, err := a.WithValues(dst)
			require.NoError(t, err)
			for i := range a.Rows() {
				columns, values := product.Row(i)
				for k := i % 5; k < len(columns); k += 5 {
					requireElement(t, values[k], 3, x.Row(i), y.Row(int(columns[k])), 0, 0, func() string { return fmt.Sprintf("(%d,%d)", i, columns[k]) })
				}
			}
		}
	})
}

// TestSpecialValues: NaN and infinities go where the formula takes them, and no further.
func TestSpecialValues(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	a, err := sparse.FromCSR(3, 4, []int{0, 2, 3, 3}, []int{0, 1, 2}, []float64{1, 0, -1})
	require.NoError(t, err)
	y := make([]float64, 3)
	a.MulVec(1, []float64{1, inf, 2, nan}, 0, y)
	testkit.RequireSame(t, []float64{nan, -2, 0}, y) // 0 times infinity; the last column has no entry
	a.MulVec(1, []float64{inf, 1, -inf, nan}, 0, y)
	testkit.RequireSame(t, []float64{inf, inf, 0}, y)
	a.MulVec(0, []float64{inf, 1, 1, 1}, 1, y)
	testkit.RequireSame(t, []float64{nan, inf, 0}, y) // alpha = 0 multiplies like any other
	z := []float64{nan, nan, nan, 5}
	a.MulVecTransposed(1, []float64{1, inf, nan}, 0, z)
	testkit.RequireSame(t, []float64{1, 0, -inf, 0}, z)
	a.Sampled(y, inf, kernels.NewMatrix[float64](3, 0), kernels.NewMatrix[float64](4, 0))
	testkit.RequireSame(t, []float64{nan, nan, nan}, y) // dot products of nothing are 0

	both, err := sparse.FromCOO(3, 3, []int{0, 0, 0, 1, 2, 2}, []int{0, 1, 2, 0, 0, 2}, []float64{1, 1, -2, 1, -2, 3})
	require.NoError(t, err)
	s, err := sparse.NewSymmetric(both)
	require.NoError(t, err)
	s.MulVec(inf, []float64{1, 1, 1}, 0, y)
	testkit.RequireSame(t, []float64{nan, inf, inf}, y) // terms of both signs: above the diagonal alpha multiplies each, below it their sum
	both.Transpose().MulVecTransposed(inf, []float64{1, 1, 1}, 0, y)
	testkit.RequireSame(t, []float64{nan, inf, nan}, y)
}
