package fuzz

import (
	"math"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

func init() {
	for target, kernels := range map[string][]string{
		"FuzzAxpy": {"Axpy"}, "FuzzScale": {"Scale"}, "FuzzAdd": {"Add"}, "FuzzSub": {"Sub"}, "FuzzMul": {"Mul"},
		"FuzzDiv": {"Div"}, "FuzzAddScaled": {"AddScaled"}, "FuzzAdamStep": {"AdamStep"}, "FuzzClamp": {"Clamp"}, "FuzzSoftThreshold": {"SoftThreshold"},
		"FuzzFill": {"Fill"}, "FuzzDot": {"Dot"}, "FuzzDotWide": {"DotWide"}, "FuzzSum": {"Sum"}, "FuzzAbsSum": {"AbsSum"},
		"FuzzSumSquares": {"SumSquares"}, "FuzzNorm2": {"SumSquares", "SumSquaresScaled"}, "FuzzMax": {"Max"},
		"FuzzMin": {"Min"}, "FuzzMaxAbsIndex": {"MaxAbs"}, "FuzzGather": {"Gather", "IndexOutside"},
		"FuzzScatterAdd": {"IndexOutside"}, "FuzzGatherDot": {"GatherDot", "IndexOutside"}, "FuzzGatherAxpy": {"IndexOutside"},
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

// FuzzAdamStep takes what each of the four vectors becomes in turn.
func FuzzAdamStep(f *testing.F) {
	both(f, adamStep[float32], adamStep[float64])
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

func adamStep[T kernels.Float](t *testing.T, in *input) {
	c := vec.AdamFactors[T]{
		Past1: scalar[T](in), Part1: scalar[T](in), Past2: scalar[T](in), Part2: scalar[T](in),
		Keep: scalar[T](in), Rate: scalar[T](in), Root: scalar[T](in), Epsilon: scalar[T](in),
	}
	v := vectors[T](in, 4)
	want := copies(v)
	w, first, second := want[0], want[1], want[2]
	for i, g := range want[3] {
		first[i] = T(c.Past1*first[i]) + T(c.Part1*g)
		second[i] = T(c.Past2*second[i]) + T(T(c.Part2*g)*g)
		w[i] = T(c.Keep*w[i]) - T(c.Rate*first[i])/(T(c.Root*T(math.Sqrt(float64(second[i]))))+c.Epsilon)
	}
	eachLevel(func(level.Level) {
		got := copies(v)
		vec.AdamStep(got[0], got[1], got[2], got[3], c)
		for k := range want {
			testkit.RequireSame(t, want[k], got[k])
		}
	})
}

// copies of vectors.
func copies[T kernels.Float](v [][]T) [][]T {
	var copied [][]T
	for _, x := range v {
		copied = append(copied, slices.Clone(x))
	}
	return copied
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
