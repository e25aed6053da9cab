package reference

import (
	"math/rand/v2"
	"testing"
)

type reduction[T Float] = func(x, y []T) (r T)

// whole draws integers whose sums and products are exact in any order.
func whole[T Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.IntN(201) - 100)
	}
	return x
}

// anything draws numbers whose sums depend on the order.
func anything[T Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.NormFloat64() * float64(1+r.IntN(1000)))
	}
	return x
}

// lengths calls f with slices of all lengths up to several blocks.
func lengths[T Float](lanes int, f func(x, y []T)) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 9*lanes + 2 {
		f(whole[T](r, n), whole[T](r, n))
	}
}

func checkSum[T Float](t *testing.T, f any, lanes int) {
	lengths(lanes, func(x, y []T) {
		want := T(0)
		for i := range x {
			want += x[i] * y[i]
		}
		expect(t, f.(reduction[T])(x, y), want, "%d elements", len(x))
	})
}

func checkLargest[T Float](t *testing.T, f any, lanes int) {
	lengths(lanes, func(x, _ []T) {
		for sign := range 2 { // all below zero, too: the fill must not win
			for i := range x {
				x[i] = x[i] + 101 - 202*T(sign)
			}
			if len(x) > 0 {
				want := x[0]
				for _, v := range x {
					want = max(want, v)
				}
				expect(t, f.(reduction[T])(x, nil), want, "%d elements", len(x))
			}
		}
	})
}

func checkSmallest[T Float](t *testing.T, f any, lanes int) {
	lengths(lanes, func(x, _ []T) {
		if len(x) == 0 {
			return
		}
		want := x[0]
		for i := range x {
			x[i] += 101
			want = x[0]
		}
		for _, v := range x {
			want = min(want, v)
		}
		expect(t, f.(reduction[T])(x, nil), want, "%d elements", len(x))
	})
}

// fold adds the upper half to the lower until one is left: the tree that every machine uses.
func fold[T Float](v []T, f func(a, b T) T) T {
	v = append([]T{}, v...)
	for n := len(v) / 2; n > 0; n /= 2 {
		for i := range n {
			v[i] = f(v[i], v[i+n])
		}
	}
	return v[0]
}

func oneVector[T Float](t *testing.T, f any, lanes int, want func(x []T) T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 200 {
		x := anything[T](r, lanes)
		expect(t, f.(reduction[T])(x, nil), want(x), "%v", x)
	}
}

func checkSumLanes[T Float](t *testing.T, f any, lanes int) {
	oneVector(t, f, lanes, func(x []T) T { return fold(x, func(a, b T) T { return a + b }) })
}

func checkMaxLanes[T Float](t *testing.T, f any, lanes int) {
	oneVector(t, f, lanes, func(x []T) T { return fold(x, func(a, b T) T { return max(a, b) }) })
}

func checkMinLanes[T Float](t *testing.T, f any, lanes int) {
	oneVector(t, f, lanes, func(x []T) T { return fold(x, func(a, b T) T { return min(a, b) }) })
}

func checkSpread[T Float](t *testing.T, f any, lanes int) {
	oneVector(t, f, lanes, func(x []T) T { return x[0] * T(lanes) }) // a power of two
}

func checkAffine[T Float](t *testing.T, f any, lanes int) {
	lengths(lanes, func(x, _ []T) {
		dst := make([]T, len(x)+1)
		dst[len(x)] = 77
		f.(func(dst, x []T, alpha, beta T))(dst[:len(x)], x, 3, 0.25)
		for i := range x {
			expect(t, dst[i], 3*x[i]+0.25, "element %d of %d", i, len(x))
		}
		expect(t, dst[len(x)], 77, "the element after the last")
	})
}

func checkBlocksFrom[T Float](t *testing.T, f any, _ int) {
	for n, want := range [][2]int{{0, 0}, {0, 1}, {1, 0}, {0, 3}, {0, 4}, {1, 3}, {1, 4}, {2, 3}, {2, 4}} {
		if twos, ones := f.(func(n int) (twos, ones int))(n); twos != want[0] || ones != want[1] {
			t.Fatalf("n=%d: %d and %d, not %v", n, twos, ones, want)
		}
	}
}

func checkStrided[T Float](t *testing.T, f any, _ int) {
	r := rand.New(rand.NewPCG(7, 8))
	for n := range 7 {
		for _, stride := range []int{2, 3, 10} {
			x, dst := whole[T](r, n*stride+1), make([]T, n+1)
			f.(func(dst, x []T, stride int))(dst[:n], x, stride)
			for k := range n {
				expect(t, dst[k], x[k*stride]+x[k*stride+1], "element %d of %d", k, n)
			}
			expect(t, dst[n], 0, "the element after the last")
		}
	}
}

func checkCount[T Float](t *testing.T, f any, _ int) {
	for length := range 4 {
		for _, n := range []int{1, 2, 17} {
			count, twice := f.(func(x []T, n int) (count, twice int))(make([]T, length), n)
			if count != 5*n-length || twice != 2*n {
				t.Fatalf("%d, %d gave %d, %d", length, n, count, twice)
			}
		}
	}
}

// checkWide: float64 sums of float32 elements, whose products need more digits than float32 has.
func checkWide(t *testing.T, find finder, lanes int) {
	type wide = func(x, y []float32) (r float64)
	dot, ok1 := find("DotWideF32")
	tree, ok2 := find("SumLanesWideF32")
	if !ok1 || !ok2 {
		t.Fatal("DotWideF32 or SumLanesWideF32 is missing")
	}
	lengths(lanes, func(x, y []float32) {
		want := 0.0
		for i := range x {
			x[i], y[i] = x[i]+0x1p-16, y[i]+0x1p-15
			want += float64(x[i]) * float64(y[i]) // exact
		}
		expect(t, dot.(wide)(x, y), want, "DotWide of %d elements", len(x))
	})
	r := rand.New(rand.NewPCG(9, 10))
	for range 200 {
		x := anything[float32](r, lanes)
		halves := make([]float64, lanes/2)
		for i := range halves {
			halves[i] = float64(x[i]) + float64(x[i+lanes/2])
		}
		expect(t, tree.(wide)(x, nil), fold(halves, func(a, b float64) float64 { return a + b }), "SumLanesWide of %v", x)
	}
}
