package fuzz

import (
	"errors"
	"math"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

func init() {
	for target, kernels := range map[string][]string{
		"FuzzGemv":          {"MulRows", "AddScaledRows"},
		"FuzzGer":           {"AddOuter"},
		"FuzzTrsm":          {"SolveStrip", "MulRows", "AddScaledRows"},
		"FuzzCholesky":      {"FactorUpper"},
		"FuzzSolveSPDBatch": {"SolveSystems", "PackTransposed"},
		"FuzzGemmBatch":     {"MultiplyEach"},
	} {
		covers[target] = kernels
	}
}

// Vectors and batches of products: what defines them, by exact sums. Solves: the residual, against the bound of the backward
// error, and that a system comes out the same alone as among others.

func FuzzGemv(f *testing.F)          { both(f, gemv[float32], gemv[float64]) }
func FuzzGer(f *testing.F)           { both(f, ger[float32], ger[float64]) }
func FuzzTrsm(f *testing.F)          { both(f, trsm[float32], trsm[float64]) }
func FuzzCholesky(f *testing.F)      { both(f, cholesky[float32], cholesky[float64]) }
func FuzzSolveSPDBatch(f *testing.F) { both(f, solveSPDBatch[float32], solveSPDBatch[float64]) }
func FuzzGemmBatch(f *testing.F)     { both(f, gemmBatch[float32], gemmBatch[float64]) }

// cycle takes n elements, over and over.
func cycle[T kernels.Float](elements []T, first, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = elements[(first+i)%len(elements)]
	}
	return x
}

// scaled is alpha*x, rounded.
func scaled[T kernels.Float](alpha T, x []T) []T {
	y := make([]T, len(x))
	for i, v := range x {
		y[i] = alpha * v
	}
	return y
}

func gemv[T kernels.Float](t *testing.T, in *input) {
	m, n, flags := int(in.byte()%48), int(in.byte()%48), in.byte()
	alpha, beta := scalar[T](in), scalar[T](in)
	elements := vectors[T](in, 1)[0]
	if len(elements) == 0 {
		return
	}
	a := dense(matmul.NoTrans, m, n, int(flags>>1&3), elements, 0)
	tA := matmul.Transpose(flags&1 != 0)
	if tA {
		m, n = n, m
	}
	x, before := cycle(elements, 5, n), cycle(elements, 11, m)
	eachLevel(func(l level.Level) {
		y := slices.Clone(before)
		matmul.Gemv(tA, alpha, a, x, beta, y)
		for i, got := range y {
			if tA && alpha != 0 { // then alpha*x is rounded before it meets A
				checkElement(t, l, got, 1, beta, before[i], column(a, false, i), scaled(alpha, x))
			} else {
				checkElement(t, l, got, alpha, beta, before[i], column(a, !tA, i), x)
			}
		}
	})
}

func ger[T kernels.Float](t *testing.T, in *input) {
	m, n, gap, alpha := int(in.byte()%48), int(in.byte()%48), int(in.byte()%4), scalar[T](in)
	elements := vectors[T](in, 1)[0]
	if len(elements) == 0 {
		return
	}
	x, y := cycle(elements, 5, m), cycle(elements, 11, n)
	before := dense(matmul.NoTrans, m, n, gap, elements, 0)
	eachLevel(func(l level.Level) {
		a := before
		a.Data = slices.Clone(before.Data)
		matmul.Ger(alpha, x, y, a)
		for i := range m {
			for j, got := range a.Row(i) {
				if alpha == 0 {
					if !testkit.Same(got, before.At(i, j)) {
						t.Fatalf("%v: (%d, %d) was changed", l, i, j)
					}
					continue
				}
				checkElement(t, l, got, 1, 1, before.At(i, j), scaled(alpha, x[i:i+1]), y[j:j+1])
			}
		}
	})
}

// sizeOf is the largest magnitude, and whether all are finite.
func sizeOf[T kernels.Float](x []T) (largest float64, finite bool) {
	finite = true
	for _, v := range x {
		largest, finite = max(largest, math.Abs(float64(v))), finite && v-v == 0
	}
	return largest, finite
}

