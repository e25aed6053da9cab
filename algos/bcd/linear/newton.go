package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// newtonWork is what the Newton steps of a logistic loss are made with.
type newtonWork struct {
	h, mean, norm    []float64 // weights of the Hessian; means and norms of the columns with these
	old, step, df    []float64
	scratch, a, logs []float64
}

// newton takes one proximal Newton step on the working set: the minimiser of the second-order model plus the penalty, as far
// as the objective falls on the way. Where no sample has a curvature left that numbers can tell, the step is that of the model with the
// largest curvature a sample can have, 1/4, which lies above the objective. It reports whether it moved.
func (q *logistic) newton(ctx context.Context, target float64) bool {
	w := &q.work
	if q.gram.size() == 0 {
		return false
	}
	w.h, w.df = resized(w.h, q.samples), resized(w.df, q.samples)
	if w.mean == nil {
		w.mean, w.norm = make([]float64, q.features), make([]float64, q.features)
	}
	for i, p := range q.wrong {
		w.h[i] = q.u[i] * p * (1 - p)
	}
	if q.model(ctx, target) && q.search() {
		return true
	}
	for i, u := range q.u {
		w.h[i] = u / 4
	}
	return q.model(ctx, target) && q.search()
}

// model minimises the model with the weights h.
func (q *logistic) model(ctx context.Context, target float64) bool {
	w, in := &q.work, &q.in
	m := q.gram.size()
	total := vec.Sum(w.h)
	if !(total > 0) {
		return false
	}
	w.means(q, total)
	in.b, in.c = resized(in.b, m), resized(in.c, m)
	for k, j := range q.gram.feature {
		in.b[k], in.c[k] = q.b[j], q.c[j]
	}
	w.old = append(w.old[:0], in.b...)
	in.tolerance = 0.3 * target
	const modelSweeps = 60 // that a model takes without a Gram matrix
	if q.gram.words(m) > q.most || q.gram.slow(modelSweeps) {
		q.wideModel(ctx, total)
		return true
	}
	q.gram.reweigh(w.h, w.mean, total)
	in.g, in.gd, in.gclip = q.gram.matrix(), resized(in.gd, m), resized(in.gclip, m)
	in.factor.reserve(m)
	in.forget()
	in.run(ctx)
	return true
}

// means sets the means of the columns with the weights of the Hessian, for which the step of the intercept is eliminated.
func (w *newtonWork) means(q *logistic, total float64) {
	features := q.gram.feature
	if !q.intercept {
		return // they stay zero
	}
	kernels.Parallel(blocks(len(features)), func(b int) {
		for _, j := range features[b*blockColumns : min((b+1)*blockColumns, len(features))] {
			w.mean[j] = q.columns.dot(int(j), w.h) / total
		}
	})
}

// search goes along the step that the model proposes: half as far until the objective falls by a hundredth of what the model
// promises. Where the step changes a margin by r at most, the curvature along it grows by a factor of exp(r) at most (Bach, Self-concordant
// analysis for logistic regression, 2010), so that it falls at t = 1/(2*r) at the latest, or else the model was not minimised. However
// short that is, on data that are all but separable, it gets further than a step of the model that lies above.
func (q *logistic) search() bool {
	w, in := &q.work, &q.in
	clear(w.df)
	offset, promise, size := 0.0, 0.0, 0.0
	w.step = resized(w.step, len(in.b))
	for k, j := range q.gram.feature {
		d := in.b[k] - w.old[k]
		w.step[k] = d
		if d == 0 {
			continue
		}
		size = max(size, math.Abs(d))
		// Along the step, with the intercept at its best in the model: z_j less its mean with the weights of the Hessian.
		q.columns.axpy(d*q.inverse[j], int(j), w.df)
		offset -= d * q.inverse[j] * w.mean[j]
		promise += -q.c[j]*d + in.l1*(math.Abs(in.b[k])-math.Abs(w.old[k])) + in.l2*w.old[k]*d
	}
	if size == 0 {
		return false
	}
	for i := range w.df {
		w.df[i] += offset
	}
	reach := max(vec.Max(w.df), -vec.Min(w.df))
	if !check.Finite(reach) {
		return false
	}
	before := q.loss()
	trial := w.h // no longer needed
	for t := 1.0; t >= 1/(8+8*reach); t /= 2 {
		penalty := 0.0
		for k, b := range w.old {
			s := t * w.step[k]
			penalty += in.l1*(math.Abs(b+s)-math.Abs(b)) + in.l2*s*(b+s/2)
		}
		for i, f := range q.f {
			trial[i] = -q.sign[i] * (f + t*w.df[i])
		}
		change := q.lossAt(trial) - before + penalty
		if change <= 0.01*t*promise || t == 1 && math.Abs(promise) <= 1e-13*before && change <= 1e-14*before {
			for k, j := range q.gram.feature {
				q.b[j] = w.old[k] + t*w.step[k]
				if t == 1 {
					q.b[j] = in.b[k]
				}
			}
			for i := range q.f {
				q.f[i] += t * w.df[i]
			}
			for _, j := range q.gram.feature { // f is bias + Z*b
				d := q.b[j] - w.old[q.gram.slot[j]]
				q.bias += d * q.inverse[j] * (q.mean[j] - w.mean[j])
			}
			q.evaluate()
			return true
		}
	}
	return false
}

// wideModel minimises the model where the Gram matrix would be too large: coordinate descent on the residual of the
// model, which begins at v.
func (q *logistic) wideModel(ctx context.Context, total float64) {
	w := &q.work
	for _, j := range q.gram.feature {
		m, s := q.columns.moments(int(j), w.h)
		if !q.intercept {
			m = 0
		}
		w.norm[j] = math.Sqrt(max(s-m*m/total, 0)) * q.inverse[j]
	}
	z := *q.scaled
	z.u, z.uniform, z.mean, z.norm = w.h, false, w.mean, w.norm
	view := &quadratic{scaled: &z, gram: q.gram, in: q.in}
	sweep := wideSweep{q: view, total: total, v: make([]float64, q.samples)}
	all, support := make([]int32, q.gram.size()), []int32(nil)
	for k := range all {
		all[k] = int32(k)
	}
	copy(sweep.v, q.v)
	const most, between = 50, 8 // sweeps of all, and of the support between them
	for range most {
		sweep.sweep(all)
		if sweep.worst <= q.in.tolerance || ctx.Err() != nil {
			break
		}
		support = support[:0]
		for k, b := range view.in.b {
			if b != 0 {
				support = append(support, int32(k))
			}
		}
		for range between {
			if sweep.sweep(support); sweep.worst <= q.in.tolerance/2 {
				break
			}
		}
	}
	q.in.b, q.in.c, q.in.sweeps = view.in.b, view.in.c, view.in.sweeps
}
