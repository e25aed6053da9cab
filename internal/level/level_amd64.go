//go:build amd64 && !purego

package level

import "golang.org/x/sys/cpu"

// supported ANDs every feature itself: cpu's flags do not cascade, and HasAVX512 is the F bit alone.
func supported(l Level) bool {
	avx2 := cpu.X86.HasAVX && cpu.X86.HasAVX2 && cpu.X86.HasFMA && cpu.X86.HasBMI2
	switch l {
	case AVX2:
		return avx2
	case AVX512:
		return avx2 && cpu.X86.HasAVX512F && cpu.X86.HasAVX512BW && cpu.X86.HasAVX512DQ && cpu.X86.HasAVX512VL
	}
	return false
}

// hasBFloat16 is for functions of AVX512 that say which they are: the dispatcher asks once more.
func hasBFloat16() bool { return supported(AVX512) && cpu.X86.HasAVX512BF16 }
