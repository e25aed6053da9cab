package bcd

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels/vec"
)

// started is a run with its blocks at x.
func started(t testing.TB, p Problem, r Regulariser, partition Partition, x []float64) *Iteration {
	t.Helper()
	if r == nil {
		r = L1(0)
	}
	it := newIteration(context.Background(), p, Settings{Regulariser: r, Start: x}, rand.New(rand.NewPCG(1, 0)))
	var err error
	it.Blocks, err = partition.Begin(it)
	require.NoError(t, err)
	return it
}

// TestBlockScores holds the fixed block that each greedy rule chooses against the formula of its score.
func TestBlockScores(t *testing.T) {
	for name, p := range smallProblems(t, 11, 20, 12) {
		r := rand.New(rand.NewPCG(12, 0))
		n := p.Size()
		bound := newMatrix(n)
		p.Bound(bound, everyVariable(n))
		for range 5 {
			x := smallVector(r, n)
			g := make([]float64, n)
			p.At(x).Gradient(g, everyVariable(n))
			for _, l1 := range []bool{false, true} {
				for rule := GS; rule <= GSN; rule++ {
					it := started(t, p, nil, Fixed(3, Sorted), x)
					it.L1Score = l1
					choose, err := rule.Begin(it)
					require.NoError(t, err)
					score := func(block []int32) (sum float64) {
						h := newMatrix(len(block))
						p.Bound(h, block)
						if rule == GSN {
							it.Point.Hessian(h, block)
						}
						if rule >= GSQ {
							d := gather(nil, g, block)
							factorised(h).solve(d)
							return vec.Dot(d, gather(nil, g, block))
						}
						for k, i := range block {
							d := 1.0
							switch rule {
							case GSL:
								d = largestEigenvalue(h)
							case GSD:
								d = float64(len(block)) * p.Lipschitz()[i]
							case GSDRows:
								d = vec.AbsSum(h.Row(k))
							}
							if l1 {
								sum += math.Abs(g[i]) / math.Sqrt(d)
							} else {
								sum += g[i] * g[i] / d
							}
						}
						return sum
					}
					got := choose()
					for _, block := range it.Blocks.Fixed {
						assert.LessOrEqual(t, score(block), score(got.Variables)*(1+1e-10), "%s, %v", name, rule)
					}
				}
			}
		}
	}
}

// TestVariableScores holds the variables that the diagonal rules choose against sorting.
func TestVariableScores(t *testing.T) {
	for name, p := range smallProblems(t, 13, 20, 12) {
		r := rand.New(rand.NewPCG(14, 0))
		n := p.Size()
		x := smallVector(r, n)
		g := make([]float64, n)
		p.At(x).Gradient(g, everyVariable(n))
		for rule := GS; rule <= GSDRows; rule++ {
			it := started(t, p, nil, Variable(3), x)
			choose, err := rule.Begin(it)
			require.NoError(t, err)
			d := p.Lipschitz()
			if rule == GSDRows {
				d = p.(RowSummer).RowSums()
			}
			order := everyVariable(n)
			slices.SortFunc(order, func(i, j int32) int {
				si, sj := math.Abs(g[i]), math.Abs(g[j])
				if rule > GS {
					si, sj = si/math.Sqrt(d[i]), sj/math.Sqrt(d[j])
				}
				if si > sj {
					return -1
				}
				return 1
			})
			assert.ElementsMatch(t, order[:3], choose().Variables, "%s, %v", name, rule)
		}
	}
}

