package orth

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// TestDivergenceIsAnError: of polynomials of the caller's.
func TestDivergenceIsAnError(t *testing.T) {
	away := Polynomial{0, 0, 1e10}
	value := kernels.NewMatrix[float32](2, 3)
	parameters := []Parameter[float32]{{"w", value, gaussian[float32](random(56), 2, 3)}}
	muon, err := NewMuon(parameters, MuonSettings{Polar: PolarSettings{Schedule: repeat(nil, away, 5)}})
	require.NoError(t, err)
	root, err := NewRoot(parameters, RootSettings{Table: map[Shape]Polynomial{{2, 3}: away}})
	require.NoError(t, err)
	for _, o := range []Optimiser{muon, root} {
		err := o.Step()
		assert.ErrorIs(t, err, ErrDiverged)
		assert.ErrorContains(t, err, "w in step 0")
		assert.Zero(t, norm(value), "not moved")
	}
}

// TestOverflowIsAnError: gradients so large that what an optimiser remembers of them is no number.
func TestOverflowIsAnError(t *testing.T) {
	for name, steps := range map[string]int{"AdamW": 1, "ROOT": 10, "ROOT, plain": 10, "SGD": 10, "SGD, Nesterov": 10} {
		gradient := gaussian[float32](random(55), 4, 6)
		for i := range gradient.Data {
			gradient.Data[i] *= 3e37
		}
		value := kernels.NewMatrix[float32](4, 6)
		o, err := makers[float32]()[name]([]Parameter[float32]{{"w", value, gradient}})
		require.NoError(t, err)
		for range steps {
			if err = o.Step(); err != nil {
				break
			}
		}
		assert.ErrorIs(t, err, ErrNotFinite, name)
		assert.ErrorContains(t, err, "w in step", name)
		assert.True(t, check.Finite(norm(value)), name)
	}
}
