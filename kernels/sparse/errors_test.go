package sparse_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func TestFromCSRErrors(t *testing.T) {
	type ints = []int
	for _, c := range []struct {
		rows, cols      int
		starts, columns ints
		values          int
		want            error
		message         string
	}{
		{-1, 2, ints{}, nil, 0, sparse.ErrSize, "sparse: rows = -1, cols = 2: negative size"},
		{1, -1, ints{0, 0}, nil, 0, sparse.ErrSize, "sparse: rows = 1, cols = -1: negative size"},
		{1, math.MaxInt32 + 1, ints{0, 0}, nil, 0, sparse.ErrTooLarge, "sparse: cols = 2147483648: beyond the range of int32"},
		{math.MaxInt32 + 1, 1, ints{0, 0}, nil, 0, sparse.ErrTooLarge, "sparse: rows = 2147483648: beyond the range of int32"},
		{math.MaxInt, 1, ints{0, 0}, nil, 0, sparse.ErrTooLarge, "beyond the range of int32"},
		{math.MaxInt32, 1, ints{0, 0}, nil, 0, sparse.ErrLength, "sparse: len(starts) = 2, rows+1 = 2147483648: lengths do not agree"},
		{2, 2, ints{0, 1}, ints{0}, 1, sparse.ErrLength, "sparse: len(starts) = 2, rows+1 = 3: lengths do not agree"},
		{0, 0, ints{}, nil, 0, sparse.ErrLength, "sparse: len(starts) = 0, rows+1 = 1: lengths do not agree"},
		{1, 2, ints{0, 1}, ints{0}, 2, sparse.ErrLength, "sparse: len(values) = 2, len(columns) = 1: lengths do not agree"},
		{1, 2, ints{1, 1}, ints{0}, 1, sparse.ErrStarts, "sparse: starts[0] = 1: starts do not ascend from 0 to the number of entries"},
		{2, 2, ints{0, 2, 1}, ints{0, 1}, 2, sparse.ErrStarts, "sparse: starts[1] = 2, starts[2] = 1 of 2 entries"},
		{1, 2, ints{0, 3}, ints{0, 1}, 2, sparse.ErrStarts, "sparse: starts[0] = 0, starts[1] = 3 of 2 entries"},
		{2, 2, ints{0, math.MaxInt, 2}, ints{0, 1}, 2, sparse.ErrStarts, "of 2 entries"},
		{2, 2, ints{0, math.MinInt, 2}, ints{0, 1}, 2, sparse.ErrStarts, "of 2 entries"},
		{1, 2, ints{0, 1}, ints{0, 1}, 2, sparse.ErrStarts, "sparse: starts[1] = 1 of 2 entries"},
		{0, 2, ints{0}, ints{0}, 1, sparse.ErrStarts, "sparse: starts[0] = 0 of 1 entries"},
		{1, 2, ints{0, 1}, ints{2}, 1, sparse.ErrRange, "sparse: columns[0] = 2 of 2: index out of range"},
		{1, 2, ints{0, 1}, ints{-1}, 1, sparse.ErrRange, "sparse: columns[0] = -1 of 2: index out of range"},
		{1, 2, ints{0, 1}, ints{1 << 32}, 1, sparse.ErrRange, "sparse: columns[0] = 4294967296 of 2: index out of range"},
		{2, 3, ints{0, 1, 3}, ints{0, 2, 1}, 3, sparse.ErrOrder, "sparse: columns[2] = 1 after 2: indices do not ascend"},
		{1, 3, ints{0, 2}, ints{1, 1}, 2, sparse.ErrOrder, "sparse: columns[1] = 1 after 1: indices do not ascend"},
	} {
		a, err := sparse.FromCSR(c.rows, c.cols, c.starts, c.columns, make([]float64, c.values))
		assert.Nil(t, a)
		assert.ErrorIs(t, err, c.want, "%v", c)
		assert.ErrorContains(t, err, c.message)
	}
	_, err := sparse.FromCSC(3, 1, []int{0, 1}, []int{3}, []float64{1})
	assert.EqualError(t, err, "sparse: indices[0] = 3 of 3: index out of range")
	_, err = sparse.FromCSC(-1, 2, []int{0, 0, 0}, nil, []float64{})
	assert.EqualError(t, err, "sparse: rows = -1, cols = 2: negative size")
	_, err = sparse.FromCSC(math.MaxInt32+1, 2, []int{0, 0, 0}, nil, []float64{})
	assert.EqualError(t, err, "sparse: rows = 2147483648: beyond the range of int32")
	_, err = sparse.FromCSC(1, 2, []int{0, 0}, nil, []float64{})
	assert.EqualError(t, err, "sparse: len(starts) = 2, cols+1 = 3: lengths do not agree")
}