// TestScoresKeepUp: scores formed anew where the gradient has changed are those formed at once.
func TestScoresKeepUp(t *testing.T) {
	p := lattice(t, rand.New(rand.NewPCG(15, 0)), 12, 20)
	for _, r := range []Regulariser{nil, L1(0.3), NonNegative(0.1), Box(-0.2, 0.5), ElasticNet(0.1, 2)} {
		for rule := GS; rule <= GSDRows; rule++ {
			for _, partition := range []Partition{Variable(2), Fixed(4, Ordered)} {
				it := started(t, p, r, partition, smallVector(rand.New(rand.NewPCG(16, 0)), p.Size()))
				choose, err := rule.Begin(it)
				require.NoError(t, err)
				move, err := LipschitzStep.Begin(it)
				require.NoError(t, err)
				for range 30 {
					got := choose()
					fresh := started(t, p, r, partition, it.Point.X())
					again, err := rule.Begin(fresh)
					require.NoError(t, err)
					require.Equal(t, again().Variables, got.Variables, "%v", rule)
					require.NoError(t, move(got))
				}
			}
		}
	}
}

// TestProximalScores: with a regulariser GSL ranks by the gain of the proximal step in the quadratic model, and GS by the least subgradient.
func TestProximalScores(t *testing.T) {
	p := diagonalProblem(t, 1, 4, 2, 1, 3)
	at := []float64{0, 0.5, -1, 0.2, 0}
	for _, r := range []Regulariser{L1(0.7), NonNegative(0.2), Box(-1, 0.4), ElasticNet(0.2, 1), Boxes([]float64{-1, 0.4, -2, math.Inf(-1), 0}, []float64{0, 0.6, -0.5, 0.3, math.Inf(1)})} {
		it := started(t, p, r, Variable(1), at)
		x := it.Point.X()
		g := append([]float64(nil), it.Gradient()...)
		one := func(i int, v float64) float64 { return r.Value([]float64{v}, []int32{int32(i)}) }
		gain := func(i int) float64 { // of the model of variable i, by trying
			l, best := p.Lipschitz()[i], 0.0
			for z := -2.0; z <= 2; z += 1e-3 {
				if s := it.separate; z < s.lowest(int32(i)) || z > s.highest(int32(i)) {
					continue
				}
				best = max(best, one(i, x[i])-one(i, z)-g[i]*(z-x[i])-l/2*(z-x[i])*(z-x[i]))
			}
			return best
		}
		choose, err := GSL.Begin(it)
		require.NoError(t, err)
		got := int(choose().Variables[0])
		for i := range x {
			assert.LessOrEqual(t, gain(i), gain(got)+1e-5, "%v: variable %d against %d", r, i, got)
		}
		slope := func(i int) float64 { // the steepest descent of the objective along variable i
			const h = 1e-7
			steepest := 0.0
			for _, d := range []float64{h, -h} {
				if s := it.separate; x[i]+d < s.lowest(int32(i)) || x[i]+d > s.highest(int32(i)) {
					continue
				}
				steepest = max(steepest, -(g[i]*d+one(i, x[i]+d)-one(i, x[i]))/h)
			}
			return steepest
		}
		it = started(t, p, r, Variable(1), at)
		choose, err = GS.Begin(it)
		require.NoError(t, err)
		got = int(choose().Variables[0])
		for i := range x {
			assert.LessOrEqual(t, slope(i), slope(got)+1e-5, "%v: variable %d against %d", r, i, got)
		}
	}
}

// TestHardThreshold: the block of GSQ gains at least what that of GSL does, and on a small problem nearly what the best one does.
func TestHardThreshold(t *testing.T) {
	share := 0.0
	const trials = 20
	for seed := range uint64(trials) {
		p := smallProblems(t, seed, 20, 8)["dense least squares"]
		it := started(t, p, nil, Variable(3), nil)
		g := append([]float64(nil), it.Gradient()...)
		gain := func(block []int32) float64 {
			h := newMatrix(len(block))
			p.Bound(h, block)
			return it.modelGain(h, gather(nil, g, block), block)
		}
		quadratic, err := GSQ.Begin(it)
		require.NoError(t, err)
		newton, err := GSN.Begin(it)
		require.NoError(t, err)
		diagonal, err := GSL.Begin(it)
		require.NoError(t, err)
		got := gain(append([]int32(nil), quadratic().Variables...))
		assert.Equal(t, got, gain(newton().Variables), "the Hessian is its bound")
		assert.GreaterOrEqual(t, got, 0.9*gain(diagonal().Variables))
		best := 0.0
		for a := range int32(8) {
			for b := range a {
				for c := range b {
					best = max(best, gain([]int32{c, b, a}))
				}
			}
		}
		assert.LessOrEqual(t, got, best*(1+1e-12))
		share += got / best / trials
	}
	t.Logf("GSQ by thresholding gains %.3f of the best block on average", share)
	assert.Greater(t, share, 0.9)
}

