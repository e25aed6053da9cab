package ot

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// TestHessianDirection holds the step against the equations it is to solve, formed entry by entry.
func TestHessianDirection(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for _, shape := range [][2]int{{1, 1}, {3, 8}, {8, 3}, {20, 20}, {33, 50}} {
		rows, cols := shape[0], shape[1]
		p := newPoint(rows, cols)
		for i := range rows {
			for j := range cols {
				v := math.Exp(4 * r.NormFloat64())
				p.plan.Set(i, j, v)
				p.rows[i] += v
				p.cols[j] += v
			}
		}
		a, b := randomMass(r, rows, 1, false), randomMass(r, cols, 1, false)
		shiftTotal(a, sum(p.plan))
		shiftTotal(b, sum(p.plan))
		p.residual = 1e-20 // for the tightest tolerance
		for _, settings := range []NewtonSettings{{Dense: true}, {Fraction: 1, LinearTolerance: 1e-14, LinearIterations: 1000}, {Fraction: 0.4, LinearTolerance: 1e-14, LinearIterations: 1000}} {
			h := newHessian(rows, cols, settings)
			require.True(t, h.form(p, a, b))
			kept := p.plan
			if !settings.Dense {
				kept = kernels.NewMatrix[float64](rows, cols)
				s := h.b.Dense()
				for i := range rows {
					for j := range cols {
						kept.Set(i, j, s.At(i, j)/(h.rootF[i]*h.rootG[j]))
					}
				}
			}
			for _, shift := range []float64{0, 0.1} {
				const eps = 0.25
				stepF, stepG := make([]float64, rows), make([]float64, cols)
				_, ok := h.direction(stepF, stepG, p, shift, eps)
				require.True(t, ok)
				for i := range rows {
					left, scale := eps*h.gradF[i]-(1+shift)*p.rows[i]*stepF[i], math.Abs(p.rows[i]*stepF[i])
					for j := range cols {
						left -= kept.At(i, j) * stepG[j]
						scale += math.Abs(kept.At(i, j) * stepG[j])
					}
					require.LessOrEqual(t, math.Abs(left), 1e-7*(scale+math.Abs(h.gradF[i])), "row %d of %v, %+v, shift %v", i, shape, settings, shift)
				}
				for j := range cols {
					left, scale := eps*h.gradG[j]-(1+shift)*p.cols[j]*stepG[j], math.Abs(p.cols[j]*stepG[j])
					for i := range rows {
						left -= kept.At(i, j) * stepF[i]
						scale += math.Abs(kept.At(i, j) * stepF[i])
					}
					require.LessOrEqual(t, math.Abs(left), 1e-7*(scale+math.Abs(h.gradG[j])), "column %d of %v, %+v, shift %v", j, shape, settings, shift)
				}
			}
		}
	}
}

// shiftTotal scales masses to a total.
func shiftTotal(mass []float64, total float64) {
	var before float64
	for _, m := range mass {
		before += m
	}
	for i := range mass {
		mass[i] *= total / before
	}
}

// TestHessianAdapts: where the entries left out matter, more are kept, until the whole Hessian is factored.
func TestHessianAdapts(t *testing.T) {
	const n = 200
	p := newPoint(n, n)
	a, b := make([]float64, n), make([]float64, n)
	for i := range n {
		for j := range n {
			v := math.Exp(-float64((i-j)*(i-j)) / (2 * 40 * 40))
			p.plan.Set(i, j, v)
			p.rows[i] += v
			p.cols[j] += v
		}
	}
	for i := range n {
		a[i], b[i] = p.rows[i]*(1+0.5*math.Sin(float64(i)/20)), p.cols[i]
	}
	shiftTotal(a, sum(p.plan))
	p.residual = 1e-6 // for a tight tolerance
	h := newHessian(n, n, NewtonSettings{LinearIterations: 500})
	require.Equal(t, keptPerPlace*n, h.kept)
	require.True(t, h.form(p, a, b))
	stepF, stepG := make([]float64, n), make([]float64, n)
	_, ok := h.direction(stepF, stepG, p, 0, 1)
	require.True(t, ok)
	require.True(t, h.whole, "a wide plan has no entries to prefer")
	require.Equal(t, 1.0, h.fraction())
	require.Less(t, h.left(stepF, stepG, p, 0, 1), 1e-10)
}
