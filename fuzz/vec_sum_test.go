package fuzz

import (
	"math"
	"math/big"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

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
	switch {
	case special != special:
		testkit.RequireSame(t, []float64{special}, []float64{float64(got)})
		return
	case absolute > testkit.Largest[T]()*0.99: // a part of the sum may have overflowed
		return
	case isSpecial:
		testkit.RequireSame(t, []float64{special}, []float64{float64(got)})
		return
	}
	n := min(len(x), most)
	bound := float64(n)*testkit.Roundoff[T]()*absolute*(1+1e-3) + float64(len(x))*testkit.Smallest[T]()
	if difference := testkit.Off(got, testkit.Dot(p, q)); !(difference <= bound) {
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