// TestBlindRules: how often each variable and block has its turn.
func TestBlindRules(t *testing.T) {
	p := diagonalProblem(t, 1, 1, 2, 2, 3, 3, 4, 4)
	const draws = 40000
	count := func(rule Blind, partition Partition) []float64 {
		it := started(t, p, nil, partition, nil)
		choose, err := rule.Begin(it)
		require.NoError(t, err)
		share := make([]float64, 8)
		for range draws {
			block := choose()
			assert.True(t, slices.IsSorted(block.Variables))
			for _, i := range block.Variables {
				share[i] += 1.0 / draws
			}
		}
		return share
	}
	quarter := []float64{0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25}
	for _, rule := range []Blind{Random, Cyclic} {
		assert.InDeltaSlice(t, quarter, count(rule, Variable(2)), 0.01, "%v", rule)
		assert.InDeltaSlice(t, quarter, count(rule, Fixed(2, Ordered)), 0.01, "%v", rule)
		assert.InDeltaSlice(t, []float64{1, 1, 1, 1, 1, 1, 1, 1}, count(rule, Trees()), 1e-9, "no edges: all at once")
	}
	assert.InDeltaSlice(t, []float64{.1, .1, .2, .2, .3, .3, .4, .4}, count(Sampling, Fixed(2, Ordered)), 0.01)
	assert.InDeltaSlice(t, []float64{.05, .05, .1, .1, .15, .15, .2, .2}, count(Sampling, Variable(1)), 0.01)
}

// TestCyclicIsFair: in each pass every variable moves once.
func TestCyclicIsFair(t *testing.T) {
	p := diagonalProblem(t, 1, 1, 2, 2, 3, 3, 4)
	for _, partition := range []Partition{Variable(2), Fixed(2, Shuffled)} {
		choose, err := Cyclic.Begin(started(t, p, nil, partition, nil))
		require.NoError(t, err)
		var passes [2][]int32
		for pass := range passes {
			for range 4 {
				passes[pass] = append(passes[pass], choose().Variables...)
			}
			assert.ElementsMatch(t, everyVariable(7), passes[pass])
		}
	}
	tree := lattice(t, rand.New(rand.NewPCG(17, 0)), 6, 4)
	choose, err := Cyclic.Begin(started(t, tree, nil, Trees(), nil))
	require.NoError(t, err)
	seen := map[int32]bool{}
	for range 3 {
		for _, i := range choose().Variables {
			seen[i] = true
		}
	}
	assert.Len(t, seen, tree.Size(), "who has waited is preferred")
}

// TestNewtonGreedyGrowingHessian: from where samples have next to no curvature, blocks by GSN lead to the minimum all the same.
func TestNewtonGreedyGrowingHessian(t *testing.T) {
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 8))
		rows, features, classes := 2+r.IntN(6), 2+r.IntN(4), 2+r.IntN(3)
		a, err := Dense(smallData(r, rows, features))
		require.NoError(t, err)
		y := make([]int, rows)
		for i := range y {
			y[i] = r.IntN(classes)
		}
		p, err := Softmax(a, y, classes)
		require.NoError(t, err)
		start := smallVector(r, p.Size())
		vec.Scale(10, start)
		result, err := Minimise(context.Background(), p, Settings{
			Partition: Variable(2), Selection: GSN, Update: NewtonStep, Regulariser: ElasticNet(0.1, 0.1), Start: start,
		})
		require.NoError(t, err)
		require.Equal(t, algos.Converged, result.Stopped, "seed %d: %v after %d", seed, result.Residual, result.Iterations)
	}
}
