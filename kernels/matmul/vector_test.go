package matmul

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// vectorShapes are around the blocks of rows, vectors, panels of columns and parts.
var vectorShapes = [][2]int{
	{0, 3}, {3, 0}, {1, 1}, {1, 40}, {40, 1}, {4, 4}, {5, 7}, {8, 16}, {17, 33}, {64, 64}, {129, 5}, {3, 129}, {130, 131}, {9, 5000}, {4001, 19}, {4001, 3}, {300, 260},
}

func TestGemvAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testGemv[float32], testGemv[float64])
}

func testGemv[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(11)
	for _, shape := range vectorShapes {
		for _, tA := range []Transpose{NoTrans, Trans} {
			for gap, factors := range [][2]T{{1, 0}, {-0.75, 1}, {2.5, -1.25}, {0, 0}, {0, 3}} {
				a := normal[T](r, shape[0], shape[1], gap%3)
				op := a
				if tA {
					op = transposed(a)
				}
				alpha, beta := factors[0], factors[1]
				x, y := testkit.Normal[T](r, op.Cols), testkit.Normal[T](r, op.Rows)
				before := append([]T(nil), y...)
				if beta == 0 {
					testkit.FillBits(r, y)
				}
				Gemv(tA, alpha, a, x, beta, y)
				for i, got := range y {
					want := testkit.WideOf(float64(alpha)).Mul(testkit.Dot(op.Row(i), x))
					size := testkit.WideOf(abs(float64(alpha))).Mul(testkit.AbsDot(op.Row(i), x))
					want = want.Add(testkit.WideOf(float64(beta)).Mul(testkit.WideOf(float64(before[i]))))
					size = size.Add(testkit.WideOf(abs(float64(beta) * float64(before[i]))))
					testkit.RequireSumError(t, got, want, size, op.Cols+4, shape, tA, factors, i)
				}
			}
		}
	}
}

func TestGerAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testGer[float32], testGer[float64])
}

func testGer[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(12)
	for k, shape := range vectorShapes {
		a, alpha := normal[T](r, shape[0], shape[1], k%3), T(r.NormFloat64())
		x, y, before := testkit.Normal[T](r, a.Rows), testkit.Normal[T](r, a.Cols), copied(a)
		Ger(alpha, x, y, a)
		for i := range a.Rows {
			for j, got := range a.Row(i) {
				term := testkit.WideOf(float64(alpha)).Mul(testkit.WideOf(float64(x[i]))).Mul(testkit.WideOf(float64(y[j])))
				old := float64(before.At(i, j))
				size := testkit.WideOf(abs(term.Float64()) + abs(old))
				testkit.RequireSumError(t, got, term.Add(testkit.WideOf(old)), size, 3, shape, i, j)
			}
		}
		requireGaps(t, a)
		unchanged := copied(before)
		Ger(0, x, y, before)
		testkit.RequireSame(t, unchanged.Data, before.Data)
	}
}

// requireGaps fails unless what is between the rows is still NaN.
func requireGaps[T kernels.Float](t *testing.T, m kernels.Matrix[T]) {
	for at, v := range m.Data {
		if at%m.Stride >= m.Cols && v == v {
			t.Helper()
			t.Fatalf("element %d, between the rows, was written", at)
		}
	}
}

// TestVectorSpecialValues puts one NaN or infinity into each operand in turn.
func TestVectorSpecialValues(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		const m, n = 9, 21
		r := testkit.NewRandom(13)
		a, x, y := normal[float64](r, m, n, 0), testkit.Normal[float64](r, n), testkit.Normal[float64](r, m)
		a.Set(4, 20, nan[float64]())
		got := make([]float64, m)
		Gemv(NoTrans, 1, a, x, 0, got)
		for i, v := range got {
			require.Equal(t, i == 4, v != v, "row %d", i)
		}
		columns := make([]float64, n)
		Gemv(Trans, 1, a, y, 0, columns)
		for j, v := range columns {
			require.Equal(t, j == 20, v != v, "column %d", j)
		}
		Gemv(NoTrans, 0, a, x, 0, got)
		testkit.RequireSame(t, make([]float64, m), got)
		x[0] = nan[float64]()
		Ger(1, y, x, a)
		for i := range m {
			for j, v := range a.Row(i) {
				require.Equal(t, j == 0 || i == 4 && j == 20, v != v, "%d, %d", i, j)
			}
		}
	})
}

func TestVectorsDoNotDependOnWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	testkit.EachLevelAndType(t, testVectorWorkers[float32], testVectorWorkers[float64])
}

func testVectorWorkers[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(14)
	for _, shape := range [][2]int{{1100, 601}, {200, 520}, {70, 3000}, {12, 16393}, {9000, 37}, {20000, 7}} {
		a := normal[T](r, shape[0], shape[1], 1)
		x, y := testkit.Normal[T](r, a.Cols), testkit.Normal[T](r, a.Rows)
		var first []T
		eachWorkers(func(workers int) {
			rows, columns, outer := append([]T(nil), y...), append([]T(nil), x...), copied(a)
			Gemv(NoTrans, 1.5, a, x, 0.5, rows)
			Gemv(Trans, 1.5, a, y, 0.5, columns)
			Ger(1.5, y, x, outer)
			all := append(append(rows, columns...), outer.Data...)
			if workers == 1 {
				first = all
			}
			testkit.RequireSame(t, first, all)
		})
	}
}

func TestVectorPanics(t *testing.T) {
	a := kernels.NewMatrix[float64](2, 3)
	two, three := make([]float64, 2), make([]float64, 3)
	require.PanicsWithValue(t, "matmul: Gemv: columns of op(a)=3, len(x)=2", func() { Gemv(NoTrans, 1, a, two, 0, two) })
	require.PanicsWithValue(t, "matmul: Gemv: rows of op(a)=3, len(y)=2", func() { Gemv(Trans, 1, a, two, 0, two) })
	require.PanicsWithValue(t, "matmul: Ger: len(x)=3, a.Rows=2", func() { Ger(1, three, three, a) })
	require.PanicsWithValue(t, "matmul: Ger: len(y)=2, a.Cols=3", func() { Ger(1, two, two, a) })
	a.Data = a.Data[:5]
	require.PanicsWithValue(t, "matmul: Gemv: a: rows=2, cols=3, stride=3, len(data)=5: data is too short", func() { Gemv(NoTrans, 1, a, three, 0, two) })
}

func TestVectorAllocations(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.NoAllocs(t, func() {
			var data [200 * 5]float64
			var x [5]float64
			var y [200]float64
			a := kernels.Matrix[float64]{Rows: 200, Cols: 5, Stride: 5, Data: data[:]}
			Gemv(NoTrans, 1, a, x[:], 1, y[:])
			Gemv(Trans, 1, a, y[:], 1, x[:])
			Ger(1, y[:], x[:], a)
		})
	})
	a, x := kernels.NewMatrix[float64](600, 600), make([]float64, 600) // on the workers
	y, narrow := make([]float64, 600), kernels.NewMatrix[float64](9000, 20)
	long := make([]float64, 9000)
	testkit.NoAllocs(t, func() {
		Gemv(NoTrans, 1, a, x, 1, y)
		Gemv(Trans, 1, a, x, 1, y)
		Gemv(Trans, 1, narrow, long, 1, x[:20])
		Ger(1, x, y, a)
	})
}

func ExampleGemv() {
	a := kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3, Data: []float64{
		1, 2, 3,
		4, 5, 6,
	}}
	y := []float64{10, 20}
	Gemv(NoTrans, 1, a, []float64{1, 0, -1}, 0.5, y) // y = A*x + y/2
	fmt.Println(y)
	// Output: [3 8]
}
