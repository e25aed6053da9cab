package linear_test

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func design(t *testing.T, rows, cols int, data ...float64) *linear.Design {
	t.Helper()
	d, err := linear.Dense(kernels.Matrix[float64]{Rows: rows, Cols: cols, Stride: cols, Data: data})
	require.NoError(t, err)
	return d
}

func TestDesignErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		x       kernels.Matrix[float64]
		want    error
		message string
	}{
		{kernels.Matrix[float64]{}, linear.ErrEmpty, "linear: x is 0 x 0: no samples or no features"},
		{kernels.Matrix[float64]{Rows: 2}, linear.ErrEmpty, "linear: x is 2 x 0: no samples or no features"},
		{kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 1, Data: make([]float64, 4)}, linear.ErrShape, ""},
		{kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: make([]float64, 3)}, linear.ErrShape, ""},
		{kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 2, nan, 4}}, linear.ErrFinite, "linear: x[1,0] = NaN: NaN or infinite"},
		{kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, -inf, 3, 4}}, linear.ErrFinite, "linear: x[0,1] = -Inf: NaN or infinite"},
	} {
		d, err := linear.Dense(c.x)
		assert.Nil(t, d)
		assert.ErrorIs(t, err, c.want)
		if c.message != "" {
			assert.EqualError(t, err, c.message)
		}
		d, err = linear.Transposed(c.x)
		if c.want == linear.ErrFinite { // the first fit finds it, and every other
			for range 2 {
				_, err = linear.Lasso(background, d, []float64{1, 2}, 1, linear.Settings{})
				assert.ErrorIs(t, err, c.want)
				assert.EqualError(t, err, c.message)
				_, err = linear.SVM(background, d, []float64{1, 2}, 1, linear.SVMSettings{})
				assert.EqualError(t, err, c.message)
				_, err = linear.Logistic(background, d, []float64{1, 2}, 1, 1, linear.Settings{})
				assert.EqualError(t, err, c.message)
			}
		}
		assert.ErrorIs(t, err, c.want)
	}
	_, err := linear.Sparse[float64](nil)
	assert.ErrorIs(t, err, linear.ErrNil)
	_, err = linear.Sparse(&sparse.CSR[float64]{})
	assert.ErrorIs(t, err, linear.ErrEmpty)
	a, err := sparse.FromCOO(2, 3, []int{0, 1}, []int{2, 0}, []float32{1, float32(nan)})
	require.NoError(t, err)
	_, err = linear.Sparse(a)
	assert.ErrorIs(t, err, linear.ErrFinite)
	assert.EqualError(t, err, "linear: x[1,0] = NaN: NaN or infinite")
	huge, err := linear.Dense(kernels.Matrix[float64]{Rows: 3, Cols: 1, Stride: 1, Data: []float64{math.MaxFloat64, math.MaxFloat64, 1}})
	assert.NoError(t, err, "a sum that overflows is not a NaN")
	assert.NotNil(t, huge)
	large := problem{x: kernels.NewMatrix[float64](3, 2), y: []float64{1, 2, 4}, labels: []float64{1, 2, 1}}
	large.design = design(t, 3, 2, 1, 1e160, 2, -1e160, 4, 1)
	for name, fit := range fits(large, 0.1) { // all need squares
		for _, s := range []linear.Settings{{}, {Standardise: name != "SVM"}, {Weights: []float64{1, 2, 3}}, {DropConstant: true}, {NoIntercept: true}} {
			_, err := fit(background, s)
			assert.ErrorIs(t, err, linear.ErrFinite, name)
			assert.ErrorContains(t, err, "sum of squares of ", name)
		}
	}
}

// regressions are the methods that take a target.
var regressions = map[string]func(ctx context.Context, x *linear.Design, y []float64, lambda float64, s linear.Settings) (*linear.Result, error){
	"Lasso": linear.Lasso,
	"ElasticNet": func(ctx context.Context, x *linear.Design, y []float64, lambda float64, s linear.Settings) (*linear.Result, error) {
		return linear.ElasticNet(ctx, x, y, lambda, 0.5, s)
	},
	"GroupLasso": func(ctx context.Context, x *linear.Design, y []float64, lambda float64, s linear.Settings) (*linear.Result, error) {
		return linear.GroupLasso(ctx, x, y, [][]int{{0}, {1}}, lambda, linear.GroupSettings{Settings: s})
	},
}

