package bcd

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// mostDense is the size of the largest block whose bound is written out for its eigenvalue; mostSolved that of the largest one that is solved with.
const (
	mostDense  = 512
	mostSolved = 4096
)

func newMatrix(n int) Matrix { return kernels.NewMatrix[float64](n, n) }

// blockLipschitz is L_b, a bound of the largest eigenvalue of H_b: that eigenvalue but for a few thousandths where the block has at most
// 512 variables, otherwise the largest sum of a row where the problem is a Graph, and else the trace.
func (it *Iteration) blockLipschitz(block Block) float64 {
	variables := block.Variables
	switch _, graph := it.Problem.(Graph); {
	case len(variables) == 1:
		return it.Lipschitz[variables[0]]
	case len(variables) <= mostDense:
		h := newMatrix(len(variables))
		it.Problem.Bound(h, variables)
		return max(largestEigenvalue(h), it.floor(variables))
	case graph:
		return max(vec.Max(it.rowSums(block)), it.floor(variables))
	}
	trace := 0.0
	for _, i := range variables {
		trace += it.Lipschitz[i]
	}
	return trace
}

// floor is the largest L_i of a block.
func (it *Iteration) floor(block []int32) (most float64) {
	for _, i := range block {
		most = max(most, it.Lipschitz[i])
	}
	return most
}

// largestEigenvalue is a bound of the largest eigenvalue of a positive semidefinite matrix, a few thousandths above it at most as a
// rule: the power method guesses, and a Cholesky factor of t*I - H proves it.
func largestEigenvalue(h Matrix) float64 {
	n := h.Rows
	trace, widest := 0.0, 0.0
	for i := range n {
		trace += h.At(i, i)
		widest = max(widest, vec.AbsSum(h.Row(i)))
	}
	certain := min(trace, widest)
	if n == 1 || certain == 0 {
		return certain
	}
	v, w := make([]float64, n), make([]float64, n)
	for i := range v {
		v[i] = 1 + float64(i%7)/8 // in no direction that a problem is likely to favour or exclude
	}
	guess := 0.0
	for range 60 {
		vec.Scale(1/vec.Norm2(v), v)
		matmul.Gemv(matmul.NoTrans, 1, h, v, 0, w)
		before := guess
		guess = vec.Norm2(w)
		if guess == 0 || guess-before <= 1e-4*guess {
			break
		}
		v, w = w, v
	}
	work := newMatrix(n)
	for margin := 1e-3; margin < 1; margin *= 3 {
		t := guess * (1 + margin)
		if !(t < certain) {
			break
		}
		for i := range n {
			for j, a := range h.Row(i) {
				work.Set(i, j, -a)
			}
			work.Set(i, i, t-h.At(i, i))
		}
		if matmul.Cholesky(matmul.Lower, work) == nil {
			return t
		}
	}
	return certain
}

// greatestCurvature is about the largest eigenvalue of a matrix that is known by its products, by the power method, and a twentieth more; 0 for zeros.
func greatestCurvature(n int, mul func(dst, d []float64)) float64 {
	v, w := make([]float64, n), make([]float64, n)
	for i := range v {
		v[i] = 1 + float64(i%7)/8
	}
	guess := 0.0
	for range 30 {
		norm := vec.Norm2(v)
		if norm == 0 || !check.Finite(norm) {
			break
		}
		vec.Scale(1/norm, v)
		mul(w, v)
		guess = vec.Norm2(w)
		v, w = w, v
	}
	return 1.05 * guess
}
