package reference

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
)

// dot is x plus the product of the upper halves of y and z, plus that of the lower ones, rounded after each to 24 bits of any
// exponent, with what is below the normal numbers as zero. Only float32 has it.
func dot[T Float](x, y, z T) T {
	a, b := bits(y), bits(z)
	half := func(bits uint64) T { return fromBits[T](bits << 16 & 0xFFFF0000) }
	return addProduct(addProduct(x, half(a>>16), half(b>>16)), half(a), half(b))
}

func addProduct[T Float](sum, x, y T) T {
	normal := func(v T) T {
		if abs(v) < smallestNormal[T]() {
			return T(math.Copysign(0, float64(v)))
		}
		return v
	}
	sum, x, y = normal(sum), normal(x), normal(y)
	if x-x != 0 || y-y != 0 || x == 0 || y == 0 {
		return T(x*y) + sum
	}
	if sum-sum != 0 {
		return sum
	}
	exact := new(big.Float).SetPrec(5000).SetFloat64(float64(x))
	exact.Mul(exact, big.NewFloat(float64(y))).Add(exact, big.NewFloat(float64(sum)))
	if exact.Sign() == 0 {
		return 0
	}
	return normal(round[T](exact.SetPrec(24)))
}

func abs[T Float](v T) T { return T(math.Abs(float64(v))) }

func checkPairs(t *testing.T, find finder, lanes int) {
	f, ok := find("PairsF32")
	if !ok {
		return // an extension that this machine does not have
	}
	r := rand.New(rand.NewPCG(19, 20))
	for n := 1; n <= lanes; n++ {
		first, second, dst := make([]uint16, lanes+1), make([]uint16, lanes+1), make([]float32, 3*lanes)
		for i := range first {
			first[i], second[i] = uint16(r.Uint32()), uint16(r.Uint32())
		}
		for i := range dst {
			dst[i] = float32(r.NormFloat64())
		}
		factor, sums := dst[0], append([]float32(nil), dst[2*lanes:]...)
		f.(func(dst []float32, first, second []uint16, n int))(dst, first, second, n)
		for i := range lanes {
			pair := uint32(first[i+1]) | uint32(second[i+1])<<16
			if got := math.Float32bits(dst[i]); got != pair {
				t.Fatalf("pair %d is %#x, not %#x", i, got, pair)
			}
			expect(t, dst[2*lanes+i], dot(sums[i], math.Float32frombits(pair), factor), "product %d", i)
			if i >= n {
				pair = 0
			}
			if got := math.Float32bits(dst[lanes+i]); got != pair {
				t.Fatalf("pair %d of %d is %#x, not %#x", i, n, got, pair)
			}
		}
	}
}