func TestFromCOOErrors(t *testing.T) {
	one := []float64{1}
	for _, c := range []struct {
		rows, cols  int
		row, column []int
		want        error
		message     string
	}{
		{-1, 1, []int{0}, []int{0}, sparse.ErrSize, "negative size"},
		{1, 1 << 31, []int{0}, []int{0}, sparse.ErrTooLarge, "sparse: cols = 2147483648"},
		{2, 2, []int{0, 1}, []int{0}, sparse.ErrLength, "sparse: len(row) = 2, len(value) = 1"},
		{2, 2, []int{0}, nil, sparse.ErrLength, "sparse: len(column) = 0, len(value) = 1"},
		{2, 2, []int{2}, []int{0}, sparse.ErrRange, "sparse: row[0] = 2 of 2"},
		{2, 2, []int{-1}, []int{0}, sparse.ErrRange, "sparse: row[0] = -1 of 2"},
		{2, 2, []int{0}, []int{2}, sparse.ErrRange, "sparse: column[0] = 2 of 2"},
		{2, 2, []int{0}, []int{-1 << 40}, sparse.ErrRange, "sparse: column[0] = -1099511627776 of 2"},
	} {
		a, err := sparse.FromCOO(c.rows, c.cols, c.row, c.column, one)
		assert.Nil(t, a)
		assert.ErrorIs(t, err, c.want)
		assert.ErrorContains(t, err, c.message)
	}
}

// TestValidateSeesWhatSomebodyWrote breaks the views, which the constructors never do.
func TestValidateSeesWhatSomebodyWrote(t *testing.T) {
	for _, c := range []struct {
		harm func(a *sparse.CSR[float64])
		want error
	}{
		{func(a *sparse.CSR[float64]) { a.Columns()[0] = 7 }, sparse.ErrRange},
		{func(a *sparse.CSR[float64]) { a.Columns()[1] = a.Columns()[0] }, sparse.ErrOrder},
		{func(a *sparse.CSR[float64]) { a.Starts()[1] = -1 }, sparse.ErrStarts},
		{func(a *sparse.CSR[float64]) { a.Starts()[0] = 1 }, sparse.ErrStarts},
		{func(a *sparse.CSR[float64]) { a.Starts()[2] = 2 }, sparse.ErrStarts},
	} {
		a, err := sparse.FromCSR(2, 3, []int{0, 2, 3}, []int{0, 1, 2}, []float64{1, 2, 3})
		require.NoError(t, err)
		require.NoError(t, a.Validate())
		c.harm(a)
		assert.ErrorIs(t, a.Validate(), c.want)
	}
	var zero sparse.CSR[float32]
	assert.NoError(t, zero.Validate())
	assert.Equal(t, 0, zero.Transpose().Len())
	zero.MulVec(1, nil, 0, nil)
	zero.MulVecTransposed(1, nil, 0, nil)
}

func TestTransformErrors(t *testing.T) {
	a, err := sparse.FromCSR(2, 3, []int{0, 2, 3}, []int{0, 1, 2}, []float64{1, 2, 3})
	require.NoError(t, err)
	check := func(want error, message string) func(any, error) {
		return func(_ any, err error) {
			t.Helper()
			assert.ErrorIs(t, err, want)
			assert.EqualError(t, err, "sparse: "+message+": "+want.Error())
		}
	}
	check(sparse.ErrLength, "len(order) = 1, a.Rows = 2")(a.PermuteRows([]int{0}))
	check(sparse.ErrPermutation, "order[1] = 2 of 2")(a.PermuteRows([]int{0, 2}))
	check(sparse.ErrPermutation, "order[0] = -1 of 2")(a.PermuteRows([]int{-1, 0}))
	check(sparse.ErrPermutation, "order[0] = order[2] = 1")(a.PermuteColumns([]int{1, 0, 1}))
	check(sparse.ErrLength, "len(order) = 2, a.Cols = 3")(a.PermuteColumns([]int{1, 0}))
	check(sparse.ErrNotSquare, "a is 2 x 3")(a.PermuteSymmetric([]int{0, 1}))
	check(sparse.ErrRange, "rows[1] = 2 of 2")(a.ExtractRows([]int{0, 2}))
	check(sparse.ErrRange, "rows[0] = -1 of 2")(a.ExtractRows([]int{-1}))
	check(sparse.ErrLength, "len(values) = 2, a.Len = 3")(a.WithValues(make([]float64, 2)))
	check(sparse.ErrNotSquare, "a is 2 x 3")(sparse.NewSymmetric(a))
	check(sparse.ErrNotSquare, "a is 2 x 3")(sparse.NewLower(a, true))
}

