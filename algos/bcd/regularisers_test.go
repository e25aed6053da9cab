package bcd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// allRegularisers adds those with unusual bounds to regularisers.
func allRegularisers(n int) map[string]Regulariser {
	list := regularisers(n)
	list["bounds and weights"] = Separable(coord.Penalty[float64]{L1: 0.3, L2: 0.4, Lower: -0.2, Upper: 0.7})
	list["non-positive"] = Separable(coord.Penalty[float64]{L1: 0.3, Lower: math.Inf(-1)})
	list["box away from zero"] = Box(0.5, 2)
	list["boxes"] = smallBoxes(rand.New(rand.NewPCG(30, 0)), n)
	list["scattered groups"] = GroupL1(0.6, [][]int{{5, 0}, {2, 3, 1}, {4}})
	return list
}

// TestProximalSteps: no other point near the step, or far from it, is better.
func TestProximalSteps(t *testing.T) {
	block := everyVariable(6)
	for name, reg := range allRegularisers(6) {
		r := rand.New(rand.NewPCG(31, 0))
		require.NoError(t, reg.Check(6), name)
		for range 50 {
			x, g, steps, z := smallVector(r, 6), smallVector(r, 6), make([]float64, 6), make([]float64, 6)
			vec.Fill(steps, math.Exp(r.NormFloat64()))
			reg.Step(z, x, g, steps, block)
			inside := func(v []float64) bool {
				s, ok := reg.(separable)
				for i, x := range v {
					if ok && (x < s.lowest(int32(i)) || x > s.highest(int32(i))) {
						return false
					}
				}
				return true
			}
			objective := func(v []float64) float64 {
				sum := reg.Value(v, block)
				for i := range v {
					d := v[i] - (x[i] - steps[i]*g[i])
					sum += d * d / (2 * steps[i])
				}
				return sum
			}
			require.True(t, inside(z), name)
			best := objective(z)
			for range 50 {
				other := append([]float64(nil), z...)
				scale := math.Pow(10, -6*r.Float64())
				for i := range other {
					other[i] += scale * r.NormFloat64()
				}
				if inside(other) {
					require.LessOrEqual(t, best, objective(other)+1e-12, name)
				}
			}
		}
	}
}

// TestConjugates: at the scale found R* is the supremum, which for separable ones a grid finds, and a larger scale has none.
func TestConjugates(t *testing.T) {
	block := everyVariable(6)
	for name, reg := range allRegularisers(6) {
		r := rand.New(rand.NewPCG(32, 0))
		for range 5 {
			v := smallVector(r, 6)
			scale, value := reg.Conjugate(v)
			require.True(t, scale >= 0 && scale <= 1, name)
			if scale < 1 {
				beyond, _ := reg.Conjugate(scaled(v, scale*1.01+1e-9))
				assert.Less(t, beyond, 1.0, name)
			}
			s, ok := reg.(separable)
			if !ok { // zero, at zero; elsewhere it is less
				assert.Zero(t, value)
				z := smallVector(r, 6)
				assert.LessOrEqual(t, -scale*vec.Dot(v, z)-reg.Value(z, block), 1e-12)
				continue
			}
			highest := 0.0
			for i, g := range v {
				best := math.Inf(-1)
				for z := -16.0; z <= 16; z += 1.0 / 512 {
					z := min(max(z, s.lowest(int32(i))), s.highest(int32(i)))
					best = max(best, -scale*g*z-reg.Value([]float64{z}, block[:1]))
				}
				highest += best
			}
			assert.InDelta(t, highest, value, 1e-4, name)
		}
	}
}

func scaled(v []float64, s float64) []float64 {
	w := append([]float64(nil), v...)
	vec.Scale(s, w)
	return w
}

func TestFree(t *testing.T) {
	x := []float64{0, 1, -1, 0.5, 0, 0}
	for name, want := range map[string][]bool{
		"none": {true, true, true, true, true, true}, "L1": {false, true, true, true, false, false},
		"non-negative": {false, true, false, true, false, false}, "box": {true, false, false, false, true, true},
		"group L1": {true, true, true, true, true, true}, "scattered groups": {false, true, true, true, false, false},
	} {
		reg := allRegularisers(6)[name]
		for i := range x {
			assert.Equal(t, want[i], reg.Free(x, int32(i)), "%s, variable %d", name, i)
		}
	}
}

