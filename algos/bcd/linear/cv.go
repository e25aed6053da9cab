package linear

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Loss is what a fit minimises besides the penalty.
type Loss uint8

// The losses there are.
const (
	SquaredLoss  Loss = iota // that of [ElasticNet]
	LogisticLoss             // that of [Logistic]
)

// newFitter makes the fitter of a loss.
func newFitter(x *Design, y []float64, loss Loss, s Settings) (fitter, error) {
	switch loss {
	case SquaredLoss:
		return newQuadratic(x, y, s)
	case LogisticLoss:
		return newLogistic(x, y, s)
	}
	return nil, fmt.Errorf("linear: Loss(%d), want SquaredLoss or LogisticLoss: %w", uint8(loss), ErrSetting)
}

// CrossSettings of a cross-validation; the zero value works.
type CrossSettings struct {
	PathSettings

	// Folds is how many there are; zero takes 5.
	Folds int
	// Fold is which one, from 0, a sample is held out in. Nil takes consecutive samples, as many in each as possible, and one more in
	// the first ones: the folds of scikit-learn's KFold, for which samples must be in no particular order.
	Fold []int
}

const defaultFolds = 5

// Validation is what cross-validation finds.
type Validation struct {
	Lambdas []float64
	// Losses[k][l] is the mean loss of the samples held out in fold k, fitted without them at Lambdas[l]: the squared error, the
	// logistic loss (half the deviance), or, of support vector machines, 1 where the prediction is wrong.
	Losses [][]float64
	// Mean over the folds, and its standard error: the standard deviation of a fold over the root of their number.
	Mean, StandardError []float64
	// Best is the place in Lambdas of the smallest mean; Simplest that of the largest penalty whose mean is within a
	// standard error of it.
	Best, Simplest int
	// Fit is that of all samples at the best penalty.
	Fit *Result
}

// CrossValidate chooses the penalty by holding out a part of the samples at a time. The penalties are those of the path of
// all samples (glmnet and scikit-learn do the same). The folds are fitted at the same time on up to kernels.Workers
// goroutines; results do not depend on how many. A held out sample gets the weight zero, so no data are copied. A feature that is constant
// in what a fold is fitted to is left out there, and where the target is, the fit is that constant, which is the minimum at any penalty (as in
// scikit-learn; glmnet refuses).
//
// It returns the errors of the fits, ErrSetting for folds that are fewer than two, empty or out of range, and ErrClasses if a
// fold leaves labels of one class only: the intercept of a logistic fit would be infinite, and so might the loss. Fold can deal out the
// classes so that none does.
func CrossValidate(ctx context.Context, x *Design, y []float64, loss Loss, ratio float64, settings CrossSettings) (*Validation, error) {
	path, err := settings.PathSettings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	if err := path.check(loss, ratio); err != nil {
		return nil, err
	}
	settings.PathSettings = path
	return settings.run(ctx, x, y, candidate{loss, ratio, func(s Settings) (fitter, error) { return newFitter(x, y, loss, s) }})
}

// candidate is what is cross-validated.
type candidate struct {
	loss   Loss
	ratio  float64
	fitter func(s Settings) (fitter, error) // with weights of its own
}

// run is CrossValidate with a path that is resolved.
func (s CrossSettings) run(ctx context.Context, x *Design, y []float64, c candidate) (*Validation, error) {
	path := s.PathSettings
	fold, folds, err := resolveFolds("CrossSettings", s.Folds, s.Fold, x.samples)
	if err != nil {
		return nil, err
	}
	whole, err := c.fitter(path.Settings)
	if err != nil {
		return nil, err
	}
	v := &Validation{Lambdas: path.grid(whole.least(), c.ratio)}
	path.Lambdas = v.Lambdas
	progress := shared(path.Progress, len(v.Lambdas)*(folds+1))
	err = v.measure(folds, func(k int) ([]float64, error) { return c.validate(ctx, x, y, path, fold, k, progress) })
	if err != nil {
		return nil, err
	}
	path.Lambdas, path.Progress = v.Lambdas[:v.Best+1], progress
	fits, err := path.run(ctx, whole, c.ratio)
	if len(fits.Fits) > 0 {
		v.Fit = fits.Fits[len(fits.Fits)-1]
	}
	return v, err
}

// measure has all folds validated, and summarises what that finds.
func (v *Validation) measure(folds int, validate func(k int) ([]float64, error)) error {
	errs := make([]error, folds)
	v.Losses = make([][]float64, folds)
	kernels.Parallel(folds, func(k int) { v.Losses[k], errs[k] = validate(k) })
	for k, err := range errs {
		if err != nil {
			return fmt.Errorf("%w (fold %d)", err, k)
		}
	}
	v.summarise()
	return nil
}

// shared counts the fits of all folds in one progress.
func shared(progress func(algos.Progress), of int) func(algos.Progress) {
	if progress == nil {
		return nil
	}
	var lock sync.Mutex
	done := 0
	return func(p algos.Progress) {
		lock.Lock()
		defer lock.Unlock()
		done++
		progress(algos.Progress{Done: done, Of: of, Residual: p.Residual})
	}
}