func TestSymmetricAndTriangularErrors(t *testing.T) {
	matrix := func(data ...float64) *sparse.CSR[float64] {
		n := int(math.Sqrt(float64(len(data))))
		a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: n, Cols: n, Stride: n, Data: data}, 0)
		require.NoError(t, err)
		return a
	}
	_, err := sparse.NewSymmetric(matrix(1, 2, 3, 4))
	assert.EqualError(t, err, "sparse: a(0,1) = 2, a(1,0) = 3: matrix is not symmetric")
	_, err = sparse.NewSymmetric(matrix(1, 0, 3, 4))
	assert.EqualError(t, err, "sparse: a(1,0) = 3, a(0,1) = 0: matrix is not symmetric")
	_, err = sparse.NewSymmetric(matrix(1, 3, 0, 4))
	assert.EqualError(t, err, "sparse: a(0,1) = 3, a(1,0) = 0: matrix is not symmetric")
	_, err = sparse.NewSymmetric(matrix(math.NaN()))
	assert.ErrorIs(t, err, sparse.ErrNotSymmetric)

	_, err = sparse.NewLower(matrix(1, 0, 2, 0), false)
	assert.EqualError(t, err, "sparse: a(1,1) = 0: zero on the diagonal")
	_, err = sparse.NewUpper(matrix(0, 1, 0, 1), false)
	assert.EqualError(t, err, "sparse: a(0,0) = 0: zero on the diagonal")
	_, err = sparse.NewUpper(matrix(0, 1, 0, 0), true)
	assert.NoError(t, err, "a unit diagonal is not looked at")
}

func TestShapes(t *testing.T) {
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{1, 0, 2, 3, 4, 0}}, 0)
	require.NoError(t, err)
	x2, x3 := make([]float64, 2), make([]float64, 3)
	m := kernels.NewMatrix[float64]
	symmetric, err := sparse.NewSymmetric(banded[float64](2, 0).matrix(t))
	require.NoError(t, err)
	triangle, err := sparse.NewLower(banded[float64](2, 0).matrix(t), true)
	require.NoError(t, err)
	for message, call := range map[string]func(){
		"sparse: MulVec: len(x)=2, a.Cols=3":                                                func() { a.MulVec(1, x2, 0, x2) },
		"sparse: MulVec: len(y)=3, a.Rows=2":                                                func() { a.MulVec(1, x3, 0, x3) },
		"sparse: MulVecTransposed: len(x)=3, a.Rows=2":                                      func() { a.MulVecTransposed(1, x3, 0, x3) },
		"sparse: MulVecTransposed: len(y)=2, a.Cols=3":                                      func() { a.MulVecTransposed(1, x2, 0, x2) },
		"sparse: MulMat: x.Rows=2, a.Cols=3":                                                func() { a.MulMat(1, m(2, 5), 0, m(2, 5)) },
		"sparse: MulMat: y.Rows=3, a.Rows=2":                                                func() { a.MulMat(1, m(3, 5), 0, m(3, 5)) },
		"sparse: MulMat: x.Cols=5, y.Cols=4":                                                func() { a.MulMat(1, m(3, 5), 0, m(2, 4)) },
		"sparse: MulMat: y: rows=2, cols=5, stride=5, len(data)=0: data is too short":       func() { a.MulMat(1, m(3, 5), 0, kernels.Matrix[float64]{Rows: 2, Cols: 5, Stride: 5}) },
		"sparse: MulMatTransposed: x.Rows=3, a.Rows=2":                                      func() { a.MulMatTransposed(1, m(3, 5), 0, m(3, 5)) },
		"sparse: MulMatTransposed: y.Rows=2, a.Cols=3":                                      func() { a.MulMatTransposed(1, m(2, 5), 0, m(2, 5)) },
		"sparse: MulMatTransposed: x.Cols=5, y.Cols=4":                                      func() { a.MulMatTransposed(1, m(2, 5), 0, m(3, 4)) },
		"sparse: Residual: len(r)=3, a.Rows=2":                                              func() { a.Residual(x3, x2, x3) },
		"sparse: Residual: len(b)=3, a.Rows=2":                                              func() { a.Residual(x2, x3, x3) },
		"sparse: Residual: len(x)=2, a.Cols=3":                                              func() { a.Residual(x2, x2, x2) },
		"sparse: Sampled: len(dst)=0, a.Len=4":                                              func() { a.Sampled(nil, 1, m(2, 5), m(3, 5)) },
		"sparse: Sampled: y.Rows=2, a.Cols=3":                                               func() { a.Sampled(make([]float64, 4), 1, m(2, 5), m(2, 5)) },
		"sparse: Sampled: x.Rows=3, a.Rows=2":                                               func() { a.Sampled(make([]float64, 4), 1, m(3, 5), m(3, 5)) },
		"sparse: Sampled: x.Cols=5, y.Cols=4":                                               func() { a.Sampled(make([]float64, 4), 1, m(2, 5), m(3, 4)) },
		"sparse: ScaleRows: len(d)=3, a.Rows=2":                                             func() { a.ScaleRows(x3) },
		"sparse: ScaleColumns: len(d)=2, a.Cols=3":                                          func() { a.ScaleColumns(x2) },
		"sparse: Symmetric.MulVec: len(x)=3, s.Rows=2":                                      func() { symmetric.MulVec(1, x3, 0, x2) },
		"sparse: Symmetric.MulVec: len(y)=3, s.Rows=2":                                      func() { symmetric.MulVec(1, x2, 0, x3) },
		"sparse: Triangular.Solve: len(x)=3, t.Rows=2":                                      func() { triangle.Solve(x3, x2) },
		"sparse: Triangular.Solve: len(b)=3, t.Rows=2":                                      func() { triangle.Solve(x2, x3) },
		"sparse: At: column 3 of 3":                                                         func() { a.At(0, 3) },
		"sparse: MulMat: x: rows=-1, cols=0, stride=0, len(data)=0: negative size":          func() { a.MulMat(1, kernels.Matrix[float64]{Rows: -1}, 0, m(2, 5)) },
		"sparse: MulMatTransposed: y: rows=3, cols=5, stride=4, len(data)=0: stride < cols": func() { a.MulMatTransposed(1, m(2, 5), 0, kernels.Matrix[float64]{Rows: 3, Cols: 5, Stride: 4}) },
	} {
		require.PanicsWithValue(t, message, call)
	}
}

