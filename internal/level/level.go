// Package level holds the instruction set in use: one predicate a level, in this package and nowhere else.
package level

import "fmt"

// Level is an instruction set that kernels are written for.
type Level uint8

// The levels, in rising order of preference on one architecture.
const (
	Generic Level = iota // plain Go
	NEON                 // arm64 Advanced SIMD
	AVX2                 // amd64 AVX2, FMA and BMI2
	AVX512               // amd64 AVX-512 F, BW, DQ and VL, and all that AVX2 means
)

// String is the name in flags, benchmarks and reports: generic, neon, avx2 or avx512.
func (l Level) String() string {
	switch l {
	case Generic:
		return "generic"
	case NEON:
		return "neon"
	case AVX2:
		return "avx2"
	case AVX512:
		return "avx512"
	}
	return fmt.Sprintf("level.Level(%d)", uint8(l))
}

// Parse is the inverse of String.
func Parse(name string) (Level, error) {
	for l := Generic; l <= AVX512; l++ {
		if l.String() == name {
			return l, nil
		}
	}
	return Generic, fmt.Errorf("level: %q is not a level; want generic, neon, avx2 or avx512", name)
}

// current is plain memory: it is written before main and by Force, which tests and benchmarks call while no kernel runs.
var current = best()

// Current is the level that kernels dispatch to.
func Current() Level { return current }

// Available lists the levels this build can run on this machine, Generic first, the default last.
func Available() []Level {
	levels := []Level{Generic}
	for l := NEON; l <= AVX512; l++ {
		if supported(l) {
			levels = append(levels, l)
		}
	}
	return levels
}

// Force makes l the level in use and returns what undoes it. It panics if this machine does not have l.
// It is for tests and benchmarks, while no kernel runs.
func Force(l Level) (restore func()) {
	if l != Generic && !supported(l) {
		panic(fmt.Sprintf("level: Force(%v): not available here", l))
	}
	old := current
	current = l
	return func() { current = old }
}

// bfloat16 is plain memory as current is.
var bfloat16 = hasBFloat16()

// BFloat16 reports whether kernels may use the dot products of bfloat16: an extension of AVX512 that some processors have,
// and no level of its own, for nothing else differs.
func BFloat16() bool { return bfloat16 && current == AVX512 }

// ForceBFloat16 says whether AVX512 has the dot products of bfloat16 and returns what undoes it. It panics if this machine
// does not have them. It is for tests and benchmarks, while no kernel runs.
func ForceBFloat16(on bool) (restore func()) {
	if on && !hasBFloat16() {
		panic("level: ForceBFloat16: not available here")
	}
	old := bfloat16
	bfloat16 = on
	return func() { bfloat16 = old }
}

func best() Level {
	levels := Available()
	return levels[len(levels)-1]
}
