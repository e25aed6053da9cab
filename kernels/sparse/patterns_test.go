package sparse_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// triplets are entries as a user has them.
type triplets[T kernels.Float] struct {
	rows, cols  int
	row, column []int
	value       []T
}

func (c *triplets[T]) add(i, j int, v T) {
	c.row, c.column, c.value = append(c.row, i), append(c.column, j), append(c.value, v)
}

func (c *triplets[T]) matrix(t testing.TB) *sparse.CSR[T] {
	t.Helper()
	a, err := sparse.FromCOO(c.rows, c.cols, c.row, c.column, c.value)
	require.NoError(t, err)
	require.NoError(t, a.Validate())
	return a
}

// scattered has about count entries anywhere, some of them in the same place.
func scattered[T kernels.Float](rows, cols, count int, seed uint64) *triplets[T] {
	random := testkit.NewRandom(seed)
	c := &triplets[T]{rows: rows, cols: cols}
	if rows > 0 && cols > 0 {
		for range count {
			c.add(random.IntN(rows), random.IntN(cols), T(random.NormFloat64()))
		}
	}
	return c
}

// banded has the diagonals up to half above and below the main one.
func banded[T kernels.Float](n, half int) *triplets[T] {
	random := testkit.NewRandom(uint64(n))
	c := &triplets[T]{rows: n, cols: n}
	for i := range n {
		for j := max(0, i-half); j <= min(n-1, i+half); j++ {
			c.add(i, j, T(random.NormFloat64()))
		}
	}
	return c
}

// arrow has a diagonal, a full row and a full column, in the middle.
func arrow[T kernels.Float](n int) *triplets[T] {
	random := testkit.NewRandom(uint64(n))
	c := &triplets[T]{rows: n, cols: n}
	for i := range n {
		c.add(i, i, T(random.NormFloat64()))
		c.add(n/2, i, T(random.NormFloat64()))
		c.add(i, n/2, T(random.NormFloat64()))
	}
	return c
}

// poisson is the five-point Laplacian on a square grid of the given side.
func poisson[T kernels.Float](side int) *triplets[T] {
	c := &triplets[T]{rows: side * side, cols: side * side}
	for i := range side {
		for j := range side {
			k := i*side + j
			c.add(k, k, 4)
			if i > 0 {
				c.add(k, k-side, -1)
				c.add(k-side, k, -1)
			}
			if j > 0 {
				c.add(k, k-1, -1)
				c.add(k-1, k, -1)
			}
		}
	}
	return c
}

// patterns are matrices of every kind that products are cut for: none, short and long rows, empty rows, rows and columns
// that are full, bands, and more rows than columns and the other way round. The large ones are split across workers.
func patterns[T kernels.Float](t testing.TB) map[string]*sparse.CSR[T] {
	draw, ok := any(drawnSingle).(func() map[string]*triplets[T])
	if !ok {
		draw = any(drawnDouble).(func() map[string]*triplets[T])
	}
	matrices := map[string]*sparse.CSR[T]{}
	for name, c := range draw() {
		if testing.Short() && len(c.value) > 70000 && name != "arrow" && name != "grid" { // for emulators
			continue
		}
		matrices[name] = c.matrix(t)
	}
	return matrices
}

// The entries are drawn once, not for every test; the matrices are each test's own.
var drawnSingle, drawnDouble = sync.OnceValue(drawn[float32]), sync.OnceValue(drawn[float64])

func drawn[T kernels.Float]() map[string]*triplets[T] {
	return map[string]*triplets[T]{
		"nothing":      {},
		"no rows":      {cols: 3},
		"no columns":   {rows: 3},
		"no entries":   {rows: 4, cols: 5},
		"one":          scattered[T](1, 1, 1, 1),
		"small":        scattered[T](7, 9, 30, 2),
		"row":          scattered[T](1, 40, 60, 3),
		"column":       scattered[T](40, 1, 60, 4),
		"band":         banded[T](50, 3),
		"wide band":    banded[T](300, 8),
		"wide":         scattered[T](30, 20000, 40000, 5),
		"tall":         scattered[T](20000, 300, 60000, 6),
		"few columns":  scattered[T](9000, 40, 150000, 7),
		"large band":   banded[T](9000, 9),
		"arrow":        arrow[T](45000),
		"empty rows":   scattered[T](100000, 100, 2000, 8),
		"grid":         poisson[T](150),
		"one long row": scattered[T](1, 70000, 70000, 9),
	}
}

// requireElement holds an element of alpha*A*x + beta*y against the bound of the package comment: values and x are the factors
// of its row.
func requireElement[T kernels.Float](t testing.TB, got, alpha T, values, x []T, beta, before T, place func() string) {
	scale := testkit.WideOf(float64(alpha))
	want, size := testkit.Dot(values, x).Mul(scale), math.Abs(float64(alpha))*testkit.AbsDot(values, x).Float64()
	if beta != 0 {
		want = want.Add(testkit.WideOf(float64(beta)).Mul(testkit.WideOf(float64(before))))
		size += math.Abs(float64(beta) * float64(before))
	}
	n := float64(len(values) + 3)
	bound := n*testkit.Roundoff[T]()*size + n*testkit.Smallest[T]()
	if off := testkit.Off(got, want); !(off <= bound) {
		t.Helper()
		t.Fatalf("%s is %v, want %v: %g off, of %g allowed", place(), got, want.Float64(), off, bound)
	}
}

// picked are elements of x in places.
func picked[T kernels.Float](x []T, places []int32) []T {
	y := make([]T, len(places))
	for k, j := range places {
		y[k] = x[j]
	}
	return y
}

// column is a copy of column j of a dense matrix.
func column[T kernels.Float](m kernels.Matrix[T], j int) []T {
	y := make([]T, m.Rows)
	for i := range y {
		y[i] = m.At(i, j)
	}
	return y
}

// normalMatrix is a dense matrix of random numbers with space between the rows. A prime number of them is repeated, since drawing
// millions takes the race detector and emulators long.
func normalMatrix[T kernels.Float](random *rand.Rand, rows, cols int) kernels.Matrix[T] {
	m := kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: cols + 2, Data: make([]T, rows*(cols+2))}
	drawn := testkit.Normal[T](random, min(4099, len(m.Data)))
	for at := 0; at < len(m.Data); {
		at += copy(m.Data[at:], drawn)
	}
	return m
}

// requireEqual compares matrices entry by entry.
func requireEqual[T kernels.Float](t testing.TB, want, got *sparse.CSR[T]) {
	t.Helper()
	require.NoError(t, got.Validate())
	require.Equal(t, want.Rows(), got.Rows())
	require.Equal(t, want.Cols(), got.Cols())
	require.True(t, slices.Equal(want.Starts(), got.Starts()), "starts")
	require.True(t, slices.Equal(want.Columns(), got.Columns()), "columns")
	testkit.RequireSame(t, want.Values(), got.Values())
}
