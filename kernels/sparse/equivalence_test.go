package sparse

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
	type slabKernel func(y []T, starts, columns []int32, values, x []T, far int) (check T)
	side := slabRowsOf[T]()
	slabs := func(kernel, generic slabKernel, each int) row[T] {
		return func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			starts, entries := runs(m, r, n/side, 5)
			x := operand[T](m, r, n)
			columns := places[int32](m, r, entries*each, len(x))
			values := testkit.CopyOf(m, testkit.Integers[T](r, entries*side))
			got, want := testkit.Slice[T](m, (len(starts)-1)*side), make([]T, (len(starts)-1)*side)
			requireSums(t, want, generic(want, starts, columns, values, x, n%2), got, kernel(got, starts, columns, values, x, n%2))
		}
	}
	return map[string]row[T]{
		"CompressedRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			starts, entries := runs(m, r, 1+n%7, max(n, 1))
			x := operand[T](m, r, n)
			columns := places[int32](m, r, entries, len(x))
			values := testkit.CopyOf(m, testkit.Integers[T](r, entries))
			got, want := testkit.Slice[T](m, len(starts)-1), make([]T, len(starts)-1)
			compressedRowsGeneric(want, starts, columns, values, x, n%2)
			compressedRows(got, starts, columns, values, x, n%2)
			testkit.RequireSame(t, want, got)
		},
		"WideRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			starts, entries := runs(m, r, 1+n%3, 4)
			width, rows := 1+n, len(starts)-1
			strideX, strideY := width+n%3, width+n%2
			columns := places[int32](m, r, entries, 5)
			x := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(5, width, strideX)))
			values := testkit.CopyOf(m, testkit.Integers[T](r, entries))
			got := testkit.Slice[T](m, testkit.Extent(rows, width, strideY))
			want := slices.Clone(got)
			wideRowsGeneric(want, strideY, starts, columns, values, x, strideX, width, n%2)
			wideRows(got, strideY, starts, columns, values, x, strideX, width, n%2)
			testkit.RequireSame(t, want, got)
		},
		"SampledRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			starts, entries := runs(m, r, 1+n%3, 5)
			width, rows := 1+n, len(starts)-1
			strideX, strideY := width+n%3, width+n%2
			columns := places[int32](m, r, entries, 5)
			x := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, width, strideX)))
			y := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(5, width, strideY)))
			got, want := testkit.Slice[T](m, entries), make([]T, entries)
			sampledRowsGeneric(want, -2, starts, columns, x, strideX, y, strideY, width)
			sampledRows(got, -2, starts, columns, x, strideX, y, strideY, width)
			testkit.RequireSame(t, want, got)
		},
		"SolveRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			const known = 5 // rows that are not solved for
			starts, entries := runs(m, r, known+n%7, n)
			for i, first := 0, starts[0]; i < len(starts); i++ {
				starts[i] -= first // the slices are those of the whole matrix
			}
			columns, values := places[int32](m, r, entries, known), testkit.CopyOf(m, testkit.Integers[T](r, entries))
			order := testkit.Slice[int32](m, n%7)
			diagonal := testkit.Slice[T](m, known+len(order))
			for k := range order {
				i := known + len(order) - 1 - k
				order[k], diagonal[i] = int32(i), T(1-2*(k%2))
				if k > 0 && starts[i] < starts[i+1] { // the row solved for just now
					columns[starts[i+1]-1], values[starts[i+1]-1] = int32(i+1), 1
				}
			}
			if n%2 == 0 {
				diagonal = nil
			}
			b := testkit.CopyOf(m, testkit.Integers[T](r, known+len(order)))
			b[len(b)-1] = T(math.Copysign(0, -1))
			got := testkit.CopyOf(m, testkit.Integers[T](r, len(b)))
			want := slices.Clone(got)
			solveRowsGeneric(want, b, order, starts, columns, values, diagonal)
			solveRows(got, b, order, starts, columns, values, diagonal)
			testkit.RequireSame(t, want, got)
			want = slices.Clone(b)
			solveRowsGeneric(want, want, order, starts, columns, values, diagonal)
			solveRows(b, b, order, starts, columns, values, diagonal)
			testkit.RequireSame(t, want, b)
		},
		"ScatterRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			starts, entries := runs(m, r, n%7, max(n, 1))
			cols, offset := n+1, r.IntN(100)
			columns := offsetPlaces(m, r, entries, cols, offset)
			values, x := testkit.CopyOf(m, testkit.Integers[T](r, entries)), testkit.CopyOf(m, testkit.Integers[T](r, len(starts)-1))
			got := testkit.CopyOf(m, testkit.Integers[T](r, cols))
			want := slices.Clone(got)
			scatterRowsGeneric(want, offset, -2, starts, columns, values, x)
			scatterRows(got, offset, -2, starts, columns, values, x)
			testkit.RequireSame(t, want, got)
		},
		"ScatterWide": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			const rows = 5
			offset, width := r.IntN(100), 1+n
			stride, strideX := width+n%3, width+n%2
			starts, columns := testkit.Slice[int32](m, 3), testkit.Slice[int32](m, 3+rows)
			copy(starts, []int32{7, 10, 10 + rows})
			for k := range columns {
				columns[k] = int32(offset + k%rows)
			}
			values, x := testkit.CopyOf(m, testkit.Integers[T](r, len(columns))), testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(2, width, strideX)))
			got := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, width, stride)))
			want := slices.Clone(got)
			scatterWideGeneric(want, stride, offset, -2, starts, columns, values, x, strideX, width)
			scatterWide(got, stride, offset, -2, starts, columns, values, x, strideX, width)
			testkit.RequireSame(t, want, got)
		},
		"SymmetricRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			first := n / 2
			starts := testkit.Slice[int32](m, n-first+1)
			starts[0] = int32(r.IntN(1000))
			var lower []int32
			for k := range n - first {
				for j := range first + k {
					if r.IntN(8) == 0 {
						lower = append(lower, int32(j))
					}
				}
				lower = append(lower, int32(first+k))
				starts[k+1] = starts[0] + int32(len(lower))
			}
			columns, values := testkit.CopyOf(m, lower), testkit.CopyOf(m, testkit.Integers[T](r, len(lower)))
			x, got := testkit.CopyOf(m, testkit.Integers[T](r, n)), testkit.CopyOf(m, testkit.Integers[T](r, n))
			want := slices.Clone(got)
			symmetricRowsGeneric(want, 2, first, starts, columns, values, x)
			symmetricRows(got, 2, first, starts, columns, values, x)
			testkit.RequireSame(t, want, got)
		},
		"DiagonalRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x, values := testkit.CopyOf(m, testkit.Integers[T](r, n+5)), testkit.CopyOf(m, testkit.Integers[T](r, 3*n))
			at := testkit.Slice[int](m, 2*(n%4))
			for k := range at {
				at[k] = r.IntN(2*n + 1)
				if k%2 == 1 {
					at[k] = r.IntN(6)
				}
			}
			got, want := testkit.Slice[T](m, n), make([]T, n)
			requireSums(t, want, diagonalRowsGeneric(want, values, x, at), got, diagonalRows(got, values, x, at))
		},
		"SlabRows":   slabs(slabRows[T], slabRowsGeneric[T], 1),
		"SortedRows": slabs(sortedRows[T], sortedRowsGeneric[T], side),
		"ShortRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			starts, entries := runs(m, r, n/side, 5)
			x := operand[T](m, r, n)
			columns := places[uint16](m, r, entries*side, len(x))
			values := testkit.CopyOf(m, testkit.Integers[T](r, entries*side))
			got, want := testkit.Slice[T](m, (len(starts)-1)*side), make([]T, (len(starts)-1)*side)
			requireSums(t, want, shortRowsGeneric(want, starts, columns, values, x, n%2), got, shortRows(got, starts, columns, values, x, n%2))
		},
	}
}

