package fuzz

import (
	"math"
	"math/big"
	"testing"
	"unsafe"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

func init() {
	for target, kernels := range map[string][]string{
		"FuzzAxpy": {"Axpy"}, "FuzzScale": {"Scale"}, "FuzzAdd": {"Add"}, "FuzzSub": {"Sub"}, "FuzzMul": {"Mul"}, "FuzzDiv": {"Div"},
		"FuzzAddScaled": {"AddScaled"}, "FuzzClamp": {"Clamp"}, "FuzzSoftThreshold": {"SoftThreshold"}, "FuzzFill": {"Fill"},
		"FuzzDot": {"Dot"}, "FuzzDotWide": {"DotWide"}, "FuzzSum": {"Sum"}, "FuzzAbsSum": {"AbsSum"}, "FuzzSumSquares": {"SumSquares"},
		"FuzzNorm2": {"SumSquares", "SumSquaresScaled"}, "FuzzMax": {"Max"}, "FuzzMin": {"Min"}, "FuzzMaxAbsIndex": {"MaxAbs"},
		"FuzzGather": {"Gather", "IndexOutside"}, "FuzzScatterAdd": {"IndexOutside"}, "FuzzGatherDot": {"GatherDot", "IndexOutside"}, "FuzzGatherAxpy": {"IndexOutside"},
	} {
		covers[target] = kernels
	}
}

// The element by element kernels: at each level the bits of the formula, every operation rounded once.

func FuzzAxpy(f *testing.F) {
	both(f, elementwise(axpy[float32]), elementwise(axpy[float64]))
}

func FuzzScale(f *testing.F) {
	both(f, elementwise(scale[float32]), elementwise(scale[float64]))
}

func FuzzAdd(f *testing.F) { both(f, elementwise(add[float32]), elementwise(add[float64])) }
func FuzzSub(f *testing.F) { both(f, elementwise(sub[float32]), elementwise(sub[float64])) }
func FuzzMul(f *testing.F) { both(f, elementwise(mul[float32]), elementwise(mul[float64])) }
func FuzzDiv(f *testing.F) { both(f, elementwise(div[float32]), elementwise(div[float64])) }

func FuzzAddScaled(f *testing.F) {
	both(f, elementwise(addScaled[float32]), elementwise(addScaled[float64]))
}

func FuzzClamp(f *testing.F) {
	both(f, elementwise(clamp[float32]), elementwise(clamp[float64]))
}

func FuzzSoftThreshold(f *testing.F) {
	both(f, elementwise(softThreshold[float32]), elementwise(softThreshold[float64]))
}

func FuzzFill(f *testing.F) { both(f, elementwise(fill[float32]), elementwise(fill[float64])) }

func axpy[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, x []T) { vec.Axpy(a, x, dst) }, func(dst, x T) T { return dst + T(a*x) }
}

func scale[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, x []T) { vec.Scale(a, dst) }, func(dst, x T) T { return a * dst }
}

func add[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, x []T) { vec.Add(dst, dst, x) }, func(dst, x T) T { return dst + x }
}

func sub[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, x []T) { vec.Sub(dst, x, dst) }, func(dst, x T) T { return x - dst }
}

func mul[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, x []T) { vec.Mul(dst, dst, x) }, func(dst, x T) T { return dst * x }
}

func div[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, x []T) { vec.Div(dst, x, dst) }, func(dst, x T) T { return x / dst }
}

func addScaled[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, x []T) { vec.AddScaled(dst, a, x, b, dst) }, func(dst, x T) T { return T(a*x) + T(b*dst) }
}

func clamp[T kernels.Float](a, b T) (run func(dst, x []T), formula func(dst, x T) T) {
	if a != a || b != b {
		a, b = -1, 1
	}
	lo, hi := a, b
	if lo > hi {
		lo, hi = hi, lo
	}
	return func(dst, x []T) { vec.Clamp(dst, x, lo, hi) }, func(_, x T) T {
		switch {
		case x < lo:
			return lo
		case x > hi:
			return hi
		}
		return x
	}
}

func softThreshold[T kernels.Float](a, _ T) (run func(dst, x []T), formula func(dst, x T) T) {
	t := T(math.Abs(float64(a)))
	if t != t {
		t = 1
	}
	return func(dst, x []T) { vec.SoftThreshold(dst, x, t) }, func(_, x T) T {
		switch {
		case x > t:
			return x - t
		case x < -t:
			return x + t
		case x != x:
			return x
		}
		return 0
	}
}

