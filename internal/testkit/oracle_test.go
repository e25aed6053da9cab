package testkit

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
)

// bits is how many leading bits of w agree with want.
func bits(w Wide, want *big.Float) float64 {
	if want.Sign() == 0 {
		if w.hi == 0 {
			return bigBits
		}
		return 0
	}
	difference := bigSub(w.Big(), want)
	if difference.Sign() == 0 {
		return bigBits
	}
	quotient, _ := bigQuo(difference, want).Float64()
	return -math.Log2(math.Abs(quotient))
}

// samples are finite arguments of all sizes that exponentials are not trivial for, dense around 0, 1 and multiples of log 2.
func samples() []float64 {
	r := NewRandom(1)
	var x []float64
	for range 300 {
		x = append(x, r.NormFloat64(), 750*(2*r.Float64()-1), math.Ldexp(r.NormFloat64(), -r.IntN(1000)),
			1+math.Ldexp(r.NormFloat64(), -r.IntN(52)), float64(r.IntN(2000)-1000)*math.Ln2/2, 0.35*(2*r.Float64()-1))
	}
	for _, v := range Specials[float64]() {
		if math.Abs(v) < 800 {
			x = append(x, v)
		}
	}
	for _, v := range Specials[float32]() {
		if math.Abs(float64(v)) < 800 {
			x = append(x, float64(v))
		}
	}
	return x
}

func TestOraclesAgainstMathBig(t *testing.T) {
	one := bigOf(1)
	for _, c := range []struct {
		name   string
		oracle func(float64) Wide
		slow   func(x *big.Float) *big.Float
		domain func(x float64) bool
	}{
		{"Exp", Exp, bigExp, nil},
		{"Expm1", Expm1, func(x *big.Float) *big.Float {
			if x.Sign() == 0 {
				return x
			}
			if tiny := x.MantExp(nil) < -150; tiny { // x + x²/2, because the difference would cancel
				return bigAdd(x, bigQuo(bigMul(x, x), bigOf(2)))
			}
			return bigSub(bigExp(x), one)
		}, nil},
		{"Log", Log, bigLog, func(x float64) bool { return x > 0 }},
		{"Log1p", Log1p, func(x *big.Float) *big.Float {
			if x.Sign() == 0 {
				return x
			}
			if tiny := x.MantExp(nil) < -150; tiny {
				return bigSub(x, bigQuo(bigMul(x, x), bigOf(2)))
			}
			return bigLog1p(x)
		}, func(x float64) bool { return x > -1 }},
		{"Tanh", Tanh, func(x *big.Float) *big.Float {
			if x.Sign() == 0 || x.MantExp(nil) < -150 {
				return x
			}
			e := bigExp(bigMul(x, bigOf(2)))
			return bigQuo(bigSub(e, one), bigAdd(e, one))
		}, nil},
		{"Sigmoid", Sigmoid, func(x *big.Float) *big.Float {
			e := bigExp(x)
			return bigQuo(e, bigAdd(e, one))
		}, nil},
		{"Softplus", Softplus, func(x *big.Float) *big.Float {
			e := bigExp(x)
			if e.MantExp(nil) < -150 {
				return bigSub(e, bigQuo(bigMul(e, e), bigOf(2)))
			}
			return bigLog1p(e)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			least, at := 1000.0, 0.0
			for _, x := range samples() {
				if c.domain != nil && !c.domain(x) {
					continue
				}
				if b := bits(c.oracle(x), c.slow(bigOf(x))); b < least {
					least, at = b, x
				}
			}
			t.Logf("%.1f bits at %v", least, at)
			assert.GreaterOrEqual(t, least, 98.0, "x = %v", at)
		})
	}
}

func TestLogOfTheWholeRange(t *testing.T) {
	r := NewRandom(2)
	x := make([]float64, 500)
	FillFinite(r, x)
	for _, v := range append(x, math.MaxFloat64, math.SmallestNonzeroFloat64, 0x1p-1022) {
		v = math.Abs(v)
		assert.GreaterOrEqual(t, bits(Log(v), bigLog(bigOf(v))), 98.0, "x = %v", v)
	}
}

