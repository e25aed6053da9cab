package lse

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// vectorEquivalence has a row for each kernel of the vector functions. A row compares the kernel with its specification on n
// elements from memory, some of them special.
func vectorEquivalence[T kernels.Float]() map[string]matrixRow[T] {
	return map[string]matrixRow[T]{
		"Largest": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x := exponents[T](m, r, n)
			got := largest(x)
			if !hasNaN(x) { // else there is no promise but to stay inside
				require.Equal(t, largestGeneric(x), got)
			}
		},
		"SumExp": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x := exponents[T](m, r, n)
			requireNear(t, sumExpGeneric(x, 2), sumExp(x, 2), float64(n)+16)
		},
		"ExpShifted": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x, got, want := exponents[T](m, r, n), testkit.Slice[T](m, n), make([]T, n)
			wantSum := expShiftedGeneric(want, x, 2, 3)
			gotSum := expShifted(got, x, 2, 3)
			requireNear(t, wantSum, gotSum, float64(n)+16)
			for i := range want {
				requireNear(t, want[i], got[i], 16)
			}
			require.True(t, testkit.Same(gotSum, expShifted(x, x, 2, 3)), "in place")
			testkit.RequireSame(t, got, x)
		},
		"SubtractBoth": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x, got, want := exponents[T](m, r, n), testkit.Slice[T](m, n), make([]T, n)
			subtractBothGeneric(want, x, 0.1, 0.7)
			subtractBoth(got, x, 0.1, 0.7)
			testkit.RequireSame(t, want, got)
		},
		"LogAddExp": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			x, y, got := exponents[T](m, r, n), exponents[T](m, r, n), testkit.Slice[T](m, n)
			logAddExp(got, x, y)
			for i := range got {
				requireLogAddExp(t, x[i], y[i], got[i])
			}
			logAddExp(x, x, y)
			testkit.RequireSame(t, got, x)
		},
	}
}

// both runs a test in both types at every level.
func both(t *testing.T, single, double func(t *testing.T, l level.Level)) {
	t.Run("float32", func(t *testing.T) { testkit.EachLevel(t, single) })
	t.Run("float64", func(t *testing.T) { testkit.EachLevel(t, double) })
}

func TestVectorKernels(t *testing.T) { both(t, vectorKernels[float32], vectorKernels[float64]) }

func vectorKernels[T kernels.Float](t *testing.T, _ level.Level) {
	for name, row := range vectorEquivalence[T]() {
		t.Run(name, func(t *testing.T) {
			r := testkit.NewRandom(7)
			testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) { row(t, m, r, n) })
		})
	}
}

// requireLogAddExp holds one result against the bound, and infinities and NaN against what the comment promises.
func requireLogAddExp[T kernels.Float](t *testing.T, x, y, got T) {
	a, b := float64(x), float64(y)
	want := testkit.LogSumExp([]T{x, y}).Float64()
	if math.IsNaN(want) || math.IsInf(want, 0) || want == float64(got) {
		if !testkit.Same(T(want), got) {
			t.Helper()
			t.Fatalf("logAddExp(%v, %v) = %v, want %v", x, y, got, want)
		}
		return
	}
	bound := 4 * testkit.Roundoff[T]() * max(math.Abs(a), math.Abs(b), 1)
	if math.IsInf(a, 0) || math.IsInf(b, 0) {
		bound = 0
	}
	if off := math.Abs(float64(got) - want); !(off <= bound) {
		t.Helper()
		t.Fatalf("logAddExp(%v, %v) = %v, want %v: %g off, more than %g", x, y, got, want, off, bound)
	}
}

func TestLogAddExpAccuracy(t *testing.T) {
	both(t, logAddExpAccuracy[float32], logAddExpAccuracy[float64])
}

