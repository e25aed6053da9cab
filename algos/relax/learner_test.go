package relax

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// learners are one of each kind that learns.
func learners(t testing.TB, grid []float64, seed uint64) map[string]Learner {
	t.Helper()
	tsallis, err := NewTsallisINF(TsallisINFSettings{Grid: grid, Seed: seed})
	require.NoError(t, err)
	binned, err := NewBinned(BinnedSettings{Grid: grid, Seed: seed, Bins: 3})
	require.NoError(t, err)
	chebyshev, err := NewChebCB(ChebCBSettings{Grid: grid, Seed: seed, Features: 4})
	require.NoError(t, err)
	return map[string]Learner{"Tsallis-INF": tsallis, "bins": binned, "ChebCB": chebyshev}
}

// probabilitiesOf is those of the last choice, or of the next: see the learners.
func probabilitiesOf(l Learner) []float64 {
	switch b := l.(type) {
	case *TsallisINF:
		return b.Probabilities()
	case *Binned:
		return b.Bin(b.chosen).Probabilities()
	case *ChebCB:
		return b.Probabilities()
	}
	return nil
}

// TestTsallisIsItsFormula: the probabilities add up to 1, and are 4/(rate*(loss/scale - x))^2 with one x for all, below the least.
func TestTsallisIsItsFormula(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		d := 1 + random.IntN(40)
		losses, p := make([]float64, d), make([]float64, d)
		spread := math.Pow(10, 12*random.Float64()-3)
		for i := range losses {
			losses[i] = spread * random.ExpFloat64()
		}
		scale, rate := math.Pow(10, 6*random.Float64()-3), 2/math.Sqrt(float64(1+random.IntN(100000)))
		tsallis(p, losses, scale, rate)
		sum, least, most, largest := 0.0, math.Inf(1), math.Inf(-1), 0.0
		for i, l := range losses {
			sum += p[i]
			x := l/scale - 2/(rate*math.Sqrt(p[i]))
			least, most, largest = min(least, x), max(most, x), max(largest, l/scale)
		}
		assert.InDelta(t, 1, sum, 1e-14)
		assert.InDelta(t, least, most, 1e-12*(largest+1/rate)+1e-12*math.Abs(least))
	}
	p := make([]float64, 1000) // many of them, all the same
	tsallis(p, make([]float64, 1000), 1, 0.01)
	for _, v := range p {
		assert.InDelta(t, 1e-3, v, 1e-15)
	}
}

// TestTsallisFindsTheBest of parameters with random costs, and its regret is small: the bound of Zimmert and Seldin for costs in [0, 1] is
// 4*sqrt(d*T) + 1, and these costs are over their mean.
func TestTsallisFindsTheBest(t *testing.T) {
	const rounds = 4000
	means := []float64{30, 25, 40, 10, 35}
	random := rand.New(rand.NewPCG(2, 2))
	b, err := NewTsallisINF(TsallisINFSettings{Grid: []float64{0, 1, 2, 3, 4}, Seed: 3})
	require.NoError(t, err)
	regret, total := 0.0, 0.0
	for range rounds {
		choice, err := b.Choose(math.NaN()) // it does not look
		require.NoError(t, err)
		cost := 1 + means[int(choice)]*2*random.Float64()
		total += cost - 1
		regret += cost - 1 - means[3]
		require.NoError(t, b.Observe(cost))
	}
	assert.Greater(t, b.Probabilities()[3], 0.9)
	assert.LessOrEqual(t, regret/(total/rounds), 4*math.Sqrt(5*rounds)+1)
	t.Logf("regret %.3f of the total", regret/total)
}

