package lse

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// matrixRow compares one inner loop with its specification on n columns of operands from memory, some of them special.
type matrixRow[T kernels.Float] func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int)

// matrixEquivalence has a row for each inner loop of the matrix functions.
func matrixEquivalence[T kernels.Float]() map[string]matrixRow[T] {
	return map[string]matrixRow[T]{
		"ExpAffine": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			requireExponentials(t, m, r, n, 3, expAffine[T], expAffineGeneric[T])
		},
		"AddThenExp": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			row, sums := testkit.CopyOf(m, testkit.Normal[T](r, n)), testkit.CopyOf(m, testkit.Normal[T](r, n))
			wantSums, weight := append([]T(nil), sums...), T(0.75)
			requireExponentials(t, m, r, n, 1, func(dst, shift, c []T, scale, bias T) T {
				return addThenExp(dst, row, sums, shift, c, scale, bias, weight)
			}, func(dst, shift, c []T, scale, bias T) T {
				return addThenExpGeneric(dst, row, wantSums, shift, c, scale, bias, weight)
			})
			for j, want := range wantSums {
				// Both round the sum, and one of them the product.
				term, sum := math.Abs(float64(weight*row[j])), math.Abs(float64(want))
				requireWithin(t, want, sums[j], (2*sum+2*term)*testkit.Roundoff[T]())
			}
		},
		"MaxAffine": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			shift, c := exponents[T](m, r, n), exponents[T](m, r, n)
			if hasNaN(shift, c) {
				maxAffine(shift, c, T(-2)) // no promise but to stay inside
				return
			}
			require.Equal(t, maxAffineGeneric(shift, c, T(-2)), maxAffine(shift, c, T(-2)))
		},
		"MaxColumns": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			c, got := exponents[T](m, r, n), exponents[T](m, r, n)
			want := append([]T(nil), got...)
			maxColumnsGeneric(want, c, T(2), T(0.5))
			nan := hasNaN(c, got)
			maxColumns(got, c, T(2), T(0.5))
			if !nan {
				require.Equal(t, want, append([]T(nil), got...))
			}
		},
		"AddExpColumns": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			c, largest := exponents[T](m, r, n), exponents[T](m, r, n)
			got := testkit.CopyOf(m, testkit.Uniform[T](r, n, 0, 1))
			want := append([]T(nil), got...)
			addExpColumnsGeneric(want, largest, c, T(1.5), T(-0.5))
			addExpColumns(got, largest, c, T(1.5), T(-0.5))
			for j := range want {
				requireNear(t, want[j], got[j], 1.5*(math.Abs(1.5*float64(c[j]))+math.Abs(float64(largest[j])))+6)
			}
		},
		"AddRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			for _, rows := range []int{0, 1, 4, 7} {
				stride := n + rows%3
				data := testkit.CopyOf(m, testkit.Normal[T](r, testkit.Extent(rows, n, stride)))
				weights := testkit.CopyOf(m, testkit.Normal[T](r, rows))
				got := testkit.CopyOf(m, testkit.Normal[T](r, n))
				want, size := append([]T(nil), got...), make([]float64, n)
				for j := range size {
					size[j] = math.Abs(float64(got[j]))
					for i := range rows {
						size[j] += math.Abs(float64(weights[i]) * float64(data[i*stride+j]))
					}
				}
				addRowsGeneric(want, data, stride, weights)
				addRows(got, data, stride, weights)
				for j := range want {
					requireWithin(t, want[j], got[j], size[j]*float64(2*rows+1)*testkit.Roundoff[T]())
				}
			}
		},
		"ScaleRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			for _, rows := range []int{0, 1, 4, 7} {
				stride := n + rows%3
				data := testkit.CopyOf(m, testkit.Uniform[T](r, testkit.Extent(rows, n, stride), 1, 2))
				v, masses := testkit.CopyOf(m, testkit.Uniform[T](r, n, 1, 2)), testkit.CopyOf(m, testkit.Uniform[T](r, rows, 1, 2))
				sums := testkit.CopyOf(m, testkit.Uniform[T](r, n, 1, 2))
				dots, weights := testkit.Slice[T](m, rows), testkit.Slice[T](m, rows)
				wantSums, wantDots, wantWeights := slices.Clone(sums), make([]T, rows), make([]T, rows)
				scaleRowsGeneric(wantSums, wantDots, wantWeights, data, stride, v, masses, n/32*32)
				scaleRows(sums, dots, weights, data, stride, v, masses, n/32*32)
				within := 2 * float64(n+rows+2) * testkit.Roundoff[T]()
				for i := range rows {
					requireWithin(t, wantDots[i], dots[i], within*float64(wantDots[i]))
					if n > 0 {
						requireWithin(t, wantWeights[i], weights[i], within*float64(wantWeights[i]))
					}
				}
				for j := range sums {
					requireWithin(t, wantSums[j], sums[j], within*float64(wantSums[j]))
				}
			}
		},
		"DotRows": func(t *testing.T, m *testkit.Memory, r *rand.Rand, n int) {
			for _, rows := range []int{0, 1, 4, 7} {
				stride := n + rows%3
				data := testkit.CopyOf(m, testkit.Normal[T](r, testkit.Extent(rows, n, stride)))
				v := testkit.CopyOf(m, testkit.Normal[T](r, n))
				got, want := testkit.Slice[T](m, rows), make([]T, rows)
				dotRowsGeneric(want, data, stride, v)
				dotRows(got, data, stride, v)
				for i := range want {
					size := 0.0
					for j := range v {
						size += math.Abs(float64(v[j]) * float64(data[i*stride+j]))
					}
					requireWithin(t, want[i], got[i], size*float64(n)*testkit.Roundoff[T]())
				}
			}
		},
	}
}

