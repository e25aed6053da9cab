package vec_test

import (
	"math"
	"math/big"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// rounded is an exact number rounded to T.
func rounded[T kernels.Float](x *big.Float) T {
	if unsafe.Sizeof(T(0)) == 4 {
		v, _ := x.Float32()
		return T(v)
	}
	v, _ := x.Float64()
	return T(v)
}

func exact[T kernels.Float](x T) *big.Float {
	return new(big.Float).SetPrec(4300).SetFloat64(float64(x))
}

// times and plus are the product and the sum of finite numbers, rounded once.
func times[T kernels.Float](x, y T) T { return signed(exact(x).Mul(exact(x), exact(y)), x*y) }
func plus[T kernels.Float](x, y T) T  { return signed(exact(x).Add(exact(x), exact(y)), x+y) }

// signed is exact rounded, but a zero of floating point arithmetic, whose sign a big.Float does not model in sums.
func signed[T kernels.Float](exact *big.Float, zero T) T {
	if exact.Sign() == 0 {
		return zero
	}
	return rounded[T](exact)
}

// TestArithmetic compares the element by element arithmetic with exact arithmetic rounded where the formulas say so, over
// the whole range of exponents.
func TestArithmetic(t *testing.T) {
	testkit.EachLevelAndType(t, arithmetic[float32], arithmetic[float64])
}

func arithmetic[T kernels.Float](t *testing.T) {
	const n = 3000
	random := testkit.NewRandom(1)
	x, y, got, want := make([]T, n), make([]T, n), make([]T, n), make([]T, n)
	testkit.FillFinite(random, x)
	testkit.FillFinite(random, y)
	testkit.FillUniform(random, x[n/2:], -4, 4)
	testkit.FillUniform(random, y[n/2:], -4, 4)
	a, b := T(-1.7), T(0.3)
	compare := func(name string, run func(), expected func(x, y T) T) {
		t.Run(name, func(t *testing.T) {
			copy(got, y)
			run()
			for i := range want {
				want[i] = expected(x[i], y[i])
			}
			testkit.RequireSame(t, want, got)
		})
	}
	compare("Axpy", func() { vec.Axpy(a, x, got) }, func(x, y T) T {
		if p := times(a, x); check.Finite(p) {
			return plus(p, y)
		}
		return times(a, x)
	})
	compare("Scale", func() { vec.Scale(a, got) }, func(_, y T) T { return times(a, y) })
	compare("Add", func() { vec.Add(got, x, y) }, plus[T])
	compare("Sub", func() { vec.Sub(got, x, y) }, func(x, y T) T { return plus(x, -y) })
	compare("Mul", func() { vec.Mul(got, x, y) }, times[T])
	compare("AddScaled", func() { vec.AddScaled(got, a, x, b, y) }, func(x, y T) T {
		p, q := times(a, x), times(b, y)
		if check.Finite(p) && check.Finite(q) {
			return plus(p, q)
		}
		return p + q
	})
	t.Run("Div", func(t *testing.T) {
		vec.Div(got, x, y)
		for i := range got {
			quotient := testkit.WideOf(float64(x[i])).Div(testkit.WideOf(float64(y[i])))
			require.LessOrEqual(t, testkit.ULP(got[i], quotient), 0.5000001, "%v / %v = %v", x[i], y[i], got[i])
		}
	})
	t.Run("SoftThreshold", func(t *testing.T) {
		vec.SoftThreshold(got, x, b)
		for i, v := range x {
			want[i] = 0
			if v > b {
				want[i] = plus(v, -b)
			} else if v < -b {
				want[i] = plus(v, b)
			}
		}
		testkit.RequireSame(t, want, got)
	})
	t.Run("Clamp", func(t *testing.T) {
		vec.Clamp(got, x, a, b)
		for i, v := range x {
			want[i] = slices.Max([]T{a, slices.Min([]T{v, b})})
		}
		testkit.RequireSame(t, want, got)
	})
}

// lengths that need one panel, several and ragged ones.
var lengths = []int{0, 1, 1000, 2047, 2048, 2049, 4096, 4097, 9000, 65536, 65537, 70001, 3*65536 + 5}

// TestSums holds the sums against their bounds across panels, on terms that cancel.
func TestSums(t *testing.T) { testkit.EachLevelAndType(t, sums[float32], sums[float64]) }

func sums[T kernels.Float](t *testing.T) {
	for _, n := range lengths {
		random := testkit.NewRandom(uint64(n))
		x, y := testkit.Normal[T](random, n), testkit.Normal[T](random, n)
		roundings := func(most int) int { return min(n, most+int(math.Ceil(math.Log2(float64(max(n, 1)))))) }
		testkit.RequireSumError(t, vec.Dot(x, y), testkit.Dot(x, y), testkit.AbsDot(x, y), roundings(1024))
		testkit.RequireSumError(t, vec.Sum(x), testkit.Sum(x), testkit.AbsSum(x), roundings(90))
		testkit.RequireSumError(t, vec.AbsSum(x), testkit.AbsSum(x), testkit.AbsSum(x), roundings(1024))
		testkit.RequireSumError(t, vec.SumSquares(x), testkit.Dot(x, x), testkit.Dot(x, x), roundings(1024))
		norm := new(big.Float).Sqrt(testkit.Dot(x, x).Big())
		if n > 0 {
			require.LessOrEqual(t, testkit.ULPBig(vec.Norm2(x), norm), 2*float64(roundings(1024)/2+2))
		}
		if x, ok := any(x).([]float32); ok {
			y := any(y).([]float32)
			testkit.RequireSumError(t, vec.DotWide(x, y), testkit.Dot(x, y), testkit.AbsDot(x, y), roundings(1024))
		}
	}
}

// TestSumIsPairwise adds many equal numbers, where chains as long as the vector lose digits.
func TestSumIsPairwise(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		x := make([]float32, 1<<24)
		vec.Fill(x, 0.1)
		require.InEpsilon(t, float64(float32(0.1))*(1<<24), float64(vec.Sum(x)), 40*0x1p-24)
	})
}

