package kernels

import "math"

// BFloat16 is a number of 16 bits: the upper half of a float32, so with its range, infinities and NaN, and 8 bits of
// precision. Kernels take it for operands and compute in float32.
type BFloat16 uint16

// RoundBFloat16 is x rounded to nearest, ties to even; what rounds beyond the largest finite number is infinite. A NaN
// becomes a quiet one of the same sign and upper bits. Slices are converted by matmul.RoundBFloat16.
func RoundBFloat16(x float32) BFloat16 {
	bits := math.Float32bits(x)
	if x != x {
		return BFloat16(bits>>16 | 0x40)
	}
	return BFloat16((bits + 0x7FFF + bits>>16&1) >> 16)
}

// Float32 is b, exactly.
func (b BFloat16) Float32() float32 { return math.Float32frombits(uint32(b) << 16) }
