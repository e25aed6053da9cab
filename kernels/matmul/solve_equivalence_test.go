package matmul

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// vectorEquivalence has a row for each kernel whose results are sums: of integers, so that every order gives the same.
func vectorEquivalence[T kernels.Float]() map[string]row[T] {
	return map[string]row[T]{
		"MulRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			for i, rows := range []int{1, 7, 4, 19} {
				far := i % 2
				stride := n + rows%3
				a, v := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, n, stride))), testkit.CopyOf(m, testkit.Integers[T](r, n))
				got, d := testkit.CopyOf(m, testkit.Integers[T](r, rows)), testkit.CopyOf(m, testkit.Integers[T](r, rows))
				want := slices.Clone(got)
				mulRowsGeneric(want, 2, a, stride, v, -3, d, far)
				mulRows(got, 2, a, stride, v, -3, d, far)
				testkit.RequireSame(t, want, got)
				mulRowsGeneric(want, 2, a, stride, v, -3, want, far)
				mulRows(got, 2, a, stride, v, -3, got, far)
				testkit.RequireSame(t, want, got)
				mulRowsGeneric(want, -1, a, stride, v, nan[T](), nil, far)
				mulRows(got, -1, a, stride, v, nan[T](), nil, far)
				testkit.RequireSame(t, want, got)
			}
		},
		"AddScaledRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			for i, rows := range []int{0, 1, 7, 4, 19, 19} {
				far := i / 2 % 2
				stride := n + rows%3
				a, weights := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, n, stride))), testkit.CopyOf(m, testkit.Integers[T](r, rows))
				got := testkit.CopyOf(m, testkit.Integers[T](r, n))
				want := slices.Clone(got)
				addScaledRowsGeneric(want, a, stride, -2, weights, far)
				addScaledRows(got, a, stride, -2, weights, far)
				testkit.RequireSame(t, want, got)
			}
		},
		"AddOuter": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			for i, rows := range []int{0, 1, 7, 4, 19, 19} {
				far := i / 2 % 2
				stride := n + rows%3
				got := testkit.CopyOf(m, testkit.Integers[T](r, testkit.Extent(rows, n, stride)))
				weights, v := testkit.CopyOf(m, testkit.Integers[T](r, rows)), testkit.CopyOf(m, testkit.Integers[T](r, n))
				want := slices.Clone(got)
				addOuterGeneric(want, stride, -2, weights, v, far)
				addOuter(got, stride, -2, weights, v, far)
				testkit.RequireSame(t, want, got)
			}
		},
		"MultiplyEach": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			count, rows, cols, k := 1+n%3, 1+n%9, 1+3*n%(2*blocking[T]().lanes), 1+n%7
			aRow, aColumn := k+n%2, 1
			if n%5 == 0 {
				aRow, aColumn = 1, rows
			}
			aSize, bRow, cRow := (rows-1)*aRow+(k-1)*aColumn+1, cols+n%3, cols+n%4
			bStep, cStep := testkit.Extent(k, cols, bRow)+n%2, testkit.Extent(rows, cols, cRow)
			aStep := n % 2 * aSize // every other time one for all
			a := testkit.CopyOf(m, testkit.Integers[T](r, (count-1)*aStep+aSize))
			b := testkit.CopyOf(m, testkit.Integers[T](r, (count-1)*bStep+testkit.Extent(k, cols, bRow)))
			got := testkit.CopyOf(m, testkit.Integers[T](r, count*cStep))
			want := slices.Clone(got)
			multiplyEachGeneric(count, rows, cols, k, 2, a, aStep, aRow, aColumn, b, bStep, bRow, -3, want, want, cStep, cRow)
			multiplyEach(count, rows, cols, k, 2, a, aStep, aRow, aColumn, b, bStep, bRow, -3, got, got, cStep, cRow)
			testkit.RequireSame(t, want, got)
			multiplyEachGeneric(count, rows, cols, k, 2, a, aStep, aRow, aColumn, b, bStep, bRow, nan[T](), nil, want, cStep, cRow)
			multiplyEach(count, rows, cols, k, 2, a, aStep, aRow, aColumn, b, bStep, bRow, nan[T](), nil, got, cStep, cRow)
			testkit.RequireSame(t, want, got)
		},
	}
}

