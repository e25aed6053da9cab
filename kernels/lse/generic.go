package lse

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// The specification of the kernels: plain Go in float64 whatever T is, with one rounding to T. Exponentials and logarithms
// are those of generic_scalar.go; package math's are off by 2 ULP on amd64, overflow too early and fail for subnormal
// arguments there. Its Expm1, Log1p and Tanh stay within the bounds.

func expGeneric[T kernels.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(exponential(float64(v)))
	}
}

func expm1Generic[T kernels.Float](dst, x []T) {
	for i, v := range x {
		if v > 40 { // e^x then; math.Expm1 overflows too early
			dst[i] = T(exponential(float64(v)))
		} else {
			dst[i] = T(math.Expm1(float64(v)))
		}
	}
}

func logGeneric[T kernels.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(logarithm(float64(v)))
	}
}

func log1pGeneric[T kernels.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Log1p(float64(v)))
	}
}

func tanhGeneric[T kernels.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(math.Tanh(float64(v)))
	}
}

// sigmoidGeneric divides by 1 + e^-|x|, and corrects the quotient by what it leaves of the numerator.
func sigmoidGeneric[T kernels.Float](dst, x []T) {
	for i, v := range x {
		e := exponential(-math.Abs(float64(v)))
		numerator := 1.0
		if v < 0 {
			numerator = e
		}
		sum := 1 + e
		lost := (1 - sum) + e
		quotient := numerator / sum
		product, missing := twoProduct(quotient, sum)
		remainder := (numerator - product) - missing - float64(quotient*lost)
		dst[i] = T(quotient + remainder/sum)
	}
}

func softplusGeneric[T kernels.Float](dst, x []T) {
	for i, v := range x {
		dst[i] = T(max(float64(v), 0) + math.Log1p(exponential(-math.Abs(float64(v)))))
	}
}

func logAddExpGeneric[T kernels.Float](dst, x, y []T) {
	for i, v := range x {
		a, b := float64(v), float64(y[i])
		difference := a - b
		if a == b {
			difference = 0 // also of infinities
		}
		dst[i] = T(max(a, b) + math.Log1p(exponential(-math.Abs(difference))))
	}
}

func largestGeneric[T kernels.Float](x []T) (largest T) {
	largest = T(math.Inf(-1))
	for _, v := range x {
		if v > largest {
			largest = v
		}
	}
	return largest
}

func sumExpGeneric[T kernels.Float](x []T, shift T) (sum T) {
	var total float64
	for _, v := range x {
		total += exponential(float64(v) - float64(shift))
	}
	return T(total)
}

func expShiftedGeneric[T kernels.Float](dst, x []T, shift, factor T) (sum T) {
	var total float64
	for i, v := range x {
		dst[i] = T(float64(factor) * exponential(float64(v)-float64(shift)))
		total += float64(dst[i])
	}
	return T(total)
}

func subtractBothGeneric[T kernels.Float](dst, x []T, a, b T) {
	for i, v := range x {
		dst[i] = (v - a) - b
	}
}
