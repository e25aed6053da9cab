package linear

import (
	"context"

	"github.com/raphson-go/raphson/algos"
)

// SVMCrossSettings of a cross-validation of support vector machines; the zero value works.
type SVMCrossSettings struct {
	SVMSettings

	// Folds and Fold are those of [CrossSettings].
	Folds int
	Fold  []int
}

// CrossValidateSVM is [CrossValidate] for [SVM] and rising costs, each fold on the path of [SVMPath]. A loss is the share of the weight
// held out whose class is predicted wrongly, for which [Result.Predict] being positive predicts the larger label; the best cost is the least of those
// with the smallest mean. Lambdas are 1/cost. scikit-learn's GridSearchCV over C of a LinearSVC finds the same, with its folds in Fold.
//
// It returns the errors of SVMPath, of which ErrClasses also where a fold leaves labels of one class only, and ErrSetting or ErrShape for folds as
// CrossValidate does.
func CrossValidateSVM(ctx context.Context, x *Design, labels, costs []float64, settings SVMCrossSettings) (*Validation, error) {
	whole, s, err := checkedMachine(ctx, x, labels, costs, settings.SVMSettings)
	if err != nil {
		return nil, err
	}
	fold, folds, err := resolveFolds("SVMCrossSettings", settings.Folds, settings.Fold, x.samples)
	if err != nil {
		return nil, err
	}
	v := &Validation{}
	for _, cost := range costs {
		v.Lambdas = append(v.Lambdas, 1/cost)
	}
	progress := shared(s.Progress, len(costs)*(folds+1))
	s.Progress = nil
	err = v.measure(folds, func(k int) ([]float64, error) {
		return settings.validate(ctx, x, labels, costs, whole.sign, fold, k, progress)
	})
	if err != nil {
		return nil, err
	}
	fits, err := whole.path(ctx, costs[:v.Best+1], s, progress)
	v.Fit = fits.Fits[len(fits.Fits)-1]
	return v, err
}

// validate fits without a fold and measures the share of wrong predictions in it.
func (s SVMCrossSettings) validate(ctx context.Context, x *Design, labels, costs, sign []float64, fold []int, k int, progress func(algos.Progress)) ([]float64, error) {
	weights, held, err := holdOut(s.Weights, fold, k)
	if err != nil {
		return nil, err
	}
	s.Weights, s.Progress = weights, nil
	m, resolved, err := checkedMachine(ctx, x, labels, costs, s.SVMSettings)
	if err != nil {
		return nil, err
	}
	fits, err := m.path(ctx, costs, resolved, progress)
	if err != nil {
		return nil, err
	}
	return fits.losses(x, held, func(prediction float64, i int) float64 {
		if (prediction > 0) != (sign[i] > 0) {
			return 1
		}
		return 0
	})
}
