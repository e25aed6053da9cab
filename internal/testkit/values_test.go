package testkit

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestSpecials(t *testing.T) {
	has := func(what string, condition func(x float64) bool) {
		found := false
		for _, x := range Specials[float32]() {
			found = found || condition(float64(x))
		}
		assert.True(t, found, what)
	}
	has("NaN", math.IsNaN)
	has("+Inf", func(x float64) bool { return math.IsInf(x, 1) })
	has("-Inf", func(x float64) bool { return math.IsInf(x, -1) })
	has("-0", func(x float64) bool { return Same(x, math.Copysign(0, -1)) })
	has("+0", func(x float64) bool { return Same(x, 0) })
	has("largest subnormal", func(x float64) bool { return x == 0x1p-126-0x1p-149 })
	has("exp just finite", func(x float64) bool { return x > 88.7228 && x < 88.7229 && math.Exp(x) < math.MaxFloat32 })
	has("exp just infinite", func(x float64) bool { return x > 88.7228 && x < 88.7229 && math.Exp(x) > math.MaxFloat32 })
	has("exp just above half the smallest subnormal", func(x float64) bool { return x > -103.98 && x < -103.97 && math.Exp(x) > 0x1p-150 })
	has("exp just below", func(x float64) bool { return x > -103.98 && x < -103.97 && math.Exp(x) < 0x1p-150 })
	assert.Contains(t, Specials[float64](), math.MaxFloat64)
	assert.Contains(t, Specials[float64](), 0x1p-1074)
	assert.Contains(t, Specials[float64](), Next(1.0, 0))
}

func TestRandomIsTheSameEveryTime(t *testing.T) {
	assert.Equal(t, Normal[float64](NewRandom(8), 10), Normal[float64](NewRandom(8), 10))
	assert.NotEqual(t, Normal[float64](NewRandom(8), 10), Normal[float64](NewRandom(9), 10))
}

func TestFills(t *testing.T) {
	r := NewRandom(10)
	x := make([]float32, 20000)
	FillBits(r, x)
	special, subnormal := 0, 0
	for _, v := range x {
		if v-v != 0 {
			special++
		} else if math.Abs(float64(v)) < 0x1p-126 {
			subnormal++
		}
	}
	assert.Positive(t, special)
	assert.Positive(t, subnormal)
	FillFinite(r, x)
	for _, v := range x {
		assert.Zero(t, v-v)
	}
	for _, v := range Uniform[float64](r, 1000, -3, 5) {
		assert.True(t, v >= -3 && v <= 5)
	}
}
