package vec_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

func TestShapes(t *testing.T) {
	two, three := make([]float64, 2), make([]float64, 3)
	for message, call := range map[string]func(){
		"vec: Axpy: len(x)=2, len(y)=3":             func() { vec.Axpy(1, two, three) },
		"vec: Add: len(dst)=2, len(x)=3":            func() { vec.Add(two, three, two) },
		"vec: Add: len(dst)=2, len(y)=3":            func() { vec.Add(two, two, three) },
		"vec: Sub: len(dst)=2, len(x)=3":            func() { vec.Sub(two, three, two) },
		"vec: Mul: len(dst)=2, len(y)=3":            func() { vec.Mul(two, two, three) },
		"vec: Div: len(dst)=3, len(x)=2":            func() { vec.Div(three, two, three) },
		"vec: AddScaled: len(dst)=3, len(x)=2":      func() { vec.AddScaled(three, 1, two, 1, three) },
		"vec: AdamStep: len(w)=3, len(first)=2":     func() { vec.AdamStep(three, two, three, three, adam[float64]()) },
		"vec: AdamStep: len(w)=3, len(second)=2":    func() { vec.AdamStep(three, three, two, three, adam[float64]()) },
		"vec: AdamStep: len(w)=2, len(g)=3":         func() { vec.AdamStep(two, two, two, three, adam[float64]()) },
		"vec: Clamp: len(dst)=3, len(x)=2":          func() { vec.Clamp(three, two, 0, 1) },
		"vec: Clamp: lo=2, hi=1: want lo <= hi":     func() { vec.Clamp(two, two, 2, 1) },
		"vec: Clamp: lo=NaN, hi=1: want lo <= hi":   func() { vec.Clamp(two, two, math.NaN(), 1) },
		"vec: SoftThreshold: len(dst)=3, len(x)=2":  func() { vec.SoftThreshold(three, two, 1) },
		"vec: SoftThreshold: t=-1: want 0 or more":  func() { vec.SoftThreshold(two, two, -1) },
		"vec: SoftThreshold: t=NaN: want 0 or more": func() { vec.SoftThreshold(two, two, math.NaN()) },
		"vec: Dot: len(x)=2, len(y)=3":              func() { vec.Dot(two, three) },
		"vec: DotWide: len(x)=1, len(y)=0":          func() { vec.DotWide([]float32{1}, nil) },
		"vec: Gather: len(dst)=2, len(index)=1":     func() { vec.Gather(two, three, []int32{0}) },
		"vec: ScatterAdd: len(x)=2, len(index)=1":   func() { vec.ScatterAdd(three, []int32{0}, two) },
		"vec: GatherDot: len(x)=2, len(index)=1":    func() { vec.GatherDot(two, []int32{0}, three) },
		"vec: GatherAxpy: len(x)=2, len(index)=1":   func() { vec.GatherAxpy(1, two, []int32{0}, three) },
	} {
		require.PanicsWithValue(t, message, call)
	}
}

// TestPanels compares the element by element functions with the same calls on short pieces.
func TestPanels(t *testing.T) { testkit.EachLevelAndType(t, panels[float32], panels[float64]) }

func panels[T kernels.Float](t *testing.T) {
	for name, f := range inPlace[T]() {
		for _, n := range lengths {
			random := testkit.NewRandom(uint64(n))
			x, dst := testkit.Normal[T](random, n), testkit.Normal[T](random, n)
			want := slices.Clone(dst)
			for begin := 0; begin < n; begin += 999 {
				end := min(begin+999, n)
				f(want[begin:end], x[begin:end])
			}
			f(dst, x)
			require.True(t, slices.Equal(want, dst), "%s, n=%d", name, n)
		}
	}
}

