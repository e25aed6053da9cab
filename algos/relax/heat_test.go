package relax

import (
	"context"
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
)

// TestHeatOfAMode: without forcing an eigenvector of the five-point Laplacian shrinks in each step by the factor of Crank and Nicolson, (1 - m)/(1 + m)
// with m = dt/2*kappa*lambda, whatever the relaxation.
func TestHeatOfAMode(t *testing.T) {
	const cells, steps, dt = 12, 20, 0.01
	for _, omega := range []float64{0, 1, 1.5} {
		h, err := NewHeat(HeatSettings{
			Cells: cells, Steps: steps, TimeStep: dt, Tolerance: 1e-13,
			Diffusivity: func(t float64) float64 { return 1 + t },
			Forcing:     func(t, x, y float64) float64 { return 0 },
			Start:       func(x, y float64) float64 { return math.Sin(math.Pi*x) * math.Sin(2*math.Pi*y) },
		})
		require.NoError(t, err)
		start := append([]float64(nil), h.Temperature()...)
		result, err := Run(background, Fixed(omega), h, Settings{})
		require.NoError(t, err)
		assert.Equal(t, steps, result.Iterations)
		assert.InDelta(t, steps*dt, h.Time(), 1e-15)
		s1, s2 := math.Sin(math.Pi/2/cells), math.Sin(math.Pi/cells)
		factor := 1.0
		for k := range steps {
			m := dt / 2 * (1 + (float64(k)+0.5)*dt) * 4 * cells * cells * (s1*s1 + s2*s2)
			factor *= (1 - m) / (1 + m)
		}
		for i, v := range h.Temperature() {
			assert.InDelta(t, factor*start[i], v, 1e-11)
		}
	}
}

// TestHeatIsOfSecondOrder in space and time, for a solution that is known: sin(pi*x)*sin(pi*y)*cos(t) with the forcing that makes it one.
func TestHeatIsOfSecondOrder(t *testing.T) {
	failure := func(cells, steps int) float64 {
		exact := func(t, x, y float64) float64 {
			return math.Sin(math.Pi*x) * math.Sin(math.Pi*y) * math.Cos(t)
		}
		h, err := NewHeat(HeatSettings{
			Cells: cells, Steps: steps, TimeStep: 1 / float64(steps), Tolerance: 1e-12,
			Diffusivity: func(t float64) float64 { return 0.1 + 0.1*t },
			Forcing: func(t, x, y float64) float64 {
				return math.Sin(math.Pi*x) * math.Sin(math.Pi*y) * (-math.Sin(t) + 2*math.Pi*math.Pi*(0.1+0.1*t)*math.Cos(t))
			},
			Start: func(x, y float64) float64 { return exact(0, x, y) },
		})
		require.NoError(t, err)
		_, err = Run(background, Fixed(1.3), h, Settings{})
		require.NoError(t, err)
		most, want := 0.0, make([]float64, len(h.Temperature()))
		h.fill(want, func(x, y float64) float64 { return exact(1, x, y) })
		for i, v := range h.Temperature() {
			most = max(most, math.Abs(v-want[i]))
		}
		return most
	}
	coarse, fine := failure(8, 8), failure(16, 16)
	assert.InDelta(t, 4, coarse/fine, 0.3)
	assert.Less(t, fine, 1e-2)
}

// TestHeatOfThePaper: the start, the forcing and the diffusivity are those of the page, and all relaxations end in the same temperatures.
func TestHeatOfThePaper(t *testing.T) {
	assert.Equal(t, 1., bump(0, 0, 0.25))
	assert.InDelta(t, math.Exp(1-1/0.75), bump(0.3, 0.4, 1), 1e-15)
	assert.Zero(t, bump(0.25, 0, 0.25))
	assert.InDelta(t, 32, paperForcing(1./32, 0.5, 0.75), 1e-12) // a quarter of a circle
	assert.InDelta(t, 10, paperDiffusivity(0.75), 1e-12)
	assert.InDelta(t, 0.1, paperDiffusivity(0.25), 1e-12)
	var want []float64
	for _, omega := range []float64{0, 1, 1.95} {
		h, err := NewHeat(HeatSettings{Cells: 10, Steps: 40, TimeStep: 0.025})
		require.NoError(t, err)
		assert.Equal(t, 40, h.Len())
		low, high := h.Contexts()
		assert.True(t, low >= 0 && low < 0.01 && high > 9.9 && high <= 10, "%v to %v", low, high)
		_, err = Run(background, Fixed(omega), h, Settings{})
		require.NoError(t, err)
		if want == nil {
			want = append(want, h.Temperature()...)
		}
		for i, v := range h.Temperature() {
			assert.InDelta(t, want[i], v, 1e-6)
		}
	}
}

// TestHeatStaysAtAStep that is not solved, and solves it as often as asked.
func TestHeatStaysAtAStep(t *testing.T) {
	h, err := NewHeat(HeatSettings{Cells: 6, Steps: 2})
	require.NoError(t, err)
	_, err = h.Solve(background, 1)
	assert.ErrorIs(t, err, ErrOrder)
	first, ok := h.Next()
	again, ok2 := h.Next()
	assert.True(t, ok && ok2 && first == again)
	_, err = h.Solve(background, 2.5)
	assert.Error(t, err)
	assert.Zero(t, h.Time())
	for range 2 {
		cost, err := h.Solve(background, 1.2)
		require.NoError(t, err)
		assert.GreaterOrEqual(t, cost, 1.)
		assert.Equal(t, 0.001, h.Time())
	}
	second, ok := h.Next()
	assert.True(t, ok && second != first)
	_, err = h.Solve(background, 0)
	require.NoError(t, err)
	_, ok = h.Next()
	assert.False(t, ok)
	_, err = h.Solve(background, 1)
	assert.ErrorIs(t, err, ErrOrder)
	for _, settings := range []HeatSettings{
		{Cells: 1}, {Cells: -1}, {Cells: 1 << 20}, {Steps: -1}, {TimeStep: -1}, {TimeStep: math.Inf(1)}, {Tolerance: 1}, {Tolerance: math.NaN()},
	} {
		_, err := NewHeat(settings)
		assert.ErrorIs(t, err, ErrSetting, "%+v", settings)
	}
	hopeless, err := NewHeat(HeatSettings{Cells: 6, Steps: 2, Tolerance: 1e-300})
	require.NoError(t, err)
	_, ok = hopeless.Next()
	require.True(t, ok)
	_, err = hopeless.Solve(background, 0)
	assert.ErrorIs(t, err, ErrUnsolved)
}

