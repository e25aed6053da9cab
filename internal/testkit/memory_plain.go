//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package testkit

// GuardPages reports whether memory outside the operands is inaccessible.
const GuardPages = false

// guarded is ordinary memory with room for canaries on both sides.
func guarded(size int) (bytes []byte, margin int, release func(), err error) {
	return make([]byte, canary+size+canary), canary, func() {}, nil
}
