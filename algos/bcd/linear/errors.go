package linear

import (
	"errors"

	"github.com/raphson-go/raphson/internal/check"
)

// What can be wrong with the input. The errors returned wrap one of these and name the argument; tell them apart with
// errors.Is.
var (
	ErrNil            = errors.New("nil")
	ErrShape          = errors.New("shapes do not agree")
	ErrEmpty          = errors.New("no samples or no features")
	ErrFinite         = errors.New("NaN or infinite")
	ErrZeroColumn     = errors.New("column is zero, or constant where there is an intercept")
	ErrConstantTarget = errors.New("target is constant, or zero where there is no intercept")
	ErrClasses        = errors.New("labels are not of two classes")
	ErrLambda         = errors.New("lambda must be finite and not negative")
	ErrRatio          = errors.New("ratio must be in [0, 1]")
	ErrCost           = errors.New("cost must be positive and finite")
	ErrTolerance      = errors.New("tolerance must be positive and finite")
	ErrSetting        = errors.New("setting out of range")
	ErrWeights        = errors.New("sample weights must be finite, not negative and not all zero")
	ErrGroups         = errors.New("groups do not partition the features")
	ErrUnbounded      = errors.New("without a penalty there may be no minimum")
)

// checkVector asks for a vector of finite numbers of the right length.
func checkVector(name string, x []float64, want string, size int) error {
	return check.Vector("linear", name, x, want, size, ErrShape, ErrFinite)
}
