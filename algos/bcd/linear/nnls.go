package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// NNLS is least squares with coefficients that are not negative: it minimises
//
//	sum_i v_i*(y_i - x_i'w)^2 / 2   over  w >= 0
//
// with v the weights, which here do count as they are. There is no intercept (Settings.NoIntercept and Positive are implied), and
// a column of zeros is an error unless DropConstant is set.
//
// It stops when the conditions of optimality hold to the tolerance: Residual is the largest correlation of the residual with a
// feature that would lower the objective, as a fraction of the lengths of the feature and of y. The gap is computed where a feasible dual
// point is at hand, which is where some combination of the samples (the same multiple of each, or the sum of all features) has a positive product
// with every feature, as it has for features that are not negative; it is +Inf otherwise.
func NNLS(ctx context.Context, x *Design, y []float64, settings Settings) (*Result, error) {
	settings.NoIntercept, settings.Positive = true, true
	settings, err := settings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	q, err := newQuadratic(x, y, settings)
	if err != nil {
		return nil, err
	}
	result := q.fit(ctx, 0, 0, 0, settings)
	total, largest := float64(x.samples), 1.0
	if settings.Weights != nil {
		total, largest = 0, vec.Max(settings.Weights)
		for _, w := range settings.Weights {
			total += w / largest // the sum of the weights may be beyond the range where the objective is not
		}
	}
	result.Gap = q.coneGap(result.Objective) * total * largest
	result.Objective = result.Objective * total * largest
	return result, ended(ctx, result)
}

// coneGap is the gap to the best point r - delta*d at hand that has no positive product with a feature, for the
// directions d that have a positive one with all.
func (q *quadratic) coneGap(primal float64) float64 {
	gap := math.Inf(1)
	var all []int32
	for j := range q.c {
		if q.inverse[j] != 0 {
			all = append(all, int32(j))
		}
	}
	q.correlate(q.c, q.v, all)
	one, sum := make([]float64, q.samples), make([]float64, q.samples)
	vec.Fill(one, 1)
	for _, j := range all {
		q.columns.axpy(1/q.norm[j], int(j), sum)
	}
	product, weighted, point := make([]float64, q.features), make([]float64, q.samples), make([]float64, q.samples)
	for _, d := range [][]float64{one, sum} {
		vec.Mul(weighted, q.u, d)
		q.correlate(product, weighted, all)
		delta := 0.0
		for _, j := range all {
			if product[j] <= 0 && q.c[j] > 0 || product[j] < 0 {
				delta = math.Inf(1)
				break
			}
			if q.c[j] > 0 {
				delta = max(delta, q.c[j]/product[j])
			}
		}
		if math.IsInf(delta, 1) {
			continue
		}
		dual := 0.0
		for i, r := range q.r {
			point[i] = r - delta*d[i]
			dual += q.u[i] * point[i] * (q.t[i] - point[i]/2)
		}
		gap = min(gap, max(primal-dual, 0))
	}
	return gap
}