// solveEquivalence has a row for each kernel that solves. The systems are well-conditioned: what two ways to round them give
// differs by a few roundings of the largest unknown for each step.
func solveEquivalence[T kernels.Float]() map[string]row[T] {
	return map[string]row[T]{
		"SolveStrip": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			unknowns, cols, packed := 1+n%67, 1+5*n%blocking[T]().tileCols, n%3 == 2
			if packed {
				unknowns += 64
			}
			width, bRow := roundUp(cols, blocking[T]().lanes), cols+n%4
			tRow, tColumn, tFirst := unknowns+n%3, 1, 0
			byColumns, fromEnd := n/2%2 == 1, n/4%2 == 1
			extent := testkit.Extent(unknowns, max(unknowns-1, 1), tRow) // one triangle is read, its diagonal is not
			if byColumns != fromEnd {
				extent = testkit.Extent(max(unknowns-1, 1), unknowns, tRow)
			}
			if byColumns {
				tRow, tColumn = tColumn, tRow
			}
			if fromEnd {
				tFirst, tRow, tColumn = (unknowns-1)*(tRow+tColumn), -tRow, -tColumn
			}
			together := blocking[T]().unknownRows
			tBlock, tGrowth := together*tRow, 0
			if packed {
				size := packedSize(blocking[T](), unknowns)
				extent, tFirst, tBlock, tGrowth, tRow, tColumn = size, 0, together*together, together, 1, together
				if fromEnd {
					tFirst, tBlock, tGrowth, tRow, tColumn = size-1, -tBlock, -tGrowth, -tRow, -tColumn
				}
			}
			factors := testkit.CopyOf(m, testkit.Uniform[T](r, extent, -1/float64(unknowns), 1/float64(unknowns)))
			inverses, x := testkit.CopyOf(m, testkit.Uniform[T](r, unknowns, 0.5, 2)), testkit.Slice[T](m, unknowns*width)
			got := testkit.CopyOf(m, testkit.Normal[T](r, testkit.Extent(unknowns, cols, bRow)))
			want, first := slices.Clone(got), 0
			if n%2 == 1 { // from the last row upwards
				first, bRow = (unknowns-1)*bRow, -bRow
			}
			solveStripGeneric(unknowns, cols, -1.5, factors, tFirst, tBlock, tGrowth, tRow, tColumn, inverses, nil, want, first, bRow)
			solveStrip(unknowns, cols, -1.5, factors, tFirst, tBlock, tGrowth, tRow, tColumn, inverses, x, got, first, bRow)
			requireClose(t, want, got, unknowns)
		},
		"FactorUpper": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			n = 1 + n%67
			behind := 2 * blocking[T]().lanes
			stride := n + behind
			a := definite[T](r, n, behind)
			got := testkit.Slice[T](m, n*stride)
			copy(got, a.Data)
			want := slices.Clone(got)
			inverses, pivots := testkit.Slice[T](m, n), testkit.Slice[T](m, n)
			wantInverses, wantPivots := make([]T, n), make([]T, n)
			factorUpperGeneric(n, want, stride, wantInverses, wantPivots)
			factorUpper(n, got, stride, inverses, pivots)
			for i := range n {
				requireClose(t, want[i*stride+i:i*stride+n], got[i*stride+i:i*stride+n], n)
			}
			requireClose(t, wantInverses, inverses, n)
			requireClose(t, wantPivots, pivots, n)
		},
		"SolveSystems": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			n, count, lanes := 1+n%33, n%6, blocking[T]().lanes
			pitch := n * lanes
			a, b := testkit.Slice[T](m, n*pitch), testkit.CopyOf(m, testkit.Normal[T](r, count*pitch))
			one := definite[T](r, n, 0)
			for i := range n {
				for j := range i + 1 {
					for lane := range lanes {
						a[(i*n+j)*lanes+lane] = one.At(i, j)
						if i == j {
							a[(i*n+j)*lanes+lane] += T(lane)
						}
					}
				}
			}
			bad := n%4 == 3
			if bad {
				a[(n-1)*(n+1)*lanes+n%lanes] = -1
			}
			pivots, wantA, wantB, wantPivots := testkit.Slice[T](m, pitch), slices.Clone(a), slices.Clone(b), make([]T, pitch)
			wantGood := solveSystemsGeneric(n, pitch, count, wantA, wantB, wantPivots)
			good := solveSystems(n, pitch, count, a, b, pivots)
			if good != wantGood || bad == (good == 1) {
				t.Fatalf("good is %v, want %v", good, wantGood)
			}
			for lane := range lanes {
				if bad && lane == n%lanes {
					continue // its pivots alone are specified, below
				}
				of := func(x []T) []T {
					var y []T
					for at := lane; at < len(x); at += lanes {
						y = append(y, x[at])
					}
					return y
				}
				for i := range n {
					requireClose(t, of(wantA[i*pitch:][:(i+1)*lanes]), of(a[i*pitch:][:(i+1)*lanes]), n)
				}
				requireClose(t, of(wantB), of(b), n)
			}
			requireClose(t, wantPivots, pivots, n)
		},
	}
}

