package pool

import (
	"testing"
	"unsafe"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/stretchr/testify/assert"
)

// exact reports whether this build knows where the stack is, and not only what may be.
func exact() bool {
	low, _ := stackBounds()
	return low != 0
}

//go:noinline
func shares[E any](x []E) bool {
	_, ok := Share(x)
	return ok
}

type large [1 << 17]float64 // 1 MiB

var global [64]float64

func TestShareKnowsStackFromHeap(t *testing.T) {
	var small [16]float64
	assert.False(t, shares(small[:]), "a variable on the stack")
	assert.False(t, shares(small[3:5]))
	assert.True(t, shares[float64](nil))
	if !exact() {
		t.Skip("without assembly only the direction is known")
	}
	assert.True(t, shares(make([]float64, 1<<16)), "the heap")
	assert.True(t, shares(global[:]), "a global variable")
	assert.True(t, shares(small[16:]), "nothing to share")
}

//go:noinline
func sharesParameter(x large) bool { return shares(x[:]) }

//go:noinline
func sharesResult(ok *bool) (x large) {
	*ok = shares(x[:])
	return x
}

// TestLargeParametersAreOnTheStack: the compiler moves large variables to the heap, but not parameters and results. So size
// does not tell whether an operand may be handed to another goroutine.
func TestLargeParametersAreOnTheStack(t *testing.T) {
	done := make(chan struct{})
	go func() { // on a stack that must grow for them
		defer close(done)
		var ok bool
		x := sharesResult(&ok)
		assert.False(t, ok, "result")
		assert.False(t, sharesParameter(x), "parameter")
	}()
	<-done
}

// TestShareBelowGrownStack: bounds are those of the stack as it is after it moved.
func TestShareBelowGrownStack(t *testing.T) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		var x [8]float64
		for depth := 1; depth < 1<<14; depth *= 2 {
			assert.False(t, sharesDeeper(x[:], depth), "depth %d", depth)
		}
	}()
	<-done
}

//go:noinline
func sharesDeeper(x []float64, depth int) bool {
	var frame [32]byte
	frame[depth%32] = byte(depth)
	if depth > 0 {
		return sharesDeeper(x, depth-1) && frame[depth%32] == byte(depth)
	}
	return shares(x)
}

func TestShareIsTheSameSlice(t *testing.T) {
	x := make([]float32, 5, 9)
	y, _ := Share(x)
	assert.Equal(t, unsafe.SliceData(x), unsafe.SliceData(y))
	assert.Len(t, y, 5)
	assert.Equal(t, 9, cap(y))
}

var kept []float64

func TestShareHidesEscape(t *testing.T) {
	testkit.NoAllocs(t, func() {
		var x [64]float64
		if shared, ok := Share(x[:]); ok {
			kept = shared
		}
	})
}
