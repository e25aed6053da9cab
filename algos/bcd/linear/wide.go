package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// Working sets too large for a Gram matrix: coordinate descent on the residual, each update of which goes through the data of
// its feature twice, with extrapolation.

// enlist gives the fresh features slots without a Gram matrix.
func (q *quadratic) enlist() {
	q.wide = true
	for _, j := range q.fresh {
		q.gram.slot[j] = int32(len(q.gram.feature))
		q.gram.feature = append(q.gram.feature, j)
		q.in.b, q.in.c = append(q.in.b, 0), append(q.in.c, q.c[j])
	}
}

// The residual moves by multiples of z_j = (x_j - mean_j)*inverse_j. What the means add is the same for all samples and kept apart
// as a number, so that sparse columns cost what they have entries.
type wideSweep struct {
	q     *quadratic
	v     []float64 // weights times the residual, less shift*u
	shift float64
	total float64 // of the weights
	worst float64 // violation met in a sweep
}

func (w *wideSweep) correlation(j int32) float64 {
	q := w.q
	return (q.columns.dot(int(j), w.v) + w.shift*w.total*q.mean[j]) * q.inverse[j]
}

func (w *wideSweep) sweep(slots []int32) {
	q, in := w.q, &w.q.in
	in.sweeps++
	w.worst = 0
	for _, k := range slots {
		j := q.gram.feature[k]
		in.c[k] = w.correlation(j)
		w.worst = max(w.worst, in.violation(int(k)))
		h := q.norm[j] * q.norm[j]
		b := in.prox(in.c[k]+h*in.b[k], h+in.l2)
		if b == in.b[k] {
			continue
		}
		step := (b - in.b[k]) * q.inverse[j]
		in.b[k] = b
		w.shift += step * q.mean[j]
		if q.uniform {
			q.columns.axpy(-step*q.u[0], int(j), w.v)
		} else {
			q.columns.axpyWeighted(-step, int(j), q.u, w.v)
		}
	}
}

// runWide is inner.run without a Gram matrix.
func (q *quadratic) runWide(ctx context.Context) bool {
	in := &q.in
	all := make([]int32, len(in.b))
	for k := range all {
		all[k] = int32(k)
	}
	w := wideSweep{q: q, total: 1, v: make([]float64, q.samples)}
	for range innerRounds {
		q.subtract(w.v, q.t, q.gram.feature, in.b)
		vec.Mul(w.v, q.u, w.v)
		w.shift = -vec.Sum(w.v)
		if !q.intercept {
			w.shift = 0
		}
		w.sweep(all)
		if w.worst <= in.tolerance {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		var support []int32
		for k, b := range in.b {
			if b != 0 {
				support = append(support, int32(k))
			}
		}
		in.history.reset()
		for range 2 * memory {
			w.sweep(support)
			in.history.record(in, support)
			if w.worst <= in.tolerance/4 {
				break
			}
		}
		q.extrapolate(support)
	}
	return false
}

// extrapolate moves to the extrapolation of the last sweeps if the objective is smaller there.
func (q *quadratic) extrapolate(slots []int32) {
	in := &q.in
	x := in.history.inOrthant()
	if x == nil {
		return
	}
	before := q.objective()
	old := make([]float64, len(slots))
	for i, k := range slots {
		old[i], in.b[k] = in.b[k], x[i]
	}
	if q.objective() < before {
		return
	}
	for i, k := range slots {
		in.b[k] = old[i]
	}
}

// objective is formed from the data.
func (q *quadratic) objective() float64 {
	r := make([]float64, q.samples)
	q.subtract(r, q.t, q.gram.feature, q.in.b)
	sum := 0.0
	for i, u := range q.u {
		sum += u * r[i] * r[i] / 2
	}
	for _, b := range q.in.b {
		sum += q.in.l1*math.Abs(b) + q.in.l2*b*b/2
	}
	return sum
}
