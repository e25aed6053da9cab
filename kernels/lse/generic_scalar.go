package lse

import "math"

// ln 2 in two numbers; the multiples of the first by exponents are exact.
const (
	ln2High = 0x1.62e42fee00000p-1
	ln2Low  = 0x1.a39ef35793c76p-33
)

// exponential is e^x with an error below 1 ULP over the whole range: x = k*ln 2 + high - low, and e^(high-low) is
// 1 + (high - (low - r^2*q(r))) with r = high - low, in which all but the last addition is small. q is minimax on
// |r| <= ln2/2, the error of the whole 2^-56.9 (Sollya's fpminimax).
func exponential(x float64) float64 {
	switch {
	case x != x:
		return x
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	k := math.RoundToEven(x * math.Log2E)
	high := x - float64(k*ln2High)
	low := float64(k * ln2Low)
	r := high - low
	q := 2.505642844924502357837076008204718613470163290912751108407974e-8
	q = float64(q*r) + 2.762627632428562350242894248009140056865362566895782947540283e-7
	q = float64(q*r) + 2.755739966562855578028354633368657289338443661108613014221191e-6
	q = float64(q*r) + 2.4801504566451088550083081685215802281163518428802490234375e-5
	q = float64(q*r) + 1.984126972710558323587798357223732637066859751939773559570312e-4
	q = float64(q*r) + 1.38888889322892942167209096027136183693073689937591552734375e-3
	q = float64(q*r) + 8.333333333386240548978918241118662990629673004150390625e-3
	q = float64(q*r) + 4.1666666666573821953267753315230947919189929962158203125e-2
	q = float64(q*r) + 0.1666666666666659357698421217719442211091518402099609375
	q = float64(q*r) + 0.50000000000000055511151231257827021181583404541015625
	return math.Ldexp(1+(high-(low-float64(r*r)*q)), int(k))
}

// logarithm is log x with an error below 1 ULP over the whole range: x = 2^e*(1+f) with 1+f in [sqrt(1/2), sqrt(2)),
// s = f/(2+f), log(1+f) = f - (f^2/2 - s*(f^2/2 + R(s^2))) as in Sun's fdlibm, and the sum of e*ln 2 and f with its
// rounding error. The relative error of R's polynomial is 2^-57.5 of the whole (Sollya's fpminimax).
func logarithm(x float64) float64 {
	switch {
	case x != x || x > math.MaxFloat64:
		return x
	case x < 0:
		return math.NaN()
	case x == 0:
		return math.Inf(-1)
	}
	fraction, exponent := math.Frexp(x)
	if fraction < math.Sqrt2/2 {
		fraction, exponent = fraction*2, exponent-1
	}
	f, e := fraction-1, float64(exponent)
	s := f / (2 + f)
	z := float64(s * s)
	p := 0.146234744540707672921797666276688687503337860107421875
	p = float64(p*z) + 0.1533116212708544312384257376666417397558689117431640625
	p = float64(p*z) + 0.18182905524815440312380587783991359174251556396484375
	p = float64(p*z) + 0.22222210920001927991762613601167686283588409423828125
	p = float64(p*z) + 0.2857142862716750553175870663835667073726654052734375
	p = float64(p*z) + 0.3999999999989756194196388605632819235324859619140625
	p = float64(p*z) + 0.66666666666666696272613990004174411296844482421875
	square := float64(f*f) * 0.5
	large := float64(e * ln2High)
	sum := large + f
	rest := (f - (sum - large)) + float64(e*ln2Low)
	return sum + (rest + (float64(s*(square+float64(p*z))) - square))
}

// twoProduct is a*b rounded, and the error of that, for a and b of moderate size (Dekker 1971; math.FMA is slow where the
// processor has none).
func twoProduct(a, b float64) (product, missing float64) {
	product = float64(a * b)
	aHigh, bHigh := upperHalf(a), upperHalf(b)
	aLow, bLow := a-aHigh, b-bHigh
	missing = float64(aHigh*bHigh) - product
	missing += float64(aHigh * bLow)
	missing += float64(aLow * bHigh)
	return product, missing + float64(aLow*bLow)
}

// upperHalf is a with 26 bits, so that products of halves are exact.
func upperHalf(a float64) float64 {
	shifted := float64((1<<27 + 1) * a)
	return shifted - (shifted - a)
}
