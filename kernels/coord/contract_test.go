package coord_test

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func TestShapes(t *testing.T) {
	one, two, three := make([]float64, 1), make([]float64, 2), make([]float64, 3)
	a := kernels.NewMatrix[float64](2, 3)
	s, err := sparse.FromDense(a, 0)
	require.NoError(t, err)
	nan := math.NaN()
	type penalty = coord.Penalty[float64]
	for message, call := range map[string]func(){
		"coord: Gradient: len(dst)=3, columns.Rows=2":              func() { coord.Gradient(three, a, three) },
		"coord: Gradient: len(r)=2, columns.Cols=3":                func() { coord.Gradient(two, a, two) },
		"coord: GradientAt: len(dst)=1, len(index)=2":              func() { coord.GradientAt(one, a, []int32{0, 1}, three) },
		"coord: GradientAt: index[1]=2 of 2":                       func() { coord.GradientAt(two, a, []int32{0, 2}, three) },
		"coord: GradientAt: index[0]=-1 of 2":                      func() { coord.GradientAt(one, a, []int32{-1}, three) },
		"coord: Update: len(d)=3, columns.Rows=2":                  func() { coord.Update(three, a, three) },
		"coord: UpdateAt: len(d)=2, len(index)=1":                  func() { coord.UpdateAt(three, a, []int32{0}, two) },
		"coord: UpdateAt: len(r)=2, columns.Cols=3":                func() { coord.UpdateAt(two, a, []int32{0}, one) },
		"coord: UpdateGradientAt: len(dst)=2, len(next)=1":         func() { coord.UpdateGradientAt(two, []int32{0}, three, a, nil, nil) },
		"coord: UpdateGradientAt: next[0]=5 of 2":                  func() { coord.UpdateGradientAt(one, []int32{5}, three, a, nil, nil) },
		"coord: CurvatureAt: len(weights)=2, columns.Cols=3":       func() { coord.CurvatureAt(one, a, []int32{0}, two) },
		"coord: SparseGradientAt: len(r)=2, columns.Cols=3":        func() { coord.SparseGradientAt(one, s, []int32{0}, two) },
		"coord: SparseGradientAt: index[0]=2 of 2":                 func() { coord.SparseGradientAt(one, s, []int32{2}, three) },
		"coord: SparseUpdateAt: len(d)=2, len(index)=1":            func() { coord.SparseUpdateAt(three, s, []int32{0}, two) },
		"coord: SparseCurvatureAt: len(weights)=1, columns.Cols=3": func() { coord.SparseCurvatureAt(one, s, []int32{0}, one) },
		"coord: GramAt: dst.Rows=2, len(b)=1":                      func() { coord.GramAt(a, a, []int32{0}, []int32{0}, nil) },
		"coord: SparseGramAt: c[2]=7 of 2":                         func() { coord.SparseGramAt(a, s, []int32{0, 1}, []int32{0, 1, 7}, nil) },
		"coord: Select: len(g)=2, len(scale)=3":                    func() { coord.Select(two, three) },
		"coord: Scores: len(dst)=2, len(g)=3":                      func() { coord.Scores(two, three, nil) },
		"coord: SelectProx: len(x)=2, len(g)=3":                    func() { coord.SelectProx(coord.GSS, two, three, nil, penalty{}) },
		"coord: SelectProx: len(x)=2, len(steps)=0":                func() { coord.SelectProx(coord.GSR, two, two, nil, penalty{}) },
		"coord: SelectProx: rule=7: want GSS, GSR or GSQ":          func() { coord.SelectProx(7, two, two, two, penalty{}) },
		"coord: ScoresProx: penalty={L1:-1 L2:0 Lower:0 Upper:0}: want L1 and L2 finite and 0 or more, and Lower < Upper or both 0": func() { coord.ScoresProx(two, coord.GSS, two, two, nil, penalty{L1: -1}) },
		"coord: Prox: penalty={L1:0 L2:0 Lower:1 Upper:-1}: want L1 and L2 finite and 0 or more, and Lower < Upper or both 0":       func() { coord.Prox(two, two, 1, penalty{Lower: 1, Upper: -1}) },
		"coord: Prox: penalty={L1:0 L2:NaN Lower:0 Upper:0}: want L1 and L2 finite and 0 or more, and Lower < Upper or both 0":      func() { coord.Prox(two, two, 1, penalty{L2: nan}) },
		"coord: Prox: step=NaN: want 0 or more":                                          func() { coord.Prox(two, two, nan, penalty{}) },
		"coord: ProxStep: len(dst)=2, len(g)=3":                                          func() { coord.ProxStep(two, two, three, two, penalty{}) },
		"coord: ProxHuber: delta=-1: want 0 or more":                                     func() { coord.ProxHuber(two, two, 1, -1) },
		"coord: GroupSoftThreshold: t=-1: want 0 or more":                                func() { coord.GroupSoftThreshold(two, two, -1) },
		"coord: ProjectSimplex: radius=0: want it positive and finite":                   func() { coord.ProjectSimplex(two, two, 0) },
		"coord: ProjectSimplex: len(x)=0: want 1 or more":                                func() { coord.ProjectSimplex(nil, nil, 1.0) },
		"coord: ProjectL1Ball: radius=+Inf: want it positive and finite":                 func() { coord.ProjectL1Ball(two, two, math.Inf(1)) },
		"coord: BlockScores: len(starts)=2, len(dst)+1=3":                                func() { coord.BlockScores(two, []int32{0, 2}, two, nil) },
		"coord: BlockScores: starts do not go from 0 to 2":                               func() { coord.BlockScores(one, []int32{0, 1}, two, nil) },
		"coord: BlockScores: starts[1]=2, starts[2]=1: want them to ascend":              func() { coord.BlockScores(three, []int32{0, 2, 1, 2}, two, nil) },
		"coord: BlockProxScores: lambda=-1: want 0 or more":                              func() { coord.BlockProxScores(one, []int32{0, 2}, two, two, one, -1) },
		"coord: BlockProxScores: steps[0]=-1: want 0 or more":                            func() { coord.BlockProxScores(one, []int32{0, 2}, two, two, []float64{-1}, 0) },
		"coord: NewtonScore: factor.Rows=2, factor.Cols=3":                               func() { coord.NewtonScore(matmul.Lower, a, two) },
		"coord: SolveBox: h.Rows=2, h.Cols=3":                                            func() { _ = coord.SolveBox(two, a, two, two, two) },
		"coord: SparseGradientAt: columns is nil":                                        func() { coord.SparseGradientAt(one, nil, []int32{0}, three) },
		"coord: SparseUpdateAt: columns is nil":                                          func() { coord.SparseUpdateAt(three, nil, []int32{0}, one) },
		"coord: SparseCurvatureAt: columns is nil":                                       func() { coord.SparseCurvatureAt(one, nil, []int32{0}, nil) },
		"coord: SparseGramAt: columns is nil":                                            func() { coord.SparseGramAt(a, nil, nil, nil, nil) },
		"coord: Forest.Reset: a is nil":                                                  func() { _ = new(coord.Forest[float64]).Reset(nil, nil) },
		"coord: GrowForest: a is nil":                                                    func() { coord.GrowForest[float64](nil, new(coord.UnionFind), nil, nil) },
		"coord: GrowForest: u is nil":                                                    func() { coord.GrowForest(nil, nil, s, nil) },
		"coord: GrowForest: a.Rows=2, a.Cols=3":                                          func() { coord.GrowForest(nil, new(coord.UnionFind), s, nil) },
		"coord: Logistic: len(margin)=2, len(label)=3":                                   func() { coord.Logistic(nil, nil, two, three) },
		"coord: Squared: len(gradient)=3, len(prediction)=2":                             func() { coord.Squared(three, nil, two, two) },
		"coord: Hinge: len(curvature)=3, len(margin)=2":                                  func() { coord.Hinge(nil, three, two, two) },
		"coord: Huber: delta=0: want it positive and finite":                             func() { coord.Huber(nil, nil, two, two, 0) },
		"coord: Softmax: len(class)=1, scores.Rows=2":                                    func() { coord.Softmax(a, a, a, []int32{0}) },
		"coord: Softmax: class[1]=3 of 3":                                                func() { coord.Softmax(a, a, a, []int32{0, 3}) },
		"coord: Softmax: gradient.Cols=2, scores.Cols=3":                                 func() { coord.Softmax(kernels.NewMatrix[float64](2, 2), a, a, []int32{0, 1}) },
		"coord: Gradient: columns: rows=2, cols=3, stride=1, len(data)=6: stride < cols": func() { coord.Gradient(two, kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 1, Data: a.Data}, three) },
	} {
		require.PanicsWithValue(t, message, call)
	}
}

