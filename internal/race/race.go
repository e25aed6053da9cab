//go:build race

// Package race tells the race detector what assembly reads and writes.
package race

import (
	"runtime"
	"unsafe"
)

// Enabled reports whether there is a race detector to tell.
const Enabled = true

// Read marks the elements of x as read by the caller.
func Read[E any](x []E) {
	if len(x) > 0 {
		runtime.RaceReadRange(unsafe.Pointer(unsafe.SliceData(x)), len(x)*int(unsafe.Sizeof(x[0])))
	}
}

// Write marks the elements of x as written by the caller.
func Write[E any](x []E) {
	if len(x) > 0 {
		runtime.RaceWriteRange(unsafe.Pointer(unsafe.SliceData(x)), len(x)*int(unsafe.Sizeof(x[0])))
	}
}
