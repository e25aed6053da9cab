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

// functionRow is a function of one variable: the kernel, the public function, what it approximates and how well.
type functionRow[T kernels.Float] struct {
	kernel, public func(dst, x []T)
	oracle         func(x float64) testkit.Wide
	bound          float64 // ULP
}

// functionEquivalence has a row for each function of one variable.
func functionEquivalence[T kernels.Float]() map[string]functionRow[T] {
	return map[string]functionRow[T]{
		"Exp":      {exp[T], Exp[T], testkit.Exp, 1},
		"Expm1":    {expm1[T], Expm1[T], testkit.Expm1, 2},
		"Log":      {log[T], Log[T], testkit.Log, 1},
		"Log1p":    {log1p[T], Log1p[T], testkit.Log1p, 2},
		"Tanh":     {tanh[T], Tanh[T], testkit.Tanh, 2},
		"Sigmoid":  {sigmoid[T], Sigmoid[T], testkit.Sigmoid, 2},
		"Softplus": {softplus[T], Softplus[T], testkit.Softplus, 2},
	}
}

// eachFunction runs f for each function, type and level.
func eachFunction(t *testing.T, single func(*testing.T, string, functionRow[float32]), double func(*testing.T, string, functionRow[float64])) {
	t.Run("float32", func(t *testing.T) { eachFunctionOf(t, single) })
	t.Run("float64", func(t *testing.T) { eachFunctionOf(t, double) })
}

func eachFunctionOf[T kernels.Float](t *testing.T, f func(t *testing.T, name string, row functionRow[T])) {
	for name, row := range functionEquivalence[T]() {
		t.Run(name, func(t *testing.T) {
			testkit.EachLevel(t, func(t *testing.T, _ level.Level) { f(t, name, row) })
		})
	}
}

// TestFunctionPlacements runs each function beside guard pages, in every length and at every alignment, also in place:
// each element must come out as it does in the middle of a long vector.
func TestFunctionPlacements(t *testing.T) {
	eachFunction(t, functionPlacements[float32], functionPlacements[float64])
}

func functionPlacements[T kernels.Float](t *testing.T, _ string, row functionRow[T]) {
	x := arguments[T](testkit.NewRandom(1), testkit.MaxLength)
	want := make([]T, len(x))
	row.kernel(want, x)
	testkit.EachPlacement[T](t, func(m *testkit.Memory, n int) {
		last := len(x) - n
		guarded, dst := testkit.CopyOf(m, x[last:]), testkit.Slice[T](m, n)
		row.kernel(dst, guarded)
		testkit.RequireSame(t, want[last:], dst)
		testkit.RequireSame(t, x[last:], guarded)
		row.kernel(guarded, guarded)
		testkit.RequireSame(t, want[last:], guarded)
	})
}

// TestFunctionSpecials puts each special value in each place of vectors that have a body and a rest, among ordinary ones.
func TestFunctionSpecials(t *testing.T) {
	eachFunction(t, functionSpecials[float32], functionSpecials[float64])
}

func functionSpecials[T kernels.Float](t *testing.T, _ string, row functionRow[T]) {
	ordinary := testkit.Uniform[T](testkit.NewRandom(2), 67, 0.5, 2)
	plain, got, x := make([]T, len(ordinary)), make([]T, len(ordinary)), slices.Clone(ordinary)
	row.kernel(plain, ordinary)
	for _, special := range testkit.Specials[T]() {
		alone := []T{special}
		row.kernel(alone, alone)
		testkit.RequireULP(t, row.bound, []T{special}, alone, row.oracle)
		for place := range ordinary {
			x[place] = special
			row.kernel(got, x)
			x[place] = ordinary[place]
			if !testkit.Same(alone[0], got[place]) {
				t.Fatalf("f(%v) is %v, in place %d %v", special, alone[0], place, got[place])
			}
			got[place] = plain[place]
			testkit.RequireSame(t, plain, got)
		}
	}
}

// TestFunctionZerosAndInfinities has the exact values that the comments promise.
func TestFunctionZerosAndInfinities(t *testing.T) {
	eachFunction(t, zerosAndInfinities[float32], zerosAndInfinities[float64])
}

