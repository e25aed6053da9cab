//go:build purego || (!amd64 && !arm64)

package testkit

import "github.com/raphson-go/raphson/internal/level"

// promisedBest is Generic: this build has nothing else.
func promisedBest(func(string) bool) level.Level { return level.Generic }