// resolveFolds checks the folds of n samples, as the settings called name have them, or makes them.
func resolveFolds(name string, folds int, given []int, n int) (fold []int, _ int, err error) {
	if folds == 0 {
		folds = defaultFolds
	}
	if folds < 2 || folds > n {
		return nil, 0, fmt.Errorf("linear: %s.Folds = %d of %d samples, want 2 to the number of samples: %w", name, folds, n, ErrSetting)
	}
	if given == nil {
		fold = make([]int, n)
		for i := range fold {
			long := (n/folds + 1) * (n % folds) // samples in the folds that have one more
			if fold[i] = i / (n/folds + 1); i >= long {
				fold[i] = n%folds + (i-long)/(n/folds)
			}
		}
		return fold, folds, nil
	}
	if len(given) != n {
		return nil, 0, fmt.Errorf("linear: len(%s.Fold) = %d, samples = %d: %w", name, len(given), n, ErrShape)
	}
	count := make([]int, folds)
	for i, k := range given {
		if k < 0 || k >= folds {
			return nil, 0, fmt.Errorf("linear: %s.Fold[%d] = %d of %d, want 0 to one less than the folds: %w", name, i, k, folds, ErrSetting)
		}
		count[k]++
	}
	for k, c := range count {
		if c == 0 {
			return nil, 0, fmt.Errorf("linear: %s.Fold has no sample in fold %d: %w", name, k, ErrSetting)
		}
	}
	return given, folds, nil
}

// holdOut is the weights of the samples outside fold k, and those in it as shares of them all.
func holdOut(given []float64, fold []int, k int) (weights, held []float64, err error) {
	weights, held = make([]float64, len(fold)), make([]float64, len(fold))
	total, largest := 0.0, 1.0
	if given != nil {
		largest = vec.Max(given)
	}
	for i := range weights {
		w := 1.0
		if given != nil {
			w = given[i]
		}
		if fold[i] == k {
			held[i] = w / largest // so that the sum cannot overflow
			total += held[i]
		} else {
			weights[i] = w
		}
	}
	if total == 0 {
		return nil, nil, fmt.Errorf("linear: all samples held out have weight zero: %w", ErrWeights)
	}
	vec.Scale(1/total, held)
	return weights, held, nil
}

// validate fits without a fold and measures the loss on it.
func (c candidate) validate(ctx context.Context, x *Design, y []float64, path PathSettings, fold []int, k int, progress func(algos.Progress)) ([]float64, error) {
	weights, held, err := holdOut(path.Weights, fold, k)
	if err != nil {
		return nil, err
	}
	given := path.Weights
	path.Weights, path.DropConstant, path.Progress = weights, true, progress
	fits := &Path{}
	f, err := c.fitter(path.Settings)
	if errors.Is(err, ErrConstantTarget) {
		fits, err = path.constant(ctx, x, y)
	} else if err == nil {
		fits, err = path.run(ctx, f, c.ratio)
	}
	if err != nil {
		return nil, err
	}
	if c.loss == LogisticLoss {
		classes, err := twoClasses(y, given)
		if err != nil {
			return nil, err
		}
		return fits.losses(x, held, func(prediction float64, i int) float64 { return softplus(-classes.sign(y[i]) * prediction) })
	}
	return fits.losses(x, held, func(prediction float64, i int) float64 { return (y[i] - prediction) * (y[i] - prediction) })
}

// losses are those of each fit, where a prediction for sample i is measured and held is the share of it.
func (p *Path) losses(x *Design, held []float64, measure func(prediction float64, i int) float64) ([]float64, error) {
	losses, prediction := make([]float64, len(p.Fits)), make([]float64, x.samples)
	for l, r := range p.Fits {
		if err := r.Predict(prediction, x); err != nil {
			return nil, err
		}
		for i, w := range held {
			if w > 0 {
				losses[l] += w * measure(prediction[i], i)
			}
		}
	}
	return losses, nil
}

// constant is the path of fits to a target that is constant where samples have a weight.
func (s PathSettings) constant(ctx context.Context, x *Design, y []float64) (*Path, error) {
	result := &Result{Coefficients: make([]float64, x.features)}
	if !s.NoIntercept {
		result.Intercept = y[slices.IndexFunc(s.Weights, func(w float64) bool { return w > 0 })]
	}
	path := &Path{}
	if ctx.Err() != nil {
		return nil, fmt.Errorf("linear: %w", context.Cause(ctx))
	}
	for k := range s.Lambdas {
		if s.Progress != nil {
			s.Progress(algos.Progress{Done: k + 1, Of: len(s.Lambdas)})
		}
		path.Fits = append(path.Fits, result)
	}
	return path, nil
}

func (v *Validation) summarise() {
	folds := float64(len(v.Losses))
	v.Mean, v.StandardError = make([]float64, len(v.Lambdas)), make([]float64, len(v.Lambdas))
	for l := range v.Lambdas {
		for _, losses := range v.Losses {
			v.Mean[l] += losses[l] / folds
		}
		for _, losses := range v.Losses {
			d := losses[l] - v.Mean[l]
			v.StandardError[l] += d * d
		}
		v.StandardError[l] = math.Sqrt(v.StandardError[l] / (folds - 1) / folds)
		if v.Mean[l] < v.Mean[v.Best] {
			v.Best = l
		}
	}
	for v.Mean[v.Simplest] > v.Mean[v.Best]+v.StandardError[v.Best] {
		v.Simplest++
	}
}
