//go:build purego || (!amd64 && !arm64)

package level

func supported(Level) bool { return false }

func hasBFloat16() bool { return false }
