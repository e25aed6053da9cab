package bcd

import (
	"fmt"
	"math"
	"slices"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Boxes is [Box] with bounds for each variable, of which it takes copies: lower[i] < upper[i], and either may be infinite.
func Boxes(lower, upper []float64) Regulariser {
	s := separable{lower: math.Inf(-1), upper: math.Inf(1)}
	switch {
	case len(lower) != len(upper):
		s.err = fmt.Errorf("bcd: Boxes has %d lower and %d upper bounds: %w", len(lower), len(upper), ErrShape)
	case len(lower) == 0:
		s.err = fmt.Errorf("bcd: Boxes has no bounds: %w", ErrEmpty)
	}
	if s.err != nil {
		return s
	}
	for i, low := range lower {
		if !(low < upper[i]) {
			s.err = fmt.Errorf("bcd: bounds %v and %v of variable %d, want the lower one below the upper one: %w", low, upper[i], i, ErrSetting)
			return s
		}
	}
	s.lower, s.upper = slices.Min(lower), slices.Max(upper)
	s.lowers, s.uppers = slices.Clone(lower), slices.Clone(upper)
	return s
}

// lowest is the lower bound of variable i.
func (s separable) lowest(i int32) float64 {
	if s.lowers == nil {
		return s.lower
	}
	return s.lowers[i]
}

// highest is the upper bound of variable i.
func (s separable) highest(i int32) float64 {
	if s.uppers == nil {
		return s.upper
	}
	return s.uppers[i]
}

// clamp moves the variables of a block into their bounds.
func (s separable) clamp(x []float64, block []int32) {
	if s.lowers == nil {
		vec.Clamp(x, x, s.lower, s.upper)
		return
	}
	for t, i := range block {
		x[t] = min(max(x[t], s.lowers[i]), s.uppers[i])
	}
}

// scores is coord.ScoresProx for the variables of a list. steps may be nil where the rule does not read them.
func (s separable) scores(dst []float64, rule coord.ProxRule, x, g, steps []float64, list []int32) {
	if s.lowers == nil {
		coord.ScoresProx(dst, rule, x, g, steps, s.Penalty)
		return
	}
	own := s.Penalty
	for t, i := range list {
		own.Lower, own.Upper = s.lowers[i], s.uppers[i]
		var step []float64
		if steps != nil {
			step = steps[t : t+1]
		}
		coord.ScoresProx(dst[t:t+1], rule, x[t:t+1], g[t:t+1], step, own)
	}
}
