package ot

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// grid is the operator of a separable cost: log-sum-exp over the nodes of a grid is log-sum-exp over one axis after the
// other. Over an axis of costs c it is computed in kernel form as
//
//	log sum_j exp(x[j] - c[i,j]/eps) = m + log sum_j exp(-c[i,j]/eps) * exp(x[j]-m),    m = max x
//
// which takes an exponential and a logarithm a node, and one multiplication where the log domain takes one exponential.
// Where exp(-c/eps) underflows and leaves a sum tiny, that sum alone is computed in the log domain, so it is as exact.
type grid struct {
	axes          []kernels.Matrix[float64]
	low           []float64 // smallest cost of each axis
	eps           float64
	products      bool
	rows, columns []factor  // an axis each: as it stands, and transposed
	x, y          []float64 // the nodes on their way through the axes
	weights       []float64 // exp of them
	largest       []float64 // of each line
	inexact       []int     // sums that repair has to do
	line          []float64 // one line of an axis, in and out
	f             []float64 // a number a source
}

// factor is an axis scaled for the eps at hand: its costs in units of eps and, in kernel form, exp of their negative.
type factor struct{ cost, kernel kernels.Matrix[float64] }

// tiny is a sum whose terms may have suffered from underflow.
const tiny = 1e-200

func newGrid(c *Cost, method Method) *grid {
	d := &grid{axes: c.axes, products: method != LogDomain, rows: make([]factor, len(c.axes)), columns: make([]factor, len(c.axes))}
	size, longest := 1, 1 // the most nodes at any time: every axis by its longer side
	for _, axis := range c.axes {
		low, _, _ := bounds("", axis)
		d.low = append(d.low, low)
		size *= max(axis.Rows, axis.Cols)
		longest = max(longest, axis.Rows, axis.Cols)
	}
	d.x, d.y, d.weights, d.largest = make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size)
	d.line = make([]float64, longest)
	d.f = make([]float64, c.rows)
	return d
}

func (d *grid) method() Method {
	if d.products {
		return KernelForm
	}
	return LogDomain
}

func (d *grid) prepare(eps float64) {
	d.eps = eps
	for k, axis := range d.axes {
		scaled, transposed := kernels.NewMatrix[float64](axis.Rows, axis.Cols), kernels.NewMatrix[float64](axis.Cols, axis.Rows)
		for i := range axis.Rows {
			for j, c := range axis.Row(i) {
				scaled.Set(i, j, c/eps)
				transposed.Set(j, i, c/eps)
			}
		}
		d.rows[k], d.columns[k] = d.factor(scaled), d.factor(transposed)
	}
}

func (d *grid) factor(cost kernels.Matrix[float64]) factor {
	if !d.products {
		return factor{cost: cost}
	}
	kernel := kernels.NewMatrix[float64](cost.Rows, cost.Cols)
	vec.Scale(-1, kernel.Data[:copy(kernel.Data, cost.Data)])
	lse.Exp(kernel.Data, kernel.Data)
	return factor{cost, kernel}
}

func (d *grid) softRows(dst, g []float64)    { d.soft(dst, g, d.rows) }
func (d *grid) softColumns(dst, f []float64) { d.soft(dst, f, d.columns) }

// soft sets dst[i] = log sum_j exp(potential[j]/eps - cost[i,j]) through the factors of all axes, the last axis first.
// Each step reduces the last axis of the array and makes the result its first axis, so that every line is contiguous.
func (d *grid) soft(dst, potential []float64, factors []factor) {
	in, out := d.x[:len(potential)], d.y
	for i, p := range potential {
		in[i] = p / d.eps
	}
	for k := len(factors) - 1; k >= 0; k-- {
		cost := factors[k].cost
		lines := len(in) / cost.Cols
		out = out[:lines*cost.Rows]
		if d.products {
			d.reduceProducts(out, in, factors[k])
		} else {
			d.reduceLog(out, in, cost)
		}
		in, out = out, in[:cap(in)]
	}
	copy(dst, in)
}

