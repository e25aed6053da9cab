package matmul

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// row compares one kernel with its specification, on operands from memory of shapes that follow from n.
type row[T kernels.Float] func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int)

// equivalence has a row for each kernel. The elements are small integers, with special values among them now and then, so that
// every order of additions gives the same sum.
func equivalence[T kernels.Float]() map[string]row[T] {
	return map[string]row[T]{
		"StripPacked": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			s := newShape[T](n)
			width := roundUp(s.cols, blocking[T]().lanes)
			bRow := width + n%2*blocking[T]().lanes
			a, b := testkit.CopyOf(m, testkit.Integers[T](r, s.rows*s.k)), testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(s.k, width, bRow)))
			beta, d, got, want := s.results(m, r)
			stripPackedGeneric(s.rows, s.cols, s.k, s.alpha(), a, b, bRow, beta, d, s.dRow, want, s.cRow)
			stripPacked(s.rows, s.cols, s.k, s.alpha(), a, b, bRow, beta, d, s.dRow, got, s.cRow)
			testkit.RequireSame(t, want, got)
		},
		"Strip": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			s := newShape[T](n)
			more := n / 8 % 3 * blocking[T]().tileCols
			s.cols, s.dRow, s.cRow = s.cols+more, s.dRow+more, s.cRow+more
			aRow, aColumn := s.k+n%3, 1
			if n%2 == 1 {
				aRow, aColumn = 1, s.rows+n%3
			}
			bRow := s.cols + n%4
			a := testkit.CopyOf(m, testkit.Integers[T](r, (s.rows-1)*aRow+(s.k-1)*aColumn+1))
			b := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(s.k, s.cols, bRow)))
			beta, d, got, want := s.results(m, r)
			stripGeneric(s.rows, s.cols, s.k, s.alpha(), a, aRow, aColumn, b, bRow, beta, d, s.dRow, want, s.cRow, 0)
			strip(s.rows, s.cols, s.k, s.alpha(), a, aRow, aColumn, b, bRow, beta, d, s.dRow, got, s.cRow, n/4%2)
			testkit.RequireSame(t, want, got)
		},
		"StripPacking": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			s := newShape[T](n)
			s.rows = blocking[T]().tileRows
			aRow, aColumn := s.k+n%3, 1
			if n%2 == 1 {
				aRow, aColumn = 1, s.rows+n%3
			}
			bRow := s.cols + n%4
			a := testkit.CopyOf(m, testkit.Integers[T](r, (s.rows-1)*aRow+(s.k-1)*aColumn+1))
			b := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(s.k, s.cols, bRow)))
			packed := testkit.Slice[T](m, s.k*roundUp(s.cols, blocking[T]().lanes))
			wantPacked := slices.Clone(packed)
			beta, d, got, want := s.results(m, r)
			stripPackingGeneric(s.cols, s.k, s.alpha(), a, aRow, aColumn, b, bRow, wantPacked, beta, d, s.dRow, want, s.cRow)
			stripPacking(s.cols, s.k, s.alpha(), a, aRow, aColumn, b, bRow, packed, beta, d, s.dRow, got, s.cRow)
			testkit.RequireSame(t, want, got)
			testkit.RequireSame(t, wantPacked, packed)
		},
		"PackTransposed": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			lanes := blocking[T]().lanes
			rows, cols := 1+n%lanes, n/16*lanes
			if cols == 0 {
				return
			}
			srcRow, dstRow := cols+n%3, rows+n%2
			src := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, cols, srcRow)))
			got := testkit.Slice[T](m, (cols-1)*dstRow+lanes)
			want := slices.Clone(got)
			packTransposedGeneric(want, dstRow, src, srcRow, rows, cols)
			packTransposed(got, dstRow, src, srcRow, rows, cols)
			for j := range cols { // a whole vector is written, of which so much is specified
				testkit.RequireSame(t, want[j*dstRow:][:rows], got[j*dstRow:][:rows])
			}
		},
		"DotTiles": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			rows, cols, k := n%7, n%11, n
			aRow, bRow := k+n%3, k+n%4
			cRow, cColumn, dRow, dColumn := cols+n%5, 1, 1, rows+n%2
			if n%2 == 1 {
				cRow, cColumn, dRow, dColumn = 1, rows+n%5, cols, 1
			}
			extent := func(row, column int) int { return max(rows-1, 0)*row + max(cols-1, 0)*column + 1 }
			a := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, k, aRow)))
			b := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(cols, k, bRow)))
			d := testkit.CopyOf(m, testkit.Integers[T](r, extent(dRow, dColumn)))
			got := testkit.CopyOf(m, testkit.Integers[T](r, extent(cRow, cColumn)))
			want := slices.Clone(got)
			dotTilesGeneric(rows, cols, k, 2, a, aRow, b, bRow, -3, d, dRow, dColumn, want, cRow, cColumn)
			dotTiles(rows, cols, k, 2, a, aRow, b, bRow, -3, d, dRow, dColumn, got, cRow, cColumn)
			testkit.RequireSame(t, want, got)
			dotTilesGeneric(rows, cols, k, 2, a, aRow, b, bRow, nan[T](), nil, 0, 0, want, cRow, cColumn)
			dotTiles(rows, cols, k, 2, a, aRow, b, bRow, nan[T](), nil, 0, 0, got, cRow, cColumn)
			testkit.RequireSame(t, want, got)
		},
		"PackRowsOfA": packedRows(func(s *blockSizes) int { return s.tileRows }, packRowsOfAGeneric[T], packRowsOfA[T]),
		"PackRowsOfB": packedRows(func(s *blockSizes) int { return s.tileCols }, packRowsOfBGeneric[T], packRowsOfB[T]),
		"MirrorColumns": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			lanes := blocking[T]().lanes
			rows := n / 16 * lanes
			srcRow, dstRow := lanes+n%3, rows+n%2
			src := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, lanes, srcRow)))
			got := testkit.Slice[T](m, testkit.Extent(lanes, rows, dstRow))
			want := slices.Clone(got)
			mirrorColumnsGeneric(want, dstRow, src, srcRow, rows)
			mirrorColumns(got, dstRow, src, srcRow, rows)
			testkit.RequireSame(t, want, got)
		},
		"PackPanel": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			rows, cols := 1+n/8, 1+n%max(blocking[T]().tileCols, blocking[T]().tileRows)
			width := roundUp(cols, blocking[T]().lanes)
			srcRow, dstRow := cols+n%3, cols
			if n%2 == 1 {
				dstRow = width + 1
			}
			src := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, cols, srcRow)))
			got := testkit.Slice[T](m, testkit.Extent(rows, width, dstRow))
			want := slices.Clone(got)
			packPanelGeneric(want, dstRow, src, srcRow, rows, cols, srcRow)
			packPanel(got, dstRow, src, srcRow, rows, cols, srcRow)
			testkit.RequireSame(t, want, got)
		},
	}
}

