//go:build (amd64 || arm64) && !purego

package pool

// stackBounds is the calling goroutine's stack, low up to but not including high: the first two words of its descriptor.
func stackBounds() (low, high uintptr)
