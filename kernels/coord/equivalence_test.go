package coord

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
	t.Run("float32", func(t *testing.T) { eachRow(t, placements[float32]) })
	t.Run("float64", func(t *testing.T) { eachRow(t, placements[float64]) })
}

func eachRow[T kernels.Float](t *testing.T, f func(t *testing.T, r row[T])) {
	for name, r := range equivalence[T]() {
		t.Run(name, func(t *testing.T) {
			testkit.EachLevel(t, func(t *testing.T, _ level.Level) { f(t, r) })
		})
	}
}

// placements compares a kernel with its specification for operands at the ends of guarded memory, and with itself across
// alignments, which must not change a bit.
func placements[T kernels.Float](t *testing.T, r row[T]) {
	type outcome struct {
		call     call[T] // as it was before
		returned []float64
		written  [2][]T
	}
	first := map[int]outcome{}
	testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) {
		if (testing.Short() || m.Placement.Shift > 1) && n > 40 && n%23 != 0 { // emulators, and alignments far from a guard page
			return
		}
		defer func() {
			if t.Failed() {
				t.Log(m)
			}
		}()
		before, again := first[n]
		if !again {
			before.call = random[T](n, uint64(n))
		}
		c := before.call
		guarded := c.with(func(x []T) []T { return testkit.CopyOf(m, x) })
		got := r.kernel(guarded)
		if again {
			testkit.RequireSame(t, before.returned, got)
			testkit.RequireSame(t, before.written[0], guarded.out)
			testkit.RequireSame(t, before.written[1], guarded.other)
			return
		}
		first[n] = outcome{c, got, [2][]T{slices.Clone(guarded.out), slices.Clone(guarded.other)}}
		r.requireAgree(t, guarded, got, c.with(slices.Clone[[]T]))
	})
}

// with is the call with operands that f makes of its own.
func (c call[T]) with(f func(x []T) []T) call[T] {
	return call[T]{f(c.out), f(c.other), f(c.x), f(c.y), f(c.z), f(c.w), f(c.r), c.a, c.b, c.c, c.d}
}

// requireAgree runs the specification on want and compares with it what the kernel made of an equal call.
func (r row[T]) requireAgree(t *testing.T, c call[T], got []float64, want call[T]) {
	slack := 0.0
	if r.slack != nil {
		slack = r.slack(want)
	}
	expected := r.generic(want)
	requireNear(t, slack, expected, got)
	requireNear(t, slack, want.out, c.out)
	requireNear(t, slack, want.other, c.other)
	for i, x := range [][]T{want.x, want.y, want.z, want.w, want.r} {
		testkit.RequireSame(t, x, [][]T{c.x, c.y, c.z, c.w, c.r}[i])
	}
}

// requireNear compares finite numbers within the slack, and others in their bits.
func requireNear[T kernels.Float](t *testing.T, slack float64, want, got []T) {
	if len(got) != len(want) {
		t.Fatalf("length %d, want %d", len(got), len(want))
	}
	for i, v := range want {
		if slack > 0 && v-v == 0 {
			if off := math.Abs(float64(v) - float64(got[i])); !(off <= slack) {
				t.Fatalf("element %d: %v, want %v: %g off, more than %g", i, got[i], v, off, slack)
			}
			continue
		}
		testkit.RequireSame(t, want[i:i+1], got[i:i+1])
	}
}

// random is a call with elements of both signs and of magnitudes from 2^-10 to 2^4, some of which repeat.
func random[T kernels.Float](n int, seed uint64) call[T] {
	r := testkit.NewRandom(seed)
	value := func() T {
		if r.IntN(3) == 0 {
			return T(r.IntN(9)-4) / 4
		}
		return T(math.Ldexp(r.Float64()*2-1, r.IntN(15)-10))
	}
	c := call[T]{a: value(), b: T(r.IntN(4)+1) / 4, c: T(r.IntN(4)+1) / 4, d: value()}
	return c.with(func([]T) []T { return vectorOf(n, value) })
}

func vectorOf[T kernels.Float](n int, value func() T) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = value()
	}
	return x
}

// TestSpecials puts each special value in each place of short vectors, in the body and in the tail.
func TestSpecials(t *testing.T) {
	t.Run("float32", func(t *testing.T) { eachRow(t, specials[float32]) })
	t.Run("float64", func(t *testing.T) { eachRow(t, specials[float64]) })
}

func specials[T kernels.Float](t *testing.T, r row[T]) {
	if !r.specials {
		t.Skip("specials of losses have tests of their own")
	}
	values := testkit.Specials[T]()
	for _, n := range []int{1, 2, 3, 5, 9, 17, 33, 70, 133, 255} {
		if testing.Short() && n > 40 { // for emulators
			break
		}
		for at := range n {
			c := random[T](n, uint64(n))
			special, other := values[(7*at+n)%len(values)], values[(3*at+n)%len(values)]
			if r.slack != nil { // a bound tells nothing beside large numbers
				special = []T{T(math.NaN()), T(math.Inf(1)), T(math.Inf(-1)), 0}[at%4]
				other = special
			}
			c.x[at], c.r[n-1-at] = special, other
			if at%3 == 0 {
				c.y[at], c.z[at] = other, special
			}
			want := c.with(slices.Clone[[]T])
			got := r.kernel(c)
			func() {
				defer func() {
					if t.Failed() {
						t.Log(fmt.Sprintf("n=%d, %v at %d, %v", n, special, at, other))
					}
				}()
				r.requireSpecial(t, c, got, want)
			}()
		}
	}
}

// requireSpecial is requireAgree without slack where it is not finite: NaN and infinities must be the same.
func (r row[T]) requireSpecial(t *testing.T, c call[T], got []float64, want call[T]) {
	if r.slack == nil {
		r.requireAgree(t, c, got, want)
		return
	}
	expected := r.generic(want)
	for _, pair := range [][2][]float64{{expected, got}, {wide(want.out), wide(c.out)}} {
		for i, v := range pair[0] {
			if v-v != 0 {
				testkit.RequireSame(t, pair[0][i:i+1], pair[1][i:i+1])
			} else if pair[1][i]-pair[1][i] != 0 {
				t.Fatalf("element %d: %v, want %v", i, pair[1][i], v)
			}
		}
	}
}

func wide[T kernels.Float](x []T) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = float64(v)
	}
	return y
}