// TestModels: the minimiser of the model of a block meets the conditions of optimality: its own proximal step leads nowhere. Also where the matrix is
// singular.
func TestModels(t *testing.T) {
	p := diagonalProblem(t, 1, 1, 1, 1, 1, 1)
	block := everyVariable(6)
	for name, reg := range allRegularisers(6) {
		r := rand.New(rand.NewPCG(33, 0))
		it := begin(p, reg)
		for trial := range 40 {
			rank := 6
			if trial%4 == 3 {
				rank = 3
			}
			root, h := smallData(r, rank, 6), newMatrix(6)
			for i := range root.Data {
				root.Data[i] += 0.3 * r.NormFloat64()
			}
			matmul.Syrk(matmul.Full, matmul.Trans, 1, root, 0, h)
			x, g, z := smallVector(r, 6), make([]float64, 6), make([]float64, 6)
			if s, ok := reg.(separable); ok {
				s.clamp(x, block)
			}
			matmul.Gemv(matmul.Trans, 1, root, smallVector(r, rank), 0, g) // in the range of H, so that there is a minimum
			model := func(v []float64) float64 {
				d, hd := make([]float64, 6), make([]float64, 6)
				vec.Sub(d, v, x)
				matmul.Gemv(matmul.NoTrans, 1, h, d, 0, hd)
				return vec.Dot(g, d) + vec.Dot(d, hd)/2 + reg.Value(v, block)
			}
			it.minimiseModel(z, h, x, g, block)
			slope, d := append([]float64(nil), g...), make([]float64, 6)
			vec.Sub(d, z, x)
			matmul.Gemv(matmul.NoTrans, 1, h, d, 1, slope)
			next := make([]float64, 6)
			reg.Step(next, z, slope, []float64{1, 1, 1, 1, 1, 1}, block)
			bound := 1e-7
			if rank == 6 {
				bound = 1e-8
			}
			require.InDeltaSlice(t, z, next, bound, "%s, trial %d", name, trial)
			require.LessOrEqual(t, model(z), model(x)+1e-12, name)
		}
	}
}

// TestGroupOfManyUnits: the minimiser of the model of a group is found whatever the units of its variables: a few iterations do. Gradient
// steps within the group did not come near it in thousands.
func TestGroupOfManyUnits(t *testing.T) {
	const n = 4
	for trial := range 40 {
		r := rand.New(rand.NewPCG(34, uint64(trial)))
		root, h := smallData(r, 6, n), newMatrix(n)
		for k := range root.Data {
			root.Data[k] = (root.Data[k] + 0.3*r.NormFloat64()) * math.Pow(10, float64(3-2*(k%n)))
		}
		matmul.Syrk(matmul.Full, matmul.Trans, 1, root, 0, h)
		b := make([]float64, n)
		matmul.Gemv(matmul.Trans, 1, root, smallVector(r, 6), 0, b)
		p, err := DenseQuadratic(h, b)
		require.NoError(t, err)
		for _, weight := range []float64{0, 1e-6, 1e-3, 1, 1e6} {
			result, err := Minimise(context.Background(), p, Settings{Regulariser: GroupL1(weight, ConsecutiveGroups(n, n)), MaxIterations: 4})
			require.NoError(t, err)
			require.Equal(t, algos.Converged, result.Stopped, "weight %v, trial %d: %v", weight, trial, result.Residual)
		}
	}
}

// TestPolish jumps to the minimiser once signs are right, and only then.
func TestPolish(t *testing.T) {
	r := L1(1).(separable)
	h := Matrix{Rows: 2, Cols: 2, Stride: 2, Data: []float64{2, 1, 1, 2}}
	// z'Hz/2 - 4*z0 - 3*z1 + |z0| + |z1|: H z = (3, 2), z = (4/3, 1/3).
	z := []float64{0.1, 0.1}
	slope := []float64{0.3 - 4, 0.3 - 3}
	require.True(t, r.polish(z, slope, h, everyVariable(len(z)), 1))
	assert.InDeltaSlice(t, []float64{4.0 / 3, 1.0 / 3}, z, 1e-12)
	z = []float64{-0.1, 0.1}
	assert.False(t, r.polish(z, []float64{-0.1 - 4, 0.1 - 3}, h, everyVariable(len(z)), 1), "a wrong sign")
	z = []float64{0.1, 0}
	assert.False(t, r.polish(z, []float64{0.2 - 4, 0.1 - 3}, h, everyVariable(len(z)), 1), "a variable that should not be zero")
}
