package testkit

import "math"

// Exp is e^x to about 100 bits, like the other functions here; where x is NaN or infinite, or a pole, they do as their
// namesakes in package math.
func Exp(x float64) Wide { return exp(double{hi: x}) }

// Expm1 is e^x - 1.
func Expm1(x float64) Wide {
	if math.Abs(x) > 0.34 || x != x {
		return Exp(x).Sub(WideOf(1))
	}
	return expm1(double{hi: x}).wide(0)
}

// Log is the natural logarithm of x.
func Log(x float64) Wide { return WideOf(x).Log() }

// Log1p is the natural logarithm of 1 + x.
func Log1p(x float64) Wide { return WideOf(x).Log1p() }

// Tanh is the hyperbolic tangent of x.
func Tanh(x float64) Wide {
	t := Expm1(-2 * math.Abs(x))
	t = t.Div(t.Add(WideOf(2)))
	if x < 0 {
		return t
	}
	return t.Neg()
}

// Sigmoid is 1/(1 + e^-x).
func Sigmoid(x float64) Wide {
	e := Exp(-math.Abs(x))
	s := WideOf(1).Div(e.Add(WideOf(1)))
	if x < 0 {
		return e.Mul(s)
	}
	return s
}

// Softplus is log(1 + e^x).
func Softplus(x float64) Wide {
	return WideOf(math.Max(x, 0)).Add(Exp(-math.Abs(x)).Log1p())
}

// Exp is e^w.
//
//go:norace
func (w Wide) Exp() Wide {
	if w.exponent > 40 {
		return WideOf(math.Exp(math.Inf(1) * w.hi))
	}
	return exp(w.scale(w.exponent))
}

// Log is the natural logarithm of w, NaN below 0.
func (w Wide) Log() Wide {
	switch {
	case w.hi <= 0 || w.Inf() || w.IsNaN():
		return WideOf(math.Log(w.hi))
	case w.hi > 1.5:
		w.double, w.exponent = w.scale(-1), w.exponent+1
	}
	fromOne := w.double.add(double{hi: -1})
	if w.exponent == 0 && math.Abs(fromOne.hi) < 0.125 {
		return log1p(fromOne).wide(0)
	}
	// A step of Newton's method for e^y = w from float64; the next term of log(1 + d) is below 2^-150.
	y := math.Log(w.hi)
	inverse := exp(double{hi: -y})
	d := w.double.mul(inverse.scale(inverse.exponent)).add(double{hi: -1})
	logarithm := double{hi: y}.add(d.sub(d.mul(d).times(0.5)))
	return ln2Double.times(float64(w.exponent)).add(logarithm).wide(0)
}

// Log1p is the natural logarithm of 1 + w, NaN for w < -1.
func (w Wide) Log1p() Wide {
	switch {
	case w.exponent < -110:
		return w
	case w.exponent < -3:
		return log1p(w.scale(w.exponent)).wide(0)
	}
	return WideOf(1).Add(w).Log()
}

// Sqrt is the square root of w, NaN below 0.
func (w Wide) Sqrt() Wide {
	if w.hi <= 0 || w.Inf() || w.IsNaN() {
		return WideOf(math.Sqrt(w.hi))
	}
	d := w.scale(w.exponent & 1)
	root := math.Sqrt(d.hi)
	rest := d.sub(twoProduct(root, root))
	return quickTwoSum(root, rest.hi/(2*root)).add(double{hi: rest.lo / (2 * root)}).wide(w.exponent >> 1)
}

// exp takes out the power of two nearest to e^x.
//
//go:norace
func exp(x double) Wide {
	if x.hi != x.hi || math.Abs(x.hi) > 1e6 {
		return WideOf(math.Exp(x.hi))
	}
	k := math.Round(x.hi / ln2[0])
	r := x.sub(twoProduct(k, ln2[0])).sub(twoProduct(k, ln2[1])).sub(double{hi: k * ln2[2]})
	return expm1(r).add(double{hi: 1}).wide(int(k))
}

// expm1 is the table at the nearest point and the Taylor series from there, for |x| up to half of log 2.
//
//go:norace
func expm1(x double) double {
	i := math.Round(x.hi / tableStep)
	s := x.sub(double{hi: i * tableStep})
	const last, wide = 13, 8 // from the eighth on float64 has the digits that count
	tail := factorials[last].hi
	for n := last - 1; n >= wide; n-- {
		tail = tail*s.hi + factorials[n].hi
	}
	series := double{hi: tail}
	for n := wide - 1; n >= 1; n-- {
		series = series.mul(s).add(factorials[n])
	}
	series = series.mul(s)
	point := expm1Table[int(i)+tableReach]
	return point.add(series).add(point.mul(series))
}

// log1p is 2 atanh(x/(2 + x)) by its series, for |x| up to 1/8.
//
//go:norace
func log1p(x double) double {
	s := x.div(x.add(double{hi: 2}))
	square := s.mul(s)
	const last, wide = 15, 8 // from the eighth on float64 has the digits that count
	tail := odd[last].hi
	for n := last - 1; n >= wide; n-- {
		tail = tail*square.hi + odd[n].hi
	}
	series := double{hi: tail}
	for n := wide - 1; n >= 0; n-- {
		series = series.mul(square).add(odd[n])
	}
	return series.mul(s).times(2)
}
