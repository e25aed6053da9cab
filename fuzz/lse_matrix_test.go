package fuzz

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/lse"
)

func init() {
	for target, kernels := range map[string][]string{
		"FuzzLogSumExpRows":    {"MaxAffine", "ExpAffine"},
		"FuzzLogSumExpColumns": {"MaxColumns", "AddExpColumns", "ExpAffine"},
		"FuzzPlan":             {"AddThenExp", "AddRows"},
		"FuzzSinkhornLog":      {"MaxAffine", "ExpAffine", "AddThenExp", "AddRows"},
		"FuzzSinkhornKernel":   {"DotRows", "AddRows", "ScaleRows"},
	} {
		covers[target] = kernels
	}
}

// The matrix functions: at each level what defines them, evaluated in float64 element by element.

func FuzzLogSumExpRows(f *testing.F) {
	both(f, logSumExp[float32](false), logSumExp[float64](false))
}

func FuzzLogSumExpColumns(f *testing.F) {
	both(f, logSumExp[float32](true), logSumExp[float64](true))
}

func FuzzPlan(f *testing.F)           { both(f, plan[float32], plan[float64]) }
func FuzzSinkhornLog(f *testing.F)    { both(f, sinkhornLog[float32], sinkhornLog[float64]) }
func FuzzSinkhornKernel(f *testing.F) { both(f, sinkhornKernel[float32], sinkhornKernel[float64]) }

// matrix takes a matrix with its margins: up to 16 rows, a stride of up to 3 more than the columns.
func matrix[T kernels.Float](in *input) (c kernels.Matrix[T], rows, columns []T) {
	n, gap := int(in.byte()%16)+1, int(in.byte()%4)
	margin := vectors[T](in, 2*n+2) // n rows, their margin, and enough for the gaps
	cols := len(margin[0])
	c = kernels.Matrix[T]{Rows: n, Cols: cols, Stride: cols + gap, Data: make([]T, n*(cols+gap))}
	for i := range n {
		copy(c.Row(i), margin[i])
	}
	rows = make([]T, n)
	for i := range rows {
		if cols > 0 {
			rows[i] = margin[n+i][0]
		}
	}
	return c, rows, margin[2*n]
}

// transposed is C' without gaps.
func transposed[T kernels.Float](c kernels.Matrix[T]) kernels.Matrix[T] {
	t := kernels.NewMatrix[T](c.Cols, c.Rows)
	for i := range c.Rows {
		for j, v := range c.Row(i) {
			t.Set(j, i, v)
		}
	}
	return t
}

func logSumExp[T kernels.Float](byColumns bool) func(t *testing.T, in *input) {
	return func(t *testing.T, in *input) {
		scale := scalar[T](in) * 8
		c, rows, columns := matrix[T](in)
		if scale == 0 || scale*2-scale*2 != 0 {
			return
		}
		shift, upright := columns, c
		if byColumns {
			shift, upright = rows, transposed(c)
		}
		eachLevel(func(l level.Level) {
			got := make([]T, upright.Rows)
			if byColumns {
				lse.LogSumExpColumns(got, scale, shift, c)
			} else {
				lse.LogSumExpRows(got, scale, shift, c)
			}
			for i, v := range got {
				checkLogSumExp(t, l, v, scale, shift, upright.Row(i))
			}
		})
	}
}

// checkLogSumExp compares with the definition where every term is within the range of T, and asks for NaN where one is NaN.
func checkLogSumExp[T kernels.Float](t *testing.T, l level.Level, got, scale T, shift, row []T) {
	t.Helper()
	epsilon := testkit.Roundoff[T]()
	largest, size, nan := math.Inf(-1), 0.0, false
	for j, v := range row {
		term := scale * (shift[j] - v)
		nan = nan || term != term
		magnitude := math.Abs(float64(shift[j])) + math.Abs(float64(v))
		size = math.Max(size, math.Max(math.Abs(float64(scale)), 1)*magnitude)
		largest = math.Max(largest, float64(scale)*(float64(shift[j])-float64(v)))
	}
	switch g := float64(got); {
	case nan:
		if g == g {
			t.Fatalf("%v: %v of a row with NaN", l, g)
		}
	case size < math.MaxFloat32/16:
		sum := 0.0
		for j, v := range row {
			sum += math.Exp(float64(scale)*(float64(shift[j])-float64(v)) - largest)
		}
		want := largest + math.Log(sum)
		if bound := epsilon * (4*size + 2*math.Abs(want) + float64(len(row)) + 8); g != want && !(math.Abs(g-want) <= bound) {
			t.Fatalf("%v: %v, want %v within %g (scale %v, shift %v, row %v)", l, g, want, bound, scale, shift, row)
		}
	}
}

func plan[T kernels.Float](t *testing.T, in *input) {
	scale := scalar[T](in) * 8
	c, f, g := matrix[T](in)
	epsilon, tiny := testkit.Roundoff[T](), testkit.SmallestNormal[T]()
	largest := -math.Log(tiny) - 8 // the exponent that a finite plan may have
	eachLevel(func(l level.Level) {
		p := kernels.NewMatrix[T](c.Rows, c.Cols)
		rowSums, columnSums := make([]T, c.Rows), make([]T, c.Cols)
		lse.Plan(p, rowSums, columnSums, scale, f, g, c)
		wide := kernels.NewMatrix[float64](c.Rows, c.Cols) // as it came out
		for i := range c.Rows {
			for j, v := range c.Row(i) {
				got := float64(p.At(i, j))
				wide.Set(i, j, got)
				exponent := float64(scale) * (float64(f[i]) + float64(g[j]) - float64(v))
				size := math.Abs(float64(scale)) * (math.Abs(float64(f[i])) + math.Abs(float64(g[j])) + math.Abs(float64(v)))
				if want := math.Exp(exponent); size < largest && !(math.Abs(got-want) <= want*epsilon*(4*size+8)+tiny) {
					t.Fatalf("%v: P[%d,%d] = %v, want %v (exponent %v)", l, i, j, got, want, exponent)
				}
			}
		}
		checkSums(t, l, rowSums, wide)
		checkSums(t, l, columnSums, transposed(wide))
	})
}

