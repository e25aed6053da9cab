package sparse

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// What can be wrong with the input of a constructor. The errors returned wrap one of these and name the argument, the
// place in it and the value found; tell them apart with errors.Is.
var (
	ErrSize         = errors.New("negative size")
	ErrTooLarge     = errors.New("beyond the range of int32")
	ErrLength       = errors.New("lengths do not agree")
	ErrStarts       = errors.New("starts do not ascend from 0 to the number of entries")
	ErrRange        = errors.New("index out of range")
	ErrOrder        = errors.New("indices do not ascend")
	ErrPermutation  = errors.New("not a permutation")
	ErrThreshold    = errors.New("threshold is negative or NaN")
	ErrCount        = errors.New("count is negative")
	ErrNaN          = errors.New("NaN has no magnitude")
	ErrNotSquare    = errors.New("matrix is not square")
	ErrNotSymmetric = errors.New("matrix is not symmetric")
	ErrSingular     = errors.New("zero on the diagonal")
	ErrFormat       = errors.New("format does not exist or fit")
	ErrNil          = errors.New("nil")
)

// checkMatrix asks for a matrix: that of a constructor whose error was ignored is nil.
func checkMatrix[T kernels.Float](a *CSR[T]) error {
	if a == nil {
		return fmt.Errorf("sparse: a: %w", ErrNil)
	}
	return nil
}

// checkMade panics if a value with a constructor was made without it.
func checkMade(function string, made bool) {
	if !made {
		unmade(function)
	}
}

//go:noinline
func unmade(function string) {
	name, _, _ := strings.Cut(function, ".")
	check.Panic("sparse", function, "the "+name+" is none that a constructor made")
}

// checkSize holds the three sizes of a matrix against int32, in which indices are kept.
func checkSize(rows, cols, entries int) error {
	if rows < 0 || cols < 0 {
		return fmt.Errorf("sparse: rows = %d, cols = %d: %w", rows, cols, ErrSize)
	}
	for _, size := range []struct {
		name  string
		value int
	}{{"rows", rows}, {"cols", cols}, {"entries", entries}} {
		if int64(size.value) > math.MaxInt32 {
			return fmt.Errorf("sparse: %s = %d: %w", size.name, size.value, ErrTooLarge)
		}
	}
	return nil
}

// checkLength compares two lengths.
func checkLength(name string, length int, want string, size int) error {
	if length != size {
		return fmt.Errorf("sparse: len(%s) = %d, %s = %d: %w", name, length, want, size, ErrLength)
	}
	return nil
}