func TestRegressionErrors(t *testing.T) {
	x := design(t, 3, 2, 1, 2, 0, 1, 5, -1)
	y := []float64{1, 2, 4}
	nan, inf := math.NaN(), math.Inf(1)
	for name, fit := range regressions {
		for _, c := range []struct {
			x        *linear.Design
			y        []float64
			lambda   float64
			settings linear.Settings
			want     error
			message  string
		}{
			{nil, y, 1, linear.Settings{}, linear.ErrNil, "linear: x: nil"},
			{&linear.Design{}, nil, 1, linear.Settings{}, linear.ErrNil, "linear: x is a *Design that no constructor made: nil"},
			{x, y[:2], 1, linear.Settings{}, linear.ErrShape, "linear: len(y) = 2, samples = 3: shapes do not agree"},
			{x, []float64{1, nan, 2}, 1, linear.Settings{}, linear.ErrFinite, "linear: y[1] = NaN: NaN or infinite"},
			{x, []float64{1, 3, -inf}, 1, linear.Settings{}, linear.ErrFinite, "linear: y[2] = -Inf: NaN or infinite"},
			{x, []float64{7.1, 7.1, 7.1}, 1, linear.Settings{}, linear.ErrConstantTarget, "linear: y: target is constant, or zero where there is no intercept"},
			{x, []float64{0, 0, 0}, 1, linear.Settings{NoIntercept: true}, linear.ErrConstantTarget, "linear: y: target is constant, or zero where there is no intercept"},
			{x, y, -1, linear.Settings{}, linear.ErrLambda, "linear: lambda = -1: lambda must be finite and not negative"},
			{x, y, nan, linear.Settings{}, linear.ErrLambda, "linear: lambda = NaN: lambda must be finite and not negative"},
			{x, y, inf, linear.Settings{}, linear.ErrLambda, "linear: lambda = +Inf: lambda must be finite and not negative"},
			{design(t, 3, 2, 1, 2, 0, 2, 5, 2), y, 1, linear.Settings{}, linear.ErrZeroColumn, "linear: column 1 of x: column is zero, or constant where there is an intercept"},
			{design(t, 3, 2, 0, 2, 0, 1, 0, 2), y, 1, linear.Settings{NoIntercept: true}, linear.ErrZeroColumn, "linear: column 0 of x: column is zero, or constant where there is an intercept"},
			{x, y, 1, linear.Settings{Tolerance: -1}, linear.ErrTolerance, "linear: Settings.Tolerance = -1: tolerance must be positive and finite"},
			{x, y, 1, linear.Settings{Tolerance: nan}, linear.ErrTolerance, "linear: Settings.Tolerance = NaN: tolerance must be positive and finite"},
			{x, y, 1, linear.Settings{MaxIterations: -1}, linear.ErrSetting, "linear: Settings.MaxIterations = -1, want 0 or more: setting out of range"},
			{x, y, 1, linear.Settings{Weights: y[:1]}, linear.ErrShape, "linear: len(Settings.Weights) = 1, samples = 3: shapes do not agree"},
			{x, y, 1, linear.Settings{Weights: []float64{1, -1, 1}}, linear.ErrWeights, "linear: Settings.Weights[1] = -1: sample weights must be finite, not negative and not all zero"},
			{x, y, 1, linear.Settings{Weights: []float64{0, 0, 0}}, linear.ErrWeights, "linear: Settings.Weights are zero: sample weights must be finite, not negative and not all zero"},
			{x, y, 1, linear.Settings{Start: y}, linear.ErrShape, "linear: len(Settings.Start) = 3, features = 2: shapes do not agree"},
			{x, y, 1, linear.Settings{Start: []float64{1, inf}}, linear.ErrFinite, "linear: Settings.Start[1] = +Inf: NaN or infinite"},
			{x, []float64{math.MaxFloat64, -math.MaxFloat64, 1}, 1, linear.Settings{}, linear.ErrFinite, "linear: sum of squares of y = +Inf: NaN or infinite"},
		} {
			result, err := fit(background, c.x, c.y, c.lambda, c.settings)
			assert.Nil(t, result, "%s: %s", name, c.message)
			assert.ErrorIs(t, err, c.want, name)
			assert.EqualError(t, err, c.message, name)
		}
	}
	_, err := linear.ElasticNet(background, x, y, 1, 1.5, linear.Settings{})
	assert.EqualError(t, err, "linear: ratio = 1.5: ratio must be in [0, 1]")
	_, err = linear.NNLS(background, x, []float64{1, 1}, linear.Settings{})
	assert.ErrorIs(t, err, linear.ErrShape)
	for _, groups := range [][][]int{nil, {{0}}, {{0}, {1}, {}}, {{0, 1}, {1}}, {{0, 2}, {1}}, {{-1}, {0, 1}}} {
		_, err = linear.GroupLasso(background, x, y, groups, 1, linear.GroupSettings{})
		assert.ErrorIs(t, err, linear.ErrGroups)
	}
	both := [][]int{{0, 1}}
	_, err = linear.GroupLasso(background, x, y, both, 1, linear.GroupSettings{Factors: []float64{1, 2}})
	assert.ErrorIs(t, err, linear.ErrShape)
	_, err = linear.GroupLasso(background, x, y, both, 1, linear.GroupSettings{Factors: []float64{0}})
	assert.ErrorIs(t, err, linear.ErrSetting)
	_, err = linear.GroupLasso(background, x, y, both, 1, linear.GroupSettings{Settings: linear.Settings{Positive: true}})
	assert.ErrorIs(t, err, linear.ErrSetting)
}

