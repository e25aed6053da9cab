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

// triangular is a well-conditioned triangular matrix, with NaN in what must not be used.
func triangular[T kernels.Float](r *rand.Rand, triangle Triangle, diagonal Diagonal, n, gap int) kernels.Matrix[T] {
	a := normal[T](r, n, n, gap)
	for i := range n {
		for j := range n {
			switch {
			case i == j && bool(diagonal), (i < j) == (triangle == Lower) && i != j:
				a.Set(i, j, nan[T]())
			case i == j:
				a.Set(i, i, T(1+r.Float64()))
			default:
				a.Set(i, j, T(r.NormFloat64()/math.Sqrt(float64(n))))
			}
		}
	}
	return a
}

// op is op(A) with zeros and ones where A has other things.
func op[T kernels.Float](triangle Triangle, tA Transpose, diagonal Diagonal, a kernels.Matrix[T]) kernels.Matrix[T] {
	full := kernels.NewMatrix[T](a.Rows, a.Cols)
	fill(full, func(i, j int) T {
		if tA {
			i, j = j, i
		}
		switch {
		case i == j && bool(diagonal):
			return 1
		case (i < j) == (triangle == Lower) && i != j:
			return 0
		}
		return a.At(i, j)
	})
	return full
}

// eachTriangular calls f for every kind of triangular matrix.
func eachTriangular(f func(triangle Triangle, tA Transpose, diagonal Diagonal)) {
	for _, triangle := range []Triangle{Lower, Upper} {
		for _, tA := range []Transpose{NoTrans, Trans} {
			for _, diagonal := range []Diagonal{NonUnit, Unit} {
				f(triangle, tA, diagonal)
			}
		}
	}
}

func TestTrsmAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testTrsm[float32], testTrsm[float64])
}

func testTrsm[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(21)
	shapes := [][2]int{{0, 3}, {3, 0}, {1, 1}, {2, 5}, {5, 1}, {7, 8}, {16, 33}, {31, 3}, {64, 9}, {65, 20}, {97, 40}, {131, 7}}
	if testing.Short() {
		shapes = shapes[:9]
	}
	for k, shape := range shapes {
		eachTriangular(func(triangle Triangle, tA Transpose, diagonal Diagonal) {
			a := triangular[T](r, triangle, diagonal, shape[0], k%3)
			m := op(triangle, tA, diagonal, a)
			alpha := T(r.NormFloat64())
			b := normal[T](r, shape[0], shape[1], k%2)
			x := copied(b)
			Trsm(Left, triangle, tA, diagonal, alpha, a, x)
			requireGaps(t, x)
			for j := range b.Cols {
				requireSolution(t, m, column(x, j), column(b, j), alpha)
			}
			b = normal[T](r, shape[1], shape[0], k%2)
			x = copied(b)
			Trsm(Right, triangle, tA, diagonal, alpha, a, x)
			requireGaps(t, x)
			for i := range b.Rows {
				requireSolution(t, transposed(m), x.Row(i), b.Row(i), alpha)
			}
			v, before := testkit.Normal[T](r, shape[0]), []T(nil)
			before = append(before, v...)
			Trsv(triangle, tA, diagonal, a, v)
			requireSolution(t, m, v, before, 1)
		})
	}
}

// TestTrsmForMany: many right-hand sides go through another layout of the matrix, in which all rows but the last few are in panels.
func TestTrsmForMany(t *testing.T) {
	testkit.EachLevelAndType(t, testTrsmForMany[float32], testTrsmForMany[float64])
}

