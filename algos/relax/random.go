package relax

import (
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/kernels/vec"
)

// gamma is a number with the density of x^(shape-1)*exp(-x) (Marsaglia and Tsang 2000).
func gamma(random *rand.Rand, shape float64) float64 {
	if shape < 1 { // of a larger one, times a power of a uniform number
		return gamma(random, shape+1) * math.Pow(1-random.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := random.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v *= v * v
		if math.Log(1-random.Float64()) < x*x/2+d*(1-v+math.Log(v)) {
			return d * v
		}
	}
}

// beta is a number between 0 and 1 with the density of x^(a-1)*(1-x)^(b-1).
func beta(random *rand.Rand, a, b float64) float64 {
	x, y := gamma(random, a), gamma(random, b)
	if x+y == 0 { // both underflow, with tiny a and b: all is in one of them, in x with the probability of the mean
		if random.Float64() < a/(a+b) {
			return 1
		}
		return 0
	}
	return x / (x + y)
}

// truncatedNormal fills x with independent standard normal numbers, drawn until their norm is not above the root of how many they are.
func truncatedNormal(random *rand.Rand, x []float64) {
	for {
		for i := range x {
			x[i] = random.NormFloat64()
		}
		if vec.Norm2(x) <= math.Sqrt(float64(len(x))) {
			return
		}
	}
}
