package linear

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/vec"
)

// quadratic is a least squares problem with penalties, in scaled features z:
//
//	min over b of  sum_i u_i*(t_i - z_i'b)^2/2 + l1*|b|_1 + l2*|b|^2/2
//
// It keeps what the next fit, with other penalties, can use: the residual, the correlations, the Gram matrix.
type quadratic struct {
	*scaled
	t    []float64 // the target, centred where there is an intercept
	base float64   // what was taken from it
	null float64   // the objective at b = 0
	size float64   // the largest magnitude of a correlation at b = 0
	top  float64   // the same of what can enter: from there on l1 makes b zero

	r, v, last []float64 // the residual, the same times the weights, the residual before
	c          []float64 // correlations, each as it was when last computed
	seen       []float64 // how far the residual had travelled then
	travelled  float64   // the sum of the lengths of its steps
	gone       []bool    // features that the gap-safe test has excluded at these penalties
	todo       []int32
	fresh      []int32
	gram       *gram
	most       int  // words it may take
	wide       bool // it would take more: there are slots but no matrix
	in         inner
}

// gramWords is how many numbers the Gram matrix with its columns may take; larger working sets go through the data
// in every sweep.
const gramWords = 1 << 26

// fewFeatures is how many features a cold start begins with. Later rounds add as many as are in the support.
const fewFeatures = 128

func newQuadratic(x *Design, y []float64, s Settings) (*quadratic, error) {
	if err := checkVector("y", y, "samples", x.samples); err != nil {
		return nil, err
	}
	n, p := x.samples, x.features
	q := &quadratic{
		t: make([]float64, n), r: make([]float64, n), v: make([]float64, n), last: make([]float64, n),
		c: make([]float64, p), seen: make([]float64, p), gone: make([]bool, p),
	}
	var err error
	if q.scaled, err = newScaled(x, s, y, q.c); err != nil {
		return nil, err
	}
	for _, c := range q.c {
		q.size = max(q.size, math.Abs(c))
		if s.Positive {
			q.top = max(q.top, c)
		}
	}
	if !s.Positive {
		q.top = q.size
	}
	copy(q.t, y)
	vec.Mul(q.v, q.u, y)
	square := vec.Dot(q.v, y)
	if q.intercept {
		q.base = q.centre(q.t, y)
	}
	vec.Mul(q.v, q.u, q.t)
	q.null = vec.Dot(q.v, q.t) / 2
	if !check.Finite(square) {
		return nil, fmt.Errorf("linear: sum of squares of y = %v: %w", square, ErrFinite)
	}
	if rounding := roundedSum(n); 2*q.null <= rounding*rounding*square {
		return nil, fmt.Errorf("linear: y: %w", ErrConstantTarget)
	}
	copy(q.r, q.t)
	q.gram, q.most = newGram(q.scaled), gramWords
	q.in.positive = s.Positive
	q.start(s.Start)
	return q, nil
}

// start begins at coefficients of the features as they were given.
func (q *quadratic) start(w []float64) {
	q.fresh = q.fresh[:0]
	for j, v := range w {
		if v != 0 && q.inverse[j] != 0 && !(q.in.positive && v < 0) {
			q.fresh = append(q.fresh, int32(j))
		}
	}
	q.admit()
	if len(q.fresh) == 0 {
		return
	}
	for k, j := range q.gram.feature {
		q.in.b[k] = w[j] / q.inverse[j]
	}
	q.settle()
}

// settle forms the residual of a start. From one that is worse than zero, where digits may be lost or numbers overflow, it goes
// to zero, which it reports.
func (q *quadratic) settle() (left bool) {
	q.refresh()
	if vec.Dot(q.v, q.r) <= 2*q.null*(1+1e-10) {
		return false
	}
	clear(q.in.b)
	copy(q.r, q.t)
	vec.Mul(q.v, q.u, q.r)
	q.travelled = 0 // the correlations are still those of zero
	return true
}

// setSweeps is how many sweeps a working set is taken to need without a Gram matrix.
const setSweeps = 300