func trsm[T kernels.Float](t *testing.T, in *input) {
	n, systems, flags := int(in.byte()%40), int(in.byte()%12), in.byte()
	alpha, elements := scalar[T](in), vectors[T](in, 1)[0]
	if len(elements) == 0 {
		return
	}
	tA, triangle, diagonal := matmul.Transpose(flags&1 != 0), matmul.Lower, matmul.Diagonal(flags&4 != 0)
	if flags&2 != 0 {
		triangle = matmul.Upper
	}
	a := dense(matmul.NoTrans, n, n, int(flags>>3&3), elements, 0)
	sides := dense(matmul.NoTrans, n, systems, 0, elements, 5)
	op := kernels.NewMatrix[T](n, n)
	for i := range n {
		for j := range n {
			switch inside := (triangle == matmul.Lower) == (j < i) && j != i; {
			case i == j && bool(diagonal):
				op.Set(i, i, 1)
			case inside || i == j:
				if tA {
					op.Set(j, i, a.At(i, j))
				} else {
					op.Set(i, j, a.At(i, j))
				}
			}
		}
	}
	eachLevel(func(l level.Level) {
		left, right := kernels.NewMatrix[T](n, systems), transposed(sides)
		copy(left.Data, sides.Data)
		matmul.Trsm(matmul.Left, triangle, tA, diagonal, alpha, a, left)
		matmul.Trsm(matmul.Right, triangle, !tA, diagonal, alpha, a, right)
		for j := range systems {
			x, b := column(left, false, j), column(sides, false, j)
			others := kernels.NewMatrix[T](n, systems) // of other content
			for i := range n {
				vec.Fill(others.Row(i), T(math.NaN()))
				others.Set(i, j, b[i])
			}
			matmul.Trsm(matmul.Left, triangle, tA, diagonal, alpha, a, others)
			testkit.RequireSame(t, x, column(others, false, j))
			checkSolution(t, l, op, x, b, alpha)
			checkSolution(t, l, op, right.Row(j), b, alpha)
			vector := slices.Clone(b)
			matmul.Trsv(triangle, tA, diagonal, a, vector)
			checkSolution(t, l, op, vector, b, 1)
		}
	})
}

// checkSolution checks the residual of M*x = alpha*b where nothing left the range of T.
func checkSolution[T kernels.Float](t *testing.T, l level.Level, m kernels.Matrix[T], x, b []T, alpha T) {
	t.Helper()
	roundoff := testkit.Roundoff[T]()
	size, finite := sizeOf(m.Data)
	unknowns, finiteX := sizeOf(x)
	_, finiteB := sizeOf(scaled(alpha, b))
	if !finite || !finiteX || !finiteB || size*unknowns > math.MaxFloat32/1e6 {
		return
	}
	count := float64(len(x) + 3)
	for i := range x {
		want := testkit.WideOf(float64(alpha)).Mul(testkit.WideOf(float64(b[i])))
		off := math.Abs(testkit.Dot(m.Row(i), x).Sub(want).Float64())
		if bound := count*roundoff*testkit.AbsDot(m.Row(i), x).Float64() + count*testkit.Smallest[T]()*(1+size); !(off <= bound) {
			t.Fatalf("%v: row %d of %d: residual %g, more than %g", l, i, len(x), off, bound)
		}
	}
}

// symmetricOf is a symmetric matrix of n rows, with shift added to its diagonal.
func symmetricOf[T kernels.Float](n int, elements []T, first int, shift T) kernels.Matrix[T] {
	a := kernels.NewMatrix[T](n, n)
	for i := range n {
		for j := range i + 1 {
			v := elements[(first+i*(i+1)/2+j)%len(elements)]
			a.Set(i, j, v)
			a.Set(j, i, v)
		}
		a.Set(i, i, a.At(i, i)+shift)
	}
	return a
}

func cholesky[T kernels.Float](t *testing.T, in *input) {
	n, shift, flags := int(in.byte()%40), T(in.byte())/16, in.byte()
	elements := vectors[T](in, 1)[0]
	if len(elements) == 0 {
		return
	}
	triangle := matmul.Triangle(flags&1) + matmul.Lower
	a := symmetricOf(n, elements, 0, shift)
	roundoff := testkit.Roundoff[T]()
	eachLevel(func(l level.Level) {
		factor := kernels.NewMatrix[T](n, n)
		copy(factor.Data, a.Data)
		err := matmul.Cholesky(triangle, factor)
		var failure *matmul.NotPositiveDefiniteError
		if errors.As(err, &failure) {
			if failure.Pivot < 0 || failure.Pivot >= n || failure.Value > 0 && failure.Value <= math.MaxFloat64 && T(failure.Value)-T(failure.Value) == 0 {
				t.Fatalf("%v: n=%d: %v", l, n, err)
			}
			return
		}
		if triangle == matmul.Upper {
			factor = transposed(factor)
		}
		for i := range n {
			largest, finite := sizeOf(factor.Row(i)[:i+1])
			if !finite || !(factor.At(i, i) > 0) {
				t.Fatalf("%v: row %d of the factor is %v", l, i, factor.Row(i)[:i+1])
			}
			for j := range i + 1 {
				x, y := factor.Row(i)[:j+1], factor.Row(j)[:j+1]
				off := testkit.Off(a.At(i, j), testkit.Dot(x, y))
				inColumn, _ := sizeOf(y)
				bound := float64(n+4) * (roundoff*testkit.AbsDot(x, y).Float64() + testkit.Smallest[T]()*(1+largest+inColumn))
				if !(off <= bound) {
					t.Fatalf("%v: (%d, %d) of %d is off by %g, more than %g", l, i, j, n, off, bound)
				}
			}
		}
	})
}

