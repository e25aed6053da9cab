package format

import (
	"errors"
	"fmt"
)

// What can be wrong with a file, or with what is to be written to one. Tell them apart with errors.Is.
var (
	ErrBanner      = errors.New("not a Matrix Market header")
	ErrUnsupported = errors.New("kind of matrix not supported")
	ErrSize        = errors.New("malformed line of sizes")
	ErrTooLarge    = errors.New("too large")
	ErrEntry       = errors.New("malformed entry")
	ErrIndex       = errors.New("index out of range")
	ErrOrder       = errors.New("indices do not ascend")
	ErrValue       = errors.New("malformed number")
	ErrTriangle    = errors.New("entry outside the triangle that is stored")
	ErrTooFew      = errors.New("fewer entries than announced")
	ErrTooMany     = errors.New("more entries than announced")
	ErrLabel       = errors.New("malformed label")
	ErrToken       = errors.New("word too long")
	ErrSymmetry    = errors.New("matrix does not have the symmetry")
	ErrField       = errors.New("values do not fit the field")
	ErrLength      = errors.New("lengths do not agree")
	ErrNil         = errors.New("nil")
)

// Error is what is wrong with a file and where.
type Error struct {
	Line int    // from 1
	Text string // what was found, or empty
	Err  error  // one of the errors of this package, or what the reader or the decompressor said
}

// Error is the message, with the line.
func (e *Error) Error() string {
	if e.Text == "" {
		return fmt.Sprintf("format: line %d: %v", e.Line, e.Err)
	}
	return fmt.Sprintf("format: line %d: %s: %v", e.Line, e.Text, e.Err)
}

// Unwrap is Err.
func (e *Error) Unwrap() error { return e.Err }
