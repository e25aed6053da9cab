package linear

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/raphson-go/raphson/algos"
)

// fit is quadratic.fit for this loss.
func (q *logistic) fit(ctx context.Context, l1, l2, previous float64, s Settings) *Result {
	in := &q.in
	in.l1, in.l2 = l1, l2
	clear(q.gone)
	q.restart()
	result := &Result{}
	sweeps, steps := in.sweeps, in.steps
	bestDual, last := math.Inf(-1), math.Inf(1)
	floor, idle := 0.1*s.Tolerance, 0
	for {
		q.correlations()
		m := q.measure()
		bestDual = max(bestDual, m.dual)
		result.Objective, result.Gap = m.primal, max(m.primal-bestDual, 0)
		result.Residual = result.Gap / q.null
		if result.judge(ctx, s) {
			break
		}
		if idle > mostStalled {
			result.Stopped = algos.Stalled
			break
		}
		if last-m.primal < 0.01*s.Tolerance*q.null { // neither the objective falls nor, by being measured there, the gap
			floor /= 16
			idle++
		} else {
			idle = 0
		}
		last = m.primal
		result.Screened = q.screen(m)
		q.choose(result.threshold(l1, previous))
		worst := q.worst()
		unit := max(l1, 1e-3*q.top)
		target := max(unit*floor, 0.03*worst)
		for k := range 8 {
			if k > 0 && s.Progress != nil { // of the last of them judge tells
				s.Progress(algos.Progress{Done: result.Iterations, Of: s.MaxIterations, Residual: result.Residual})
			}
			result.Residuals = append(result.Residuals, result.Residual)
			result.Iterations++
			if !q.newton(ctx, target) || ctx.Err() != nil || result.Iterations >= s.MaxIterations {
				break
			}
			q.correlate(q.c, q.v, q.gram.feature)
			if q.worst() <= 3*target {
				break
			}
		}
		result.WorkingSet = max(result.WorkingSet, q.gram.size())
	}
	q.report(result)
	result.Sweeps, result.Steps = in.sweeps-sweeps, in.steps-steps
	return result
}

// worst is the largest violation of the conditions in the working set, before there is one of all that is in it.
func (q *logistic) worst() (worst float64) {
	at := inner{l1: q.in.l1, l2: q.in.l2, positive: q.in.positive, b: []float64{0}, c: []float64{0}}
	for _, j := range q.gram.feature {
		at.b[0], at.c[0] = q.b[j], q.c[j]
		worst = max(worst, at.violation(0))
	}
	return worst
}

// choose makes the working set: the features with a coefficient and those whose correlation is above the threshold, the
// largest first, as many as a cold start begins with or as there are coefficients.
func (q *logistic) choose(threshold float64) {
	var list, set []int32
	magnitude := func(j int32) float64 {
		if q.in.positive {
			return q.c[j]
		}
		return math.Abs(q.c[j])
	}
	for j, b := range q.b {
		switch {
		case q.inverse[j] == 0:
		case b != 0:
			set = append(set, int32(j))
		case !q.gone[j] && magnitude(int32(j)) > threshold:
			list = append(list, int32(j))
		}
	}
	slices.SortFunc(list, func(a, b int32) int {
		return cmp.Or(cmp.Compare(magnitude(b), magnitude(a)), cmp.Compare(a, b))
	})
	if q.in.l1 > 0 {
		list = list[:min(len(list), max(fewFeatures, len(set)))]
	}
	set = append(set, list...)
	slices.Sort(set)
	q.gram.drop()
	for k, j := range set {
		q.gram.slot[j] = int32(k)
	}
	q.gram.feature = append(q.gram.feature, set...)
}

// report translates the coefficients.
func (q *logistic) report(r *Result) {
	r.Coefficients = make([]float64, q.features)
	r.Intercept = q.bias
	for j, b := range q.b {
		if b != 0 {
			r.Coefficients[j] = b * q.inverse[j]
			r.Intercept -= q.offset(j, r.Coefficients[j])
		}
	}
}
