package coord

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// The functions whose names end in Generic are the specification of the kernels, and what runs where there is no assembly. T(x*y)
// keeps the compiler from fusing a product into the sum that follows.

// dotColumnsGeneric is four products of columns with r.
func dotColumnsGeneric[T kernels.Float](x0, x1, x2, x3, r []T) (s0, s1, s2, s3 T) {
	x0, x1, x2, x3 = x0[:len(r)], x1[:len(r)], x2[:len(r)], x3[:len(r)]
	for i, v := range r {
		s0 += T(x0[i] * v)
		s1 += T(x1[i] * v)
		s2 += T(x2[i] * v)
		s3 += T(x3[i] * v)
	}
	return s0, s1, s2, s3
}

// dotColumnGeneric adds in the order of dotColumnsGeneric.
func dotColumnGeneric[T kernels.Float](x, r []T) (sum T) {
	x = x[:len(r)]
	for i, v := range r {
		sum += T(x[i] * v)
	}
	return sum
}

// addColumnsGeneric adds multiples of four columns to r, one after the other.
func addColumnsGeneric[T kernels.Float](r []T, d0, d1, d2, d3 T, x0, x1, x2, x3 []T) {
	x0, x1, x2, x3 = x0[:len(r)], x1[:len(r)], x2[:len(r)], x3[:len(r)]
	for i, v := range r {
		r[i] = v + T(d0*x0[i]) + T(d1*x1[i]) + T(d2*x2[i]) + T(d3*x3[i])
	}
}

func addColumnGeneric[T kernels.Float](r []T, d T, x []T) {
	x = x[:len(r)]
	for i, v := range r {
		r[i] = v + T(d*x[i])
	}
}

func weightedSquaresGeneric[T kernels.Float](weights, x []T) (sum T) {
	weights = weights[:len(x)]
	for i, v := range x {
		sum += T(T(v*weights[i]) * v)
	}
	return sum
}

// touchGeneric has nothing to ask with.
func touchGeneric[T kernels.Float](values []T, rows []int32) {}

// magnitude is |x|.
func magnitude[T kernels.Float](x T) T { return T(math.Abs(float64(x))) }
