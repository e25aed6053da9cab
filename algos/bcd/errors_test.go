package bcd_test

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// TestProblemErrors: what constructors refuse, and how they say it.
func TestProblemErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	a, err := bcd.Dense(view(2, 1, 1, 2))
	require.NoError(t, err)
	pair, err := bcd.Dense(view(1, 2, 1, 2))
	require.NoError(t, err)
	csr := func(m kernels.Matrix[float64]) *sparse.CSR[float64] {
		s, err := sparse.FromDense(m, 0)
		require.NoError(t, err)
		return s
	}
	one := func(p any, err error) error {
		assert.Nil(t, p, "%v", err)
		return err
	}
	for _, c := range []struct {
		err     error
		want    error
		message string
	}{
		{one(bcd.Dense(view(2, 1, 1))), bcd.ErrShape, ""},
		{one(bcd.Dense(view(0, 3))), bcd.ErrEmpty, "bcd: m is 0 x 3, want 1 x 1 or more: want at least one variable"},
		{one(bcd.Dense(view(1, 2, 1, nan))), bcd.ErrFinite, "bcd: m[0, 1] = NaN: NaN or infinite"},
		{one(bcd.Sparse(nil)), bcd.ErrNil, "bcd: m: nil"},
		{one(bcd.Sparse(csr(view(1, 1, inf)))), bcd.ErrFinite, "bcd: entry 0 of m = +Inf: NaN or infinite"},
		{one(bcd.LeastSquares(nil, nil)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.LeastSquares(a, []float64{1})), bcd.ErrShape, "bcd: len(b) = 1, rows of a = 2: shapes do not agree"},
		{one(bcd.LeastSquares(a, []float64{1, nan})), bcd.ErrFinite, "bcd: b[1] = NaN: NaN or infinite"},
		{one(bcd.Logistic(nil, nil)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.Logistic(a, []float64{1, 0})), bcd.ErrLabel, "bcd: b[1] = 0, want -1 or 1: label out of range"},
		{one(bcd.Softmax(nil, nil, 2)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.Softmax(a, []int{0, 1}, 1)), bcd.ErrSetting, "bcd: classes = 1, want 2 or more: setting out of range"},
		{one(bcd.Softmax(pair, []int{0}, 1<<30)), bcd.ErrSetting, "bcd: classes = 1073741824, features = 2, want fewer than 2^31 variables: setting out of range"},
		{one(bcd.Softmax(a, []int{0}, 2)), bcd.ErrShape, "bcd: len(y) = 1, rows of a = 2: shapes do not agree"},
		{one(bcd.Softmax(a, []int{0, 2}, 2)), bcd.ErrLabel, "bcd: y[1] = 2, want 0 to 1: label out of range"},
		{one(bcd.Quadratic(nil, nil)), bcd.ErrNil, "bcd: a: nil"},
		{one(bcd.Quadratic(csr(view(1, 2, 1, 1)), nil)), bcd.ErrShape, "bcd: a is 1 x 2, want it square: shapes do not agree"},
		{one(bcd.Quadratic(csr(view(0, 0)), nil)), bcd.ErrEmpty, "bcd: a is 0 x 0: want at least one variable"},
		{one(bcd.DenseQuadratic(view(2, 2, 1, 2, 3, 9), []float64{1, 1})), bcd.ErrSymmetry, "bcd: a[0, 1] = 2, a[1, 0] = 3: matrix is not symmetric"},
		{one(bcd.DenseQuadratic(view(1, 1, -1), []float64{1})), bcd.ErrIndefinite, "bcd: a[0, 0] = -1, want 0 or more: matrix is not positive semidefinite"},
		{one(bcd.DenseQuadratic(view(2, 2, 0, 1, 1, 1), []float64{1, 1})), bcd.ErrIndefinite, "bcd: a[0, 1] = 1 beside a zero on the diagonal: matrix is not positive semidefinite"},
		{one(bcd.DenseQuadratic(view(1, 1, nan), []float64{1})), bcd.ErrFinite, "bcd: a[0, 0] = NaN: NaN or infinite"},
		{one(bcd.DenseQuadratic(view(1, 1, 1), []float64{1, 2})), bcd.ErrShape, "bcd: len(b) = 2, rows of a = 1: shapes do not agree"},
		{one(bcd.LabelPropagation(nil, nil)), bcd.ErrNil, "bcd: weights: nil"},
		{one(bcd.LabelPropagation(csr(view(1, 1, 0)), map[int]float64{0: 1})), bcd.ErrEmpty, "bcd: labels has all 1 nodes: want at least one variable"},
		{one(bcd.LabelPropagation(csr(view(1, 1, 0)), map[int]float64{3: 1})), bcd.ErrIndex, "bcd: labels has node 3 of 1: index out of range or repeated"},
		{one(bcd.LabelPropagation(csr(view(1, 1, 0)), map[int]float64{0: inf})), bcd.ErrFinite, "bcd: labels[0] = +Inf: NaN or infinite"},
		{one(bcd.LabelPropagation(csr(view(2, 2, 0, -1, -1, 0)), nil)), bcd.ErrSetting, "bcd: weights[0, 1] = -1, want 0 or more: setting out of range"},
		{one(bcd.LabelPropagation(csr(view(2, 2, 0, 1, 2, 0)), nil)), bcd.ErrSymmetry, "bcd: weights[0, 1] = 1, weights[1, 0] = 2: matrix is not symmetric"},
		// In rows of labelled nodes.
		{one(bcd.LabelPropagation(csr(view(2, 2, 0, 0, 2, 0)), map[int]float64{1: 1})), bcd.ErrSymmetry, "bcd: weights[1, 0] = 2, weights[0, 1] = 0: matrix is not symmetric"},
		{one(bcd.LabelPropagation(csr(view(3, 3, 0, -1, 0, -1, 0, 0, 0, 0, 0)), map[int]float64{0: 1, 1: 2})), bcd.ErrSetting, "bcd: weights[0, 1] = -1, want 0 or more: setting out of range"},
		{one(bcd.LabelPropagation(csr(view(3, 3, 0, nan, 0, nan, 0, 0, 0, 0, 0)), map[int]float64{0: 1, 1: 2})), bcd.ErrFinite, "bcd: weights[0, 1] = NaN: NaN or infinite"},
		{one(bcd.LabelPropagation(csr(view(3, 3, 0, 1e308, 1e308, 1e308, 0, 0, 1e308, 0, 0)), nil)), bcd.ErrFinite, "bcd: a[0, 0] = +Inf: NaN or infinite"},
	} {
		assert.ErrorIs(t, c.err, c.want)
		if c.message != "" {
			assert.EqualError(t, c.err, c.message)
		}
	}
	for range 20 { // maps have no order
		many := map[int]float64{9: 1, 5: 1, 1: nan, 7: inf, 0: 2, 8: 1, 3: inf, 6: 1}
		assert.EqualError(t, one(bcd.LabelPropagation(csr(view(2, 2, 0, 0, 0, 0)), many)), "bcd: labels[1] = NaN: NaN or infinite")
		many[-1] = 0
		assert.EqualError(t, one(bcd.LabelPropagation(csr(view(2, 2, 0, 0, 0, 0)), many)), "bcd: labels has node -1 of 2: index out of range or repeated")
	}
	problem, _ := bcd.Quadratic(nil, nil)
	assert.True(t, problem == nil, "nor does the interface hold a nil pointer")
}

