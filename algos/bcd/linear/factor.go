package linear

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// factor is the Cholesky factor U, U'U = G + ridge*I, of the rows and columns of G in some order, which may be prolonged
// and thinned out: a row more costs a triangular solve, a row less an update of rank one.
type factor struct {
	u        kernels.Matrix[float64] // upper triangle
	order    []int32                 // rows of G
	position []int32                 // of a row of G in order, -1 without
	left     []int32                 // rows that extend left out
	scratch  []float64
	ridge    float64
}

// leastPivot is how small a pivot may be relative to its diagonal element: what is left is then mostly rounding.
const leastPivot = 1e-11

func (f *factor) reset(ridge float64) {
	for _, k := range f.order {
		f.position[k] = -1
	}
	f.order = f.order[:0]
	f.ridge = ridge
}

// reserve makes room for the rows of a matrix of the given order.
func (f *factor) reserve(n int) {
	for len(f.position) < n {
		f.position = append(f.position, -1)
	}
}

func (f *factor) grow(n int) {
	if n <= f.u.Rows {
		return
	}
	old := f.u
	f.u = kernels.NewMatrix[float64](max(n, old.Rows+old.Rows/2, 64), max(n, old.Rows+old.Rows/2, 64))
	for i := range f.order {
		copy(f.u.Row(i)[i:], old.Row(i)[i:len(f.order)])
	}
}

// extend appends rows of g, but for those that depend on the others to rounding, which it adds to left.
func (f *factor) extend(g kernels.Matrix[float64], rows []int32) {
	const panel = 128 // rows appended at once
	for len(rows) > panel {
		f.extend(g, rows[:panel])
		rows = rows[panel:]
	}
	if len(rows) == 0 {
		return
	}
	n, k := len(f.order), len(rows)
	f.grow(n + k)
	x := f.u.Slice(0, n) // the new columns of the rows there are
	x.Data, x.Cols = x.Data[min(n, len(x.Data)):], k
	for i, a := range f.order {
		row := g.Row(int(a))
		for c, b := range rows {
			x.Data[i*x.Stride+c] = row[b]
		}
	}
	d := kernels.Matrix[float64]{Rows: k, Cols: k, Stride: f.u.Stride, Data: f.u.Data[n*f.u.Stride+n:]}
	for r, a := range rows {
		row := g.Row(int(a))
		for c, b := range rows {
			d.Data[r*d.Stride+c] = row[b]
		}
		d.Data[r*d.Stride+r] += f.ridge
	}
	if n > 0 {
		matmul.Trsm(matmul.Left, matmul.Upper, matmul.Trans, matmul.NonUnit, 1, corner(f.u, n), x)
		matmul.Syrk(matmul.Upper, matmul.Trans, -1, x, 1, d)
	}
	ok := matmul.Cholesky(matmul.Upper, d) == nil
	for r, a := range rows {
		pivot := d.Data[r*d.Stride+r]
		ok = ok && pivot*pivot > leastPivot*(g.At(int(a), int(a))+f.ridge)
	}
	switch {
	case ok:
		for _, a := range rows {
			f.position[a] = int32(len(f.order))
			f.order = append(f.order, a)
		}
	case k == 1:
		f.left = append(f.left, rows[0])
	default:
		f.extend(g, rows[:k/2])
		f.extend(g, rows[k/2:])
	}
}

// remove takes out the row of G at a position.
func (f *factor) remove(at int) {
	n := len(f.order)
	f.position[f.order[at]] = -1
	for i := at + 1; i < n; i++ {
		f.order[i-1] = f.order[i]
		f.position[f.order[i]] = int32(i - 1)
	}
	f.order = f.order[:n-1]
	for i := range at {
		row := f.u.Row(i)
		copy(row[at:n-1], row[at+1:n])
	}
	f.scratch = append(f.scratch[:0], f.u.Row(at)[at+1:n]...)
	x := f.scratch
	for i := at + 1; i < n; i++ {
		copy(f.u.Row(i - 1)[i-1:n-1], f.u.Row(i)[i:n])
	}
	// U'U + x*x' by rotations, Golub and Van Loan, Matrix computations, section 6.5.4.
	for k := range x {
		row := f.u.Row(at + k)[at+k : n-1]
		r := math.Hypot(row[0], x[k])
		c, s := r/row[0], x[k]/row[0]
		row[0] = r
		row, tail := row[1:], x[k+1:]
		vec.AddScaled(row, 1/c, row, s/c, tail)
		vec.AddScaled(tail, c, tail, -s, row)
	}
}

// solve overwrites x with the solution.
func (f *factor) solve(x []float64) {
	matmul.CholeskySolveVector(matmul.Upper, corner(f.u, len(f.order)), x)
}
