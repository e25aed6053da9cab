package relax

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// TestBetaDistribution: mean a/(a+b) and variance a*b/((a+b)^2*(a+b+1)), within five standard errors.
func TestBetaDistribution(t *testing.T) {
	const draws = 40000
	random := rand.New(rand.NewPCG(1, 1))
	for _, c := range [][2]float64{{0.5, 1.5}, {2, 6}, {1, 1}, {0.05, 0.02}, {1e-4, 3e-4}, {6e-12, 2e-12}, {1e-100, 1e-100}} {
		a, b := c[0], c[1]
		mean, variance := a/(a+b), a*b/((a+b)*(a+b)*(a+b+1))
		sum, squares := 0.0, 0.0
		for range draws {
			x := beta(random, a, b)
			require.True(t, x >= 0 && x <= 1)
			sum += x
			squares += (x - mean) * (x - mean)
		}
		assert.InDelta(t, mean, sum/draws, 5*math.Sqrt(variance/draws))
		assert.InDelta(t, variance, squares/draws, 5*variance*math.Sqrt(3./draws)+5*math.Sqrt(variance/draws)/10, "%v", c)
	}
}

func TestTruncatedNormal(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	x := make([]float64, 9)
	sum := 0.0
	for range 2000 {
		truncatedNormal(random, x)
		norm := vec.Norm2(x)
		require.LessOrEqual(t, norm, 3.)
		sum += norm
	}
	assert.InDelta(t, 2.4262, sum/2000, 0.03) // the mean of a chi distribution with 9 degrees of freedom, as far as it is below 3
}

// TestSweepsAreThoseOfRun: counted together or one after the other, with any number of workers, for fixed and for varying parameters.
func TestSweepsAreThoseOfRun(t *testing.T) {
	s, err := NewShifts(ShiftsSettings{Systems: 150, Seed: 3})
	require.NoError(t, err)
	for name, rule := range map[string]Rule{"1.7": func(float64) float64 { return 1.7 }, "best": s.Best} {
		one, err := Run(background, rule, s, Settings{})
		require.NoError(t, err)
		s.Rewind()
		for _, workers := range []int{1, 0} {
			previous := kernels.SetWorkers(workers)
			together, err := s.Sweeps(background, rule)
			kernels.SetWorkers(previous)
			require.NoError(t, err)
			assert.Equal(t, one.Costs, together, name)
		}
	}
	asked := 0
	counting := func(shift float64) float64 {
		assert.Equal(t, s.shifts[asked], shift)
		asked++
		return 1.7
	}
	_, err = s.Sweeps(background, counting)
	require.NoError(t, err)
	assert.Equal(t, 150, asked, "the rule may have a state")
	few, err := NewShifts(ShiftsSettings{Systems: 3, Side: 3, Tolerance: 1e-3})
	require.NoError(t, err)
	never, err := few.Sweeps(background, func(float64) float64 { return 1e-6 })
	require.NoError(t, err)
	assert.Equal(t, []float64{10000, 10000, 10000}, never)
	never1, err := Run(background, Fixed(1e-6), few, Settings{})
	require.NoError(t, err)
	assert.Equal(t, never, never1.Costs)
}

// TestSingleSystems: the number of sweeps falls and then rises around the best omega, where it is within 30 per cent of the surrogate, both
// with the departure from normality found for the matrix and without. The order of a chessboard takes about as many.
func TestSingleSystems(t *testing.T) {
	s, err := NewShifts(ShiftsSettings{Systems: 12, Seed: 5})
	require.NoError(t, err)
	coloured, err := NewShifts(ShiftsSettings{Systems: 12, Seed: 5, Coloured: true})
	require.NoError(t, err)
	for shift, ok := s.Next(); ok; shift, ok = s.Next() {
		_, _ = coloured.Next()
		best := s.Best(shift)
		a, beta := shifted(t, 10, shift)
		found, err := JacobiRadius(background, a)
		require.NoError(t, err)
		require.InDelta(t, BestOmega(found), best, 1e-9)
		solve := func(omega float64) float64 {
			cost, err := s.Solve(background, omega)
			require.NoError(t, err)
			return cost
		}
		before := math.Inf(1)
		for k := range 5 {
			cost := solve(1 + (best-1)*float64(k)/4)
			assert.Less(t, cost, before, "shift %v", shift)
			before = cost
		}
		least := before
		before = least
		for k := 2; k <= 5; k++ {
			cost := solve(best + (1.97-best)*float64(k)/5)
			assert.Greater(t, cost, before, "shift %v", shift)
			before = cost
		}
		tau, err := NonNormality(background, a, beta, best, int(least)-1)
		require.NoError(t, err)
		assert.Less(t, tau, 0.3)
		for _, surrogate := range []Surrogate{{Beta: beta}, {Beta: beta, Tau: tau}} {
			assert.InEpsilon(t, surrogate.Cost(best), least, 0.3, "shift %v, tau %v", shift, surrogate.Tau)
		}
		assert.GreaterOrEqual(t, Surrogate{Beta: beta, Tau: tau}.Cost(best), least, "a bound")
		chessboard, err := coloured.Solve(background, best)
		require.NoError(t, err)
		assert.InEpsilon(t, least, chessboard, 0.2, "shift %v", shift)
	}
}

func TestShiftsErrors(t *testing.T) {
	for _, settings := range []ShiftsSettings{
		{Side: -1}, {Side: 1 << 20}, {Side: 11}, {Systems: -1}, {Alpha: -1, Beta: 1}, {Alpha: 1}, {Alpha: math.NaN(), Beta: 1}, {Alpha: math.Inf(1), Beta: 1},
		{Tolerance: -1}, {Tolerance: 1}, {Tolerance: math.NaN()},
	} {
		_, err := NewShifts(settings)
		assert.ErrorIs(t, err, ErrSetting, "%+v", settings)
	}
	s, err := NewShifts(ShiftsSettings{Systems: 2})
	require.NoError(t, err)
	_, err = s.Solve(background, 1.5)
	assert.ErrorIs(t, err, ErrOrder)
	s.Next()
	for _, omega := range []float64{0, 2, math.NaN()} {
		_, err = s.Solve(background, omega)
		assert.ErrorIs(t, err, ErrSetting, "%v", omega)
		_, err = s.Sweeps(background, func(float64) float64 { return omega })
		assert.ErrorIs(t, err, ErrSetting, "%v", omega)
	}
	cancelled, cancel := context.WithCancel(background)
	cancel()
	_, err = s.Sweeps(cancelled, s.Best)
	assert.ErrorIs(t, err, context.Canceled)
	_, err = s.Sweeps(background, nil)
	assert.ErrorIs(t, err, ErrNil)
	coloured, err := NewShifts(ShiftsSettings{Coloured: true})
	require.NoError(t, err)
	_, err = coloured.Sweeps(background, coloured.Best)
	assert.ErrorIs(t, err, ErrSetting)
	assert.Equal(t, 5000, coloured.Len())
}