// TestNorm2 goes beyond the range in which squares neither overflow nor underflow.
func TestNorm2(t *testing.T) { testkit.EachLevelAndType(t, norm2[float32], norm2[float64]) }

func norm2[T kernels.Float](t *testing.T) {
	tiny, huge := T(testkit.FromBits[T](1)), testkit.Next(T(math.Inf(1)), 0)
	inf, nan := T(math.Inf(1)), T(math.NaN())
	for _, x := range [][]T{
		{tiny}, {tiny, tiny, tiny, tiny}, {huge}, {huge / 2, huge / 2}, {huge / 4, -huge / 4, tiny, 1}, {3 * tiny, -4 * tiny},
		{0, 0}, {1, 0}, {huge / 8, 1}, {-inf, 1}, {inf, huge}, {huge, huge},
	} {
		// Repeated, so that the vector is longer than a panel.
		for _, zeros := range []int{0, 5000} {
			long := append(slices.Clone(x), make([]T, zeros)...)
			got := vec.Norm2(long)
			want := testkit.Dot(x, x)
			if want.Inf() {
				require.Equal(t, inf, got, "%v", x)
				continue
			}
			norm := new(big.Float).Sqrt(want.Big())
			require.LessOrEqual(t, testkit.ULPBig(got, norm), 3.0, "Norm2(%v) = %v, want %v", x, got, norm)
		}
	}
	require.True(t, vec.Norm2([]T{nan, 1}) != vec.Norm2([]T{nan, 1}))
	require.True(t, vec.Norm2([]T{inf, nan, 1}) != vec.Norm2([]T{inf, nan, 1}))
	require.Equal(t, T(0), vec.Norm2([]T{}))

	// Every binary exponent, through both changes of method.
	for e := -1080; e < 1023; e++ {
		x := []T{T(math.Ldexp(0.7, e)), T(math.Ldexp(-0.3, e)), T(math.Ldexp(0.1, e))}
		if x[0]-x[0] == 0 {
			norm := new(big.Float).Sqrt(testkit.Dot(x, x).Big())
			require.LessOrEqual(t, testkit.ULPBig(vec.Norm2(x), norm), 3.0, "e=%d", e)
		}
	}
}