func TestClassifierErrors(t *testing.T) {
	x := design(t, 3, 2, 1, 2, 0, 1, 5, -1)
	labels := []float64{1, 0, 1}
	logistic := func(x *linear.Design, labels []float64, s linear.Settings) error {
		_, err := linear.Logistic(background, x, labels, 1, 1, s)
		return err
	}
	svm := func(x *linear.Design, labels []float64, s linear.Settings) error {
		_, err := linear.SVM(background, x, labels, 1, linear.SVMSettings{Settings: s})
		return err
	}
	for _, fit := range []func(*linear.Design, []float64, linear.Settings) error{logistic, svm} {
		assert.NoError(t, fit(x, labels, linear.Settings{}))
		assert.EqualError(t, fit(nil, labels, linear.Settings{}), "linear: x: nil")
		assert.EqualError(t, fit(x, labels[:2], linear.Settings{}), "linear: len(labels) = 2, samples = 3: shapes do not agree")
		assert.ErrorIs(t, fit(x, []float64{1, math.NaN(), 0}, linear.Settings{}), linear.ErrFinite)
		assert.EqualError(t, fit(x, []float64{2, 2, 2}, linear.Settings{}), "linear: all labels are 2: labels are not of two classes")
		assert.EqualError(t, fit(x, []float64{2, 0, 1}, linear.Settings{}), "linear: labels 0, 1 and 2: labels are not of two classes")
		assert.ErrorIs(t, fit(x, labels, linear.Settings{Weights: []float64{1, 0, 1}}), linear.ErrClasses, "none left of one class")
		assert.ErrorIs(t, fit(x, labels, linear.Settings{Weights: []float64{1, math.Inf(1), 1}}), linear.ErrWeights)
		assert.ErrorIs(t, fit(x, labels, linear.Settings{Tolerance: math.Inf(1)}), linear.ErrTolerance)
	}
	for _, lambda := range []float64{-1, math.NaN()} {
		_, err := linear.Logistic(background, x, labels, lambda, 1, linear.Settings{})
		assert.ErrorIs(t, err, linear.ErrLambda)
	}
	_, err := linear.Logistic(background, x, labels, 0, 1, linear.Settings{})
	assert.ErrorIs(t, err, linear.ErrUnbounded)
	_, err = linear.Logistic(background, x, labels, 1, -0.1, linear.Settings{})
	assert.ErrorIs(t, err, linear.ErrRatio)
	_, err = linear.Logistic(background, design(t, 3, 2, 1, 2, 0, 2, 5, 2), labels, 1, 1, linear.Settings{})
	assert.ErrorIs(t, err, linear.ErrZeroColumn)
	for _, cost := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := linear.SVM(background, x, labels, cost, linear.SVMSettings{})
		assert.ErrorIs(t, err, linear.ErrCost)
	}
	for _, s := range []linear.SVMSettings{
		{Loss: 7}, {Settings: linear.Settings{Positive: true}}, {Settings: linear.Settings{Standardise: true}}, {Settings: linear.Settings{Start: []float64{1, 2}}},
	} {
		_, err := linear.SVM(background, x, labels, 1, s)
		assert.ErrorIs(t, err, linear.ErrSetting)
	}
}