// checkSums compares sums of rows, all terms positive, unless they are not numbers.
func checkSums[T kernels.Float](t *testing.T, l level.Level, got []T, terms kernels.Matrix[float64]) {
	t.Helper()
	epsilon, tiny := testkit.Roundoff[T](), testkit.SmallestNormal[T]()
	for i, v := range got {
		sum := 0.0
		for _, term := range terms.Row(i) {
			sum += term
		}
		if g := float64(v); math.IsNaN(sum) != math.IsNaN(g) || sum < math.MaxFloat32/2 && math.Abs(g-sum) > sum*epsilon*float64(terms.Cols+2)+tiny*float64(terms.Cols) {
			t.Fatalf("%v: sum %d is %v, want %v", l, i, g, sum)
		}
	}
}

// masses maps arbitrary numbers to marginals in [1/64, 65/64].
func masses[T kernels.Float](x []T) []T {
	m := make([]T, len(x))
	for i, v := range x {
		m[i] = 1. / 64
		if w := math.Abs(float64(v)); w <= 1 {
			m[i] += T(w)
		}
	}
	return m
}

// bounded replaces what is not in [-1, 1] by 0.
func bounded[T kernels.Float](c kernels.Matrix[T]) {
	for i := range c.Rows {
		for j, v := range c.Row(i) {
			if !(v >= -1 && v <= 1) {
				c.Set(i, j, 0)
			}
		}
	}
}

// sinkhornLog checks what an iteration is for: the plan of the new f and the old g has the row sums, that of both new
// potentials the column sums. Costs over eps reach 600, far beyond the range of an exponential in float32.
func sinkhornLog[T kernels.Float](t *testing.T, in *input) {
	eps := T(1) / T(1+3*int(in.byte()%200))
	c, rows, columns := matrix[T](in)
	if c.Cols == 0 {
		return
	}
	bounded(c)
	a, b := masses(rows), masses(columns)
	epsilon := testkit.Roundoff[T]()
	eachLevel(func(l level.Level) {
		f, g := make([]T, c.Rows), make([]T, c.Cols)
		for range 3 {
			old := append([]T(nil), g...)
			lse.SinkhornLog(f, g, a, b, eps, 1, 1, c)
			size := 0.0
			for _, v := range append(append(append([]T(nil), f...), g...), old...) {
				size = math.Max(size, math.Abs(float64(v)))
			}
			tolerance := epsilon * (8*(2*size+1)/float64(eps) + float64(c.Rows+c.Cols) + 16)
			requireMarginal(t, l, a, f, old, float64(eps), c, tolerance)
			requireMarginal(t, l, b, g, f, float64(eps), transposed(c), tolerance)
		}
	})
}

// requireMarginal checks sum_j exp((f[i] + g[j] - C[i,j])/eps) = a[i].
func requireMarginal[T kernels.Float](t *testing.T, l level.Level, a, f, g []T, eps float64, c kernels.Matrix[T], tolerance float64) {
	t.Helper()
	for i := range c.Rows {
		sum := 0.0
		for j, v := range c.Row(i) {
			sum += math.Exp((float64(f[i]) + float64(g[j]) - float64(v)) / eps)
		}
		if !(math.Abs(sum-float64(a[i])) <= tolerance*float64(a[i])) {
			t.Fatalf("%v: marginal %d is %v, want %v within %g of it (eps %v)", l, i, sum, a[i], tolerance, eps)
		}
	}
}

// sinkhornKernel checks the two equations of an iteration on a positive kernel.
func sinkhornKernel[T kernels.Float](t *testing.T, in *input) {
	k, rows, columns := matrix[T](in)
	if k.Cols == 0 {
		return
	}
	bounded(k)
	for i := range k.Rows {
		row := k.Row(i)
		for j, v := range row {
			row[j] = T(math.Abs(float64(v))) + 1./32
		}
	}
	a, b := masses(rows), masses(columns)
	epsilon := testkit.Roundoff[T]()
	eachLevel(func(l level.Level) {
		u, v := masses(rows), masses(columns)
		for range 3 {
			old := append([]T(nil), v...)
			lse.SinkhornKernel(u, v, a, b, 1, 1, k)
			requireProduct(t, l, a, u, old, k, epsilon*float64(k.Cols+8))
			requireProduct(t, l, b, v, u, transposed(k), epsilon*float64(k.Rows+8))
		}
	})
}

// requireProduct checks u[i] * (K v)[i] = a[i].
func requireProduct[T kernels.Float](t *testing.T, l level.Level, a, u, v []T, k kernels.Matrix[T], tolerance float64) {
	t.Helper()
	for i := range k.Rows {
		sum := 0.0
		for j, entry := range k.Row(i) {
			sum += float64(entry) * float64(v[j])
		}
		if got := float64(u[i]) * sum; !(math.Abs(got-float64(a[i])) <= tolerance*float64(a[i])) {
			t.Fatalf("%v: product %d is %v, want %v", l, i, got, a[i])
		}
	}
}