// TestWorkers: sums do not depend on the number of workers, nor on what else is in the block.
func TestWorkers(t *testing.T) { testkit.EachLevelAndType(t, workers[float32], workers[float64]) }

func workers[T kernels.Float](t *testing.T) {
	const n, p, b = 30001, 40, 21
	random := testkit.NewRandom(1)
	columns, r := matrixOf[T](random, p, n, 3), testkit.Normal[T](random, n)
	index, next, d := blockOf(random, b, p), blockOf(random, b, p), testkit.Normal[T](random, b)
	run := func(workers int) (residual, gradient, both []T) {
		defer kernels.SetWorkers(kernels.SetWorkers(workers))
		residual, gradient, both = slices.Clone(r), make([]T, b), make([]T, b)
		coord.GradientAt(gradient, columns, index, r)
		coord.UpdateGradientAt(both, next, residual, columns, index, d)
		again := slices.Clone(r)
		coord.UpdateAt(again, columns, index, d)
		require.Equal(t, residual, again)
		return residual, gradient, both
	}
	residual, gradient, both := run(1)
	for _, count := range []int{2, 3} {
		otherResidual, otherGradient, otherBoth := run(count)
		require.Equal(t, residual, otherResidual)
		require.Equal(t, gradient, otherGradient)
		require.Equal(t, both, otherBoth)
	}
	alone := make([]T, 1)
	for k := range index {
		coord.GradientAt(alone, columns, index[k:k+1], r)
		require.Equal(t, gradient[k], alone[0])
	}
}

