package vec

import "github.com/raphson-go/raphson/kernels"

// Four chains hide the latency of the addition from the compiler's scalar code, and divide the error bound by four.

func dotGeneric[T kernels.Float](x, y []T) (sum T) {
	var s0, s1, s2, s3 T
	y = y[:len(x)]
	for len(x) >= 4 && len(y) >= 4 {
		s0 += T(x[0] * y[0])
		s1 += T(x[1] * y[1])
		s2 += T(x[2] * y[2])
		s3 += T(x[3] * y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		s0 += T(v * y[i])
	}
	return (s0 + s1) + (s2 + s3)
}

func dotWideGeneric(x, y []float32) (sum float64) {
	var s0, s1, s2, s3 float64
	y = y[:len(x)]
	for len(x) >= 4 && len(y) >= 4 {
		s0 += float64(x[0]) * float64(y[0])
		s1 += float64(x[1]) * float64(y[1])
		s2 += float64(x[2]) * float64(y[2])
		s3 += float64(x[3]) * float64(y[3])
		x, y = x[4:], y[4:]
	}
	for i, v := range x {
		s0 += float64(v) * float64(y[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// sumGeneric cuts the panel further, so that its chains are short enough for the bound of Sum.
func sumGeneric[T kernels.Float](x []T) (sum T) {
	if len(x) > 128 {
		h := half(len(x), 128)
		return sumGeneric(x[:h]) + sumGeneric(x[h:])
	}
	var s0, s1, s2, s3 T
	for len(x) >= 4 {
		s0 += x[0]
		s1 += x[1]
		s2 += x[2]
		s3 += x[3]
		x = x[4:]
	}
	for _, v := range x {
		s0 += v
	}
	return (s0 + s1) + (s2 + s3)
}

func absSumGeneric[T kernels.Float](x []T) (sum T) {
	var s0, s1, s2, s3 T
	for len(x) >= 4 {
		s0 += magnitude(x[0])
		s1 += magnitude(x[1])
		s2 += magnitude(x[2])
		s3 += magnitude(x[3])
		x = x[4:]
	}
	for _, v := range x {
		s0 += magnitude(v)
	}
	return (s0 + s1) + (s2 + s3)
}

func sumSquaresGeneric[T kernels.Float](x []T) (sum T) { return dotGeneric(x, x) }

func sumSquaresScaledGeneric[T kernels.Float](alpha T, x []T) (sum T) {
	var s [4]T
	for i, v := range x {
		v *= alpha
		s[i%4] += T(v * v)
	}
	return (s[0] + s[1]) + (s[2] + s[3])
}
