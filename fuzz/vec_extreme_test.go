package fuzz

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

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

// indexed is the operands of an indexed kernel.
func indexed[T kernels.Float](in *input) (index []int32, x, dense []T) {
	dense = make([]T, 1+int(in.byte())%40)
	for i := range dense {
		dense[i] = scalar[T](in)
	}
	x = vectors[T](&input{in.way, in.data}, 2)[0]
	return indices(in, len(x), len(dense)), x, dense
}

func FuzzGather(f *testing.F) { both(f, gather[float32], gather[float64]) }

func gather[T kernels.Float](t *testing.T, in *input) {
	index, _, dense := indexed[T](in)
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
	index, x, dense := indexed[T](in)
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
	index, x, dense := indexed[T](in)
	eachLevel(func(level.Level) { holdSum(t, vec.GatherDot(x, index, dense), x, gathered(dense, index), 1024) })
}

func FuzzGatherAxpy(f *testing.F) { both(f, gatherAxpy[float32], gatherAxpy[float64]) }

func gatherAxpy[T kernels.Float](t *testing.T, in *input) {
	alpha := scalar[T](in)
	index, x, dense := indexed[T](in)
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
