package vec

import (
	"math"
	"unsafe"

	"github.com/raphson-go/raphson/kernels"
)

// The indexed kernels trust their indices: the caller has checked them all, so the second check that the compiler would
// make for each is left out.

// element is x[k] for 0 <= k < len(x), which nothing checks.
func element[T kernels.Float](x []T, k int32) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(x)), uintptr(uint32(k))*unsafe.Sizeof(*new(T))))
}

func gatherGeneric[T kernels.Float](dst, x []T, index []int32) {
	dst = dst[:len(index)]
	for i, k := range index {
		dst[i] = *element(x, k)
	}
}

func scatterAddGeneric[T kernels.Float](dst []T, index []int32, x []T) {
	for len(index) >= 4 && len(x) >= 4 {
		*element(dst, index[0]) += x[0]
		*element(dst, index[1]) += x[1]
		*element(dst, index[2]) += x[2]
		*element(dst, index[3]) += x[3]
		x, index = x[4:], index[4:]
	}
	for i, k := range index {
		*element(dst, k) += x[i]
	}
}

func gatherDotGeneric[T kernels.Float](x []T, index []int32, y []T) (sum T) {
	var s0, s1, s2, s3 T
	x = x[:len(index)]
	for len(index) >= 4 && len(x) >= 4 {
		s0 += T(x[0] * *element(y, index[0]))
		s1 += T(x[1] * *element(y, index[1]))
		s2 += T(x[2] * *element(y, index[2]))
		s3 += T(x[3] * *element(y, index[3]))
		x, index = x[4:], index[4:]
	}
	for i, k := range index {
		s0 += T(x[i] * *element(y, k))
	}
	return (s0 + s1) + (s2 + s3)
}

func gatherAxpyGeneric[T kernels.Float](alpha T, x []T, index []int32, y []T) {
	for len(index) >= 4 && len(x) >= 4 {
		*element(y, index[0]) += T(alpha * x[0])
		*element(y, index[1]) += T(alpha * x[1])
		*element(y, index[2]) += T(alpha * x[2])
		*element(y, index[3]) += T(alpha * x[3])
		x, index = x[4:], index[4:]
	}
	for i, k := range index {
		*element(y, k) += T(alpha * x[i])
	}
}

// indexBound is the exclusive bound of the indices into length elements, as bits of a float32 because that is what
// assembly can spread over a vector. No int32 reaches 1<<31.
func indexBound(length int) float32 {
	bound := uint32(1 << 31)
	if uint64(length) < 1<<31 {
		bound = uint32(length)
	}
	return math.Float32frombits(bound)
}

// indexOutsideGeneric returns 0 if all indices are in [0, bound), with bound > 0 from indexBound, and else not 0.
func indexOutsideGeneric(index []int32, bound float32) (outside float32) {
	limit := math.Float32bits(bound)
	for _, k := range index {
		if uint32(k) >= limit {
			return 1
		}
	}
	return 0
}
