package format

import (
	"bytes"
	"fmt"
	"io"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// Field is what kind of values a Matrix Market file has.
type Field uint8

// The fields there are, but for complex numbers.
const (
	Real Field = iota
	Integer
	Pattern // no values: every entry is 1
)

// String is the word in the header.
func (f Field) String() string { return word(f, fields) }

// Symmetry is which entries a Matrix Market file leaves out.
type Symmetry uint8

// The symmetries there are, but for that of complex numbers.
const (
	General       Symmetry = iota
	Symmetric              // A' = A, and only the lower triangle is in the file
	SkewSymmetric          // A' = -A, and only what is below the diagonal is in the file
)

// String is the word in the header.
func (s Symmetry) String() string { return word(s, symmetries) }

var (
	fields     = []string{Real: "real", Integer: "integer", Pattern: "pattern"}
	symmetries = []string{General: "general", Symmetric: "symmetric", SkewSymmetric: "skew-symmetric"}
)

func word[E Field | Symmetry](value E, words []string) string {
	if int(value) < len(words) {
		return words[value]
	}
	return fmt.Sprintf("%T(%d)", value, value)
}

// Header is the first lines of a Matrix Market file.
type Header struct {
	Array      bool // all elements, by columns, instead of entries with their coordinates
	Field      Field
	Symmetry   Symmetry
	Rows, Cols int
	Entries    int // in the file
}

// Triplets is the entries of a matrix as they stand in a file, with those that its symmetry implies: entry k is
// Value[k] at row Row[k] and column Column[k], counted from 0. An entry may come more than once.
type Triplets[T kernels.Float] struct {
	Header
	Row, Column []int32
	Value       []T
}

// ReadMatrixMarket reads a matrix, in coordinates or as an array of all elements (of which the zeros are dropped). Entries in the same place
// are added in the order of the file. Entries that the symmetry implies are filled in.
//
// Compressed rows take memory for each row. A file may not announce more than 1 Mi rows and 64 for each entry, which would
// be matrices of nothing but empty rows; [ReadTriplets] reads those too.
//
// The error is an [Error]. It wraps ErrBanner, ErrUnsupported (complex or Hermitian), ErrSize, ErrTooLarge, ErrEntry, ErrIndex,
// ErrValue, ErrTriangle, ErrTooFew, ErrTooMany, ErrToken, ErrNil without a reader, or what the reader said.
func ReadMatrixMarket[T kernels.Float](r io.Reader) (*sparse.CSR[T], Header, error) {
	t, last, err := readTriplets[T](r)
	if err != nil {
		return nil, t.Header, err
	}
	if t.Rows > freeRows && (t.Rows-freeRows)/rowsPerEntry > len(t.Value) {
		return nil, t.Header, &Error{Line: last, Text: fmt.Sprintf("%d rows for %d entries", t.Rows, len(t.Value)), Err: ErrTooLarge}
	}
	a, err := sparse.FromCOO(t.Rows, t.Cols, t.Row, t.Column, t.Value)
	if err != nil {
		return nil, t.Header, &Error{Line: last, Err: err}
	}
	return a, t.Header, nil
}

const (
	freeRows     = 1 << 20
	rowsPerEntry = 64
)

// ReadTriplets reads the entries of a matrix as [ReadMatrixMarket] does, and leaves it to the caller what becomes of them. Its memory
// is in proportion to the file, whatever the header says.
func ReadTriplets[T kernels.Float](r io.Reader) (Triplets[T], error) {
	t, _, err := readTriplets[T](r)
	return t, err
}

// readTriplets also returns the number of the last line.
func readTriplets[T kernels.Float](r io.Reader) (t Triplets[T], last int, err error) {
	s, err := open(r, '%')
	if err != nil {
		return t, 1, err
	}
	m := marketReader[T]{scanner: s}
	if err = m.banner(); err == nil {
		err = m.size()
	}
	if err == nil {
		err = m.entries()
	}
	if err != nil {
		m.Row, m.Column, m.Value = nil, nil, nil
	}
	return m.Triplets, m.line, err
}

// marketReader is a file and what was read of it.
type marketReader[T kernels.Float] struct {
	*scanner
	Triplets[T]
	zeros   int // read and dropped
	implied int // added for the symmetry
}

// banner reads the first line.
func (m *marketReader[T]) banner() error {
	m.comment = '\n' // none: the line itself begins like a comment
	var words [5]string
	for k := range words {
		w, err := m.next()
		if err != nil {
			return err
		}
		words[k] = string(bytes.ToLower(w))
		if k == 0 && words[0] != "%%matrixmarket" || words[k] == "" {
			return m.at(ErrBanner, "%.40q", w)
		}
	}
	if err := m.endLine(ErrBanner); err != nil {
		return err
	}
	m.comment = '%'
	switch {
	case words[1] != "matrix":
		return m.at(ErrUnsupported, "%.40q", words[1])
	case words[2] != "coordinate" && words[2] != "array":
		return m.at(ErrBanner, "%.40q", words[2])
	case words[3] == "complex" || words[4] == "hermitian":
		return m.at(ErrUnsupported, "%s %s", words[3], words[4])
	}
	m.Array = words[2] == "array"
	field, isField := index(fields, words[3])
	symmetry, isSymmetry := index(symmetries, words[4])
	if !isField && words[3] != "double" || !isSymmetry {
		return m.at(ErrBanner, "%.40q %.40q", words[3], words[4])
	}
	m.Field, m.Symmetry = Field(field), Symmetry(symmetry)
	if m.Field == Pattern && (m.Array || m.Symmetry == SkewSymmetric) { // there would be nothing to read, or no signs
		return m.at(ErrBanner, "%s %s %s", words[2], words[3], words[4])
	}
	return nil
}

func index(words []string, word string) (int, bool) {
	for k, w := range words {
		if w == word {
			return k, true
		}
	}
	return 0, false
}

// size reads the line of sizes.
func (m *marketReader[T]) size() error {
	var sizes [3]int64
	count := 3
	if m.Array {
		count = 2
	}
	for k := range sizes[:count] {
		read := m.next
		if k == 0 {
			read = m.nextInLines
		}
		w, err := read()
		if err != nil {
			return err
		}
		n, ok := integer(w)
		if !ok {
			return m.at(ErrSize, "%.40q", w)
		}
		if n > math.MaxInt32 {
			return m.at(ErrTooLarge, "%d", n)
		}
		sizes[k] = n
	}
	if err := m.endLine(ErrSize); err != nil {
		return err
	}
	rows, cols, entries := sizes[0], sizes[1], sizes[2]
	if m.Symmetry != General && rows != cols {
		return m.at(ErrSize, "%d x %d and %s", rows, cols, m.Symmetry)
	}
	if m.Array {
		switch m.Symmetry {
		case General:
			entries = rows * cols
		case Symmetric:
			entries = rows * (rows + 1) / 2
		case SkewSymmetric:
			entries = rows * max(rows-1, 0) / 2
		}
		if entries > math.MaxInt32 {
			return m.at(ErrTooLarge, "%d x %d", rows, cols)
		}
	}
	m.Rows, m.Cols, m.Entries = int(rows), int(cols), int(entries)
	return nil
}
