//go:build arm64 && !purego

package testkit

import (
	"os"

	"github.com/raphson-go/raphson/internal/level"
)

// promisedBest is NEON: Go runs on no arm64 without it.
func promisedBest(func(string) bool) level.Level {
	if turnedOff(os.Getenv("GODEBUG"), "asimd") {
		return level.Generic
	}
	return level.NEON
}
