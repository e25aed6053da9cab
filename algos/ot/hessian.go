package ot

import (
	"context"
	"math"
	"time"

	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

var tSel, tCG, tModel, tDense time.Duration

func (n *newton) direction() bool {
	if n.newtonSettings.Dense {
		t0 := time.Now()
		defer func() { tDense += time.Since(t0) }()
		n.result.Fraction = 1
		return n.denseDirection()
	}
	tolerance := n.newtonSettings.LinearTolerance
	if tolerance == 0 {
		tolerance = min(mostLinearTolerance, max(leastLinearTolerance, math.Sqrt(n.here.residual)))
	}
	for {
		ok := n.sparseDirection(tolerance)
		n.result.Fraction = float64(n.kept) / float64(n.costs.Rows) / float64(n.costs.Cols)
		if !ok {
			return false
		}
		if n.newtonSettings.Fraction != 0 {
			return true
		}
		t0 := time.Now()
		left := n.leftOver()
		tModel += time.Since(t0)
		if debugNewton {
			println("   left", left)
		}
		if left > 0.1+tolerance && n.kept < n.costs.Rows*n.costs.Cols {
			n.kept = min(2*n.kept, n.costs.Rows*n.costs.Cols)
			continue
		}
		return true
	}
}

// leftOver is what the step leaves of the gradient in the model with the whole Hessian.
func (n *newton) leftOver() float64 {
	var sum float64
	colsLeft := n.trial.g // free until the next evaluation
	for j, d := range n.stepG {
		colsLeft[j] = n.eps*n.gradG[j] - n.here.cols[j]*d
	}
	for i := range n.here.plan.Rows {
		row := n.here.plan.Row(i)
		sum += math.Abs(n.eps*n.gradF[i] - n.here.rows[i]*n.stepF[i] - vec.Dot(row, n.stepG))
		vec.Axpy(-n.stepF[i], row, colsLeft)
	}
	return (sum + vec.AbsSum(colsLeft)) / (n.eps * n.here.residual * n.mass)
}

func (n *newton) sparseDirection(tolerance float64) bool {
	t0 := time.Now()
	s, err := sparse.FromDenseLargest(n.here.plan, n.kept)
	if err != nil {
		return false
	}
	rootF, rootG := inverseRoots(n.here.rows), inverseRoots(n.here.cols)
	b := s.ScaleRows(rootF).ScaleColumns(rootG)
	bt := b.Transpose()
	t1 := time.Now()
	tSel += t1.Sub(t0)
	rows, cols := b.Rows(), b.Cols()
	u, v, rhs := make([]float64, rows), make([]float64, cols), make([]float64, cols)
	for i, r := range rootF {
		u[i] = r * n.gradF[i]
	}
	for j, r := range rootG {
		rhs[j] = r * n.gradG[j]
	}
	bt.MulVec(-1, u, 1, rhs)
	w := make([]float64, rows)
	operator := linsolve.Func(cols, func(y, x []float64) {
		b.MulVec(1, x, 0, w)
		copy(y, x)
		bt.MulVec(-1, w, 1, y)
	})
	pre := make(diagonal, cols)
	for j := range pre {
		_, values := bt.Row(j)
		pre[j] = 1 / max(1-vec.SumSquares(values), 0x1p-40)
	}
	r, err := linsolve.CG(context.Background(), operator, rhs, linsolve.Settings{Tolerance: tolerance, MaxIterations: n.newtonSettings.LinearIterations, Preconditioner: pre})
	if err != nil {
		return false
	}
	n.result.LinearIterations += r.Iterations
	v = r.X
	b.MulVec(-1, v, 1, u)
	for i, r := range rootF {
		n.stepF[i] = n.eps * r * u[i]
	}
	for j, r := range rootG {
		n.stepG[j] = n.eps * r * v[j]
	}
	tCG += time.Since(t1)
	return true
}

type diagonal []float64

func (d diagonal) Precondition(z, r []float64) { vec.Mul(z, d, r) }

func inverseRoots(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = 1 / math.Sqrt(v)
	}
	return y
}

func (n *newton) denseDirection() bool {
	rows, cols := n.costs.Rows, n.costs.Cols
	root := inverseRoots(n.here.rows)
	q := n.trial.plan
	for i, r := range root {
		row := q.Row(i)
		copy(row, n.here.plan.Row(i))
		vec.Scale(r, row)
	}
	l := kernels.NewMatrix[float64](cols, cols)
	matmul.Syrk(matmul.Full, matmul.Trans, -1, q, 0, l)
	for j := range cols {
		row := l.Row(j)
		row[j] = 0
		row[j] = -vec.Sum(row)
	}
	rhs := make([]float64, cols)
	copy(rhs, n.gradG)
	for i := range rows {
		vec.Axpy(-n.gradF[i]*root[i], q.Row(i), rhs)
	}
	part := kernels.Matrix[float64]{Rows: cols - 1, Cols: cols - 1, Stride: l.Stride, Data: l.Data}
	if err := matmul.Cholesky(matmul.Lower, part); err != nil {
		if debugNewton {
			println(err.Error())
		}
		return false
	}
	rhs[cols-1] = 0
	matmul.CholeskySolveVector(matmul.Lower, part, rhs[:cols-1])
	for j, v := range rhs {
		n.stepG[j] = n.eps * v
	}
	for i := range rows {
		n.stepF[i] = (n.eps*n.gradF[i] - vec.Dot(n.here.plan.Row(i), n.stepG)) / n.here.rows[i]
	}
	return true
}
