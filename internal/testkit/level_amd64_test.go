//go:build amd64 && !purego

package testkit

import (
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/stretchr/testify/assert"
)

func TestPromisedBest(t *testing.T) {
	haswell := []string{"avx", "avx2", "fma", "bmi2"}
	skylake := append([]string{"avx512f", "avx512bw", "avx512dq", "avx512vl"}, haswell...)
	best := func(features []string) level.Level {
		return promisedBest(func(feature string) bool { return slices.Contains(features, feature) })
	}
	assert.Equal(t, level.AVX512, best(skylake))
	assert.Equal(t, level.AVX2, best(haswell))
	for i := range skylake {
		without := slices.Delete(slices.Clone(skylake), i, i+1)
		assert.Less(t, best(without), level.AVX512, "without %s", skylake[i])
	}
	for i := range haswell {
		assert.Equal(t, level.Generic, best(slices.Delete(slices.Clone(haswell), i, i+1)), "without %s", haswell[i])
	}
}
