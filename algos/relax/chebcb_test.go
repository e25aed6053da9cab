package relax

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestChebyshevPolynomials(t *testing.T) {
	values := make([]float64, 9)
	for _, x := range []float64{-1, -0.7, 0, 0.2, 1} {
		chebyshev(values, x)
		for k, v := range values {
			assert.InDelta(t, math.Cos(float64(k)*math.Acos(x)), v, 1e-13)
		}
	}
}

// TestChebCBLearnsCurves: parameters whose best depends on the context, in a smooth way, are told apart, and what they cost is known.
func TestChebCBLearnsCurves(t *testing.T) {
	cost := func(omega, context float64) float64 { return 20 + 60*(omega-1-0.8*context)*(omega-1-0.8*context) }
	c, err := NewChebCB(ChebCBSettings{Grid: []float64{1, 1.2, 1.4, 1.6, 1.8}, Low: 2, High: 4})
	require.NoError(t, err)
	regret := [2]float64{}
	const rounds = 2000
	for k := range rounds {
		x := math.Mod(float64(k)*0.618, 1)
		omega, err := c.Choose(2 + 2*x)
		require.NoError(t, err)
		require.NoError(t, c.Observe(cost(omega, x)))
		least := math.Inf(1)
		for _, other := range c.Grid() {
			least = min(least, cost(other, x))
		}
		regret[2*k/rounds] += (cost(omega, x) - least) / rounds
	}
	assert.Less(t, regret[0], 1.)
	assert.Less(t, 8*regret[1], regret[0])
	t.Log(regret)
	for _, x := range []float64{0, 0.25, 0.5, 0.75, 1} {
		costs, err := c.Predict(2 + 2*x)
		require.NoError(t, err)
		best := int(math.Round(0.8 * x / 0.2))
		assert.InDelta(t, cost(c.grid[best], x), costs[best], 0.05*cost(c.grid[best], x), "at %v", x)
		for i := range costs {
			assert.GreaterOrEqual(t, costs[i]+1, costs[best], "at %v: %d against %d", x, i, best)
		}
	}
	_, err = c.Predict(math.NaN())
	assert.ErrorIs(t, err, ErrContext)
}

// TestChebCBIsItsFormulas: scale, bounds, probabilities and rate of the page, from all costs and predictions.
func TestChebCBIsItsFormulas(t *testing.T) {
	const d, m = 4, 3
	c, err := NewChebCB(ChebCBSettings{Grid: []float64{1, 1.3, 1.6, 1.9}, Features: m})
	require.NoError(t, err)
	var costs, predictions []float64
	for k := range 200 {
		x := math.Mod(float64(k)*0.37, 1)
		rate := c.rate
		omega, err := c.Choose(x)
		require.NoError(t, err)
		least, sum := math.Inf(1), 0.0
		expected, err := c.Predict(x)
		require.NoError(t, err)
		for _, v := range expected {
			least = min(least, v)
		}
		for i, p := range c.Probabilities() {
			sum += p
			if expected[i] > least {
				assert.InEpsilon(t, 1/(d+rate*(expected[i]-least)/c.scale), p, 1e-6)
			}
		}
		assert.InDelta(t, 1, sum, 1e-14)
		for i, v := range c.grid {
			if v == omega {
				predictions = append(predictions, (expected[i]-1)/max(c.scale, 1e-300))
			}
		}
		costs = append(costs, 5+math.Round(30*math.Abs(omega-1.2-0.6*x)))
		require.NoError(t, c.Observe(costs[k]))
	}
	least, most := math.Inf(1), 0.0
	for _, l := range costs {
		least, most = min(least, l), max(most, l)
	}
	n := 2 + 4*(most-least)/most*(1+math.Log(m))
	assert.InEpsilon(t, most*n, c.scale, 1e-14)
	squares, left := 0.0, 0.0
	for k, l := range costs {
		e := predictions[k] - l/c.scale
		squares += e * e
	}
	for i, theta := range c.thetas {
		left += c.rests[i]
		assert.LessOrEqual(t, math.Abs(theta[0]), 1/n)
		for j := 1; j < m; j++ {
			assert.LessOrEqual(t, math.Abs(theta[j]), 2*(most-least)/(c.scale*float64(j)))
		}
	}
	alpha := (math.Pi + 2/math.Pi*math.Log(2*m+1)) * (most - least) / (2 * c.scale * (m + 1))
	assert.InEpsilon(t, 2*200*math.Sqrt(d*200/(squares-left+2*alpha*alpha*200)), c.rate, 1e-9)
}
