package testkit

import (
	"math"
	"math/big"
	"sync"
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
	for n := 1.0; term.Sign() != 0 && term.MantExp(nil) > -bigBits; n++ {
		term.Quo(term.Mul(term, small), bigOf(n))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum
}

// bigLog takes the exponent out.
func bigLog(x *big.Float) *big.Float {
	mantissa := new(big.Float).SetPrec(bigBits)
	exponent := x.MantExp(mantissa)
	y := bigNewtonLog(mantissa)
	if exponent != 0 {
		y = bigSub(y, bigMul(bigOf(float64(exponent)), bigLogHalf()))
	}
	return y
}

var bigLogHalf = sync.OnceValue(func() *big.Float { return bigNewtonLog(bigOf(0.5)) })

// bigNewtonLog takes steps of Newton's method for e^y = x from float64, each of which doubles the digits.
func bigNewtonLog(x *big.Float) *big.Float {
	reduced, _ := x.Float64()
	y := bigOf(math.Log(reduced))
	for range 3 {
		y = bigAdd(y, bigSub(bigQuo(x, bigExp(y)), bigOf(1)))
	}
	return y
}

func bigLog1p(x *big.Float) *big.Float { return bigLog(bigAdd(bigOf(1), x)) }
