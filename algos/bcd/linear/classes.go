package linear

import (
	"fmt"
	"math"
)

// classes are the two labels there are.
type classes struct{ low, high float64 }

// twoClasses finds them, in the samples that have a weight.
func twoClasses(labels, weights []float64) (classes, error) {
	c := classes{math.Inf(1), math.Inf(-1)}
	for i, y := range labels {
		if weights != nil && weights[i] == 0 {
			continue
		}
		c.low, c.high = min(c.low, y), max(c.high, y)
	}
	if !(c.low < c.high) {
		return c, fmt.Errorf("linear: all labels are %v: %w", c.low, ErrClasses)
	}
	for i, y := range labels {
		if y != c.low && y != c.high && (weights == nil || weights[i] != 0) {
			return c, fmt.Errorf("linear: labels %v, %v and %v: %w", c.low, y, c.high, ErrClasses)
		}
	}
	return c, nil
}

// sign is 1 for the larger label and -1 for the other.
func (c classes) sign(y float64) float64 {
	if y == c.high {
		return 1
	}
	return -1
}

// softplus is log(1+exp(x)).
func softplus(x float64) float64 { return max(x, 0) + math.Log1p(math.Exp(-math.Abs(x))) }
