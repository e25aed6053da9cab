package fuzz

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func init() {
	for target, functions := range map[string][]string{
		"FuzzFromCOO":        {"FromCOO", "FromCSR", "FromCSC", "Transpose"},
		"FuzzFromDenseCount": {"FromDenseLargest"},
	} {
		covers[target] = functions
	}
}

func requireValid[T kernels.Float](t *testing.T, a *sparse.CSR[T]) {
	t.Helper()
	if err := a.Validate(); err != nil {
		t.Fatal(err)
	}
}

func requireSameMatrix[T kernels.Float](t *testing.T, a, b *sparse.CSR[T]) {
	t.Helper()
	requireValid(t, b)
	if a.Rows() != b.Rows() || a.Cols() != b.Cols() || !slices.Equal(a.Starts(), b.Starts()) || !slices.Equal(a.Columns(), b.Columns()) {
		t.Fatalf("another pattern: %d x %d, %v %v, want %d x %d, %v %v",
			b.Rows(), b.Cols(), b.Starts(), b.Columns(), a.Rows(), a.Cols(), a.Starts(), a.Columns())
	}
	testkit.RequireSame(t, a.Values(), b.Values())
}

// FuzzFromCOO: any indices and sizes. Those in range give the sums that a dense matrix would; all others an error.
func FuzzFromCOO(f *testing.F) { both(f, fromCOO[float32], fromCOO[float64]) }

func fromCOO[T kernels.Float](t *testing.T, in *input) {
	rows, cols := int(int8(in.byte())), int(int8(in.byte()))
	wild := in.byte()%4 == 0
	value := vectors[T](in, 1)[0]
	row, column := make([]int, len(value)), make([]int, len(value))
	random := testkit.NewRandom(uint64(len(value)) + uint64(in.way)<<20)
	good := rows >= 0 && cols >= 0
	for k := range value {
		row[k], column[k] = random.IntN(max(rows, 1)), random.IntN(max(cols, 1))
		if wild && k%7 == 3 {
			row[k] -= int(int8(math.Float64bits(float64(value[k])) >> 40))
		}
		good = good && row[k] >= 0 && row[k] < rows && column[k] < cols
	}
	a, err := sparse.FromCOO(rows, cols, row, column, value)
	if (err == nil) != good {
		t.Fatalf("%d x %d: %v", rows, cols, err)
	}
	if err != nil {
		return
	}
	requireValid(t, a)
	want := kernels.NewMatrix[T](rows, cols)
	seen := map[int]bool{}
	for k, v := range value {
		at := row[k]*cols + column[k]
		if seen[at] {
			want.Data[at] += v
		} else {
			want.Data[at] = v
		}
		seen[at] = true
	}
	testkit.RequireSame(t, want.Data, a.Dense().Data)
	byColumns := a.Transpose()
	requireSameMatrix(t, a, byColumns.Transpose())
	b, err := sparse.FromCSC(rows, cols, byColumns.Starts(), byColumns.Columns(), byColumns.Values())
	if err != nil {
		t.Fatal(err)
	}
	requireSameMatrix(t, a, b)
}

// FuzzFromDenseCount: the count largest, as they are counted.
func FuzzFromDenseCount(f *testing.F) { both(f, fromDenseCount[float32], fromDenseCount[float64]) }

func fromDenseCount[T kernels.Float](t *testing.T, in *input) {
	count := int(in.byte()) * 4
	m, _, _ := matrix[T](in)
	a, err := sparse.FromDenseLargest(m, count)
	if err != nil {
		if !errors.Is(err, sparse.ErrNaN) || !slices.ContainsFunc(m.Data, func(v T) bool { return v != v }) {
			t.Fatal(err)
		}
		return
	}
	requireValid(t, a)
	if want := min(count, m.Rows*m.Cols); a.Len() != want {
		t.Fatalf("%d entries, want %d", a.Len(), want)
	}
	least := math.Inf(1)
	for _, v := range a.Values() {
		least = math.Min(least, math.Abs(float64(v)))
	}
	for i := range m.Rows {
		columns, values := a.Row(i)
		for j, v := range m.Row(i) {
			k, kept := slices.BinarySearch(columns, int32(j))
			if kept && !testkit.Same(v, values[k]) || !kept && math.Abs(float64(v)) > least {
				t.Fatalf("(%d,%d) = %v, kept %v, least %v", i, j, v, kept, least)
			}
		}
	}
}
