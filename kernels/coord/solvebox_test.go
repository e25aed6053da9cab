package coord_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// definite is a random symmetric positive definite matrix whose upper triangle is NaN, and a copy that is whole.
func definite[T kernels.Float](random *rand.Rand, n int) (lower, whole kernels.Matrix[T]) {
	a := matrixOf[T](random, n, n+3, 0)
	whole, lower = kernels.NewMatrix[T](n, n), kernels.NewMatrix[T](n, n)
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, a, a, 0, whole)
	copy(lower.Data, whole.Data)
	for i := range n {
		whole.Data[i*n+i]++
		lower.Data[i*n+i]++
		for j := i + 1; j < n; j++ {
			lower.Data[i*n+j] = T(math.NaN())
		}
	}
	return lower, whole
}

func TestSolveBox(t *testing.T) { testkit.EachLevelAndType(t, solveBox[float32], solveBox[float64]) }

// solveBox checks the conditions of Karush, Kuhn and Tucker, which have one solution.
func solveBox[T kernels.Float](t *testing.T) {
	infinity := T(math.Inf(1))
	for _, n := range []int{0, 1, 2, 3, 5, 17, 40} {
		for seed := range uint64(8) {
			random := testkit.NewRandom(seed)
			h, whole := definite[T](random, n)
			b, lower, upper, x := testkit.Normal[T](random, n), make([]T, n), make([]T, n), make([]T, n)
			for i := range n {
				b[i] *= T(n + 3)
				switch (uint64(i) + seed) % 4 {
				case 0:
					lower[i], upper[i] = -infinity, infinity
				case 1:
					lower[i], upper[i] = 0, infinity
				case 2:
					lower[i], upper[i] = -0.125, 0.125
				default:
					lower[i], upper[i] = 0.25, 0.25+T(seed%2)
				}
				x[i] = T(random.NormFloat64())
				if seed%3 == 0 {
					x[i] = T(math.NaN()) // it need not be set
				}
			}
			require.NoError(t, coord.SolveBox(x, h, b, lower, upper))
			for i := range n {
				terms, factors := append(slices.Clone(x), b[i]), append(slices.Clone(whole.Row(i)), -1)
				g := testkit.Dot(terms, factors).Float64()
				slack := 30 * float64(n+1) * testkit.Roundoff[T]() * testkit.AbsDot(terms, factors).Float64()
				require.True(t, lower[i] <= x[i] && x[i] <= upper[i])
				if x[i] < upper[i] {
					require.GreaterOrEqual(t, g, -slack, "n=%d, seed=%d, element %d", n, seed, i)
				}
				if x[i] > lower[i] {
					require.LessOrEqual(t, g, slack, "n=%d, seed=%d, element %d", n, seed, i)
				}
			}
		}
	}
}

func TestSolveBoxLarge(t *testing.T) {
	testkit.EachLevelAndType(t, func(t *testing.T) { solveBoxLarge[float32](t, math.MaxFloat32) },
		func(t *testing.T) { solveBoxLarge[float64](t, math.MaxFloat64) })
}

// solveBoxLarge: b and H*x, of which the sum overflows, are in range, and so is the gradient.
func solveBoxLarge[T kernels.Float](t *testing.T, largest T) {
	one := kernels.Matrix[T]{Rows: 1, Cols: 1, Stride: 1, Data: []T{1}}
	for _, start := range []T{0, largest / 2, largest} { // below the bounds, and at either
		x := []T{start}
		require.NoError(t, coord.SolveBox(x, one, []T{largest / 4 * 3}, []T{largest / 2}, []T{largest}))
		require.Equal(t, largest/4*3, x[0], "from %v", start)
	}
}

func TestSolveBoxErrors(t *testing.T) {
	one := kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1, Data: []float64{1}}
	x := []float64{0}
	require.ErrorIs(t, coord.SolveBox(x, one, []float64{1}, []float64{2}, []float64{1}), coord.ErrBounds)
	require.ErrorIs(t, coord.SolveBox(x, one, []float64{1}, []float64{math.NaN()}, []float64{1}), coord.ErrBounds)
	require.ErrorIs(t, coord.SolveBox(x, one, []float64{1}, []float64{math.Inf(1)}, []float64{math.Inf(1)}), coord.ErrBounds)
	require.ErrorIs(t, coord.SolveBox(x, one, []float64{1}, []float64{math.Inf(-1)}, []float64{math.Inf(-1)}), coord.ErrBounds)
	var indefinite *matmul.NotPositiveDefiniteError
	one.Data[0] = -1
	require.ErrorAs(t, coord.SolveBox(x, one, []float64{1}, []float64{-1}, []float64{1}), &indefinite)
	one.Data[0] = 1
	require.ErrorAs(t, coord.SolveBox(x, one, []float64{math.NaN()}, []float64{-1}, []float64{1}), &indefinite)
	// Also where all elements begin, and would stay, at their bounds.
	for _, b := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		x[0] = 0
		require.ErrorAs(t, coord.SolveBox(x, one, []float64{b}, []float64{0}, []float64{1}), &indefinite, "b=%v", b)
	}
	for _, h := range []float64{math.NaN(), math.Inf(1)} {
		x[0], one.Data[0] = 0, h
		require.ErrorAs(t, coord.SolveBox(x, one, []float64{-1}, []float64{0}, []float64{1}), &indefinite, "h=%v", h)
	}
}
