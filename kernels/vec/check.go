package vec

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
)

// panel is the number of elements that one call of assembly handles in the element by element functions: a goroutine
// inside assembly cannot be preempted, and 64 Ki elements of three float64 operands take 60 us from main memory.
const panel = 1 << 16

// checkIndex panics unless every index addresses an element of a slice of the given name and length.
func checkIndex(function string, index []int32, name string, length int) {
	for rest := index; len(rest) > 0; {
		head := rest
		if len(head) > panel {
			head = head[:panel]
		}
		rest = rest[len(head):]
		if length == 0 || indexOutside(head, indexBound(length)) != 0 {
			badIndex(function, index, name, length)
		}
	}
}

//go:noinline
func badIndex(function string, index []int32, name string, length int) {
	for i, k := range index {
		if k < 0 || int(k) >= length {
			check.Panic("vec", function, fmt.Sprintf("index[%d]=%d, len(%s)=%d", i, k, name, length))
		}
	}
	check.Panic("vec", function, "an index changed during the call")
}
