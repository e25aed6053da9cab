package ot

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

func square(data ...float64) kernels.Matrix[float64] {
	n := int(math.Sqrt(float64(len(data))))
	return kernels.Matrix[float64]{Rows: n, Cols: n, Stride: n, Data: data}
}

func TestSolveErrors(t *testing.T) {
	cost, err := Dense(square(0, 1, 1, 0))
	require.NoError(t, err)
	good := []float64{1, 1}
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		a, b     []float64
		cost     *Cost
		settings Settings
		want     error
		message  string
	}{
		{[]float64{1, -1}, good, cost, Settings{}, ErrMass, "ot: a[1] = -1: mass is negative, NaN or infinite"},
		{good, []float64{nan, 1}, cost, Settings{}, ErrMass, "ot: b[0] = NaN: mass is negative, NaN or infinite"},
		{good, []float64{1, inf}, cost, Settings{}, ErrMass, "ot: b[1] = +Inf: mass is negative, NaN or infinite"},
		{[]float64{math.MaxFloat64, math.MaxFloat64}, good, cost, Settings{}, ErrMass, "ot: sum of a = +Inf: mass is negative, NaN or infinite"},
		{nil, good, cost, Settings{}, ErrEmpty, "ot: a: empty"},
		{[]float64{0, 0}, good, cost, Settings{}, ErrNoMass, "ot: a: no mass at all"},
		{good, []float64{1, 2}, cost, Settings{}, ErrTotal, "ot: sum of a = 2, sum of b = 3: marginals do not sum alike"},
		{[]float64{2}, good, cost, Settings{}, ErrShape, "ot: len(a) = 1, rows of cost = 2: shapes do not agree"},
		{good, []float64{1, 1, 0}, cost, Settings{}, ErrShape, "ot: len(b) = 3, columns of cost = 2: shapes do not agree"},
		{good, good, nil, Settings{}, ErrNil, "ot: cost: nil"},
		{good, good, cost, Settings{Epsilon: -1}, ErrEpsilon, "ot: Settings.Epsilon = -1: epsilon must be positive and finite"},
		{good, good, cost, Settings{Epsilon: nan}, ErrEpsilon, "ot: Settings.Epsilon = NaN: epsilon must be positive and finite"},
		{good, good, cost, Settings{Epsilon: inf}, ErrEpsilon, "ot: Settings.Epsilon = +Inf: epsilon must be positive and finite"},
		{good, good, cost, Settings{Tolerance: -1}, ErrTolerance, "ot: Settings.Tolerance = -1: tolerance must be positive and finite"},
		{good, good, cost, Settings{Tolerance: nan}, ErrTolerance, "ot: Settings.Tolerance = NaN: tolerance must be positive and finite"},
		{good, good, cost, Settings{MaxIterations: -1}, ErrSetting, "ot: Settings.MaxIterations = -1, want 0 or more: setting out of range"},
		{good, good, cost, Settings{Method: 7}, ErrSetting, "ot: Settings.Method = ot.Method(7), want Automatic, LogDomain or KernelForm: setting out of range"},
		{good, good, cost, Settings{Scaling: 1.5}, ErrSetting, "ot: Settings.Scaling = 1.5, want 0 to 1: setting out of range"},
		{good, good, cost, Settings{RelaxA: -2}, ErrSetting, "ot: Settings.RelaxA = -2, want 0 or more and finite: setting out of range"},
		{good, good, cost, Settings{RelaxB: nan}, ErrSetting, "ot: Settings.RelaxB = NaN, want 0 or more and finite: setting out of range"},
		{good, good, cost, Settings{F: []float64{1}}, ErrShape, "ot: len(Settings.F) = 1, length of its marginal = 2: shapes do not agree"},
		{good, good, cost, Settings{G: []float64{0, nan}}, ErrPotential, "ot: Settings.G[1] = NaN: potential is NaN or +Inf"},
	} {
		result, err := Solve(background, c.a, c.b, c.cost, c.settings)
		assert.Nil(t, result)
		assert.ErrorIs(t, err, c.want)
		assert.EqualError(t, err, c.message)
	}
}

func TestCostErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	points := func(rows, cols int) kernels.Matrix[float64] { return kernels.NewMatrix[float64](rows, cols) }
	check := func(want error, message string) func(*Cost, error) {
		return func(c *Cost, err error) {
			t.Helper()
			assert.Nil(t, c)
			assert.ErrorIs(t, err, want)
			assert.ErrorContains(t, err, message)
		}
	}
	check(ErrCost, "ot: cost(1,0) = NaN: cost is not finite")(Dense(square(0, 1, nan, 0)))
	check(ErrCost, "ot: cost(0,1) = +Inf: cost is not finite")(Dense(square(0, inf, 1, 0)))
	check(ErrCost, "ot: cost(0,1) = -Inf: cost is not finite")(Dense(square(0, -inf, 1, 0)))
	check(ErrCost, "ot: cost ranges from -1e+308 to 1e+308: cost is not finite")(Dense(square(-1e308, 0, 0, 1e308)))
	check(ErrCost, "ot: cost ranges from 0 to +Inf: cost is not finite")(Separable(square(0, 1e308, 1e308, 0), square(0, 1e308, 1e308, 0)))
	check(ErrShape, "ot: cost: ")(Dense(kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: make([]float64, 3)}))
	check(ErrEmpty, "ot: cost: 0 x 3")(Dense(points(0, 3)))
	check(ErrShape, "ot: x.Cols = 2, y.Cols = 3")(Euclidean(points(1, 2), points(1, 3)))
	check(ErrEmpty, "ot: y: 0 points of dimension 2")(SquaredEuclidean(points(1, 2), points(0, 2)))
	check(ErrShape, "ot: x: ")(SquaredEuclidean(kernels.Matrix[float64]{Rows: 1, Cols: 2, Stride: 1}, points(1, 2)))
	check(ErrCost, "ot: cost(0,0) = NaN")(FromPoints(points(1, 1), points(1, 1), func(x, y []float64) float64 { return nan }))
	check(ErrNil, "ot: distance: nil")(FromPoints(points(1, 1), points(1, 1), nil))
	check(ErrEmpty, "ot: axes: empty")(Grid())
	twos := make([]int, 64)
	for k := range twos {
		twos[k] = 2
	}
	check(ErrShape, "more nodes than an int can count")(Grid(twos...))
	check(ErrEmpty, "ot: shape[1] = 0: empty")(Grid(3, 0))
	check(ErrEmpty, "ot: axes[0]: 0 x 0: empty")(Separable(kernels.Matrix[float64]{}))
	check(ErrCost, "ot: axes[1](0,0) = +Inf")(Separable(square(0), square(inf)))
	check(ErrShape, "ot: axes[0]: ")(Separable(kernels.Matrix[float64]{Rows: 1, Cols: 1, Stride: 1}))
}

