package testkit

import (
	"bytes"
	"fmt"
	"testing"
	"unsafe"
)

// Placement says where in its guarded memory an operand stands.
type Placement struct {
	// AtEnd puts the last element against the guard page behind, so that reading one too many faults. Otherwise the first
	// element is Shift elements behind the guard page in front; with Shift 0 reading one too few faults.
	AtEnd bool
	Shift int
}

func (p Placement) String() string {
	if p.AtEnd {
		return "against the guard page behind"
	}
	return fmt.Sprintf("%d elements behind the guard page in front", p.Shift)
}

// Memory gives out operands, each between two inaccessible pages of its own (on systems without them, between canaries
// only). All memory of an operand's pages that is not the operand is filled with a pattern that Check looks at.
type Memory struct {
	t         testing.TB
	Placement Placement
	regions   []*region
	used      int
	what      string // the call under way, for messages
}

// region is the accessible memory for one operand and where the operand stands in it.
type region struct {
	bytes      []byte
	margin     int    // bytes at both ends of bytes that no operand gets
	pattern    []byte // what stands around the operand, from a place that 4 divides
	start, end int
	release    func()
}

// NewMemory returns memory that is freed when the test ends.
func NewMemory(t testing.TB, placement Placement) *Memory {
	m := &Memory{t: t, Placement: placement}
	t.Cleanup(func() {
		for _, r := range m.regions {
			r.release()
		}
	})
	return m
}

// Slice places the next operand: n elements, every bit set, which is NaN for floats and -1 for integers. Successive operands
// stand at different alignments where the placement leaves that open.
func Slice[E any](m *Memory, n int) []E {
	var zero E
	size := int(unsafe.Sizeof(zero))
	r := m.next(n*size + cacheLine)
	switch {
	case m.Placement.AtEnd:
		r.start = len(r.bytes) - r.margin - n*size
	case m.Placement.Shift == 0:
		r.start = r.margin
	default:
		line := max(cacheLine/size, 1)
		r.start = r.margin + (m.Placement.Shift+5*(m.used-1))%line*size
	}
	r.end = r.start + n*size
	r.mark()
	start := unsafe.Add(unsafe.Pointer(unsafe.SliceData(r.bytes)), r.start)
	return unsafe.Slice((*E)(start), n)
}

// CopyOf is Slice with the elements of x in it.
func CopyOf[E any](m *Memory, x []E) []E {
	y := Slice[E](m, len(x))
	copy(y, x)
	return y
}

// String describes the call under way, for messages.
func (m *Memory) String() string { return fmt.Sprintf("%s, operands %v", m.what, m.Placement) }

// Check fails the test if anything outside the operands was written, and takes the operands back.
func (m *Memory) Check() {
	for i, r := range m.regions[:m.used] {
		if offset, ok := r.unmarked(); !ok {
			m.t.Helper()
			m.t.Errorf("%v: byte %d of operand %d was written, which has %d bytes", m, offset, i, r.end-r.start)
		}
	}
	m.used = 0
}

const (
	cacheLine = 64
	canary    = 512 // bytes on either side of an operand, as far as its pages reach, that Check looks at
)

// next is the region for the next operand, of at least the given size.
func (m *Memory) next(size int) *region {
	if m.used == len(m.regions) {
		m.regions = append(m.regions, &region{release: func() {}, pattern: pattern(m.used + 1)})
	}
	r := m.regions[m.used]
	m.used++
	if len(r.bytes)-2*r.margin < size {
		r.release()
		var err error
		if r.bytes, r.margin, r.release, err = guarded(size); err != nil {
			m.t.Helper()
			m.t.Fatalf("guarded memory: %v", err)
		}
	}
	return r
}

// mark fills the operand with ones and what is around it with the pattern.
func (r *region) mark() {
	operand := r.bytes[r.start:r.end]
	for at := 0; at < len(operand); at += copy(operand[at:], ones) {
	}
	front, behind := r.around()
	copy(r.bytes[front:r.start], r.pattern[front%4:])
	copy(r.bytes[r.end:behind], r.pattern[r.end%4:])
}

// unmarked is the place, from the start of the operand, of the first byte around it that has lost its pattern.
func (r *region) unmarked() (offset int, ok bool) {
	front, behind := r.around()
	for _, part := range [][2]int{{front, r.start}, {r.end, behind}} {
		got := r.bytes[part[0]:part[1]]
		want := r.pattern[part[0]%4:][:len(got)]
		if bytes.Equal(got, want) {
			continue
		}
		for i := range got {
			if got[i] != want[i] {
				return part[0] + i - r.start, false
			}
		}
	}
	return 0, true
}

// around is where the pattern around the operand begins and ends.
func (r *region) around() (front, behind int) {
	return max(r.start-canary, 0), min(r.end+canary, len(r.bytes))
}

var ones = bytes.Repeat([]byte{0xff}, 4096)

// pattern makes every aligned word a NaN or a negative integer, so that what is read beside an operand shows in the
// result, and another one for each operand, so that copying it is a change.
func pattern(operand int) []byte {
	return bytes.Repeat([]byte{byte(0xff - operand), 0xff, 0xff, 0xff}, canary/4+1)
}
