//go:build purego || (!amd64 && !arm64)

package pool

// stackBounds is unknown without assembly.
func stackBounds() (low, high uintptr) { return 0, 0 }
