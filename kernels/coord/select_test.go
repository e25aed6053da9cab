package coord_test

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// few values make ties.
func fewValues[T kernels.Float](n int, seed uint64) []T {
	random := testkit.NewRandom(seed)
	x := make([]T, n)
	for i := range x {
		x[i] = T(random.IntN(7)-3) / 2
		switch random.IntN(40) {
		case 0:
			x[i] = T(math.NaN())
		case 1:
			x[i] = T(math.Inf(1 - 2*random.IntN(2)))
		}
	}
	return x
}

// lengthsToSelect reach from nothing to beyond one call of assembly.
var lengthsToSelect = []int{0, 1, 2, 3, 7, 8, 31, 64, 65, 127, 130, 257, 1000, 4096, 70001}

func TestSelect(t *testing.T) { testkit.EachLevelAndType(t, selection[float32], selection[float64]) }

func selection[T kernels.Float](t *testing.T) {
	for _, n := range lengthsToSelect {
		for seed := range uint64(4) {
			for name, g := range map[string][]T{"ties": fewValues[T](n, seed), "normal": testkit.Normal[T](testkit.NewRandom(seed), n)} {
				scale := make([]T, n)
				for i := range scale {
					scale[i] = T(i%5) / 4
				}
				for _, scale := range [][]T{nil, scale} {
					scores := make([]T, n)
					coord.Scores(scores, g, scale)
					wantIndex, wantScore := -1, T(0)
					for i, v := range g {
						s := T(math.Abs(float64(v)))
						if scale != nil {
							s *= scale[i]
						}
						testkit.RequireSame(t, []T{s}, scores[i:i+1])
						if s == s && (wantIndex < 0 || s > wantScore) {
							wantIndex, wantScore = i, s
						}
					}
					index, score := coord.Select(g, scale)
					require.Equal(t, wantIndex, index, "%s, n=%d", name, n)
					require.Equal(t, wantScore, score)
				}
			}
		}
	}
}

func TestTopK(t *testing.T) { testkit.EachLevelAndType(t, topK[float32], topK[float64]) }

func topK[T kernels.Float](t *testing.T) {
	for _, n := range lengthsToSelect {
		for name, scores := range map[string][]T{
			"ties": fewValues[T](n, uint64(n)), "normal": testkit.Normal[T](testkit.NewRandom(1), n),
			"equal": slices.Repeat([]T{2}, n), "NaN": slices.Repeat([]T{T(math.NaN())}, n), "ascending": ascending[T](n),
		} {
			order := make([]int32, 0, n)
			for i, v := range scores {
				if v == v {
					order = append(order, int32(i))
				}
			}
			slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(scores[b], scores[a]) })
			for _, k := range []int{0, 1, 2, 5, n / 100, n / 2, n, n + 3} {
				want := slices.Sorted(slices.Values(order[:min(k, len(order))]))
				before, dst := slices.Clone(scores), make([]int32, k)
				count := coord.TopK(dst, scores)
				require.Equal(t, len(want), count, "%s, n=%d, k=%d", name, n, k)
				require.True(t, slices.Equal(want, dst[:count]), "%s, n=%d, k=%d", name, n, k)
				testkit.RequireSame(t, before, scores)
			}
		}
	}
}

func ascending[T kernels.Float](n int) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(i)
	}
	return x
}

// penalties are one of each kind.
func penalties[T kernels.Float]() map[string]coord.Penalty[T] {
	infinity := T(math.Inf(1))
	return map[string]coord.Penalty[T]{
		"none":         {},
		"lasso":        {L1: 0.5},
		"ridge":        {L2: 2},
		"elastic net":  {L1: 0.25, L2: 0.5},
		"box":          {Lower: -0.5, Upper: 1},
		"non-negative": {Upper: infinity},
		"all":          {L1: 0.25, L2: 0.5, Lower: -1, Upper: 0.75},
	}
}

// valueOf is a penalty at a point, in float64.
func valueOf[T kernels.Float](p coord.Penalty[T], x float64) float64 {
	if (p.Lower != 0 || p.Upper != 0) && (x < float64(p.Lower) || x > float64(p.Upper)) {
		return math.Inf(1)
	}
	return float64(p.L1)*math.Abs(x) + float64(p.L2)/2*x*x
}

// tolerance is what minimise leaves open, which is the square root of the unit roundoff, or what float32 does.
func tolerance[T kernels.Float]() float64 {
	if unsafe.Sizeof(T(0)) == 4 {
		return 4e-6
	}
	return 1e-7
}

// minimise finds the minimum of a convex function on an interval by thirds.
func minimise(f func(z float64) float64, p0, p1 float64) (at, value float64) {
	for range 200 {
		a, b := p0+(p1-p0)/3, p1-(p1-p0)/3
		if f(a) <= f(b) {
			p1 = b
		} else {
			p0 = a
		}
	}
	return p0, f(p0)
}

// interval is where a penalty is finite, within [-10, 10].
func interval[T kernels.Float](p coord.Penalty[T]) (low, high float64) {
	if p.Lower == 0 && p.Upper == 0 {
		return -10, 10
	}
	return max(float64(p.Lower), -10), min(float64(p.Upper), 10)
}

func TestProxRules(t *testing.T) { testkit.EachLevelAndType(t, proxRules[float32], proxRules[float64]) }

