package pool

import "unsafe"

// Share returns x such that the compiler does not see where it goes, so that a kernel may hand it to workers and its
// caller's array can still live on a stack; ok reports whether it does not live there, and so may be handed over. (A stack
// moves when it grows, and a worker would then write where it was.) If ok is false the operation stays on the calling
// goroutine. Share must be called on the goroutine that the operand came to as an argument, and the Task that holds the
// result must drop it when Run returns.
func Share[E any](x []E) (shared []E, ok bool) {
	if cap(x) == 0 {
		return nil, true
	}
	address := uintptr(unsafe.Pointer(unsafe.SliceData(x)))
	hidden := *(*unsafe.Pointer)(unsafe.Pointer(&address))
	return unsafe.Slice((*E)(hidden), cap(x))[:len(x)], !onStack(hidden)
}

// onStack reports whether p may point into the calling goroutine's stack. Size is no help: arrays above 128 KiB go
// to the heap as variables, but not as parameters and results.
func onStack(p unsafe.Pointer) bool {
	var here byte
	// The stack may move in the call; after it, nothing moves until the comparisons are done.
	low, high := stackBounds()
	address, frame := uintptr(p), uintptr(unsafe.Pointer(&here))
	if low <= frame && frame < high {
		return low <= address && address < high
	}
	return address >= frame // bounds unknown: everything above this frame may be our callers'
}
