//go:build arm64 && !purego

package level

import "golang.org/x/sys/cpu"

// supported reports whether l can run. Advanced SIMD is part of every arm64 that Go targets; where the operating
// system does not say so (HasASIMD is read from it), the build target is the evidence.
func supported(l Level) bool { return l == NEON && (cpu.ARM64.HasASIMD || !cpu.Initialized) }

func hasBFloat16() bool { return false }
