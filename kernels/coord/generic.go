package coord

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// The functions whose names end in Generic are the specification of the kernels, and what runs where there is no assembly. T(x*y)
// keeps the compiler from fusing a product into the sum that follows.

// dotColumnsGeneric is four products of columns with r, each the sum of those at even and those at odd places.
func dotColumnsGeneric[T kernels.Float](x0, x1, x2, x3, r []T) (s0, s1, s2, s3 T) {
	x0, x1, x2, x3 = x0[:len(r)], x1[:len(r)], x2[:len(r)], x3[:len(r)]
	var t0, t1, t2, t3 T
	for len(r) >= 2 && len(x0) >= 2 && len(x1) >= 2 && len(x2) >= 2 && len(x3) >= 2 {
		s0, t0 = s0+T(x0[0]*r[0]), t0+T(x0[1]*r[1])
		s1, t1 = s1+T(x1[0]*r[0]), t1+T(x1[1]*r[1])
		s2, t2 = s2+T(x2[0]*r[0]), t2+T(x2[1]*r[1])
		s3, t3 = s3+T(x3[0]*r[0]), t3+T(x3[1]*r[1])
		x0, x1, x2, x3, r = x0[2:], x1[2:], x2[2:], x3[2:], r[2:]
	}
	for i, v := range r {
		s0, s1, s2, s3 = s0+T(x0[i]*v), s1+T(x1[i]*v), s2+T(x2[i]*v), s3+T(x3[i]*v)
	}
	return s0 + t0, s1 + t1, s2 + t2, s3 + t3
}

// dotColumnGeneric adds in the order of dotColumnsGeneric.
func dotColumnGeneric[T kernels.Float](x, r []T) (sum T) {
	x = x[:len(r)]
	var odd T
	for len(r) >= 2 && len(x) >= 2 {
		sum, odd = sum+T(x[0]*r[0]), odd+T(x[1]*r[1])
		x, r = x[2:], r[2:]
	}
	for i, v := range r {
		sum += T(x[i] * v)
	}
	return sum + odd
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
	var odd T
	for len(x) >= 2 && len(weights) >= 2 {
		sum, odd = sum+T(T(x[0]*weights[0])*x[0]), odd+T(T(x[1]*weights[1])*x[1])
		x, weights = x[2:], weights[2:]
	}
	for i, v := range x {
		sum += T(T(v*weights[i]) * v)
	}
	return sum + odd
}

// touchGeneric has nothing to ask with.
func touchGeneric[T kernels.Float](values []T, rows []int32) {}

// magnitude is |x|.
func magnitude[T kernels.Float](x T) T { return T(math.Abs(float64(x))) }