func TestOraclesAtSpecialValues(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		name   string
		oracle func(float64) Wide
		math   func(float64) float64
	}{
		{"Exp", Exp, math.Exp}, {"Expm1", Expm1, math.Expm1}, {"Log", Log, math.Log}, {"Log1p", Log1p, math.Log1p}, {"Tanh", Tanh, math.Tanh},
		{"Sigmoid", Sigmoid, func(x float64) float64 { return 1 / (1 + math.Exp(-x)) }},
		{"Softplus", Softplus, func(x float64) float64 { return math.Log1p(math.Exp(x)) }},
	} {
		for _, x := range []float64{inf, -inf, nan, 0, -1, -2} {
			want, got := c.math(x), c.oracle(x).Float64()
			if math.IsInf(want, 0) || want != want || want == 0 || want == 1 {
				assert.True(t, Same(math.Abs(want), math.Abs(got)), "%s(%v) = %v, want %v", c.name, x, got, want)
			} else {
				assert.InEpsilon(t, want, got, 1e-15, "%s(%v)", c.name, x)
			}
		}
	}
	assert.Equal(t, -1, int(math.Copysign(1, Log(0).hi)))
	assert.True(t, Exp(1e9).Float64() == inf && Exp(-1e9).Float64() == 0)
}

func TestWideArithmetic(t *testing.T) {
	r := NewRandom(3)
	random := func() Wide {
		return double{r.NormFloat64(), 0}.add(double{hi: r.NormFloat64() * 0x1p-54}).wide(r.IntN(60) - 30)
	}
	for range 2000 {
		a, b := random(), random()
		assert.Greater(t, bits(a.Mul(b), bigMul(a.Big(), b.Big())), 102.0)
		assert.Greater(t, bits(a.Div(b), bigQuo(a.Big(), b.Big())), 101.0)
		absolute := bigAdd(new(big.Float).Abs(a.Big()), new(big.Float).Abs(b.Big()))
		difference, _ := bigQuo(bigSub(a.Add(b).Big(), bigAdd(a.Big(), b.Big())), absolute).Float64()
		assert.Less(t, math.Abs(difference), 0x1p-103)
		assert.Equal(t, 0, WideFromBig(a.Big()).Big().Cmp(a.Big()))
		square := a.Mul(a)
		assert.Greater(t, bits(square.Sqrt(), new(big.Float).SetPrec(bigBits).Sqrt(square.Big())), 101.0)
	}
	assert.Equal(t, WideOf(3), WideOf(1).Add(WideOf(2)))
	assert.Equal(t, WideOf(-1), WideOf(1).Sub(WideOf(2)))
	assert.Equal(t, WideOf(5), WideOf(0).Add(WideOf(5)))
	assert.True(t, WideOf(math.Inf(1)).Sub(WideOf(math.Inf(1))).IsNaN())
	assert.True(t, WideOf(math.NaN()).Add(WideOf(1e300)).IsNaN())
	assert.True(t, WideOf(1e300).Add(WideOf(math.NaN())).IsNaN())
	assert.True(t, WideOf(1e300).Add(WideOf(math.Inf(-1))).Inf())
	assert.Equal(t, 1e308, WideOf(1e308).Mul(WideOf(1e308)).Div(WideOf(1e308)).Float64(), "the range goes on")
}

func TestTwoProductWithoutFMA(t *testing.T) {
	defer func(fast bool) { fastFMA = fast }(fastFMA)
	r := NewRandom(4)
	for range 10000 {
		a, b := r.NormFloat64(), r.NormFloat64()
		fastFMA = false
		split := twoProduct(a, b)
		assert.Equal(t, double{a * b, math.FMA(a, b, -(a * b))}, split)
	}
}
