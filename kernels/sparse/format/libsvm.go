package format

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// Dataset is labelled examples: row i of X has the features of example i.
type Dataset[T kernels.Float] struct {
	X      *sparse.CSR[T]
	Labels []T
	// Queries is the number behind qid: of each example, -1 where there is none; nil if there is none in the whole file.
	Queries []int64
}

// LIBSVMSettings of a file; the zero value is how LIBSVM writes them.
type LIBSVMSettings struct {
	// Columns is the number of features. Zero takes the largest index in the file.
	Columns int
	// FromZero counts features from 0 instead of 1.
	FromZero bool
}

// ReadLIBSVM reads examples, one a line: a label, perhaps qid:number, and index:value pairs in ascending order of the
// index. What follows a # that begins a word is a comment; lines without anything are skipped; zeros that the file has are entries.
//
// Columns that are negative or beyond int32 are ErrTooLarge. Any other error is an [Error]. It wraps ErrLabel, ErrEntry, ErrIndex (also for an index beyond Columns), ErrOrder (which includes an index
// that comes twice), ErrValue, ErrTooLarge, ErrToken, ErrNil without a reader, or what the reader said.
func ReadLIBSVM[T kernels.Float](r io.Reader, settings LIBSVMSettings) (Dataset[T], error) {
	if settings.Columns < 0 || int64(settings.Columns) > math.MaxInt32 {
		return Dataset[T]{}, fmt.Errorf("format: LIBSVMSettings.Columns = %d: %w", settings.Columns, ErrTooLarge)
	}
	s, err := open(r, '#')
	if err != nil {
		return Dataset[T]{}, err
	}
	l := libsvmReader[T]{scanner: s, settings: settings, starts: []int32{0}, first: 1}
	if settings.FromZero {
		l.first = 0
	}
	for {
		word, err := l.nextInLines()
		if err != nil {
			return Dataset[T]{}, err
		}
		if len(word) == 0 {
			return l.dataset()
		}
		if err := l.example(word); err != nil {
			return Dataset[T]{}, err
		}
	}
}

// libsvmReader is a file and what was read of it.
type libsvmReader[T kernels.Float] struct {
	*scanner
	settings LIBSVMSettings
	first    int64 // index of the first feature
	highest  int32 // column
	data     Dataset[T]
	ranked   bool // a qid was read
	starts   []int32
	columns  []int32
	values   []T
}

// example reads one line, of which the label has been read.
func (l *libsvmReader[T]) example(word []byte) error {
	label, ok := real[T](word)
	if !ok {
		return l.at(ErrLabel, "%.40q", word)
	}
	query, before := int64(-1), int64(-1)
	for pairs := 0; ; pairs++ {
		word, err := l.next()
		if err != nil {
			return err
		}
		if len(word) == 0 {
			break
		}
		if number, isQuery := bytes.CutPrefix(word, []byte("qid:")); isQuery && pairs == 0 {
			if query, ok = integer(number); !ok {
				return l.at(ErrEntry, "%.40q", word)
			}
			l.ranked = true
			continue
		}
		if before, err = l.pair(word, before); err != nil {
			return err
		}
	}
	if len(l.starts) > math.MaxInt32-1 {
		return l.at(ErrTooLarge, "%d examples", len(l.starts))
	}
	l.data.Labels, l.data.Queries = append(l.data.Labels, label), append(l.data.Queries, query)
	l.starts = append(l.starts, int32(len(l.columns)))
	return nil
}

// pair reads index:value and returns the index; before is the one before.
func (l *libsvmReader[T]) pair(word []byte, before int64) (int64, error) {
	index, value, found := bytes.Cut(word, []byte(":"))
	if !found {
		return 0, l.at(ErrEntry, "%.40q", word)
	}
	n, ok := integer(index)
	switch {
	case !ok || n < l.first:
		return 0, l.at(ErrIndex, "%.40q", word)
	case l.settings.Columns > 0 && n-l.first >= int64(l.settings.Columns):
		return 0, l.at(ErrIndex, "%d of %d features", n, l.settings.Columns)
	case n-l.first >= math.MaxInt32 || len(l.columns) == math.MaxInt32:
		return 0, l.at(ErrTooLarge, "%.40q", word)
	case n <= before:
		return 0, l.at(ErrOrder, "%d after %d", n, before)
	}
	v, ok := real[T](value)
	if !ok {
		return 0, l.at(ErrValue, "%.40q", word)
	}
	column := int32(n - l.first)
	l.highest = max(l.highest, column+1)
	l.columns, l.values = append(l.columns, column), append(l.values, v)
	return n, nil
}

// dataset is what has been read.
func (l *libsvmReader[T]) dataset() (Dataset[T], error) {
	if !l.ranked {
		l.data.Queries = nil
	}
	columns := l.settings.Columns
	if columns == 0 {
		columns = int(l.highest)
	}
	x, err := sparse.FromCSR(len(l.data.Labels), columns, l.starts, l.columns, l.values)
	if err != nil {
		return Dataset[T]{}, &Error{Line: l.line, Err: err}
	}
	l.data.X = x
	return l.data, nil
}

// WriteLIBSVM writes examples, one a line. The error wraps ErrLength if there are not as many labels, or queries unless nil, as rows,
// ErrEntry for a query below -1, ErrNil without a matrix or a writer, or is the writer's.
func WriteLIBSVM[T kernels.Float](w io.Writer, d Dataset[T], settings LIBSVMSettings) error {
	if w == nil {
		return fmt.Errorf("format: w: %w", ErrNil)
	}
	if d.X == nil {
		return fmt.Errorf("format: X: %w", ErrNil)
	}
	if len(d.Labels) != d.X.Rows() || d.Queries != nil && len(d.Queries) != d.X.Rows() {
		return fmt.Errorf("format: len(Labels) = %d, len(Queries) = %d, X.Rows = %d: %w", len(d.Labels), len(d.Queries), d.X.Rows(), ErrLength)
	}
	for i, query := range d.Queries {
		if query < -1 {
			return fmt.Errorf("format: Queries[%d] = %d: %w", i, query, ErrEntry)
		}
	}
	first := int64(1)
	if settings.FromZero {
		first = 0
	}
	out := bufio.NewWriterSize(w, 1<<16)
	var line []byte
	for i, label := range d.Labels {
		line = appendReal(line[:0], label)
		if d.Queries != nil && d.Queries[i] >= 0 {
			line = strconv.AppendInt(append(line, " qid:"...), d.Queries[i], 10)
		}
		columns, values := d.X.Row(i)
		for k, j := range columns {
			line = strconv.AppendInt(append(line, ' '), int64(j)+first, 10)
			line = appendReal(append(line, ':'), values[k])
		}
		out.Write(append(line, '\n'))
	}
	return out.Flush()
}
