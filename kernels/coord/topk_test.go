package coord

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/raphson-go/raphson/internal/testkit"
)

// TestSelectionIsLinear in the worst case too: scores that were made up while a selection with medians of three looked at them, so that each of its
// pivots was next to the smallest (M. McIlroy, A killer adversary for quicksort, 1999), and orders that scores often have.
func TestSelectionIsLinear(t *testing.T) {
	const size = 20000
	ascending := make([]float64, size)
	for i := range ascending {
		ascending[i] = float64(i)
	}
	descending, pipe := slices.Clone(ascending), slices.Clone(ascending)
	slices.Reverse(descending)
	slices.Reverse(pipe[size/2:])
	for name, scores := range map[string][]float64{
		"ascending": ascending, "descending": descending, "organ pipe": pipe, "equal": make([]float64, size),
		"random": testkit.Normal[float64](testkit.NewRandom(1), size), "adversary": adversary(size, size/10),
	} {
		sorted := slices.Sorted(slices.Values(scores))
		for _, n := range []int{1, size / 10, size / 2, size} {
			values := slices.Clone(scores)
			bound, passed := nthLargest(values, n)
			assert.Equal(t, sorted[size-n], bound, "%s, %d", name, n)
			assert.LessOrEqual(t, slices.Max(values[n-1:]), slices.Min(values[:n]), "%s, %d", name, n)
			assert.LessOrEqual(t, passed, 30*size, "%s, %d", name, n)
		}
	}
}

// adversary is values whose n-th largest is hard to find: none has a value before it is compared, and then the one that may be the pivot becomes
// the smallest that is left.
func adversary(size, n int) []float64 {
	open := float64(size)
	values, places := make([]float64, size), make([]int, size)
	for i := range values {
		values[i], places[i] = open, i
	}
	solid, candidate := 0.0, -1
	less := func(a, b int) bool {
		if values[a] == open && values[b] == open {
			if a == candidate {
				values[a] = solid
			} else {
				values[b] = solid
			}
			solid++
		}
		if values[a] == open {
			candidate = a
		} else if values[b] == open {
			candidate = b
		}
		return values[a] < values[b]
	}
	smaller := func(a, b int) (int, int) {
		if less(b, a) {
			return b, a
		}
		return a, b
	}
	for low, high := 0, size-1; low < high; { // nthLargest of places
		a, b := smaller(places[low], places[low+(high-low)/2])
		c, _ := smaller(b, places[high])
		_, pivot := smaller(a, c)
		i, j := low, high
		for i <= j {
			for less(pivot, places[i]) {
				i++
			}
			for less(places[j], pivot) {
				j--
			}
			if i <= j {
				places[i], places[j] = places[j], places[i]
				i, j = i+1, j-1
			}
		}
		switch {
		case n-1 <= j:
			high = j
		case n-1 >= i:
			low = i
		default:
			return values
		}
	}
	return values
}
