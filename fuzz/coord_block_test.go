package fuzz

import (
	"math"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// The names are those of functions in plain Go on the kernels.
func init() {
	for target, functions := range map[string][]string{
		"FuzzGramAt":      {"GramAt", "SparseGramAt"},
		"FuzzForest":      {"Forest", "GrowForest", "UnionFind"},
		"FuzzSolveBox":    {"SolveBox"},
		"FuzzSoftmaxLoss": {"Softmax"},
		"FuzzBlockScores": {"BlockScores", "BlockAbsScores", "BlockProxScores", "GroupSoftThreshold"},
	} {
		covers[target] = functions
	}
}

// small is n numbers of [-1, 1].
func small[T kernels.Float](in *input, n int) []T {
	in.way = unit
	x := make([]T, n)
	for i := range x {
		x[i] = scalar[T](in)
	}
	return x
}

func FuzzGramAt(f *testing.F) { both(f, gramAt[float32], gramAt[float64]) }

// gramAt: an element is a sum, whether one block is taken twice or two are taken, and where all is finite the sparse form has it too.
func gramAt[T kernels.Float](t *testing.T, in *input) {
	columns, b, _ := columnsAndResidual[T](in)
	c := slices.Clone(b)
	entries, err := sparse.FromDense(columns, 0)
	finite := err == nil && !slices.ContainsFunc(columns.Data, func(v T) bool { return v-v != 0 })
	eachLevel(func(level.Level) {
		for _, other := range [][]int32{b, c} {
			dst := kernels.NewMatrix[T](len(b), len(b))
			hold := func() {
				for i, j := range b {
					for k, l := range other {
						holdSum(t, dst.At(i, k), columns.Row(int(j)), columns.Row(int(l)), columns.Cols)
					}
				}
			}
			coord.GramAt(dst, columns, b, other, nil)
			hold()
			if finite {
				coord.SparseGramAt(dst, entries, b, other, nil)
				hold()
			}
		}
	})
}

func FuzzForest(f *testing.F) { both(f, forest[float32], forest[float64]) }

// forest: a block that is grown has no cycle, cannot grow further, and is solved.
func forest[T kernels.Float](t *testing.T, in *input) {
	n := 1 + int(in.byte())%24
	a := kernels.NewMatrix[T](n, n)
	for i := range n {
		a.Data[i*n+i] += 0.125
		for range int(in.byte()) % 4 { // edges to others, on which the diagonal grows
			j, w := int(in.byte())%n, small[T](in, 1)[0]
			if i == j || w == 0 || a.At(i, j) != 0 {
				continue
			}
			a.Set(i, j, w)
			a.Set(j, i, w)
			a.Data[i*n+i] += T(math.Abs(float64(w)))
			a.Data[j*n+j] += T(math.Abs(float64(w)))
		}
	}
	m, err := sparse.FromDense(a, 0)
	if err != nil {
		t.Fatal(err)
	}
	var u coord.UnionFind
	nodes := coord.GrowForest(nil, &u, m, indices(in, 2*n, n))
	var grown coord.Forest[T]
	if err := grown.Reset(m, nodes); err != nil || !(grown.LeastPivot() > 0) {
		t.Fatalf("%v, least pivot %v", err, grown.LeastPivot())
	}
	b := small[T](in, len(nodes))
	x := slices.Clone(b)
	grown.Solve(x)
	for k, i := range nodes {
		residual, size := -float64(b[k]), math.Abs(float64(b[k]))
		for l, j := range nodes {
			term := float64(a.At(int(i), int(j))) * float64(x[l])
			residual, size = residual+term, size+math.Abs(term)
		}
		if !(math.Abs(residual) <= 20*testkit.Roundoff[T]()*size) {
			t.Fatalf("row %d is %g off, of terms of %g", i, residual, size)
		}
	}
}

func FuzzSolveBox(f *testing.F) { both(f, solveBox[float32], solveBox[float64]) }

// solveBox holds a solution against the conditions of Karush, Kuhn and Tucker.
func solveBox[T kernels.Float](t *testing.T, in *input) {
	n, infinity := int(in.byte())%12, T(math.Inf(1))
	root := small[T](in, n*n)
	h, b, x := kernels.NewMatrix[T](n, n), small[T](in, n), small[T](in, n)
	lower, upper := make([]T, n), make([]T, n)
	for i := range n {
		for j := range n {
			for k := range n {
				h.Data[i*n+j] += T(root[i*n+k] * root[j*n+k])
			}
		}
		h.Data[i*n+i] += 0.25
		bounds := [][2]T{{-infinity, infinity}, {0, infinity}, {-0.125, 0.125}, {0.25, 0.25}, {-infinity, -0.5}}[in.byte()%5]
		lower[i], upper[i] = bounds[0], bounds[1]
	}
	eachLevel(func(l level.Level) {
		got := slices.Clone(x)
		if err := coord.SolveBox(got, h, b, lower, upper); err != nil {
			t.Fatalf("%v: %v", l, err)
		}
		for i, v := range got {
			g, size := -float64(b[i]), math.Abs(float64(b[i]))
			for j, w := range got {
				term := float64(h.At(max(i, j), min(i, j))) * float64(w)
				g, size = g+term, size+math.Abs(term)
			}
			slack := 100 * float64(n+1) * testkit.Roundoff[T]() * size
			if v < lower[i] || v > upper[i] || v < upper[i] && !(g >= -slack) || v > lower[i] && !(g <= slack) {
				t.Fatalf("%v: element %d is %v in [%v, %v], its derivative %g, slack %g", l, i, v, lower[i], upper[i], g, slack)
			}
		}
	})
}

func FuzzBlockScores(f *testing.F) { both(f, blockScores[float32], blockScores[float64]) }

// blockScores: scores of blocks are the sums of their elements, in float64.
func blockScores[T kernels.Float](t *testing.T, in *input) {
	blocks, lambda := 1+int(in.byte())%5, T(in.byte())/128
	starts := make([]int32, blocks+1)
	for b := range blocks {
		starts[b+1] = starts[b] + int32(in.byte())%9
	}
	n := int(starts[blocks])
	x, g, weights, steps := small[T](in, n), small[T](in, n), small[T](in, n), make([]T, blocks)
	for i, w := range weights {
		weights[i] = T(math.Abs(float64(w)))
	}
	for b := range steps {
		steps[b] = T(math.Ldexp(1, b%3-1))
	}
	eachLevel(func(l level.Level) {
		near := func(what string, b int, got T, want float64) {
			t.Helper()
			if !(math.Abs(float64(got)-want) <= 100*testkit.Roundoff[T]()*(1+want)) {
				t.Fatalf("%v: %s score of block %d is %v, want %v", l, what, b, got, want)
			}
		}
		plain, weighted, absolute, prox := make([]T, blocks), make([]T, blocks), make([]T, blocks), make([]T, blocks)
		coord.BlockScores(plain, starts, g, nil)
		coord.BlockScores(weighted, starts, g, weights)
		coord.BlockAbsScores(absolute, starts, g)
		coord.BlockProxScores(prox, starts, x, g, steps, lambda)
		for b := range blocks {
			var squares, heavy, sum, norm, moved float64
			for i := starts[b]; i < starts[b+1]; i++ {
				v, to := float64(g[i]), float64(x[i])-float64(steps[b])*float64(g[i])
				squares, heavy, sum, norm = squares+v*v, heavy+float64(weights[i])*v*v, sum+math.Abs(v), norm+to*to
			}
			shorter := max(0, 1-float64(steps[b])*float64(lambda)/math.Sqrt(norm))
			if norm == 0 {
				shorter = 0
			}
			for i := starts[b]; i < starts[b+1]; i++ {
				d := shorter*(float64(x[i])-float64(steps[b])*float64(g[i])) - float64(x[i])
				moved += d * d
			}
			near("GS", b, plain[b], squares)
			near("weighted", b, weighted[b], heavy)
			near("absolute", b, absolute[b], sum)
			near("proximal", b, prox[b], moved)
		}
	})
}

func FuzzSoftmaxLoss(f *testing.F) { both(f, softmaxLoss[float32], softmaxLoss[float64]) }

// softmaxLoss: loss and derivatives are those of the formulas in float64, for scores that are spread by at most 64.
func softmaxLoss[T kernels.Float](t *testing.T, in *input) {
	rows, k := int(in.byte())%9, 1+int(in.byte())%9
	scores := kernels.Matrix[T]{Rows: rows, Cols: k, Stride: k, Data: small[T](in, rows*k)}
	for i := range scores.Data {
		scores.Data[i] *= 32
	}
	class := indices(in, rows, k)
	eachLevel(func(l level.Level) {
		gradient, curvature := kernels.NewMatrix[T](rows, k), kernels.NewMatrix[T](rows, k)
		got, want := coord.Softmax(gradient, curvature, scores, class), 0.0
		slack := 500 * testkit.Roundoff[T]()
		for i, c := range class {
			row, sum, most := scores.Row(i), 0.0, float64(slices.Max(scores.Row(i)))
			for _, v := range row {
				sum += math.Exp(float64(v) - most)
			}
			want += most + math.Log(sum) - float64(row[c])
			for j, v := range row {
				p := math.Exp(float64(v)-most) / sum
				first, second := p, p*(1-p)
				if j == int(c) {
					first--
				}
				if math.Abs(float64(gradient.At(i, j))-first) > slack || math.Abs(float64(curvature.At(i, j))-second) > slack {
					t.Fatalf("%v: derivatives at %d, %d are %v and %v, want %v and %v", l, i, j, gradient.At(i, j), curvature.At(i, j), first, second)
				}
			}
		}
		if !(math.Abs(float64(got)-want) <= slack*float64(rows+1)*(1+want)) {
			t.Fatalf("%v: the loss is %v, want %v", l, got, want)
		}
	})
}