// TestNoAllocs: the arrays are on the stack unless a function lets its arguments escape.
func TestNoAllocs(t *testing.T) { testkit.EachLevelAndType(t, noAllocs[float32], noAllocs[float64]) }

func noAllocs[T kernels.Float](t *testing.T) {
	const n, p = 64, 8
	dense := matrixOf[T](testkit.NewRandom(1), p, n, 0)
	s, err := sparse.FromDense(dense, 0)
	require.NoError(t, err)
	square := network[T](t, testkit.NewRandom(2), n, n)
	var forest coord.Forest[T]
	var sets coord.UnionFind
	nodes := make([]int32, 0, n)
	testkit.NoAllocs(t, func() {
		var data [p * n]T
		var a, b, c, e [n]T
		var k [p]int32
		var small [p * p]T
		columns := kernels.Matrix[T]{Rows: p, Cols: n, Stride: n, Data: data[:]}
		gram := kernels.Matrix[T]{Rows: p, Cols: p, Stride: p, Data: small[:]}
		x, g, steps, r, index, dst := a[:], b[:], c[:], e[:], k[:], make([]T, p)
		coord.Gradient(dst, columns, r)
		coord.GradientAt(dst, columns, index, r)
		coord.Update(r, columns, dst)
		coord.UpdateAt(r, columns, index, dst)
		coord.UpdateGradientAt(dst, index, r, columns, index, steps[:p])
		coord.CurvatureAt(dst, columns, index, r)
		coord.SparseGradientAt(dst, s, index, r)
		coord.SparseUpdateAt(r, s, index, dst)
		coord.SparseCurvatureAt(dst, s, index, r)
		coord.GramAt(gram, columns, index, index, r)
		coord.SparseGramAt(gram, s, index, index, r)
		penalty := coord.Penalty[T]{L1: 1}
		coord.Select(g, steps)
		coord.Scores(g, g, steps)
		coord.SelectProx(coord.GSR, x, g, steps, penalty)
		coord.ScoresProx(g, coord.GSR, x, g, steps, penalty)
		coord.TopK(index, g)
		coord.Prox(x, x, 1, penalty)
		coord.ProxStep(x, x, g, steps, penalty)
		coord.ProxHuber(x, x, 1, 1)
		coord.GroupSoftThreshold(x, x, 1)
		coord.ProjectSimplex(x, x, 1)
		coord.ProjectL1Ball(x, x, 1)
		starts := [...]int32{0, n}
		coord.BlockScores(dst[:1], starts[:], g, steps)
		coord.BlockAbsScores(dst[:1], starts[:], g)
		coord.BlockProxScores(dst[:1], starts[:], x, g, dst[:1], 1)
		coord.Logistic(g, steps, x, r)
		coord.Squared(g, steps, x, r)
		coord.Huber(g, steps, x, r, 1)
		coord.Hinge(g, steps, x, r)
		coord.SquaredHinge(g, steps, x, r)
		coord.Softmax(columns, kernels.Matrix[T]{}, columns, index)
		for i := range p {
			gram.Set(i, i, 2)
			x[i], g[i], steps[i], r[i] = 0, 1, 0, 1
		}
		if err := coord.SolveBox(x[:p], gram, g[:p], steps[:p], r[:p]); err != nil {
			panic(err)
		}
		nodes = coord.GrowForest(nodes[:0], &sets, square, index)
		if err := forest.Reset(square, nodes); err != nil {
			panic(err)
		}
		forest.Solve(x[:len(nodes)])
	})
}
