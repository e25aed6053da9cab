package orth

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"hash/crc64"
	"io"
	"math"
	"unsafe"

	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

const (
	stateMagic   = "RAPHSON\x1a"
	stateVersion = 1
	pieceBytes   = 1 << 15 // elements are encoded and decoded in pieces
)

var crcTable = crc64.MakeTable(crc64.ECMA)

// Save implements [Optimiser].
func (t *trainer[T]) Save(w io.Writer) error { return saveState(w, t.kind, t.steps, t.slots) }

// Load implements [Optimiser].
func (t *trainer[T]) Load(r io.Reader) error {
	steps, err := loadState(r, t.kind, t.slots)
	if err == nil {
		t.steps = steps
	}
	return err
}

// SaveValues writes the values of parameters in the format of optimiser states, the other half of a checkpoint.
func SaveValues[T kernels.Float](w io.Writer, parameters []Parameter[T]) error {
	slots, err := valueSlots(parameters)
	if err != nil {
		return err
	}
	for i, p := range parameters {
		for k := range p.Value.Rows {
			copy(slots[i].memory[0][k*p.Value.Cols:], p.Value.Row(k))
		}
	}
	return saveState(w, valuesKind, 0, slots)
}

// LoadValues reads what SaveValues has written for parameters of the same names and shapes, and not a byte more. On an
// error the values are what they were before.
func LoadValues[T kernels.Float](r io.Reader, parameters []Parameter[T]) error {
	slots, err := valueSlots(parameters)
	if err != nil {
		return err
	}
	if _, err := loadState(r, valuesKind, slots); err != nil {
		return err
	}
	for i, p := range parameters {
		for k := range p.Value.Rows {
			copy(p.Value.Row(k), slots[i].memory[0][k*p.Value.Cols:])
		}
	}
	return nil
}

const valuesKind = "values"

func valueSlots[T kernels.Float](parameters []Parameter[T]) ([]slot[T], error) {
	if err := checkParameters(parameters); err != nil {
		return nil, err
	}
	slots := make([]slot[T], len(parameters))
	for i, p := range parameters {
		slots[i] = slot[T]{Parameter: p, memory: [][]T{make([]T, p.Value.Rows*p.Value.Cols)}}
	}
	return slots, nil
}

// header is what a state says of itself before the vectors: little-endian, as the package comment describes.
func header[T kernels.Float](kind string, steps int, slots int) []byte {
	b := append([]byte(stateMagic), 0, 0, 0, 0)
	binary.LittleEndian.PutUint32(b[len(stateMagic):], stateVersion)
	b = append(b, byte(unsafe.Sizeof(*new(T))), byte(len(kind)))
	b = append(b, kind...)
	b = binary.LittleEndian.AppendUint64(b, uint64(steps))
	return binary.LittleEndian.AppendUint32(b, uint32(slots))
}

// title is what it says of one parameter.
func (s *slot[T]) title() []byte {
	b := binary.LittleEndian.AppendUint16(nil, uint16(len(s.Name)))
	b = append(b, s.Name...)
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Value.Rows))
	b = binary.LittleEndian.AppendUint64(b, uint64(s.Value.Cols))
	return append(b, byte(len(s.memory)))
}

func saveState[T kernels.Float](w io.Writer, kind string, steps int, slots []slot[T]) error {
	if w == nil {
		return fmt.Errorf("orth: state: w: %w", ErrNil)
	}
	sum := crc64.New(crcTable)
	both := io.MultiWriter(w, sum)
	if _, err := both.Write(header[T](kind, steps, len(slots))); err != nil {
		return fmt.Errorf("orth: state: %w", err)
	}
	piece := make([]byte, 0, pieceBytes)
	for i := range slots {
		s := &slots[i]
		if _, err := both.Write(s.title()); err != nil {
			return fmt.Errorf("orth: state of %s: %w", s.Name, err)
		}
		for _, vector := range s.memory {
			for len(vector) > 0 {
				n := min(len(vector), pieceBytes/8)
				if _, err := both.Write(encode(piece[:0], vector[:n])); err != nil {
					return fmt.Errorf("orth: state of %s: %w", s.Name, err)
				}
				vector = vector[n:]
			}
		}
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, sum.Sum64())); err != nil {
		return fmt.Errorf("orth: state: %w", err)
	}
	return nil
}

