package orth

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRanges holds every table against the interval that it is known to leave.
func TestRanges(t *testing.T) {
	for _, c := range []struct {
		name              string
		schedule          Schedule
		low, least, most  float64
		toleranceOfRounds float64
	}{
		{"Muon", MuonSchedule(5), 1e-3, .4705, 1.2024, 5e-5},
		{"Muon", MuonSchedule(5), 1e-2, .6818, 1.1344, 5e-5},
		{"You", YouSchedule(), 1e-3, .4750, 1.1450, 5e-5},
		{"You", YouSchedule(), 1e-2, .9778, 1.0318, 5e-5},
		{"Polar Express", PolarExpressSchedule(5), 1e-3, .8764, 1.1236, 5e-5},
		{"Polar Express", PolarExpressSchedule(5), 1e-2, .8764, 1.1236, 5e-5},
		{"cushioned", PolarExpressCushioned(), 1e-3, .8589, 1.1411, 5e-5},
		{"Polar Express", PolarExpressSchedule(8), 1e-3, 1, 1, 1e-13},
		{"Polar Express", PolarExpressSchedule(9), 1e-3, 1, 1, 1e-13},
	} {
		least, most := c.schedule.Range(c.low, 1)
		assert.InDelta(t, c.least, least, c.toleranceOfRounds, "%s from %v", c.name, c.low)
		assert.InDelta(t, c.most, most, c.toleranceOfRounds, "%s from %v", c.name, c.low)
	}
	assert.InEpsilon(t, 485, math.Pow(muon.A, 5), 1e-2, "the slope of Muon's schedule at zero")
}

// TestGreedyIsPolarExpress: the construction gives the published table, for the cushion of its authors.
func TestGreedyIsPolarExpress(t *testing.T) {
	schedule, deviation, err := Greedy(GreedySettings{Steps: 8, Cushion: Cushion})
	require.NoError(t, err)
	assert.Less(t, deviation, 1e-12)
	for i, p := range PolarExpressSchedule(8) {
		tolerance := 1e-11
		if i >= 6 {
			tolerance = 1e-8 // the interval is all but a point, and many polynomials are as good
		}
		assert.InDelta(t, p.A, schedule[i].A, tolerance, "step %d", i+1)
		assert.InDelta(t, p.B, schedule[i].B, 3*tolerance, "step %d", i+1)
		assert.InDelta(t, p.C, schedule[i].C, tolerance, "step %d", i+1)
	}
}

// TestGreedyIsTheCushionedTable that is in wide use, with its cushion and its safety factor of 2 per cent.
func TestGreedyIsTheCushionedTable(t *testing.T) {
	schedule, _, err := Greedy(GreedySettings{Cushion: 0.02, Safety: 1.02})
	require.NoError(t, err)
	for i, p := range PolarExpressCushioned() {
		assert.InDelta(t, p.A, schedule[i].A, 1e-12, "step %d", i+1)
		assert.InDelta(t, p.B, schedule[i].B, 1e-12, "step %d", i+1)
		assert.InDelta(t, p.C, schedule[i].C, 1e-12, "step %d", i+1)
	}
}

func TestMinimaxLevelsTheError(t *testing.T) {
	for _, low := range []float64{1e-9, 1e-3, 0.02, 0.3, 0.9, 0.999} {
		for _, high := range []float64{1, 0.3, 1.99, 1e6} {
			for degree, best := range map[int]func(l, u float64) (Polynomial, float64, error){3: MinimaxCubic, 5: Minimax} {
				p, deviation, err := best(low*high, high)
				require.NoError(t, err)
				least, most := Schedule{p}.Range(low*high, high)
				assert.InDelta(t, 1-deviation, least, 1e-13, "degree %d on [%v, 1]*%v", degree, low, high)
				assert.InDelta(t, 1+deviation, most, 1e-13, "degree %d on [%v, 1]*%v", degree, low, high)
				assert.InDelta(t, 1-deviation, p.At(low*high), 1e-13, "the error is largest at the lower end")
				if degree == 5 {
					assert.InDelta(t, 1+deviation, p.At(high), 1e-13, "and at the upper")
				} else {
					assert.InDelta(t, 1-deviation, p.At(high), 1e-13)
				}
			}
		}
	}
}

// TestMinimaxIsBest: no polynomial nearby has a smaller error.
func TestMinimaxIsBest(t *testing.T) {
	p, deviation, err := Minimax(0.05, 1)
	require.NoError(t, err)
	r := random(1)
	for range 200 {
		scale := math.Pow(10, -1-4*r.Float64())
		q := Polynomial{p.A + scale*r.NormFloat64(), p.B + scale*r.NormFloat64(), p.C + scale*r.NormFloat64()}
		least, most := Schedule{q}.Range(0.05, 1)
		assert.Greater(t, max(1-least, most-1), deviation-1e-13)
	}
}

func TestGreedyKeepsItsPromise(t *testing.T) {
	for _, degree := range []int{3, 5} {
		for _, cushion := range []float64{0, 0.02, 0.1} {
			for _, safety := range []float64{1, 1.02} {
				for _, low := range []float64{1e-6, 1e-3, 0.1, 0.9} {
					keepsItsPromise(t, degree, low, cushion, safety)
				}
			}
		}
	}
	wide, _, err := Greedy(GreedySettings{Steps: 3, Low: 1e-2 * 40, High: 40})
	require.NoError(t, err)
	unit, _, err := Greedy(GreedySettings{Steps: 3, Low: 1e-2})
	require.NoError(t, err)
	assert.InEpsilon(t, unit.At(0.5), wide.At(20), 1e-12, "an interval is only a matter of scale")
}

