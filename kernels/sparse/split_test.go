package sparse

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// TestStrips cuts small matrices into more strips than the products would, also inside rows, and multiplies with them.
func TestStrips(t *testing.T) {
	random := testkit.NewRandom(1)
	for trial := range 400 {
		rows, cols := 1+random.IntN(12), 1+random.IntN(12)
		if trial%3 == 0 {
			cols = rows
		}
		var row, column []int
		var value []float64
		for range random.IntN(60) {
			i := random.IntN(rows)
			j := random.IntN(cols)
			if trial%2 == 0 {
				j = min(max(i+random.IntN(5)-2, 0), cols-1) // near the diagonal
			}
			row, column, value = append(row, i), append(column, j), append(value, random.NormFloat64())
		}
		a, err := FromCOO(rows, cols, row, column, value)
		require.NoError(t, err)
		for count := 1; count <= 7; count++ {
			name := fmt.Sprintf("trial %d, %d strips", trial, count)
			list := cutStrips(a.starts, a.columns, count, false)
			requireCut(t, a, list, name)
			x := testkit.Normal[float64](random, rows)
			y := make([]float64, cols)
			for j := range y {
				y[j] = math.NaN()
			}
			s := scatter[float64]{a: a, strips: list, x: x, y: y, alpha: 2, width: 1, strideX: 1, strideY: 1}
			s.run(a)
			want := make([]float64, cols)
			for i := range rows {
				columns, values := a.Row(i)
				for k, j := range columns {
					want[j] += 2 * x[i] * values[k]
				}
			}
			require.InDeltaSlice(t, want, y, 1e-13, name)

			const width, stride = 3, 4
			wideX, wideY := make([]float64, rows*stride), make([]float64, cols*stride)
			for i, v := range x {
				wideX[i*stride+1] = v
			}
			w := scatter[float64]{
				a: a, strips: list, x: wideX, y: wideY, alpha: 2, width: width, strideX: stride, strideY: stride, wide: true,
			}
			w.run(a)
			for j := range cols {
				require.InDeltaSlice(t, []float64{0, want[j], 0, 0}, wideY[j*stride:(j+1)*stride], 1e-13, name)
			}
		}
	}
}

// requireCut asks that strips hold every entry once, in order, and that each column has one owner.
func requireCut(t *testing.T, a *CSR[float64], list []strip, name string) {
	t.Helper()
	entry, own := int32(0), int32(0)
	for k, s := range list {
		require.Equal(t, entry, s.entries.begin, name)
		require.Equal(t, own, s.own, name)
		require.LessOrEqual(t, s.low, s.own, name)
		entry = s.entries.end
		if k < len(list)-1 {
			own = s.end
		}
		for _, column := range a.columns[s.entries.begin:s.entries.end] {
			if column < s.low || k < len(list)-1 && column >= s.end {
				t.Fatalf("%s: column %d in a strip from %d to %d", name, column, s.low, s.end)
			}
		}
	}
	require.EqualValues(t, a.Len(), entry, name)
}

// TestSymmetricStrips does so for one stored triangle, whose rows stay whole.
func TestSymmetricStrips(t *testing.T) {
	random := testkit.NewRandom(2)
	for trial := range 200 {
		n := 1 + random.IntN(14)
		var row, column []int
		var value []float64
		for i := range n {
			row, column, value = append(row, i), append(column, i), append(value, random.NormFloat64())
		}
		for range random.IntN(40) {
			i := random.IntN(n)
			j := max(0, i-random.IntN(1+trial%n))
			v := random.NormFloat64()
			row, column, value = append(row, i, j), append(column, j, i), append(value, v, v)
		}
		a, err := FromCOO(n, n, row, column, value)
		require.NoError(t, err)
		stored, err := NewSymmetric(a)
		require.NoError(t, err)
		x, want := testkit.Normal[float64](random, n), make([]float64, n)
		a.MulVec(1, x, 0, want)
		for count := 1; count <= 6; count++ {
			list := cutStrips(stored.lower.starts, stored.lower.columns, count, true)
			requireCut(t, stored.lower, list, "symmetric")
			for _, s := range list {
				require.True(t, slices.Contains(stored.lower.starts, s.entries.begin), "a row is cut")
			}
			y := make([]float64, n)
			s := scatter[float64]{
				a: stored.lower, strips: list, x: x, y: y, alpha: 1, width: 1, strideX: 1, strideY: 1, symmetric: true,
			}
			s.run(stored.lower)
			require.InDeltaSlice(t, want, y, 1e-12, "trial %d, %d strips", trial, count)
		}
	}
}