func logAddExpAccuracy[T kernels.Float](t *testing.T, _ level.Level) {
	r := testkit.NewRandom(9)
	x, y := arguments[T](r, samples()/10), arguments[T](r, samples()/10)
	for i := range y { // half of the pairs close together
		if i%2 == 0 {
			y[i] = x[i] + T(r.NormFloat64()*4)
		}
	}
	got := make([]T, len(x))
	LogAddExp(got, x, y)
	for i := range got {
		requireLogAddExp(t, x[i], y[i], got[i])
	}
}

// roundings is R of the package comment.
func roundings(n int) float64 { return float64(min(n, block)) + float64(n)/block + 12 }

// requireVector holds LogSumExp, Softmax and LogSoftmax of x, all finite or -Inf but one at least finite, against their bounds.
func requireVector[T kernels.Float](t *testing.T, x []T) {
	t.Helper()
	u, n := testkit.Roundoff[T](), len(x)
	exact, top := testkit.LogSumExp(x), float64(slices.Max(x))
	got := float64(LogSumExp(x))
	require.LessOrEqual(t, testkit.Off(got, exact), u*(roundings(n)+2*max(math.Abs(top), math.Log(float64(n)))),
		"LogSumExp is %v, want %v", got, exact.Float64())
	soft, logs := make([]T, n), make([]T, n)
	Softmax(soft, x)
	LogSoftmax(logs, x)
	tiny := 2 * testkit.Smallest[T]()
	for i, v := range x {
		if math.IsInf(float64(v), -1) {
			if soft[i] != 0 || logs[i] != v {
				t.Fatalf("Softmax, LogSoftmax of -Inf are %v, %v", soft[i], logs[i])
			}
			continue
		}
		exponent := testkit.WideOf(float64(v)).Sub(exact)
		want, depth := exponent.Exp().Float64(), top-float64(v)
		if off, bound := math.Abs(float64(soft[i])-want), u*(roundings(n)+depth)*want+tiny; !(off <= bound) {
			t.Fatalf("Softmax[%d] is %v, want %v: %g off, more than %g", i, soft[i], want, off, bound)
		}
		if off, bound := testkit.Off(logs[i], exponent), u*(roundings(n)+2*depth+2*math.Log(float64(n))); !(off <= bound) {
			t.Fatalf("LogSoftmax[%d] is %v, want %v: %g off, more than %g", i, logs[i], exponent.Float64(), off, bound)
		}
	}
}

func TestVectorAccuracy(t *testing.T) { both(t, vectorAccuracy[float32], vectorAccuracy[float64]) }

func vectorAccuracy[T kernels.Float](t *testing.T, _ level.Level) {
	r := testkit.NewRandom(11)
	for _, n := range []int{1, 2, 3, 17, 100, 1000, block, block + 1, 3*block + 7} {
		for _, reach := range []float64{0, 1, 50, 700, 3e30} {
			requireVector(t, testkit.Uniform[T](r, n, -reach, reach))
			x := testkit.Uniform[T](r, n, 0, reach)
			slices.Sort(x) // a new maximum in every block
			x[0] = T(math.Inf(-1))
			if n > 1 {
				requireVector(t, x)
			}
		}
	}
}

// TestVectorSpecials has what the comments promise of infinities, NaN and nothing, in every place of several blocks.
func TestVectorSpecials(t *testing.T) { both(t, vectorSpecials[float32], vectorSpecials[float64]) }

func vectorSpecials[T kernels.Float](t *testing.T, _ level.Level) {
	inf, nan := T(math.Inf(1)), T(math.NaN())
	require.Equal(t, -inf, LogSumExp[T](nil))
	Softmax[T](nil, nil)
	LogSoftmax[T](nil, nil)
	for _, n := range []int{1, 5, 40, 2*block + 3} {
		lowest := make([]T, n)
		for i := range lowest {
			lowest[i] = -inf
		}
		require.Equal(t, -inf, LogSumExp(lowest))
		requireAllNaN(t, lowest)
		for _, place := range []int{0, n / 2, n - 1} {
			for _, others := range []T{-inf, -3, 700} {
				x := make([]T, n)
				for i := range x {
					x[i] = others
				}
				x[place] = inf
				require.Equal(t, inf, LogSumExp(x))
				requireAllNaN(t, x)
				x[place] = nan
				require.True(t, math.IsNaN(float64(LogSumExp(x))))
				requireAllNaN(t, x)
				x[n-1-place] = inf
				x[place] = nan
				require.True(t, math.IsNaN(float64(LogSumExp(x))))
				requireAllNaN(t, x)
			}
		}
	}
}

