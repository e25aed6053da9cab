//go:build amd64 && !purego

package testkit

import "github.com/raphson-go/raphson/internal/level"

// promisedBest is the best level for a processor with the given features.
func promisedBest(has func(feature string) bool) level.Level {
	all := func(features ...string) bool {
		for _, feature := range features {
			if !has(feature) {
				return false
			}
		}
		return true
	}
	switch {
	case !all("avx", "avx2", "fma", "bmi2"):
		return level.Generic
	case !all("avx512f", "avx512bw", "avx512dq", "avx512vl"):
		return level.AVX2
	}
	return level.AVX512
}
