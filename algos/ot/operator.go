package ot

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// operator applies the ground cost of one problem, however it is stored. Everything above works on potentials f (of
// sources) and g (of targets) in units of the cost; -Inf is the potential of a point without mass.
type operator interface {
	// prepare sets the eps that the other methods use.
	prepare(eps float64)
	// softRows sets dst[i] = log sum_j exp((g[j] - C[i,j])/eps).
	softRows(dst, g []float64)
	// softColumns sets dst[j] = log sum_i exp((f[i] - C[i,j])/eps).
	softColumns(dst, f []float64)
	// sweep is one iteration as lse.SinkhornLog defines it.
	sweep(f, g []float64, problem *problem) (err float64)
	// totals computes the row and column sums of the plan P of f and g and returns sum C*P.
	totals(f, g, rowSums, colSums []float64) (cost float64)
	// method is LogDomain or KernelForm.
	method() Method
	// release ends the use of the operator and gives its memory back.
	release()
}

// problem is what an iteration is about, besides the cost: masses, their logarithms, and what relaxes them.
type problem struct {
	a, b           []float64
	logA, logB     []float64
	relaxA, relaxB float64
}

// kernelLimit is the number of entries up to which Automatic stores a kernel beside a dense cost: half a gigabyte.
const kernelLimit = 1 << 26

// safeExponent bounds |log u| and |log v| of scalings that are not absorbed yet. An entry of the kernel that underflows
// is below 1e-307, so what it would have added is below 1e-307*exp(4*60) = 1e-203, far below any sum that is safe.
const safeExponent = 60

// dense is the operator of a matrix. In kernel form it holds K = exp((f0+g0-C)/eps), formed from the potentials that an
// iteration in the log domain left: then the columns of K sum to b, its rows nearly to a, and neither can have
// underflowed, whatever eps is.
type dense struct {
	c      kernels.Matrix[float64]
	eps    float64
	kernel kernels.Matrix[float64] // no data in the log domain
	formed bool                    // kernel belongs to f0 and g0
	f0, g0 []float64
	u, v   []float64
	a, b   []float64 // the marginals as the scalings see them
	lent   loan
}

func newDense(c kernels.Matrix[float64], method Method) *dense {
	d := &dense{c: c}
	if method == KernelForm || method == Automatic && c.Rows <= kernelLimit/c.Cols {
		d.kernel = d.lent.matrix(c.Rows, c.Cols)
		d.f0, d.u, d.a = make([]float64, c.Rows), make([]float64, c.Rows), make([]float64, c.Rows)
		d.g0, d.v, d.b = make([]float64, c.Cols), make([]float64, c.Cols), make([]float64, c.Cols)
	}
	return d
}

// newGathered is newDense for the part of a cost between some sources and some targets.
func newGathered(c *Cost, sources, targets []int, method Method) *dense {
	var lent loan
	part := lent.matrix(len(sources), len(targets))
	c.gather(part, sources, targets)
	d := newDense(part, method)
	d.lent = append(d.lent, lent...)
	return d
}

func (d *dense) release() { d.lent.release() }

func (d *dense) method() Method {
	if d.kernel.Data == nil {
		return LogDomain
	}
	return KernelForm
}

func (d *dense) prepare(eps float64) { d.eps, d.formed = eps, false }

func (d *dense) softRows(dst, g []float64) { lse.LogSumExpRows(dst, 1/d.eps, g, d.c) }

func (d *dense) softColumns(dst, f []float64) { lse.LogSumExpColumns(dst, 1/d.eps, f, d.c) }

func (d *dense) sweep(f, g []float64, p *problem) (err float64) {
	if d.formed {
		if err, ok := d.sweepKernel(f, g, p); ok {
			return err
		}
	}
	err = lse.SinkhornLog(f, g, p.a, p.b, d.eps, power(p.relaxA, d.eps), power(p.relaxB, d.eps), d.c)
	if d.kernel.Data != nil {
		d.absorb(f, g, p)
	}
	return err
}

