package check

import (
	"context"
	"fmt"
	"math"
)

// Finite reports whether v is neither NaN nor infinite. That v-v is zero would not do: where v is a product a compiler may fuse it
// with the subtraction, and what is left is the rounding of v (arm64).
func Finite[T ~float32 | ~float64](v T) bool { return math.Abs(float64(v)) <= math.MaxFloat64 }

// Context returns an error that wraps missing for a nil context, which would panic once it is asked whether it has ended.
func Context(family string, ctx context.Context, missing error) error {
	if ctx == nil {
		return fmt.Errorf("%s: ctx: %w", family, missing)
	}
	return nil
}

// Vector returns an error that wraps shape unless x has the length that want names, and one that wraps finite unless all its
// numbers are.
func Vector(family, name string, x []float64, want string, size int, shape, finite error) error {
	if len(x) != size {
		return fmt.Errorf("%s: len(%s) = %d, %s = %d: %w", family, name, len(x), want, size, shape)
	}
	for i, v := range x {
		if !Finite(v) {
			return fmt.Errorf("%s: %s[%d] = %v: %w", family, name, i, v, finite)
		}
	}
	return nil
}
