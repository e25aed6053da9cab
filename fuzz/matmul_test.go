package fuzz

import (
	"math"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

func init() {
	for target, kernels := range map[string][]string{
		"FuzzGemm":     {"DotTiles", "Strip", "StripPacked", "StripPacking", "PackRowsOfA", "PackRowsOfB", "PackTransposed", "PackPanel"},
		"FuzzGemmt":    {"Strip", "StripPacked", "PackTransposed", "PackPanel", "MirrorColumns"},
		"FuzzBFloat16": {"RoundBFloat16", "WidenBFloat16"},
	} {
		covers[target] = kernels
	}
}

// The products: at each level what defines them, by exact sums.

func FuzzGemm(f *testing.F)  { both(f, product[float32](false), product[float64](false)) }
func FuzzGemmt(f *testing.F) { both(f, product[float32](true), product[float64](true)) }

// FuzzBFloat16 compares slices with single numbers.
func FuzzBFloat16(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		in := newInput(data)
		x := vectors[float32](in, 1)[0]
		eachLevel(func(l level.Level) {
			narrow, wide := make([]kernels.BFloat16, len(x)), make([]float32, len(x))
			matmul.RoundBFloat16(narrow, x)
			matmul.WidenBFloat16(wide, narrow)
			for i, v := range x {
				if narrow[i] != kernels.RoundBFloat16(v) || math.Float32bits(wide[i]) != uint32(narrow[i])<<16 {
					t.Fatalf("%v: element %d of %d, %x: %x and back %x", l, i, len(x), math.Float32bits(v), narrow[i], math.Float32bits(wide[i]))
				}
			}
		})
	})
}

// dense takes the elements of a matrix in turn from a vector, over and over, with a gap between the rows.
func dense[T kernels.Float](transpose matmul.Transpose, rows, cols, gap int, elements []T, first int) kernels.Matrix[T] {
	if transpose {
		rows, cols = cols, rows
	}
	m := kernels.NewMatrix[T](rows, cols+gap)
	m.Cols = cols
	for i := range rows {
		for j := range cols {
			m.Set(i, j, elements[(first+i*cols+j)%len(elements)])
		}
	}
	return m
}

func product[T kernels.Float](symmetric bool) func(t *testing.T, in *input) {
	return func(t *testing.T, in *input) {
		m, n, k, flags := int(in.byte()%24), int(in.byte()%24), int(in.byte()%64), in.byte()
		alpha, beta := scalar[T](in), scalar[T](in)
		tA, tB, gap := matmul.Transpose(flags&1 != 0), matmul.Transpose(flags&2 != 0), int(flags>>2&3)
		triangle := matmul.Triangle(flags >> 4 % 3)
		gapB, step := gap, 1
		if symmetric {
			n = m
		} else if flags&128 != 0 { // more rows than a B is read for where it lies, if its own fall on each other in the first cache
			m, gapB, step = m+129, 256-n, 5
		}
		if flags&64 != 0 { // a path of its own
			alpha = 1
		}
		elements := vectors[T](in, 1)[0]
		if len(elements) == 0 {
			return
		}
		a, b := dense(tA, m, k, gap, elements, 0), dense(tB, k, n, gapB, elements, 7)
		d := dense(matmul.NoTrans, m, n, gap, elements, 3)
		eachLevel(func(l level.Level) {
			c := kernels.NewMatrix[T](m, n)
			if symmetric {
				matmul.GemmtPlus(triangle, tA, tB, alpha, a, b, beta, d, c)
			} else {
				matmul.GemmPlus(tA, tB, alpha, a, b, beta, d, c)
			}
			for i := 0; i < m; i += step {
				for j := range n {
					switch {
					case symmetric && (triangle == matmul.Lower && j > i || triangle == matmul.Upper && j < i):
						if c.At(i, j) != 0 {
							t.Fatalf("%v: element (%d, %d) outside the triangle was written", l, i, j)
						}
					case symmetric && triangle == matmul.Full && j > i:
						if !testkit.Same(c.At(i, j), c.At(j, i)) {
							t.Fatalf("%v: not symmetric at (%d, %d)", l, i, j)
						}
					default:
						checkElement(t, l, c.At(i, j), alpha, beta, d.At(i, j), column(a, !tA, i), column(b, tB, j))
					}
				}
			}
		})
	}
}

// column is column j of x, or, if not, row j.
func column[T kernels.Float](x kernels.Matrix[T], not matmul.Transpose, j int) []T {
	if not {
		return x.Row(j)
	}
	v := make([]T, x.Rows)
	for i := range v {
		v[i] = x.At(i, j)
	}
	return v
}

// checkElement holds alpha*x'y + beta*d against the exact value where nothing on the way leaves the range of T, and asks for
// NaN where a term is NaN.
func checkElement[T kernels.Float](t *testing.T, l level.Level, got, alpha, beta, d T, x, y []T) {
	t.Helper()
	// A product or a sum that underflows is off by a smallest number, which alpha may enlarge.
	checkWithin(t, l, got, alpha, beta, d, x, y, float64(len(x)+2)*testkit.Smallest[T]()*(1+math.Abs(float64(alpha))))
}

// checkWithin is checkElement where so much is allowed beside the roundings.
func checkWithin[T kernels.Float](t *testing.T, l level.Level, got, alpha, beta, d T, x, y []T, underflow float64) {
	t.Helper()
	largest := testkit.Largest[T]()
	nan, terms := false, 0.0
	if alpha != 0 && len(x) > 0 {
		nan = alpha != alpha
		for p := range x {
			nan = nan || x[p]*y[p] != x[p]*y[p]
			terms += math.Abs(float64(x[p]) * float64(y[p]))
		}
	}
	added := 0.0
	if beta != 0 {
		added = float64(beta) * float64(d)
		nan = nan || beta*d != beta*d
	}
	scaled := math.Abs(float64(alpha)) * terms
	switch {
	case nan:
		if got == got {
			t.Fatalf("%v: %v where a term is NaN", l, got)
		}
	case terms < largest/4 && scaled < largest/4 && math.Abs(added) < largest/4:
		want := testkit.WideOf(float64(beta)).Mul(testkit.WideOf(float64(d)))
		if beta == 0 {
			want = testkit.WideOf(0)
		}
		if alpha != 0 && len(x) > 0 {
			want = want.Add(testkit.Dot(x, y).Mul(testkit.WideOf(float64(alpha))))
		}
		bound := float64(len(x)+2)*testkit.Roundoff[T]()*(scaled+math.Abs(added)) + underflow
		if off := testkit.Off(got, want); !(off <= bound) {
			t.Fatalf("%v: %v, want %v: %g off, more than %g (alpha %v, beta %v, d %v, k=%d)", l, got, want.Float64(), off, bound, alpha, beta, d, len(x))
		}
	}
}
