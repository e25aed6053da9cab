package linear

import (
	"math"

	"github.com/raphson-go/raphson/kernels/vec"
)

// state is what one measurement of the gap finds.
type state struct {
	primal, dual  float64
	scale, radius float64 // of a feasible dual point, scale times the residual, and of the ball around it that holds the best
	worst         float64 // largest correlation of a feature that is not excluded
}

// measure forms the objective and the best dual value at hand.
func (q *quadratic) measure() state {
	in := &q.in
	var s state
	square, sum := 0.0, 0.0 // the first times l2, without which squares of coefficients in large units would overflow
	for _, b := range in.b {
		square += in.l2 * b * b
		sum += math.Abs(b)
	}
	rr, tr := vec.Dot(q.v, q.r), vec.Dot(q.v, q.t)
	s.primal = rr/2 + in.l1*sum + square/2
	excess := 0.0 // sum of squares of what the correlations have above l1, over l2
	unseen := 0.0 // what the largest correlation that is not up to date may be, below l1
	for j, c := range q.c {
		if q.gone[j] {
			continue
		}
		if !q.exact(j) {
			unseen = max(unseen, q.bound(j))
			continue
		}
		if !in.positive {
			c = math.Abs(c)
		}
		if over := c - in.l1; over > 0 && in.l2 > 0 {
			excess += over / in.l2 * over
		}
		if k := q.gram.slot[j]; in.l2 > 0 && k >= 0 && in.b[k] != 0 {
			if c = q.c[j] - in.l2*in.b[k]; !in.positive {
				c = math.Abs(c)
			}
		}
		s.worst = max(s.worst, c)
	}
	// The features with sqrt(l2)*I below them and the target with zeros make a Lasso of an elastic net: its dual points are
	// multiples of the residual (r, -sqrt(l2)*b).
	whole := rr + square
	s.scale = max(tr/whole, 0)
	if most := max(s.worst, unseen); s.scale*most > in.l1 {
		s.scale = in.l1 / most
	}
	if whole == 0 {
		s.scale = 0
	}
	s.dual = s.scale*tr - s.scale*s.scale*whole/2
	s.radius = math.Sqrt(2 * max(s.primal-s.dual, 0))
	if in.l2 > 0 { // every residual is feasible for the elastic net itself
		s.dual = max(s.dual, tr-rr/2-excess/2)
	}
	return s
}

// violation is by how much the conditions of optimality fail without a penalty: the largest cosine between the residual and
// a feature, with the length of the target in place of that of the residual.
func (q *quadratic) violation() (worst float64) {
	for j, c := range q.c {
		if k := q.gram.slot[j]; q.in.positive && (k < 0 || q.in.b[k] == 0) {
			c = max(c, 0)
		}
		if q.inverse[j] != 0 {
			worst = max(worst, math.Abs(c)/(q.norm[j]*math.Sqrt(2*q.null)))
		}
	}
	return worst
}

// screen excludes features that the gap-safe test (Ndiaye et al. 2017) shows to be zero at the solution.
func (q *quadratic) screen(s state) (excluded int) {
	in := &q.in
	for j := range q.c {
		if q.inverse[j] == 0 {
			continue
		}
		if k := q.gram.slot[j]; k < 0 && !q.gone[j] {
			norm := math.Sqrt(q.norm[j]*q.norm[j] + in.l2)
			q.gone[j] = s.scale*q.bound(j)+s.radius*norm < in.l1*(1-1e-10)
		}
		if q.gone[j] {
			excluded++
		}
	}
	return excluded
}