// admit gives slots to the fresh features.
func (q *quadratic) admit() {
	switch {
	case len(q.fresh) == 0:
		return
	case q.wide || q.gram.words(q.gram.size()+len(q.fresh)) > q.most || q.gram.slow(setSweeps):
		q.enlist()
		q.update()
	default:
		q.admitToGram()
	}
}

// admitToGram is admit where the Gram matrix is kept whatever its size.
func (q *quadratic) admitToGram() {
	q.gram.add(q.fresh)
	q.in.resize(q.gram.matrix())
	q.update()
}

// solve solves for the working set.
func (q *quadratic) solve(ctx context.Context) {
	if q.wide {
		q.runWide(ctx)
	} else {
		q.in.run(ctx)
	}
}

// choose lists the features without a slot whose correlation is above a threshold, the largest first, at most so many.
func (q *quadratic) choose(threshold float64, most int) {
	q.fresh = q.fresh[:0]
	magnitude := func(j int32) float64 {
		if q.in.positive {
			return q.c[j]
		}
		return math.Abs(q.c[j])
	}
	for j := range q.c {
		if q.gram.slot[j] < 0 && !q.gone[j] && q.inverse[j] != 0 && q.exact(j) && magnitude(int32(j)) > threshold {
			q.fresh = append(q.fresh, int32(j))
		}
	}
	slices.SortFunc(q.fresh, func(a, b int32) int {
		return cmp.Or(cmp.Compare(magnitude(b), magnitude(a)), cmp.Compare(a, b))
	})
	q.fresh = q.fresh[:min(len(q.fresh), most)]
}

// fit solves at new penalties, from where the last fit ended. previous is its l1, or zero.
func (q *quadratic) fit(ctx context.Context, l1, l2, previous float64, s Settings) *Result {
	in := &q.in
	in.l1, in.l2 = l1, l2
	clear(q.gone)
	result := &Result{}
	sweeps, steps := in.sweeps, in.steps
	unit := max(l1, 1e-3*q.size)
	bare := l1 == 0 && l2 == 0
	patience := newPatience(s)
	bestDual := math.Inf(-1)
	best, merit := lowest{merit: q.null}, 0.0
	if bare {
		best.merit = math.Inf(1)
	}
	look := func() state {
		q.correlations(l1)
		m := q.measure()
		if m.dual > bestDual { // no NaN
			bestDual = m.dual
		}
		result.Objective, result.Gap = m.primal, max(m.primal-bestDual, 0)
		result.Residual, merit = result.Gap/q.null, m.primal
		if bare {
			result.Residual = q.violation()
			merit = result.Residual
		}
		return m
	}
	for {
		m := look()
		if result.judge(ctx, s) {
			break
		}
		result.Screened = q.screen(m)
		support := 0
		for _, b := range in.b {
			if b != 0 {
				support++
			}
		}
		q.choose(result.threshold(l1, previous), max(fewFeatures, support))
		if patience.spend(result.Residual, len(q.fresh) > 0) {
			result.Stopped = algos.Stalled
			break
		}
		best.see(merit, in.b)
		result.Residuals = append(result.Residuals, result.Residual)
		result.Iterations++
		q.admit()
		in.tolerance = unit * max(patience.floor, min(1e-3, 0.01*(m.worst-l1)/unit))
		q.solve(ctx)
		q.refresh()
	}
	if best.restore(in.b, merit, result.Stopped) {
		q.renew()
		look()
	}
	q.report(result)
	result.Sweeps, result.Steps = in.sweeps-sweeps, in.steps-steps
	return result
}

// report translates the coefficients.
func (q *quadratic) report(r *Result) {
	r.Coefficients = make([]float64, q.features)
	r.Intercept = q.base
	for k, j := range q.gram.feature {
		w := q.in.b[k] * q.inverse[j]
		r.Coefficients[j] = w
		r.Intercept -= q.offset(int(j), w)
	}
	r.WorkingSet = q.gram.size()
}