func solveSPDBatch[T kernels.Float](t *testing.T, in *input) {
	n, count, cols, shift := int(in.byte()%14), int(in.byte()%20), 1+int(in.byte()%3), T(in.byte())/32
	elements := vectors[T](in, 1)[0]
	if len(elements) == 0 {
		return
	}
	a, sides := matmul.NewBatch[T](count, n, n), matmul.NewBatch[T](count, n, cols)
	for b := range count {
		copy(a.At(b).Data, symmetricOf(n, elements, 31*b, shift).Data)
		copy(sides.At(b).Data, cycle(elements, 7*b, n*cols))
	}
	roundoff := testkit.Roundoff[T]()
	eachLevel(func(l level.Level) {
		x, pivots := sides, make([]int, count)
		x.Data = slices.Clone(sides.Data)
		failed := matmul.SolveSPDBatch(a, x, pivots)
		for b := range count {
			alone := matmul.Batch[T]{Count: 1, Rows: n, Cols: cols, Stride: cols, Data: slices.Clone(sides.At(b).Data)}
			one := make([]int, 1)
			failed -= matmul.SolveSPDBatch(matmul.Batch[T]{Count: 1, Rows: n, Cols: n, Stride: n, Data: a.At(b).Data}, alone, one)
			if one[0] != pivots[b] {
				t.Fatalf("%v: system %d: pivot %d, alone %d", l, b, pivots[b], one[0])
			}
			testkit.RequireSame(t, alone.Data, x.At(b).Data)
			if pivots[b] >= 0 {
				testkit.RequireSame(t, sides.At(b).Data, x.At(b).Data)
				continue
			}
			// |L|*|L'| is at most the largest element of A, everywhere.
			size, _ := sizeOf(a.At(b).Data)
			for j := range cols {
				v, side := column(x.At(b), false, j), column(sides.At(b), false, j)
				unknowns, finite := sizeOf(v)
				right, finiteSide := sizeOf(side)
				if !finite || !finiteSide || size < 1e-6 || size > 1e6 || unknowns > 1e12 || right > 1e12 {
					continue
				}
				for i := range n {
					off := testkit.Off(side[i], testkit.Dot(a.At(b).Row(i), v))
					if bound := 3 * float64(n+4) * float64(n) * (roundoff*size*unknowns + testkit.Smallest[T]()*(1+size)); !(off <= bound) {
						t.Fatalf("%v: system %d of %d unknowns: residual %g, more than %g", l, b, n, off, bound)
					}
				}
			}
		}
		if failed != 0 {
			t.Fatalf("%v: %d failures too many", l, failed)
		}
	})
}

func gemmBatch[T kernels.Float](t *testing.T, in *input) {
	m, n, k, count, flags := int(in.byte()%14), int(in.byte()%20), int(in.byte()%14), int(in.byte()%6), in.byte()
	alpha, beta := scalar[T](in), scalar[T](in)
	elements := vectors[T](in, 1)[0]
	if len(elements) == 0 {
		return
	}
	tA, tB := matmul.Transpose(flags&1 != 0), matmul.Transpose(flags&2 != 0)
	batch := func(transpose matmul.Transpose, rows, cols, first int) matmul.Batch[T] {
		if transpose {
			rows, cols = cols, rows
		}
		x := matmul.NewBatch[T](count, rows, cols)
		copy(x.Data, cycle(elements, first, len(x.Data)))
		return x
	}
	a, b, d := batch(tA, m, k, 0), batch(tB, k, n, 5), batch(matmul.NoTrans, m, n, 11)
	eachLevel(func(l level.Level) {
		c := d
		c.Data = slices.Clone(d.Data)
		matmul.GemmBatch(tA, tB, alpha, a, b, beta, c)
		for at := range count {
			for i := range m {
				for j := range n {
					checkElement(t, l, c.At(at).At(i, j), alpha, beta, d.At(at).At(i, j), column(a.At(at), !tA, i), column(b.At(at), tB, j))
				}
			}
		}
	})
}
