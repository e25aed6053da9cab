package bcd

import (
	"fmt"
	"slices"
	"sync"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// quadratic is the problem f(x) = x'Ax/2 - b'x.
type quadratic struct {
	a         *sparse.CSR[float64]
	b         []float64
	lipschitz []float64
	rowSums   func() []float64
}

// Quadratic is f(x) = x'Ax/2 - b'x for a symmetric positive semidefinite sparse matrix A. That A is symmetric, and that no diagonal
// element is negative, nor zero beside others that are not, is checked; semidefiniteness otherwise is not, and where A
// is not the objective falls, once the iteration meets a direction without a minimum, until it ends with Breakdown or at its limit.
//
// The error wraps ErrNil, ErrEmpty, ErrShape, ErrFinite, ErrSymmetry or ErrIndefinite.
func Quadratic(a *sparse.CSR[float64], b []float64) (Problem, error) {
	p, err := newQuadratic(a, b)
	if err != nil {
		return nil, err // not a Problem that holds a nil
	}
	return p, nil
}

// DenseQuadratic is [Quadratic] for a dense matrix.
func DenseQuadratic(a kernels.Matrix[float64], b []float64) (Problem, error) {
	if err := a.Validate(); err != nil {
		return nil, fmt.Errorf("bcd: a: %w: %w", err, ErrShape)
	}
	m, err := sparse.FromDense(a, 0)
	if err != nil {
		return nil, fmt.Errorf("bcd: a: %w", err)
	}
	return Quadratic(m, b)
}

func newQuadratic(a *sparse.CSR[float64], b []float64) (*quadratic, error) {
	switch {
	case a == nil:
		return nil, fmt.Errorf("bcd: a: %w", ErrNil)
	case a.Rows() != a.Cols():
		return nil, fmt.Errorf("bcd: a is %d x %d, want it square: %w", a.Rows(), a.Cols(), ErrShape)
	case a.Rows() < 1:
		return nil, fmt.Errorf("bcd: a is 0 x 0: %w", ErrEmpty)
	}
	if err := checkVector("b", b, "rows of a", a.Rows()); err != nil {
		return nil, err
	}
	if err := checkSemidefinite(a); err != nil {
		return nil, err
	}
	a, err := withDiagonal(a)
	if err != nil {
		return nil, fmt.Errorf("bcd: a: %w", err)
	}
	p := &quadratic{a: a, b: append([]float64(nil), b...), lipschitz: a.Diagonal()}
	p.rowSums = sync.OnceValue(func() []float64 {
		sums := make([]float64, len(b))
		for i := range sums {
			_, values := a.Row(i)
			sums[i] = vec.AbsSum(values)
		}
		return sums
	})
	return p, nil
}

// checkSemidefinite checks what a look at single elements tells.
func checkSemidefinite(a *sparse.CSR[float64]) error {
	for i := range a.Rows() {
		columns, values := a.Row(i)
		diagonal := a.At(i, i)
		for e, j := range columns {
			v := values[e]
			switch {
			case !check.Finite(v):
				return fmt.Errorf("bcd: a[%d, %d] = %v: %w", i, j, v, ErrFinite)
			case int(j) == i && v < 0:
				return fmt.Errorf("bcd: a[%d, %d] = %v, want 0 or more: %w", i, j, v, ErrIndefinite)
			case a.At(int(j), i) != v:
				return fmt.Errorf("bcd: a[%d, %d] = %v, a[%d, %d] = %v: %w", i, j, v, j, i, a.At(int(j), i), ErrSymmetry)
			case diagonal == 0 && v != 0:
				return fmt.Errorf("bcd: a[%d, %d] = %v beside a zero on the diagonal: %w", i, j, v, ErrIndefinite)
			}
		}
	}
	return nil
}

func (p *quadratic) Size() int                 { return len(p.b) }
func (p *quadratic) Quadratic() bool           { return true }
func (p *quadratic) Lipschitz() []float64      { return p.lipschitz }
func (p *quadratic) RowSums() []float64        { return p.rowSums() }
func (p *quadratic) MulBound(dst, d []float64) { p.a.MulVec(1, d, 0, dst) }

func (p *quadratic) Bound(h Matrix, block []int32) {
	for r, i := range block {
		row := h.Row(r)
		clear(row)
		columns, values := p.a.Row(int(i))
		at := 0
		for s, l := range block { // both ascend
			at += firstAtLeast(columns[at:], l)
			if at < len(columns) && columns[at] == l {
				row[s] = values[at]
			}
		}
	}
}

// firstAtLeast is the place of the first element that is not below v, in time logarithmic in that place.
func firstAtLeast(x []int32, v int32) int {
	step := 1
	for step < len(x) && x[step] < v {
		step *= 2
	}
	start := step / 2
	at, _ := slices.BinarySearch(x[min(start, len(x)):min(step+1, len(x))], v)
	return min(start, len(x)) + at
}

// Graph implements the interface of that name.
func (p *quadratic) Graph() *sparse.CSR[float64] { return p.a }

// quadraticPoint keeps the gradient A*x - b, of which a move changes no more than the neighbours.
type quadraticPoint struct {
	*quadratic
	x, g []float64
	news *changes
}

func (p *quadratic) At(x []float64) Point {
	q := &quadraticPoint{quadratic: p, x: append([]float64(nil), x...), g: make([]float64, len(x)), news: newChanges(len(x))}
	q.Refresh()
	return q
}

func (q *quadraticPoint) X() []float64 { return q.x }

// Value is x'(g - b)/2.
func (q *quadraticPoint) Value() float64 { return (vec.Dot(q.x, q.g) - vec.Dot(q.x, q.b)) / 2 }

func (q *quadraticPoint) Gradient(g []float64, block []int32) {
	for t, i := range block {
		g[t] = q.g[i]
	}
}

func (q *quadraticPoint) Hessian(h Matrix, block []int32) { q.Bound(h, block) }
func (q *quadraticPoint) MulHessian(dst, d []float64)     { q.MulBound(dst, d) }

func (q *quadraticPoint) Move(block []int32, to []float64) {
	for t, i := range block {
		d := to[t] - q.x[i]
		if d == 0 {
			continue
		}
		q.x[i] = to[t]
		columns, values := q.a.Row(int(i))
		vec.GatherAxpy(d, values, columns, q.g)
		q.news.group(columns, 1)
	}
}

func (q *quadraticPoint) Refresh() {
	q.a.MulVec(1, q.x, 0, q.g)
	vec.Sub(q.g, q.g, q.b)
	q.news.everything()
}

// Whole implements Tracker.
func (q *quadraticPoint) Whole() ([]float64, []int32, bool) {
	changed, all := q.news.take()
	return q.g, changed, all
}

var (
	_ Graph             = (*quadratic)(nil)
	_ Multiplier        = (*quadratic)(nil)
	_ RowSummer         = (*quadratic)(nil)
	_ Tracker           = (*quadraticPoint)(nil)
	_ HessianMultiplier = (*quadraticPoint)(nil)
)
