package matmul

import (
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// RoundBFloat16 sets dst to x, each element rounded to nearest, ties to even; what rounds beyond the largest finite number
// becomes infinite, NaN a quiet NaN of the same sign and upper bits. The result is the same at every level.
//
// Shapes: len(dst) = len(x); it panics otherwise. dst and x must not overlap.
func RoundBFloat16(dst []kernels.BFloat16, x []float32) {
	check.Equal("matmul", "RoundBFloat16", "dst", len(dst), "x", len(x))
	for first := 0; first < len(x); first += conversionPanel {
		part := x[first:min(first+conversionPanel, len(x))]
		to := dst[first:][:len(part)]
		roundBFloat16(cast.Words(to), part)
		whole := len(part) / conversionLanes * conversionLanes
		roundBFloat16Generic(cast.Words(to[whole:]), part[whole:])
	}
}

// WidenBFloat16 sets dst to x, exactly; NaN keeps its bits.
//
// Shapes: len(dst) = len(x); it panics otherwise. dst and x must not overlap.
func WidenBFloat16(dst []float32, x []kernels.BFloat16) {
	check.Equal("matmul", "WidenBFloat16", "dst", len(dst), "x", len(x))
	for first := 0; first < len(x); first += conversionPanel {
		part := x[first:min(first+conversionPanel, len(x))]
		to := dst[first:][:len(part)]
		widenBFloat16(to, cast.Words(part))
		whole := len(part) / conversionLanes * conversionLanes
		widenBFloat16Generic(to[whole:], cast.Words(part[whole:]))
	}
}

// conversionPanel is how many elements one call of assembly converts, and conversionLanes a multiple of the lanes of any
// vector: what is left behind the last of them is converted in Go.
const (
	conversionPanel = 1 << 15
	conversionLanes = 16
)

func roundBFloat16Generic(dst []uint16, x []float32) {
	for i, v := range x {
		dst[i] = uint16(kernels.RoundBFloat16(v))
	}
}

func widenBFloat16Generic(dst []float32, x []uint16) {
	for i, v := range x {
		dst[i] = kernels.BFloat16(v).Float32()
	}
}
