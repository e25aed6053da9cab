package orth

import (
	"errors"
	"fmt"

	"github.com/raphson-go/raphson/kernels"
)

// What can be wrong with the input. The errors returned wrap one of these and name the argument and the value found;
// tell them apart with errors.Is.
var (
	ErrNil              = errors.New("nil")
	ErrShape            = errors.New("shapes do not agree")
	ErrNotFinite        = errors.New("an element is NaN or infinite, or the norm overflows")
	ErrSchedule         = errors.New("coefficient is NaN or infinite")
	ErrInterval         = errors.New("interval must be positive, finite and in order")
	ErrTolerance        = errors.New("tolerance must be positive and finite")
	ErrSetting          = errors.New("setting out of range")
	ErrSymmetry         = errors.New("matrix is not symmetric")
	ErrPositiveDefinite = errors.New("matrix is not positive definite")
	ErrSingular         = errors.New("matrix is zero")
	ErrDiverged         = errors.New("the iteration diverges")
	ErrName             = errors.New("parameter names must be unique, not empty and shorter than 65536 bytes")
	ErrShared           = errors.New("the same memory twice")
	ErrState            = errors.New("not a state of this optimiser")
	ErrChecksum         = errors.New("state is damaged")
)

func checkMatrix[T kernels.Element](name string, m kernels.Matrix[T]) error {
	if err := m.Validate(); err != nil {
		return fmt.Errorf("orth: %s: %w (%w)", name, ErrShape, err)
	}
	return nil
}

func checkSameShape[T kernels.Element](nameA string, a kernels.Matrix[T], nameB string, b kernels.Matrix[T]) error {
	if err := checkMatrix(nameA, a); err != nil {
		return err
	}
	if err := checkMatrix(nameB, b); err != nil {
		return err
	}
	if a.Rows != b.Rows || a.Cols != b.Cols {
		return fmt.Errorf("orth: %s is %d x %d, %s is %d x %d: %w", nameA, a.Rows, a.Cols, nameB, b.Rows, b.Cols, ErrShape)
	}
	return nil
}

func checkSquare[T kernels.Float](name string, a kernels.Matrix[T]) error {
	if err := checkMatrix(name, a); err != nil {
		return err
	}
	if a.Rows != a.Cols {
		return fmt.Errorf("orth: %s is %d x %d, want square: %w", name, a.Rows, a.Cols, ErrShape)
	}
	return nil
}
