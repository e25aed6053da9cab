package gonum

import (
	"maps"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
)

// everySize sends all sizes to the kernels, which the tables keep to those where they are faster.
func everySize(t *testing.T) {
	d, s, g := double, single, generic
	t.Cleanup(func() { double, single, generic = d, s, g })
	double, single, generic = sizes{}, sizes{}, sizes{}
}

// eachWay runs f at every level, with the sizes of the tables and with all of them sent to the kernels.
func eachWay(t *testing.T, f func(t *testing.T)) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		t.Run("sizes=table", f)
		t.Run("sizes=all", func(t *testing.T) {
			everySize(t)
			f(t)
		})
	})
}

// Whatever gonum does with its arguments, good or bad, ours does too.
func TestArgumentsAreThoseOfGonum(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(3, 4))
		calls := 1000
		if testing.Short() {
			calls = 200
		}
		for _, name := range slices.Sorted(maps.Keys(overridden)) {
			panicked := 0
			for range calls {
				letter := "DS"[r.IntN(2):][:1]
				arguments := draw(r, name, 8, r.IntN(2) == 0)
				compare(t, letter, name, arguments...)
				if invoke(BLAS{}, method(letter, name), arguments).message != nil {
					panicked++
				}
			}
			require.Greater(t, panicked, calls/20, name)
			require.Less(t, panicked, calls*19/20, name)
		}
	})
}

// Sizes at which products are cut into blocks and vectors are long.
func TestLargeSizes(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(13, 14))
		for _, name := range slices.Sorted(maps.Keys(overridden)) {
			for range 40 {
				compare(t, "DS"[r.IntN(2):][:1], name, draw(r, name, 80, false)...)
			}
		}
	})
}

// draw makes arguments of sizes up to the largest. If they are to be wrong, one in a few is not as it should be.
func draw(r *rand.Rand, name string, largest int, wrong bool) []any {
	function, _ := reflect.TypeFor[BLAS]().MethodByName(method("D", name))
	signature := function.Type
	arguments, operands := make([]any, signature.NumIn()-1), 0
	for i := range arguments {
		switch signature.In(i + 1) {
		case reflect.TypeFor[blas.Transpose]():
			arguments[i] = pick(r, transposes, wrong)
		case reflect.TypeFor[blas.Uplo]():
			arguments[i] = pick(r, triangles, wrong)
		case reflect.TypeFor[blas.Diag]():
			arguments[i] = pick(r, diagonals, wrong)
		case reflect.TypeFor[blas.Side]():
			arguments[i] = pick(r, sides, wrong)
		case reflect.TypeFor[float64]():
			arguments[i] = []float64{0, 1, -1, 0.5, 2.5}[r.IntN(5)]
		case reflect.TypeFor[[]float64]():
			arguments[i] = numbers(r, (largest+5)*(largest+5))
			if wrong {
				arguments[i] = numbers(r, r.IntN(60))
			}
			operands++
		default:
			switch {
			case operands > 0:
				arguments[i] = drawStride(r, name, operands-1, largest, wrong)
			case wrong:
				arguments[i] = r.IntN(largest+2) - 1
			default:
				arguments[i] = r.IntN(largest + 1)
			}
		}
	}
	if at := triangularAt[name]; at > 0 && !wrong { // whose solution does not grow with its size
		a, stride := arguments[at].([]float64), arguments[at+1].(int)
		for i := range a {
			if i%stride != i/stride {
				a[i] /= float64(largest)
			}
		}
	}
	if name == "gemv" { // gonum v0.17.0 may set what is behind y to zero
		m, n, y := arguments[1].(int), arguments[2].(int), arguments[9].([]float64)
		if arguments[0] == blas.NoTrans {
			n = m
		}
		if arguments[10] == 1 && n >= 0 && n <= len(y) {
			arguments[9] = y[:n]
		}
	}
	return arguments
}

// vectors says behind which slices a vector's stride stands; behind the others stands a matrix's.
var vectors = map[string][]int{
	"dot": {0, 1}, "axpy": {0, 1}, "scal": {0}, "asum": {0}, "nrm2": {0}, "amax": {0}, "gemv": {1, 2}, "ger": {0, 1}, "trsv": {1},
}

// drawStride draws the number behind a slice. Vectors of Ger are not read backwards here: gonum does it wrong.
func drawStride(r *rand.Rand, name string, slice, largest int, wrong bool) int {
	switch {
	case wrong && name != "ger":
		return r.IntN(12) - 2
	case wrong:
		return r.IntN(12)
	case !slices.Contains(vectors[name], slice):
		return largest + r.IntN(3)
	case name == "ger":
		return []int{1, 1, 2, 5}[r.IntN(4)]
	}
	return []int{1, 1, 1, 2, 5, -1, -3}[r.IntN(7)]
}

// pick takes one of the values, the last of which is wrong.
func pick[E any](r *rand.Rand, values []E, wrong bool) E {
	if wrong && r.IntN(6) == 0 {
		return values[len(values)-1]
	}
	return values[r.IntN(len(values)-1)]
}

// numbers are float32 between 1/2 and 2 in magnitude, so that no system is far from solvable.
func numbers(r *rand.Rand, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = float64(float32(0.5 + 1.5*r.Float64()))
		if r.IntN(2) == 0 {
			x[i] = -x[i]
		}
	}
	return x
}

// To Iamax a NaN is what it is to gonum's, and so are infinities and zeros.
func TestIamaxOfSpecialValues(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(17, 18))
		special := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1)}
		for range 300 {
			x := numbers(r, 1+r.IntN(80))
			for range 1 + r.IntN(4) {
				x[r.IntN(len(x))] = special[r.IntN(len(special))]
			}
			compare(t, "DS"[r.IntN(2):][:1], "amax", len(x), x, 1)
		}
	})
}

// Vectors that are read backwards.
func TestGerBackwards(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(5, 6))
		for range 200 {
			m, n := 1+r.IntN(20), 1+r.IntN(20)
			incX, incY := []int{-3, -1, 1, 2}[r.IntN(4)], []int{-3, -1}[r.IntN(2)]
			if r.IntN(2) == 0 {
				incX, incY = incY, incX
			}
			x, y, a := numbers(r, 60), numbers(r, 60), numbers(r, m*n)
			want := slices.Clone(a)
			for i := range m {
				for j := range n {
					want[i*n+j] += 0.5 * x[position(i, m, incX)] * y[position(j, n, incY)]
				}
			}
			got := invoke(BLAS{}, "Dger", []any{m, n, 0.5, x, incX, y, incY, a, n})
			require.InDeltaSlice(t, want, got.operands[2], 1e-14)
			got = invoke(BLAS{}, "Sger", []any{m, n, 0.5, x, incX, y, incY, a, n})
			require.InDeltaSlice(t, want, got.operands[2], 1e-6)
		}
	})
}

// position is where element i of n stands.
func position(i, n, stride int) int {
	if stride < 0 {
		return (i - n + 1) * stride
	}
	return i * stride
}
