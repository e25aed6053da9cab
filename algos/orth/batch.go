package orth

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// batchFlops is the work of one matrix below which a batch gives each worker matrices of its own; above it the workers
// share each.
const batchFlops = 2e8

// PolarBatch is [Polar] of many matrices, which may differ in shape: dst[i] of g[i]. Small ones are spread over the
// workers. A strided batch is a slice of views of it. dst[i] may be exactly g[i], and overlaps no other matrix.
//
// The results and errors are those of Polar, the first of them with its place in the batch; all matrices are checked
// before any is written to. Progress in settings is called from several goroutines at once. w may be nil.
func PolarBatch[T kernels.Float](ctx context.Context, dst, g []kernels.Matrix[T], settings PolarSettings, w *Workspace[T]) ([]PolarResult, error) {
	if err := check.Context("orth", ctx, ErrNil); err != nil {
		return nil, err
	}
	if len(dst) != len(g) {
		return nil, fmt.Errorf("orth: len(dst) = %d, len(g) = %d: %w", len(dst), len(g), ErrShape)
	}
	settings, err := settings.resolve()
	if err != nil {
		return nil, err
	}
	norms, small := make([]float64, len(g)), true
	for i := range g {
		if err := checkSameShape(fmt.Sprintf("dst[%d]", i), dst[i], fmt.Sprintf("g[%d]", i), g[i]); err != nil {
			return nil, err
		}
		norms[i] = norm(g[i])
		if !check.Finite(norms[i]) {
			return nil, fmt.Errorf("orth: norm of g[%d] = %v: %w", i, norms[i], ErrNotFinite)
		}
		small = small && settings.Form.Flops(g[i].Rows, g[i].Cols, settings.Schedule, settings.Restarts) < batchFlops
	}
	if w == nil {
		w = new(Workspace[T])
	}
	groups := 1
	if small {
		groups = max(1, min(kernels.Workers(), len(g)))
	}
	w.child(0, groups)
	results, errors := make([]PolarResult, len(g)), make([]error, len(g))
	kernels.Parallel(groups, func(group int) {
		for i := group; i < len(g); i += groups {
			results[i], errors[i] = polar(ctx, dst[i], g[i], norms[i], settings, w.child(group, groups))
		}
	})
	for i, err := range errors {
		if err != nil {
			return results, fmt.Errorf("orth: PolarBatch: g[%d]: %w", i, err)
		}
	}
	return results, nil
}