// requireClose fails unless got differs from want by at most a few roundings of the largest element for each of n steps.
func requireClose[T kernels.Float](t *testing.T, want, got []T, n int) {
	largest := 0.0
	for _, v := range want {
		largest = max(largest, abs(float64(v)))
	}
	for i, v := range want {
		if !(abs(float64(v)-float64(got[i])) <= 4*float64(n+4)*testkit.Roundoff[T]()*largest) {
			t.Helper()
			t.Fatalf("element %d of %d is %v, want %v", i, len(want), got[i], v)
		}
	}
}

func TestSolvePlacements(t *testing.T) {
	testkit.EachType(t, solvePlacements[float32], solvePlacements[float64])
}

func solvePlacements[T kernels.Float](t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for _, table := range []map[string]row[T]{vectorEquivalence[T](), solveEquivalence[T]()} {
			for name, row := range table {
				t.Run(name, func(t *testing.T) {
					r := testkit.NewRandom(8)
					testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) { row(t, m, r, n) })
				})
			}
		}
	})
}

// TestSolveGuards runs the public functions on matrices beside guard pages.
func TestSolveGuards(t *testing.T) {
	testkit.EachType(t, solveGuards[float32], solveGuards[float64])
}

func solveGuards[T kernels.Float](t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, l level.Level) {
		if l == level.Generic {
			t.Skip("the language checks what plain Go touches")
		}
		r := testkit.NewRandom(9)
		testkit.EachMatrixPlacement[T](t, func(m *testkit.Memory, rows, cols, stride int) {
			guarded := func(x kernels.Matrix[T]) kernels.Matrix[T] {
				x.Data = testkit.CopyOf(m, x.Data)
				return x
			}
			b := normal[T](r, rows, cols, stride-cols)
			l := triangular[T](r, Lower, NonUnit, rows, stride-cols)
			right := transposed(b)
			solve := func(l, b, right kernels.Matrix[T]) {
				Trsm(Left, Lower, NoTrans, NonUnit, 1, l, b)
				Trsm(Right, Lower, Trans, NonUnit, 1, l, right)
				Trsm(Left, Lower, Trans, NonUnit, 2, l, b)
				if cols > 0 {
					Trsv(Lower, Trans, NonUnit, l, right.Row(0))
				}
			}
			got, gotRight := guarded(b), guarded(right)
			solve(guarded(l), got, gotRight)
			solve(l, b, right)
			testkit.RequireSame(t, b.Data, got.Data)
			testkit.RequireSame(t, right.Data, gotRight.Data)

			a := definite[T](r, min(cols, 40), stride-cols)
			factored, side := guarded(a), guarded(normal[T](r, a.Rows, min(rows, 3), 1))
			if SolveSPD(Lower, factored, side) != nil || Cholesky(Upper, guarded(a)) != nil || InverseSPD(guarded(a)) != nil {
				t.Fatal("not positive definite")
			}
			requireGaps(t, factored)
			requireGaps(t, side)
		})
	})
}
