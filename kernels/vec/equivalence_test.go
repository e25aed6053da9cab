package vec

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

func TestPlacements(t *testing.T) {
	t.Run("float32", func(t *testing.T) {
		eachRow(t, equivalence[float32](), placements[float32])
		eachRow(t, equivalence32(), placements[float32])
	})
	t.Run("float64", func(t *testing.T) { eachRow(t, equivalence[float64](), placements[float64]) })
}

func eachRow[T kernels.Float](t *testing.T, rows map[string]row[T], f func(t *testing.T, r row[T])) {
	for name, r := range rows {
		t.Run(name, func(t *testing.T) {
			testkit.EachLevel(t, func(t *testing.T, l level.Level) { f(t, r) })
		})
	}
}

// placements compares a kernel with its specification for operands at the ends of guarded memory, and with itself across
// alignments, which must not change a bit.
func placements[T kernels.Float](t *testing.T, r row[T]) {
	type outcome struct {
		call     call[T] // as it was before
		returned []float64
		after    call[T]
	}
	earlier := map[int]outcome{}
	testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) {
		defer explain(t, m.String)
		if testing.Short() && n > 40 && n%7 != 0 { // for emulators
			return
		}
		before, again := earlier[n]
		if !again {
			before.call = random[T](n, uint64(n))
		}
		c := before.call
		guarded := call[T]{
			testkit.CopyOf(m, c.dst), testkit.CopyOf(m, c.x), testkit.CopyOf(m, c.y), c.a, c.b, testkit.CopyOf(m, c.index),
			testkit.CopyOf(m, c.first), testkit.CopyOf(m, c.second),
		}
		got := r.kernel(guarded)
		testkit.RequireSame(t, c.x, guarded.x)
		testkit.RequireSame(t, c.y, guarded.y)
		if again {
			testkit.RequireSame(t, before.returned, got)
			requireWritten(t, before.after, guarded)
			return
		}
		earlier[n] = outcome{c, got, clone(guarded)}
		r.requireAgree(t, guarded, got, clone(c))
	})
}

// requireAgree runs the specification on want and compares with it what the kernel made of an equal call.
func (r row[T]) requireAgree(t *testing.T, c call[T], got []float64, want call[T]) {
	expected := r.generic(want)
	requireWritten(t, want, c)
	if r.factors == nil || expected[0]-expected[0] != 0 {
		testkit.RequireSame(t, expected, got)
		return
	}
	x, y := r.factors(c)
	r.requireSum(t, x, y, expected[0])
	r.requireSum(t, x, y, got[0])
}

// requireWritten compares what kernels write.
func requireWritten[T kernels.Float](t *testing.T, want, got call[T]) {
	testkit.RequireSame(t, want.dst, got.dst)
	testkit.RequireSame(t, want.first, got.first)
	testkit.RequireSame(t, want.second, got.second)
}

// requireSum holds a dot product of at most one panel against the bound, with half a smallest number for each product
// that underflows.
func (r row[T]) requireSum(t *testing.T, x, y []T, got float64) {
	roundings := 1024
	if len(x) < roundings {
		roundings = len(x)
	}
	roundoff, smallest := testkit.Roundoff[T](), testkit.Smallest[T]()
	if r.wide {
		roundoff, smallest = testkit.Roundoff[float64](), testkit.Smallest[float64]()
	}
	want := testkit.Dot(x, y)
	bound := float64(roundings)*roundoff*testkit.AbsDot(x, y).Float64() + float64(len(x))*smallest
	if off := testkit.Off(got, want); !(off <= bound) {
		t.Helper()
		t.Fatalf("sum is %v, want %v: %g off, more than %g", got, want.Float64(), off, bound)
	}
}

// explain says of a failed test what it was about.
func explain(t *testing.T, what func() string) {
	if t.Failed() {
		t.Log(what())
	}
}

// random is a call with elements and scalars of both signs and of magnitudes from 2^-20 to 2^20.
func random[T kernels.Float](n int, seed uint64) call[T] {
	r := testkit.NewRandom(seed)
	value := func() T { return T(math.Ldexp(r.Float64()*2-1, r.IntN(41)-20)) }
	vector := func() []T {
		x := make([]T, n)
		for i := range x {
			x[i] = value()
		}
		return x
	}
	index := make([]int32, n)
	for i := range index {
		index[i] = int32(r.IntN(n))
	}
	return call[T]{vector(), vector(), vector(), -magnitude(value()), magnitude(value()), index, vector(), magnitudes(vector())}
}

func clone[T kernels.Float](c call[T]) call[T] {
	return call[T]{
		slices.Clone(c.dst), slices.Clone(c.x), slices.Clone(c.y), c.a, c.b, slices.Clone(c.index), slices.Clone(c.first), slices.Clone(c.second),
	}
}

// TestSpecials puts each special value in each place of short vectors, in the body and in the tail.
func TestSpecials(t *testing.T) {
	t.Run("float32", func(t *testing.T) {
		eachRow(t, equivalence[float32](), specials[float32])
		eachRow(t, equivalence32(), specials[float32])
	})
	t.Run("float64", func(t *testing.T) { eachRow(t, equivalence[float64](), specials[float64]) })
}

func specials[T kernels.Float](t *testing.T, r row[T]) {
	values := testkit.Specials[T]()
	for _, n := range []int{1, 2, 3, 5, 9, 17, 33, 70, 133, 255} {
		for at := range n {
			c := random[T](n, uint64(n))
			special, other := values[(7*at+n)%len(values)], values[(3*at+n)%len(values)]
			c.x[at], c.y[n-1-at], c.dst[(at+n/2)%n] = special, other, special
			c.first[(at+1)%n], c.second[(at+2)%n] = other, other
			if at%3 == 0 {
				c.y[at] = other
			}
			if a := magnitude(other); a == a && at%2 == 0 {
				c.a, c.b = -a, a
			}
			want := clone(c)
			got := r.kernel(c)
			func() {
				defer explain(t, func() string { return fmt.Sprintf("n=%d, %v at %d, %v", n, special, at, other) })
				r.requireAgree(t, c, got, want)
			}()
		}
	}
}
