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
// Costs count from the smallest of their axis, so that it does not overflow; the potentials make up for it.
type grid struct {
	axes          []kernels.Matrix[float64]
	low           []float64 // smallest cost of each axis
	lowest        float64   // sum of them
	eps           float64
	products      bool
	rows, columns []factor  // an axis each: as it stands, and transposed
	x, y          []float64 // the nodes on their way through the axes
	weights       []float64 // exp of them
	largest       []float64 // of each line
	f             []float64 // a number a source
}

// factor is an axis scaled for the eps at hand: its costs beyond the smallest in units of eps and, in kernel form, exp of their negative.
type factor struct{ cost, kernel kernels.Matrix[float64] }

// tiny is the logarithm of a sum whose terms may have suffered from underflow.
const tiny = -460

func newGrid(c *Cost, method Method) *grid {
	d := &grid{axes: c.axes, products: method != LogDomain, rows: make([]factor, len(c.axes)), columns: make([]factor, len(c.axes))}
	size := 1 // the most nodes at any time: every axis by its longer side
	for _, axis := range c.axes {
		low, _, _ := bounds("", axis)
		d.low, d.lowest = append(d.low, low), d.lowest+low
		size *= max(axis.Rows, axis.Cols)
	}
	d.x, d.y, d.weights, d.largest = make([]float64, size), make([]float64, size), make([]float64, size), make([]float64, size)
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
				scaled.Set(i, j, (c-d.low[k])/eps)
				transposed.Set(j, i, (c-d.low[k])/eps)
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
		in[i] = (p - d.lowest) / d.eps
	}
	for k := len(factors) - 1; k >= 0; k-- {
		cost := factors[k].cost
		lines := len(in) / cost.Cols
		out = out[:lines*cost.Rows]
		d.reduce(out, in, factors[k])
		in, out = out, in[:cap(in)]
	}
	copy(dst, in)
}

// linesAtOnce is the number of lines of an axis that one worker takes at a time; a grid with fewer is not split.
const linesAtOnce = 32

// reduce sets out[i*lines+l] = log sum_j exp(in[l*cols+j] - cost[i,j]) for all lines l. It may change in.
func (d *grid) reduce(out, in []float64, axis factor) {
	lines := len(in) / axis.cost.Cols
	kernels.Parallel((lines+linesAtOnce-1)/linesAtOnce, func(part int) {
		first := part * linesAtOnce
		end := min(first+linesAtOnce, lines)
		if d.products {
			d.reduceProducts(out, in, axis, first, end)
		} else {
			d.reduceLog(out, in, axis.cost, first, end)
		}
	})
}

func (d *grid) reduceLog(out, in []float64, cost kernels.Matrix[float64], first, end int) {
	lines := len(in) / cost.Cols
	line := make([]float64, cost.Rows)
	for l := first; l < end; l++ {
		lse.LogSumExpRows(line, 1, in[l*cost.Cols:(l+1)*cost.Cols], cost)
		for i, value := range line {
			out[i*lines+l] = value
		}
	}
}

// reduceProducts takes the maximum of every line out of in, so that repair finds exponents that are good together with
// those of the axis.
func (d *grid) reduceProducts(out, in []float64, axis factor, first, end int) {
	rows, cols := axis.kernel.Rows, axis.kernel.Cols
	lines := len(in) / cols
	for l := first; l < end; l++ {
		line := in[l*cols : (l+1)*cols]
		d.largest[l] = vec.Max(line)
		if !math.IsInf(d.largest[l], -1) { // a line without mass stays one
			for j := range line {
				line[j] -= d.largest[l]
			}
		}
	}
	lse.Exp(d.weights[first*cols:end*cols], in[first*cols:end*cols])
	for i := range rows {
		row, sums := axis.kernel.Row(i), out[i*lines+first:i*lines+end]
		for k := range sums {
			l := first + k
			sums[k] = vec.Dot(row, d.weights[l*cols:(l+1)*cols])
		}
		lse.Log(sums, sums)
		d.repair(sums, in, axis.cost.Slice(i, i+1), first)
		vec.Add(sums, sums, d.largest[first:end])
	}
}

// repair computes those logarithms of sums again that are tiny, adding the exponents of axis and line first. The sums
// are those of one row of the axis with the lines from first on.
func (d *grid) repair(sums, in []float64, cost kernels.Matrix[float64], first int) {
	for k, sum := range sums {
		if l := first + k; sum < tiny && !math.IsInf(d.largest[l], -1) {
			lse.LogSumExpRows(sums[k:k+1], 1, in[l*cost.Cols:(l+1)*cost.Cols], cost)
		}
	}
}

func (d *grid) release() {}

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
				above := entry - d.low[k]
				c.Set(i, j, above/d.eps-math.Log(above))
			}
		}
		weighted[k] = factor{cost: c}
		cost += d.low[k]*mass + sums(d.f, f, g, weighted)
		weighted[k] = d.rows[k]
	}
	return cost
}
