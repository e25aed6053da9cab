package format

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// maxToken is the longest word that a file may have; a number has no use for more.
const maxToken = 1024

// scanner takes a file apart into lines of words. It holds one word at a time, so lines may be of any length.
type scanner struct {
	in       io.Reader
	buffer   []byte
	from, to int   // what is left of the buffer
	ended    error // what the reader said with its last bytes
	comment  byte  // begins what is skipped up to the end of the line
	line     int
	word     []byte
	failure  error // of the reader
}

// open begins a file, compressed or not.
func open(r io.Reader, comment byte) (*scanner, error) {
	if r == nil {
		return nil, &Error{Line: 1, Text: "the reader", Err: ErrNil}
	}
	base := bufio.NewReader(r)
	magic, err := base.Peek(2)
	if err != nil && err != io.EOF { // which base has said and will not say again
		return nil, &Error{Line: 1, Err: err}
	}
	s := &scanner{in: base, comment: comment, line: 1, word: make([]byte, 0, maxToken), buffer: make([]byte, 1<<16)}
	if len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		unzipped, err := gzip.NewReader(base)
		if err != nil {
			return nil, &Error{Line: 1, Text: "gzip", Err: err}
		}
		s.in = unzipped
	}
	return s, nil
}

// at is an error in the line at hand; what the reader said counts more.
func (s *scanner) at(err error, format string, a ...any) error {
	if s.failure != nil {
		err, format, a = s.failure, "", nil
	}
	return &Error{Line: s.line, Text: fmt.Sprintf(format, a...), Err: err}
}

// fill reads on when the buffer is used up; more is false at the end of the file.
func (s *scanner) fill() (more bool, err error) {
	for range 100 {
		if s.ended != nil {
			break
		}
		s.from = 0
		if s.to, s.ended = s.in.Read(s.buffer); s.to > 0 {
			return true, nil
		}
	}
	switch {
	case s.ended == nil:
		s.failure = io.ErrNoProgress
	case s.ended != io.EOF:
		s.failure = s.ended
	default:
		return false, nil
	}
	return false, s.at(s.failure, "")
}

// next takes the next word of the line; none is left if it returns an empty one, and then the line feed is still to come.
func (s *scanner) next() ([]byte, error) {
	s.word = s.word[:0]
	for {
		if s.from == s.to {
			if more, err := s.fill(); !more {
				return s.word, err
			}
		}
		switch b := s.buffer[s.from]; {
		case b == '\n' || b == s.comment && len(s.word) == 0:
			return s.word, nil
		case b == ' ' || b == '\t' || b == '\r' || b == '\v' || b == '\f':
			if s.from++; len(s.word) > 0 {
				return s.word, nil
			}
		default:
			if err := s.takeWord(); err != nil {
				return nil, err
			}
		}
	}
}

// takeWord adds what the buffer has of a word.
func (s *scanner) takeWord() error {
	rest := s.buffer[s.from:s.to]
	n := 1
	for n < len(rest) && rest[n] > ' ' {
		n++
	}
	if len(s.word)+n > maxToken {
		return s.at(ErrToken, "%.20s...", append(s.word, rest[:min(n, 20)]...))
	}
	s.word = append(s.word, rest[:n]...)
	s.from += n
	return nil
}

// skipLine goes to the beginning of the next line, and reports whether there was one before the end of the file.
func (s *scanner) skipLine() (more bool, err error) {
	for {
		if k := bytes.IndexByte(s.buffer[s.from:s.to], '\n'); k >= 0 {
			s.from += k + 1
			s.line++
			return true, nil
		}
		s.from = s.to
		if more, err := s.fill(); !more {
			return false, err
		}
	}
}

// nextInLines is next, going on to the lines that follow until there is a word; none at the end of the file.
func (s *scanner) nextInLines() ([]byte, error) {
	for {
		word, err := s.next()
		if err != nil || len(word) > 0 {
			return word, err
		}
		if more, err := s.skipLine(); err != nil || !more {
			return nil, err
		}
	}
}

// endLine asks that the line holds no other word, which would be this error.
func (s *scanner) endLine(other error) error {
	word, err := s.next()
	if err == nil && len(word) > 0 {
		err = s.at(other, "%.40q is one word too many", word)
	}
	return err
}

// integer is a word as a number that is not negative and fits in an int64; ok is false if it is something else.
func integer(word []byte) (n int64, ok bool) {
	if len(word) > 1 && word[0] == '+' {
		word = word[1:]
	}
	for _, b := range word {
		d := int64(b) - '0'
		if d < 0 || d > 9 || n > (math.MaxInt64-d)/10 {
			return 0, false
		}
		n = 10*n + d
	}
	return n, len(word) > 0
}

// real is a word as a number of T; ok is false if it is none or beyond the range.
func real[T kernels.Float](word []byte) (v T, ok bool) {
	if bytes.ContainsAny(word, "xXpP_") { // Go's own spellings
		return 0, false
	}
	digits := string(word)                       // word itself is what an error quotes
	if k := bytes.IndexAny(word, "dD"); k >= 0 { // Fortran's exponent of double precision
		digits = digits[:k] + "e" + digits[k+1:]
	}
	bits := 64
	if cast.Single[T]() {
		bits = 32
	}
	f, err := strconv.ParseFloat(digits, bits)
	return T(f), err == nil
}

// appendReal prints a number with as few digits as identify it.
func appendReal[T kernels.Float](to []byte, v T) []byte {
	bits := 64
	if cast.Single[T]() {
		bits = 32
	}
	return strconv.AppendFloat(to, float64(v), 'g', -1, bits)
}
