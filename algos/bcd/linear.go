package bcd

import (
	"sync"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/vec"
)

// linear is the problem f(x) = sum_i phi_i(z_i) with z = A*x: regression and classification. With k channels variable j*k + c is
// the weight of feature j for channel c.
type linear struct {
	a         *Data
	loss      loss
	k         int
	quadratic bool
	lipschitz []float64
	rowSums   func() []float64
}

func newLinear(a *Data, l loss, k int, quadratic bool) *linear {
	p := &linear{a: a, loss: l, k: k, quadratic: quadratic}
	p.lipschitz = p.spreadOver(a.squares(), l.bound(true, 1))
	p.rowSums = sync.OnceValue(func() []float64 {
		across := l.bound(true, k)
		if k > 1 {
			across += float64(k-1) * -l.bound(false, k)
		}
		return p.spreadOver(a.rowSums(), across)
	})
	return p
}

// spreadOver gives each channel of a feature the same number.
func (p *linear) spreadOver(features []float64, factor float64) []float64 {
	all := make([]float64, len(features)*p.k)
	for j, v := range features {
		vec.Fill(all[j*p.k:(j+1)*p.k], factor*v)
	}
	return all
}

func (p *linear) Size() int            { return p.a.cols * p.k }
func (p *linear) Quadratic() bool      { return p.quadratic }
func (p *linear) Lipschitz() []float64 { return p.lipschitz }
func (p *linear) RowSums() []float64   { return p.rowSums() }

// Bound is a factor of A'A in each pair of channels.
func (p *linear) Bound(h Matrix, block []int32) {
	features, places := p.byChannel(block)
	present := len(features)
	p.gram(h, features, places, func(c, e int) (float64, []float64) { return p.loss.bound(c == e, present), nil })
}

// byChannel lists, for each channel that a block has, the features and their places in the block.
func (p *linear) byChannel(block []int32) (features, places map[int][]int32) {
	features, places = map[int][]int32{}, map[int][]int32{}
	for t, i := range block {
		c := int(i) % p.k
		features[c], places[c] = append(features[c], i/int32(p.k)), append(places[c], int32(t))
	}
	return features, places
}

// gram sets h to A_b' diag(weights) A_b with a factor and weights by channels.
func (p *linear) gram(h Matrix, features, places map[int][]int32, weights func(c, e int) (float64, []float64)) {
	for c, rows := range features {
		for e, columns := range features {
			if e < c {
				continue
			}
			factor, w := weights(c, e)
			part := h
			if len(features) > 1 {
				part = kernels.NewMatrix[float64](len(rows), len(columns))
			}
			if p.a.isSparse() {
				coord.SparseGramAt(part, p.a.columns, rows, columns, w)
			} else {
				coord.GramAt(part, p.a.dense, rows, columns, w)
			}
			for r := range rows {
				vec.Scale(factor, part.Row(r))
			}
			if len(features) == 1 {
				return
			}
			for r, t := range places[c] {
				for s, u := range places[e] {
					h.Set(int(t), int(u), part.At(r, s))
					h.Set(int(u), int(t), part.At(r, s))
				}
			}
		}
	}
}

// MulBound applies the bound of all channels together.
func (p *linear) MulBound(dst, d []float64) {
	z := make([]float64, p.a.rows*p.k)
	p.a.mul(z, d, p.k)
	same, other := p.loss.bound(true, p.k), 0.0
	if p.k > 1 {
		other = p.loss.bound(false, p.k)
	}
	for i := 0; i < len(z); i += p.k {
		row := z[i : i+p.k]
		sum := vec.Sum(row)
		for c, v := range row {
			row[c] = (same-other)*v + other*sum
		}
	}
	p.a.mulTransposed(dst, z, p.k)
}

// linearPoint keeps z, the slopes w of the loss, and once somebody has asked for it the whole gradient A'w. Slopes are formed when they are looked
// at, and the gradient is corrected when that is.
type linearPoint struct {
	*linear
	x, z, w []float64
	touched *changes // rows whose slopes are out of date

	gradient []float64 // nil until asked for
	known    []float64 // the slopes that it has been formed with
	owed     *changes  // rows whose slopes are others now
	news     *changes  // elements that have changed since they were asked for
}

func (p *linear) At(x []float64) Point {
	rows := p.a.rows
	q := &linearPoint{
		linear: p, x: append([]float64(nil), x...), z: make([]float64, rows*p.k), w: make([]float64, rows*p.k),
		touched: newChanges(rows), owed: newChanges(rows),
	}
	q.Refresh()
	return q
}

