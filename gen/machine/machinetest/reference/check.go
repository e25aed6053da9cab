package reference

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// Check compares the generated functions, by name, with their specification. lanes32 and lanes64 are the elements of a
// vector: the order of additions across lanes depends on them.
func Check(t *testing.T, functions map[string]any, lanes32, lanes64 int) {
	left := map[string]bool{}
	for name := range functions {
		left[name] = true
	}
	find := func(name string) (any, bool) {
		delete(left, name)
		f, ok := functions[name]
		return f, ok
	}
	checkType[float32](t, "F32", find, lanes32)
	checkType[float64](t, "F64", find, lanes64)
	checkWide(t, find, lanes32)
	checkHalves(t, find, lanes32)
	checkPairs(t, find, lanes32)
	for name := range left {
		t.Errorf("%s has no specification", name)
	}
}

type finder func(name string) (any, bool)

// only lists the kernels that some instruction sets lack.
const only = " Lookup ScaleByFloor Within Fix PartsFraction PartsExponent SixteenthsRest SixteenthsIndex Beyond NotNormal Rarely Dot Narrow NarrowTransposed Columns "

func checkType[T Float](t *testing.T, suffix string, find finder, lanes int) {
	for _, op := range operations[T]() {
		f, ok := find(op.name + suffix)
		if !ok {
			if !strings.Contains(only, " "+op.name+" ") {
				t.Errorf("%s%s is missing", op.name, suffix)
			}
			continue
		}
		t.Run(op.name+suffix, func(t *testing.T) { checkElementwise(t, op, f.(func(dst, x, y, z []T))) })
	}
	for name, check := range map[string]func(t *testing.T, f any, lanes int){
		"Sum": checkSum[T], "Largest": checkLargest[T], "Smallest": checkSmallest[T], "SumLanes": checkSumLanes[T],
		"MaxLanes": checkMaxLanes[T], "MinLanes": checkMinLanes[T], "SpreadLane0": checkSpread[T],
		"Affine": checkAffine[T], "Strided": checkStrided[T], "BlocksFrom": checkBlocksFrom[T], "Count": checkCount[T],
		"Edges": checkEdges[T], "Transposed": checkTransposed[T], "NarrowTransposed": checkNarrowTransposed[T], "Columns": checkColumns[T], "Outer": checkOuter[T], "Choose": checkChoose[T], "UnlessOne": checkUnlessOne[T], "Strips": checkStrips[T], "Narrow": checkNarrow[T], "Indexed": checkIndexed[T],
		"Find": checkFind[T], "FindOneByOne": checkFind[T], "Whole": checkWhole[T], "Truncate": checkTruncate[T],
	} {
		t.Run(name+suffix, func(t *testing.T) {
			f, ok := find(name + suffix)
			if !ok && strings.Contains(only, " "+name+" ") {
				t.Skip("an instruction set that lacks it")
			}
			if !ok {
				t.Fatal("missing")
			}
			check(t, f, lanes)
		})
	}
}

// arguments are all pairs of special values, and random ones of every exponent and near one.
func arguments[T Float]() (x, y, z []T) {
	r := rand.New(rand.NewPCG(1, 2))
	specials := []T{0, T(math.Copysign(0, -1)), 1, -1, 0.5, 2, 1.5, 2.5, -3.5, 0.49999997, 4, 3.9999998, 1 << 22, 1<<23 + 1, 1e30,
		T(math.Inf(1)), T(math.Inf(-1)), T(math.NaN()), fromBits[T](1), fromBits[T](3), fromBits[T](0xFFFFF), fromBits[T](^uint64(0) >> 1)}
	smallest, largest, normal := fromBits[T](1), largest[T](), smallestNormal[T]()
	specials = append(specials, smallest, -smallest, largest, -largest, normal, normal-smallest, normal+smallest)
	for _, a := range specials {
		for _, b := range specials {
			x, y, z = append(x, a), append(y, b), append(z, specials[r.IntN(len(specials))])
		}
	}
	any := func() T { return fromBits[T](r.Uint64()) }
	near := func() T { return T(r.NormFloat64() * math.Exp2(float64(r.IntN(8)))) }
	for range 2000 {
		x, y, z = append(x, any(), near()), append(y, any(), near()), append(z, any(), near())
	}
	return x, y, z
}

func largest[T Float]() T {
	if bytes[T]() == 4 {
		return T(math.MaxFloat32)
	}
	return fromBits[T](0x7FEF_FFFF_FFFF_FFFF)
}

func smallestNormal[T Float]() T {
	if bytes[T]() == 4 {
		return T(math.Ldexp(1, -126))
	}
	return T(math.Ldexp(1, -1022))
}

func checkElementwise[T Float](t *testing.T, op operation[T], f func(dst, x, y, z []T)) {
	x, y, z := arguments[T]()
	if op.prepare != nil {
		for i := range x {
			x[i], y[i], z[i] = op.prepare(x[i], y[i], z[i])
		}
	}
	// In one piece, and in pieces of every length that end somewhere in a block.
	piece := func(first, length int) {
		const margin = 8
		dst := make([]T, length+2*margin)
		for i := range dst {
			dst[i] = 77
		}
		end := first + length
		f(dst[margin:margin+length], x[first:end], y[first:end], z[first:end])
		for i, got := range dst {
			k := first + i - margin
			switch {
			case i < margin || i >= margin+length:
				if got != 77 {
					t.Fatalf("element %d of %d was written", i-margin, length)
				}
			case !among(got, op.allowed(x[k], y[k], z[k])):
				t.Fatalf("element %d of %d: (%v, %v, %v) gave %v (%#x), not %v", i-margin, length, x[k], y[k], z[k], got, bits(got), op.allowed(x[k], y[k], z[k]))
			}
		}
	}
	piece(0, len(x))
	for first, length := 0, 0; first+length <= len(x); first, length = first+length, length+1 {
		piece(first, length)
	}
}

func among[T Float](got T, allowed []T) bool {
	for _, want := range allowed {
		if same(got, want) {
			return true
		}
	}
	return allowed == nil
}

// same is equality of bits, but that all NaN are one.
func same[T Float](a, b T) bool { return bits(a) == bits(b) || a != a && b != b }

func expect[T Float](t *testing.T, got, want T, format string, a ...any) {
	t.Helper()
	if !same(got, want) {
		t.Fatalf("%s: %v, not %v", fmt.Sprintf(format, a...), got, want)
	}
}
