package reference

import (
	"math"
	"math/rand/v2"
	"testing"
)

// checkFind looks for values that are nowhere, in one place, in several, and among NaN.
func checkFind[T Float](t *testing.T, f any, lanes int) {
	find := f.(func(x []T, value T) (left int))
	r := rand.New(rand.NewPCG(11, 12))
	for n := range 9*lanes + 2 {
		x := make([]T, n+2*lanes) // what is behind the slice is what is searched for
		for i := range x {
			if x[i] = 7; i < n {
				x[i] = T(i%3 + 1)
			}
			if i < n && i%5 == 0 {
				x[i] = T(math.NaN())
			}
		}
		for range 20 {
			places := r.IntN(3)
			for range min(places, n) {
				x[r.IntN(n)] = 7
			}
			for _, value := range []T{7, 1, 0, 5, T(math.NaN())} {
				want := 0
				for i := n - 1; i >= 0; i-- {
					if x[i] == value {
						want = n - i
					}
				}
				if left := find(x[:n], value); left != want {
					t.Fatalf("%v in %v: %d are left, not %d", value, x[:n], left, want)
				}
			}
			for i := range n {
				if x[i] == 7 {
					x[i] = 2
				}
			}
		}
	}
}

func checkWhole[T Float](t *testing.T, f any, lanes int) {
	lengths(lanes, func(x, _ []T) {
		want := T(0)
		for _, v := range x[:len(x)/(2*lanes)*(2*lanes)] {
			want = max(want, v)
		}
		if len(x) > 0 {
			x[len(x)/2] = T(math.NaN()) // is passed over, and the element that was there
			want = 0
			for _, v := range x[:len(x)/(2*lanes)*(2*lanes)] {
				if v > want {
					want = v
				}
			}
		}
		expect(t, f.(func(x []T) (r T))(x), want, "%d elements", len(x))
	})
}

func checkTruncate[T Float](t *testing.T, f any, _ int) {
	for length := 1; length < 6; length++ {
		for _, v := range []T{0, 0.75, -0.75, 1, 2.5, -3.5, 65535, -65536, 1 << 22} {
			x := make([]T, length)
			x[0] = v
			want := length
			if length >= 3 {
				want -= 10
			}
			truncated, rest := f.(func(x []T, n int) (truncated, rest int))(x, 10)
			if truncated != int(v) || rest != want {
				t.Fatalf("%v and %d elements gave %d and %d", v, length, truncated, rest)
			}
		}
	}
}
