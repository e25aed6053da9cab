package testkit

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

var kept any

func TestNoAllocsFindsAnAllocation(t *testing.T) {
	if raceEnabled {
		t.Skip("counts nothing under the race detector")
	}
	r := &recorder{}
	NoAllocs(r, func() {
		var x [64]float64
		kept = x[:]
	})
	assert.Len(t, r.messages, 1)
	NoAllocs(t, func() {
		var x [64]float64
		x[3] = AbsSum(x[:]).Float64()
	})
}

func TestRequireULP(t *testing.T) {
	x := []float64{0, 1, 2}
	got := []float64{1, math.E, math.E * math.E}
	assert.Less(t, RequireULP(t, 2, x, got, Exp), 2.0)
	got[1] = Next(Next(math.E, 3), 3)
	worst, at := WorstULP(x, got, Exp)
	assert.Equal(t, 1.0, at)
	assert.InDelta(t, 2, worst, 0.5)
	r := &recorder{}
	RequireULP(r, 1.5, x, got, Exp)
	assert.NotEmpty(t, r.messages)
	r = &recorder{}
	RequireULP(r, 2, x, []float64{1, 1, 1}, func(x float64) Wide { return Wide{double: double{1, []float64{0, math.NaN(), 0}[int(x)]}} })
	assert.NotEmpty(t, r.messages, "an oracle that loses its lower half")
	got[0] = math.NaN()
	r = &recorder{}
	RequireULP(r, 1e9, x, got, Exp)
	assert.NotEmpty(t, r.messages, "NaN is never within a bound")
}

func TestRequireSame(t *testing.T) {
	RequireSame(t, []float64{1, math.NaN()}, []float64{1, math.NaN()})
	for _, other := range [][]float64{{1, 0}, {2, 0}, {1}} {
		r := &recorder{}
		func() {
			defer func() { _ = recover() }() // a real Fatalf would have stopped at the length
			RequireSame(r, []float64{1, math.Copysign(0, -1)}, other)
		}()
		assert.NotEmpty(t, r.messages)
	}
}

func TestRequireSumError(t *testing.T) {
	RequireSumError[float32](t, 1+0x1p-23, WideOf(1), WideOf(1), 2)
	r := &recorder{}
	RequireSumError[float32](r, 1+0x1p-23, WideOf(1), WideOf(1), 1)
	RequireSumError[float32](r, float32(math.NaN()), WideOf(1), WideOf(1), 1)
	RequireSumError[float32](r, 1, WideOf(math.Inf(1)), WideOf(math.Inf(1)), 1)
	assert.Len(t, r.messages, 3)
	RequireSumError[float32](t, float32(math.Inf(1)), WideOf(math.Inf(1)), WideOf(math.Inf(1)), 1)
}