// TestTsallisByHand: two rounds with the numbers of the page.
func TestTsallisByHand(t *testing.T) {
	b, err := NewTsallisINF(TsallisINFSettings{Grid: []float64{1, 1.5}})
	require.NoError(t, err)
	assert.Equal(t, []float64{0.5, 0.5}, b.Probabilities())
	choice, err := b.Choose(0)
	require.NoError(t, err)
	require.NoError(t, b.Observe(41))
	chosen := 0
	if choice == 1.5 {
		chosen = 1
	}
	assert.Equal(t, 80., b.losses[chosen])
	assert.Equal(t, 40., b.scale)
	// With K/scale = 2 and 0 and rate sqrt(2): 2/(2 - x)^2 + 2/x^2 = 1 for an x below 0.
	p := b.Probabilities()
	x := -math.Sqrt(2 / p[1-chosen])
	assert.InDelta(t, 1, 2/((2-x)*(2-x))+2/(x*x), 1e-14)
	assert.InDelta(t, 2/((2-x)*(2-x)), p[chosen], 1e-14)
}

// TestCostsOfOne leave everything as it was: nothing can be better.
func TestCostsOfOne(t *testing.T) {
	for name, l := range learners(t, nil, 4) {
		for range 50 {
			_, err := l.Choose(0.5)
			require.NoError(t, err)
			require.NoError(t, l.Observe(1))
		}
		for _, p := range probabilitiesOf(l) {
			assert.InDelta(t, 0.05, p, 1e-12, name)
		}
	}
}

// TestSeeds: the same seed makes the same choices, another one others.
func TestSeeds(t *testing.T) {
	choices := func(seed uint64) map[string][]float64 {
		list := map[string][]float64{}
		for name, l := range learners(t, nil, seed) {
			for k := range 60 {
				omega, err := l.Choose(float64(k%7) / 6)
				require.NoError(t, err)
				list[name] = append(list[name], omega)
				require.NoError(t, l.Observe(1+10*math.Abs(omega-1.4)))
			}
		}
		return list
	}
	assert.Equal(t, choices(1), choices(1))
	for name, list := range choices(1) {
		assert.NotEqual(t, list, choices(2)[name], name)
	}
}

// TestBinsAreByNearestCentre, and what one learns no other does.
func TestBinsAreByNearestCentre(t *testing.T) {
	b, err := NewBinned(BinnedSettings{Grid: []float64{1, 2}, Low: -1, High: 1})
	require.NoError(t, err)
	for context, want := range map[float64]int{
		-1: 0, -5: 0, -0.61: 0, -0.59: 1, -0.19: 2, 0: 2, 0.21: 3, 0.59: 3, 0.61: 4, 1: 4, 7: 4, math.Inf(-1): 0, math.Inf(1): 4,
	} {
		_, err := b.Choose(context)
		require.NoError(t, err)
		assert.Equal(t, want, b.chosen, "%v", context)
	}
	for range 100 {
		omega, err := b.Choose(0.5)
		require.NoError(t, err)
		require.NoError(t, b.Observe(1+100*(omega-1)))
	}
	assert.Greater(t, b.Bin(3).Probabilities()[0], 0.9)
	assert.Equal(t, []float64{0.5, 0.5}, b.Bin(2).Probabilities())
}

func TestLearnerErrors(t *testing.T) {
	for name, l := range learners(t, nil, 1) {
		assert.ErrorIs(t, l.Observe(2), ErrOrder, name)
		before, err := l.Choose(0.5)
		require.NoError(t, err)
		assert.True(t, before >= 1 && before <= 1.95)
		for _, cost := range []float64{0.5, 0, -3, math.NaN(), math.Inf(1), 1e101} {
			assert.ErrorIs(t, l.Observe(cost), ErrCost, name)
		}
		require.NoError(t, l.Observe(2)) // the choice was kept
		assert.ErrorIs(t, l.Observe(2), ErrOrder, name)
		if name != "Tsallis-INF" {
			_, err = l.Choose(math.NaN())
			assert.ErrorIs(t, err, ErrContext, name)
		}
	}
	for _, l := range []Learner{Fixed(1.5), Rule(func(c float64) float64 { return c })} {
		omega, err := l.Choose(1.5)
		require.NoError(t, err)
		assert.Equal(t, 1.5, omega)
		assert.NoError(t, l.Observe(1))
		assert.ErrorIs(t, l.Observe(0.9), ErrCost)
	}
	for _, grid := range [][]float64{{}, {1, math.NaN()}, {math.Inf(1)}} {
		_, err := NewTsallisINF(TsallisINFSettings{Grid: grid})
		assert.ErrorIs(t, err, ErrGrid)
		_, err = NewBinned(BinnedSettings{Grid: grid})
		assert.ErrorIs(t, err, ErrGrid)
		_, err = NewChebCB(ChebCBSettings{Grid: grid})
		assert.ErrorIs(t, err, ErrGrid)
	}
	for _, ends := range [][2]float64{{1, 1}, {2, 1}, {math.NaN(), 1}, {0, math.Inf(1)}} {
		_, err := NewBinned(BinnedSettings{Low: ends[0], High: ends[1]})
		assert.ErrorIs(t, err, ErrSetting)
		_, err = NewChebCB(ChebCBSettings{Low: ends[0], High: ends[1]})
		assert.ErrorIs(t, err, ErrSetting)
	}
	for _, count := range []int{-1, math.MaxInt} {
		_, err := NewBinned(BinnedSettings{Bins: count})
		assert.ErrorIs(t, err, ErrSetting)
		_, err = NewChebCB(ChebCBSettings{Features: count})
		assert.ErrorIs(t, err, ErrSetting)
	}
}

