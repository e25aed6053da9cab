package testkit

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
)

// Roundoff is the unit roundoff of T, the largest relative error of a rounding.
func Roundoff[T cast.Float]() float64 { return math.Ldexp(1, -formatOf[T]().precision) }

// SmallestNormal is the smallest normal number of T.
func SmallestNormal[T cast.Float]() float64 { return math.Ldexp(1, formatOf[T]().minExponent) }

// Smallest is the smallest positive number of T.
func Smallest[T cast.Float]() float64 { return 2 * Roundoff[T]() * SmallestNormal[T]() }

// Largest is the largest finite number of T.
func Largest[T cast.Float]() float64 { return math.Ldexp(2-2*Roundoff[T](), formatOf[T]().maxExponent) }

// Off is how far got is from want, NaN if either is.
func Off[T cast.Float](got T, want Wide) float64 {
	return math.Abs(WideOf(float64(got)).Sub(want).Float64())
}
