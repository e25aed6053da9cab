package orth

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// auonStep is U of the paper's form for a gradient.
func auonStep[T kernels.Float](t *testing.T, g kernels.Matrix[T]) kernels.Matrix[T] {
	p := []Parameter[T]{{"w", kernels.NewMatrix[T](g.Rows, g.Cols), g}}
	o, err := NewAuON(p, AuONSettings{TrainingSettings: TrainingSettings{Rate: 1}})
	require.NoError(t, err)
	require.NoError(t, o.Step())
	for i, v := range p[0].Value.Data {
		p[0].Value.Data[i] = -v
	}
	return p[0].Value
}

// TestAuONIsParallelToTheMomentum: it does not orthogonalise.
func TestAuONIsParallelToTheMomentum(t *testing.T) {
	g := gaussian[float32](random(70), 20, 31)
	u := auonStep(t, g)
	assert.InDelta(t, 1, cosine(u, g), 1e-6)
	assert.Less(t, float64Norm(u), 1.0)
	assert.Greater(t, float64Norm(u), 0.99)
	before, after := decompose(g).values, decompose(u).values
	assert.InEpsilon(t, before[0]/before[19], after[0]/after[19], 1e-4, "the condition number is that of the gradient")
	for _, power := range []float64{1e3, 1e6, 1e12, 1e-3} {
		scaled := kernels.NewMatrix[float32](20, 31)
		for i, v := range g.Data {
			scaled.Data[i] = v * float32(power)
		}
		assert.Less(t, largestDifference(auonStep(t, scaled), u), 1e-5, "times %v", power)
	}
	assert.Equal(t, make([]float32, 6), auonStep(t, kernels.NewMatrix[float32](2, 3)).Data)
	double := auonStep(t, converted[float64](g))
	for _, power := range []float64{1e150, 1e160, 1e170, 1e300} { // squares overflow, and so do those of 1/norm
		scaled := converted[float64](g)
		for i := range scaled.Data {
			scaled.Data[i] *= power
		}
		assert.Less(t, largestDifference(auonStep(t, scaled), double), 1e-8, "times %v", power)
	}
}

// TestBrakeIsAlmostConstant: R^2 = 1 + gamma^2/N for elements that share the norm, and at most 1 + (cosh(2 gamma) - 1)/(2N).
func TestBrakeIsAlmostConstant(t *testing.T) {
	for _, gamma := range []float64{1, 1.5} {
		for _, n := range []int{100, 10000} {
			x := gaussian[float64](random(71), 1, n).Data
			size := math.Sqrt(dot(x, x))
			r := brake(x, gamma/size)
			assert.InDelta(t, gamma*gamma/float64(n), r*r-1, gamma*gamma/float64(n)*5*gamma*gamma/float64(n))
			spike := make([]float64, n)
			spike[n/2] = -3
			bound := (math.Cosh(2*gamma) - 1) / (2 * float64(n))
			r = brake(spike, gamma/3)
			assert.InEpsilon(t, bound, r*r-1, 1e-8, "a spike meets the bound")
			if n == 10000 && gamma == 1.5 {
				assert.InDelta(t, 2.3e-4, r-1, 1e-5)
			}
		}
	}
	assert.Equal(t, 1.0, brake([]float64{}, 1))
}

// TestBrakeIsCosh against the standard library, in both types, spikes or not.
func TestBrakeIsCosh(t *testing.T) {
	for _, spike := range []float64{0, 30, 1000} {
		for _, n := range []int{1, 7, 5000} {
			x := gaussian[float64](random(74), 1, n).Data
			x[n/2] += spike
			single := converted[float32](kernels.Matrix[float64]{Rows: 1, Cols: n, Stride: n, Data: x}).Data
			factor, want := 1.5/math.Sqrt(dot(x, x)), 0.0
			for _, v := range x {
				c := math.Cosh(factor * v)
				want += c * c / float64(n)
			}
			assert.InEpsilon(t, math.Sqrt(want), brake(x, factor), 1e-15)
			assert.InEpsilon(t, math.Sqrt(want), brake(single, factor), 1e-6)
		}
	}
}

// TestSinhSquares against the standard library, for every number of terms.
func TestSinhSquares(t *testing.T) {
	for _, largest := range []float64{1e-12, 1e-4, 1e-2, 0.1, 0.5, 1, 1.5, 2, 2.5, 20} {
		x := gaussian[float64](random(72), 1, 300).Data
		most, want := 0.0, 0.0
		for _, v := range x {
			most = max(most, math.Abs(v))
		}
		factor := largest / most
		for _, v := range x {
			s := math.Sinh(factor * v)
			want += s * s
		}
		assert.InEpsilon(t, want, sinhSquares(x, factor, largest), 1e-13, "up to %v", largest)
	}
}

// TestAuONCodeFormGrowsWithTheGradient, as the released code does and the paper does not.
func TestAuONCodeFormGrowsWithTheGradient(t *testing.T) {
	step := func(size float64, form AuONForm) float64 {
		g := gaussian[float64](random(73), 6, 6)
		for i := range g.Data {
			g.Data[i] *= size
		}
		p := []Parameter[float64]{{"w", kernels.NewMatrix[float64](6, 6), g}}
		o, err := NewAuON(p, AuONSettings{Form: form})
		require.NoError(t, err)
		require.NoError(t, o.Step())
		return norm(p[0].Value)
	}
	assert.InEpsilon(t, 100*step(1, CodeForm), step(100, CodeForm), 1e-6)
	assert.InEpsilon(t, step(1, PaperForm), step(100, PaperForm), 1e-6)
}
