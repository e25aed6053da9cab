package sparse_test

import (
	"runtime"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// products are all of them on operands made for the matrix, each returning what it wrote.
func products[T kernels.Float](t testing.TB, a *sparse.CSR[T]) map[string]func() []T {
	random := testkit.NewRandom(uint64(a.Len()))
	x, z := testkit.Normal[T](random, a.Cols()), testkit.Normal[T](random, a.Rows())
	wideX, wideZ := normalMatrix[T](random, a.Cols(), 5), normalMatrix[T](random, a.Rows(), 5)
	list := map[string]func() []T{
		"MulVec": func() []T {
			y := slices.Clone(z)
			a.MulVec(2, x, 3, y)
			return y
		},
		"MulVecTransposed": func() []T {
			y := slices.Clone(x)
			a.MulVecTransposed(2, z, 3, y)
			return y
		},
		"MulMat": func() []T {
			y := wideZ
			y.Data = slices.Clone(wideZ.Data)
			a.MulMat(2, wideX, 3, y)
			return y.Data
		},
		"MulMatTransposed": func() []T {
			y := wideX
			y.Data = slices.Clone(wideX.Data)
			a.MulMatTransposed(2, wideZ, 3, y)
			return y.Data
		},
		"Residual": func() []T {
			r := make([]T, a.Rows())
			return append(r, a.Residual(r, z, x))
		},
		"Sampled": func() []T {
			dst := make([]T, a.Len())
			a.Sampled(dst, 2, wideZ, wideX)
			return dst
		},
	}
	if a.Rows() == a.Cols() {
		symmetric := symmetricPart(t, a)
		list["Symmetric"] = func() []T {
			y := slices.Clone(z)
			symmetric.MulVec(2, x, 3, y)
			return y
		}
		lower, err := sparse.NewLower(a, true)
		require.NoError(t, err)
		list["Lower"] = func() []T {
			y := make([]T, len(z))
			lower.Solve(y, z)
			return y
		}
		upper, err := sparse.NewUpper(a, true)
		require.NoError(t, err)
		list["Upper"] = func() []T {
			y := make([]T, len(z))
			upper.Solve(y, z)
			return y
		}
	}
	return list
}

// symmetricPart is the lower triangle of a and its mirror image.
func symmetricPart[T kernels.Float](t testing.TB, a *sparse.CSR[T]) *sparse.Symmetric[T] {
	t.Helper()
	c := &triplets[T]{rows: a.Rows(), cols: a.Rows()}
	for i := range a.Rows() {
		columns, values := a.Row(i)
		for k, j := range columns {
			if int(j) <= i {
				c.add(i, int(j), values[k])
			}
			if int(j) < i {
				c.add(int(j), i, values[k])
			}
		}
	}
	s, err := sparse.NewSymmetric(c.matrix(t))
	require.NoError(t, err)
	return s
}

// TestBitsDoNotDependOnWorkers runs everything with one worker and with several.
func TestBitsDoNotDependOnWorkers(t *testing.T) {
	testkit.EachType(t, sameBits[float32], sameBits[float64])
}

func sameBits[T kernels.Float](t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4))
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	matrices := patterns[T](t)
	matrices["levels"] = leveled[T](t, 9, 4000)
	for name, a := range matrices {
		if testing.Short() && name != "arrow" && name != "grid" && name != "levels" { // for the race detector
			continue
		}
		for product, run := range products(t, a) {
			kernels.SetWorkers(1)
			want := run()
			for _, workers := range []int{2, 4} {
				kernels.SetWorkers(workers)
				got := run()
				for i := range want {
					if !testkit.Same(want[i], got[i]) {
						t.Fatalf("%s of %s with %d workers: element %d is %v, want %v", product, name, workers, i, got[i], want[i])
					}
				}
			}
		}
	}
}

// leveled is a matrix with so many levels of so many rows, each row referring to five of the level before, and as many of the level after.
func leveled[T kernels.Float](t testing.TB, levels, rows int) *sparse.CSR[T] {
	random := testkit.NewRandom(5)
	c := &triplets[T]{rows: levels * rows, cols: levels * rows}
	for i := range c.rows {
		c.add(i, i, 1)
		for range 5 {
			if l := i / rows; l > 0 {
				c.add(i, (l-1)*rows+random.IntN(rows), T(random.NormFloat64()/8))
			}
			if l := i / rows; l < levels-1 {
				c.add(i, (l+1)*rows+random.IntN(rows), T(random.NormFloat64()/8))
			}
		}
	}
	return c.matrix(t)
}

