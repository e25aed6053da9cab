package vec

import (
	"math"
	"math/bits"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// Panels are powers of two so that the cuts do not depend on where a recursion stands. They trade the error bound against
// the end of a call, where chains and lanes are added: beside panels of 65536 elements those of 4096 take 2 to 4 % longer
// from L2 and 1 to 2 % from L3, those of 2048 take 4 to 8 % and 5 %; from main memory there is no difference.
const (
	sumPanel      = 4096 // elements that one call of assembly adds up; panels are combined pairwise
	pairwisePanel = 2048 // the same for Sum, whose error bound is tighter
)

// half is where a vector of n > panel elements is cut: at the largest panel * 2^k below n.
func half(n, panel int) int {
	return panel << (bits.Len(uint((n-1)/panel)) - 1)
}

// Dot returns the dot product, the sum of x[i]*y[i]. Where the instruction set fuses, products are not rounded.
//
// It panics if the lengths differ. The error bound and special values are those of the package comment.
func Dot[T kernels.Float](x, y []T) T {
	return dot(x, y)
}

func dotUncommon[T kernels.Float](x, y []T) T {
	check.Equal("vec", "Dot", "x", len(x), "y", len(y))
	h := half(len(x), sumPanel)
	return Dot(x[:h], y[:h]) + Dot(x[h:], y[h:])
}

// DotWide returns the dot product of float32 vectors in float64: products are exact, sums are rounded to float64, so the
// unit roundoff in the error bound of the package comment is 2^-53. Nothing overflows or underflows.
//
// It panics if the lengths differ.
func DotWide(x, y []float32) float64 {
	return dotWide(x, y)
}

func dotWideUncommon(x, y []float32) float64 {
	check.Equal("vec", "DotWide", "x", len(x), "y", len(y))
	h := half(len(x), sumPanel)
	return DotWide(x[:h], y[:h]) + DotWide(x[h:], y[h:])
}

// Sum returns the sum of x by pairwise summation over interleaved chains.
//
// Its error is at most min(n, 90 + log2 n) * u * sum |x[i]| to first order, u the unit roundoff; see the package comment
// for special values.
func Sum[T kernels.Float](x []T) T { return sum(x) }

func sumUncommon[T kernels.Float](x []T) T {
	h := half(len(x), pairwisePanel)
	return Sum(x[:h]) + Sum(x[h:])
}

// AbsSum returns the sum of |x[i]|, the 1-norm; its relative error is at most min(n, 1024 + log2 n) * u.
func AbsSum[T kernels.Float](x []T) T { return absSum(x) }

func absSumUncommon[T kernels.Float](x []T) T {
	h := half(len(x), sumPanel)
	return AbsSum(x[:h]) + AbsSum(x[h:])
}

// SumSquares returns the sum of x[i]*x[i]. It overflows to +Inf and underflows to 0 as the squares do; Norm2 does neither.
func SumSquares[T kernels.Float](x []T) T { return sumSquares(x) }

func sumSquaresUncommon[T kernels.Float](x []T) T {
	h := half(len(x), sumPanel)
	return SumSquares(x[:h]) + SumSquares(x[h:])
}

// Norm2 returns the Euclidean norm, the square root of the sum of squares, without overflow or underflow on the way:
// +Inf is returned only for an infinite element or where the norm itself is beyond the range. NaN in x gives NaN.
//
// The relative error is at most (min(n, 1024 + log2 n)/2 + 2) * u; a subnormal norm is rounded once more.
//
// The sum of squares is used as it is when it is in a range where no square can have been lost that matters, and
// else formed again from elements scaled by a power of two, after Blue (A portable Fortran program to find the
// Euclidean norm of a vector, ACM TOMS 4, 1978).
func Norm2[T kernels.Float](x []T) T {
	s := SumSquares(x)
	low, high, up := normRange[T]()
	switch {
	case s >= low && s <= high || s != s:
		return root(s)
	case s < low:
		return root(sumSquaresScaled(up, x)) / up
	}
	return root(sumSquaresScaled(1/up, x)) * up
}

// normRange returns the sums of squares that Norm2 takes as they are, and the power of two that scales vectors of lesser
// ones up, or of greater ones down. Below low, squares lost in underflow might matter for the longest vector that memory
// holds (2^40 elements); the scaled squares of the largest elements neither overflow nor underflow.
func normRange[T kernels.Float]() (low, high, up T) {
	if cast.Single[T]() {
		low, high, up := 0x1p-80, math.MaxFloat32, 0x1p86
		return T(low), T(high), T(up)
	}
	low64, high64, up64 := 0x1p-900, math.MaxFloat64, 0x1p600
	return T(low64), T(high64), T(up64)
}

func root[T kernels.Float](s T) T { return T(math.Sqrt(float64(s))) }

func sumSquaresScaledUncommon[T kernels.Float](alpha T, x []T) T {
	h := half(len(x), sumPanel)
	return sumSquaresScaled(alpha, x[:h]) + sumSquaresScaled(alpha, x[h:])
}
