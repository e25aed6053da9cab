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

func init() {
	for target, kernels := range map[string][]string{
		"FuzzGradientAt":       {"DotColumns", "DotColumn"},
		"FuzzUpdateAt":         {"AddColumns", "AddColumn"},
		"FuzzCurvatureAt":      {"WeightedSquares"},
		"FuzzSparseGradientAt": {"Touch"},
		"FuzzSelect":           {"GreatestScaled", "ScaledMagnitudes"},
		"FuzzSelectProx":       {"GreatestSlope", "GreatestStep", "GreatestGain", "Slopes", "StepLengths", "Gains"},
		"FuzzTopK":             {"Above"},
		"FuzzProx":             {"ProxEach", "ProxSteps"},
		"FuzzProxHuber":        {"HuberEach"},
		"FuzzProjectSimplex":   {"Above", "Excess"},
		"FuzzLosses":           {"Logistic", "Squared", "Huber", "Hinge", "SquaredHinge"},
	} {
		covers[target] = kernels
	}
}

// columnsAndResidual are up to 9 columns, a block of them with repetitions, and a residual.
func columnsAndResidual[T kernels.Float](in *input) (columns kernels.Matrix[T], index []int32, r []T) {
	p, b := 1+int(in.byte())%9, int(in.byte())%12
	index = indices(in, b, p)
	all := vectors[T](in, p+1)
	columns = kernels.Matrix[T]{Rows: p, Cols: len(all[0]), Stride: len(all[0]), Data: slices.Concat(all[:p]...)}
	return columns, index, all[p]
}

func FuzzGradientAt(f *testing.F) { both(f, gradientAt[float32], gradientAt[float64]) }

func gradientAt[T kernels.Float](t *testing.T, in *input) {
	columns, index, r := columnsAndResidual[T](in)
	eachLevel(func(level.Level) {
		dst := make([]T, len(index))
		coord.GradientAt(dst, columns, index, r)
		for k, j := range index {
			holdSum(t, dst[k], columns.Row(int(j)), r, 1024)
		}
	})
}

func FuzzUpdateAt(f *testing.F) { both(f, updateAt[float32], updateAt[float64]) }

// updateAt: each element is a sum. The gradient of the same block after it comes from the fused form too, in the same bits.
func updateAt[T kernels.Float](t *testing.T, in *input) {
	columns, index, r := columnsAndResidual[T](in)
	d := make([]T, len(index))
	for k := range d {
		d[k] = T(k%5-2) / 2
	}
	eachLevel(func(level.Level) {
		got, fused := slices.Clone(r), slices.Clone(r)
		coord.UpdateAt(got, columns, index, d)
		for i, v := range r {
			terms, factors := []T{v}, []T{1}
			for k, j := range index {
				terms, factors = append(terms, columns.At(int(j), i)), append(factors, d[k])
			}
			holdSum(t, got[i], terms, factors, 1024)
		}
		want, gradient := make([]T, len(index)), make([]T, len(index))
		coord.GradientAt(want, columns, index, got)
		coord.UpdateGradientAt(gradient, index, fused, columns, index, d)
		testkit.RequireSame(t, got, fused)
		testkit.RequireSame(t, want, gradient)
	})
}

func FuzzCurvatureAt(f *testing.F) { both(f, curvatureAt[float32], curvatureAt[float64]) }

// curvatureAt has weights that are powers of two, so that a product of two is exact.
func curvatureAt[T kernels.Float](t *testing.T, in *input) {
	columns, index, r := columnsAndResidual[T](in)
	if in.way == rawBits {
		in.way = unit
	}
	weights, weighted := make([]T, len(r)), make([]T, len(r))
	for i := range weights {
		weights[i] = T(math.Ldexp(1, i%3-1))
	}
	for _, v := range columns.Data {
		if a := math.Abs(float64(v)); a > 0x1p60 || a < 0x1p-60 && v != 0 || v != v {
			return
		}
	}
	eachLevel(func(level.Level) {
		dst := make([]T, len(index))
		coord.CurvatureAt(dst, columns, index, weights)
		for k, j := range index {
			column := columns.Row(int(j))
			for i, v := range column {
				weighted[i] = v * weights[i]
			}
			holdSum(t, dst[k], weighted, column, 1024)
		}
	})
}

func FuzzSparseGradientAt(f *testing.F) {
	both(f, sparseGradientAt[float32], sparseGradientAt[float64])
}

func sparseGradientAt[T kernels.Float](t *testing.T, in *input) {
	columns, index, r := columnsAndResidual[T](in)
	entries, err := sparse.FromDense(columns, 0)
	if err != nil {
		return // NaN
	}
	d := make([]T, len(index))
	for k := range d {
		d[k] = T(k%5-2) / 2
	}
	want := slices.Clone(r)
	for k, j := range index {
		rows, values := entries.Row(int(j))
		for e, i := range rows {
			want[i] += T(d[k] * values[e])
		}
	}
	eachLevel(func(level.Level) {
		dst, got := make([]T, len(index)), slices.Clone(r)
		coord.SparseGradientAt(dst, entries, index, r)
		for k, j := range index {
			rows, values := entries.Row(int(j))
			holdSum(t, dst[k], values, gathered(r, rows), 1024)
		}
		coord.SparseUpdateAt(got, entries, index, d)
		testkit.RequireSame(t, want, got)
	})
}

func FuzzSelect(f *testing.F) { both(f, selectGreatest[float32], selectGreatest[float64]) }

