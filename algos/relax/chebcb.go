package relax

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// ChebCBSettings of the contextual bandit; the zero value works.
type ChebCBSettings struct {
	Grid      []float64 // to choose from; nil takes DefaultGrid
	Features  int       // Chebyshev polynomials of the context: those of degree 0 to Features-1; zero takes 6
	Low, High float64   // the range of the context; both zero take 0 and 1
	Seed      uint64    // of the draws
}

const (
	defaultFeatures = 6
	mostFeatures    = 64
)

// ChebCB is a contextual bandit that approaches the best parameter for each context where costs change smoothly with it: inverse gap weighting
// (SquareCB, Foster and Rakhlin 2020) on a regression for each parameter, by least squares on Chebyshev polynomials
// of the context, whose coefficients are bounded by how fast costs are seen to change (Khodak, Chow, Balcan and Talwalkar 2024).
//
// A context outside of the range is taken for the end that is nearer. An observation takes time of order Features^3, and for
// a new largest or least cost as much for every parameter.
type ChebCB struct {
	grid   []float64
	span   span
	random *rand.Rand

	fits   []*fit      // one a parameter, of cost - 1
	thetas [][]float64 // coefficients, of cost - 1 over scale
	rests  []float64   // sums of squares left over, of the same

	least, most float64 // cost
	scale, rate float64
	rounds      int

	// Sums over all rounds of the prediction made, times itself and times the cost, and of the cost times itself.
	predicted, product, squares float64

	features                   []float64
	predictions, probabilities []float64 // at the last choice
	chosen                     int       // -1 for nothing
}

// mostRate keeps the rate finite where predictions are perfect.
const mostRate = 1e15

// NewChebCB begins with equal probabilities. The error wraps ErrGrid or ErrSetting.
func NewChebCB(settings ChebCBSettings) (*ChebCB, error) {
	if settings.Features == 0 {
		settings.Features = defaultFeatures
	}
	if settings.Features < 0 || settings.Features > mostFeatures {
		return nil, fmt.Errorf("relax: ChebCBSettings.Features = %d, want 0 to %d: %w", settings.Features, mostFeatures, ErrSetting)
	}
	grid, err := resolveGrid(settings.Grid)
	if err != nil {
		return nil, err
	}
	span, err := resolveSpan(settings.Low, settings.High)
	if err != nil {
		return nil, err
	}
	c := &ChebCB{
		grid: grid, span: span, random: rand.New(rand.NewPCG(settings.Seed, 0)), chosen: -1,
		rests: make([]float64, len(grid)), features: make([]float64, settings.Features),
		predictions: make([]float64, len(grid)), probabilities: make([]float64, len(grid)),
	}
	for range grid {
		c.fits = append(c.fits, newFit(settings.Features))
		c.thetas = append(c.thetas, make([]float64, settings.Features))
	}
	return c, nil
}

// Choose draws a parameter: the rarer, the more it is predicted to cost above the cheapest. The error wraps ErrContext.
func (c *ChebCB) Choose(context float64) (omega float64, err error) {
	if len(c.thetas) == 0 {
		return 0, fmt.Errorf("relax: ChebCB: %w", ErrGrid)
	}
	place, err := c.span.place(context)
	if err != nil {
		return 0, err
	}
	chebyshev(c.features, 2*place-1)
	p, best, sum := c.probabilities, 0, 0.0
	for i, theta := range c.thetas {
		c.predictions[i] = dot(theta, c.features)
		if c.predictions[i] < c.predictions[best] {
			best = i
		}
	}
	for i, v := range c.predictions {
		if i != best {
			p[i] = 1 / (float64(len(p)) + c.rate*(v-c.predictions[best]))
			sum += p[i]
		}
	}
	p[best] = 1 - sum
	c.chosen = draw(c.random, p)
	return c.grid[c.chosen], nil
}

// Observe learns the cost of the last choice.
func (c *ChebCB) Observe(cost float64) error {
	if err := checkCost(cost); err != nil {
		return err
	}
	if c.chosen < 0 || len(c.thetas) == 0 {
		return fmt.Errorf("relax: ChebCB.Observe: %w", ErrOrder)
	}
	if c.rounds == 0 {
		c.least, c.most = cost, cost
	}
	c.rounds++
	c.least, c.most = min(c.least, cost), max(c.most, cost)
	prediction := c.predictions[c.chosen]
	c.predicted += prediction * prediction
	c.product += prediction * cost
	c.squares += cost * cost
	c.fits[c.chosen].add(c.features, cost-1)
	c.learn()
	c.chosen = -1
	return nil
}

// learn fits anew what has to be, and sets the rate. In the paper's terms most*N is the scale, and (High-Low)*L the range of costs.
func (c *ChebCB) learn() {
	m, spread := len(c.features), c.most-c.least
	norm := 2 + 4*(spread/c.most)*(1+math.Log(float64(m)))
	all := c.scale != c.most*norm
	c.scale = c.most * norm
	bounds := make([]float64, m)
	bounds[0] = 1 / norm
	for j := 1; j < m; j++ {
		bounds[j] = 2 * spread / (c.scale * float64(j))
	}
	for i, f := range c.fits {
		if f.rows > 0 && (all || i == c.chosen) {
			c.rests[i] = f.within(c.thetas[i], bounds, c.scale)
		}
	}
	// errors is by how much the predictions made were worse, in squares, than the best coefficients in hindsight.
	errors := c.predicted - 2*c.product/c.scale + c.squares/c.scale/c.scale
	for _, rest := range c.rests {
		errors -= rest
	}
	alpha := (math.Pi + 2/math.Pi*math.Log(float64(2*m+1))) * spread / (2 * c.scale * float64(m+1))
	t := float64(c.rounds)
	c.rate = min(2*t*math.Sqrt(float64(len(c.grid))*t/(max(errors, 0)+2*alpha*alpha*t)), mostRate)
}

// Grid is a copy of what is chosen from.
func (c *ChebCB) Grid() []float64 { return append([]float64(nil), c.grid...) }

// Probabilities is with which each parameter of the grid was chosen from the last time, a copy.
func (c *ChebCB) Probabilities() []float64 { return append([]float64(nil), c.probabilities...) }

// Predict is the cost of each parameter of the grid that is expected for a context, as far as it is known: 1 without a cost observed. The error wraps
// ErrContext.
func (c *ChebCB) Predict(context float64) (costs []float64, err error) {
	place, err := c.span.place(context)
	if err != nil {
		return nil, err
	}
	features := make([]float64, len(c.features))
	chebyshev(features, 2*place-1)
	for _, theta := range c.thetas {
		costs = append(costs, 1+c.scale*dot(theta, features))
	}
	return costs, nil
}

// chebyshev sets t to the Chebyshev polynomials of degree 0, 1, ... at x.
func chebyshev(t []float64, x float64) {
	for j := range t {
		switch j {
		case 0:
			t[j] = 1
		case 1:
			t[j] = x
		default:
			t[j] = 2*x*t[j-1] - t[j-2]
		}
	}
}

func dot(x, y []float64) (s float64) {
	for i, v := range x {
		s += v * y[i]
	}
	return s
}
