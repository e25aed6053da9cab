package family

import (
	"math"
	"math/big"

	"github.com/raphson-go/raphson/gen/machine"
)

// logarithm builds log x and the sums log(1+f) + e*ln 2 that its relatives need. x = 2^e * (1+f) with 1+f in
// [sqrt(1/2), sqrt(2)), so that e = 0 around x = 1 and nothing cancels.
//
// float32: log(1+f) = f + f^2*P(f), P of degree 8, relative error 2^-27.8 (Sollya's fpminimax on [-0.293, 0.415]).
//
// float64: s = f/(2+f), log(1+f) = 2*atanh(s) = f - (f^2/2 - s*(f^2/2 + R(s^2))), the form of Sun's fdlibm, in which only the
// small second term carries rounding errors; R of degree 7 in s^2 without constant, relative error of the whole 2^-57.5.
//
// In each the leading parts, e*ln2 and f, are added with the error of their sum; ln 2 is two numbers, the first so short
// that its multiples by an exponent are exact.
type logarithm struct {
	m                                       machine.Machine
	ln2High, ln2Low, one, half, two         machine.Vector
	sqrtHalf, zero, infinity, negative, nan machine.Vector
	responses                               machine.Vector   // to what x may be, for Fix
	coefficients                            []machine.Vector // highest degree first
}

var (
	logWhole32 = []float64{-0.49999988079071044921875, 0.3333332538604736328125, -0.2500160038471221923828125,
		0.20002003014087677001953125, -0.166087627410888671875, 0.14181126654148101806640625, -0.1324460208415985107421875,
		0.12909205257892608642578125, -7.624010741710662841796875e-2}
	logWhole64 = []float64{0.66666666666666696272613990004174411296844482421875,
		0.3999999999989756194196388605632819235324859619140625,
		0.2857142862716750553175870663835667073726654052734375,
		0.22222210920001927991762613601167686283588409423828125,
		0.18182905524815440312380587783991359174251556396484375,
		0.1533116212708544312384257376666417397558689117431640625,
		0.146234744540707672921797666276688687503337860107421875}
)

// ln2Unit is such that multiples of it up to the logarithm of the largest number have no more bits than the format.
func ln2Unit(m machine.Machine) float64 { return math.Ldexp(1, byType(m, -15, -42)) }

// ln2Parts splits ln 2: multiples of the first part by exponents, and sums with logarithms rounded like it, are exact.
func ln2Parts(m machine.Machine) (high, low float64) {
	unit := ln2Unit(m)
	high = math.Round(math.Ln2/unit) * unit
	return high, (math.Ln2 - high) + ln2Low
}

// logResponses, for Fix, are to NaN, signaling NaN, zero, 1, -Inf, +Inf, and other negative and positive numbers.
const logResponses = machine.FixNaN | machine.FixNaN<<4 | machine.FixNegative<<8 | machine.FixNot<<12 |
	machine.FixNaN<<16 | machine.FixInfinite<<20 | machine.FixNaN<<24 | machine.FixNot<<28

// newWholeLogarithm loads the constants for one polynomial over the whole interval.
func newWholeLogarithm(m machine.Machine) *logarithm {
	return newLogarithm(m, byType(m, logWhole32, logWhole64))
}

func newLogarithm(m machine.Machine, coefficients []float64) *logarithm {
	high, low := ln2Parts(m)
	l := &logarithm{
		m:        m,
		ln2High:  m.Constant(high),
		ln2Low:   m.Constant(low),
		one:      m.Constant(1),
		half:     m.Constant(0.5),
		two:      m.Constant(2),
		sqrtHalf: m.Constant(math.Sqrt2 / 2),
		zero:     m.Constant(0),
		infinity: m.Constant(math.Inf(1)),
		negative: m.Constant(math.Inf(-1)),
		nan:      m.Constant(math.NaN()),
	}
	if _, ok := m.(machine.Tables); ok {
		l.responses = m.ConstantBits(logResponses)
	}
	for i := len(coefficients) - 1; i >= 0; i-- {
		l.coefficients = append(l.coefficients, m.Constant(coefficients[i]))
	}
	return l
}

