package matmul

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// batchLayout is how the matrices of a batch stand in its data.
type batchLayout int

const (
	behind batchLayout = iota // one behind the other, without gaps
	gaps                      // with gaps between rows and matrices
	beside                    // side by side, so that their rows take turns
	batchLayouts
)

// batch is a batch of so many matrices as element says, with NaN between them.
func batch[T kernels.Float](how batchLayout, count, rows, cols int, element func(b, i, j int) T) Batch[T] {
	x := Batch[T]{Count: count, Rows: rows, Cols: cols, Stride: cols, Step: rows * cols}
	switch how {
	case gaps:
		x.Stride += 2
		x.Step = rows*x.Stride + 1
	case beside:
		x.Stride, x.Step = count*cols+1, cols
	}
	if count > 0 {
		x.Data = make([]T, max((count-1)*x.Step+testkit.Extent(rows, cols, x.Stride), 0))
	}
	for at := range x.Data {
		x.Data[at] = nan[T]()
	}
	for b := range count {
		for i := range rows {
			for j := range cols {
				x.At(b).Set(i, j, element(b, i, j))
			}
		}
	}
	return x
}

func normalBatch[T kernels.Float](r *rand.Rand, how batchLayout, count, rows, cols int) Batch[T] {
	return batch(how, count, rows, cols, func(int, int, int) T { return T(r.NormFloat64()) })
}

func copiedBatch[T kernels.Float](x Batch[T]) Batch[T] {
	x.Data = append([]T(nil), x.Data...)
	return x
}

func TestSolveSPDBatchAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testSolveSPDBatch[float32], testSolveSPDBatch[float64])
}

func testSolveSPDBatch[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(41)
	sizes := []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 13, 16, 21, 31, 32, 33}
	for k, n := range sizes {
		for _, cols := range []int{1, 2, 5, 33} {
			if cols == 33 && k%5 != 2 {
				continue
			}
			for how := range batchLayouts {
				count := []int{0, 1, 3, 8, 19, 37}[(k+cols+int(how))%6]
				full := make([]kernels.Matrix[T], count)
				for b := range full {
					full[b] = definite[T](r, n, 0)
				}
				a := batch(how, count, n, n, func(b, i, j int) T {
					if j > i {
						return nan[T]()
					}
					return full[b].At(i, j)
				})
				sides := normalBatch[T](r, (how+1)%batchLayouts, count, n, cols)
				x, before, pivots := copiedBatch(sides), copiedBatch(a), make([]int, count)
				require.Zero(t, SolveSPDBatch(a, x, pivots))
				testkit.RequireSame(t, before.Data, a.Data)
				for b := range count {
					require.Equal(t, -1, pivots[b])
					for j := range cols {
						requireSmallResidual(t, full[b], column(x.At(b), j), column(sides.At(b), j))
					}
				}
				requireElsewhereNaN(t, x)
			}
		}
	}
}

// TestSolveSPDBatchWithoutSides: with no right-hand sides the pivots are still looked for.
func TestSolveSPDBatchWithoutSides(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		r := testkit.NewRandom(45)
		for _, n := range []int{0, 1, 5, 12, 32, 40} {
			for _, count := range []int{0, 1, 5, 33} {
				m, pivots := definite[float32](r, n, 0), make([]int, count)
				a := batch(behind, count, n, n, func(b, i, j int) float32 { return m.At(i, j) })
				for _, step := range []int{0, 7} {
					sides := Batch[float32]{Count: count, Rows: n, Step: step}
					require.Zero(t, SolveSPDBatch(a, sides, pivots))
				}
				if n > 0 && count > 0 {
					a.At(count/2).Set(n-1, n-1, -9)
					require.Equal(t, 1, SolveSPDBatch(a, NewBatch[float32](count, n, 0), pivots))
					require.Equal(t, n-1, pivots[count/2])
				}
			}
		}
	})
}

func TestGemmBatchAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testGemmBatch[float32], testGemmBatch[float64])
}

func testGemmBatch[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(44)
	shapes := [][3]int{{0, 3, 2}, {3, 0, 2}, {3, 2, 0}, {1, 1, 1}, {2, 2, 2}, {3, 3, 3}, {4, 4, 4}, {5, 9, 6}, {7, 3, 32}, {8, 8, 8}, {13, 17, 4}, {16, 31, 9}, {32, 32, 32}, {33, 5, 7}}
	for k, shape := range shapes {
		for how := range batchLayouts {
			for variant := range 4 {
				tA, tB := Transpose(variant%2 == 1), Transpose(variant/2 == 1)
				count := []int{0, 1, 3, 11}[(k+variant+int(how))%4]
				operand := func(transposed Transpose, rows, cols int, how batchLayout) Batch[T] {
					if transposed {
						rows, cols = cols, rows
					}
					return normalBatch[T](r, how%batchLayouts, count, rows, cols)
				}
				a, b := operand(tA, shape[0], shape[2], how), operand(tB, shape[2], shape[1], how+1)
				if count > 0 && variant == 0 {
					a.Step = 0 // one matrix for all products
				}
				c := normalBatch[T](r, (how+2)%batchLayouts, count, shape[0], shape[1])
				alpha, beta := T(r.NormFloat64()), T(r.IntN(2))*T(r.NormFloat64())
				before := copiedBatch(c)
				GemmBatch(tA, tB, alpha, a, b, beta, c)
				requireElsewhereNaN(t, c)
				for at := range count {
					requireProducts(t, tA, tB, alpha, a.At(at), b.At(at), beta, before.At(at), c.At(at))
				}
			}
		}
	}
}

