package testkit

import (
	"math"
	"math/big"

	"github.com/raphson-go/raphson/internal/cast"
)

// Dot is the sum of x[i]*y[i], to about 100 bits of the sum of absolute values; NaN and infinite terms do what they do in
// floating point, in any order. x and y have the same length.
func Dot[T cast.Float](x, y []T) Wide {
	var s sum
	for i, v := range x {
		s.add(float64(v), float64(y[i]))
	}
	return s.wide()
}

// Sum is the sum of x, in the same way.
func Sum[T cast.Float](x []T) Wide {
	var s sum
	for _, v := range x {
		s.add(float64(v), 1)
	}
	return s.wide()
}

// AbsSum is the sum of |x[i]|, in the same way.
func AbsSum[T cast.Float](x []T) Wide {
	var s sum
	for _, v := range x {
		s.add(math.Abs(float64(v)), 1)
	}
	return s.wide()
}

// AbsDot is the sum of |x[i]*y[i]|, the scale of the error of a dot product.
func AbsDot[T cast.Float](x, y []T) Wide {
	var s sum
	for i, v := range x {
		s.add(math.Abs(float64(v)), math.Abs(float64(y[i])))
	}
	return s.wide()
}

// LogSumExp is log(sum of e^x[i]), -Inf for no elements. Its error is relative to max(|x|) + 1, so that few digits are right
// where the logarithm and the largest element cancel.
func LogSumExp[T cast.Float](x []T) Wide {
	largest, at := math.Inf(-1), 0
	for i, v := range x {
		if v := float64(v); v > largest || v != v {
			largest, at = v, i
		}
		if v != v {
			break
		}
	}
	if len(x) == 0 || math.IsInf(largest, 0) || largest != largest {
		return WideOf(largest)
	}
	var others Wide
	for i, v := range x {
		if i != at {
			others = others.Add(WideOf(float64(v)).Sub(WideOf(largest)).Exp())
		}
	}
	return WideOf(largest).Add(others.Log1p())
}

// sum adds products. It stays in double-double arithmetic while that is good to its last bits, and turns to exact
// arithmetic for the rest once it is not.
type sum struct {
	near    double
	special float64 // sum of the infinite and NaN terms
	exact   *big.Float
}

// exactBits hold any sum of fewer than 2^60 products of float64.
const exactBits = 4300

//go:norace
func (s *sum) add(a, b float64) {
	product := a * b
	switch size := math.Abs(product); {
	case math.IsInf(a, 0) || math.IsInf(b, 0) || product != product:
		s.special += product
		return
	case a == 0 || b == 0:
		return
	case size > 1e-250 && size < 1e290 && math.Abs(a) < 1e290 && math.Abs(b) < 1e290:
		s.near = s.near.add(twoProduct(a, b))
		return
	}
	if s.exact == nil {
		s.exact = new(big.Float).SetPrec(exactBits)
	}
	exact := new(big.Float).SetPrec(106).SetFloat64(a)
	s.exact.Add(s.exact, exact.Mul(exact, new(big.Float).SetFloat64(b)))
}

//go:norace
func (s *sum) wide() Wide {
	switch {
	case s.special != 0:
		return WideOf(s.special)
	case s.exact == nil:
		return s.near.wide(0)
	}
	return WideFromBig(s.exact.Add(s.exact, s.near.wide(0).Big()))
}