// split is e and 1+f.
func (l *logarithm) split(x machine.Vector) (e, onePlusF machine.Vector) {
	m := l.m
	fraction, e := m.Split(x)
	small := m.Compare(machine.Less, fraction, l.sqrtHalf)
	return m.Select(small, m.Sub(e, l.one), e), m.Select(small, m.Add(fraction, fraction), fraction)
}

// sum is log(1+f) + e*ln 2, for e an integer and 1+f in [sqrt(1/2), sqrt(2)].
func (l *logarithm) sum(e, f machine.Vector) machine.Vector {
	m := l.m
	large := m.Mul(e, l.ln2High)
	total := m.Add(large, f)
	rest := m.Sub(f, m.Sub(total, large)) // large is 0 or more than f
	m.FMATo(rest, e, l.ln2Low)
	p := m.Copy(l.coefficients[0])
	if m.Type() == machine.F32 {
		for _, c := range l.coefficients[1:] {
			p = m.MulAdd(p, f, c)
		}
		m.FMATo(rest, m.Mul(f, f), p)
		return m.Add(total, rest)
	}
	s := m.Div(f, m.Add(f, l.two))
	z := m.Mul(s, s)
	for _, c := range l.coefficients[1:] {
		p = m.MulAdd(p, z, c)
	}
	square := m.Mul(m.Mul(f, f), l.half)
	p = m.MulAdd(p, z, square)
	p = m.Mul(p, s)
	m.SubFrom(p, square)
	return m.Add(total, m.Add(rest, p))
}

// special is y where 0 < x < Inf, and what the logarithm of the other x is.
func (l *logarithm) special(x, y machine.Vector) machine.Vector {
	m := l.m
	if tables, ok := m.(machine.Tables); ok {
		return tables.Fix(y, x, l.responses)
	}
	other := m.Select(m.Compare(machine.Equal, x, l.zero), l.negative, l.nan)
	y = m.Select(m.Compare(machine.Less, l.zero, x), y, other)
	return m.Select(m.Compare(machine.Equal, x, l.infinity), x, y)
}

// of is log x, at most 1 ULP off.
func (l *logarithm) of(x machine.Vector) machine.Vector {
	e, onePlusF := l.split(x)
	return l.special(x, l.sum(e, l.m.Sub(onePlusF, l.one)))
}

// onePlus is log(1+x), at most 2 ULP off. With u = 1+x rounded and 2^e its power of two, 1+f = (1+x)*2^-e is formed from x
// itself by a multiply-add, so that the rounding of u does not matter; for e = 0 it gives f = x.
func (l *logarithm) onePlus(x machine.Vector) machine.Vector {
	m := l.m
	u := m.Add(x, l.one)
	e, _ := l.split(u)
	power := m.ScaleByPower(l.one, m.Sub(l.zero, e))
	f := m.Sub(power, l.one)
	m.FMATo(f, x, power)
	y := l.special(u, l.sum(e, f))
	// The sum loses the sign of -0, and -1 less a little keeps the sign of x.
	return m.Or(y, m.And(x, m.Constant(math.Copysign(0, -1))))
}

// onePlusUnit is log(1+x) for x in [0, 1], at most 1 ULP off.
func (l *logarithm) onePlusUnit(x machine.Vector) machine.Vector {
	m := l.m
	large := m.Compare(machine.Less, m.Constant(math.Sqrt2-1), x)
	halved := m.Copy(m.Constant(-0.5))
	m.FMATo(halved, x, l.half)
	return l.sum(m.Select(large, l.one, l.zero), m.Select(large, halved, x))
}

