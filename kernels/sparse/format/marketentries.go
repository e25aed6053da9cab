package format

import (
	"bytes"
	"math"
)

// entries reads all lines after that of sizes.
func (m *marketReader[T]) entries() error {
	i, j := 0, 0
	if m.Symmetry == SkewSymmetric {
		i = 1
	}
	for range m.Entries {
		w, err := m.nextInLines()
		if err != nil {
			return err
		}
		if len(w) == 0 {
			return m.at(ErrTooFew, "%d of %d", m.read(), m.Entries)
		}
		if m.Array {
			if err := m.element(w, i, j); err != nil {
				return err
			}
			if i++; i == m.Rows {
				i, j = m.columnTop(j+1), j+1
			}
			continue
		}
		if err := m.coordinates(w); err != nil {
			return err
		}
	}
	w, err := m.nextInLines()
	if err == nil && len(w) > 0 {
		err = m.at(ErrTooMany, "%.40q after %d", w, m.Entries)
	}
	return err
}

// columnTop is the first row of column j in an array.
func (m *marketReader[T]) columnTop(j int) int {
	switch m.Symmetry {
	case Symmetric:
		return j
	case SkewSymmetric:
		return j + 1
	}
	return 0
}

// coordinates reads one line, of which w is the first word.
func (m *marketReader[T]) coordinates(w []byte) error {
	i, err := m.place(w, m.Rows)
	if err != nil {
		return err
	}
	if w, err = m.next(); err != nil {
		return err
	}
	j, err := m.place(w, m.Cols)
	if err != nil {
		return err
	}
	v := T(1)
	if m.Field != Pattern {
		if w, err = m.next(); err != nil {
			return err
		}
		if v, err = m.number(w); err != nil {
			return err
		}
	}
	if i < j && m.Symmetry != General || i == j && m.Symmetry == SkewSymmetric {
		return m.at(ErrTriangle, "(%d,%d) and %s", i+1, j+1, m.Symmetry)
	}
	if err := m.add(i, j, v); err != nil {
		return err
	}
	return m.endLine(ErrEntry)
}

// element reads one element of an array.
func (m *marketReader[T]) element(w []byte, i, j int) error {
	v, err := m.number(w)
	if err != nil || v == 0 {
		m.zeros++
		return err
	}
	return m.add(i, j, v)
}

// place is a word as an index, counted from 0.
func (m *marketReader[T]) place(w []byte, size int) (int, error) {
	if len(w) == 0 {
		return 0, m.at(ErrEntry, "an index is missing")
	}
	n, ok := integer(w)
	if !ok || n < 1 || n > int64(size) {
		return 0, m.at(ErrIndex, "%.40q of %d", w, size)
	}
	return int(n - 1), nil
}

// number is a word as a value.
func (m *marketReader[T]) number(w []byte) (T, error) {
	if len(w) == 0 {
		return 0, m.at(ErrEntry, "the value is missing")
	}
	if m.Field == Integer {
		digits, negative := bytes.CutPrefix(w, []byte("-"))
		n, ok := integer(digits)
		if !ok || negative && digits[0] == '+' {
			return 0, m.at(ErrValue, "%.40q is no integer", w)
		}
		v := T(n)
		if negative {
			v = -v // of 0 too
		}
		return v, nil
	}
	v, ok := real[T](w)
	if !ok {
		return 0, m.at(ErrValue, "%.40q", w)
	}
	return v, nil
}

// add keeps an entry and what its symmetry implies.
func (m *marketReader[T]) add(i, j int, v T) error {
	m.Row, m.Column, m.Value = append(m.Row, int32(i)), append(m.Column, int32(j)), append(m.Value, v)
	if m.Symmetry != General && i != j {
		if m.Symmetry == SkewSymmetric {
			v = -v
		}
		m.Row, m.Column, m.Value = append(m.Row, int32(j)), append(m.Column, int32(i)), append(m.Value, v)
		m.implied++
	}
	if len(m.Value) > math.MaxInt32-1 {
		return m.at(ErrTooLarge, "%d entries", len(m.Value))
	}
	return nil
}

// read is how many entries of the file have been read.
func (m *marketReader[T]) read() int { return len(m.Value) - m.implied + m.zeros }
