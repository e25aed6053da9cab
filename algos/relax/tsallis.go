package relax

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// TsallisINFSettings of the bandit; the zero value works.
type TsallisINFSettings struct {
	Grid []float64 // to choose from; nil takes DefaultGrid
	Seed uint64    // of the draws: the same seed and costs, the same choices
}

// TsallisINF is a bandit that does about as well as the best fixed parameter of its grid, whatever the costs: mirror descent with Tsallis
// entropy of power 1/2 on importance-weighted costs (Zimmert and Seldin 2021). Costs count less 1, over the mean of those so far.
type TsallisINF struct {
	grid          []float64
	random        *rand.Rand
	losses        []float64 // estimated sums of cost - 1 of each parameter
	scale         float64   // mean of cost - 1
	rounds        int       // costs observed
	probabilities []float64
	chosen        int // -1 for nothing
}

// mostWeight caps the importance weights, the inverse probabilities of what was chosen.
const mostWeight = 1e12

// NewTsallisINF begins with equal probabilities. The error wraps ErrGrid.
func NewTsallisINF(settings TsallisINFSettings) (*TsallisINF, error) {
	return newTsallisINF(settings, 0)
}

func newTsallisINF(settings TsallisINFSettings, stream uint64) (*TsallisINF, error) {
	grid, err := resolveGrid(settings.Grid)
	if err != nil {
		return nil, err
	}
	b := &TsallisINF{
		grid: grid, random: rand.New(rand.NewPCG(settings.Seed, stream)), chosen: -1,
		losses: make([]float64, len(grid)), probabilities: make([]float64, len(grid)),
	}
	b.weigh()
	return b, nil
}

// Choose draws a parameter; it does not look at the context and returns no error.
func (b *TsallisINF) Choose(float64) (omega float64, err error) {
	if len(b.grid) == 0 {
		return 0, fmt.Errorf("relax: TsallisINF: %w", ErrGrid)
	}
	b.chosen = draw(b.random, b.probabilities)
	return b.grid[b.chosen], nil
}

// Observe learns the cost of the last choice.
func (b *TsallisINF) Observe(cost float64) error {
	if err := checkCost(cost); err != nil {
		return err
	}
	if b.chosen < 0 || len(b.grid) == 0 {
		return fmt.Errorf("relax: TsallisINF.Observe: %w", ErrOrder)
	}
	loss := cost - 1
	b.losses[b.chosen] += loss * min(1/b.probabilities[b.chosen], mostWeight)
	b.rounds++
	b.scale += (loss - b.scale) / float64(b.rounds)
	b.chosen = -1
	b.weigh()
	return nil
}

// Grid is a copy of what is chosen from.
func (b *TsallisINF) Grid() []float64 { return append([]float64(nil), b.grid...) }

// Probabilities is with which each parameter of the grid is chosen next, a copy.
func (b *TsallisINF) Probabilities() []float64 { return append([]float64(nil), b.probabilities...) }

// weigh sets the probabilities for the next choice.
func (b *TsallisINF) weigh() {
	scale := b.scale
	if !(scale > 0) { // every cost was 1, and so every loss is 0
		scale = 1
	}
	tsallis(b.probabilities, b.losses, scale, 2/math.Sqrt(float64(b.rounds+1)))
}

// Newton's rounds, and how near to 1 the sum is to come.
const (
	mostRounds  = 100
	sumAccuracy = 4e-16
)

// tsallis sets p to the minimiser of the losses over the scale plus the regulariser over the rate,
//
//	p[i] = 4 / (rate * (losses[i]/scale - x))^2, x < min losses/scale such that they add up to 1
//
// The unknown here is y = min losses/scale - x. From y = 2/rate, where the least loss alone has probability 1, the sum falls and is convex
// on the way to its root: Newton's steps go up to it without passing it.
func tsallis(p, losses []float64, scale, rate float64) {
	least := math.Inf(1)
	for _, l := range losses {
		least = min(least, l)
	}
	y := 2 / rate
	for range mostRounds {
		sum, slope := 0.0, 0.0
		for _, l := range losses {
			root := 2 / (rate * ((l-least)/scale + y))
			sum += root * root
			slope += root * root * root
		}
		step := (sum - 1) / (rate * slope)
		if !(sum-1 > float64(len(p))*sumAccuracy) || y+step == y {
			break
		}
		y += step
	}
	sum := 0.0
	for i, l := range losses {
		root := 2 / (rate * ((l-least)/scale + y))
		p[i] = root * root
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
}
