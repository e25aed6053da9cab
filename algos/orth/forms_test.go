package orth

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// TestFormsAgree in float32, on matrices four times as long as wide.
func TestFormsAgree(t *testing.T) {
	m := 128
	if testing.Short() {
		m = 32
	}
	g := gaussian[float32](random(5), m, 4*m)
	for _, name := range []string{"You", "cushioned"} {
		standard, gram := kernels.NewMatrix[float32](m, 4*m), kernels.NewMatrix[float32](m, 4*m)
		_, err := Polar(background, standard, g, PolarSettings{Schedule: schedules[name], Form: StandardForm}, nil)
		require.NoError(t, err)
		_, err = Polar(background, gram, g, PolarSettings{Schedule: schedules[name], Form: GramForm}, nil)
		require.NoError(t, err)
		assert.Less(t, relativeDifference(gram, standard), 1e-4, name)
	}
}

// TestRestartsChangeNothing but rounding, wherever they are.
func TestRestartsChangeNothing(t *testing.T) {
	g := gaussian[float64](random(6), 10, 37)
	want := kernels.NewMatrix[float64](10, 37)
	_, err := Polar(background, want, g, PolarSettings{Form: StandardForm}, nil)
	require.NoError(t, err)
	for _, restarts := range [][]int{{}, {1}, {2}, {4}, {1, 2, 3, 4}, {2, 4}, {5}, {9}} {
		got := kernels.NewMatrix[float64](10, 37)
		_, err := Polar(background, got, g, PolarSettings{Form: GramForm, Restarts: restarts}, nil)
		require.NoError(t, err)
		assert.Less(t, largestDifference(got, want), 1e-13, "%v", restarts)
	}
}

// TestGramRestarts where rounding errors of small singular values would grow otherwise, and only there: no element of the result is off
// by more than that.
func TestGramRestarts(t *testing.T) {
	m := 96
	spectra := map[string]func(i int) float64{
		"alike":    func(i int) float64 { return 1 + float64(i)/float64(m) },
		"falling":  func(i int) float64 { return math.Pow(1e-4, float64(i)/float64(m-1)) },
		"half low": func(i int) float64 { return map[bool]float64{true: 1, false: 1e-3}[i < m/2] },
		"one high": func(i int) float64 { return map[bool]float64{true: 1, false: 1e-2}[i == 0] },
	}
	for _, c := range []struct {
		spectrum string
		schedule Schedule
		restarts int
	}{
		{"alike", MuonSchedule(4), 0},
		{"alike", MuonSchedule(5), 1},
		{"falling", MuonSchedule(5), 1},
		{"half low", MuonSchedule(5), 1},
		{"one high", MuonSchedule(5), 1},
		{"falling", PolarExpressSchedule(8), 2},
		{"half low", PolarExpressSchedule(8), 1},
		{"one high", PolarExpressSchedule(8), 2},
	} {
		values := make([]float64, m)
		for i := range values {
			values[i] = spectra[c.spectrum](i)
		}
		g := converted[float32](withValues(random(14), 4*m, values).mapped(func(s float64) float64 { return s }))
		want, got := kernels.NewMatrix[float64](m, 4*m), kernels.NewMatrix[float32](m, 4*m)
		_, err := Polar(background, want, converted[float64](g), PolarSettings{Schedule: c.schedule, Form: StandardForm, Margin: 1.01}, nil)
		require.NoError(t, err)
		result, err := Polar(background, got, g, PolarSettings{Schedule: c.schedule, Form: GramForm, Margin: 1.01}, nil)
		require.NoError(t, err)
		assert.Equal(t, c.restarts, result.Restarts, "%s, %d steps", c.spectrum, len(c.schedule))
		assert.Less(t, largestDifference(got, want), gramLimit*math.Exp2(-24), "%s, %d steps", c.spectrum, len(c.schedule))
	}
}