func proxRules[T kernels.Float](t *testing.T) {
	const n = 300
	random := testkit.NewRandom(3)
	all := penalties[T]()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		p := all[name]
		low, high := interval(p)
		x, g, steps := make([]T, n), testkit.Normal[T](random, n), testkit.Uniform[T](random, n, 0.1, 2)
		for i := range x {
			switch v := T(random.NormFloat64() / 2); {
			case i%4 == 0 && low <= 0:
			case float64(v) < low:
				x[i] = T(low)
			case float64(v) > high:
				x[i] = T(high)
			default:
				x[i] = v
			}
		}
		for _, rule := range []coord.ProxRule{coord.GSS, coord.GSR, coord.GSQ} {
			scores := make([]T, n)
			coord.ScoresProx(scores, rule, x, g, steps, p)
			for i := range x {
				require.InDelta(t, slowScore(rule, p, float64(x[i]), float64(g[i]), float64(steps[i])), float64(scores[i]), tolerance[T](), "%s, rule %d, x=%v, g=%v", name, rule, x[i], g[i])
			}
			index, score := coord.SelectProx(rule, x, g, steps, p)
			want, wantScore := coord.Select(scores, nil)
			require.Equal(t, want, index, name)
			require.Equal(t, wantScore, score, name)
		}
		moved := make([]T, n)
		coord.ProxStep(moved, x, g, steps, p)
		for i := range x {
			step := float64(steps[i])
			at, _ := minimise(func(z float64) float64 {
				d := z - float64(x[i]) + step*float64(g[i])
				return step*valueOf(p, z) + d*d/2
			}, low, high)
			require.InDelta(t, at, float64(moved[i]), tolerance[T](), name)
		}
	}
	index, score := coord.SelectProx(coord.GSS, []float64{}, nil, nil, coord.Penalty[float64]{})
	require.Equal(t, -1, index)
	require.Zero(t, score)
}

// slowScore is a rule by its definition.
func slowScore[T kernels.Float](rule coord.ProxRule, p coord.Penalty[T], x, g, step float64) float64 {
	low, high := interval(p)
	model := func(z float64) float64 { return g*(z-x) + (z-x)*(z-x)/(2*step) + valueOf(p, z) }
	at, value := minimise(model, low, high)
	switch rule {
	case coord.GSR:
		return math.Abs(at - x)
	case coord.GSQ:
		return model(x) - value
	}
	// The one-sided slopes of the objective; the least subgradient is 0 between them.
	right, left := math.Inf(1), math.Inf(-1)
	slope := g + float64(p.L2)*x
	if x < high {
		right = slope + float64(p.L1)
		if x < 0 {
			right = slope - float64(p.L1)
		}
	}
	if x > low {
		left = slope - float64(p.L1)
		if x > 0 {
			left = slope + float64(p.L1)
		}
	}
	switch {
	case right < 0:
		return -right
	case left > 0:
		return left
	}
	return 0
}

func TestBlockScores(t *testing.T) {
	testkit.EachLevelAndType(t, blockScores[float32], blockScores[float64])
}

func blockScores[T kernels.Float](t *testing.T) {
	random := testkit.NewRandom(5)
	starts := []int32{0, 0, 1, 4, 40, 300}
	n, blocks := 300, len(starts)-1
	g, x, weights := testkit.Normal[T](random, n), testkit.Normal[T](random, n), testkit.Uniform[T](random, n, 0, 2)
	steps := testkit.Uniform[T](random, blocks, 0.1, 1)
	squares, weighted, absolute, stepped := make([]T, blocks), make([]T, blocks), make([]T, blocks), make([]T, blocks)
	coord.BlockScores(squares, starts, g, nil)
	coord.BlockScores(weighted, starts, g, weights)
	coord.BlockAbsScores(absolute, starts, g)
	coord.BlockProxScores(stepped, starts, x, g, steps, 0.75)
	for b := range blocks {
		var square, weight, sum, norm, length float64
		for i := starts[b]; i < starts[b+1]; i++ {
			v := float64(g[i])
			square, weight, sum = square+v*v, weight+float64(weights[i])*v*v, sum+math.Abs(v)
			z := float64(x[i]) - float64(steps[b])*v
			norm += z * z
		}
		shrink := max(0, 1-float64(steps[b])*0.75/math.Sqrt(norm))
		for i := starts[b]; i < starts[b+1]; i++ {
			d := shrink*(float64(x[i])-float64(steps[b])*float64(g[i])) - float64(x[i])
			length += d * d
		}
		require.InEpsilon(t, square+1, float64(squares[b])+1, 1e-5)
		require.InEpsilon(t, weight+1, float64(weighted[b])+1, 1e-5)
		require.InEpsilon(t, sum+1, float64(absolute[b])+1, 1e-5)
		require.InEpsilon(t, length+1, float64(stepped[b])+1, 1e-5)
	}
}

// TestBlockProxScoresOfInfiniteSteps: 1/L of a block of zeros is infinite.
func TestBlockProxScoresOfInfiniteSteps(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	got := make([]float64, 4)
	coord.BlockProxScores(got, []int32{0, 1, 2, 2, 3}, []float64{1, 1, 1}, []float64{0, 3, 2}, []float64{inf, nan, inf, 0.5}, 0)
	testkit.RequireSame(t, []float64{nan, nan, 0, 1}, got)
}

func TestNewtonScore(t *testing.T) {
	testkit.EachLevelAndType(t, newtonScore[float32], newtonScore[float64])
}

func newtonScore[T kernels.Float](t *testing.T) {
	h := kernels.Matrix[T]{Rows: 2, Cols: 2, Stride: 2, Data: []T{4, 2, 2, 5}}
	g := []T{1, 3}
	for _, triangle := range []matmul.Triangle{matmul.Lower, matmul.Upper} {
		factor := kernels.Matrix[T]{Rows: 2, Cols: 2, Stride: 2, Data: slices.Clone(h.Data)}
		require.NoError(t, matmul.Cholesky(triangle, factor))
		require.InDelta(t, (5*1-2*2*3+4*9)/16.0, float64(coord.NewtonScore(triangle, factor, g)), 1e-6)
	}
}
