package coord

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// BlockScores sets dst[b] to the sum of weights[i]*g[i]^2 over fixed block b, which is elements starts[b] up to but not including
// starts[b+1]. With nil weights, which count as ones, it is the squared Euclidean norm: GS. With 1/L_b for the elements of a
// block it is GSL squared, and with 1/D_i it is GSD. [Select] of the scores with nil scale chooses the block, and [TopK]
// several.
//
// Shapes: len(starts) = len(dst) + 1, starts ascend from 0 to len(g), weights nil or len(weights) = len(g); it panics otherwise.
// dst must not overlap the operands. Weights are not negative. The relative error is at most that of a sum of squares with 2
// more rounding units.
func BlockScores[T kernels.Float](dst []T, starts []int32, g, weights []T) {
	checkBlocks("BlockScores", len(dst), starts, len(g))
	if weights == nil {
		for b := range dst {
			dst[b] = vec.SumSquares(g[starts[b]:starts[b+1]])
		}
		return
	}
	check.Equal("coord", "BlockScores", "g", len(g), "weights", len(weights))
	for b := range dst {
		begin, end := int(starts[b]), int(starts[b+1])
		dst[b] = 0
		for ; begin < end; begin += panel {
			dst[b] += weightedSquares(weights[begin:min(begin+panel, end)], g[begin:min(begin+panel, end)])
		}
	}
}

// BlockAbsScores sets dst[b] to the sum of |g[i]| over fixed block b, as [BlockScores] has it for squares.
func BlockAbsScores[T kernels.Float](dst []T, starts []int32, g []T) {
	checkBlocks("BlockAbsScores", len(dst), starts, len(g))
	for b := range dst {
		dst[b] = vec.AbsSum(g[starts[b]:starts[b+1]])
	}
}

// BlockProxScores sets dst[b] to the squared length of the proximal step of fixed block b for a penalty of lambda times the
// Euclidean norm of each block: |prox(x_b - s_b*g_b) - x_b|^2, where prox shortens by s_b*lambda ([GroupSoftThreshold]).
// steps has one s_b = 1/L_b for each block.
//
// Shapes: len(starts) = len(dst) + 1, starts ascend from 0 to len(g), len(x) = len(g), len(steps) = len(dst), lambda >= 0 and no
// step negative; it panics otherwise. dst must not overlap the operands. A step is off by a few rounding units of |x_b| + |s_b*g_b|. NaN
// propagates to the score of its block, also that of an infinite step and a gradient or lambda of zero.
func BlockProxScores[T kernels.Float](dst []T, starts []int32, x, g, steps []T, lambda T) {
	checkBlocks("BlockProxScores", len(dst), starts, len(g))
	check.Equal("coord", "BlockProxScores", "x", len(x), "g", len(g))
	check.Equal("coord", "BlockProxScores", "dst", len(dst), "steps", len(steps))
	checkAtLeastZero("BlockProxScores", "lambda", lambda)
	longest := 0
	for b, step := range steps {
		if step < 0 {
			check.Panic("coord", "BlockProxScores", fmt.Sprintf("steps[%d]=%v: want 0 or more", b, step))
		}
		longest = max(longest, int(starts[b+1]-starts[b]))
	}
	memory := scratch.Get[T](longest)
	defer memory.Release()
	for b := range dst {
		begin, end := starts[b], starts[b+1]
		step := memory.Data[:end-begin]
		vec.AddScaled(step, 1, x[begin:end], -steps[b], g[begin:end])
		shorten(step, step, T(steps[b]*lambda))
		vec.Sub(step, step, x[begin:end])
		dst[b] = vec.SumSquares(step)
	}
}

// NewtonScore returns g'H^-1 g, given the Cholesky factor that [matmul.Cholesky] made of H with that triangle: the GSQ score of
// a block with gradient g.
//
// Shapes: the factor is n x n, g has n elements; it panics otherwise. The relative error is about n rounding units times the
// condition number of H, at most.
func NewtonScore[T kernels.Float](triangle matmul.Triangle, factor kernels.Matrix[T], g []T) T {
	check.Matrix("coord", "NewtonScore", "factor", factor.Rows, factor.Cols, factor.Stride, len(factor.Data))
	check.Dimension("coord", "NewtonScore", "factor.Rows", factor.Rows, "factor.Cols", factor.Cols)
	check.Dimension("coord", "NewtonScore", "factor.Rows", factor.Rows, "len(g)", len(g))
	memory := scratch.Get[T](len(g))
	defer memory.Release()
	copy(memory.Data, g)
	matmul.Trsv(triangle, matmul.Transpose(triangle == matmul.Upper), matmul.NonUnit, factor, memory.Data)
	return vec.SumSquares(memory.Data)
}

func checkBlocks(function string, blocks int, starts []int32, n int) {
	check.Dimension("coord", function, "len(starts)", len(starts), "len(dst)+1", blocks+1)
	checkStarts(function, starts, n)
}
