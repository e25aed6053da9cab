package testkit

import (
	"math"
	"runtime"
	"testing"

	"github.com/raphson-go/raphson/internal/cast"
)

// WorstULP is the largest distance of got[i] from oracle(x[i]) and an x at which it occurs. A distance that is not a number, which
// only a broken oracle makes, is the largest.
func WorstULP[T cast.Float](x, got []T, oracle func(float64) Wide) (worst float64, at T) {
	for i, v := range x {
		if distance := ULP(got[i], oracle(float64(v))); !(distance <= worst) {
			worst, at = distance, v
			if distance != distance {
				break
			}
		}
	}
	return worst, at
}

// RequireULP fails the test unless every got[i] is within bound of oracle(x[i]), in units of the last place; it names the
// worst. It returns the largest distance.
func RequireULP[T cast.Float](t testing.TB, bound float64, x, got []T, oracle func(float64) Wide) (worst float64) {
	worst, at := WorstULP(x, got, oracle)
	if !(worst <= bound) {
		t.Helper()
		for i, v := range x {
			if Same(v, at) {
				t.Fatalf("f(%v) = %v, want %v: %.4g units of the last place from it, more than %v (x = %x)",
					v, got[i], oracle(float64(v)).Float64(), worst, bound, float64(v))
			}
		}
	}
	return worst
}

// RequireSame fails the test unless got and want hold the same values, also in the signs of zeros.
func RequireSame[T cast.Float](t testing.TB, want, got []T) {
	if len(want) != len(got) {
		t.Helper()
		t.Fatalf("length %d, want %d", len(got), len(want))
	}
	for i := range want {
		if !Same(want[i], got[i]) {
			t.Helper()
			t.Fatalf("element %d is %v, want %v (%x, want %x)", i, got[i], want[i], float64(got[i]), float64(want[i]))
		}
	}
}

// RequireSumError fails the test unless got is within count rounding errors of T, relative to the sum of the absolute terms,
// of want: the error bound of a sum of count terms. Where tells of what.
func RequireSumError[T cast.Float](t testing.TB, got T, want, absolute Wide, count int, where ...any) {
	if Same(got, T(want.Float64())) {
		return
	}
	off := Off(got, want)
	if bound := float64(count) * Roundoff[T]() * absolute.Float64(); !(off <= bound) || math.IsInf(off, 1) {
		t.Helper()
		if len(where) > 0 {
			t.Log(where...)
		}
		t.Fatalf("sum is %v, want %v: %g off, more than %g", got, want.Float64(), off, bound)
	}
}

// NoAllocs fails the test if a call of f allocates in the long run. Declare the operands as arrays inside f and pass slices
// of them: if the function tested let one escape, the array would be allocated at every call. Under the race detector,
// which makes pools forget, f only runs.
func NoAllocs(t testing.TB, f func()) {
	t.Helper()
	if raceEnabled {
		f()
		return
	}
	f()
	if allocations(10, f) == 0 {
		return
	}
	const calls = 100
	var n uint64
	for range 3 { // another goroutine may allocate once in a while
		if n = allocations(calls, f) / calls; n == 0 {
			return
		}
	}
	t.Fatalf("%v allocations a call", n)
}

// allocations is how many so many calls of f make. Unlike testing.AllocsPerRun it leaves GOMAXPROCS alone, so that
// operations are split across goroutines as they are outside tests.
func allocations(calls int, f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range calls {
		f()
	}
	runtime.ReadMemStats(&after)
	return after.Mallocs - before.Mallocs
}
