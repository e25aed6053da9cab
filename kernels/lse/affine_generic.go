package lse

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// The specification of the inner loops of the matrix functions. Exponents are rounded to T as the maxima are, so that the
// largest exponent less the maximum is 0 however large the two are; exponentials and sums are in float64.

// expAffineGeneric sets dst[j] = 2^(scale*(shift[j]-c[j]) + bias) and returns the sum.
func expAffineGeneric[T kernels.Float](dst, shift, c []T, scale, bias T) (sum T) {
	var total float64
	for j := range dst {
		entry := math.Exp2(float64(T(scale*(shift[j]-c[j])) + bias))
		dst[j] = T(entry)
		total += entry
	}
	return T(total)
}

// addThenExpGeneric adds weight*row[j] to sums[j], sets dst[j] = 2^(shift[j] - scale*c[j] + bias), and returns the sum of
// these.
func addThenExpGeneric[T kernels.Float](dst, row, sums, shift, c []T, scale, bias, weight T) (sum T) {
	var total float64
	for j := range dst {
		sums[j] += T(weight * row[j])
		entry := math.Exp2(float64(T(shift[j]-T(scale*c[j])) + bias))
		dst[j] = T(entry)
		total += entry
	}
	return T(total)
}

// maxAffineGeneric is the largest scale*(shift[j]-c[j]), -Inf for none; NaN is passed over.
func maxAffineGeneric[T kernels.Float](shift, c []T, scale T) (largest T) {
	largest = T(math.Inf(-1))
	for j := range c {
		if t := scale * (shift[j] - c[j]); t > largest {
			largest = t
		}
	}
	return largest
}

// maxColumnsGeneric sets largest[j] = max(largest[j], scale*(shift-c[j])); NaN is passed over.
func maxColumnsGeneric[T kernels.Float](largest, c []T, scale, shift T) {
	for j := range largest {
		if t := scale * (shift - c[j]); t > largest[j] {
			largest[j] = t
		}
	}
}

// addExpColumnsGeneric adds 2^(scale*(shift-c[j]) - largest[j]) to sums[j].
func addExpColumnsGeneric[T kernels.Float](sums, largest, c []T, scale, shift T) {
	for j := range sums {
		sums[j] += T(math.Exp2(float64(T(scale*(shift-c[j])) - largest[j])))
	}
}

// addRowsGeneric adds weights[0]*rows[j] + weights[1]*rows[stride+j] + ... to sums[j], in the order of the rows.
func addRowsGeneric[T kernels.Float](sums, rows []T, stride int, weights []T) {
	for i, weight := range weights {
		for j := range sums {
			sums[j] += T(weight * rows[i*stride+j])
		}
	}
}

// dotRowsGeneric sets dst[i] = sum of rows[i*stride+j]*v[j] over j < len(v).
func dotRowsGeneric[T kernels.Float](dst, rows []T, stride int, v []T) {
	for i := range dst {
		var sum float64
		for j := range v {
			sum += float64(float64(rows[i*stride+j]) * float64(v[j]))
		}
		dst[i] = T(sum)
	}
}

// scaleRowsGeneric sets dots to the products of the rows with v and weights to masses over these, and adds the rows times their weights to sums.
func scaleRowsGeneric[T kernels.Float](sums, dots, weights, rows []T, stride int, v, masses []T, _ int) {
	dotRowsGeneric(dots, rows, stride, v)
	for i, dot := range dots {
		weights[i] = masses[i] / dot
	}
	addRowsGeneric(sums, rows, stride, weights)
}
