package relax

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/internal/check"
)

// Learner chooses a parameter for one system after another and learns from what each cost. It is not for use by several
// goroutines at once.
type Learner interface {
	// Choose returns the parameter for the next system. context is what is known of the system beforehand; a learner that does not use it
	// takes any. The error wraps ErrContext, or ErrGrid of a learner that no constructor made, which has nothing to choose from.
	Choose(context float64) (omega float64, err error)

	// Observe tells what solving with the last choice has cost, such as the number of iterations: 1 at least and 1e100 at most.
	// A choice without a cost is forgotten when there is another. The error wraps ErrCost or ErrOrder; it changes nothing.
	Observe(cost float64) error
}

// Fixed is the learner that always chooses the same.
type Fixed float64

// Choose returns f.
func (f Fixed) Choose(float64) (omega float64, err error) { return float64(f), nil }

// Observe learns nothing.
func (f Fixed) Observe(cost float64) error { return checkCost(cost) }

// Rule is the learner that knows: it chooses by a function of the context.
type Rule func(context float64) (omega float64)

// Choose returns the value of the function. The error wraps ErrNil if there is none.
func (r Rule) Choose(context float64) (omega float64, err error) {
	if r == nil {
		return 0, fmt.Errorf("relax: Rule: %w", ErrNil)
	}
	return r(context), nil
}

// Observe learns nothing.
func (r Rule) Observe(cost float64) error { return checkCost(cost) }

// DefaultGrid is what learners choose from if their settings do not say: 1, 1.05, ..., 1.95.
func DefaultGrid() []float64 {
	grid := make([]float64, 20)
	for i := range grid {
		grid[i] = float64(100+5*i) / 100
	}
	return grid
}

// resolveGrid is a copy of a grid, or the default.
func resolveGrid(grid []float64) ([]float64, error) {
	if grid == nil {
		return DefaultGrid(), nil
	}
	if len(grid) == 0 {
		return nil, fmt.Errorf("relax: len(Grid) = 0: %w", ErrGrid)
	}
	for i, omega := range grid {
		if !check.Finite(omega) {
			return nil, fmt.Errorf("relax: Grid[%d] = %v: %w", i, omega, ErrGrid)
		}
	}
	return append([]float64(nil), grid...), nil
}

// span is the range of the context.
type span struct{ low, high float64 }

// resolveSpan takes 0 to 1 if both ends are zero.
func resolveSpan(low, high float64) (span, error) {
	if low == 0 && high == 0 {
		high = 1
	}
	if !(low < high) || math.IsInf(high-low, 1) {
		return span{}, fmt.Errorf("relax: Low = %v, High = %v, want both finite and the first one below: %w", low, high, ErrSetting)
	}
	return span{low, high}, nil
}

// place is where a context is, 0 at the low end or below and 1 at the high end or above.
func (s span) place(context float64) (float64, error) {
	if math.IsNaN(context) {
		return 0, fmt.Errorf("relax: context = %v: %w", context, ErrContext)
	}
	return min(max((context-s.low)/(s.high-s.low), 0), 1), nil
}

// draw is an index, each with its probability; they add up to 1 but for rounding.
func draw(random *rand.Rand, probabilities []float64) int {
	u, last := random.Float64(), 0
	for i, p := range probabilities {
		if p > 0 {
			if last = i; u < p {
				break
			}
			u -= p
		}
	}
	return last
}