func TestPathErrors(t *testing.T) {
	x := design(t, 4, 2, 1, 2, 0, 1, 5, -1, 2, 2)
	y := []float64{1, 2, 4, 0}
	for _, c := range []struct {
		settings linear.PathSettings
		want     error
	}{
		{linear.PathSettings{Count: -1}, linear.ErrSetting},
		{linear.PathSettings{Least: 1}, linear.ErrSetting},
		{linear.PathSettings{Least: -0.1}, linear.ErrSetting},
		{linear.PathSettings{Lambdas: []float64{1, 2}}, linear.ErrSetting},
		{linear.PathSettings{Lambdas: []float64{1, -2}}, linear.ErrLambda},
		{linear.PathSettings{Lambdas: []float64{}}, linear.ErrSetting},
		{linear.PathSettings{Settings: linear.Settings{Tolerance: -1}}, linear.ErrTolerance},
	} {
		_, err := linear.LassoPath(background, x, y, c.settings)
		assert.ErrorIs(t, err, c.want)
		_, err = linear.CrossValidate(background, x, y, linear.SquaredLoss, 1, linear.CrossSettings{PathSettings: c.settings, Folds: 2})
		assert.ErrorIs(t, err, c.want)
	}
	_, err := linear.ElasticNetPath(background, x, y, 2, linear.PathSettings{})
	assert.ErrorIs(t, err, linear.ErrRatio)
	for _, c := range []struct {
		settings linear.CrossSettings
		want     error
	}{
		{linear.CrossSettings{}, linear.ErrSetting}, // five folds of four samples
		{linear.CrossSettings{Folds: 1}, linear.ErrSetting},
		{linear.CrossSettings{Folds: 2, Fold: []int{0, 1}}, linear.ErrShape},
		{linear.CrossSettings{Folds: 2, Fold: []int{0, 1, 2, 0}}, linear.ErrSetting},
		{linear.CrossSettings{Folds: 3, Fold: []int{0, 1, 1, 0}}, linear.ErrSetting},
		{linear.CrossSettings{Folds: 2, PathSettings: linear.PathSettings{Settings: linear.Settings{Weights: []float64{1, 1, 0, 0}}}}, linear.ErrWeights},
	} {
		_, err := linear.CrossValidate(background, x, y, linear.SquaredLoss, 1, c.settings)
		assert.ErrorIs(t, err, c.want)
	}
	_, err = linear.CrossValidateGroups(background, x, y, nil, linear.GroupCrossSettings{CrossSettings: linear.CrossSettings{Folds: 2}})
	assert.ErrorIs(t, err, linear.ErrGroups)
	_, err = linear.CrossValidate(background, x, y, 9, 1, linear.CrossSettings{Folds: 2})
	assert.ErrorIs(t, err, linear.ErrSetting)
	_, err = linear.CrossValidate(background, x, []float64{0, 0, 1, 1}, linear.LogisticLoss, 1, linear.CrossSettings{Folds: 2})
	assert.ErrorIs(t, err, linear.ErrClasses)
	assert.EqualError(t, err, "linear: all labels are 1: labels are not of two classes (fold 0)")
	without := linear.PathSettings{Settings: linear.Settings{Weights: []float64{1, 1, 0, 1}}}
	_, err = linear.CrossValidate(background, x, y, linear.SquaredLoss, 1, linear.CrossSettings{PathSettings: without, Folds: 4})
	assert.ErrorIs(t, err, linear.ErrWeights)
	assert.ErrorContains(t, err, "linear: all samples held out have weight zero: ")
	assert.ErrorContains(t, err, " (fold 2)")
	unpenalised := linear.PathSettings{Lambdas: []float64{1, 0}}
	_, err = linear.LogisticPath(background, x, []float64{0, 1, 0, 1}, 1, unpenalised)
	assert.ErrorIs(t, err, linear.ErrUnbounded)
	_, err = linear.CrossValidate(background, x, []float64{0, 1, 0, 1}, linear.LogisticLoss, 1, linear.CrossSettings{PathSettings: unpenalised, Folds: 2})
	assert.ErrorIs(t, err, linear.ErrUnbounded)
	_, err = linear.LassoPath(background, x, y, unpenalised)
	assert.NoError(t, err, "least squares have a minimum")
}

func TestPredictErrors(t *testing.T) {
	x := design(t, 3, 2, 1, 2, 0, 1, 5, -1)
	result, err := linear.Lasso(background, x, []float64{1, 2, 4}, 0.1, linear.Settings{})
	require.NoError(t, err)
	assert.ErrorIs(t, result.Predict(make([]float64, 3), nil), linear.ErrNil)
	assert.ErrorIs(t, result.Predict(nil, &linear.Design{}), linear.ErrNil)
	assert.ErrorIs(t, result.Predict(make([]float64, 2), x), linear.ErrShape)
	assert.ErrorIs(t, result.Predict(make([]float64, 1), design(t, 1, 1, 1)), linear.ErrShape)
}
