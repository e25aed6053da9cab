package bcd

import (
	"errors"
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
)

// What can be wrong with the input. The errors returned wrap one of these and name the argument, its value and what was
// expected; tell them apart with errors.Is.
var (
	ErrNil         = errors.New("nil")
	ErrShape       = errors.New("shapes do not agree")
	ErrEmpty       = errors.New("want at least one variable")
	ErrFinite      = errors.New("NaN or infinite")
	ErrTolerance   = errors.New("tolerance must be positive and finite")
	ErrSetting     = errors.New("setting out of range")
	ErrLabel       = errors.New("label out of range")
	ErrIndex       = errors.New("index out of range or repeated")
	ErrSymmetry    = errors.New("matrix is not symmetric")
	ErrIndefinite  = errors.New("matrix is not positive semidefinite")
	ErrBipartite   = errors.New("graph cannot be coloured with two colours")
	ErrCombination = errors.New("these do not go together")
)

// ErrOverflow is the Reason of a result that stopped by Breakdown: the objective is NaN or infinite, as it becomes where
// a function without a minimum is followed downwards.
var ErrOverflow = errors.New("NaN or infinity in the iteration")

// checkVector asks for a vector of finite numbers of the right length.
func checkVector(name string, x []float64, want string, size int) error {
	return check.Vector("bcd", name, x, want, size, ErrShape, ErrFinite)
}

// checkParameter asks for a finite number that is not negative.
func checkParameter(name string, v float64) error {
	if !(v >= 0) || !check.Finite(v) {
		return fmt.Errorf("bcd: %s = %v, want 0 or more and finite: %w", name, v, ErrSetting)
	}
	return nil
}

// combination says that two settings do not go together, and why.
func combination(format string, a ...any) error {
	return fmt.Errorf("bcd: %s: %w", fmt.Sprintf(format, a...), ErrCombination)
}
