package relax

import (
	"errors"
	"fmt"
)

// What can be wrong with the input. The errors returned wrap one of these and name the argument; tell them apart with
// errors.Is.
var (
	ErrNil     = errors.New("nil")
	ErrGrid    = errors.New("grid must have one number or more, all finite")
	ErrContext = errors.New("context is NaN")
	ErrCost    = errors.New("cost must be between 1 and 1e100")
	ErrOrder   = errors.New("nothing was chosen that a cost could belong to")
	ErrSetting = errors.New("setting out of range")
	ErrMatrix  = errors.New("matrix is not one that the theory covers")
	// ErrUnsolved: a system was not solved to its tolerance, so there is nothing to go on from.
	ErrUnsolved = errors.New("system was not solved")
)

// mostCost keeps sums of squares of costs finite.
const mostCost = 1e100

func checkCost(cost float64) error {
	if !(cost >= 1 && cost <= mostCost) {
		return fmt.Errorf("relax: cost = %v: %w", cost, ErrCost)
	}
	return nil
}