// FuzzLearners: whatever costs come, probabilities add up to 1, choices are from the grid and everything is finite.
func FuzzLearners(f *testing.F) {
	f.Add(uint64(1), uint16(100), 10.0, 0.5)
	f.Add(uint64(2), uint16(127), 1e90, 3.0)
	f.Add(uint64(3), uint16(120), 1.0, 0.0)
	f.Add(uint64(4), uint16(90), 1.0000000000000002, 1e-9)
	f.Fuzz(func(t *testing.T, seed uint64, rounds uint16, size, spread float64) {
		random := rand.New(rand.NewPCG(seed, 9))
		grid := make([]float64, 1+random.IntN(8))
		for i := range grid {
			grid[i] = float64(i)
		}
		all := learners(t, grid, seed)
		for range rounds % 128 {
			cost := size * math.Exp(spread*random.NormFloat64())
			context := random.Float64()
			if random.IntN(4) == 0 {
				context = math.Round(context) // again and again the same
			}
			for name, l := range all {
				choice, err := l.Choose(context)
				require.NoError(t, err)
				require.Contains(t, grid, choice)
				err = l.Observe(cost)
				if !(cost >= 1 && cost <= 1e100) {
					require.ErrorIs(t, err, ErrCost)
					continue
				}
				require.NoError(t, err)
				sum := 0.0
				for _, p := range probabilitiesOf(l) {
					require.True(t, p >= 0 && p <= 1, "%s: %v", name, p)
					sum += p
				}
				require.InDelta(t, 1, sum, 1e-12, name)
				requireFinite(t, l)
			}
		}
	})
}

// requireFinite looks at all that a learner remembers.
func requireFinite(t *testing.T, l Learner) {
	var state []float64
	switch b := l.(type) {
	case *TsallisINF:
		state = append(append(state, b.scale), b.losses...)
	case *Binned:
		for k := range 3 {
			requireFinite(t, b.Bin(k))
		}
	case *ChebCB:
		state = append(append(state, b.scale, b.rate, b.predicted, b.product, b.squares), b.rests...)
		for i, theta := range b.thetas {
			state = append(append(append(state, theta...), b.fits[i].r...), b.fits[i].z...)
		}
	}
	for _, v := range state {
		require.Zero(t, v-v)
	}
}

// TestLearnersThatNoConstructorMade have nothing to choose from.
func TestLearnersThatNoConstructorMade(t *testing.T) {
	for _, learner := range []Learner{&TsallisINF{}, &Binned{}, &ChebCB{}} {
		_, err := learner.Choose(0)
		assert.ErrorIs(t, err, ErrGrid, "%T", learner)
		assert.Error(t, learner.Observe(5), "%T", learner)
	}
	b, err := NewBinned(BinnedSettings{})
	require.NoError(t, err)
	for _, k := range []int{-1, 5} {
		assert.PanicsWithValue(t, fmt.Sprintf("relax: Binned.Bin: bin %d of 5", k), func() { b.Bin(k) })
	}
}