// TestHeatOfNoDiffusivity: heat does not flow back, not even where conjugate gradients would find a solution, and it does not flow at all at 0.
func TestHeatOfNoDiffusivity(t *testing.T) {
	for kappa, reason := range map[float64]string{
		-1e-3:       "relax: HeatSettings.Diffusivity(0.0005) = -0.001, want 0 or more and finite: setting out of range",
		math.Inf(1): "relax: HeatSettings.Diffusivity(0.0005) = +Inf, want 0 or more and finite: setting out of range",
		math.NaN():  "relax: HeatSettings.Diffusivity(0.0005) = NaN, want 0 or more and finite: setting out of range",
	} {
		h, err := NewHeat(HeatSettings{Cells: 6, Steps: 2, Diffusivity: func(float64) float64 { return kappa }})
		require.NoError(t, err)
		_, ok := h.Next()
		require.True(t, ok)
		_, err = h.Solve(background, 1)
		assert.ErrorIs(t, err, ErrSetting)
		assert.EqualError(t, err, reason)
		assert.Zero(t, h.Time(), "the step is not solved")
	}
	h, err := NewHeat(HeatSettings{
		Cells: 6, Steps: 2, Diffusivity: func(float64) float64 { return 0 }, Forcing: func(t, x, y float64) float64 { return 0 },
	})
	require.NoError(t, err)
	start := append([]float64(nil), h.Temperature()...)
	_, err = Run(background, Fixed(1), h, Settings{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, start, h.Temperature(), 1e-8)
}

func TestRun(t *testing.T) {
	s, err := NewShifts(ShiftsSettings{Systems: 20})
	require.NoError(t, err)
	var seen []algos.Progress
	result, err := Run(background, Fixed(1.5), s, Settings{Progress: func(p algos.Progress) { seen = append(seen, p) }})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	require.Len(t, result.Costs, 20)
	require.Len(t, result.Residuals, 20)
	require.Len(t, seen, 20)
	total := 0.0
	for k, cost := range result.Costs {
		total += cost
		assert.Equal(t, 1.5, result.Omegas[k])
		assert.Equal(t, algos.Progress{Done: k + 1, Of: 20, Residual: total / float64(k+1)}, seen[k])
	}
	assert.Equal(t, total, result.Total)
	assert.Equal(t, total/20, result.Residual)
	assert.Equal(t, seen[6].Residual, result.Residuals[7])

	s.Rewind()
	part, err := Run(background, Fixed(1.5), s, Settings{MaxSystems: 5})
	require.NoError(t, err)
	assert.Equal(t, algos.IterationLimit, part.Stopped)
	assert.Equal(t, result.Costs[:5], part.Costs)
	part, err = Run(background, Fixed(1.5), s, Settings{}) // from where it is
	require.NoError(t, err)
	assert.Equal(t, result.Costs[5:], part.Costs)

	s.Rewind()
	ctx, cancel := context.WithCancelCause(background)
	reason := errors.New("enough")
	part, err = Run(ctx, Fixed(1.5), s, Settings{Progress: func(p algos.Progress) {
		if p.Done == 3 {
			cancel(reason)
		}
	}})
	assert.ErrorIs(t, err, reason)
	assert.Equal(t, algos.Cancelled, part.Stopped)
	assert.Equal(t, result.Costs[:3], part.Costs)
	rest, err := Run(background, Fixed(1.5), s, Settings{})
	require.NoError(t, err)
	assert.Equal(t, result.Costs[3:], rest.Costs, "none is left out")
	s.Rewind()
	part, err = Run(background, Fixed(3), s, Settings{})
	assert.ErrorContains(t, err, "relax: system 0: relax: Shifts.Solve: omega = 3")
	assert.Equal(t, algos.Breakdown, part.Stopped)

	_, err = Run(background, nil, s, Settings{})
	assert.ErrorIs(t, err, ErrNil)
	_, err = Run(background, Fixed(1), nil, Settings{})
	assert.ErrorIs(t, err, ErrNil)
	for _, failed := range []Learner{(*TsallisINF)(nil), (*ChebCB)(nil), (*Binned)(nil)} {
		_, err = Run(background, failed, s, Settings{})
		assert.EqualError(t, err, "relax: learner: nil", "%T", failed)
	}
	for _, failed := range []Sequence{(*Shifts)(nil), (*Heat)(nil)} {
		_, err = Run(background, Fixed(1), failed, Settings{})
		assert.EqualError(t, err, "relax: sequence: nil", "%T", failed)
	}
	s.Rewind()
	_, err = Run(background, Rule(nil), s, Settings{})
	assert.ErrorIs(t, err, ErrNil)
	_, err = Run(background, Fixed(1), s, Settings{MaxSystems: -1})
	assert.ErrorIs(t, err, ErrSetting)
}
