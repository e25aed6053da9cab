package matmul_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// call is one product in all its forms: op(A) is m x k, op(B) k x n.
type call[T kernels.Float] struct {
	name        string
	triangle    matmul.Triangle
	general     bool // not known to be symmetric
	tA, tB      matmul.Transpose
	alpha, beta T
	a, b, d, c  kernels.Matrix[T]
}

func (c call[T]) String() string {
	return fmt.Sprintf("%s %v: op(A) %dx%d (%v, stride %d), B stride %d (%v), alpha %v, beta %v",
		c.name, c.triangle, c.c.Rows, c.k(), c.tA, c.a.Stride, c.b.Stride, c.tB, c.alpha, c.beta)
}

func (c call[T]) k() int {
	if c.tA {
		return c.a.Rows
	}
	return c.a.Cols
}

func (c call[T]) run() {
	switch c.name {
	case "Gemm":
		matmul.Gemm(c.tA, c.tB, c.alpha, c.a, c.b, c.beta, c.c)
	case "GemmPlus":
		matmul.GemmPlus(c.tA, c.tB, c.alpha, c.a, c.b, c.beta, c.d, c.c)
	case "Gemmt":
		matmul.Gemmt(c.triangle, c.tA, c.tB, c.alpha, c.a, c.b, c.beta, c.c)
	case "GemmtPlus":
		matmul.GemmtPlus(c.triangle, c.tA, c.tB, c.alpha, c.a, c.b, c.beta, c.d, c.c)
	case "Syrk":
		matmul.Syrk(c.triangle, c.tA, c.alpha, c.a, c.beta, c.c)
	}
}

var names = []string{"Gemm", "GemmPlus", "Gemmt", "GemmtPlus", "Syrk"}

// newCall draws a product of the given size, with gaps between the rows.
func newCall[T kernels.Float](r *rand.Rand, name string, m, n, k int) call[T] {
	c := call[T]{name: name, general: name == "Gemm" || name == "GemmPlus", tA: r.IntN(2) == 0, tB: r.IntN(2) == 0, alpha: T(r.NormFloat64()), beta: T(r.NormFloat64())}
	if !c.general {
		n = m
		c.triangle = []matmul.Triangle{matmul.Full, matmul.Lower, matmul.Upper}[r.IntN(3)]
	}
	if r.IntN(3) == 0 {
		c.beta = 0
	}
	c.a, c.b = operand[T](r, c.tA, m, k), operand[T](r, c.tB, k, n)
	c.c = operand[T](r, matmul.NoTrans, m, n)
	c.d = c.c
	switch name {
	case "GemmPlus", "GemmtPlus":
		c.d = operand[T](r, matmul.NoTrans, m, n)
	case "Syrk":
		c.b, c.tB = c.a, !c.tA
	}
	return c
}

// operand is a matrix for op of it to have the given shape; what is between its rows is NaN.
func operand[T kernels.Float](r *rand.Rand, t matmul.Transpose, rows, cols int) kernels.Matrix[T] {
	if t {
		rows, cols = cols, rows
	}
	stride := cols + r.IntN(5)
	x := kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: stride, Data: make([]T, testkit.Extent(rows, cols, stride))}
	for i := range x.Data {
		x.Data[i] = T(math.NaN())
		if i%stride < cols {
			x.Data[i] = T(r.NormFloat64())
		}
	}
	return x
}

// line is row i of op(x) or column i of op(x)', as a vector.
func line[T kernels.Float](x kernels.Matrix[T], byColumn bool, i int) []T {
	if !byColumn {
		return x.Row(i)
	}
	v := make([]T, x.Rows)
	for p := range v {
		v[p] = x.At(p, i)
	}
	return v
}

// requireProduct holds C, which was before, against the exact product: inside the triangle within the bound, untouched outside,
// and symmetric where all of it is.
func requireProduct[T kernels.Float](t *testing.T, c call[T], before []T) {
	summand := c.d
	if unsafe.SliceData(c.d.Data) == unsafe.SliceData(c.c.Data) {
		summand.Data = before
	}
	columns := make([][]T, c.c.Cols)
	for j := range columns {
		columns[j] = line(c.b, !bool(c.tB), j)
	}
	for at, old := range before {
		i, j := at/c.c.Stride, at%c.c.Stride
		got := c.c.Data[at]
		switch {
		case j >= c.c.Cols || !c.general && (c.triangle == matmul.Lower && j > i || c.triangle == matmul.Upper && j < i):
			if !testkit.Same(old, got) {
				t.Fatalf("%v: element (%d, %d) was written", c, i, j)
			}
			continue
		case !c.general && c.triangle == matmul.Full && j > i:
			if !testkit.Same(c.c.At(j, i), got) {
				t.Fatalf("%v: not symmetric at (%d, %d)", c, i, j)
			}
			continue
		}
		row := line(c.a, bool(c.tA), i)
		want := testkit.Dot(row, columns[j]).Mul(testkit.WideOf(float64(c.alpha)))
		size := testkit.AbsDot(row, columns[j]).Float64() * math.Abs(float64(c.alpha))
		if c.beta != 0 {
			added := testkit.WideOf(float64(c.beta)).Mul(testkit.WideOf(float64(summand.At(i, j))))
			want, size = want.Add(added), size+math.Abs(added.Float64())
		}
		off, bound := testkit.Off(got, want), float64(c.k()+2)*testkit.Roundoff[T]()*size
		if !(off <= bound) {
			t.Fatalf("%v: element (%d, %d) is %v, want %v, %g off, more than %g", c, i, j, got, want.Float64(), off, bound)
		}
	}
}

// restride is x with its rows a multiple of stride apart.
func restride[T kernels.Float](x kernels.Matrix[T], stride int) kernels.Matrix[T] {
	y := kernels.NewMatrix[T](x.Rows, (x.Cols+stride-1)/stride*stride)
	y.Cols = x.Cols
	for i := range x.Rows {
		copy(y.Row(i), x.Row(i))
	}
	return y
}