func fill[T kernels.Float](a, _ T) (run func(dst, x []T), formula func(dst, x T) T) {
	return func(dst, _ []T) { vec.Fill(dst, a) }, func(_, _ T) T { return a }
}

// elementwise is the body of a target for a kernel of two vectors, the first of which it replaces.
func elementwise[T kernels.Float](kernel func(a, b T) (func(dst, x []T), func(dst, x T) T)) func(t *testing.T, in *input) {
	return func(t *testing.T, in *input) {
		run, formula := kernel(scalar[T](in), scalar[T](in))
		v := vectors[T](in, 2)
		want := make([]T, len(v[0]))
		for i := range want {
			want[i] = formula(v[0][i], v[1][i])
		}
		eachLevel(func(level.Level) {
			got := append([]T(nil), v[0]...)
			run(got, v[1])
			testkit.RequireSame(t, want, got)
		})
	}
}

// The sums: at each level within the bound of the exact sum, where that and its parts are in range.

func FuzzDot(f *testing.F) { both(f, dot[float32], dot[float64]) }

func dot[T kernels.Float](t *testing.T, in *input) {
	v := vectors[T](in, 2)
	eachLevel(func(level.Level) { holdSum(t, vec.Dot(v[0], v[1]), v[0], v[1], 1024) })
}

func FuzzDotWide(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		v := vectors[float32](newInput(data), 2)
		x, y := widened(v[0]), widened(v[1])
		eachLevel(func(level.Level) { holdSum(t, vec.DotWide(v[0], v[1]), x, y, 1024) })
	})
}

func widened(x []float32) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}

func FuzzSum(f *testing.F) { both(f, sum[float32], sum[float64]) }

func sum[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	eachLevel(func(level.Level) { holdSum(t, vec.Sum(x), x, ones[T](len(x)), 90) })
}

func FuzzAbsSum(f *testing.F) { both(f, absSum[float32], absSum[float64]) }

func absSum[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	magnitudes := make([]T, len(x))
	for i, v := range x {
		magnitudes[i] = T(math.Abs(float64(v)))
	}
	eachLevel(func(level.Level) { holdSum(t, vec.AbsSum(x), magnitudes, ones[T](len(x)), 1024) })
}

func FuzzSumSquares(f *testing.F) { both(f, sumSquares[float32], sumSquares[float64]) }

func sumSquares[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	eachLevel(func(level.Level) { holdSum(t, vec.SumSquares(x), x, x, 1024) })
}

func ones[T kernels.Float](n int) []T {
	x := make([]T, n)
	vec.Fill(x, 1)
	return x
}

// holdSum holds got against the dot product of x and y. Infinite and NaN terms decide alone as long as the finite ones
// are in range.
func holdSum[T kernels.Float](t *testing.T, got T, x, y []T, most int) {
	t.Helper()
	var p, q []T // the factors of the finite terms
	special, isSpecial := 0.0, false
	for i := range x {
		a, b := float64(x[i]), float64(y[i])
		if math.IsInf(a, 0) || math.IsInf(b, 0) || a != a || b != b {
			special, isSpecial = special+a*b, true
		} else {
			p, q = append(p, x[i]), append(q, y[i])
		}
	}
	absolute := testkit.AbsDot(p, q).Float64()
	largest, smallest, roundoff := math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-53
	if unsafe.Sizeof(got) == 4 {
		largest, smallest, roundoff = math.MaxFloat32, math.SmallestNonzeroFloat32, 0x1p-24
	}
	switch {
	case special != special:
		testkit.RequireSame(t, []float64{special}, []float64{float64(got)})
		return
	case absolute > largest*0.99: // a part of the sum may have overflowed
		return
	case isSpecial:
		testkit.RequireSame(t, []float64{special}, []float64{float64(got)})
		return
	}
	n := min(len(x), most)
	bound := float64(n)*roundoff*absolute*(1+1e-3) + float64(len(x))*smallest
	if difference := math.Abs(testkit.WideOf(float64(got)).Sub(testkit.Dot(p, q)).Float64()); !(difference <= bound) {
		t.Fatalf("sum of %d terms is %v, want %v: %g off, more than %g", len(x), got, testkit.Dot(p, q).Float64(), difference, bound)
	}
}

// FuzzNorm2 holds the norm over the whole range, as it neither overflows nor underflows on the way.
func FuzzNorm2(f *testing.F) { both(f, norm2[float32], norm2[float64]) }