// requireProducts checks every element of alpha*op(A)*op(B) + beta*D.
func requireProducts[T kernels.Float](t *testing.T, tA, tB Transpose, alpha T, a, b kernels.Matrix[T], beta T, d, c kernels.Matrix[T]) {
	t.Helper()
	if tA {
		a = transposed(a)
	}
	if !tB {
		b = transposed(b)
	}
	for i := range c.Rows {
		for j, got := range c.Row(i) {
			summand := float64(beta) * float64(d.At(i, j))
			want := testkit.WideOf(float64(alpha)).Mul(testkit.Dot(a.Row(i), b.Row(j)))
			want = want.Add(testkit.WideOf(float64(beta)).Mul(testkit.WideOf(float64(d.At(i, j)))))
			size := testkit.WideOf(abs(float64(alpha))*testkit.AbsDot(a.Row(i), b.Row(j)).Float64() + abs(summand))
			testkit.RequireSumError(t, got, want, size, a.Cols+2, i, j)
		}
	}
}

// requireElsewhereNaN fails if something between the matrices was written.
func requireElsewhereNaN[T kernels.Float](t *testing.T, x Batch[T]) {
	inside := make([]bool, len(x.Data))
	for b := range x.Count {
		for i := range x.Rows {
			for j := range x.Cols {
				inside[b*x.Step+i*x.Stride+j] = true
			}
		}
	}
	for at, v := range x.Data {
		if !inside[at] && v == v {
			t.Helper()
			t.Fatalf("element %d, between the matrices, was written", at)
		}
	}
}

// TestSolveSPDBatchFindsThePivots: systems that are not positive definite, among others that are.
func TestSolveSPDBatchFindsThePivots(t *testing.T) {
	testkit.EachLevelAndType(t, testBatchPivots[float32], testBatchPivots[float64])
}

func testBatchPivots[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(42)
	for _, n := range []int{1, 2, 5, 12, 32, 40} {
		const count = 41
		want, failures := make([]int, count), 0
		a := batch(behind, count, n, n, func(b, i, j int) T { return 0 })
		for b := range count {
			want[b] = -1
			m := definite[T](r, n, 0)
			if b%3 == 1 {
				want[b] = r.IntN(n)
				failures++
				bad := []float64{-1, 0, math.NaN(), math.Inf(1), math.Inf(-1)}[b/3%5]
				if at := r.IntN(want[b] + 1); at < want[b] && math.IsNaN(bad) {
					m.Set(want[b], at, T(bad))
				} else {
					m.Set(want[b], want[b], T(bad))
				}
			}
			for i := range n {
				copy(a.At(b).Row(i), m.Row(i))
			}
		}
		sides := normalBatch[T](r, behind, count, n, 1)
		x, pivots := copiedBatch(sides), make([]int, count)
		require.Equal(t, failures, SolveSPDBatch(a, x, pivots))
		require.Equal(t, want, pivots)
		for b := range count {
			if want[b] >= 0 {
				testkit.RequireSame(t, sides.At(b).Data, x.At(b).Data)
			} else {
				alone := sides.At(b)
				single := kernels.Matrix[T]{Rows: n, Cols: 1, Stride: 1, Data: append([]T(nil), alone.Data...)}
				one := Batch[T]{Count: 1, Rows: n, Cols: n, Stride: n, Data: a.At(b).Data}
				require.Zero(t, SolveSPDBatch(one, Batch[T]{Count: 1, Rows: n, Cols: 1, Stride: 1, Data: single.Data}, nil))
				testkit.RequireSame(t, single.Data, x.At(b).Data)
			}
		}
	}
}

func TestBatchesDoNotDependOnWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	r := testkit.NewRandom(43)
	m := definite[float64](r, 9, 0)
	a := batch(gaps, 2000, 9, 9, func(b, i, j int) float64 {
		if i == j {
			return m.At(i, i) + float64(b%17)
		}
		return m.At(i, j)
	})
	b := normalBatch[float64](r, behind, 2000, 9, 2)
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		var first []float64
		eachWorkers(func(workers int) {
			x, c := copiedBatch(b), NewBatch[float64](2000, 9, 2)
			require.Zero(t, SolveSPDBatch(a, x, nil))
			GemmBatch(Trans, NoTrans, 2, a, b, 0, c)
			all := append(x.Data, c.Data...)
			if workers == 1 {
				first = all
			}
			testkit.RequireSame(t, first, all)
		})
	})
}

