package testkit

import (
	"math"
	"os"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEachPlacementCoversLengthsAndAlignments(t *testing.T) {
	type place struct{ length, alignment int }
	seen := map[place]bool{}
	atEnd, atStart := map[int]bool{}, map[int]bool{}
	page := uintptr(os.Getpagesize())
	EachPlacement[float64](t, func(m *Memory, n int) {
		x, y := Slice[float64](m, n), Slice[float64](m, n)
		start := uintptr(unsafe.Pointer(unsafe.SliceData(x)))
		seen[place{n, int(start % cacheLine / 8)}] = true
		atStart[n] = atStart[n] || start%page == 0
		atEnd[n] = atEnd[n] || (start+uintptr(8*n))%page == 0
		for i := range x {
			require.True(t, math.IsNaN(x[i]) && math.IsNaN(y[i]))
			x[i], y[i] = 1, 2
		}
	})
	for n := range MaxLength + 1 {
		if GuardPages {
			assert.True(t, atStart[n] && atEnd[n], "length %d", n)
		}
		for alignment := range cacheLine / 8 {
			if testing.Short() && alignment > 1 {
				break
			}
			assert.True(t, seen[place{n, alignment}], "length %d, alignment %d", n, alignment)
		}
	}
}

func TestEachMatrixPlacement(t *testing.T) {
	rowsSeen, colsSeen, stridesSeen := map[int]bool{}, map[int]bool{}, map[int]bool{}
	EachMatrixPlacement[float32](t, func(m *Memory, rows, cols, stride int) {
		rowsSeen[rows], colsSeen[cols], stridesSeen[stride-cols] = true, true, true
		assert.Len(t, Slice[float32](m, Extent(rows, cols, stride)), max(0, (rows-1)*stride+cols)*min(rows, 1)*min(cols, 1))
	})
	for _, rows := range []int{0, 1, 2, 17} {
		assert.True(t, rowsSeen[rows], rows)
	}
	for _, cols := range []int{0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257} {
		assert.True(t, colsSeen[cols], cols)
	}
	assert.Len(t, stridesSeen, 3)
}

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	messages []string
}

func (r *recorder) Helper()        {}
func (r *recorder) Cleanup(func()) {}
func (r *recorder) Errorf(format string, args ...any) {
	r.messages = append(r.messages, format)
}
func (r *recorder) Fatalf(format string, args ...any) { r.Errorf(format, args...) }

// beside reads or writes the element at an offset from the start of x.
func beside(x []float32, offset int) *float32 {
	return (*float32)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(x)), 4*offset))
}

func TestStrayAccessFails(t *testing.T) {
	var sink float32
	for _, c := range []struct {
		name      string
		placement Placement
		touch     func(x []float32)
		message   string
		guards    bool // found by guard pages alone
	}{
		{"read behind", Placement{AtEnd: true}, func(x []float32) { sink += *beside(x, 9) }, "fault", true},
		{"write behind", Placement{AtEnd: true}, func(x []float32) { *beside(x, 9) = 1 }, "", true},
		{"read in front", Placement{}, func(x []float32) { sink += *beside(x, -1) }, "fault", true},
		{"write behind, no guard there", Placement{}, func(x []float32) { *beside(x, 9) = 1 }, "written", false},
		{"write in front, no guard there", Placement{AtEnd: true}, func(x []float32) { *beside(x, -1) = 1 }, "written", false},
		{"write far in front", Placement{AtEnd: true}, func(x []float32) { *beside(x, -100) = 1 }, "written", false},
		{"write in front, shifted", Placement{Shift: 3}, func(x []float32) { *beside(x, -1) = 1 }, "written", false},
		{"touch nothing else", Placement{AtEnd: true}, func(x []float32) { *beside(x, 0), *beside(x, 8) = 1, 1 }, "", false},
	} {
		if c.guards && !GuardPages {
			continue
		}
		r := &recorder{}
		m := NewMemory(r, c.placement)
		m.call("", func() { c.touch(Slice[float32](m, 9)) })
		if c.message == "" && !c.guards {
			assert.Empty(t, r.messages, c.name)
			continue
		}
		require.Len(t, r.messages, 1, c.name)
		assert.Contains(t, r.messages[0], c.message, c.name)
	}
	_ = sink
}

func TestReadsBesideOperandsShow(t *testing.T) {
	m := NewMemory(t, Placement{Shift: 2})
	x, y, index := Slice[float32](m, 5), Slice[float64](m, 5), Slice[int32](m, 3)
	assert.True(t, *beside(x, 5) != *beside(x, 5) && *beside(x, -1) != *beside(x, -1))
	beyond := *(*float64)(unsafe.Add(unsafe.Pointer(&y[4]), 8))
	assert.True(t, beyond != beyond)
	assert.Negative(t, index[0])
	m.Check()
}

func TestFaultNamesTheOperand(t *testing.T) {
	m := NewMemory(t, Placement{AtEnd: true})
	Slice[float64](m, 2)
	x := Slice[float64](m, 3)
	where := m.locate(uintptr(unsafe.Pointer(unsafe.SliceData(x))) + 24)
	assert.Equal(t, "at byte 24 of operand 1, which has 24 bytes", where)
	assert.True(t, strings.HasPrefix(m.locate(1), "at address"))
}

func TestCopyOf(t *testing.T) {
	m := NewMemory(t, Placement{AtEnd: true})
	assert.Equal(t, []int32{1, 2, 3}, CopyOf(m, []int32{1, 2, 3}))
}