// tabledLogarithm builds log x without a division and with half the polynomial, from 16 entries in registers. The top four bits of
// the mantissa of the fraction m in [1, 2) pick c near 1/m, and
//
//	log x = e*ln 2 - log c + log(1 + r),  r = m*c - 1 in [-1/32, 1/16].
//
// c is 1 for the first interval and 1/2 for the last, with -log c = 0 and ln 2 to the last bit: on both sides of x = 1 the
// first two terms cancel exactly and r is x - 1. -log c is two numbers, the first a multiple of the unit of the first part
// of ln 2. log(1+r) = r + r^2*P(r), P of degree 3 in float32 and 8 in float64, relative errors 2^-28.3 and 2^-56.6
// (Sollya's fpminimax).
type tabledLogarithm struct {
	*logarithm
	tables      machine.Tables
	inverses    machine.Table
	highs, lows machine.Table
	indexBits   int // from the lowest bit to the top four of the mantissa
	minusOne    machine.Vector
}

var (
	logTable32 = []float64{-0.5, 0.33334445953369140625, -0.2500753104686737060546875, 0.18865256011486053466796875}
	logTable64 = []float64{-0.50000000000000033306690738754696212708950042724609375,
		0.3333333333334758119548268950893543660640716552734375,
		-0.2499999999981085962996729676888207904994487762451171875,
		0.199999999271634198994007647343096323311328887939453125,
		-0.166666662394824915960356292998767457902431488037109375,
		0.1428582149288342428850036184364592850506305694580078125,
		-0.1250183845827162743002958222859888337552547454833984375,
		0.11070361301122148833808722656613099388778209686279296875,
		-8.7376085028163130719036644222796894609928131103515625e-2}
)

func newTabledLogarithm(m machine.Machine, tables machine.Tables) *tabledLogarithm {
	mantissa, _ := format(m)
	l := &tabledLogarithm{
		logarithm: newLogarithm(m, byType(m, logTable32, logTable64)),
		tables:    tables,
		indexBits: mantissa - 4,
		minusOne:  m.Constant(-1),
	}
	high, low := ln2Parts(m)
	unit := ln2Unit(m)
	var inverses, highs, lows [16]float64
	for j := range inverses {
		switch j {
		case 0:
			inverses[j] = 1
		case 15:
			inverses[j], highs[j], lows[j] = 0.5, high, low
		default:
			inverses[j] = math.Round(256/(0.5+(float64(j)+0.5)/32)) / 512
			logarithm := bigLog(2 * inverses[j])
			highs[j] = -math.Round(logarithm.head/unit) * unit
			lows[j] = -(logarithm.head + highs[j]) - logarithm.tail + low
			highs[j] += high
		}
	}
	l.inverses, l.highs, l.lows = tables.Table16(inverses), tables.Table16(highs), tables.Table16(lows)
	return l
}

func (l *tabledLogarithm) of(x machine.Vector) machine.Vector {
	m := l.m
	fraction, e := l.tables.Parts(x)
	index := m.ShiftRight(fraction, l.indexBits)
	r := m.Copy(l.minusOne)
	m.FMATo(r, fraction, l.tables.Lookup(l.inverses, index))
	large := l.tables.Lookup(l.highs, index)
	m.FMATo(large, e, l.ln2High)
	rest := l.tables.Lookup(l.lows, index)
	m.FMATo(rest, e, l.ln2Low)
	total := m.Add(large, r)
	m.AddTo(rest, m.Sub(r, m.Sub(total, large)))
	p := m.Copy(l.coefficients[0])
	for _, c := range l.coefficients[1:] {
		p = m.MulAdd(p, r, c)
	}
	m.FMATo(rest, m.Mul(r, r), p)
	return l.special(x, m.Add(total, rest))
}

// double is an unevaluated sum of a number and what its rounding lost.
type double struct{ head, tail float64 }

// bigLog is log x for x in [1, 2], by the series of the inverse hyperbolic tangent of (x-1)/(x+1) <= 1/3.
func bigLog(x float64) double {
	number := func(v float64) *big.Float { return new(big.Float).SetPrec(200).SetFloat64(v) }
	s := number(0).Quo(number(x-1), number(x+1))
	square := number(0).Mul(s, s)
	sum, power := number(0), number(0).Add(s, s)
	for n := 1.0; n < 101; n += 2 {
		sum.Add(sum, number(0).Quo(power, number(n)))
		power.Mul(power, square)
	}
	head, _ := sum.Float64()
	tail, _ := sum.Sub(sum, number(head)).Float64()
	return double{head, tail}
}