// requireExponentials compares rows of exponentials of exponents that shift contributes to with a factor.
func requireExponentials[T kernels.Float](t *testing.T, m *testkit.Memory, r *rand.Rand, n int, factor float64,
	kernel, generic func(dst, shift, c []T, scale, bias T) T) {
	shift, c, scale, bias := exponents[T](m, r, n), exponents[T](m, r, n), T(3), T(-1)
	got, want := testkit.Slice[T](m, n), make([]T, n)
	wantSum := generic(want, shift, c, scale, bias)
	gotSum := kernel(got, shift, c, scale, bias)
	size := 0.0
	for j := range want {
		// Differences, products and exponents are rounded: log 2 times twice this many errors of the result.
		argument := 1.5 * (math.Abs(factor*float64(shift[j])) + math.Abs(3*float64(c[j])) + 1)
		requireNear(t, want[j], got[j], argument+4)
		size = max(size, argument)
	}
	if !math.IsInf(size, 0) {
		requireNear(t, wantSum, gotSum, size+float64(n)+4)
	}
	require.Equal(t, math.IsNaN(float64(wantSum)), math.IsNaN(float64(gotSum)))
}

// exponents are arguments of moderate exponentials, one in eight calls with special values among them.
func exponents[T kernels.Float](m *testkit.Memory, r *rand.Rand, n int) []T {
	x := testkit.Uniform[T](r, n, -8, 8)
	if n > 0 && r.IntN(8) == 0 {
		specials := []float64{math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1), 1e30, -1e30}
		x[r.IntN(n)] = T(specials[r.IntN(len(specials))])
	}
	return testkit.CopyOf(m, x)
}

func hasNaN[T kernels.Float](vectors ...[]T) bool {
	for _, x := range vectors {
		for _, v := range x {
			if v != v {
				return true
			}
		}
	}
	return false
}

// requireNear fails unless got is within so many rounding errors of want, or both are the same special value.
func requireNear[T kernels.Float](t *testing.T, want, got T, errors float64) {
	w, g := float64(want), float64(got)
	if w == g || math.IsNaN(w) && math.IsNaN(g) {
		return
	}
	requireWithin(t, want, got, math.Abs(w)*errors*testkit.Roundoff[T]())
}

func requireWithin[T kernels.Float](t *testing.T, want, got T, bound float64, where ...any) {
	if difference := math.Abs(float64(got) - float64(want)); !(difference <= bound) || math.IsInf(bound, 0) {
		t.Helper()
		if len(where) > 0 {
			t.Log(where...)
		}
		t.Fatalf("%v, want %v within %g", got, want, bound)
	}
}

func TestMatrixLoops(t *testing.T) {
	testkit.EachType(t, testMatrixLoops[float32], testMatrixLoops[float64])
}

func testMatrixLoops[T kernels.Float](t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for name, row := range matrixEquivalence[T]() {
			t.Run(name, func(t *testing.T) {
				r := testkit.NewRandom(7)
				testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) { row(t, m, r, n) })
			})
		}
	})
}

// problem is one call of every public matrix function on the same operands, with the results.
type problem[T kernels.Float] struct {
	rows, columns, planRows, planColumns, f, g, u, v, errors []T
	plan                                                     []T
}