// reduceLog sets out[i*lines+l] = log sum_j exp(in[l*cost.Cols+j] - cost[i,j]).
func (d *grid) reduceLog(out, in []float64, cost kernels.Matrix[float64]) {
	lines := len(in) / cost.Cols
	line := d.line[:cost.Rows]
	for l := range lines {
		lse.LogSumExpRows(line, 1, in[l*cost.Cols:(l+1)*cost.Cols], cost)
		for i, value := range line {
			out[i*lines+l] = value
		}
	}
}

// reduceProducts is reduceLog in kernel form. It takes the maximum of every line out of in.
func (d *grid) reduceProducts(out, in []float64, axis factor) {
	rows, cols := axis.kernel.Rows, axis.kernel.Cols
	lines := len(in) / cols
	largest := d.largest[:lines]
	for l := range lines {
		line := in[l*cols : (l+1)*cols]
		largest[l] = vec.Max(line)
		if !math.IsInf(largest[l], -1) { // a line without mass stays one
			for j := range line {
				line[j] -= largest[l]
			}
		}
	}
	weights := d.weights[:len(in)]
	lse.Exp(weights, in)
	for i := range rows {
		row := axis.kernel.Row(i)
		for l := range lines {
			out[i*lines+l] = vec.Dot(row, weights[l*cols:(l+1)*cols])
		}
	}
	d.repair(out, in, axis)
	for i := range rows {
		vec.Add(out[i*lines:(i+1)*lines], out[i*lines:(i+1)*lines], largest)
	}
}

// repair turns the sums of reduceProducts into logarithms: those that are tiny by adding exponents of axis and line first.
func (d *grid) repair(out, in []float64, axis factor) {
	cols := axis.cost.Cols
	lines := len(in) / cols
	d.inexact = d.inexact[:0]
	for k, sum := range out {
		if sum < tiny && !math.IsInf(d.largest[k%lines], -1) {
			d.inexact = append(d.inexact, k)
		}
	}
	lse.Log(out, out)
	for _, k := range d.inexact {
		i, l := k/lines, k%lines
		lse.LogSumExpRows(out[k:k+1], 1, in[l*cols:(l+1)*cols], axis.cost.Slice(i, i+1))
	}
}

func (d *grid) sweep(f, g []float64, p *problem) (err float64) {
	d.softRows(d.f, g)
	for i, rest := range d.f {
		if p.a[i] > 0 || !math.IsInf(f[i], -1) {
			err += math.Abs(math.Exp(f[i]/d.eps+rest) - p.a[i])
		}
	}
	copy(f, d.f)
	update(f, p.logA, power(p.relaxA, d.eps)*d.eps)
	d.softColumns(g, f)
	update(g, p.logB, power(p.relaxB, d.eps)*d.eps)
	return err
}

// totals has sum_ij C[i,j] P[i,j] an axis at a time: a cost of the axis as a factor of P is -log of it in the exponent.
func (d *grid) totals(f, g, rowSums, colSums []float64) (cost float64) {
	products := d.products
	defer func() { d.products = products }()
	sums := func(dst, potential, other []float64, factors []factor) (total float64) {
		d.soft(dst, other, factors)
		for i, rest := range dst {
			dst[i] = 0
			if !math.IsInf(potential[i], -1) {
				dst[i] = math.Exp(potential[i]/d.eps + rest)
			}
			total += dst[i]
		}
		return total
	}
	sums(colSums, g, f, d.columns)
	mass := sums(rowSums, f, g, d.rows)
	d.products = false
	weighted := append([]factor(nil), d.rows...)
	for k, axis := range d.axes {
		c := kernels.NewMatrix[float64](axis.Rows, axis.Cols)
		for i := range axis.Rows {
			for j, entry := range axis.Row(i) {
				c.Set(i, j, entry/d.eps-math.Log(entry-d.low[k]))
			}
		}
		weighted[k] = factor{cost: c}
		cost += d.low[k]*mass + sums(d.f, f, g, weighted)
		weighted[k] = d.rows[k]
	}
	return cost
}
