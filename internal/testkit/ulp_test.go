package testkit

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestULP(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	fraction := func(x, f float64, place int) Wide { return WideOf(x).Add(WideOf(f).Mul(Wide{double{hi: 1}, place})) }
	for _, c := range []struct {
		name string
		got  float64
		want Wide
		ulp  float64
	}{
		{"exact", 1, WideOf(1), 0},
		{"next", Next(1.0, 2), WideOf(1), 1},
		{"below a power of two the unit of the power counts", Next(1.0, 0), WideOf(1), 0.5},
		{"fraction", 1, fraction(1, 0.25, -52), 0.25},
		{"fraction, other side", Next(1.0, 2), fraction(1, 0.25, -52), 0.75},
		{"negative", -1, fraction(-1, 0.25, -52), 0.25},
		{"other sign", -1, WideOf(1), 0x1p53},
		{"rounds up to a power of two", 2, fraction(2, -0.25, -52), 0.125},
		{"smallest subnormal", 0x1p-1074, WideOf(0), 1},
		{"zeros", math.Copysign(0, -1), WideOf(0), 0},
		{"between subnormals", 0x3p-1074, fraction(0x3p-1074, 0.375, -1074), 0.375},
		{"half the smallest subnormal", 0, fraction(0, 0.5, -1074), 0.5},
		{"far below", 0, Exp(-1e5), 0},
		{"largest subnormal", 0x1p-1022, WideOf(Next(0x1p-1022, 0)), 1},
		{"largest", math.MaxFloat64, fraction(math.MaxFloat64, 0.25, 971), 0.25},
		{"largest for what overflows", math.MaxFloat64, fraction(math.MaxFloat64, 0.75, 971), 0.75},
		{"infinity for what rounds to it", inf, fraction(math.MaxFloat64, 0.75, 971), 0},
		{"infinity at the tie", inf, fraction(math.MaxFloat64, 0.5, 971), 0},
		{"infinity for what does not", inf, fraction(math.MaxFloat64, 0.25, 971), 0.75},
		{"infinity for the largest", inf, WideOf(math.MaxFloat64), 1},
		{"infinity far beyond", inf, Exp(1e5), 0},
		{"finite far beyond", math.MaxFloat64, Exp(1e5), inf},
		{"wrong infinity", -inf, Exp(1e5), inf},
		{"negative infinity", -inf, Exp(1e5).Neg(), 0},
		{"infinite want", inf, WideOf(inf), 0},
		{"infinite want, finite", math.MaxFloat64, WideOf(inf), inf},
		{"infinite want, other", -inf, WideOf(inf), inf},
		{"NaN", nan, WideOf(nan), 0},
		{"NaN wanted", 1, WideOf(nan), inf},
		{"NaN not wanted", nan, WideOf(1), inf},
		{"NaN for infinity", nan, WideOf(inf), inf},
		{"infinity for NaN", inf, WideOf(nan), inf},
		{"infinity for 1", inf, WideOf(1), inf},
	} {
		got := ULP(c.got, c.want)
		if math.IsInf(c.ulp, 1) || math.IsInf(got, 1) {
			assert.GreaterOrEqual(t, got, math.Min(c.ulp, 1e300), c.name)
			assert.Greater(t, c.ulp, 1e300, c.name)
			continue
		}
		assert.Equal(t, c.ulp, got, c.name)
	}
}

func TestULPOfSingles(t *testing.T) {
	assert.Equal(t, 0.25, ULP(float32(1), WideOf(1+0x1p-25)))
	assert.Equal(t, 1.0, ULP(Next[float32](1, 2), WideOf(1)))
	assert.Equal(t, 0.25, ULP(float32(2), WideOf(2-0x1p-24)), "rounds up to a power of two")
	assert.Equal(t, 0.5, ULP(float32(0), WideOf(0x1p-150)))
	assert.Equal(t, 0.0, ULP(float32(math.Inf(1)), WideOf(1e39)))
	assert.Equal(t, 0.25, ULP(float32(math.MaxFloat32), WideOf(math.MaxFloat32+0x1p102)))
	assert.Equal(t, 0.75, ULP(float32(math.Inf(1)), WideOf(math.MaxFloat32+0x1p102)))
	assert.Equal(t, 0.0, ULP(float32(math.Inf(-1)), WideOf(-math.MaxFloat32-0x1p103)), "the tie")
}

// TestULPAgainstRounding: math/big rounds correctly, so its result is within half a unit, and its neighbours are not closer.
func TestULPAgainstRounding(t *testing.T) {
	r := NewRandom(7)
	for range 20000 {
		x := bigOf(FromBits[float64](r.Uint64()>>2 + 1)) // positive, and below the square of what float32 holds
		x.Add(x, bigMul(x, bigOf(0x1p-53*r.Float64())))
		single, _ := x.Float32()
		double, _ := x.Float64()
		assert.LessOrEqual(t, ULPBig(double, x), 0.5)
		assert.LessOrEqual(t, ULPBig(single, x), 0.5)
		assert.GreaterOrEqual(t, ULPBig(Next(double, 0), x), 0.25)
		assert.GreaterOrEqual(t, ULPBig(Next(double, math.Inf(1)), x), 0.5)
		if single > 0 && single < math.MaxFloat32 {
			assert.GreaterOrEqual(t, ULPBig(Next(single, float32(math.Inf(1))), x), 0.5)
		}
	}
	assert.Equal(t, 0.0, ULPBig(0.0, new(big.Float)))
}

func TestSame(t *testing.T) {
	zero := math.Copysign(0, -1)
	assert.True(t, Same(math.NaN(), -math.NaN()) && Same(1.0, 1) && Same(zero, zero) && Same(math.Inf(1), math.Inf(1)))
	assert.False(t, Same(zero, 0) || Same(math.NaN(), 1) || Same(1, math.NaN()) || Same(1.0, 2) || Same(math.Inf(1), math.Inf(-1)))
}
