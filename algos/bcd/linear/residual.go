package linear

import (
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// update sets the correlations of all slots to those of their features.
func (q *quadratic) update() {
	for k, j := range q.gram.feature {
		q.in.c[k] = q.c[j]
	}
}

// refresh forms the residual and how far it came.
func (q *quadratic) refresh() {
	q.r, q.last = q.last, q.r
	q.subtract(q.r, q.t, q.gram.feature, q.in.b)
	distance := 0.0
	for i, u := range q.u {
		d := q.r[i] - q.last[i]
		distance += u * d * d
	}
	q.travelled += math.Sqrt(distance)
	vec.Mul(q.v, q.u, q.r)
}

// renew is refresh after a way on which numbers may have overflowed: no correlation is known.
func (q *quadratic) renew() {
	q.refresh()
	q.travelled = 0
	for j, v := range q.inverse {
		if v != 0 {
			q.seen[j] = math.Inf(-1)
		}
	}
}

// bound is what the magnitude of a correlation is at most: a residual that moved by d changed it by |z_j|*d or less.
func (q *quadratic) bound(j int) float64 {
	return math.Abs(q.c[j]) + q.norm[j]*(q.travelled-q.seen[j])*(1+1e-10)
}

// correlations brings up to date those that could matter at the penalty l1: of the working set, and where the bound exceeds l1.
func (q *quadratic) correlations(l1 float64) {
	q.todo = q.todo[:0]
	for j := range q.c {
		if q.seen[j] == q.travelled || q.inverse[j] == 0 {
			continue
		}
		if q.gram.slot[j] >= 0 || !q.gone[j] && q.bound(j) >= l1*(1-1e-10) {
			q.todo = append(q.todo, int32(j))
		}
	}
	q.correlate(q.c, q.v, q.todo)
	for _, j := range q.todo {
		q.seen[j] = q.travelled
	}
	q.update()
}

// exact reports whether a correlation is up to date.
func (q *quadratic) exact(j int) bool { return q.seen[j] == q.travelled }
