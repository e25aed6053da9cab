package orth

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// LinearAttention predicts by a hand-built network of attention layers without softmax what [LeastSquares] predicts:
// token j holds x_j, y_j and z_j, and
//
//	first layer:  z_j = alpha * sum_i x_i (x_i . x_j)     that is M_0 x_j
//	each of k:    z_j = 2 z_j - sum_i z_i (x_i . z_j)     that is M_k x_j
//	readout:      sum_i y_i (z_i . q)                     that is y' x M_k q
//
// for every row q of queries, which attend and are not attended to. The sums are taken as attention takes them, over
// pairs of tokens, which shows that layers can do what the algorithm does; its cost grows with the square of the number
// of tokens. alpha is the Scale of LeastSquares and must be given: a layer cannot know the norm of S.
func LinearAttention[T kernels.Float](x kernels.Matrix[T], y []T, queries kernels.Matrix[T], alpha float64, layers int) ([]T, error) {
	if err := checkMatrix("x", x); err != nil {
		return nil, err
	}
	if err := checkMatrix("queries", queries); err != nil {
		return nil, err
	}
	switch {
	case len(y) != x.Rows:
		return nil, fmt.Errorf("orth: len(y) = %d, rows of x = %d: %w", len(y), x.Rows, ErrShape)
	case queries.Cols != x.Cols:
		return nil, fmt.Errorf("orth: queries.Cols = %d, x.Cols = %d: %w", queries.Cols, x.Cols, ErrShape)
	case !(alpha > 0) || math.IsInf(alpha, 1):
		return nil, fmt.Errorf("orth: alpha = %v, want above 0 and finite: %w", alpha, ErrSetting)
	case layers < 0:
		return nil, fmt.Errorf("orth: layers = %d, want 0 or more: %w", layers, ErrSetting)
	}
	if sizes := [3]float64{norm(x), float64(vec.Norm2(y)), norm(queries)}; !check.Finite(sizes[0]) || !check.Finite(sizes[1]) || !check.Finite(sizes[2]) {
		return nil, fmt.Errorf("orth: norms of x, y, queries = %v: %w", sizes, ErrNotFinite)
	}
	z, next, scores := kernels.NewMatrix[T](x.Rows, x.Cols), kernels.NewMatrix[T](x.Rows, x.Cols), kernels.NewMatrix[T](x.Rows, x.Rows)
	attend := func(weight T, asks, values kernels.Matrix[T], keep T, old, to kernels.Matrix[T]) {
		matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, asks, x, 0, scores)
		matmul.GemmPlus(matmul.NoTrans, matmul.NoTrans, weight, scores, values, keep, old, to)
	}
	attend(T(alpha), x, x, 0, z, z)
	for range layers {
		attend(-1, z, z, 2, z, next)
		z, next = next, z
	}
	answers := kernels.NewMatrix[T](queries.Rows, x.Rows)
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, queries, z, 0, answers)
	predictions := make([]T, queries.Rows)
	for i := range predictions {
		for j, v := range y {
			predictions[i] += answers.At(i, j) * v
		}
	}
	return predictions, nil
}