func (q *linearPoint) X() []float64 { return q.x }

func (q *linearPoint) Value() float64 { return q.loss.value(q.z) }

func (q *linearPoint) Refresh() {
	q.a.mul(q.z, q.x, q.k)
	q.touched.everything()
	q.owed.everything()
}

func (q *linearPoint) Move(block []int32, to []float64) {
	for t, i := range block {
		d := to[t] - q.x[i]
		if d == 0 {
			continue
		}
		q.x[i] = to[t]
		j, c := int(i)/q.k, int(i)%q.k
		q.a.axpy(d, j, q.z, q.k, c)
		if !q.a.isSparse() {
			q.touched.everything()
			continue
		}
		rows, _ := q.a.columns.Row(j)
		q.touched.group(rows, 1)
	}
}

// update brings the slopes up to date.
func (q *linearPoint) update() {
	rows, all := q.touched.take()
	if all {
		q.loss.slopes(q.w, q.z, 0, q.a.rows)
		q.owed.everything()
		return
	}
	for _, r := range rows {
		q.loss.slopes(q.w, q.z, int(r), int(r)+1)
		q.owed.add(r)
	}
}

// Whole implements Tracker. The gradient is corrected along the rows whose slopes have changed where these hold fewer than half of the
// entries, otherwise formed anew.
func (q *linearPoint) Whole() ([]float64, []int32, bool) {
	if q.gradient == nil {
		q.gradient, q.known, q.news = make([]float64, q.Size()), make([]float64, len(q.w)), newChanges(q.Size())
	}
	q.update()
	if rows, all := q.owed.take(); all || 2*q.entries(rows) > q.a.entries() {
		q.a.mulTransposed(q.gradient, q.w, q.k)
		copy(q.known, q.w)
		q.news.everything()
	} else {
		q.correct(rows)
	}
	changed, all := q.news.take()
	return q.gradient, changed, all
}

// entries is the number of entries in rows.
func (q *linearPoint) entries(rows []int32) (count int) {
	for _, r := range rows {
		columns, _ := q.a.byRow.Row(int(r))
		count += len(columns)
	}
	return count
}

// correct adds to the gradient what the change of the slopes of some rows makes, and notes them as known.
func (q *linearPoint) correct(rows []int32) {
	k := q.k
	for _, r := range rows {
		i := int(r)
		w, change := q.w[i*k:(i+1)*k], q.known[i*k:(i+1)*k]
		vec.Sub(change, w, change)
		columns, values := q.a.byRow.Row(i)
		if k == 1 {
			vec.GatherAxpy(change[0], values, columns, q.gradient)
		} else {
			for e, j := range columns {
				vec.Axpy(values[e], change, q.gradient[int(j)*k:(int(j)+1)*k])
			}
		}
		copy(change, w)
		q.news.group(columns, k)
	}
}

func (q *linearPoint) Gradient(g []float64, block []int32) {
	q.update()
	switch {
	case q.k > 1:
		for t, i := range block {
			g[t] = q.a.dot(int(i)/q.k, q.w, q.k, int(i)%q.k)
		}
	case q.a.isSparse():
		coord.SparseGradientAt(g, q.a.columns, block, q.w)
	default:
		coord.GradientAt(g, q.a.dense, block, q.w)
	}
}

func (q *linearPoint) Hessian(h Matrix, block []int32) {
	q.update()
	v := make([]float64, q.a.rows)
	features, places := q.byChannel(block)
	q.gram(h, features, places, func(c, e int) (float64, []float64) { return 1, q.loss.weights(v, q.w, c, e) })
}

// MulHessian implements HessianMultiplier.
func (q *linearPoint) MulHessian(dst, d []float64) {
	if q.quadratic {
		q.MulBound(dst, d)
		return
	}
	q.update()
	k, v := q.k, make([]float64, q.a.rows)
	z, out := make([]float64, q.a.rows*k), make([]float64, q.a.rows*k)
	q.a.mul(z, d, k)
	for c := range k {
		for e := range k {
			for i, s := range q.loss.weights(v, q.w, c, e) {
				out[i*k+c] += s * z[i*k+e]
			}
		}
	}
	q.a.mulTransposed(dst, out, k)
}

// Conjugate implements Conjugater.
func (q *linearPoint) Conjugate(scale float64) float64 {
	q.update()
	return q.loss.conjugate(scale, q.w)
}
