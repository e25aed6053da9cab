package linsolve

import (
	"errors"

	"github.com/raphson-go/raphson/internal/check"
)

// What can be wrong with the input. The errors returned wrap one of these and name the argument; tell them apart with
// errors.Is.
var (
	ErrNil       = errors.New("nil")
	ErrShape     = errors.New("shapes do not agree")
	ErrNotSquare = errors.New("operator is not square")
	ErrFinite    = errors.New("NaN or infinite")
	ErrTolerance = errors.New("tolerance must be positive and finite")
	ErrSetting   = errors.New("setting out of range")
	ErrPivot     = errors.New("pivot is zero, not finite or of the wrong sign")
)

// Why an iteration could not go on: the values of Result.Reason.
var (
	// ErrIndefinite: a direction p with p'Ap <= 0, so A is not positive definite.
	ErrIndefinite = errors.New("matrix is not positive definite")
	// ErrPreconditioner: a residual r with r'M^-1 r <= 0, so the preconditioner is not positive definite.
	ErrPreconditioner = errors.New("preconditioner is not positive definite")
	// ErrOrthogonal: the shadow residual became orthogonal to what it is divided by, also after starting again.
	ErrOrthogonal = errors.New("shadow residual is orthogonal")
	// ErrSingular: the system projected on the Krylov space is singular.
	ErrSingular = errors.New("projected system is singular")
	// ErrOverflow: a NaN or an infinity came out of a product, a preconditioner or a sum.
	ErrOverflow = errors.New("NaN or infinity in the iteration")
)

// checkVector asks for a vector of finite numbers of the right length.
func checkVector(name string, x []float64, want string, size int) error {
	return check.Vector("linsolve", name, x, want, size, ErrShape, ErrFinite)
}

// allFinite reports whether x holds nothing but finite numbers.
func allFinite(x []float64) bool { return checkVector("", x, "", len(x)) == nil }

// positive reports whether v is positive and finite.
func positive(v float64) bool { return v > 0 && check.Finite(v) }
