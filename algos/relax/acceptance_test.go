package relax

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// totals is the sums of sweeps of one sequence by policy.
type totals struct {
	fixed                          map[float64]float64
	best, tsallis, bins, chebyshev float64
}

// experiment takes every policy through the shifts of a seed.
func experiment(t *testing.T, settings ShiftsSettings, omegas []float64) totals {
	sum := totals{fixed: map[float64]float64{}}
	sequence := func() *Shifts {
		s, err := NewShifts(settings)
		require.NoError(t, err)
		return s
	}
	known := func(rule Rule) (total float64) {
		costs, err := sequence().Sweeps(background, rule)
		require.NoError(t, err)
		for _, cost := range costs {
			total += cost
		}
		return total
	}
	for _, omega := range omegas {
		sum.fixed[omega] = known(func(float64) float64 { return omega })
	}
	sum.best = known(sequence().Best)
	low, high := sequence().Contexts()
	var wait sync.WaitGroup
	learn := func(total *float64, make func() (Learner, error)) {
		wait.Go(func() {
			learner, err := make()
			if assert.NoError(t, err) {
				result, err := Run(background, learner, sequence(), Settings{})
				assert.NoError(t, err)
				*total = result.Total
			}
		})
	}
	learn(&sum.tsallis, func() (Learner, error) { return NewTsallisINF(TsallisINFSettings{Seed: settings.Seed}) })
	learn(&sum.bins, func() (Learner, error) {
		return NewBinned(BinnedSettings{Low: low, High: high, Seed: settings.Seed})
	})
	learn(&sum.chebyshev, func() (Learner, error) {
		return NewChebCB(ChebCBSettings{Low: low, High: high, Seed: settings.Seed})
	})
	wait.Wait()
	return sum
}

// mean of an experiment over seeds 1, 2, ...
func mean(t *testing.T, settings ShiftsSettings, omegas []float64, seeds int) totals {
	all := totals{fixed: map[float64]float64{}}
	for seed := range seeds {
		settings.Seed = uint64(seed) + 1
		one := experiment(t, settings, omegas)
		for omega, total := range one.fixed {
			all.fixed[omega] += total / float64(seeds)
		}
		all.best += one.best / float64(seeds)
		all.tsallis += one.tsallis / float64(seeds)
		all.bins += one.bins / float64(seeds)
		all.chebyshev += one.chebyshev / float64(seeds)
	}
	t.Logf("%+v", all)
	return all
}

// TestMuchVariance holds the totals against those of an independent program, with the shifts of much variance, and what the paper claims of it.
func TestMuchVariance(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	all := mean(t, ShiftsSettings{}, []float64{1, 1.2, 1.4, 1.6, 1.8}, 3)
	for omega, reference := range map[float64]float64{1: 3.06e6, 1.4: 1.285e6, 1.6: 0.757e6, 1.8: 0.517e6} {
		assert.InEpsilon(t, reference, all.fixed[omega], 0.03, "omega = %v", omega)
	}
	for omega, total := range all.fixed {
		assert.GreaterOrEqual(t, total, all.fixed[1.8], "1.8 is the best fixed one, not %v", omega)
		if omega != 1.8 {
			assert.Less(t, all.tsallis, total, "omega = %v", omega)
		}
	}
	assert.LessOrEqual(t, all.tsallis, 1.25*all.fixed[1.8])
	assert.LessOrEqual(t, all.chebyshev, 0.75*all.fixed[1.8])
	assert.LessOrEqual(t, all.chebyshev, 1.3*all.best)
	assert.LessOrEqual(t, all.best, 0.6*all.fixed[1.8])
	assert.Less(t, all.chebyshev, all.bins)
	assert.Less(t, all.bins, all.tsallis)
}

// TestLittleVariance is the same with the other shifts.
func TestLittleVariance(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	all := mean(t, ShiftsSettings{Alpha: 2, Beta: 6}, []float64{1, 1.4, 1.6, 1.8}, 3)
	for omega, reference := range map[float64]float64{1: 1.37e6, 1.4: 0.558e6, 1.6: 0.3205e6, 1.8: 0.430e6} {
		assert.InEpsilon(t, reference, all.fixed[omega], 0.03, "omega = %v", omega)
	}
	assert.LessOrEqual(t, all.tsallis, 1.10*all.fixed[1.6])
	assert.Less(t, all.chebyshev, all.fixed[1.6])
	assert.Less(t, all.best, all.chebyshev)
}

// TestLearningSoon is a small version: after 400 systems the learners are ahead of most fixed parameters.
func TestLearningSoon(t *testing.T) {
	all := mean(t, ShiftsSettings{Systems: 400}, []float64{1.4, 1.6, 1.8}, 1)
	assert.Less(t, all.tsallis, all.fixed[1.4])
	assert.Less(t, all.chebyshev, all.fixed[1.6])
	assert.Less(t, all.best, 0.6*all.fixed[1.8])
}

// TestHeatIsLearned: on the coarsest mesh of the paper, over one period of the diffusivity, ChebCB takes fewer iterations than any fixed relaxation, and all
// of them fewer than conjugate gradients alone.
func TestHeatIsLearned(t *testing.T) {
	settings := HeatSettings{Steps: 1000}
	if testing.Short() {
		settings = HeatSettings{Cells: 12, Steps: 250, TimeStep: 0.004}
	}
	total := func(learner Learner) float64 {
		h, err := NewHeat(settings)
		require.NoError(t, err)
		result, err := Run(background, learner, h, Settings{})
		require.NoError(t, err)
		return result.Total
	}
	h, err := NewHeat(settings)
	require.NoError(t, err)
	low, high := h.Contexts()
	learner, err := NewChebCB(ChebCBSettings{Low: low, High: high})
	require.NoError(t, err)
	alone, learned := total(Fixed(0)), total(learner)
	for _, omega := range []float64{1, 1.3, 1.5, 1.75, 1.95} {
		fixed := total(Fixed(omega))
		t.Log(omega, fixed, learned, alone)
		assert.Less(t, fixed, alone)
		if !testing.Short() {
			assert.Less(t, learned, fixed, "omega = %v", omega)
		}
	}
	assert.Less(t, learned, alone)
}