// TestValuesThatNoConstructorMade: what is left of a constructor whose error was ignored says so.
func TestValuesThatNoConstructorMade(t *testing.T) {
	_, err := sparse.NewPlan[float64](nil, sparse.PlanSettings{})
	assert.ErrorIs(t, err, sparse.ErrNil)
	_, err = sparse.NewPlan[float64](nil, sparse.PlanSettings{Format: sparse.FormatSorted})
	assert.EqualError(t, err, "sparse: a: nil")
	_, err = sparse.NewSymmetric[float64](nil)
	assert.ErrorIs(t, err, sparse.ErrNil)
	_, err = sparse.NewLower[float64](nil, false)
	assert.ErrorIs(t, err, sparse.ErrNil)
	_, err = sparse.NewUpper[float64](nil, true)
	assert.ErrorIs(t, err, sparse.ErrNil)

	x := []float64{1}
	assert.PanicsWithValue(t, "sparse: Plan.MulVec: the Plan is none that a constructor made", func() {
		new(sparse.Plan[float64]).MulVec(1, x, 0, x)
	})
	assert.PanicsWithValue(t, "sparse: Symmetric.MulVec: the Symmetric is none that a constructor made", func() {
		new(sparse.Symmetric[float64]).MulVec(1, x, 0, x)
	})
	assert.PanicsWithValue(t, "sparse: Triangular.Solve: the Triangular is none that a constructor made", func() {
		new(sparse.Triangular[float64]).Solve(x, x)
	})
	assert.PanicsWithValue(t, "sparse: Symmetric.Rows: the Symmetric is none that a constructor made", func() { new(sparse.Symmetric[float64]).Rows() })
	assert.PanicsWithValue(t, "sparse: Symmetric.Full: the Symmetric is none that a constructor made", func() { new(sparse.Symmetric[float64]).Full() })
	assert.PanicsWithValue(t, "sparse: Triangular.Rows: the Triangular is none that a constructor made", func() { new(sparse.Triangular[float64]).Rows() })
	assert.Equal(t, "no plan", new(sparse.Plan[float64]).String())
}

func TestRowsThatThereAreNot(t *testing.T) {
	a, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{1, 2, 3, 4, 5, 6}}, 0)
	require.NoError(t, err)
	assert.PanicsWithValue(t, "sparse: Row: row 2 of 2", func() { a.Row(2) })
	assert.PanicsWithValue(t, "sparse: Row: row -1 of 2", func() { a.At(-1, 0) })
	assert.PanicsWithValue(t, "sparse: At: column 3 of 3", func() { a.At(0, 3) })
	assert.PanicsWithValue(t, "sparse: Row: row 0 of 0", func() { new(sparse.CSR[float64]).Row(0) })
}
