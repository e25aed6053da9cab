package reference

import (
	"math"
	"math/rand/v2"
	"testing"
)

func checkEdges[T Float](t *testing.T, f any, lanes int) {
	r := rand.New(rand.NewPCG(11, 12))
	for n := 1; n <= lanes; n++ {
		x, dst := whole[T](r, n+1), make([]T, 2*lanes+2)
		for i := range dst {
			dst[i] = 77
		}
		f.(func(dst, x []T, n int))(dst, x, n)
		for i, got := range dst {
			want := T(77)
			switch {
			case i >= 1 && i <= n:
				want = x[i]
			case i >= 1+lanes && i < 1+lanes+n:
				want = x[i-lanes]
			case i >= 1+lanes+n && i < 1+2*lanes:
				want = 0
			}
			expect(t, got, want, "element %d, edge after %d", i, n)
		}
	}
}

func checkTransposed[T Float](t *testing.T, f any, lanes int) {
	x, dst := whole[T](rand.New(rand.NewPCG(13, 14)), lanes*lanes), make([]T, lanes*lanes)
	for i := range x {
		x[i] = T(i)
	}
	f.(func(dst, x []T))(dst, x)
	for i := range lanes {
		for j := range lanes {
			expect(t, dst[j*lanes+i], x[i*lanes+j], "row %d, column %d", j, i)
		}
	}
}

func checkNarrowTransposed[T Float](t *testing.T, f any, lanes int) {
	checkTransposed[T](t, f, lanes/2)
}

func checkColumns[T Float](t *testing.T, f any, lanes int) {
	const rows = 6
	x, dst := make([]T, rows*lanes), make([]T, rows*lanes)
	for i := range x {
		x[i] = T(i)
	}
	f.(func(dst, x []T))(dst, x)
	for i := range lanes {
		for j := range rows {
			expect(t, dst[i*rows+j], x[j*lanes+i], "column %d, row %d", i, j)
		}
	}
}

func checkOuter[T Float](t *testing.T, f any, lanes int) {
	const rows, vectors = 9, 3
	r := rand.New(rand.NewPCG(15, 16))
	for _, stride := range []int{3, 4, 29} {
		x := whole[T](r, max((rows-1)*stride+3, lanes+4))
		var want []T
		product := func(first int, factor T) {
			for j := range lanes {
				want = append(want, x[first+j]*factor+0)
			}
		}
		for i := range rows {
			product(0, x[i*stride+1]+x[i*stride+2])
		}
		for width := 1; width <= vectors; width++ {
			for i := range lanes + 1 {
				for first := range width {
					product(first, x[3+i])
				}
			}
		}
		dst := make([]T, len(want))
		f.(func(dst, x []T, stride int))(dst, x, stride)
		for i, got := range dst {
			expect(t, got, want[i], "element %d, stride %d", i, stride)
		}
	}
}

// checkNarrow is for the machines that have it: their vectors are twice as wide.
func checkNarrow[T Float](t *testing.T, f any, lanes int) {
	r := rand.New(rand.NewPCG(21, 22))
	lanes /= 2
	for n := 1; n <= lanes; n++ {
		x, dst := whole[T](r, n+1), make([]T, 2*lanes+2)
		for i := range dst {
			dst[i] = 77
		}
		f.(func(dst, x []T, factor T, n int))(dst, x, 2, n)
		for i, got := range dst {
			want := T(77)
			switch {
			case i >= 1 && i <= n:
				want = 2 * x[i] * x[0]
			case i >= 1+lanes && i < 1+lanes+n:
				want = 2 * x[i-lanes] * x[0]
			case i >= 1+lanes+n && i < 1+2*lanes:
				want = 0
			}
			expect(t, got, want+0, "element %d, edge after %d", i, n)
		}
	}
}

func checkUnlessOne[T Float](t *testing.T, f any, lanes int) {
	x, dst := whole[T](rand.New(rand.NewPCG(19, 20)), lanes), make([]T, lanes)
	nearest := fromBits[T](bits(T(1)) + 1)
	for _, factor := range []T{1, nearest, -1, 0, 2, T(math.Inf(1)), T(math.NaN())} {
		f.(func(dst, x []T, factor T))(dst, x, factor)
		for i, got := range dst {
			want := x[i]
			if factor != 1 {
				want *= 2
			}
			expect(t, got, want, "lane %d, factor %v", i, factor)
		}
	}
}

func checkStrips[T Float](t *testing.T, f any, lanes int) {
	r := rand.New(rand.NewPCG(23, 24))
	for n := range 4 * lanes {
		x, dst := whole[T](r, n), make([]T, n)
		f.(func(dst, x []T, n int))(dst, x, n)
		for i, got := range dst {
			want := 2 * x[i]
			if at := n / lanes * lanes; i == at {
				want += x[i]
			} else if i > at {
				want = 0
			}
			expect(t, got, want, "element %d of %d", i, n)
		}
	}
}

func checkChoose[T Float](t *testing.T, f any, _ int) {
	for length := range 5 {
		for _, n := range []int{-3, 4, 5, 100} {
			want := 4
			if n >= 5 {
				want = 3
			}
			want += []int{40, 40, 20, 30, 30}[length]
			count, twice := f.(func(x []T, n int) (count, twice int))(make([]T, length), n)
			if count != want || twice != 3*length*n {
				t.Fatalf("%d elements, n=%d: %d and %d, not %d and %d", length, n, count, twice, want, 3*length*n)
			}
		}
	}
}

func checkHalves(t *testing.T, find finder, lanes int) {
	f, ok := find("HalvesF32")
	if !ok {
		t.Fatal("HalvesF32 is missing")
	}
	r := rand.New(rand.NewPCG(17, 18))
	x, dst := make([]uint16, 3*lanes), make([]uint16, 2*lanes+2)
	for i := range x {
		x[i] = uint16(r.Uint32())
	}
	f.(func(dst, x []uint16))(dst, x)
	for i, got := range dst {
		want := uint16(0)
		if i >= 1 && i <= lanes {
			want = x[lanes+i-1]
		} else if i > lanes && i <= 2*lanes {
			want = 2 * x[lanes+i-1] // what is added below the halves does not carry
		}
		if got != want {
			t.Fatalf("element %d is %#x, not %#x", i, got, want)
		}
	}
}
