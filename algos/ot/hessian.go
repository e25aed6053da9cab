package ot

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

const (
	leftOver    = 0.1     // share of the gradient that the entries left out may keep from vanishing
	wholeFrom   = 8       // from one in so many entries on the whole Hessian is factored
	wholeLimit  = 2048    // unless the shorter side has more places
	leastPivot  = 0x1p-40 // of the preconditioner
	singularity = 0x1p-48 // added to the diagonal, which is 1, for parts of the plan that no kept entry connects
)

// hessian makes Newton steps from plans. With D the sums of the plan and S its entries kept it solves
//
//	[(1+shift) D1   S           ] [df]         [a - P 1 ]
//	[S'             (1+shift) D2] [dg]  =  eps [b - P' 1]
//
// scaled by the roots of D on both sides, so that its diagonal is 1 and S becomes B.
type hessian struct {
	rows, cols   int
	kept         int  // entries of the plan
	adaptive     bool // kept may grow
	whole        bool // nothing is left out, and the whole is factored
	tolerance    float64
	iterations   int
	gradF, gradG []float64
	rootF, rootG []float64 // 1/sqrt(D)
	b, transpose *sparse.CSR[float64]
	u, rest      []float64
	factor       wholeHessian
}

func newHessian(rows, cols int, settings NewtonSettings) hessian {
	h := hessian{
		rows: rows, cols: cols, adaptive: !settings.Dense && settings.Fraction == 0, whole: settings.Dense,
		tolerance: settings.LinearTolerance, iterations: settings.LinearIterations,
		gradF: make([]float64, rows), gradG: make([]float64, cols),
		rootF: make([]float64, rows), rootG: make([]float64, cols),
		u: make([]float64, rows), rest: make([]float64, cols),
	}
	if h.adaptive {
		h.kept = min(keptPerPlace*max(rows, cols), rows*cols)
	} else if !h.whole {
		h.kept = min(int(math.Ceil(settings.Fraction*float64(rows)*float64(cols))), rows*cols)
	}
	return h
}

// fraction is the share of the entries kept.
func (h *hessian) fraction() float64 {
	if h.whole {
		return 1
	}
	return float64(h.kept) / float64(h.rows) / float64(h.cols)
}

// form takes the Hessian at p. It is not ok where a sum has underflowed.
func (h *hessian) form(p point, a, b []float64) (ok bool) {
	vec.Sub(h.gradF, a, p.rows)
	vec.Sub(h.gradG, b, p.cols)
	if !inverseRoots(h.rootF, p.rows) || !inverseRoots(h.rootG, p.cols) {
		return false
	}
	return h.selectEntries(p)
}

// inverseRoots sets y = 1/sqrt(x), if x is positive and so large that all of y is finite.
func inverseRoots(y, x []float64) (ok bool) {
	for i, v := range x {
		y[i] = 1 / math.Sqrt(v)
		if !(y[i] <= math.MaxFloat64) {
			return false
		}
	}
	return true
}

// selectEntries takes the largest entries of the plan.
func (h *hessian) selectEntries(p point) (ok bool) {
	if h.adaptive && h.kept >= h.rows*h.cols/wholeFrom && min(h.rows, h.cols) <= wholeLimit {
		h.whole = true
	}
	if h.whole {
		h.factor.form(p)
		return true
	}
	s, err := sparse.FromDenseLargest(p.plan, h.kept)
	if err != nil {
		return false
	}
	h.b = s.ScaleRows(h.rootF).ScaleColumns(h.rootG)
	h.transpose = h.b.Transpose()
	return true
}

// direction computes the step from p, with more entries if it has to. It says how many iterations of conjugate gradients that took.
func (h *hessian) direction(stepF, stepG []float64, p point, shift, eps float64) (iterations int, ok bool) {
	for !h.whole {
		tolerance := h.tolerance
		if tolerance == 0 {
			tolerance = min(mostLinearTolerance, max(leastLinearTolerance, math.Sqrt(p.residual)))
		}
		solved, err := h.solve(stepF, stepG, tolerance, shift, eps)
		if err != nil {
			return iterations, false
		}
		iterations += solved.Iterations
		enough := !h.adaptive || h.kept == h.rows*h.cols || solved.Stopped != algos.Converged
		if enough || h.left(stepF, stepG, p, shift, eps) <= leftOver+tolerance {
			return iterations, true
		}
		h.kept = min(2*h.kept, h.rows*h.cols)
		if !h.selectEntries(p) {
			return iterations, false
		}
	}
	return iterations, h.factor.solve(stepF, stepG, p, h.gradF, h.gradG, shift, eps)
}

// solve eliminates f and solves for g by conjugate gradients, with (1+shift) - B'B/(1+shift) and its diagonal: half the iterations that both
// together would take, for the same products.
func (h *hessian) solve(stepF, stepG []float64, tolerance, shift, eps float64) (*linsolve.Result, error) {
	diagonal := 1 + shift + singularity
	u, right := h.u, make([]float64, h.cols)
	vec.Mul(u, h.rootF, h.gradF)
	vec.Mul(right, h.rootG, h.gradG)
	h.transpose.MulVec(-1/diagonal, u, 1, right)

	product := make([]float64, h.rows)
	operator := linsolve.Func(h.cols, func(y, x []float64) {
		h.b.MulVec(1, x, 0, product)
		copy(y, x)
		h.transpose.MulVec(-1/diagonal, product, diagonal, y)
	})
	inverse := make(inverseDiagonal, h.cols)
	for j := range inverse {
		_, entries := h.transpose.Row(j)
		inverse[j] = 1 / max(diagonal-vec.SumSquares(entries)/diagonal, leastPivot)
	}
	solved, err := linsolve.CG(context.Background(), operator, right, linsolve.Settings{
		Tolerance: tolerance, MaxIterations: h.iterations, Preconditioner: inverse,
	})
	if err != nil {
		return nil, err
	}
	h.b.MulVec(-1, solved.X, 1, u)
	vec.Mul(stepF, h.rootF, u)
	vec.Scale(eps/diagonal, stepF)
	vec.Mul(stepG, h.rootG, solved.X)
	vec.Scale(eps, stepG)
	return solved, nil
}

type inverseDiagonal []float64

// Precondition implements linsolve.Preconditioner.
func (d inverseDiagonal) Precondition(z, r []float64) { vec.Mul(z, d, r) }

// left is the share of the gradient that a step leaves in the linear model with the whole Hessian: what a step with these entries
// cannot gain, wherever it leads.
func (h *hessian) left(stepF, stepG []float64, p point, shift, eps float64) float64 {
	sum, rest := 0.0, h.rest
	for j, d := range stepG {
		rest[j] = eps*h.gradG[j] - (1+shift)*p.cols[j]*d
	}
	for i, d := range stepF {
		row := p.plan.Row(i)
		sum += math.Abs(eps*h.gradF[i] - (1+shift)*p.rows[i]*d - vec.Dot(row, stepG))
		vec.Axpy(-d, row, rest)
	}
	return (sum + vec.AbsSum(rest)) / (eps * (vec.AbsSum(h.gradF) + vec.AbsSum(h.gradG)))
}