func zerosAndInfinities[T kernels.Float](t *testing.T, name string, row functionRow[T]) {
	negative, inf, nan := math.Copysign(0, -1), math.Inf(1), math.NaN()
	promised := map[string][][2]float64{
		"Exp":      {{0, 1}, {negative, 1}, {-inf, 0}, {inf, inf}, {nan, nan}, {1e30, inf}, {-1e30, 0}},
		"Expm1":    {{0, 0}, {negative, negative}, {-inf, -1}, {inf, inf}, {nan, nan}, {1e30, inf}, {-1e30, -1}},
		"Log":      {{0, -inf}, {negative, -inf}, {1, 0}, {-inf, nan}, {inf, inf}, {nan, nan}, {-1, nan}, {-1e-30, nan}},
		"Log1p":    {{0, 0}, {negative, negative}, {-1, -inf}, {-2, nan}, {-inf, nan}, {inf, inf}, {nan, nan}},
		"Tanh":     {{0, 0}, {negative, negative}, {-inf, -1}, {inf, 1}, {nan, nan}, {1e30, 1}, {-30, -1}},
		"Sigmoid":  {{0, 0.5}, {negative, 0.5}, {-inf, 0}, {inf, 1}, {nan, nan}, {1e30, 1}, {-1e30, 0}},
		"Softplus": {{-inf, 0}, {inf, inf}, {nan, nan}, {-1e30, 0}, {float64(T(1e30)), float64(T(1e30))}},
	}[name]
	require.NotEmpty(t, promised)
	for _, pair := range promised {
		x := []T{T(pair[0])}
		row.public(x, x)
		require.True(t, testkit.Same(T(pair[1]), x[0]), "%s(%v) = %v, want %v", name, pair[0], x[0], pair[1])
	}
}

// TestFunctionLargeVectors crosses panels and workers: each element as alone, for any number of workers.
func TestFunctionLargeVectors(t *testing.T) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	eachFunction(t, functionLarge[float32], functionLarge[float64])
}

func functionLarge[T kernels.Float](t *testing.T, name string, row functionRow[T]) {
	x := arguments[T](testkit.NewRandom(3), parallelAbove+panel+5)
	want := make([]T, len(x))
	for first := 0; first < len(x); first += 1000 {
		end := min(first+1000, len(x))
		row.kernel(want[first:end], x[first:end])
	}
	for _, workers := range []int{1, 2, 5} {
		kernels.SetWorkers(workers)
		for _, n := range []int{panel - 1, panel, panel + 1, parallelAbove, len(x)} {
			dst := make([]T, n)
			row.public(dst, x[:n])
			testkit.RequireSame(t, want[:n], dst)
		}
		inPlace := slices.Clone(x)
		row.public(inPlace, inPlace)
		testkit.RequireSame(t, want, inPlace)
	}
}

func TestFunctionShapes(t *testing.T) {
	eachFunction(t, functionShapes[float32], functionShapes[float64])
}

func functionShapes[T kernels.Float](t *testing.T, name string, row functionRow[T]) {
	require.PanicsWithValue(t, "lse: "+name+": len(dst)=3, len(x)=4", func() { row.public(make([]T, 3), make([]T, 4)) })
	row.public(nil, nil)
}

func TestFunctionAllocations(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.NoAllocs(t, func() {
			var x [100]float64
			Exp(x[:], x[:])
			Expm1(x[:], x[:])
			Log(x[:], x[:])
			Log1p(x[:], x[:])
			Tanh(x[:], x[:])
			Sigmoid(x[:], x[:])
			Softplus(x[:], x[:])
		})
		large := make([]float32, parallelAbove+panel)
		testkit.NoAllocs(t, func() { Exp(large, large) })
	})
}

// arguments are n numbers that matter to some function of the family: any bits, whole ranges, and the neighbourhoods of
// where a method changes its course.
func arguments[T kernels.Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	largest := 745.2
	if testkit.Roundoff[T]() > 1e-10 {
		largest = 104
	}
	for i := range x {
		var v float64
		switch r.IntN(9) {
		case 0:
			x[i] = testkit.FromBits[T](r.Uint64())
			continue
		case 1:
			v = (2*r.Float64() - 1) * largest
		case 2:
			v = 8*r.Float64() - 4
		case 3: // every order of magnitude
			v = math.Ldexp(1+r.Float64(), -r.IntN(80)+10) * float64(1-2*r.IntN(2))
		case 4: // where exp rounds to another multiple of ln 2
			v = (float64(r.IntN(2*1080*16)-1080*16) + 0.5) * math.Ln2 / 16
		case 5: // where log takes another fraction or table entry
			v = math.Ldexp(1+float64(r.IntN(16))/16, r.IntN(40)-20)
		case 6:
			v = math.Ldexp(math.Sqrt2, r.IntN(200)-100)
		case 7: // near 1 and -1
			v = (1 + math.Ldexp(2*r.Float64()-1, -r.IntN(50))) * float64(1-2*r.IntN(2))
		case 8: // subnormal
			x[i] = testkit.FromBits[T](r.Uint64() >> (9 + r.IntN(50)))
			continue
		}
		x[i] = T(v)
		for range r.IntN(3) {
			x[i] = testkit.Next(x[i], T(math.Inf(1-2*r.IntN(2))))
		}
	}
	return x
}