// packedRows compares the two for one to three panels of so many rows.
func packedRows[T kernels.Float](height func(*blockSizes) int, reference, kernel func(dst, src []T, srcRow, rows, k int)) row[T] {
	return func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
		sizes := blocking[T]()
		rows, k := (1+n%3)*height(sizes), sizes.lanes+n/3
		srcRow := k + n%4
		src := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, k, srcRow)))
		got := testkit.Slice[T](m, rows*k+sizes.lanes)
		want := slices.Clone(got)
		reference(want, src, srcRow, rows, k)
		kernel(got, src, srcRow, rows, k)
		testkit.RequireSame(t, want[:rows*k], got[:rows*k]) // a whole vector is written, of which so much is specified
	}
}

// shape is that of one strip.
type shape[T kernels.Float] struct{ n, rows, cols, k, dRow, cRow int }

func newShape[T kernels.Float](n int) shape[T] {
	s := blocking[T]()
	cols := 1 + 5*n%s.tileCols
	return shape[T]{n: n, rows: 1 + n%(2*s.tileRows+3), cols: cols, k: 1 + n%11, dRow: cols + n%5, cRow: cols + n%2}
}

// alpha is 1, by which nothing is multiplied, or another number.
func (s shape[T]) alpha() T { return T(1 + s.n/2%2) }

// results are what a strip is added to, in one case of three nothing, in one C itself, and two places for C.
func (s shape[T]) results(m *testkit.Memory, r *rand.Rand) (beta T, d, got, want []T) {
	got = testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(s.rows, s.cols, s.cRow)))
	want = slices.Clone(got)
	switch {
	case s.n%3 == 0:
		return T(math.NaN()), nil, got, want
	case s.n%3 == 1 && s.dRow == s.cRow:
		return -3, got, got, want
	}
	return -3, testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(s.rows, s.cols, s.dRow))), got, want
}

func TestPlacements(t *testing.T) {
	testkit.EachType(t, placements[float32], placements[float64])
}

func placements[T kernels.Float](t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for name, row := range equivalence[T]() {
			t.Run(name, func(t *testing.T) {
				r := testkit.NewRandom(7)
				testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) { row(t, m, r, n) })
			})
		}
	})
}

// TestPanels: panelAt agrees with the heights that packA takes.
func TestPanels(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		s := blocking[float64]()
		for rows := range 3*s.tileRows + 2 {
			for start := 0; start < rows; {
				height := s.height(rows - start)
				if height < 1 || start+height > rows || height > s.tileRows {
					t.Fatalf("a panel of %d rows at row %d of %d", height, start, rows)
				}
				for i := range height {
					if got := s.panelAt(start+i, rows); got != start {
						t.Fatalf("row %d of %d: its panel begins at %d, not %d", start+i, rows, got, start)
					}
				}
				start += height
			}
			if got := s.panelAt(rows, rows); got != rows {
				t.Fatalf("the end of %d rows: %d", rows, got)
			}
		}
	})
}