// TestSplit: ranges and pieces hold every row and entry once; no part has more than two times the work of another full one.
func TestSplit(t *testing.T) {
	const n = 3 * rangeWork
	var row, column []int
	for i := range n {
		row, column = append(row, i, i), append(column, i, (i*7+1)%n)
	}
	for j := range n {
		row, column = append(row, n/2), append(column, j)
	}
	a, err := FromCOO(n, n, row, column, make([]float32, len(row)))
	require.NoError(t, err)
	covered, work := make([]int, a.Len()), []int{}
	for _, r := range a.split.ranges {
		work = append(work, int(a.starts[r.end]-a.starts[r.begin]+r.end-r.begin))
		for k := a.starts[r.begin]; k < a.starts[r.end]; k++ {
			covered[k]++
		}
	}
	for _, p := range a.split.pieces {
		require.EqualValues(t, n/2, p.row)
		work = append(work, int(p.end-p.begin))
		for k := p.begin; k < p.end; k++ {
			covered[k]++
		}
	}
	for _, times := range covered {
		require.Equal(t, 1, times)
	}
	require.Len(t, a.split.pieces, 3)
	require.LessOrEqual(t, slices.Max(work), rangeWork+pieceLength)
}

// TestSplitOfTheLongestRow: it has as many entries as int32 counts.
func TestSplitOfTheLongestRow(t *testing.T) {
	ranges, pieces := cutRows([]int32{0, 0, math.MaxInt32}, rangeWork)
	require.Equal(t, []span{{0, 1}}, ranges)
	require.Len(t, pieces, 1<<31/pieceLength)
	end := int32(0)
	for _, p := range pieces {
		if p.begin != end || p.end <= p.begin {
			t.Fatalf("a piece from %d to %d behind %d", p.begin, p.end, end)
		}
		end = p.end
	}
	require.EqualValues(t, math.MaxInt32, end)
}

func TestScattered(t *testing.T) {
	random := testkit.NewRandom(7)
	build := func(rows, entries int, column func(i, k int) int) *CSR[float64] {
		var row, columns []int
		var values []float64
		for i := range rows {
			for k := range entries {
				row, columns, values = append(row, i), append(columns, column(i, k)), append(values, 1)
			}
		}
		a, err := FromCOO(rows, 1<<20, row, columns, values)
		require.NoError(t, err)
		return a
	}
	for name, c := range map[string]struct {
		matrix *CSR[float64]
		want   bool
	}{
		"band":             {build(1000, 5, func(i, k int) int { return i + k }), false},
		"grid":             {build(1000, 3, func(i, k int) int { return i + 1000*k }), false},
		"random":           {build(1000, 20, func(int, int) int { return random.IntN(1 << 20) }), true},
		"random neighbour": {build(1000, 20, func(int, int) int { return random.IntN(100) }), false},
		"two rows":         {build(2, 2, func(i, k int) int { return 1000*i + k }), true},
		"one row":          {build(1, 5, func(_, k int) int { return 1000 * k }), false},
		"no rows":          {build(0, 0, nil), false},
		"no entries":       {build(9, 0, nil), false},
	} {
		assert.Equal(t, c.want, c.matrix.cuts().scattered, name)
	}
	assert.False(t, new(CSR[float64]).cuts().scattered)
}

func TestCallEnd(t *testing.T) {
	starts := []int32{0, 3, 3, 10, 11, 12}
	for _, c := range []struct {
		begin, end int32
		most       int
		want       int32
	}{
		{0, 5, 1, 1}, // one row at least
		{0, 5, 4, 1},
		{0, 5, 5, 2}, // 3 entries and 2 rows
		{0, 5, 12, 2},
		{0, 5, 13, 3},
		{0, 5, 17, 5},
		{0, 4, 99, 4},
		{2, 5, 9, 3},
		{2, 5, 10, 4},
		{4, 5, 0, 5},
	} {
		assert.Equal(t, c.want, callEnd(starts, c.begin, c.end, c.most), "%+v", c)
	}
	huge := []int32{0, math.MaxInt32 - 1, math.MaxInt32}
	assert.Equal(t, int32(2), callEnd(huge, 0, 2, math.MaxInt32+2))
	assert.Equal(t, int32(1), callEnd(huge, 0, 2, math.MaxInt32+1))
}

// TestRowsAsLongAsCalls: what one call of a transposed product takes is one row's entries, or a few more.
func TestRowsAsLongAsCalls(t *testing.T) {
	for _, width := range []int{1, 3, wideWork / 2} {
		most := rangeWork
		if width > 1 {
			most = wideWork / width
		}
		for n := max(1, most-3); n <= most+3; n++ {
			columns, values := make([]int32, n), make([]float64, n)
			for k := range columns {
				columns[k], values[k] = int32(k), float64(k%7+1)
			}
			a, err := FromCSR(2, n, []int32{0, 0, int32(n)}, columns, values)
			require.NoError(t, err)
			y := kernels.NewMatrix[float64](n, width)
			x := kernels.NewMatrix[float64](2, width)
			vec.Fill(x.Row(1), 2)
			if width == 1 {
				a.MulVecTransposed(1, x.Data, 0, y.Data)
			} else {
				a.MulMatTransposed(1, x, 0, y)
			}
			for i := range n {
				for _, v := range y.Row(i) {
					if v != 2*values[i] {
						t.Fatalf("row %d of %d, %d right-hand sides: %v, want %v", i, n, width, v, 2*values[i])
					}
				}
			}
		}
	}
}
