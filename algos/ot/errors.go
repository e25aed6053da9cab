package ot

import (
	"errors"
	"fmt"
	"math"
)

// What can be wrong with the input. The errors returned wrap one of these and name the argument, the place in it and
// the value found; tell them apart with errors.Is.
var (
	ErrNil        = errors.New("nil")
	ErrEmpty      = errors.New("empty")
	ErrShape      = errors.New("shapes do not agree")
	ErrMass       = errors.New("mass is negative, NaN or infinite")
	ErrNoMass     = errors.New("no mass at all")
	ErrTotal      = errors.New("marginals do not sum alike")
	ErrCost       = errors.New("cost is not finite")
	ErrSymmetry   = errors.New("cost is not symmetric")
	ErrPoints     = errors.New("cost has no points to differentiate by")
	ErrEpsilon    = errors.New("epsilon must be positive and finite")
	ErrTolerance  = errors.New("tolerance must be positive and finite")
	ErrSetting    = errors.New("setting out of range")
	ErrPotential  = errors.New("potential is NaN or +Inf")
	ErrUnbalanced = errors.New("only for imposed marginals")
	ErrBreakdown  = errors.New("epsilon is too small for float64")
	ErrOverflow   = errors.New("values are beyond float64")
)

// totalSlack is the relative difference between the sums of two marginals that is taken for rounding (of marginals that
// were float32 once, at worst). The second marginal is scaled to the sum of the first within it.
const totalSlack = 1e-6

// checkMass returns the sum of a marginal that the error calls name.
func checkMass(name string, mass []float64) (total float64, err error) {
	if len(mass) == 0 {
		return 0, fmt.Errorf("ot: %s: %w", name, ErrEmpty)
	}
	for i, m := range mass {
		if !(m >= 0) || math.IsInf(m, 1) {
			return 0, fmt.Errorf("ot: %s[%d] = %v: %w", name, i, m, ErrMass)
		}
		total += m
	}
	if total == 0 {
		return 0, fmt.Errorf("ot: %s: %w", name, ErrNoMass)
	}
	if math.IsInf(total, 1) {
		return 0, fmt.Errorf("ot: sum of %s = %v: %w", name, total, ErrMass)
	}
	return total, nil
}

func checkTotals(nameA string, totalA float64, nameB string, totalB float64) error {
	if math.Abs(totalA-totalB) > totalSlack*max(totalA, totalB) {
		return fmt.Errorf("ot: sum of %s = %v, sum of %s = %v: %w", nameA, totalA, nameB, totalB, ErrTotal)
	}
	return nil
}

func checkLength(name string, length int, want string, size int) error {
	if length != size {
		return fmt.Errorf("ot: len(%s) = %d, %s = %d: %w", name, length, want, size, ErrShape)
	}
	return nil
}