// absorb forms the kernel of f and g. It borrows u and v for the sums that lse.Plan computes besides.
func (d *dense) absorb(f, g []float64, p *problem) {
	copy(d.f0, f)
	copy(d.g0, g)
	lse.Plan(d.kernel, d.u, d.v, 1/d.eps, f, g, d.c)
	target(d.a, p.a, f, p.relaxA)
	target(d.b, p.b, g, p.relaxB)
	d.formed = true
}

// target is the marginal that a plan with potential f must have at the optimum: mass*exp(-f/relax) where it is relaxed.
// It is also what makes the update of a scaling u = (target/Kv)^power the update of f0 + eps*log u.
func target(dst, mass, f []float64, relax float64) {
	if relax == 0 {
		copy(dst, mass)
		return
	}
	for i, m := range mass {
		dst[i] = 0
		if m > 0 {
			dst[i] = m * math.Exp(-f[i]/relax)
		}
	}
}

// sweepKernel is sweep in scalings of the kernel; not ok, it leaves f and g alone, for the scalings are not safe.
func (d *dense) sweepKernel(f, g []float64, p *problem) (err float64, ok bool) {
	if !scalings(d.u, f, d.f0, d.eps) || !scalings(d.v, g, d.g0, d.eps) {
		return 0, false
	}
	err = lse.SinkhornKernel(d.u, d.v, d.a, d.b, power(p.relaxA, d.eps), power(p.relaxB, d.eps), d.kernel)
	if !safe(d.u) || !safe(d.v) {
		return 0, false
	}
	potentials(f, d.u, d.f0, d.eps)
	potentials(g, d.v, d.g0, d.eps)
	return err, true
}

// scalings sets u = exp((f-f0)/eps) and reports whether they are safe.
func scalings(u, f, f0 []float64, eps float64) bool {
	vec.Sub(u, f, f0)
	vec.Scale(1/eps, u)
	if !(vec.Min(u) >= -safeExponent && vec.Max(u) <= safeExponent) {
		return false
	}
	lse.Exp(u, u)
	return true
}

// safe reports whether scalings that were safe before an iteration left it usable: not NaN, and no farther out than
// twice the safe exponent.
func safe(u []float64) bool {
	return vec.Min(u) >= math.Exp(-2*safeExponent) && vec.Max(u) <= math.Exp(2*safeExponent)
}

// potentials sets f = f0 + eps*log u, and leaves the logarithms in u.
func potentials(f, u, f0 []float64, eps float64) {
	lse.Log(u, u)
	vec.AddScaled(f, 1, f0, eps, u)
}

func (d *dense) totals(f, g, rowSums, colSums []float64) (cost float64) {
	clear(colSums)
	eachPlanBlock(d.c.Rows, d.c.Cols, d.c.Slice, f, g, d.eps, func(b planBlock) {
		copy(rowSums[b.first:], b.rowSums)
		vec.Add(colSums, colSums, b.colSums)
		for i := range b.plan.Rows {
			cost += vec.Dot(b.plan.Row(i), b.costs.Row(i))
		}
	})
	return cost
}

// planBlock is some rows of a plan with their costs and sums.
type planBlock struct {
	first            int // row
	plan, costs      kernels.Matrix[float64]
	rowSums, colSums []float64
}

// planRows is the number of rows of a plan that are held at a time when it is not wanted as a whole.
const planRows = 64

// eachPlanBlock forms the plan of f and g, a block of rows at a time, which do must not keep. The costs of rows first up to
// end come from costs.
func eachPlanBlock(rows, cols int, costs func(first, end int) kernels.Matrix[float64], f, g []float64, eps float64, do func(planBlock)) {
	var lent loan
	defer lent.release()
	plan := lent.matrix(min(planRows, rows), cols)
	rowSums, colSums := make([]float64, plan.Rows), make([]float64, cols)
	for first := 0; first < rows; first += planRows {
		end := min(first+planRows, rows)
		b := planBlock{first, plan.Slice(0, end-first), costs(first, end), rowSums[:end-first], colSums}
		lse.Plan(b.plan, b.rowSums, b.colSums, 1/eps, f[first:end], g, b.costs)
		do(b)
	}
}