func selectGreatest[T kernels.Float](t *testing.T, in *input) {
	all := vectors[T](in, 2)
	g, scale := all[0], all[1]
	for i, v := range scale {
		scale[i] = T(math.Abs(float64(v)))
	}
	for _, scale := range [][]T{nil, scale} {
		want := make([]T, len(g))
		for i, v := range g {
			want[i] = T(math.Abs(float64(v)))
			if scale != nil {
				want[i] *= scale[i]
			}
		}
		eachLevel(func(l level.Level) {
			scores := make([]T, len(g))
			coord.Scores(scores, g, scale)
			testkit.RequireSame(t, want, scores)
			index, score := coord.Select(g, scale)
			requireGreatest(t, l, want, index, score)
		})
	}
}

// requireGreatest holds what was selected against a scan of the scores.
func requireGreatest[T kernels.Float](t *testing.T, l level.Level, scores []T, index int, score T) {
	t.Helper()
	want, best := -1, T(0)
	for i, s := range scores {
		if s == s && (want < 0 || s > best) {
			want, best = i, s
		}
	}
	if index != want || score != best {
		t.Fatalf("%v: selected %d with score %v, want %d with %v", l, index, score, want, best)
	}
}

// penaltyOf takes a penalty that makes sense, if there is one in the next bytes.
func penaltyOf[T kernels.Float](in *input) (p coord.Penalty[T], ok bool) {
	absolute := func() T { return T(math.Abs(float64(scalar[T](in)))) }
	p = coord.Penalty[T]{L1: absolute(), L2: absolute(), Lower: -absolute(), Upper: absolute()}
	return p, p.L1-p.L1 == 0 && p.L2-p.L2 == 0 && p.Lower == p.Lower && p.Upper == p.Upper
}

func FuzzSelectProx(f *testing.F) { both(f, selectProx[float32], selectProx[float64]) }

// selectProx: all levels have the scores of plain Go, and select from them.
func selectProx[T kernels.Float](t *testing.T, in *input) {
	p, ok := penaltyOf[T](in)
	all := vectors[T](in, 3)
	x, g, steps := all[0], all[1], all[2]
	for i, v := range steps {
		steps[i] = T(math.Abs(float64(v)))
	}
	if !ok {
		return
	}
	for _, rule := range []coord.ProxRule{coord.GSS, coord.GSR, coord.GSQ} {
		want := make([]T, len(x))
		func() {
			defer level.Force(level.Generic)()
			coord.ScoresProx(want, rule, x, g, steps, p)
		}()
		eachLevel(func(l level.Level) {
			scores := make([]T, len(x))
			coord.ScoresProx(scores, rule, x, g, steps, p)
			testkit.RequireSame(t, want, scores)
			index, score := coord.SelectProx(rule, x, g, steps, p)
			requireGreatest(t, l, want, index, score)
		})
	}
}

func FuzzTopK(f *testing.F) { both(f, topK[float32], topK[float64]) }

// topK repeats the scores, so that there are ties and enough for a sample.
func topK[T kernels.Float](t *testing.T, in *input) {
	k, times := int(in.byte()), 1+int(in.byte())%64
	scores := slices.Repeat(vectors[T](in, 1)[0], times)
	order := make([]int32, 0, len(scores))
	for i, s := range scores {
		if s == s {
			order = append(order, int32(i))
		}
	}
	slices.SortFunc(order, func(i, j int32) int {
		switch {
		case scores[i] > scores[j]:
			return -1
		case scores[i] < scores[j]:
			return 1
		}
		return int(i - j)
	})
	want := slices.Sorted(slices.Values(order[:min(k, len(order))]))
	eachLevel(func(l level.Level) {
		dst := make([]int32, k)
		if n := coord.TopK(dst, scores); !slices.Equal(want, dst[:n]) {
			t.Fatalf("%v: top %d are %v, want %v", l, k, dst[:n], want)
		}
	})
}

func FuzzProx(f *testing.F) { both(f, prox[float32], prox[float64]) }

// prox: all levels have the bits of plain Go, which are within the bounds.
func prox[T kernels.Float](t *testing.T, in *input) {
	p, ok := penaltyOf[T](in)
	step := T(math.Abs(float64(scalar[T](in))))
	all := vectors[T](in, 3)
	x, g, steps := all[0], all[1], all[2]
	for i, v := range steps {
		steps[i] = T(math.Abs(float64(v)))
	}
	if !ok || step != step {
		return
	}
	each, stepped := make([]T, len(x)), make([]T, len(x))
	func() {
		defer level.Force(level.Generic)()
		coord.Prox(each, x, step, p)
		coord.ProxStep(stepped, x, g, steps, p)
	}()
	for _, v := range slices.Concat(each, stepped) {
		if (p.Lower != 0 || p.Upper != 0) && (v < p.Lower || v > p.Upper) {
			t.Fatalf("%v is not between %v and %v", v, p.Lower, p.Upper)
		}
	}
	eachLevel(func(level.Level) {
		got := make([]T, len(x))
		coord.Prox(got, x, step, p)
		testkit.RequireSame(t, each, got)
		coord.ProxStep(got, x, g, steps, p)
		testkit.RequireSame(t, stepped, got)
	})
}

func FuzzProxHuber(f *testing.F) { both(f, proxHuber[float32], proxHuber[float64]) }

func proxHuber[T kernels.Float](t *testing.T, in *input) {
	step, delta := T(math.Abs(float64(scalar[T](in)))), T(math.Abs(float64(scalar[T](in))))
	x := vectors[T](in, 1)[0]
	if step != step || delta != delta {
		return
	}
	want := make([]T, len(x))
	for i, v := range x {
		switch edge := delta * (1 + step); {
		case v > edge:
			want[i] = v - T(step*delta)
		case v < -edge:
			want[i] = v + T(step*delta)
		default:
			want[i] = v / (1 + step)
		}
	}
	eachLevel(func(level.Level) {
		got := make([]T, len(x))
		coord.ProxHuber(got, x, step, delta)
		testkit.RequireSame(t, want, got)
	})
}
