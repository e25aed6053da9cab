package matmul

import (
	"errors"
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

// definite is a symmetric positive definite matrix: random elements whose matrix has a norm below 1 or so, and 2 on the diagonal.
func definite[T kernels.Float](r *rand.Rand, n, gap int) kernels.Matrix[T] {
	a := normal[T](r, n, n, gap)
	for i := range n {
		for j := range i {
			v := T((r.Float64() - 0.5) / math.Sqrt(float64(n)))
			a.Set(i, j, v)
			a.Set(j, i, v)
		}
		a.Set(i, i, T(2+r.Float64()/2))
	}
	return a
}

// oneTriangle has NaN in the other one.
func oneTriangle[T kernels.Float](triangle Triangle, a kernels.Matrix[T]) kernels.Matrix[T] {
	b := copied(a)
	for i := range a.Rows {
		for j := range a.Cols {
			if (i < j) == (triangle == Lower) && i != j {
				b.Set(i, j, nan[T]())
			}
		}
	}
	return b
}

func choleskySizes() []int {
	sizes := []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 100, 130, 200}
	if testing.Short() {
		return sizes[:17]
	}
	return sizes
}

func TestCholeskyAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testCholesky[float32], testCholesky[float64])
}

func testCholesky[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(31)
	for _, n := range choleskySizes() {
		a := definite[T](r, n, n%3)
		for _, triangle := range []Triangle{Lower, Upper} {
			got := oneTriangle(triangle, a)
			require.NoError(t, Cholesky(triangle, got))
			for i := range n { // the other triangle is as it was
				for j := range n {
					if (i < j) == (triangle == Lower) && i != j {
						require.True(t, got.At(i, j) != got.At(i, j), "%d, %d was written", i, j)
					}
				}
			}
			requireGaps(t, got)
			l := op(triangle, Transpose(triangle == Upper), NonUnit, got)
			for i := range n {
				for j := range i + 1 {
					product, size := testkit.Dot(l.Row(i), l.Row(j)), testkit.AbsDot(l.Row(i), l.Row(j))
					testkit.RequireSumError(t, a.At(i, j), product, size, n+4, n, triangle, i, j)
				}
			}
			if n > 0 {
				logDet := 0.0
				for i := range n {
					logDet += 2 * math.Log(float64(l.At(i, i)))
				}
				require.InDelta(t, logDet, CholeskyLogDet(got), 1e-12*float64(n))
			}
		}
	}
}

// TestCholeskyFindsThePivot: the first pivot that is not positive, wherever it is and whatever made it so.
func TestCholeskyFindsThePivot(t *testing.T) {
	testkit.EachLevelAndType(t, testPivots[float32], testPivots[float64])
}

func testPivots[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(32)
	for _, n := range []int{1, 2, 6, 21, 64, 150} {
		for _, pivot := range []int{0, n / 3, n - 1} {
			for _, triangle := range []Triangle{Lower, Upper} {
				a := definite[T](r, n, 0)
				spoilt := func(row, col int, value T) *NotPositiveDefiniteError {
					b := copied(a)
					b.Set(row, col, value)
					b.Set(col, row, value)
					err := Cholesky(triangle, b)
					var failure *NotPositiveDefiniteError
					require.True(t, errors.As(err, &failure), "n=%d, %d, %d: %v", n, row, col, err)
					return failure
				}
				failure := spoilt(pivot, pivot, -1)
				require.Equal(t, pivot, failure.Pivot)
				require.Negative(t, failure.Value)
				require.EqualError(t, failure, fmt.Sprintf("matmul: not positive definite: pivot %d is %v", pivot, failure.Value))
				for _, special := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					require.Equal(t, pivot, spoilt(pivot, pivot, T(special)).Pivot)
					require.Equal(t, pivot, spoilt(pivot, pivot/2, T(special)).Pivot)
				}
			}
		}
	}
	zero := kernels.NewMatrix[T](5, 5)
	require.EqualError(t, Cholesky(Lower, zero), "matmul: not positive definite: pivot 0 is 0")
}

func TestSolveSPDAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testSolveSPD[float32], testSolveSPD[float64])
}

func testSolveSPD[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(33)
	for _, n := range choleskySizes() {
		a := definite[T](r, n, 0)
		for _, triangle := range []Triangle{Lower, Upper} {
			for _, cols := range []int{1, 3, 20} {
				b := normal[T](r, n, cols, cols%2*(cols/2))
				x := copied(b)
				require.NoError(t, SolveSPD(triangle, oneTriangle(triangle, a), x))
				requireGaps(t, x)
				for j := range cols {
					requireSmallResidual(t, a, column(x, j), column(b, j))
				}
			}
		}
		b := normal[T](r, n, 2, 0)
		if n > 0 {
			bad := copied(a)
			bad.Set(n-1, n-1, -1)
			before := copied(b)
			require.Error(t, SolveSPD(Lower, bad, b))
			testkit.RequireSame(t, before.Data, b.Data)
		}
	}
}