func TestBatchPanics(t *testing.T) {
	a, b := NewBatch[float64](3, 2, 2), NewBatch[float64](3, 2, 1)
	require.PanicsWithValue(t, "matmul: SolveSPDBatch: a.Rows=2, a.Cols=1", func() { SolveSPDBatch(b, b, nil) })
	require.PanicsWithValue(t, "matmul: SolveSPDBatch: a.Count=3, len(pivots)=2", func() { SolveSPDBatch(a, b, make([]int, 2)) })
	require.PanicsWithValue(t, "matmul: SolveSPDBatch: a.Count=3, b.Count=2", func() { SolveSPDBatch(a, NewBatch[float64](2, 2, 1), nil) })
	require.PanicsWithValue(t, "matmul: GemmBatch: a.Count=3, c.Count=2", func() { GemmBatch(NoTrans, NoTrans, 1, a, b, 0, NewBatch[float64](2, 2, 1)) })
	require.PanicsWithValue(t, "matmul: GemmBatch: columns of op(a)=2, rows of op(b)=1", func() { GemmBatch(NoTrans, Trans, 1, a, b, 0, a) })
	require.PanicsWithValue(t, "matmul: GemmBatch: columns of op(b)=1, c.Cols=2", func() { GemmBatch(NoTrans, NoTrans, 1, a, b, 0, a) })
	require.PanicsWithValue(t, "matmul: Batch.At: matrix 3 of 3", func() { a.At(3) })
	a.Data = a.Data[:11]
	require.PanicsWithValue(t, "matmul: SolveSPDBatch: a: count=3, step=4, rows=2, cols=2, stride=2, len(data)=11: data is too short",
		func() { SolveSPDBatch(a, b, nil) })
	a.Step = -1
	require.PanicsWithValue(t, "matmul: SolveSPDBatch: a: count=3, step=-1: negative size", func() { SolveSPDBatch(a, b, nil) })
	require.PanicsWithValue(t, "matmul: NewBatch: count=2, rows=-1, cols=2: negative or too large", func() { NewBatch[float64](2, -1, 2) })
	require.PanicsWithValue(t, "matmul: NewBatch: count=-2, rows=1, cols=2: negative or too large", func() { NewBatch[float64](-2, 1, 2) })
	require.Panics(t, func() { NewBatch[float64](2, math.MaxInt/2, 4) })
}

func TestBatchAllocations(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.NoAllocs(t, func() {
			var data [9 * 9]float64
			var sides [9 * 3]float64
			var pivots [9]int
			for i := range data {
				data[i] = max(1-float64(i%9%4), 0) // unit matrices
			}
			a := Batch[float64]{Count: 9, Rows: 3, Cols: 3, Stride: 3, Step: 9, Data: data[:]}
			b := Batch[float64]{Count: 9, Rows: 3, Cols: 1, Stride: 1, Step: 3, Data: sides[:]}
			SolveSPDBatch(a, b, pivots[:])
			GemmBatch(NoTrans, Trans, 1, b, b, 0, a)
		})
	})
	a, b := NewBatch[float64](4000, 8, 8), NewBatch[float64](4000, 8, 1) // on the workers
	c := NewBatch[float64](4000, 8, 8)
	testkit.NoAllocs(t, func() {
		SolveSPDBatch(a, b, nil)
		GemmBatch(NoTrans, Trans, 1, a, a, 0, c)
	})
}

func ExampleSolveSPDBatch() {
	a := Batch[float64]{Count: 2, Rows: 2, Cols: 2, Stride: 2, Step: 4, Data: []float64{
		4, 2,
		2, 5,

		1, 3,
		3, 1,
	}}
	b := Batch[float64]{Count: 2, Rows: 2, Cols: 1, Stride: 1, Step: 2, Data: []float64{8, 12, 1, 1}}
	pivots := make([]int, 2)
	failed := SolveSPDBatch(a, b, pivots)
	fmt.Println(failed, pivots, b.Data[:2])
	// Output: 1 [-1 1] [1 2]
}

func ExampleGemmBatch() {
	turns := Batch[float64]{Count: 2, Rows: 2, Cols: 2, Stride: 2, Step: 4, Data: []float64{
		0, -1, 1, 0, // a quarter
		-1, 0, 0, -1, // a half
	}}
	point := Batch[float64]{Count: 2, Rows: 2, Cols: 1, Stride: 1, Data: []float64{3, 4}} // the same for both
	turned := NewBatch[float64](2, 2, 1)
	GemmBatch(NoTrans, NoTrans, 1, turns, point, 0, turned)
	fmt.Println(turned.Data)
	// Output: [-4 3 -3 -4]
}
