package orth

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// AdamWSettings of [NewAdamW]; the zero value works.
type AdamWSettings struct {
	TrainingSettings // Rate zero takes 1e-3

	// Beta1 and Beta2 are the weights of the past in the moving averages of the gradient and of its square, between 0
	// and 1; zero takes 0.9 and 0.999.
	Beta1, Beta2 float64

	// Epsilon is added to the root of the average square; zero takes 1e-8. One that is zero or infinite in the type of the parameters
	// is ErrSetting: elements without a gradient would become NaN.
	Epsilon float64
}

// AdamW is Adam with decoupled weight decay (Loshchilov and Hutter 2019), the baseline, and the optimiser for what is
// no matrix of a hidden layer:
//
//	m = beta1*m + (1-beta1)*G,  v = beta2*v + (1-beta2)*G^2
//	W = (1 - rate*decay)*W - rate * m/(1-beta1^t) / (sqrt(v/(1-beta2^t)) + epsilon)
//
// A step is one pass over the four arrays. A gradient the square of whose norm overflows, from 1.8e19 in
// float32, is ErrNotFinite and changes nothing: v could not hold it, and would be infinite from then on.
type AdamW[T kernels.Float] struct {
	trainer[T]
	adam AdamWSettings
}

// NewAdamW makes the optimiser of the parameters. The error wraps ErrName, ErrShape, ErrShared or ErrSetting, and names the parameter or
// the setting.
func NewAdamW[T kernels.Float](parameters []Parameter[T], settings AdamWSettings) (*AdamW[T], error) {
	a := &AdamW[T]{adam: settings}
	var err error
	if a.trainer, err = newTrainer("AdamW", parameters, settings.TrainingSettings, 1e-3, 2); err != nil {
		return nil, err
	}
	if err := fraction("AdamWSettings.Beta1", &a.adam.Beta1, 0.9); err != nil {
		return nil, err
	}
	if err := fraction("AdamWSettings.Beta2", &a.adam.Beta2, 0.999); err != nil {
		return nil, err
	}
	if a.adam.Epsilon == 0 {
		a.adam.Epsilon = 1e-8
	}
	if e := float64(T(a.adam.Epsilon)); !(e > 0) || math.IsInf(e, 1) {
		return nil, fmt.Errorf("orth: AdamWSettings.Epsilon = %v, want above 0 and finite, in the type of the parameters: %w", a.adam.Epsilon, ErrSetting)
	}
	a.largest = math.Sqrt(math.MaxFloat64)
	if cast.Single[T]() {
		a.largest = math.Sqrt(math.MaxFloat32)
	}
	a.update = a.step
	return a, nil
}

func (a *AdamW[T]) step(s *slot[T], rate float64) error {
	t := float64(a.steps + 1)
	bias1, bias2 := 1-math.Pow(a.adam.Beta1, t), 1-math.Pow(a.adam.Beta2, t)
	factors := vec.AdamFactors[T]{
		Past1: T(a.adam.Beta1), Part1: T(1 - a.adam.Beta1), Past2: T(a.adam.Beta2), Part2: T(1 - a.adam.Beta2),
		Keep: T(1 - rate*a.settings.Decay), Rate: T(rate / bias1), Root: T(1 / math.Sqrt(bias2)), Epsilon: T(a.adam.Epsilon),
	}
	s.eachChunk(func(value, gradient []T, at int) {
		end := at + len(value)
		vec.AdamStep(value, s.memory[0][at:end], s.memory[1][at:end], gradient, factors)
	})
	return nil
}

// SGDSettings of [NewSGD]; the zero value is plain gradient descent.
type SGDSettings struct {
	TrainingSettings // Rate zero takes 0.1

	// Momentum is the weight of the past in the sum of gradients, between 0 and 1; zero is none, 0.9 is usual.
	Momentum float64

	// Nesterov looks ahead.
	Nesterov bool
}

// SGD is gradient descent with momentum, a baseline:
//
//	v = momentum*v + G
//	W = (1 - rate*decay)*W - rate*v        or, looking ahead, with momentum*v + G for v
//
// A step is one fused pass over the three arrays.
type SGD[T kernels.Float] struct {
	trainer[T]
	sgd SGDSettings
}

// NewSGD makes the optimiser of the parameters. The error wraps ErrName, ErrShape, ErrShared or ErrSetting, and names the parameter or
// the setting.
func NewSGD[T kernels.Float](parameters []Parameter[T], settings SGDSettings) (*SGD[T], error) {
	o := &SGD[T]{sgd: settings}
	var err error
	if o.trainer, err = newTrainer("SGD", parameters, settings.TrainingSettings, 0.1, 1); err != nil {
		return nil, err
	}
	if err := fraction("SGDSettings.Momentum", &o.sgd.Momentum, 0); err != nil {
		return nil, err
	}
	o.update = o.step
	return o, nil
}

func (o *SGD[T]) step(s *slot[T], rate float64) error {
	keep, momentum := T(1-rate*o.settings.Decay), T(o.sgd.Momentum)
	var err error
	s.eachChunk(func(value, gradient []T, at int) {
		v := s.memory[0][at : at+len(value)]
		vec.AddScaled(v, momentum, v, 1, gradient)
		if size := normFrom(float64(vec.SumSquares(v)), v); !check.Finite(size) { // values must stay numbers
			err = fmt.Errorf("norm of the momentum = %v: %w", size, ErrNotFinite)
			return
		}
		if o.sgd.Nesterov {
			vec.AddScaled(value, keep, value, T(-rate)*momentum, v)
			vec.Axpy(T(-rate), gradient, value)
		} else {
			vec.AddScaled(value, keep, value, T(-rate), v)
		}
	})
	return err
}