// requireSums compares sums and what was said of them.
func requireSums[T kernels.Float](t *testing.T, want []T, wantCheck T, got []T, gotCheck T) {
	testkit.RequireSame(t, want, got)
	testkit.RequireSame(t, []T{wantCheck}, []T{gotCheck})
	finite := !slices.ContainsFunc(got, func(v T) bool { return v-v != 0 })
	if finite != (gotCheck == 0) {
		t.Fatalf("all finite: %v, but check = %v", finite, gotCheck)
	}
}

// runs are the starts of so many runs of at most longest entries, not counted from zero, and how many entries they have together.
func runs(m *testkit.Memory, r *rand.Rand, count, longest int) (starts []int32, entries int) {
	starts = testkit.Slice[int32](m, count+1)
	starts[0] = int32(r.IntN(1000))
	for i := range count {
		starts[i+1] = starts[i] + int32(r.IntN(longest+1))
	}
	return starts, int(starts[count] - starts[0])
}

// operand is a vector of n+1 elements, or once of all that 16 bits count.
func operand[T kernels.Float](m *testkit.Memory, r *rand.Rand, n int) []T {
	if n == 100 {
		n = math.MaxUint16
	}
	return testkit.CopyOf(m, testkit.Integers[T](r, n+1))
}

// places are so many columns below cols, the last of them among them.
func places[C int32 | uint16](m *testkit.Memory, r *rand.Rand, count, cols int) []C {
	columns := testkit.Slice[C](m, count)
	for k := range columns {
		columns[k] = C(r.IntN(cols))
	}
	if count > 0 {
		columns[0] = C(cols - 1)
	}
	return columns
}

// offsetPlaces are places counted from an offset.
func offsetPlaces(m *testkit.Memory, r *rand.Rand, count, cols, offset int) []int32 {
	columns := places[int32](m, r, count, cols)
	for k := range columns {
		columns[k] += int32(offset)
	}
	return columns
}

func TestKernels(t *testing.T) {
	testkit.EachType(t, kernelPlacements[float32], kernelPlacements[float64])
}

func kernelPlacements[T kernels.Float](t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for name, row := range equivalence[T]() {
			t.Run(name, func(t *testing.T) {
				r := testkit.NewRandom(7)
				testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) { row(t, m, r, n) })
			})
		}
	})
}