// TestARowDependsOnItselfAlone multiplies with the rows of a matrix in another order.
func TestARowDependsOnItselfAlone(t *testing.T) {
	a := arrow[float64](30000).matrix(t)
	random := testkit.NewRandom(1)
	x, y, z := testkit.Normal[float64](random, a.Cols()), make([]float64, a.Rows()), make([]float64, a.Rows())
	a.MulVec(1, x, 0, y)
	order := random.Perm(a.Rows())
	b, err := a.PermuteRows(order)
	require.NoError(t, err)
	b.MulVec(1, x, 0, z)
	for i, from := range order {
		require.Equal(t, y[from], z[i])
	}
}

// TestPlacements puts the vectors of a product against inaccessible pages.
func TestPlacements(t *testing.T) {
	testkit.EachType(t, placements[float32], placements[float64])
}

func placements[T kernels.Float](t *testing.T) {
	testkit.EachMatrixPlacement[T](t, func(m *testkit.Memory, rows, cols, stride int) {
		if stride > cols || cols > 20 && cols != testkit.MaxLength { // a sparse matrix has no stride
			return
		}
		a := scattered[T](rows, cols, rows*min(cols, 9), uint64(cols)).matrix(t)
		guarded, err := a.WithValues(testkit.CopyOf(m, a.Values()))
		require.NoError(t, err)
		want, got := products(t, a), products(t, guarded)
		for name := range want {
			testkit.RequireSame(t, want[name](), got[name]())
		}
		random := testkit.NewRandom(uint64(stride))
		x, z := testkit.Normal[T](random, cols), testkit.Normal[T](random, rows)
		y, guardedY := make([]T, rows), testkit.Slice[T](m, rows)
		a.MulVec(1, x, 0, y)
		guarded.MulVec(1, testkit.CopyOf(m, x), 0, guardedY)
		testkit.RequireSame(t, y, guardedY)
		w, guardedW := make([]T, cols), testkit.Slice[T](m, cols)
		a.MulVecTransposed(1, z, 0, w)
		guarded.MulVecTransposed(1, testkit.CopyOf(m, z), 0, guardedW)
		testkit.RequireSame(t, w, guardedW)
	})
}

// TestNoAllocs: the arrays are on the stack unless a method lets its arguments escape; the large vectors go to the workers.
func TestNoAllocs(t *testing.T) { testkit.EachType(t, noAllocs[float32], noAllocs[float64]) }

func noAllocs[T kernels.Float](t *testing.T) {
	small := scattered[T](60, 60, 300, 1).matrix(t)
	symmetric := symmetricPart(t, small)
	lower, err := sparse.NewLower(small, true)
	require.NoError(t, err)
	testkit.NoAllocs(t, func() {
		var a, b, c [60]T
		var d, e [240]T
		var f [300]T
		x, y, r := a[:], b[:], c[:]
		wide, other := kernels.Matrix[T]{Rows: 60, Cols: 4, Stride: 4, Data: d[:]}, kernels.Matrix[T]{Rows: 60, Cols: 4, Stride: 4, Data: e[:]}
		small.MulVec(2, x, 1, y)
		small.MulVecTransposed(2, x, 1, y)
		small.MulMat(2, wide, 1, other)
		small.MulMatTransposed(2, wide, 1, other)
		y[0] = small.Residual(r, y, x)
		small.Sampled(f[:small.Len()], 1, wide, other)
		symmetric.MulVec(2, x, 1, y)
		lower.Solve(y, x)
	})
	for _, large := range []*sparse.CSR[T]{poisson[T](120).matrix(t), arrow[T](30000).matrix(t), leveled[T](t, 3, 5000)} {
		n := large.Rows()
		x, y, r := make([]T, n), make([]T, n), make([]T, n)
		symmetric := symmetricPart(t, large)
		lower, err := sparse.NewLower(large, true)
		require.NoError(t, err)
		testkit.NoAllocs(t, func() {
			large.MulVec(2, x, 1, y)
			large.MulVecTransposed(2, x, 1, y)
			y[0] = large.Residual(r, y, x)
			symmetric.MulVec(2, x, 1, y)
			lower.Solve(y, x)
		})
	}
}
