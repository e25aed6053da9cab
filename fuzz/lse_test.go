package fuzz

import (
	"math"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

func init() {
	for target, kernels := range map[string][]string{
		"FuzzExp": {"Exp"}, "FuzzExpm1": {"Expm1"}, "FuzzLog": {"Log"}, "FuzzLog1p": {"Log1p"}, "FuzzTanh": {"Tanh"},
		"FuzzSigmoid": {"Sigmoid"}, "FuzzSoftplus": {"Softplus"}, "FuzzLogAddExp": {"LogAddExp"},
		"FuzzLogSumExp": {"Largest", "SumExp"}, "FuzzSoftmax": {"Largest", "ExpShifted"},
		"FuzzLogSoftmax": {"Largest", "SumExp", "SubtractBoth"},
	} {
		covers[target] = kernels
	}
}

// The functions of one variable: at each level, plain Go among them, the error bound against the oracle, and the same
// bits wherever an element stands.

func FuzzExp(f *testing.F) {
	both(f, function(lse.Exp[float32], testkit.Exp, 1), function(lse.Exp[float64], testkit.Exp, 1))
}

func FuzzExpm1(f *testing.F) {
	both(f, function(lse.Expm1[float32], testkit.Expm1, 2), function(lse.Expm1[float64], testkit.Expm1, 2))
}

func FuzzLog(f *testing.F) {
	both(f, function(lse.Log[float32], testkit.Log, 1), function(lse.Log[float64], testkit.Log, 1))
}

func FuzzLog1p(f *testing.F) {
	both(f, function(lse.Log1p[float32], testkit.Log1p, 2), function(lse.Log1p[float64], testkit.Log1p, 2))
}

func FuzzTanh(f *testing.F) {
	both(f, function(lse.Tanh[float32], testkit.Tanh, 2), function(lse.Tanh[float64], testkit.Tanh, 2))
}

func FuzzSigmoid(f *testing.F) {
	both(f, function(lse.Sigmoid[float32], testkit.Sigmoid, 2), function(lse.Sigmoid[float64], testkit.Sigmoid, 2))
}

func FuzzSoftplus(f *testing.F) {
	both(f, function(lse.Softplus[float32], testkit.Softplus, 2), function(lse.Softplus[float64], testkit.Softplus, 2))
}

func FuzzLogAddExp(f *testing.F) { both(f, logAddExp[float32], logAddExp[float64]) }

// The reductions: the bounds of their comments, and what they promise of infinities and NaN.

func FuzzLogSumExp(f *testing.F)  { both(f, vectorSum[float32], vectorSum[float64]) }
func FuzzSoftmax(f *testing.F)    { both(f, softmax[float32], softmax[float64]) }
func FuzzLogSoftmax(f *testing.F) { both(f, logSoftmax[float32], logSoftmax[float64]) }

// stretched takes count vectors and a power of two up to 2^11 to multiply them by.
func stretched[T kernels.Float](in *input, count int) [][]T {
	factor := T(math.Ldexp(1, int(in.byte()%12)))
	all := vectors[T](in, count)
	for _, x := range all {
		for i := range x {
			x[i] *= factor
		}
	}
	return all
}

func function[T kernels.Float](f func(dst, x []T), oracle func(float64) testkit.Wide, bound float64) func(t *testing.T, in *input) {
	return func(t *testing.T, in *input) {
		x := stretched[T](in, 1)[0]
		eachLevel(func(l level.Level) {
			got := make([]T, len(x))
			f(got, x)
			testkit.RequireULP(t, bound, x, got, oracle)
			if len(x) > 0 { // shifted by one, in place
				rest := slices.Clone(x[1:])
				f(rest, rest)
				testkit.RequireSame(t, got[1:], rest)
			}
		})
	}
}

func logAddExp[T kernels.Float](t *testing.T, in *input) {
	v := stretched[T](in, 2)
	epsilon := testkit.Roundoff[T]()
	eachLevel(func(l level.Level) {
		got := make([]T, len(v[0]))
		lse.LogAddExp(got, v[0], v[1])
		for i, x := range v[0] {
			y := v[1][i]
			want := testkit.LogSumExp([]T{x, y}).Float64()
			bound := 4 * epsilon * max(math.Abs(float64(x)), math.Abs(float64(y)), 1)
			if testkit.Same(T(want), got[i]) {
				continue
			}
			if !(math.Abs(float64(got[i])-want) <= bound) || math.IsInf(bound, 0) {
				t.Fatalf("%v: log(e^%v + e^%v) is %v, want %v", l, x, y, got[i], want)
			}
		}
	})
}

// roundings is R in the package comment of lse.
func roundings(n int) float64 { return float64(min(n, 2048)) + float64(n)/2048 + 12 }

// within fails the test unless got is that close to want, or the same infinity or NaN.
func within[T kernels.Float](t *testing.T, l level.Level, what string, got T, want testkit.Wide, bound float64) {
	t.Helper()
	if testkit.Same(got, T(want.Float64())) {
		return
	}
	if difference := testkit.Off(got, want); !(difference <= bound) || math.IsInf(bound, 0) {
		t.Fatalf("%v: %s is %v, want %v within %g", l, what, got, want.Float64(), bound)
	}
}

func vectorSum[T kernels.Float](t *testing.T, in *input) {
	x := stretched[T](in, 1)[0]
	u := testkit.Roundoff[T]()
	size := math.Log(float64(len(x)))
	if len(x) > 0 {
		size = max(size, math.Abs(float64(slices.Max(x))))
	}
	want := testkit.LogSumExp(x)
	eachLevel(func(l level.Level) {
		within(t, l, "LogSumExp", lse.LogSumExp(x), want, u*(roundings(len(x))+2*size))
	})
}

// normalised runs Softmax or LogSoftmax at every level and in place, checks the cases in which all is NaN, and leaves each
// other element to check, with what is exact: x[i] less the log-sum-exp, and how far x[i] is below the maximum.
func normalised[T kernels.Float](t *testing.T, in *input, f func(dst, x []T), check func(l level.Level, got T, exponent testkit.Wide, depth float64, n int)) {
	x := stretched[T](in, 1)[0]
	if len(x) == 0 {
		return
	}
	sum, top := testkit.LogSumExp(x), float64(slices.Max(x))
	eachLevel(func(l level.Level) {
		got, inPlace := make([]T, len(x)), slices.Clone(x)
		f(got, x)
		f(inPlace, inPlace)
		testkit.RequireSame(t, got, inPlace)
		for i, v := range x {
			if top-top != 0 { // infinite or NaN
				if got[i] == got[i] {
					t.Fatalf("%v: element %d is %v where all are NaN", l, i, got[i])
				}
				continue
			}
			if math.Abs(top) > 0x1p40 {
				continue // the oracle's sum has lost the digits behind the point
			}
			check(l, got[i], testkit.WideOf(float64(v)).Sub(sum), top-float64(v), len(x))
		}
	})
}

func softmax[T kernels.Float](t *testing.T, in *input) {
	u, tiny := testkit.Roundoff[T](), testkit.SmallestNormal[T]()
	normalised(t, in, lse.Softmax[T], func(l level.Level, got T, exponent testkit.Wide, depth float64, n int) {
		want := exponent.Exp()
		if math.IsInf(depth, 1) || depth > 1e6 { // also where exponent is out of reach
			if got != 0 {
				t.Fatalf("%v: Softmax is %v, %v below the maximum", l, got, depth)
			}
			return
		}
		within(t, l, "Softmax", got, want, u*(roundings(n)+depth)*want.Float64()+4*u*tiny)
	})
}

func logSoftmax[T kernels.Float](t *testing.T, in *input) {
	u := testkit.Roundoff[T]()
	normalised(t, in, lse.LogSoftmax[T], func(l level.Level, got T, exponent testkit.Wide, depth float64, n int) {
		if math.IsInf(depth, 1) {
			if !math.IsInf(float64(got), -1) {
				t.Fatalf("%v: LogSoftmax of -Inf is %v", l, got)
			}
			return
		}
		within(t, l, "LogSoftmax", got, exponent, u*(roundings(n)+2*depth+2*math.Log(float64(n))))
	})
}
