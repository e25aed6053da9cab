package sparse_test

import (
	"cmp"
	"math"
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func TestFromCOOAddsUpInOrder(t *testing.T) { testkit.EachType(t, fromCOO[float32], fromCOO[float64]) }

// fromCOO compares with a dense matrix to which the entries are added in the order they come in, bit for bit.
func fromCOO[T kernels.Float](t *testing.T) {
	for _, size := range [][3]int{{1, 1, 5}, {3, 4, 0}, {5, 7, 40}, {40, 3, 500}, {3, 5000, 2000}, {2, 1 << 13, 3}, {600, 500, 9000}} {
		c := scattered[T](size[0], size[1], size[2], uint64(size[2]))
		want := kernels.NewMatrix[T](c.rows, c.cols)
		places := map[[2]int]bool{}
		for k, v := range c.value {
			want.Data[c.row[k]*c.cols+c.column[k]] += v
			places[[2]int{c.row[k], c.column[k]}] = true
		}
		a := c.matrix(t)
		require.Equal(t, len(places), a.Len())
		testkit.RequireSame(t, want.Data, a.Dense().Data)
		for i := range min(c.rows, 20) {
			for j := range min(c.cols, 20) {
				require.Equal(t, want.At(i, j), a.At(i, j))
			}
		}
	}
}

func TestFromCOOOfFarColumns(t *testing.T) {
	const far = math.MaxInt32 - 1
	a, err := sparse.FromCOO(2, math.MaxInt32, []int64{1, 1, 0, 1}, []int64{far, 5, far, far}, []float64{1, 2, 3, 4})
	require.NoError(t, err)
	assert.Equal(t, []int32{far, 5, far}, a.Columns())
	assert.Equal(t, []float64{3, 2, 5}, a.Values())
	assert.Equal(t, []int32{0, 1, 3}, a.Starts())
}

// TestFromCSCIsTheTranspose builds the same matrix from the arrays of its columns.
func TestFromCSCIsTheTranspose(t *testing.T) {
	a := scattered[float64](30, 40, 300, 1).matrix(t)
	columns := a.Transpose()
	b, err := sparse.FromCSC(30, 40, columns.Starts(), columns.Columns(), columns.Values())
	require.NoError(t, err)
	requireEqual(t, a, b)
	c, err := sparse.FromCSR(30, 40, a.Starts(), a.Columns(), a.Values())
	require.NoError(t, err)
	requireEqual(t, a, c)
}

func TestConstructorsCopy(t *testing.T) {
	starts, columns, values := []int32{0, 1, 2}, []int32{1, 0}, []float64{5, 6}
	a, err := sparse.FromCSR(2, 2, starts, columns, values)
	require.NoError(t, err)
	starts[1], columns[0], values[0] = 9, 9, 9
	assert.Equal(t, 5.0, a.At(0, 1))
	assert.NoError(t, a.Validate())
}

func TestFromDense(t *testing.T) { testkit.EachType(t, fromDense[float32], fromDense[float64]) }

func fromDense[T kernels.Float](t *testing.T) {
	nan, inf := T(math.NaN()), T(math.Inf(1))
	m := kernels.Matrix[T]{Rows: 2, Cols: 3, Stride: 4, Data: []T{0, -2, 1, 99, nan, -0.5, -inf}}
	a, err := sparse.FromDense(m, 0)
	require.NoError(t, err)
	assert.Equal(t, []int32{1, 2, 0, 1, 2}, a.Columns())
	a, err = sparse.FromDense(m, 1)
	require.NoError(t, err)
	assert.Equal(t, []int32{1, 0, 2}, a.Columns(), "a threshold is exceeded, and NaN is not dropped")
	testkit.RequireSame(t, []T{-2, nan, -inf}, a.Values())
	for _, threshold := range []T{-1, nan} {
		_, err = sparse.FromDense(m, threshold)
		assert.ErrorIs(t, err, sparse.ErrThreshold)
	}
	_, err = sparse.FromDense(kernels.Matrix[T]{Rows: 2, Cols: 3, Stride: 3}, 0)
	assert.ErrorIs(t, err, sparse.ErrLength)
}

func TestFromDenseLargest(t *testing.T) {
	testkit.EachType(t, fromDenseLargest[float32], fromDenseLargest[float64])
}

// TestFromDenseLargestOfTies: a guess that all elements reach is given up before all of them have been gathered, which would take
// 40 bytes an element and more.
func TestFromDenseLargestOfTies(t *testing.T) {
	m := kernels.NewMatrix[float32](1024, 1024)
	for i := range m.Data {
		m.Data[i] = 1 - 2*float32(i%2)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	a, err := sparse.FromDenseLargest(m, 3)
	runtime.ReadMemStats(&after)
	require.NoError(t, err)
	assert.Equal(t, []int32{0, 1, 2}, a.Columns())
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(16*len(m.Data)))
}

// fromDenseLargest compares the selection with a stable sort, for random numbers, few values with many ties, and every exponent.
func fromDenseLargest[T kernels.Float](t *testing.T) {
	random := testkit.NewRandom(3)
	normal := testkit.Normal[T](random, 600)
	ties, finite := make([]T, 600), make([]T, 600)
	for i := range ties {
		ties[i] = T(random.IntN(5) - 2)
	}
	testkit.FillFinite(random, finite)
	// Large enough for the guess: it is right, misled by ties, misled because all that is large stands in one place, and of no use.
	many := testkit.Normal[T](random, 1<<15)
	manyTies, corner, few := make([]T, 1<<15), testkit.Normal[T](random, 1<<15), make([]T, 1<<15)
	for i := range manyTies {
		manyTies[i] = T(random.IntN(9) - 4)
		if i < 2000 {
			corner[i] *= 1e6
		}
	}
	few[12345], few[77] = 1, -2
	for _, data := range [][]T{normal, ties, finite, make([]T, 600), {T(math.Inf(-1)), 1, -1, 0}, many, manyTies, corner, few} {
		m := kernels.Matrix[T]{Rows: 4, Cols: len(data) / 4, Stride: len(data) / 4, Data: data}
		order := make([]int, len(data))
		for k := range order {
			order[k] = k
		}
		slices.SortStableFunc(order, func(a, b int) int {
			return -cmp.Compare(math.Abs(float64(data[a])), math.Abs(float64(data[b])))
		})
		for _, count := range []int{0, 1, 2, 3, 10, 299, 599, 600, 601, 1900, 2100, 4096, math.MaxInt} {
			a, err := sparse.FromDenseLargest(m, count)
			require.NoError(t, err)
			want := slices.Clone(order[:min(count, len(order))])
			slices.Sort(want)
			var got []int
			for i := range a.Rows() {
				columns, values := a.Row(i)
				for k, j := range columns {
					got = append(got, i*m.Cols+int(j))
					if v := m.At(i, int(j)); values[k] != v {
						t.Fatalf("count %d: (%d,%d) is %v, want %v", count, i, j, values[k], v)
					}
				}
			}
			require.True(t, slices.Equal(want, got), "count %d: %v, want %v", count, got, want)
		}
	}
	m := kernels.Matrix[T]{Rows: 1, Cols: 2, Stride: 2, Data: []T{1, T(math.NaN())}}
	_, err := sparse.FromDenseLargest(m, 1)
	assert.EqualError(t, err, "sparse: m(0,1): NaN has no magnitude")
	many[9000] = T(math.NaN())
	_, err = sparse.FromDenseLargest(kernels.Matrix[T]{Rows: 128, Cols: 256, Stride: 256, Data: many}, 100)
	assert.EqualError(t, err, "sparse: m(35,40): NaN has no magnitude")
	_, err = sparse.FromDenseLargest(m, -1)
	assert.ErrorIs(t, err, sparse.ErrCount)
	empty, err := sparse.FromDenseLargest(kernels.NewMatrix[T](3, 0), 5)
	require.NoError(t, err)
	assert.Equal(t, 0, empty.Len())
}
