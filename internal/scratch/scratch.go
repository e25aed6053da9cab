// Package scratch lends working memory to kernels, so that a kernel that is called again and again allocates nothing.
package scratch

import (
	"math/bits"
	"sync"
	"unsafe"

	"github.com/raphson-go/raphson/internal/cast"
)

// Buffer is lent memory.
type Buffer[T cast.Float] struct {
	Data []T // starts on a cache line; its contents are whatever the last user left
	all  []T
}

// alignment in bytes: a cache line, and the longest vector.
const alignment = 64

// pools holds the free buffers by the size class of their lengths. The garbage collector empties it in time.
type pools[T cast.Float] [bits.UintSize + 1]sync.Pool

var (
	singles pools[float32]
	doubles pools[float64]
)

// Get lends n elements, until Release.
func Get[T cast.Float](n int) *Buffer[T] {
	class := classOf(n)
	b, _ := poolsOf[T]()[class].Get().(*Buffer[T])
	if b == nil {
		b = allocate[T](class)
	}
	b.Data = b.all[:n]
	return b
}

// Release takes the memory back. The buffer and its Data must not be used again.
func (b *Buffer[T]) Release() {
	b.Data = nil
	poolsOf[T]()[classOf(len(b.all))].Put(b)
}

// classOf numbers the powers of two: a buffer of class c holds 1<<c elements.
func classOf(n int) int { return bits.Len(uint(max(n, 1) - 1)) }

func allocate[T cast.Float](class int) *Buffer[T] {
	var zero T
	size := 1 << class
	skip := alignment / int(unsafe.Sizeof(zero))
	memory := make([]T, size+skip)
	if over := uintptr(unsafe.Pointer(unsafe.SliceData(memory))) % alignment; over > 0 {
		skip -= int(over / unsafe.Sizeof(zero))
	} else {
		skip = 0
	}
	return &Buffer[T]{all: memory[skip : skip+size : skip+size]}
}

func poolsOf[T cast.Float]() *pools[T] {
	if cast.Single[T]() {
		return (*pools[T])(unsafe.Pointer(&singles))
	}
	return (*pools[T])(unsafe.Pointer(&doubles))
}
