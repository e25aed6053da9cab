package fuzz

import (
	"math"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// The names are those of the kernels and of loops in plain Go.
func init() {
	for target, kernels := range map[string][]string{
		"FuzzMulVec":         {"CompressedRows", "Residual"},
		"FuzzPlannedProduct": {"DiagonalRows", "SlabRows", "SortedRows", "ShortRows"},
		"FuzzMulTransposed":  {"ScatterRows", "ScatterWide"},
		"FuzzMulMat":         {"WideRows"},
		"FuzzSampled":        {"SampledRows"},
		"FuzzSymmetric":      {"SymmetricRows"},
		"FuzzTriangular":     {"SolveRows"},
	} {
		covers[target] = kernels
	}
}

// sparseOperands takes a matrix with up to 16 rows, in which about a third of the elements of a dense one are entries.
func sparseOperands[T kernels.Float](t *testing.T, in *input) (a *sparse.CSR[T], rows, columns []T) {
	t.Helper()
	keep := in.word(8)
	m, rows, columns := matrix[T](in)
	for i := range m.Rows {
		for j := range m.Row(i) {
			if keep>>((i*7+j*j)%61)%3 != 0 || !tame(m.At(i, j)) {
				m.Set(i, j, 0)
			}
		}
	}
	a, err := sparse.FromDense(m, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range [][]T{rows, columns} {
		for i, v := range x {
			if !tame(v) {
				x[i] = T(i%5) - 2
			}
		}
	}
	return a, rows, columns
}

// tame reports whether products of a few such numbers stay within the range of float32.
func tame[T kernels.Float](v T) bool {
	size := math.Abs(float64(v))
	return size == 0 || size > 1e-9 && size < 1e9
}

// requireRow holds s = factor times a row times x plus before against the bound of package sparse.
func requireRow[T kernels.Float](t *testing.T, l level.Level, got T, factor float64, columns []int32, values, x []T, before float64) {
	t.Helper()
	picked := make([]T, len(columns))
	for k, j := range columns {
		picked[k] = x[j]
	}
	want := testkit.Dot(values, picked).Mul(testkit.WideOf(factor)).Add(testkit.WideOf(before))
	size := math.Abs(factor)*testkit.AbsDot(values, picked).Float64() + math.Abs(before)
	if !(testkit.Off(got, want) <= float64(len(columns)+3)*testkit.Roundoff[T]()*size) {
		t.Fatalf("%v: %v, want %v", l, got, want.Float64())
	}
}

// FuzzMulVec: y = -2*A*x + y and the residual.
func FuzzMulVec(f *testing.F) { both(f, mulVec[float32], mulVec[float64]) }

func mulVec[T kernels.Float](t *testing.T, in *input) {
	a, rows, x := sparseOperands[T](t, in)
	eachLevel(func(l level.Level) {
		y, r := slices.Clone(rows), make([]T, len(rows))
		a.MulVec(-2, x, 1, y)
		norm := a.Residual(r, rows, x)
		for i := range y {
			columns, values := a.Row(i)
			requireRow(t, l, y[i], -2, columns, values, x, float64(rows[i]))
			requireRow(t, l, r[i], -1, columns, values, x, float64(rows[i]))
		}
		epsilon := testkit.Roundoff[T]()
		if want := testkit.Dot(r, r).Sqrt().Float64(); math.Abs(float64(norm)-want) > want*epsilon*float64(len(r)+4) {
			t.Fatalf("%v: norm %v, want %v", l, norm, want)
		}
	})
}

// FuzzPlannedProduct: y = -2*A*x + y in every format that can hold the matrix, or its symmetric part where it is square.
func FuzzPlannedProduct(f *testing.F) { both(f, plannedProduct[float32], plannedProduct[float64]) }

func plannedProduct[T kernels.Float](t *testing.T, in *input) {
	a, rows, x := sparseOperands[T](t, in)
	if a.Rows() == a.Cols() && in.way%2 == 0 {
		m := a.Dense()
		for i := range m.Rows {
			for j := range i {
				m.Set(i, j, m.At(j, i))
			}
		}
		var err error
		if a, err = sparse.FromDense(m, 0); err != nil {
			t.Fatal(err)
		}
	}
	for format := sparse.FormatCSR; format <= sparse.FormatSymmetric; format++ {
		p, err := sparse.NewPlan(a, sparse.PlanSettings{Format: format})
		if err != nil {
			continue // a format that does not fit
		}
		eachLevel(func(l level.Level) {
			y := slices.Clone(rows)
			p.MulVec(-2, x, 1, y)
			for i := range y {
				columns, values := a.Row(i)
				requireRow(t, l, y[i], -2, columns, values, x, float64(rows[i]))
			}
		})
	}
}

// FuzzMulTransposed: y = 3*A'*x, for one and for several right-hand sides.
func FuzzMulTransposed(f *testing.F) { both(f, mulTransposed[float32], mulTransposed[float64]) }

func mulTransposed[T kernels.Float](t *testing.T, in *input) {
	a, x, _ := sparseOperands[T](t, in)
	byColumns := a.Transpose()
	eachLevel(func(l level.Level) {
		y, wide, wideY := make([]T, a.Cols()), kernels.NewMatrix[T](a.Rows(), 3), kernels.NewMatrix[T](a.Cols(), 3)
		for i, v := range x {
			wide.Set(i, 2, v)
		}
		a.MulVecTransposed(3, x, 0, y)
		a.MulMatTransposed(3, wide, 0, wideY)
		for j := range y {
			rows, values := byColumns.Row(j)
			requireRow(t, l, y[j], 3, rows, values, x, 0)
			requireRow(t, l, wideY.At(j, 2), 3, rows, values, x, 0)
		}
	})
}

// FuzzMulMat: Y = A*X for five right-hand sides, multiples of one.
func FuzzMulMat(f *testing.F) { both(f, mulMat[float32], mulMat[float64]) }

func mulMat[T kernels.Float](t *testing.T, in *input) {
	a, _, x := sparseOperands[T](t, in)
	eachLevel(func(l level.Level) {
		wide, y := kernels.NewMatrix[T](a.Cols(), 5), kernels.NewMatrix[T](a.Rows(), 5)
		for j, v := range x {
			for k := range 5 {
				wide.Set(j, k, v*T(k))
			}
		}
		a.MulMat(1, wide, 0, y)
		for i := range a.Rows() {
			columns, values := a.Row(i)
			for k := range 5 {
				multiple := make([]T, len(x))
				for j := range x {
					multiple[j] = wide.At(j, k)
				}
				requireRow(t, l, y.At(i, k), 1, columns, values, multiple, 0)
			}
		}
	})
}

// FuzzSampled: 3*X*Y' in the places of the entries, whatever their values, with space between the rows of X.
func FuzzSampled(f *testing.F) { both(f, sampled[float32], sampled[float64]) }

func sampled[T kernels.Float](t *testing.T, in *input) {
	width := int(in.byte()) % 150 // more than AVX-512 keeps in registers
	a, rows, columns := sparseOperands[T](t, in)
	x, y := kernels.NewMatrix[T](a.Rows(), width+3), kernels.NewMatrix[T](a.Cols(), width)
	x.Cols = width
	places := make([]int32, width)
	for k := range width {
		places[k] = int32(k)
		for i := range a.Rows() {
			x.Set(i, k, rows[(i+k)%len(rows)])
		}
		for j := range a.Cols() {
			y.Set(j, k, columns[(j*3+k)%len(columns)])
		}
	}
	eachLevel(func(l level.Level) {
		dst := make([]T, a.Len())
		a.Sampled(dst, 3, x, y)
		product, err := a.WithValues(dst)
		if err != nil {
			t.Fatal(err)
		}
		for i := range a.Rows() {
			columns, values := product.Row(i)
			for k, j := range columns {
				requireRow(t, l, values[k], 3, places, x.Row(i), y.Row(int(j)), 0)
			}
		}
	})
}

// FuzzSymmetric: the product with one stored triangle.
func FuzzSymmetric(f *testing.F) { both(f, symmetric[float32], symmetric[float64]) }

func symmetric[T kernels.Float](t *testing.T, in *input) {
	a, _, x := sparseOperands[T](t, in)
	n := min(a.Rows(), a.Cols())
	m := kernels.NewMatrix[T](n, n)
	for i := range n {
		for j := range i + 1 {
			m.Set(i, j, a.At(i, j))
			m.Set(j, i, a.At(i, j))
		}
	}
	full, err := sparse.FromDense(m, 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sparse.NewSymmetric(full)
	if err != nil {
		t.Fatal(err)
	}
	eachLevel(func(l level.Level) {
		y := make([]T, n)
		s.MulVec(1, x[:n], 0, y)
		for i := range y {
			columns, values := full.Row(i)
			requireRow(t, l, y[i], 1, columns, values, x, 0)
		}
	})
}

// FuzzTriangular: what is solved for satisfies its row, L with a unit diagonal and U with one of 2.
func FuzzTriangular(f *testing.F) { both(f, triangular[float32], triangular[float64]) }

func triangular[T kernels.Float](t *testing.T, in *input) {
	a, b, _ := sparseOperands[T](t, in)
	n := min(a.Rows(), a.Cols())
	m := kernels.NewMatrix[T](n, n)
	for i := range n {
		for j := range n {
			v := a.At(i, j)
			m.Set(i, j, v/(1+v*v)) // at most 1/2, so that solutions stay in range
		}
		m.Set(i, i, 2)
	}
	whole, err := sparse.FromDense(m, 0)
	if err != nil {
		t.Fatal(err)
	}
	eachLevel(func(l level.Level) {
		for _, upper := range []bool{false, true} {
			solver, err := sparse.NewLower(whole, true)
			if upper {
				solver, err = sparse.NewUpper(whole, false)
			}
			if err != nil {
				t.Fatal(err)
			}
			x := make([]T, n)
			solver.Solve(x, b[:n])
			for i := range n {
				columns, values := whole.Row(i)
				k, _ := slices.BinarySearch(columns, int32(i))
				var row []T
				if upper {
					columns, row = columns[k:], values[k:]
				} else {
					columns, row = columns[:k+1], append(slices.Clone(values[:k]), 1)
				}
				requireRow(t, l, b[i], 1, columns, row, x, 0)
			}
		}
	})
}
