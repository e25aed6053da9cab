//go:build !amd64

package vec

// long reports whether a vector of n elements is worth more than plain Go.
func long(n int) bool { return n >= 8 }