func keepsItsPromise(t *testing.T, degree int, low, cushion, safety float64) {
	previous := 1.0
	for steps := 1; steps <= 8; steps++ {
		schedule, deviation, err := Greedy(GreedySettings{Degree: degree, Steps: steps, Low: low, Cushion: cushion, Safety: safety})
		require.NoError(t, err)
		require.Len(t, schedule, steps)
		least, most := schedule.Range(low, 1)
		label := fmt.Sprintf("degree %d, cushion %v, safety %v, [%v, 1], %d steps", degree, cushion, safety, low, steps)
		assert.GreaterOrEqual(t, least, 1-deviation-1e-12, label)
		assert.LessOrEqual(t, most, 1+deviation+1e-12, label)
		if safety == 1 || steps <= 4 {
			assert.LessOrEqual(t, deviation, previous, label)
		}
		previous = deviation
	}
}

func TestDeltaOrthogonalising(t *testing.T) {
	for _, degree := range []int{3, 5} {
		for _, delta := range []float64{0.01, 0.3} {
			schedule, low, err := DeltaOrthogonalising(degree, 5, delta)
			require.NoError(t, err)
			least, most := schedule.Range(low, 1)
			assert.InDelta(t, 1-delta, least, 1e-9)
			assert.InDelta(t, 1+delta, most, 1e-9)
			_, deviation, err := Greedy(GreedySettings{Degree: degree, Low: low * 0.99})
			require.NoError(t, err)
			assert.Greater(t, deviation, delta, "no longer interval would do")
		}
	}
	slope := func(s Schedule) float64 { return s.At(1e-9) / 1e-9 }
	loose, _, err := DeltaOrthogonalising(5, 5, 0.3)
	require.NoError(t, err)
	tight, _, err := DeltaOrthogonalising(5, 5, 0.05)
	require.NoError(t, err)
	assert.Greater(t, slope(loose), slope(tight))
	// Muon's schedule, which lets values fall to 0.68, is steeper than what stays above 0.7 only because it does not
	// care for the smallest.
	assert.Greater(t, slope(loose), slope(MuonSchedule(5)))
}

func TestSafeStretchesAllButTheLast(t *testing.T) {
	s := PolarExpressSchedule(3)
	safe := s.Safe(1.01)
	assert.InEpsilon(t, s[0].At(1), safe[0].At(1.01), 1e-14)
	assert.Equal(t, s[2], safe[2])
	assert.Equal(t, s, PolarExpressSchedule(3), "the original is left alone")
	assert.Empty(t, Schedule(nil).Safe(2))
}

// TestIntervalsFarFromOne: a polynomial is the one for [low/high, 1] stretched, or an error where a coefficient overflows or underflows.
func TestIntervalsFarFromOne(t *testing.T) {
	for _, scale := range []float64{0x1p-1070, 0x1p-400, 0x1p-300, 0x1p-150, 0x1p150, 0x1p300, 0x1p400, 0x1p1023} {
		for _, low := range []float64{0x1p-2, 1} {
			for degree, best := range map[int]func(low, high float64) (Polynomial, float64, error){3: MinimaxCubic, 5: Minimax} {
				near, deviation, err := best(low, 1)
				require.NoError(t, err)
				far, farDeviation, err := best(low*scale, scale)
				if _, exponent := math.Frexp(scale); degree*max(exponent, -exponent) > 1022 {
					assert.ErrorIs(t, err, ErrInterval, "degree %d for [%v, %v]", degree, low*scale, scale)
					_, _, err = Greedy(GreedySettings{Degree: degree, Low: low * scale, High: scale})
					assert.ErrorIs(t, err, ErrInterval, "degree %d for [%v, %v]", degree, low*scale, scale)
					continue
				}
				require.NoError(t, err, "degree %d for [%v, %v]", degree, low*scale, scale)
				assert.Equal(t, deviation, farDeviation)
				for _, s := range []float64{0.25, 0.5, 0.75, 1} {
					assert.Equal(t, near.At(s), far.At(s*scale), "degree %d for [%v, %v]", degree, low*scale, scale)
				}
			}
		}
	}
}

func TestConstructionErrors(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, interval := range [][2]float64{{0, 1}, {-1, 1}, {2, 1}, {nan, 1}, {1, nan}, {1, inf}, {1e-300, 1e300}} {
		_, _, err := Minimax(interval[0], interval[1])
		assert.ErrorIs(t, err, ErrInterval, "%v", interval)
		_, _, err = MinimaxCubic(interval[0], interval[1])
		assert.ErrorIs(t, err, ErrInterval, "%v", interval)
		if interval[0] != 0 {
			_, _, err = Greedy(GreedySettings{Low: interval[0], High: interval[1]})
			assert.ErrorIs(t, err, ErrInterval, "%v", interval)
		}
	}
	for _, bad := range []func() error{
		func() error { _, _, err := Greedy(GreedySettings{Degree: 4}); return err },
		func() error { _, _, err := Greedy(GreedySettings{Steps: -1}); return err },
		func() error { _, _, err := Greedy(GreedySettings{Cushion: -1}); return err },
		func() error { _, _, err := Greedy(GreedySettings{Cushion: nan}); return err },
		func() error { _, _, err := Greedy(GreedySettings{Safety: 0.9}); return err },
		func() error { _, _, err := Greedy(GreedySettings{Safety: nan}); return err },
		func() error { _, _, err := DeltaOrthogonalising(5, 3, 0); return err },
		func() error { _, _, err := DeltaOrthogonalising(7, 3, 0.3); return err },
		func() error { _, _, err := DeltaOrthogonalising(5, 0, 0.3); return err },
	} {
		assert.ErrorIs(t, bad(), ErrSetting)
	}
}
