package bcd

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// fuzzed is a small problem with a regulariser and rules, drawn from a seed; the bytes say which.
func fuzzed(t *testing.T, seed uint64, kind, reg, partition, selection, update uint8) (Problem, Settings) {
	r := rand.New(rand.NewPCG(seed, 1))
	names := []string{"dense least squares", "sparse least squares", "dense logistic", "sparse logistic", "dense softmax", "sparse softmax", "quadratic", "labels"}
	rows := 2 + r.IntN(12)
	p := smallProblems(t, seed, rows, 1+r.IntN(6))[names[int(kind)%len(names)]]
	n := p.Size()
	weight := math.Exp(2 * r.NormFloat64())
	s := Settings{Tolerance: 1e-9, MaxIterations: 4000, Seed: seed, Start: smallVector(r, n), L1Score: r.IntN(2) == 0}
	// A little of L2 wherever there is no minimum otherwise, and where it would be far away.
	s.Regulariser = []Regulariser{
		ElasticNet(0, 0.1+weight), L1(weight), NonNegative(weight), Box(-weight, r.Float64()), ElasticNet(weight, 0.2),
		GroupL1(weight, ConsecutiveGroups(n, 1+r.IntN(3))), smallBoxes(r, n),
	}[int(reg)%7]
	size := 1 + r.IntN(n)
	s.Partition = []Partition{
		nil, Variable(size), Fixed(size, Ordered), Fixed(size, Sorted), Fixed(size, Averaged), Fixed(size, Shuffled), General(),
		RedBlack(), Colours(), Forests(), Trees(),
	}[int(partition)%11]
	s.Selection = []Selection{nil, Random, Cyclic, Sampling, GS, GSL, GSD, GSDRows, GSQ, GSN}[int(selection)%10]
	s.Update = []Update{nil, LipschitzStep, EstimatedStep, MatrixStep, NewtonStep, ExactStep, ProjectedNewton, TwoMetric}[int(update)%8]
	return p, s
}

// smallBoxes is bounds of each variable, of both signs.
func smallBoxes(r *rand.Rand, n int) Regulariser {
	lower, upper := make([]float64, n), make([]float64, n)
	for i := range lower {
		lower[i] = r.NormFloat64()
		upper[i] = lower[i] + 2*r.Float64()
	}
	return Boxes(lower, upper)
}

// FuzzMinimise: whatever is combined, the objective never rises, what has converged meets the conditions of optimality, formed anew, and what
// does not go together is refused.
func FuzzMinimise(f *testing.F) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 2))
		f.Add(seed, uint8(r.IntN(8)), uint8(r.IntN(7)), uint8(r.IntN(11)), uint8(r.IntN(10)), uint8(r.IntN(8)))
	}
	f.Add(uint64(120), uint8('V'), uint8(0x1a), uint8(3), uint8(3), uint8('\'')) // trials far away spoil what is kept up to date
	f.Add(uint64(3), uint8(4), uint8(2), uint8(0), uint8('F'), uint8('G'))       // converged by a gradient that has drifted
	f.Fuzz(func(t *testing.T, seed uint64, kind, reg, partition, selection, update uint8) {
		p, s := fuzzed(t, seed, kind, reg, partition, selection, update)
		result, err := Minimise(context.Background(), p, s)
		if err != nil {
			require.True(t, errors.Is(err, ErrCombination) || errors.Is(err, ErrBipartite), "%v", err)
			return
		}
		require.NotEqual(t, algos.Breakdown, result.Stopped, "%v", result.Reason)
		for k := range result.History[1:] {
			before, after := result.History[k].Objective, result.History[k+1].Objective
			require.LessOrEqual(t, after, before+1e-11*(1+math.Abs(before)))
		}
		if result.Stopped == algos.Converged {
			requireOptimal(t, p, s, result)
		}
	})
}

// requireOptimal forms gradient, proximal step and scale anew.
func requireOptimal(t *testing.T, p Problem, s Settings, result *Result) {
	t.Helper()
	n := p.Size()
	block, zero := everyVariable(n), make([]float64, n)
	if r, ok := s.Regulariser.(separable); ok {
		r.clamp(zero, block)
		for i, v := range result.X {
			require.True(t, v >= r.lowest(int32(i)) && v <= r.highest(int32(i)))
		}
	}
	g, z, steps := make([]float64, n), make([]float64, n), make([]float64, n)
	p.At(zero).Gradient(g, block)
	scale := max(vec.Max(g), -vec.Min(g))
	if scale == 0 {
		scale = 1
	}
	p.At(result.X).Gradient(g, block)
	least := leastShare * vec.Max(p.Lipschitz())
	if least == 0 {
		least = 1
	}
	for i, l := range p.Lipschitz() {
		steps[i] = 1 / max(l, least)
	}
	s.Regulariser.Step(z, result.X, g, steps, block)
	for i := range z {
		require.LessOrEqual(t, math.Abs(z[i]-result.X[i])/steps[i], 1.001*s.Tolerance*scale+1e-12, "variable %d", i)
	}
}

// FuzzQuadratic: strongly convex quadratics with bounds against a slow solver, projected gradient steps without blocks.
func FuzzQuadratic(f *testing.F) {
	for seed := range uint64(30) {
		f.Add(seed, uint8(seed), uint8(seed/2), uint8(seed/3))
	}
	f.Add(uint64(868), uint8(4), uint8(1), uint8(167)) // values round by more than their size: terms cancel
	f.Add(uint64(4352), uint8(2), uint8(1), uint8(49)) // slow: 40000 iterations
	f.Fuzz(func(t *testing.T, seed uint64, selection, update, size uint8) {
		r := rand.New(rand.NewPCG(seed, 3))
		n := 1 + r.IntN(6)
		root, h := smallData(r, n, n), kernels.NewMatrix[float64](n, n)
		matmul.Syrk(matmul.Full, matmul.Trans, 1, root, 0, h)
		for i := range n {
			h.Set(i, i, h.At(i, i)+0.5)
		}
		b := smallVector(r, n)
		boxes := smallBoxes(r, n).(separable)
		want := make([]float64, n)
		slope := make([]float64, n)
		step := 1 / largestEigenvalue(h)
		for range 3000 {
			copy(slope, b)
			matmul.Gemv(matmul.NoTrans, 1, h, want, -1, slope)
			vec.Axpy(-step, slope, want)
			boxes.clamp(want, everyVariable(n))
		}
		p, err := DenseQuadratic(h, b)
		require.NoError(t, err)
		result, err := Minimise(context.Background(), p, Settings{
			Regulariser: boxes, Partition: Variable(1 + int(size)%n), Tolerance: 1e-11, Seed: seed, MaxIterations: 1000000,
			Selection: []Selection{Random, Cyclic, Sampling, GS, GSL, GSD, GSDRows, GSQ, GSN}[int(selection)%9],
			Update:    Step(update) % (TwoMetric + 1),
		})
		require.NoError(t, err)
		require.InDeltaSlice(t, want, result.X, 1e-8, "%v after %d", result.Stopped, result.Iterations)
	})
}
