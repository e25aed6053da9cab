package coord_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
)

// loss is a loss of one prediction, and what it is.
type loss[T kernels.Float] struct {
	sum   func(gradient, curvature, x, y []T) T
	exact func(x, y float64) (value, first, second testkit.Wide)
	units float64 // of rounding, in the derivatives
}

func losses[T kernels.Float]() map[string]loss[T] {
	wide := testkit.WideOf
	short := func(x, y float64) testkit.Wide { // max(0, 1 - x*y)
		z := wide(1).Sub(wide(x).Mul(wide(y)))
		if z.Float64() < 0 {
			return wide(0)
		}
		return z
	}
	return map[string]loss[T]{
		"logistic": {coord.Logistic[T], func(x, y float64) (value, first, second testkit.Wide) {
			s, rest := testkit.Sigmoid(-x*y), testkit.Sigmoid(x*y)
			return testkit.Softplus(-x * y), s.Mul(wide(-y)), s.Mul(rest)
		}, 8},
		"squared": {coord.Squared[T], func(x, y float64) (value, first, second testkit.Wide) {
			d := wide(x).Sub(wide(y))
			return d.Mul(d).Mul(wide(0.5)), d, wide(1)
		}, 1},
		"huber": {func(gradient, curvature, x, y []T) T { return coord.Huber(gradient, curvature, x, y, 0.75) },
			func(x, y float64) (value, first, second testkit.Wide) {
				d := wide(x).Sub(wide(y))
				size := math.Abs(d.Float64())
				if size <= 0.75 {
					return d.Mul(d).Mul(wide(0.5)), d, wide(1)
				}
				clamped := wide(math.Copysign(0.75, d.Float64()))
				return clamped.Mul(d).Sub(wide(0.75 * 0.75 / 2)), clamped, wide(0)
			}, 1},
		"hinge": {coord.Hinge[T], func(x, y float64) (value, first, second testkit.Wide) {
			value = short(x, y)
			if value.Float64() > 0 {
				return value, wide(-y), wide(0)
			}
			return value, wide(0), wide(0)
		}, 0},
		"squared hinge": {coord.SquaredHinge[T], func(x, y float64) (value, first, second testkit.Wide) {
			d := short(x, y)
			if d.Float64() > 0 {
				second = wide(1)
			}
			return d.Mul(d).Mul(wide(0.5)), d.Mul(wide(-y)), second
		}, 2},
	}
}

func TestLosses(t *testing.T) {
	testkit.EachLevelAndType(t, lossesExact[float32], lossesExact[float64])
}

func lossesExact[T kernels.Float](t *testing.T) {
	for name, l := range losses[T]() {
		for _, n := range []int{0, 1, 2, 7, 63, 100, 257, 1024, 1025, 3000} {
			random := testkit.NewRandom(uint64(n))
			x, y := testkit.Normal[T](random, n), make([]T, n)
			for i := range x {
				y[i] = T(2*random.IntN(2) - 1)
				if i%5 == 0 {
					x[i] *= 30 // where exponentials are small
				}
				if i%7 == 0 {
					x[i] = y[i] // where hinges turn over
				}
			}
			gradient, curvature := make([]T, n), make([]T, n)
			got := l.sum(gradient, curvature, x, y)
			var total, absolute testkit.Wide
			for i := range x {
				value, first, second := l.exact(float64(x[i]), float64(y[i]))
				total, absolute = total.Add(value), absolute.Add(value)
				requireClose(t, name, first, gradient[i], l.units)
				requireClose(t, name, second, curvature[i], l.units)
			}
			testkit.RequireSumError(t, got, total, absolute, min(n, 1024)+8)
			for _, outputs := range [][2][]T{{nil, nil}, {make([]T, n), nil}, {nil, make([]T, n)}} {
				require.Equal(t, got, l.sum(outputs[0], outputs[1], x, y))
				if outputs[0] != nil {
					require.Equal(t, gradient, outputs[0])
				}
				if outputs[1] != nil {
					require.Equal(t, curvature, outputs[1])
				}
			}
			inX, inY := slices.Clone(x), slices.Clone(y)
			require.Equal(t, got, l.sum(inX, inY, inX, inY))
			require.Equal(t, gradient, inX)
			require.Equal(t, curvature, inY)
			inX, inY = slices.Clone(x), slices.Clone(y)
			require.Equal(t, got, l.sum(inY, inX, inX, inY))
			require.Equal(t, gradient, inY)
			require.Equal(t, curvature, inX)
		}
	}
}