func testTrsmForMany[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(25)
	for k, n := range []int{129, 132, 137, 300} {
		systems := (packedStrips+k)*blocking[T]().tileCols + k
		eachTriangular(func(triangle Triangle, tA Transpose, diagonal Diagonal) {
			a := triangular[T](r, triangle, diagonal, n, k)
			m := op(triangle, tA, diagonal, a)
			few := []int{0, systems / 2, systems - 1}
			b := normal[T](r, n, systems, k%2)
			x := copied(b)
			Trsm(Left, triangle, tA, diagonal, 2, a, x)
			requireGaps(t, x)
			for _, j := range few {
				requireSolution(t, m, column(x, j), column(b, j), 2)
			}
			b = normal[T](r, systems, n, k%2)
			x = copied(b)
			Trsm(Right, triangle, tA, diagonal, 2, a, x)
			requireGaps(t, x)
			for _, i := range few {
				requireSolution(t, transposed(m), x.Row(i), b.Row(i), 2)
			}
		})
	}
}

// requireSolution checks the residual of M*x = alpha*b, row by row, against the backward error of substitution.
func requireSolution[T kernels.Float](t *testing.T, m kernels.Matrix[T], x, b []T, alpha T) {
	for i := range x {
		want := testkit.WideOf(float64(alpha)).Mul(testkit.WideOf(float64(b[i])))
		size := testkit.AbsDot(m.Row(i), x)
		residual := testkit.Dot(m.Row(i), x).Sub(want)
		if difference := abs(residual.Float64()); !(difference <= float64(len(x)+3)*testkit.Roundoff[T]()*size.Float64()) {
			t.Helper()
			t.Fatalf("row %d of %d: residual %g of %g", i, len(x), difference, size.Float64())
		}
	}
}

// TestTrsmDivides has diagonals whose inverses overflow, underflow, and do not exist.
func TestTrsmDivides(t *testing.T) {
	testkit.EachLevelAndType(t, testTrsmDivides[float32], testTrsmDivides[float64])
}

func testTrsmDivides[T kernels.Float](t *testing.T) {
	smallest := testkit.Next[T](0, 1)
	largest := testkit.Next(T(math.Inf(1)), 0)
	eachTriangular(func(triangle Triangle, tA Transpose, _ Diagonal) {
		for _, n := range []int{3, 40, 300} { // at once, in one block, and in several of which one has such a diagonal
			a, sides, want := kernels.NewMatrix[T](n, n), kernels.NewMatrix[T](n, n), kernels.NewMatrix[T](n, n)
			for i := range n {
				d, v, x := T(1), T(0.5), T(1)
				if i < 3 {
					d, v, x = []T{smallest, largest, 2}[i], []T{3 * smallest, largest / 2, 1}[i], []T{6, 1, 1}[i]
				}
				a.Set(i, i, d)
				sides.Set(i, i, v)
				want.Set(i, i, x)
			}
			for _, side := range []Side{Left, Right} {
				b := copied(sides)
				Trsm(side, triangle, tA, NonUnit, 2, a, b)
				testkit.RequireSame(t, want.Data, b.Data)
			}
		}
		a := kernels.Matrix[T]{Rows: 3, Cols: 3, Stride: 3, Data: []T{smallest, 0, 0, 0, largest, 0, 0, 0, 2}}
		x := []T{3 * smallest, largest / 2, 1}
		Trsv(triangle, tA, NonUnit, a, x)
		require.Equal(t, []T{3, 0.5, 0.5}, x)
		a.Data[8] = 0
		b := kernels.Matrix[T]{Rows: 3, Cols: 1, Stride: 1, Data: []T{smallest, largest, 1}}
		Trsm(Left, triangle, tA, NonUnit, 1, a, b)
		require.True(t, math.IsInf(float64(b.Data[2]), 1) || tA != Transpose(triangle == Upper), "%v", b.Data)
		x = []T{smallest, largest, 1}
		Trsv(triangle, tA, NonUnit, a, x)
		require.True(t, math.IsInf(float64(x[2]), 1), "%v", x)
	})
}

// TestTrsmSpecialValues: a NaN reaches the unknowns that depend on it, of its system alone; alpha = 0 reads nothing.
func TestTrsmSpecialValues(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		r := testkit.NewRandom(22)
		a := triangular[float64](r, Lower, NonUnit, 70, 0)
		b := normal[float64](r, 70, 6, 0)
		b.Set(66, 2, nan[float64]())
		Trsm(Left, Lower, NoTrans, NonUnit, 1, a, b)
		for i := range 70 {
			for j, v := range b.Row(i) {
				require.Equal(t, j == 2 && i >= 66, v != v, "%d, %d", i, j)
			}
		}
		Trsm(Left, Lower, NoTrans, NonUnit, 0, a, b)
		testkit.RequireSame(t, make([]float64, 70*6), b.Data)
	})
}

func TestTrsmDoesNotDependOnWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	testkit.EachLevelAndType(t, testTrsmWorkers[float32], testTrsmWorkers[float64])
}

func testTrsmWorkers[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(23)
	for _, shape := range [][2]int{{100, 300}, {300, 20}, {150, 500}} {
		a := triangular[T](r, Upper, NonUnit, shape[0], 0)
		left, right, long := normal[T](r, shape[0], shape[1], 0), normal[T](r, shape[1], shape[0], 0), triangular[T](r, Lower, Unit, 600, 0)
		v := testkit.Normal[T](r, 600)
		var first []T
		eachWorkers(func(workers int) {
			x, y, z := copied(left), copied(right), append([]T(nil), v...)
			Trsm(Left, Upper, Trans, NonUnit, 1, a, x)
			Trsm(Right, Upper, Trans, NonUnit, 1, a, y)
			Trsv(Lower, Trans, Unit, long, z)
			all := append(append(x.Data, y.Data...), z...)
			if workers == 1 {
				first = all
			}
			testkit.RequireSame(t, first, all)
		})
	}
}

func TestTrsmPanics(t *testing.T) {
	a, b := kernels.NewMatrix[float64](3, 3), kernels.NewMatrix[float64](2, 4)
	require.PanicsWithValue(t, "matmul: Trsm: a.Rows=3, b.Rows=2", func() { Trsm(Left, Lower, NoTrans, Unit, 1, a, b) })
	require.PanicsWithValue(t, "matmul: Trsm: a.Rows=3, b.Cols=4", func() { Trsm(Right, Lower, NoTrans, Unit, 1, a, b) })
	require.PanicsWithValue(t, "matmul: Trsm: a.Rows=2, a.Cols=4", func() { Trsm(Left, Lower, NoTrans, Unit, 1, b, b) })
	require.PanicsWithValue(t, "matmul: Trsm: triangle=0: want Lower or Upper", func() { Trsm(Left, Full, NoTrans, Unit, 1, a, a) })
	require.PanicsWithValue(t, "matmul: Trsv: a.Rows=3, len(x)=2", func() { Trsv(Lower, NoTrans, Unit, a, make([]float64, 2)) })
}

func TestTrsmAllocations(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.NoAllocs(t, func() {
			var data [20 * 20]float64
			var right [20 * 9]float64
			var x [20]float64
			a := kernels.Matrix[float64]{Rows: 20, Cols: 20, Stride: 20, Data: data[:]}
			for i := range 20 {
				a.Set(i, i, 1)
			}
			Trsm(Left, Lower, NoTrans, NonUnit, 1, a, kernels.Matrix[float64]{Rows: 20, Cols: 9, Stride: 9, Data: right[:]})
			Trsm(Right, Upper, NoTrans, NonUnit, 1, a, kernels.Matrix[float64]{Rows: 9, Cols: 20, Stride: 20, Data: right[:]})
			Trsv(Lower, Trans, NonUnit, a, x[:])
		})
	})
	a := triangular[float64](testkit.NewRandom(24), Lower, NonUnit, 200, 0)
	b := kernels.NewMatrix[float64](200, 200) // on the workers
	testkit.NoAllocs(t, func() { Trsm(Left, Lower, NoTrans, NonUnit, 1, a, b) })
}

func ExampleTrsm() {
	l := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{
		2, 0,
		1, 4,
	}}
	b := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{
		2, 4,
		9, 6,
	}}
	Trsm(Left, Lower, NoTrans, NonUnit, 1, l, b) // X of L*X = B
	fmt.Println(b.Row(0), b.Row(1))
	// Output: [1 2] [2 1]
}
