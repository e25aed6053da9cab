package orth

import (
	"context"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// PolarBFloat16 is [Polar] of a matrix of 16 bits: it is widened, all products are in float32, and the result is rounded
// once. That is at least as near to the scalar map as the usual way, which rounds after every product; an element is off by
// at most a 256th of itself beside the error of float32.
//
// The residuals are those before the rounding, which alone makes an orthogonality error of about 0.002. dst may be exactly g.
func PolarBFloat16(ctx context.Context, dst, g kernels.Matrix[kernels.BFloat16], settings PolarSettings, w *Workspace[float32]) (PolarResult, error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return PolarResult{}, err
	}
	if err := checkSameShape("dst", dst, "g", g); err != nil {
		return PolarResult{}, err
	}
	settings, err := settings.resolve()
	if err != nil {
		return PolarResult{}, err
	}
	if w == nil {
		w = new(Workspace[float32])
	}
	wide := w.matrix(bufferWide, g.Rows, g.Cols)
	for i := range g.Rows {
		matmul.WidenBFloat16(wide.Row(i), g.Row(i))
	}
	result, err := polar(ctx, wide, wide, norm(wide), settings, w)
	if err != nil {
		return result, err
	}
	for i := range dst.Rows {
		matmul.RoundBFloat16(dst.Row(i), wide.Row(i))
	}
	return result, nil
}