func TestOtherErrors(t *testing.T) {
	a := []float64{0.5, 0.5}
	cost, err := Dense(square(0, 1, 1, 0))
	require.NoError(t, err)
	crooked, err := Dense(square(0, 1, 2, 0))
	require.NoError(t, err)
	wide, err := Dense(kernels.NewMatrix[float64](2, 3))
	require.NoError(t, err)
	oneWay, err := Separable(square(0), square(0, 1, 2, 0))
	require.NoError(t, err)
	both := [][]float64{a, a}

	_, err = Divergence(background, a, a, crooked, nil, nil, Settings{})
	assert.EqualError(t, err, "ot: cost: (1,0) = 2, (0,1) = 1: cost is not symmetric")
	assert.ErrorIs(t, err, ErrSymmetry)
	_, err = Divergence(background, a, a, wide, cost, nil, Settings{})
	assert.EqualError(t, err, "ot: cost is 2 x 3: cost is not symmetric")
	twisted, err := Separable(kernels.NewMatrix[float64](2, 3), kernels.NewMatrix[float64](3, 2))
	require.NoError(t, err)
	_, err = Pairwise(background, [][]float64{make([]float64, 6)}, twisted, PairwiseSettings{})
	assert.EqualError(t, err, "ot: axis 0 of cost is 2 x 3: cost is not symmetric")
	_, err = Divergence(background, a, a, oneWay, nil, nil, Settings{})
	assert.EqualError(t, err, "ot: axis 1 of cost: (1,0) = 2, (0,1) = 1: cost is not symmetric")
	_, err = Divergence(background, a, a, cost, nil, nil, Settings{RelaxA: 1})
	assert.ErrorIs(t, err, ErrSetting)
	_, err = Divergence(background, a, a, nil, nil, nil, Settings{})
	assert.ErrorIs(t, err, ErrNil)
	_, err = Barycentre(background, both, nil, nil, Settings{})
	assert.EqualError(t, err, "ot: cost: nil")
	_, err = Pairwise(background, both, nil, PairwiseSettings{})
	assert.EqualError(t, err, "ot: cost: nil")

	_, err = Barycentre(background, nil, nil, cost, Settings{})
	assert.ErrorIs(t, err, ErrEmpty)
	_, err = Barycentre(background, both, []float64{1}, cost, Settings{})
	assert.ErrorIs(t, err, ErrShape)
	_, err = Barycentre(background, both, []float64{1, -1}, cost, Settings{})
	assert.EqualError(t, err, "ot: weights[1] = -1: mass is negative, NaN or infinite")
	_, err = Barycentre(background, [][]float64{a, {1, 1}}, nil, cost, Settings{})
	assert.EqualError(t, err, "ot: sum of histograms[0] = 1, sum of histograms[1] = 2: marginals do not sum alike")
	_, err = Barycentre(background, both, nil, cost, Settings{RelaxA: 1})
	assert.ErrorIs(t, err, ErrSetting)

	_, err = Pairwise(background, nil, cost, PairwiseSettings{})
	assert.ErrorIs(t, err, ErrEmpty)
	_, err = Pairwise(background, [][]float64{a, {0.5, 0.25, 0.25}}, cost, PairwiseSettings{})
	assert.EqualError(t, err, "ot: len(histograms[1]) = 3, rows of cost = 2: shapes do not agree")
	_, err = Pairwise(background, both, crooked, PairwiseSettings{})
	assert.ErrorIs(t, err, ErrSymmetry)
	_, err = Pairwise(background, both, cost, PairwiseSettings{Settings: Settings{F: a}})
	assert.ErrorIs(t, err, ErrSetting)
	_, err = Pairwise(background, both, cost, PairwiseSettings{Settings: Settings{RelaxA: 1}})
	assert.ErrorIs(t, err, ErrSetting)
	_, err = Pairwise(background, both, cost, PairwiseSettings{Settings: Settings{RelaxA: 1, RelaxB: 1}, Measure: SinkhornDivergence})
	assert.ErrorIs(t, err, ErrSetting)

	result, err := Solve(background, a, a, cost, Settings{})
	require.NoError(t, err)
	_, err = result.GradientX()
	assert.ErrorIs(t, err, ErrPoints)
	_, err = result.GradientY()
	assert.ErrorIs(t, err, ErrPoints)

	cancelled, cancel := context.WithCancel(background)
	cancel()
	_, err = Divergence(cancelled, a, a, cost, nil, nil, Settings{})
	assert.ErrorIs(t, err, context.Canceled)
	_, err = Barycentre(cancelled, both, nil, cost, Settings{})
	assert.ErrorIs(t, err, context.Canceled)
}

// TestResultsWithoutACost: a Result that was not returned by a function of this package, such as one that has been decoded, has no plan.
func TestResultsWithoutACost(t *testing.T) {
	r := &Result{F: []float64{0, 0}, G: []float64{0, 0}, Epsilon: 1}
	_, err := r.GradientX()
	assert.ErrorIs(t, err, ErrPoints)
	_, err = r.GradientY()
	assert.ErrorIs(t, err, ErrPoints)
	_, _, err = r.SparsePlan(1)
	assert.ErrorIs(t, err, ErrEmpty)
	assert.PanicsWithValue(t, "ot: Plan: the Result has no cost", func() { r.Plan() })
	_, err = new(DivergenceResult).GradientX()
	assert.ErrorIs(t, err, ErrPoints)
	_, err = new(DivergenceResult).GradientY()
	assert.ErrorIs(t, err, ErrPoints)
}