func norm2[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	squares := testkit.Dot(x, x)
	eachLevel(func(level.Level) {
		got := vec.Norm2(x)
		if squares.IsNaN() || squares.Inf() {
			testkit.RequireSame(t, []float64{squares.Float64()}, []float64{float64(got)})
			return
		}
		distance := testkit.ULPBig(got, new(big.Float).Sqrt(squares.Big()))
		if bound := 2 * float64(min(len(x), 1024)/2+2); !(distance <= bound) {
			t.Fatalf("Norm2 of %d elements is %v, %v ULP off", len(x), got, distance)
		}
	})
}

// The extremes: exact.

func FuzzMax(f *testing.F) { both(f, largest[float32], largest[float64]) }

func largest[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	want := T(math.Inf(-1))
	for _, v := range x {
		want = max(want, v) // the built-in: NaN propagates
	}
	eachLevel(func(level.Level) { testkit.RequireSame(t, []T{want + 0}, []T{vec.Max(x)}) })
}

func FuzzMin(f *testing.F) { both(f, smallest[float32], smallest[float64]) }

func smallest[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	want := T(math.Inf(1))
	for _, v := range x {
		want = min(want, v)
	}
	eachLevel(func(level.Level) { testkit.RequireSame(t, []T{want + 0}, []T{vec.Min(x)}) })
}

func FuzzMaxAbsIndex(f *testing.F) { both(f, maxAbsIndex[float32], maxAbsIndex[float64]) }

func maxAbsIndex[T kernels.Float](t *testing.T, in *input) {
	x := vectors[T](in, 1)[0]
	want, largest := -1, 0.0
	for i, v := range x {
		if a := math.Abs(float64(v)); i == 0 || a > largest {
			want, largest = i, a
		}
	}
	eachLevel(func(l level.Level) {
		if got := vec.MaxAbsIndex(x); got != want {
			t.Fatalf("%v: MaxAbsIndex is %d, want %d", l, got, want)
		}
	})
}

// The indexed kernels, on a dense vector of a few elements so that indices repeat.

// sparse is the operands of an indexed kernel.
func sparse[T kernels.Float](in *input) (index []int32, x, dense []T) {
	dense = make([]T, 1+int(in.byte())%40)
	for i := range dense {
		dense[i] = scalar[T](in)
	}
	x = vectors[T](&input{in.way, in.data}, 2)[0]
	return indices(in, len(x), len(dense)), x, dense
}

func FuzzGather(f *testing.F) { both(f, gather[float32], gather[float64]) }

func gather[T kernels.Float](t *testing.T, in *input) {
	index, _, dense := sparse[T](in)
	eachLevel(func(level.Level) {
		got := make([]T, len(index))
		vec.Gather(got, dense, index)
		testkit.RequireSame(t, gathered(dense, index), got)
	})
}

func gathered[T kernels.Float](dense []T, index []int32) []T {
	x := make([]T, len(index))
	for i, k := range index {
		x[i] = dense[k]
	}
	return x
}

func FuzzScatterAdd(f *testing.F) { both(f, scatterAdd[float32], scatterAdd[float64]) }

func scatterAdd[T kernels.Float](t *testing.T, in *input) {
	index, x, dense := sparse[T](in)
	want := append([]T(nil), dense...)
	for i, k := range index {
		want[k] += x[i]
	}
	eachLevel(func(level.Level) {
		got := append([]T(nil), dense...)
		vec.ScatterAdd(got, index, x)
		testkit.RequireSame(t, want, got)
	})
}

func FuzzGatherDot(f *testing.F) { both(f, gatherDot[float32], gatherDot[float64]) }

func gatherDot[T kernels.Float](t *testing.T, in *input) {
	index, x, dense := sparse[T](in)
	eachLevel(func(level.Level) { holdSum(t, vec.GatherDot(x, index, dense), x, gathered(dense, index), 1024) })
}

func FuzzGatherAxpy(f *testing.F) { both(f, gatherAxpy[float32], gatherAxpy[float64]) }

func gatherAxpy[T kernels.Float](t *testing.T, in *input) {
	alpha := scalar[T](in)
	index, x, dense := sparse[T](in)
	want := append([]T(nil), dense...)
	for i, k := range index {
		want[k] += T(alpha * x[i])
	}
	eachLevel(func(level.Level) {
		got := append([]T(nil), dense...)
		vec.GatherAxpy(alpha, x, index, got)
		testkit.RequireSame(t, want, got)
	})
}