func encode[T kernels.Float](b []byte, x []T) []byte {
	for _, v := range x {
		if cast.Single[T]() {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		} else {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(float64(v)))
		}
	}
	return b
}

func decode[T kernels.Float](x []T, b []byte) {
	for i := range x {
		if cast.Single[T]() {
			x[i] = T(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		} else {
			x[i] = T(math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:])))
		}
	}
}

// stateReader reads a state, of which it knows what must stand there: sizes in the file are compared and never believed.
type stateReader struct {
	r   io.Reader
	sum hash.Hash64
}

func (s stateReader) read(b []byte) error {
	if _, err := io.ReadFull(s.r, b); err != nil {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return fmt.Errorf("orth: state: it ends early: %w (%w)", ErrChecksum, io.ErrUnexpectedEOF)
		}
		return fmt.Errorf("orth: state: %w", err)
	}
	s.sum.Write(b)
	return nil
}

// expect reads as many bytes as want has and compares them.
func (s stateReader) expect(want []byte, what string) error {
	got := make([]byte, len(want))
	if err := s.read(got); err != nil {
		return err
	}
	if string(got) != string(want) {
		return fmt.Errorf("orth: state: %s %q, want %q: %w", what, got, want, ErrState)
	}
	return nil
}

// loadState reads into fresh vectors and puts them into the slots when all is well.
func loadState[T kernels.Float](r io.Reader, kind string, slots []slot[T]) (steps int, err error) {
	if r == nil {
		return 0, fmt.Errorf("orth: state: r: %w", ErrNil)
	}
	s := stateReader{r, crc64.New(crcTable)}
	want := header[T](kind, 0, len(slots))
	const counts = 8 + 4 // bytes of the steps and of the number of parameters
	if err := s.expect(want[:len(want)-counts], "it begins with"); err != nil {
		return 0, err
	}
	var count [8]byte
	if err := s.read(count[:]); err != nil {
		return 0, err
	}
	number := binary.LittleEndian.Uint64(count[:])
	if number > math.MaxInt32 {
		return 0, fmt.Errorf("orth: state: %d steps: %w", number, ErrState)
	}
	if err := s.expect(want[len(want)-4:], "number of parameters"); err != nil {
		return 0, err
	}
	loaded := make([][][]T, len(slots))
	piece := make([]byte, pieceBytes)
	for i := range slots {
		if err := s.expect(slots[i].title(), "name, shape and vectors of a parameter"); err != nil {
			return 0, err
		}
		for _, old := range slots[i].memory {
			vector := make([]T, len(old))
			if err := readVector(s, vector, piece); err != nil {
				return 0, err
			}
			loaded[i] = append(loaded[i], vector)
		}
	}
	sum := s.sum.Sum64()
	if err := s.read(count[:]); err != nil {
		return 0, err
	}
	if got := binary.LittleEndian.Uint64(count[:]); got != sum {
		return 0, fmt.Errorf("orth: state: checksum %x, want %x: %w", got, sum, ErrChecksum)
	}
	for i := range slots {
		for k, vector := range loaded[i] {
			copy(slots[i].memory[k], vector)
		}
	}
	return int(number), nil
}

func readVector[T kernels.Float](s stateReader, vector []T, piece []byte) error {
	size := int(unsafe.Sizeof(*new(T)))
	for len(vector) > 0 {
		n := min(len(vector), len(piece)/size)
		if err := s.read(piece[:n*size]); err != nil {
			return err
		}
		decode(vector[:n], piece)
		vector = vector[n:]
	}
	return nil
}
