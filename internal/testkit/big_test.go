package testkit

import (
	"math"
	"math/big"
)

// Slow and simple versions of the oracles in math/big, independent of double-double arithmetic and of its reductions.

const bigBits = 400

func bigOf(x float64) *big.Float { return new(big.Float).SetPrec(bigBits).SetFloat64(x) }

func bigAdd(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(bigBits).Add(a, b) }
func bigSub(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(bigBits).Sub(a, b) }
func bigMul(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(bigBits).Mul(a, b) }
func bigQuo(a, b *big.Float) *big.Float { return new(big.Float).SetPrec(bigBits).Quo(a, b) }

// bigExp halves x until its Taylor series converges fast, and squares the result as often.
func bigExp(x *big.Float) *big.Float {
	halvings := max(x.MantExp(nil)+8, 0)
	small := new(big.Float).SetPrec(bigBits).SetMantExp(x, -halvings)
	sum, term := bigOf(1), bigOf(1)
	for n := 1.0; n < 60; n++ {
		term = bigQuo(bigMul(term, small), bigOf(n))
		sum = bigAdd(sum, term)
	}
	for range halvings {
		sum = bigMul(sum, sum)
	}
	return sum
}

// bigLog takes steps of Newton's method for e^y = x, from float64 after the exponent is taken out.
func bigLog(x *big.Float) *big.Float {
	mantissa := new(big.Float).SetPrec(bigBits)
	exponent := x.MantExp(mantissa)
	reduced, _ := mantissa.Float64()
	y := bigOf(math.Log(reduced))
	for range 4 {
		y = bigAdd(y, bigSub(bigQuo(mantissa, bigExp(y)), bigOf(1)))
	}
	if exponent != 0 {
		y = bigSub(y, bigMul(bigOf(float64(exponent)), bigLog(bigOf(0.5))))
	}
	return y
}

func bigLog1p(x *big.Float) *big.Float { return bigLog(bigAdd(bigOf(1), x)) }
