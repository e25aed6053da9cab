package testkit

import (
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/internal/cast"
)

// Specials are the values at which kernels go wrong: zeros, infinities, NaN, the ends of the subnormal, normal and finite
// ranges, the neighbours of 1, multiples of half of log 2 (where the reduction of an exponential turns over) with their
// neighbours, and the arguments at which exponentials and hyperbolic tangents underflow, saturate and overflow, all with
// both signs.
func Specials[T cast.Float]() []T {
	smallest, normal, largest, logs := math.SmallestNonzeroFloat64, 0x1p-1022, math.MaxFloat64, 1023
	if cast.Single[T]() {
		smallest, normal, largest, logs = math.SmallestNonzeroFloat32, 0x1p-126, math.MaxFloat32, 127
	}
	positive := []T{0, T(math.Inf(1)), T(smallest), T(2 * smallest), T(normal), T(largest), T(largest / 2), 1, 2, 0.5, 1.5, 3, 10}
	positive = append(positive, Next(T(normal), 0), Next(T(normal), 1), Next[T](1, 0), Next[T](1, 2), Next(T(largest), 0))
	edges := []float64{
		math.Sqrt2, math.Sqrt2 / 2, math.Pi, math.E, // where a logarithm's reduction turns over; and constants
		math.Log(largest), math.Log(normal), math.Log(smallest), math.Log(smallest) - math.Ln2, // overflow and underflow of exp
		math.Log(largest) / 2, math.Log(smallest) / 2,
		9.01, 19.06, // tanh is 1 from here on, in float32 and in float64
		16.64, 36.74, 37.43, // sigmoid is 1, softplus(x) is x
		math.Sqrt(largest), math.Sqrt(normal), 0x1p-12, 0x1p-24, 0x1p-27, 0x1p-53, 0x1p23, 0x1p24, 0x1p31, 0x1p52, 0x1p53, 0x1p63,
	}
	for n := 1; n <= 2*logs+4; n += 1 + n/5*2 {
		edges = append(edges, float64(n)*math.Ln2/2)
	}
	for _, edge := range edges {
		x := T(math.Abs(edge))
		positive = append(positive, x, Next(x, 0), Next(x, T(math.Inf(1))))
	}
	specials := []T{T(math.NaN())}
	for _, x := range positive {
		specials = append(specials, x, -x)
	}
	return specials
}

// Next is the number next to x in the direction of y.
func Next[T cast.Float](x, y T) T {
	if cast.Single[T]() {
		return T(math.Nextafter32(float32(x), float32(y)))
	}
	return T(math.Nextafter(float64(x), float64(y)))
}

// FromBits is the number with the given bits, the lower half of them for float32.
func FromBits[T cast.Float](bits uint64) T {
	if cast.Single[T]() {
		return T(math.Float32frombits(uint32(bits)))
	}
	return T(math.Float64frombits(bits))
}

// NewRandom is a random generator that gives the same numbers in every run.
func NewRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

// FillBits fills x with random bits: every exponent is as likely as any other, subnormals, infinities and NaN among them.
func FillBits[T cast.Float](r *rand.Rand, x []T) {
	for i := range x {
		x[i] = FromBits[T](r.Uint64())
	}
}

// FillFinite is FillBits without infinities and NaN.
func FillFinite[T cast.Float](r *rand.Rand, x []T) {
	for i := range x {
		for {
			x[i] = FromBits[T](r.Uint64())
			if x[i]-x[i] == 0 {
				break
			}
		}
	}
}

// FillUniform fills x with numbers from low to high.
func FillUniform[T cast.Float](r *rand.Rand, x []T, low, high float64) {
	for i := range x {
		x[i] = T(low + (high-low)*r.Float64())
	}
}

// FillNormal fills x with normally distributed numbers of mean 0 and variance 1.
func FillNormal[T cast.Float](r *rand.Rand, x []T) {
	for i := range x {
		x[i] = T(r.NormFloat64())
	}
}

// Uniform is n numbers from low to high.
func Uniform[T cast.Float](r *rand.Rand, n int, low, high float64) []T {
	x := make([]T, n)
	FillUniform(r, x, low, high)
	return x
}

// Normal is n normally distributed numbers of mean 0 and variance 1.
func Normal[T cast.Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	FillNormal(r, x)
	return x
}

// Integers is n small integers, whose sums and products are the same in every order, or, one time in eight, others with an infinity or
// NaN among them.
func Integers[T cast.Float](r *rand.Rand, n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(r.IntN(17) - 8)
	}
	if n > 0 && r.IntN(8) == 0 {
		special := []float64{math.Inf(1), math.Inf(-1), math.NaN()}
		x[r.IntN(n)] = T(special[r.IntN(len(special))])
	}
	return x
}
