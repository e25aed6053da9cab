package orth

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

func TestPolarBatch(t *testing.T) {
	r := random(11)
	var g, dst, want []kernels.Matrix[float64]
	for i := range 13 {
		g = append(g, gaussian[float64](r, 2+i, 9))
		dst, want = append(dst, kernels.NewMatrix[float64](2+i, 9)), append(want, kernels.NewMatrix[float64](2+i, 9))
		_, err := Polar(background, want[i], g[i], PolarSettings{}, nil)
		require.NoError(t, err)
	}
	var w Workspace[float64]
	results, err := PolarBatch(background, dst, g, PolarSettings{}, &w)
	require.NoError(t, err)
	require.Len(t, results, 13)
	assert.Equal(t, want, dst, "to the last bit")
	g[12].Set(0, 0, math.NaN())
	dst[0].Set(0, 0, 7)
	_, err = PolarBatch(background, dst, g, PolarSettings{}, &w)
	assert.ErrorIs(t, err, ErrNotFinite)
	assert.Equal(t, 7.0, dst[0].At(0, 0), "nothing is written")
	_, err = PolarBatch(background, dst[:3], g, PolarSettings{}, nil)
	assert.ErrorIs(t, err, ErrShape)
	cancelled, cancel := context.WithCancelCause(background)
	cancel(errEnough)
	_, err = PolarBatch(cancelled, dst[:3], g[:3], PolarSettings{}, nil)
	assert.ErrorIs(t, err, errEnough)
	_, err = PolarBatch(background, nil, nil, PolarSettings{Margin: -1}, (*Workspace[float64])(nil))
	assert.ErrorIs(t, err, ErrSetting)
	results, err = PolarBatch(background, nil, nil, PolarSettings{}, (*Workspace[float64])(nil))
	assert.NoError(t, err)
	assert.Empty(t, results)
}

func TestPolarDoesNotAllocate(t *testing.T) {
	g, dst := gaussian[float32](random(12), 6, 14), kernels.NewMatrix[float32](6, 14)
	var w Workspace[float32]
	for _, form := range []Form{StandardForm, GramForm} {
		settings := PolarSettings{Form: form, Unmeasured: true}
		testkit.NoAllocs(t, func() {
			if _, err := Polar(background, dst, g, settings, &w); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func TestPolarProgressAndCancelling(t *testing.T) {
	g := gaussian[float64](random(13), 4, 9)
	for _, form := range []Form{StandardForm, GramForm} {
		ctx, cancel := context.WithCancelCause(background)
		var seen []algos.Progress
		settings := PolarSettings{Form: form, Progress: func(p algos.Progress) {
			if seen = append(seen, p); p.Done == 3 {
				cancel(errEnough)
			}
		}}
		result, err := Polar(ctx, kernels.NewMatrix[float64](4, 9), g, settings, nil)
		assert.ErrorIs(t, err, errEnough)
		assert.Equal(t, algos.Cancelled, result.Stopped)
		assert.Equal(t, 3, result.Iterations)
		require.Len(t, seen, 3)
		assert.Equal(t, 5, seen[0].Of)
		assert.Equal(t, result.Residuals[2], seen[2].Residual)
	}
}

// TestDivergingSchedule: what leaves the numbers is an error and not an answer, if it is measured.
func TestDivergingSchedule(t *testing.T) {
	g, dst := gaussian[float32](random(16), 3, 5), kernels.NewMatrix[float32](3, 5)
	for _, settings := range []PolarSettings{{Margin: 1e-3, Form: StandardForm}, {Margin: 1e-3, Form: GramForm}, {Schedule: Schedule{{A: 1e30}, {A: 1e30}}}} {
		result, err := Polar(background, dst, g, settings, nil)
		assert.ErrorIs(t, err, ErrDiverged)
		assert.False(t, check.Finite(result.Residual))
	}
}

func TestPolarErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := gaussian[float64](random(14), 2, 3)
	with := func(v float64) kernels.Matrix[float64] {
		m := gaussian[float64](random(14), 2, 3)
		m.Set(1, 2, v)
		return m
	}
	for _, c := range []struct {
		g        kernels.Matrix[float64]
		settings PolarSettings
		want     error
		message  string
	}{
		{with(nan), PolarSettings{}, ErrNotFinite, "orth: norm of g = NaN: an element is NaN or infinite, or the norm overflows"},
		{with(-inf), PolarSettings{}, ErrNotFinite, "orth: norm of g = +Inf: an element is NaN or infinite, or the norm overflows"},
		{kernels.NewMatrix[float64](3, 2), PolarSettings{}, ErrShape, "orth: dst is 2 x 3, g is 3 x 2: shapes do not agree"},
		{kernels.Matrix[float64]{Rows: 2, Cols: 3, Stride: 3}, PolarSettings{}, ErrShape, "orth: g: shapes do not agree (kernels: Matrix: rows=2, cols=3, stride=3, len(data)=0: data is too short)"},
		{good, PolarSettings{Schedule: Schedule{}}, ErrSetting, "orth: PolarSettings.Schedule has no steps, want 1 or more: setting out of range"},
		{good, PolarSettings{Schedule: MuonSchedule(0)}, ErrSetting, "orth: PolarSettings.Schedule has no steps, want 1 or more: setting out of range"},
		{good, PolarSettings{Schedule: Schedule{{1, nan, 0}}}, ErrSchedule, "orth: PolarSettings.Schedule[0] = {1 NaN 0}: coefficient is NaN or infinite"},
		{good, PolarSettings{Form: 9}, ErrSetting, "orth: PolarSettings.Form = orth.Form(9), want AutomaticForm, StandardForm or GramForm: setting out of range"},
		{good, PolarSettings{Start: 9}, ErrSetting, "orth: PolarSettings.Start = orth.Start(9), want Frobenius or AOL: setting out of range"},
		{good, PolarSettings{Margin: -1}, ErrSetting, "orth: PolarSettings.Margin = -1, want above 0 and finite: setting out of range"},
		{good, PolarSettings{Guard: nan}, ErrSetting, "orth: PolarSettings.Guard = NaN, want above 0 and finite: setting out of range"},
		{good, PolarSettings{Restarts: []int{0}}, ErrSetting, "orth: PolarSettings.Restarts = [0], want steps from 1 on that rise: setting out of range"},
		{good, PolarSettings{Restarts: []int{2, 2}}, ErrSetting, "orth: PolarSettings.Restarts = [2 2], want steps from 1 on that rise: setting out of range"},
	} {
		dst := kernels.NewMatrix[float64](2, 3)
		_, err := Polar(background, dst, c.g, c.settings, nil)
		assert.ErrorIs(t, err, c.want)
		assert.EqualError(t, err, c.message)
		assert.Equal(t, make([]float64, 6), dst.Data, "untouched")
	}
}
