package vec

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
)

// panel is the number of elements that one call of assembly handles in the element by element functions: a goroutine
// inside assembly cannot be preempted, and 64 Ki elements of three float64 operands take 60 us from main memory.
const panel = 1 << 16

// fewIndices is the length below which the indexed functions stay in plain Go: two calls of assembly, one to check and
// one to work, take as long as 20 elements.
const fewIndices = 20

// checkIndex panics unless every index addresses an element of a slice of the given name and length.
func checkIndex(function string, index []int32, name string, length int) {
	if len(index) < fewIndices {
		for _, k := range index {
			if k < 0 || int(k) >= length {
				badIndex(function, index, name, length)
			}
		}
		return
	}
	for begin := 0; begin < len(index); begin += panel {
		head := index[begin:panelEnd(begin, len(index), panel)]
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