// requireClose allows so many rounding units of the exact number, and half a smallest one.
func requireClose[T kernels.Float](t *testing.T, name string, want testkit.Wide, got T, units float64) {
	bound := units*testkit.Roundoff[T]()*math.Abs(want.Float64()) + 2*testkit.Smallest[T]()
	if off := testkit.Off(got, want); !(off <= bound) {
		t.Helper()
		t.Fatalf("%s: %v, want %v: %g off, more than %g", name, got, want.Float64(), off, bound)
	}
}

func TestLossSpecials(t *testing.T) {
	testkit.EachLevelAndType(t, lossSpecials[float32], lossSpecials[float64])
}

func lossSpecials[T kernels.Float](t *testing.T) {
	nan, infinity := T(math.NaN()), T(math.Inf(1))
	for name, l := range losses[T]() {
		for _, at := range []int{0, 5, 98} {
			x, y := make([]T, 99), slices.Repeat([]T{1}, 99)
			x[at] = nan
			require.True(t, math.IsNaN(float64(l.sum(nil, nil, x, y))), name)
		}
	}
	gradient, curvature := make([]T, 2), make([]T, 2)
	require.Equal(t, infinity, coord.Logistic(gradient, curvature, []T{infinity, -infinity}, []T{1, 1}))
	testkit.RequireSame(t, []T{0, -1}, []T{gradient[0] + 0, gradient[1]})
	testkit.RequireSame(t, []T{0, 0}, curvature)
}

func TestSoftmax(t *testing.T) { testkit.EachLevelAndType(t, softmax[float32], softmax[float64]) }

func softmax[T kernels.Float](t *testing.T) {
	for _, size := range []struct{ rows, cols int }{{0, 3}, {1, 1}, {3, 2}, {20, 10}, {7, 300}} {
		random := testkit.NewRandom(uint64(size.cols))
		scores := matrixOf[T](random, size.rows, size.cols, 2)
		class := blockOf(random, size.rows, size.cols)
		gradient, curvature := matrixOf[T](random, size.rows, size.cols, 0), matrixOf[T](random, size.rows, size.cols, 1)
		got := coord.Softmax(gradient, curvature, scores, class)
		total, absolute := 0.0, 0.0
		for i := range size.rows {
			row := scores.Row(i)
			logarithm := testkit.LogSumExp(row)
			total += logarithm.Float64() - float64(row[class[i]])
			absolute += math.Abs(logarithm.Float64()) + math.Abs(float64(row[class[i]]))
			for j, s := range row {
				p := testkit.WideOf(float64(s)).Sub(logarithm).Exp()
				q, scale := p, p.Float64()
				if j == int(class[i]) {
					q, scale = p.Sub(testkit.WideOf(1)), 1
				}
				require.InDelta(t, q.Float64(), float64(gradient.At(i, j)), 20*testkit.Roundoff[T]()*scale)
				require.InDelta(t, p.Float64()*(1-p.Float64()), float64(curvature.At(i, j)), 20*testkit.Roundoff[T]())
			}
		}
		require.InDelta(t, total, float64(got), 40*testkit.Roundoff[T]()*absolute)
		require.Equal(t, got, coord.Softmax(kernels.Matrix[T]{}, kernels.Matrix[T]{}, scores, class))
		in := kernels.Matrix[T]{Rows: scores.Rows, Cols: scores.Cols, Stride: scores.Stride, Data: slices.Clone(scores.Data)}
		require.Equal(t, got, coord.Softmax(in, kernels.Matrix[T]{}, in, class))
		for i := range size.rows {
			require.Equal(t, gradient.Row(i), in.Row(i))
		}
	}
}
