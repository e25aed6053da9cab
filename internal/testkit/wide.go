package testkit

import (
	"math"
	"math/big"
	"runtime"

	"golang.org/x/sys/cpu"
)

// Wide is a number of about 100 bits, (hi+lo)*2^exponent, of a range beyond float64's: oracles return it, so that results
// which overflow, or are subnormal, are known as well as any other. hi is 0, infinite, NaN, or in [1, 2) but for its sign
// and a rounding of lo. The zero value is 0.
type Wide struct {
	double
	exponent int
}

// The arithmetic here and in oracle.go touches nothing but its arguments, so that the race detector need not follow it, which
// takes most of the time of tests under it.

// WideOf is x itself.
func WideOf(x float64) Wide { return double{hi: x}.wide(0) }

// Float64 is w rounded to float64; to a subnormal it may round twice, which errs by half the last place at most.
func (w Wide) Float64() float64 { return math.Ldexp(w.hi+w.lo, w.exponent) }

// IsNaN reports whether w is not a number.
func (w Wide) IsNaN() bool { return w.hi != w.hi }

// Inf reports whether w is infinite.
func (w Wide) Inf() bool { return math.IsInf(w.hi, 0) }

// Big is the finite number w, exactly.
func (w Wide) Big() *big.Float {
	x := new(big.Float).SetPrec(200).SetFloat64(w.hi)
	x.Add(x, new(big.Float).SetFloat64(w.lo))
	return x.SetMantExp(x, w.exponent)
}

// WideFromBig is x rounded to about 106 bits.
func WideFromBig(x *big.Float) Wide {
	if x.IsInf() || x.Sign() == 0 {
		hi, _ := x.Float64()
		return WideOf(hi)
	}
	mantissa := new(big.Float)
	exponent := x.MantExp(mantissa)
	hi, _ := mantissa.Float64()
	lo, _ := new(big.Float).Sub(mantissa, new(big.Float).SetFloat64(hi)).Float64()
	return double{hi, lo}.wide(exponent)
}

// Neg is -w.
func (w Wide) Neg() Wide { return Wide{double{-w.hi, -w.lo}, w.exponent} }

// Add is w + v.
//
//go:norace
func (w Wide) Add(v Wide) Wide {
	if w.hi == 0 || v.hi != 0 && w.exponent < v.exponent {
		w, v = v, w
	}
	shift := v.exponent - w.exponent
	if v.hi == 0 || shift < -200 && !v.Inf() && !v.IsNaN() {
		return w
	}
	return w.double.add(v.scale(shift)).wide(w.exponent)
}

// Sub is w - v.
func (w Wide) Sub(v Wide) Wide { return w.Add(v.Neg()) }

// Mul is w * v.
func (w Wide) Mul(v Wide) Wide { return w.double.mul(v.double).wide(w.exponent + v.exponent) }

// Div is w / v.
func (w Wide) Div(v Wide) Wide { return w.double.div(v.double).wide(w.exponent - v.exponent) }

// double is the unevaluated sum of two float64 of which the second is at most half a last place of the first.
type double struct{ hi, lo float64 }

// wide is d*2^exponent in normal form.
//
//go:norace
func (d double) wide(exponent int) Wide {
	switch {
	case d.hi == 0 || math.IsInf(d.hi, 0) || d.hi != d.hi:
		return Wide{double: double{hi: d.hi}}
	case math.Abs(d.hi) >= 1 && math.Abs(d.hi) < 2:
		return Wide{d, exponent}
	}
	shift := math.Ilogb(d.hi)
	return Wide{d.scale(-shift), exponent + shift}
}

// scale is d*2^shift, exactly unless it leaves the range.
//
//go:norace
func (d double) scale(shift int) double {
	if shift >= -1022 && shift <= 1023 { // the power is a normal number
		power := math.Float64frombits(uint64(1023+shift) << 52)
		return double{float64(d.hi * power), float64(d.lo * power)}
	}
	return double{math.Ldexp(d.hi, shift), math.Ldexp(d.lo, shift)}
}

//go:norace
func (d double) add(e double) double {
	s, t := twoSum(d.hi, e.hi), twoSum(d.lo, e.lo)
	if math.IsInf(s.hi, 0) || s.hi != s.hi {
		return double{hi: s.hi}
	}
	s = quickTwoSum(s.hi, s.lo+t.hi)
	return quickTwoSum(s.hi, s.lo+t.lo)
}

func (d double) neg() double { return double{-d.hi, -d.lo} }

func (d double) sub(e double) double { return d.add(e.neg()) }

//go:norace
func (d double) mul(e double) double {
	p := twoProduct(d.hi, e.hi)
	if math.IsInf(p.hi, 0) || p.hi != p.hi {
		return double{hi: p.hi}
	}
	return quickTwoSum(p.hi, p.lo+(float64(d.hi*e.lo)+float64(d.lo*e.hi)))
}

// times is d*x for a float64.
func (d double) times(x float64) double { return d.mul(double{hi: x}) }

//go:norace
func (d double) div(e double) double {
	q1 := d.hi / e.hi
	if math.IsInf(q1, 0) || q1 != q1 || math.IsInf(e.hi, 0) {
		return double{hi: q1}
	}
	r := d.sub(e.times(q1))
	q2 := r.hi / e.hi
	r = r.sub(e.times(q2))
	return quickTwoSum(q1, q2).add(double{hi: r.hi / e.hi})
}

// twoSum is a + b exactly (Knuth).
func twoSum(a, b float64) double {
	s := a + b
	t := s - a
	return double{s, (a - (s - t)) + (b - t)}
}

// quickTwoSum is a + b exactly if |a| >= |b| or a is 0 (Dekker).
func quickTwoSum(a, b float64) double {
	s := a + b
	return double{s, b - (s - a)}
}

// twoProduct is a * b exactly while neither the product nor its last place leaves the range.
//
//go:norace
func twoProduct(a, b float64) double {
	p := float64(a * b)
	if fastFMA {
		return double{p, math.FMA(a, b, -p)}
	}
	aHi, bHi := upperHalf(a), upperHalf(b)
	aLo, bLo := a-aHi, b-bHi
	e := float64(aHi*bHi) - p
	e += float64(aHi * bLo)
	e += float64(aLo * bHi)
	return double{p, e + float64(aLo*bLo)}
}

// upperHalf is the first 26 bits of a (Veltkamp), for numbers far from overflow.
func upperHalf(a float64) float64 {
	const split = 1<<27 + 1
	c := float64(a * split)
	return c - (c - a)
}

// fastFMA is false where math.FMA takes a hundred instructions, as with GODEBUG=cpu.all=off.
var fastFMA = runtime.GOARCH == "arm64" || runtime.GOARCH == "amd64" && cpu.X86.HasFMA