// requireSmallResidual: for these well-conditioned matrices |L|*|L'| is below n*|A| in every element, and the three steps
// err by n+4 units each.
func requireSmallResidual[T kernels.Float](t *testing.T, a kernels.Matrix[T], x, b []T) {
	norm := 0.0
	for i := range x {
		norm = max(norm, abs(float64(x[i])))
	}
	for i := range x {
		size := testkit.AbsSum(a.Row(i)).Float64() * norm
		off, bound := testkit.Off(b[i], testkit.Dot(a.Row(i), x)), 3*float64(len(x)+4)*testkit.Roundoff[T]()*size
		if !(off <= bound) {
			t.Helper()
			t.Fatalf("row %d of %d: residual %g, more than %g", i, len(x), off, bound)
		}
	}
}

func TestInverseSPDAgainstOracle(t *testing.T) {
	testkit.EachLevelAndType(t, testInverseSPD[float32], testInverseSPD[float64])
}

func testInverseSPD[T kernels.Float](t *testing.T) {
	r := testkit.NewRandom(34)
	for _, n := range choleskySizes() {
		a := definite[T](r, n, n%2)
		inverse := oneTriangle(Lower, a)
		require.NoError(t, InverseSPD(inverse))
		requireGaps(t, inverse)
		for i := range n {
			unit := make([]T, n)
			unit[i] = 1
			requireSmallResidual(t, a, inverse.Row(i), unit)
			for j := range i {
				if inverse.At(i, j) != inverse.At(j, i) {
					t.Fatalf("(%d, %d) is %v and (%d, %d) is %v", i, j, inverse.At(i, j), j, i, inverse.At(j, i))
				}
			}
		}
	}
	require.EqualError(t, InverseSPD(kernels.NewMatrix[T](3, 3)), "matmul: not positive definite: pivot 0 is 0")
}

func TestCholeskyDoesNotDependOnWorkers(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(8))
	r := testkit.NewRandom(35)
	a, b := definite[float64](r, 350, 0), normal[float64](r, 350, 90, 0)
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		var first []float64
		eachWorkers(func(workers int) {
			lower, upper, inverse, x := copied(a), copied(a), copied(a), copied(b)
			require.NoError(t, SolveSPD(Lower, lower, x))
			require.NoError(t, Cholesky(Upper, upper))
			require.NoError(t, InverseSPD(inverse))
			all := append(append(append(lower.Data, upper.Data...), inverse.Data...), x.Data...)
			if workers == 1 {
				first = all
			}
			testkit.RequireSame(t, first, all)
		})
	})
}

func TestCholeskyPanics(t *testing.T) {
	a := kernels.NewMatrix[float64](3, 2)
	require.PanicsWithValue(t, "matmul: Cholesky: a.Rows=3, a.Cols=2", func() { _ = Cholesky(Lower, a) })
	require.PanicsWithValue(t, "matmul: InverseSPD: a.Rows=3, a.Cols=2", func() { _ = InverseSPD(a) })
	require.PanicsWithValue(t, "matmul: CholeskyLogDet: a.Rows=3, a.Cols=2", func() { CholeskyLogDet(a) })
	square := kernels.NewMatrix[float64](2, 2)
	require.PanicsWithValue(t, "matmul: CholeskySolve: factor.Rows=2, b.Rows=3", func() { CholeskySolve(Lower, square, a) })
	require.PanicsWithValue(t, "matmul: CholeskySolve: a.Rows=3, a.Cols=2", func() { CholeskySolve(Lower, a, a) })
	require.PanicsWithValue(t, "matmul: CholeskySolveVector: factor.Rows=2, len(x)=3", func() { CholeskySolveVector(Lower, square, make([]float64, 3)) })
	require.PanicsWithValue(t, "matmul: SolveSPD: a.Rows=2, b.Rows=3", func() { _ = SolveSPD(Lower, square, a) })
	require.PanicsWithValue(t, "matmul: Cholesky: triangle=0: want Lower or Upper", func() { _ = Cholesky(Full, square) })
}

func TestCholeskyAllocations(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.NoAllocs(t, func() {
			var data [20 * 20]float64
			var x [20]float64
			a := kernels.Matrix[float64]{Rows: 20, Cols: 20, Stride: 20, Data: data[:]}
			for i := range 20 {
				a.Set(i, i, 1)
			}
			if Cholesky(Upper, a) != nil || InverseSPD(a) != nil || SolveSPD(Lower, a, kernels.Matrix[float64]{Rows: 20, Cols: 1, Stride: 1, Data: x[:]}) != nil {
				t.Fatal("the unit matrix is positive definite")
			}
		})
	})
	a, b := definite[float64](testkit.NewRandom(36), 300, 0), kernels.NewMatrix[float64](300, 300) // on the workers
	testkit.NoAllocs(t, func() {
		copy(b.Data, a.Data)
		require.NoError(t, Cholesky(Lower, b))
	})
}

func ExampleSolveSPD() {
	a := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{
		4, 2,
		2, 5,
	}}
	x := []float64{8, 12}
	err := SolveSPD(Lower, a, kernels.Matrix[float64]{Rows: 2, Cols: 1, Stride: 1, Data: x})
	fmt.Println(x, err)
	// Output: [1 2] <nil>
}

func ExampleCholesky() {
	a := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{
		1, 2,
		2, 3,
	}}
	fmt.Println(Cholesky(Lower, a))
	// Output: matmul: not positive definite: pivot 1 is -1
}
