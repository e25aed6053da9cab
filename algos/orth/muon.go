package orth

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Scaling is the factor of an orthogonal step by the shape of the matrix.
type Scaling uint8

const (
	// SpectralScaling is sqrt(max(1, rows/cols)): that of Muon's author.
	SpectralScaling Scaling = iota
	// RMSScaling is 0.2*sqrt(max(rows, cols)), which gives steps the root mean square that those of AdamW have, so that
	// its learning rates can be used: that of Moonlight and ROOT.
	RMSScaling
)

// String is the name in words.
func (s Scaling) String() string {
	switch s {
	case SpectralScaling:
		return "spectral"
	case RMSScaling:
		return "root mean square"
	}
	return fmt.Sprintf("orth.Scaling(%d)", uint8(s))
}

// Factor is the factor for a matrix.
func (s Scaling) Factor(rows, cols int) float64 {
	if rows == 0 || cols == 0 {
		return 1
	}
	if s == RMSScaling {
		return 0.2 * math.Sqrt(float64(max(rows, cols)))
	}
	return math.Sqrt(max(1, float64(rows)/float64(cols)))
}

// MuonSettings of [NewMuon]; the zero value is Muon as published.
type MuonSettings struct {
	TrainingSettings // Rate zero takes 0.02

	// Momentum is the weight of the past in the moving average, between 0 and 1; zero takes 0.95.
	Momentum float64

	// Plain orthogonalises the moving average itself instead of looking ahead after Nesterov.
	Plain bool

	Scaling Scaling

	// Polar says how to orthogonalise: schedule, form, start. Unmeasured and Progress do not matter.
	Polar PolarSettings
}

// Muon is momentum whose steps are orthogonalised, for the weight matrices of hidden layers (Jordan 2024):
//
//	m = beta*m + (1-beta)*G,  g = beta*m + (1-beta)*G
//	W = (1 - rate*decay)*W - rate*scaling*Polar(g)
//
// A step is one fused pass over m, G and g, the products of [Polar], a pass over what they come to and one fused pass over W. After
// the first one it allocates nothing.
type Muon[T kernels.Float] struct {
	trainer[T]
	muon MuonSettings
	orthogonaliser[T]
}

// orthogonaliser is the memory in which a direction is made orthogonal.
type orthogonaliser[T kernels.Float] struct {
	workspace         Workspace[T]
	direction, result []T
}

// NewMuon makes the optimiser of the parameters. The error wraps ErrName, ErrShape or ErrShared, or ErrSetting or ErrSchedule, and names
// the parameter or the setting.
func NewMuon[T kernels.Float](parameters []Parameter[T], settings MuonSettings) (*Muon[T], error) {
	m := &Muon[T]{muon: settings}
	var err error
	if m.trainer, err = newTrainer("Muon", parameters, settings.TrainingSettings, 0.02, 1); err != nil {
		return nil, err
	}
	if err := fraction("MuonSettings.Momentum", &m.muon.Momentum, 0.95); err != nil {
		return nil, err
	}
	if settings.Scaling > RMSScaling {
		return nil, fmt.Errorf("orth: MuonSettings.Scaling = %v, want SpectralScaling or RMSScaling: %w", settings.Scaling, ErrSetting)
	}
	if m.muon.Polar, err = quiet(settings.Polar); err != nil {
		return nil, err
	}
	m.update = m.step
	return m, nil
}

// fraction checks a setting between 0 and 1, for which zero takes what is given.
func fraction(name string, value *float64, zero float64) error {
	if *value == 0 {
		*value = zero
	}
	if !(*value >= 0 && *value < 1) {
		return fmt.Errorf("orth: %s = %v, want between 0 and 1: %w", name, *value, ErrSetting)
	}
	return nil
}

// quiet is the settings of an orthogonalisation inside an optimiser.
func quiet(s PolarSettings) (PolarSettings, error) {
	s.Unmeasured, s.Progress = true, nil
	return s.resolve()
}

func (m *Muon[T]) step(s *slot[T], rate float64) error {
	beta, average := m.muon.Momentum, s.memory[0]
	var look []T
	if !m.muon.Plain {
		m.direction = grown(m.direction, len(average))
		look = m.direction
	}
	size := s.momentum(average, look, beta, 1-beta, beta, 1-beta)
	if look == nil {
		look = average
	}
	if err := m.orthogonalise(s, look, size, m.muon.Polar); err != nil {
		return err
	}
	m.move(s, rate, rate*m.muon.Scaling.Factor(s.Value.Rows, s.Value.Cols), m.result)
	return nil
}

// orthogonalise sets result to the polar factor of a direction with the Frobenius norm given. One whose polynomials diverge would take the values with it.
func (o *orthogonaliser[T]) orthogonalise(s *slot[T], direction []T, size float64, settings PolarSettings) error {
	o.result = grown(o.result, len(direction))
	if _, err := polar(context.Background(), s.view(o.result), s.view(direction), size, settings, &o.workspace); err != nil {
		return err
	}
	if size := float64(vec.Norm2(o.result)); !check.Finite(size) {
		return fmt.Errorf("norm of the orthogonalised direction = %v: %w", size, ErrDiverged)
	}
	return nil
}
