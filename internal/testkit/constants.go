package testkit

import "math/big"

// The constants of the oracles are computed in math/big when a test program starts.

const (
	tableStep  = 1.0 / 64 // distance of the points at which expm1 is tabulated
	tableReach = 23       // points on either side of 0; they reach half of log 2
	terms      = 16       // coefficients of the longest series
)

var (
	ln2        = parts(bigLn2())
	ln2Double  = double{ln2[0], ln2[1]}
	expm1Table = tabulateExpm1()
	factorials = coefficients(func(n int) *big.Float { return bigFactorial(n) })            // 1/n!
	odd        = coefficients(func(n int) *big.Float { return bigFloat(float64(2*n + 1)) }) // 1/(2n+1)
)

// bigFloat is x with the precision of the constants.
func bigFloat(x float64) *big.Float { return new(big.Float).SetPrec(300).SetFloat64(x) }

// bigLn2 is -log(1 - 1/2), the sum of 1/(n 2^n).
func bigLn2() *big.Float {
	sum, power := bigFloat(0), bigFloat(1)
	for n := 1; n < 300; n++ {
		power.Quo(power, bigFloat(2))
		sum.Add(sum, new(big.Float).Quo(power, bigFloat(float64(n))))
	}
	return sum
}

// bigExpm1 is the Taylor series, for |x| below 1.
func bigExpm1(x *big.Float) *big.Float {
	sum, term := bigFloat(0), bigFloat(1)
	for n := 1; n < 80; n++ {
		term.Mul(term, x)
		term.Quo(term, bigFloat(float64(n)))
		sum.Add(sum, term)
	}
	return sum
}

func bigFactorial(n int) *big.Float {
	return bigFloat(0).SetInt(new(big.Int).MulRange(1, int64(n)))
}

// parts are three float64 whose sum is x to about 160 bits.
func parts(x *big.Float) (p [3]float64) {
	rest := new(big.Float).Copy(x)
	for i := range p {
		p[i], _ = rest.Float64()
		rest.Sub(rest, bigFloat(p[i]))
	}
	return p
}

func doubleOf(x *big.Float) double {
	p := parts(x)
	return double{p[0], p[1]}
}

// tabulateExpm1 holds expm1((i-tableReach)*tableStep).
func tabulateExpm1() (table [2*tableReach + 1]double) {
	for i := range table {
		table[i] = doubleOf(bigExpm1(bigFloat(float64(i-tableReach) * tableStep)))
	}
	return table
}

// coefficients are the inverses of what f says.
func coefficients(f func(n int) *big.Float) (c [terms]double) {
	for n := range c {
		c[n] = doubleOf(new(big.Float).Quo(bigFloat(1), f(n)))
	}
	return c
}