func requireAllNaN[T kernels.Float](t *testing.T, x []T) {
	t.Helper()
	for name, f := range map[string]func(dst, x []T){"Softmax": Softmax[T], "LogSoftmax": LogSoftmax[T]} {
		dst := make([]T, len(x))
		f(dst, x)
		for i, v := range dst {
			if v == v {
				t.Fatalf("%s: element %d of %d is %v", name, i, len(x), v)
			}
		}
	}
}

// TestVectorWorkers compares every bit of the results of one worker with those of several, in place too.
func TestVectorWorkers(t *testing.T) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	both(t, vectorWorkers[float32], vectorWorkers[float64])
}

func vectorWorkers[T kernels.Float](t *testing.T, _ level.Level) {
	r := testkit.NewRandom(13)
	for _, n := range []int{leastSpan, leastSpan + 1, parallelAbove + 3, 5*leastSpan + 11} {
		x, y := testkit.Uniform[T](r, n, -30, 30), testkit.Uniform[T](r, n, -30, 30)
		kernels.SetWorkers(1)
		want := vectorResults(x, y)
		for _, workers := range []int{2, 3, 7} {
			kernels.SetWorkers(workers)
			for i, got := range vectorResults(x, y) {
				testkit.RequireSame(t, want[i], got)
			}
		}
		for i, f := range []func(dst, x []T){Softmax[T], LogSoftmax[T]} {
			inPlace := slices.Clone(x)
			f(inPlace, inPlace)
			testkit.RequireSame(t, want[i], inPlace)
		}
	}
}

func vectorResults[T kernels.Float](x, y []T) [][]T {
	soft, logs, sums := make([]T, len(x)), make([]T, len(x)), make([]T, len(x))
	Softmax(soft, x)
	LogSoftmax(logs, x)
	LogAddExp(sums, x, y)
	return [][]T{soft, logs, sums, {LogSumExp(x)}}
}

// TestVectorManySpans takes a vector long enough for the largest number of parts.
func TestVectorManySpans(t *testing.T) {
	if testing.Short() {
		t.Skip("64 MiB")
	}
	x := make([]float32, maxSpans*leastSpan+leastSpan)
	for i := range x {
		x[i] = float32(i % 7)
	}
	one := math.Log((1 + math.Exp(1) + math.Exp(2) + math.Exp(3) + math.Exp(4) + math.Exp(5) + math.Exp(6)) / 7)
	require.InDelta(t, one+math.Log(float64(len(x))), float64(LogSumExp(x)), 1e-5)
}

func TestVectorShapes(t *testing.T) {
	three, four := make([]float32, 3), make([]float32, 4)
	require.PanicsWithValue(t, "lse: Softmax: len(dst)=3, len(x)=4", func() { Softmax(three, four) })
	require.PanicsWithValue(t, "lse: LogSoftmax: len(dst)=3, len(x)=4", func() { LogSoftmax(three, four) })
	require.PanicsWithValue(t, "lse: LogAddExp: len(dst)=3, len(x)=4", func() { LogAddExp(three, four, three) })
	require.PanicsWithValue(t, "lse: LogAddExp: len(dst)=3, len(y)=4", func() { LogAddExp(three, three, four) })
}

func TestVectorAllocations(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.NoAllocs(t, func() {
			var x, y [100]float64
			LogSumExp(x[:])
			Softmax(x[:], y[:])
			LogSoftmax(x[:], y[:])
			LogAddExp(x[:], x[:], y[:])
		})
		large := make([]float32, 3*leastSpan)
		testkit.NoAllocs(t, func() {
			LogSumExp(large)
			Softmax(large, large)
			LogSoftmax(large, large)
		})
	})
}
