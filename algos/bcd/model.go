package bcd

import (
	"math"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// minimiseModel sets z to the minimiser of g'(z-x) + (z-x)'H(z-x)/2 + R(z) for a positive semidefinite H. It may change H.
func (it *Iteration) minimiseModel(z []float64, h Matrix, x, g []float64, block []int32) {
	r, ok := it.Regulariser.(*grouped)
	if it.plain() || ok && r.lambda == 0 {
		vec.AddScaled(z, -1, g, 0, g)
		factorised(h).solve(z)
		vec.Add(z, z, x)
		return
	}
	if it.separate != nil {
		if slope, ok := it.separate.smoothInside(); ok && it.separate.solveBounded(z, h, x, g, slope, block) {
			return
		}
	}
	if ok {
		r.minimiseModel(it.ctx, z, h, x, g, block)
		return
	}
	it.descendModel(z, h, x, g, block)
}

// solveBounded is the model with bounds alone, an exact quadratic programme.
func (r separable) solveBounded(z []float64, h Matrix, x, g []float64, slope float64, block []int32) bool {
	n := len(z)
	m, b := newMatrix(n), make([]float64, n)
	lower, upper := make([]float64, n), make([]float64, n)
	for t, i := range block {
		lower[t], upper[t] = r.lowest(i), r.highest(i)
	}
	most := 0.0
	for t := range n {
		most = max(most, h.At(t, t)+r.L2)
	}
	if most == 0 {
		most = 1
	}
	copy(b, g)
	matmul.Gemv(matmul.NoTrans, 1, h, x, -1, b)
	// Proximal terms s*d_t*(z_t-x_t)^2/2 make it definite and leave the minimiser of the objective where it is. With d the diagonal they are small
	// beside it also for a variable in small units, which one size for all would hold where it is.
	for s := pivotShare; s <= 1; s *= 100 {
		right := make([]float64, n)
		for t := range n {
			d := h.At(t, t) + r.L2
			if !(s*d > 0) {
				d = most
			}
			copy(m.Row(t), h.Row(t))
			m.Set(t, t, h.At(t, t)+r.L2+s*d)
			right[t] = b[t] - slope + s*d*x[t]
		}
		copy(z, x)
		if coord.SolveBox(z, m, right, lower, upper) == nil {
			return true
		}
	}
	return false
}

// Coordinate descent within a block ends when no variable moves by more than this share of the longest move, or after so many sweeps.
const (
	modelChange = 1e-13
	modelSweeps = 3000
	polishEvery = 5
)

// descendModel minimises the model by descent along its variables, where each has its part of the regulariser to itself, and where it can jumps to
// the minimiser on the piece on which the regulariser is smooth; otherwise by proximal steps.
func (it *Iteration) descendModel(z []float64, h Matrix, x, g []float64, block []int32) {
	copy(z, x)
	slope := append([]float64(nil), g...) // g + H(z-x)
	units := it.units(block)
	steps := it.unitSteps(h, units)
	longest, times := 0.0, 1
	for sweep := range modelSweeps {
		moved := 0.0
		for k, unit := range units {
			moved = max(moved, it.descendUnit(z, slope, h, block, unit, steps[k]))
		}
		if longest = max(longest, moved); moved <= modelChange*longest {
			return
		}
		if sweep%polishEvery != polishEvery-1 {
			continue
		}
		if it.separate != nil && it.separate.polish(z, slope, h, block, times) {
			return
		}
		times = min(2*times, len(z)+1)
	}
}

// units is the places in a block of what moves at once.
func (it *Iteration) units(block []int32) (units [][]int) {
	if it.separate != nil {
		for t := range block {
			units = append(units, []int{t})
		}
		return units
	}
	all := make([]int, len(block))
	for t := range all {
		all[t] = t
	}
	return [][]int{all}
}

// unitSteps is 1/L of each unit.
func (it *Iteration) unitSteps(h Matrix, units [][]int) []float64 {
	steps := make([]float64, len(units))
	for k, unit := range units {
		most := h.At(unit[0], unit[0])
		if len(unit) > 1 { // all of the block
			most = largestEigenvalue(h)
		}
		steps[k] = 1 / max(most, it.least)
	}
	return steps
}

// descendUnit moves a unit by its proximal step, and returns how far it went.
func (it *Iteration) descendUnit(z, slope []float64, h Matrix, block []int32, unit []int, step float64) (moved float64) {
	n := len(unit)
	at, down, steps, next, variables := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]int32, n)
	for a, t := range unit {
		at[a], down[a], steps[a], variables[a] = z[t], slope[t], step, block[t]
	}
	it.Regulariser.Step(next, at, down, steps, variables)
	for a, t := range unit {
		if d := next[a] - at[a]; d != 0 {
			z[t] = next[a]
			vec.Axpy(d, h.Row(t), slope)
			moved = max(moved, math.Abs(d))
		}
	}
	return moved
}