// TestLabelsThatNoConstructorMade: what is left of a constructor whose error was ignored is an error, and values of other nodes are named.
func TestLabelsThatNoConstructorMade(t *testing.T) {
	for _, problem := range []*bcd.Labels{nil, {}} {
		_, err := bcd.Minimise(background, problem, bcd.Settings{})
		assert.ErrorIs(t, err, bcd.ErrNil)
		assert.EqualError(t, err, "bcd: problem is a *Labels that no constructor made: nil")
	}
	weights, err := sparse.FromDense(view(3, 3, 0, 1, 0, 1, 0, 1, 0, 1, 0), 0)
	require.NoError(t, err)
	labels, err := bcd.LabelPropagation(weights, map[int]float64{0: 1})
	require.NoError(t, err)
	for _, x := range [][]float64{nil, {1}, {1, 2, 3}} {
		message := fmt.Sprintf("bcd: Labels.Values: len(x)=%d, unlabelled nodes=2", len(x))
		assert.PanicsWithValue(t, message, func() { labels.Values(x) })
	}
}

// TestSettingErrors: what Minimise refuses.
func TestSettingErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	p := regression(t, 20, 8)
	a, err := bcd.Dense(view(2, 3, 1, 2, 3, 4, 5, 7))
	require.NoError(t, err)
	bent, err := bcd.Logistic(a, []float64{1, -1})
	require.NoError(t, err)
	for _, c := range []struct {
		p        bcd.Problem
		settings bcd.Settings
		want     error
		message  string
	}{
		{nil, bcd.Settings{}, bcd.ErrNil, "bcd: problem: nil"},
		{p, bcd.Settings{Tolerance: -1}, bcd.ErrTolerance, "bcd: Settings.Tolerance = -1: tolerance must be positive and finite"},
		{p, bcd.Settings{Tolerance: nan}, bcd.ErrTolerance, "bcd: Settings.Tolerance = NaN: tolerance must be positive and finite"},
		{p, bcd.Settings{Tolerance: inf}, bcd.ErrTolerance, "bcd: Settings.Tolerance = +Inf: tolerance must be positive and finite"},
		{p, bcd.Settings{MaxIterations: -1}, bcd.ErrSetting, "bcd: Settings.MaxIterations = -1, want 0 or more: setting out of range"},
		{p, bcd.Settings{Every: -1}, bcd.ErrSetting, "bcd: Settings.Every = -1, want 0 or more: setting out of range"},
		{p, bcd.Settings{Refresh: -1}, bcd.ErrSetting, "bcd: Settings.Refresh = -1, want 0 or more: setting out of range"},
		{p, bcd.Settings{Stop: 7}, bcd.ErrSetting, "bcd: Settings.Stop = bcd.Measure(7), want Residual or Gap: setting out of range"},
		{p, bcd.Settings{Start: []float64{1}}, bcd.ErrShape, "bcd: len(Settings.Start) = 1, variables = 8: shapes do not agree"},
		{p, bcd.Settings{Start: []float64{0, 0, inf, 0, 0, 0, 0, 0}}, bcd.ErrFinite, "bcd: Settings.Start[2] = +Inf: NaN or infinite"},
		{p, bcd.Settings{Partition: bcd.Variable(0)}, bcd.ErrSetting, "bcd: Variable size = 0, want 1 to the number of variables, 8: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Variable(9)}, bcd.ErrSetting, "bcd: Variable size = 9, want 1 to the number of variables, 8: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Fixed(9, bcd.Sorted)}, bcd.ErrSetting, "bcd: Fixed size = 9, want 1 to the number of variables, 8: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Fixed(1, 9)}, bcd.ErrSetting, "bcd: Fixed order = 9, want Ordered to Averaged: setting out of range"},
		{p, bcd.Settings{Partition: bcd.FixedBy(1, bcd.Sorted, 9)}, bcd.ErrSetting, "bcd: FixedBy by = 9, want ByLipschitz or ByRowSum: setting out of range"},
		{p, bcd.Settings{Partition: bcd.Given([][]int{{0, 1}, {1}})}, bcd.ErrIndex, "bcd: Given blocks[1] has variable 1, want each of 8 once: index out of range or repeated"},
		{p, bcd.Settings{Partition: bcd.Given([][]int{{0, 1}})}, bcd.ErrShape, "bcd: Given blocks hold 2 variables, the problem has 8: shapes do not agree"},
		{p, bcd.Settings{Partition: bcd.Given([][]int{{}})}, bcd.ErrEmpty, "bcd: Given blocks[0] is empty: want at least one variable"},
		{p, bcd.Settings{Partition: bcd.RedBlack()}, bcd.ErrCombination, "bcd: a partition by colours with a problem that is no Graph: these do not go together"},
		{p, bcd.Settings{Partition: bcd.Trees()}, bcd.ErrCombination, "bcd: Trees with a problem that is no Graph: these do not go together"},
		{p, bcd.Settings{Selection: bcd.Blind(9)}, bcd.ErrSetting, "bcd: Settings.Selection = bcd.Blind(9), want Random, Cyclic or Sampling: setting out of range"},
		{p, bcd.Settings{Selection: bcd.Greedy(9)}, bcd.ErrSetting, "bcd: Settings.Selection = bcd.Greedy(9), want GS to GSN: setting out of range"},
		{p, bcd.Settings{Update: bcd.Step(9)}, bcd.ErrSetting, "bcd: Settings.Update = bcd.Step(9), want LipschitzStep to TwoMetric: setting out of range"},
		{bent, bcd.Settings{Update: bcd.ExactStep}, bcd.ErrCombination, "bcd: ExactStep with a problem that is not quadratic: these do not go together"},
		{p, bcd.Settings{Update: bcd.TwoMetric, Regulariser: bcd.L1(1)}, bcd.ErrCombination, "bcd: TwoMetric with L1 weight 1, L2 weight 0, which has a kink between its bounds: these do not go together"},
		{p, bcd.Settings{Update: bcd.ProjectedNewton, Regulariser: bcd.GroupL1(1, bcd.ConsecutiveGroups(8, 2))}, bcd.ErrCombination, "bcd: ProjectedNewton with group L1, weight 1: these do not go together"},
		{p, bcd.Settings{Regulariser: bcd.L1(-1)}, bcd.ErrSetting, "bcd: L1 weight = -1, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.ElasticNet(1, nan)}, bcd.ErrSetting, "bcd: L2 weight = NaN, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.NonNegative(inf)}, bcd.ErrSetting, "bcd: L1 weight = +Inf, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.Box(1, 1)}, bcd.ErrSetting, "bcd: bounds 1 and 1, want the lower one below the upper one: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.Boxes([]float64{0}, []float64{1, 2})}, bcd.ErrShape, "bcd: Boxes has 1 lower and 2 upper bounds: shapes do not agree"},
		{p, bcd.Settings{Regulariser: bcd.Boxes(nil, nil)}, bcd.ErrEmpty, "bcd: Boxes has no bounds: want at least one variable"},
		{p, bcd.Settings{Regulariser: bcd.Boxes(make([]float64, 99), slices.Repeat([]float64{1}, 99))}, bcd.ErrShape, fmt.Sprintf("bcd: Boxes has 99 bounds, the problem %d variables: shapes do not agree", p.Size())},
		{p, bcd.Settings{Regulariser: bcd.Boxes([]float64{0, 1}, []float64{1, 1})}, bcd.ErrSetting, "bcd: bounds 1 and 1 of variable 1, want the lower one below the upper one: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.Boxes([]float64{nan, 1}, []float64{1, 2})}, bcd.ErrSetting, "bcd: bounds NaN and 1 of variable 0, want the lower one below the upper one: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.Box(0, nan)}, bcd.ErrSetting, "bcd: bounds 0 and NaN, want the lower one below the upper one: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(-1, nil)}, bcd.ErrSetting, "bcd: lambda = -1, want 0 or more and finite: setting out of range"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, [][]int{{0, 2}})}, bcd.ErrIndex, "bcd: groups[0] has variable 2, want each of 2 once: index out of range or repeated"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, [][]int{{0}})}, bcd.ErrShape, "bcd: groups hold 1 variables, the problem has 8: shapes do not agree"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, bcd.ConsecutiveGroups(8, 3)), Partition: bcd.Variable(3)}, bcd.ErrCombination, "bcd: GroupL1 with a partition that forms its blocks anew: these do not go together"},
		{p, bcd.Settings{Regulariser: bcd.GroupL1(1, bcd.ConsecutiveGroups(8, 3)), Partition: bcd.Fixed(2, bcd.Ordered)}, bcd.ErrCombination, "bcd: GroupL1 with block 0 of the partition, which holds a part of a group: these do not go together"},
		{p, bcd.Settings{Stop: bcd.Gap}, bcd.ErrCombination, "bcd: Settings.Stop = Gap with no regulariser and this problem, which have no dual to form it with: these do not go together"},
		{p, bcd.Settings{Stop: bcd.Gap, Regulariser: bcd.NonNegative(0)}, bcd.ErrCombination, ""},
	} {
		result, err := bcd.Minimise(background, c.p, c.settings)
		assert.Nil(t, result)
		assert.ErrorIs(t, err, c.want)
		if c.message != "" {
			assert.EqualError(t, err, c.message)
		}
	}
}