// TestEntriesThatThereAreNot: the axes of a grid do not wrap.
func TestEntriesThatThereAreNot(t *testing.T) {
	grid, err := Grid(2, 3)
	require.NoError(t, err)
	dense, err := Dense(kernels.NewMatrix[float64](6, 6))
	require.NoError(t, err)
	for _, c := range []*Cost{grid, dense} {
		assert.NotPanics(t, func() { c.At(5, 5) })
		for _, at := range [][2]int{{6, 0}, {0, 6}, {-1, 0}, {0, -1}, {600, 600}} {
			message := fmt.Sprintf("ot: Cost.At: entry (%d, %d) of 6 x 6", at[0], at[1])
			assert.PanicsWithValue(t, message, func() { c.At(at[0], at[1]) })
		}
	}
}

// TestTooSmallEpsilon: a quotient of cost and epsilon beyond float64 is an error, and whatever eps comes near is either
// solved or reported, never a silent NaN.
func TestTooSmallEpsilon(t *testing.T) {
	a, b := []float64{0.25, 0.75}, []float64{0.5, 0.5}
	cost, err := Dense(square(1, 2e3, 4e3, 3))
	require.NoError(t, err)
	for _, eps := range []float64{1e-3, 1e-9, 1e-30, 1e-300, 5e-324} {
		result, err := Solve(background, a, b, cost, Settings{Epsilon: eps, MaxIterations: 100})
		if err != nil {
			assert.ErrorIs(t, err, ErrBreakdown, "eps = %v", eps)
			continue
		}
		assert.False(t, math.IsNaN(result.Dual) || math.IsNaN(result.Cost), "eps = %v", eps)
	}
	_, err = Solve(background, a, b, cost, Settings{Epsilon: 5e-324})
	assert.ErrorIs(t, err, ErrBreakdown)
}

// TestTooLargeEpsilon: potentials and values of the size of epsilon times a logarithm of masses are numbers or an error, and never NaN or infinite.
func TestTooLargeEpsilon(t *testing.T) {
	a, b := []float64{0.5, 0.5}, []float64{0.25, 0.75}
	cost, err := Grid(2)
	require.NoError(t, err)
	failed := 0
	for _, eps := range []float64{1e300, 1e306, 5e307, 1e308, math.MaxFloat64} {
		settings := Settings{Epsilon: eps, MaxIterations: 100}
		if result, err := Solve(background, a, b, cost, settings); err == nil {
			assert.True(t, check.Finite(result.Dual) && check.Finite(result.Cost), "eps = %v", eps)
		} else {
			assert.ErrorIs(t, err, ErrOverflow, "eps = %v", eps)
			failed++
		}
		if result, err := Divergence(background, a, b, cost, nil, nil, settings); err == nil {
			assert.InDelta(t, 0, result.Value/eps, 1e-14, "eps = %v", eps)
		} else {
			assert.ErrorIs(t, err, ErrOverflow, "eps = %v", eps)
			failed++
		}
		if result, err := Pairwise(background, [][]float64{a, b}, cost, PairwiseSettings{Settings: settings, Measure: SinkhornDivergence}); err == nil {
			assert.InDelta(t, 0, result.Distances.At(0, 1)/eps, 1e-14, "eps = %v", eps)
		} else {
			assert.ErrorIs(t, err, ErrOverflow, "eps = %v", eps)
			failed++
		}
	}
	assert.Equal(t, 6, failed, "the last two")
	one, err := Grid(1)
	require.NoError(t, err)
	_, err = Solve(background, []float64{1e308}, []float64{1e308}, one, Settings{Epsilon: 1})
	assert.EqualError(t, err, "ot: iteration 2 at epsilon = 1 with costs that range over 0 and a mass of 1e+308: values are beyond float64")
}