// inPlace are the element by element functions as functions of two vectors, the first of which they replace.
func inPlace[T kernels.Float]() map[string]func(dst, x []T) {
	return map[string]func(dst, x []T){
		"Axpy":      func(dst, x []T) { vec.Axpy(2, x, dst) },
		"Scale":     func(dst, x []T) { vec.Scale(3, dst) },
		"Add":       func(dst, x []T) { vec.Add(dst, dst, x) },
		"Sub":       func(dst, x []T) { vec.Sub(dst, x, dst) },
		"Mul":       func(dst, x []T) { vec.Mul(dst, dst, x) },
		"Div":       func(dst, x []T) { vec.Div(dst, x, dst) },
		"AddScaled": func(dst, x []T) { vec.AddScaled(dst, 2, dst, 3, x) },
		"AdamStep": func(dst, x []T) {
			first, second := slices.Clone(x), make([]T, len(x))
			vec.AdamStep(dst, first, second, x, adam[T]())
			vec.Add(dst, dst, first)
			vec.Add(dst, dst, second)
		},
		"Clamp":         func(dst, x []T) { vec.Clamp(dst, dst, -1, 1) },
		"SoftThreshold": func(dst, x []T) { vec.SoftThreshold(dst, dst, 1) },
		"Fill":          func(dst, x []T) { vec.Fill(dst, 1) },
	}
}

// adam is the factors of the first step with the usual rates.
func adam[T kernels.Float]() vec.AdamFactors[T] {
	return vec.AdamFactors[T]{Past1: 0.9, Part1: 0.1, Past2: 0.999, Part2: 0.001, Keep: 0.99, Rate: 0.01, Root: 31.6, Epsilon: 1e-8}
}

// TestInPlace compares calls whose destination is an operand with calls where it is not.
func TestInPlace(t *testing.T) { testkit.EachLevelAndType(t, aliases[float32], aliases[float64]) }

func aliases[T kernels.Float](t *testing.T) {
	binary := map[string]func(dst, x, y []T){
		"Add":       vec.Add[T],
		"Sub":       vec.Sub[T],
		"Mul":       vec.Mul[T],
		"Div":       vec.Div[T],
		"AddScaled": func(dst, x, y []T) { vec.AddScaled(dst, 2, x, 3, y) },
		"Clamp":     func(dst, x, _ []T) { vec.Clamp(dst, x, -1, 1) },
		"Soft":      func(dst, x, _ []T) { vec.SoftThreshold(dst, x, 1) },
	}
	for name, f := range binary {
		for n := range 100 {
			random := testkit.NewRandom(uint64(n))
			x, y, want := testkit.Normal[T](random, n), testkit.Normal[T](random, n), make([]T, n)
			f(want, x, y)
			inX, inY := slices.Clone(x), slices.Clone(y)
			f(inX, inX, y)
			require.True(t, slices.Equal(want, inX), "%s: dst is x, n=%d", name, n)
			if name == "Clamp" || name == "Soft" {
				continue
			}
			f(inY, x, inY)
			require.True(t, slices.Equal(want, inY), "%s: dst is y, n=%d", name, n)
		}
	}
	x := []T{1, 2, 3}
	vec.Axpy(2, x, x)
	require.Equal(t, []T{3, 6, 9}, x)
}

// TestNoAllocs: the arrays are on the stack unless a function lets its arguments escape.
func TestNoAllocs(t *testing.T) { testkit.EachLevelAndType(t, noAllocs[float32], noAllocs[float64]) }

func noAllocs[T kernels.Float](t *testing.T) {
	testkit.NoAllocs(t, func() {
		var a, b, c, d [100]T
		var k [100]int32
		x, y, dst, index := a[:], b[:], c[:], k[:]
		vec.Axpy(2, x, y)
		vec.Scale(2, x)
		vec.Add(dst, x, y)
		vec.Sub(dst, x, y)
		vec.Mul(dst, x, y)
		vec.Div(dst, x, y)
		vec.AddScaled(dst, 2, x, 3, y)
		vec.AdamStep(dst, x, y, d[:], adam[T]())
		vec.Clamp(dst, x, 0, 1)
		vec.SoftThreshold(dst, x, 1)
		vec.Fill(dst, 1)
		s := vec.Dot(x, y) + vec.Sum(x) + vec.AbsSum(x) + vec.SumSquares(x) + vec.Norm2(x) + vec.Max(x) + vec.Min(x)
		dst[vec.MaxAbsIndex(x)] = s
		vec.Gather(dst, x, index)
		vec.ScatterAdd(dst, index, x)
		vec.GatherAxpy(2, x, index, dst)
		dst[0] = vec.GatherDot(x, index, y)
	})
	testkit.NoAllocs(t, func() {
		var a, b [100]float32
		a[0] = float32(vec.DotWide(a[:], b[:]))
	})
}
