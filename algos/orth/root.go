package orth

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// RootSettings of [NewRoot]; the zero value is ROOT as its authors released it, without weight decay (theirs is 0.1).
type RootSettings struct {
	TrainingSettings // Rate zero takes 1e-3

	// Momentum is the weight of the past in the sum of gradients, between 0 and 1; zero takes 0.95.
	Momentum float64

	// Plain takes the sum itself instead of looking ahead after Nesterov, as the box of the paper does.
	Plain bool

	// Quantile of the magnitudes above which elements are clipped, between 0 and 1, taken anew for every matrix and
	// step; zero takes 0.9, 1 clips nothing.
	Quantile float64

	// Threshold, when positive, is the magnitude above which elements are clipped, instead of the quantile.
	Threshold float64

	// Table holds polynomials for shapes beside those published; its rows take precedence.
	Table map[Shape]Polynomial

	// Fit finds the polynomial for a shape in neither table by [FitShape] when the optimiser is made; otherwise it is
	// Muon's.
	Fit bool

	// Polar says how to orthogonalise. Schedule is ignored but for its length, the number of steps: nil takes 5.
	Polar PolarSettings
}

// Root is a variant of Muon with elements clipped and polynomials that depend on the shape of the matrix (He et al. 2025):
//
//	M = mu*M + G,  V = G + mu*M
//	B = V clipped to [-e, e],  e = quantile of |V|
//	W = (1 - rate*decay)*W - rate*0.2*sqrt(max(rows, cols))*U,  U = five steps of the polynomial for the shape, of B
//
// Clipping is the soft threshold of the paper: B = V - O with the outliers O = sign(V)*max(|V| - e, 0), which are never
// formed. A step is one fused pass over M, G and V, two or three to find the quantile, one that clips, the products,
// one over what they come to, and one over W.
type Root[T kernels.Float] struct {
	trainer[T]
	root      RootSettings
	schedules map[Shape]Schedule
	scratch   []T
	orthogonaliser[T]
}

// tiny is added to the quantile by the authors' code.
const tiny = 1e-9

// NewRoot makes the optimiser of the parameters. The error wraps ErrName, ErrShape or ErrShared, or ErrSetting or ErrSchedule, and names
// the parameter or the setting.
func NewRoot[T kernels.Float](parameters []Parameter[T], settings RootSettings) (*Root[T], error) {
	r := &Root[T]{root: settings, schedules: map[Shape]Schedule{}}
	var err error
	if r.trainer, err = newTrainer("ROOT", parameters, settings.TrainingSettings, 1e-3, 1); err != nil {
		return nil, err
	}
	if err := fraction("RootSettings.Momentum", &r.root.Momentum, 0.95); err != nil {
		return nil, err
	}
	if r.root.Quantile == 0 {
		r.root.Quantile = 0.9
	}
	switch {
	case !(r.root.Quantile > 0 && r.root.Quantile <= 1):
		return nil, fmt.Errorf("orth: RootSettings.Quantile = %v, want above 0 and up to 1: %w", r.root.Quantile, ErrSetting)
	case !(r.root.Threshold >= 0):
		return nil, fmt.Errorf("orth: RootSettings.Threshold = %v, want 0 or more: %w", r.root.Threshold, ErrSetting)
	}
	if r.root.Polar, err = quiet(settings.Polar); err != nil {
		return nil, err
	}
	for shape, p := range settings.Table {
		if shape.Least > shape.Most {
			return nil, fmt.Errorf("orth: RootSettings.Table[%v], want the lesser side first: %w", shape, ErrShape)
		}
		if err := (Schedule{p}).check(fmt.Sprintf("RootSettings.Table[%v]", shape)); err != nil {
			return nil, err
		}
	}
	for _, p := range parameters {
		shape := ShapeOf(p.Value.Rows, p.Value.Cols)
		if r.schedules[shape] == nil {
			polynomial, err := r.root.polynomial(shape)
			if err != nil {
				return nil, err
			}
			r.schedules[shape] = repeat(nil, polynomial, len(r.root.Polar.Schedule))
		}
	}
	r.update = r.step
	return r, nil
}

func (s RootSettings) polynomial(shape Shape) (Polynomial, error) {
	for _, table := range []map[Shape]Polynomial{s.Table, adaNewton} {
		if p, ok := table[shape]; ok {
			return p, nil
		}
	}
	if !s.Fit || shape.Least == 0 {
		return muon, nil
	}
	fit, err := FitShape(shape, len(s.Polar.Schedule))
	return fit.Polynomial, err
}

func (r *Root[T]) step(s *slot[T], rate float64) error {
	mu, sum := r.root.Momentum, s.memory[0]
	r.direction = grown(r.direction, len(sum))
	v := r.direction
	push, add := mu, 1.0
	if r.root.Plain {
		push, add = 1, 0
	}
	if size := s.momentum(sum, v, mu, 1, push, add); !check.Finite(size) { // clipping would hide it
		return fmt.Errorf("norm of the momentum = %v: %w", size, ErrNotFinite)
	}
	threshold := r.root.Threshold
	if threshold == 0 {
		r.scratch = grown(r.scratch, len(v))
		threshold = quantileOfMagnitudes(v, r.root.Quantile, r.scratch) + tiny
	}
	size := clip(v, threshold)
	settings := r.root.Polar
	settings.Schedule = r.schedules[ShapeOf(s.Value.Rows, s.Value.Cols)]
	if err := r.orthogonalise(s, v, size, settings); err != nil {
		return err
	}
	r.move(s, rate, rate*RMSScaling.Factor(s.Value.Rows, s.Value.Cols), r.result)
	return nil
}

// clip moves v into [-threshold, threshold] and returns the norm of what comes out, in one pass.
func clip[T kernels.Float](v []T, threshold float64) float64 {
	limit := T(threshold)
	if math.IsNaN(threshold) { // v overflowed; the norm will say so
		return math.NaN()
	}
	var sum float64
	for begin := 0; begin < len(v); begin += chunk {
		piece := v[begin:min(begin+chunk, len(v))]
		vec.Clamp(piece, piece, -limit, limit)
		sum += float64(vec.SumSquares(piece))
	}
	return normFrom(sum, v)
}
