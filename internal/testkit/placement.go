package testkit

import (
	"fmt"
	"runtime/debug"
	"testing"
	"unsafe"

	"github.com/raphson-go/raphson/internal/cast"
)

// MaxLength is the longest vector of EachPlacement: a few registers of every width and then one more.
const MaxLength = 257

// EachPlacement calls f for every length 0 to MaxLength with operands that end at a guard page, begin at one, and stand at
// every alignment to an element within a cache line (with -short at two of them). f gets its operands from m with Slice or CopyOf. What a kernel touches
// outside them fails the test, which then says where.
func EachPlacement[T cast.Float](t *testing.T, f func(m *Memory, n int)) {
	t.Helper()
	for _, placement := range placements[T]() {
		m := NewMemory(t, placement)
		for n := 0; n <= MaxLength && !t.Failed(); n++ {
			m.call(fmt.Sprintf("n=%d", n), func() { f(m, n) })
		}
	}
}

// EachMatrixPlacement is EachPlacement for matrices, of up to 17 rows and 257 columns, without and with space between the
// rows. The data of one are Slice[T](m, Extent(rows, cols, stride)).
func EachMatrixPlacement[T cast.Float](t *testing.T, f func(m *Memory, rows, cols, stride int)) {
	t.Helper()
	for _, placement := range placements[T]() {
		m := NewMemory(t, placement)
		for _, rows := range []int{0, 1, 2, 3, 4, 5, 7, 8, 9, 17} {
			for cols := 0; cols <= MaxLength && !t.Failed(); cols = nextWidth(cols) {
				for _, gap := range []int{0, 1, 5} {
					m.call(fmt.Sprintf("rows=%d, cols=%d, stride=%d", rows, cols, cols+gap), func() { f(m, rows, cols, cols+gap) })
				}
			}
		}
	}
}

// Extent is the number of elements from the first to the last of a matrix.
func Extent(rows, cols, stride int) int {
	if rows == 0 || cols == 0 {
		return 0
	}
	return (rows-1)*stride + cols
}

// nextWidth goes through all widths to 20 and then those around multiples of 16.
func nextWidth(cols int) int {
	switch {
	case cols < 20 || cols%16 < 2 || cols%16 == 15:
		return cols + 1
	case cols < 60:
		return cols/16*16 + 15
	}
	return (cols+64)/64*64 - 1
}

// placements are all of them, or with -short, for emulators, both ends and one odd alignment.
func placements[T cast.Float]() []Placement {
	all := []Placement{{AtEnd: true}}
	var zero T
	for shift := range cacheLine / int(unsafe.Sizeof(zero)) {
		if shift < 2 || !testing.Short() {
			all = append(all, Placement{Shift: shift})
		}
	}
	return all
}

// call runs f, turns a fault into a failed test that says what was touched, and checks what surrounds the operands.
func (m *Memory) call(what string, f func()) {
	if m.what == "" { // the first time, which is enough: a trace of the stack is most of what a small kernel's test takes
		m.t.Helper()
	}
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if value := recover(); value != nil {
			fault, ok := value.(interface{ Addr() uintptr })
			if !ok {
				panic(value)
			}
			m.t.Fatalf("%v: fault %s", m, m.locate(fault.Addr()))
		}
	}()
	m.what = what
	f()
	m.Check()
}

// locate describes an address by the operand it is nearest to.
func (m *Memory) locate(address uintptr) string {
	for i, r := range m.regions[:m.used] {
		start := uintptr(unsafe.Pointer(unsafe.SliceData(r.bytes))) + uintptr(r.start)
		if distance := int(address - start); distance > -cacheLine*cacheLine && distance < r.end-r.start+cacheLine*cacheLine {
			return fmt.Sprintf("at byte %d of operand %d, which has %d bytes", distance, i, r.end-r.start)
		}
	}
	return fmt.Sprintf("at address %#x, near no operand", address)
}
