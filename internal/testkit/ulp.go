package testkit

import (
	"math"
	"math/big"

	"github.com/raphson-go/raphson/internal/cast"
)

// ULP is the distance of got from want in units of the last place of want correctly rounded to T: at most 0.5 if got is
// correctly rounded. Below the smallest normal number the unit is the smallest subnormal. Beyond the largest finite number
// the units go on as before it and infinity stands for the next power of two: it is 0 from what rounds to it and 1 from
// the largest finite number. NaN agrees with NaN and with nothing else, an infinite want with itself alone: the distance
// of what does not agree is +Inf. Zeros agree whatever their signs: see Same.
//
//go:norace
func ULP[T cast.Float](got T, want Wide) float64 {
	g := float64(got)
	switch {
	case want.IsNaN() && g != g, want.Inf() && g == want.hi:
		return 0
	case want.IsNaN() || g != g || want.Inf():
		return math.Inf(1)
	}
	if want.hi < 0 {
		g, want = -g, want.Neg()
	}
	f := formatOf[T]()
	place := f.place(want)
	w := want.scale(want.exponent - place)
	if math.IsInf(g, 1) {
		if want.exponent > f.maxExponent {
			return 0
		}
		overflow := math.Ldexp(1, f.maxExponent+1-place)
		if w.hi-(overflow-0.5)+w.lo >= 0 {
			return 0
		}
		return overflow - w.hi - w.lo
	}
	if math.IsInf(w.hi, 0) || math.IsInf(g, 0) {
		return math.Inf(1)
	}
	return math.Abs(math.Ldexp(g, -place) - w.hi - w.lo)
}

// ULPBig is ULP for a finite want as a math/big number.
func ULPBig[T cast.Float](got T, want *big.Float) float64 { return ULP(got, WideFromBig(want)) }

// Same reports whether a and b are the same value: the same number with the same sign, also of zero, or both NaN.
func Same[T cast.Float](a, b T) bool {
	if a != a || b != b {
		return a != a && b != b
	}
	return a == b && math.Signbit(float64(a)) == math.Signbit(float64(b))
}

// format is what the last place of a binary floating point format depends on.
type format struct{ precision, minExponent, maxExponent int }

func formatOf[T cast.Float]() format {
	if cast.Single[T]() {
		return format{24, -126, 127}
	}
	return format{53, -1022, 1023}
}

// place is the exponent of the last place of w >= 0 correctly rounded.
//
//go:norace
func (f format) place(w Wide) int {
	exponent := w.exponent
	if w.hi == 0 || exponent < f.minExponent {
		exponent = f.minExponent
	}
	// Just below a power of two w rounds up to it, whose last place is worth twice as much.
	inPlaces := w.scale(w.exponent - (exponent - f.precision + 1))
	if inPlaces.hi-(math.Ldexp(1, f.precision)-0.5)+inPlaces.lo >= 0 {
		exponent++
	}
	return min(exponent, f.maxExponent) - f.precision + 1
}
