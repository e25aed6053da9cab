package testkit

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
)

// WantLevel is the environment variable in which a test run that must use a certain instruction set names it. It is needed
// under an emulator, where the system describes the machine outside.
const WantLevel = "RAPHSON_WANT_LEVEL"

// EachLevel runs f as a subtest at every level that is available. It fails if a level did not run that should have: one
// that the operating system promises, or the one that WantLevel names.
func EachLevel(t *testing.T, f func(t *testing.T, l level.Level)) {
	t.Helper()
	requireLevels(t)
	for _, l := range level.Available() {
		t.Run(l.String(), func(t *testing.T) {
			defer level.Force(l)()
			f(t, l)
		})
	}
}

// EachType runs a test in both types.
func EachType(t *testing.T, single, double func(t *testing.T)) {
	t.Run("float32", single)
	t.Run("float64", double)
}

// EachLevelAndType runs a test in both types at every level, as EachLevel does.
func EachLevelAndType(t *testing.T, single, double func(t *testing.T)) {
	t.Helper()
	EachLevel(t, func(t *testing.T, _ level.Level) { EachType(t, single, double) })
}

// EachBFloat16 is EachLevel, and the level that has the dot products of bfloat16 runs once more, without them.
func EachBFloat16(t *testing.T, f func(t *testing.T, l level.Level)) {
	t.Helper()
	EachLevel(t, f)
	if PromisesBFloat16() && !level.BFloat16() {
		t.Error("the dot products of bfloat16 should be available and are not")
	}
	if level.BFloat16() {
		t.Run(level.Current().String()+" without pairs", func(t *testing.T) {
			defer level.ForceBFloat16(false)()
			f(t, level.Current())
		})
	}
}

// EachLevelBenchmark runs f as a sub-benchmark at every level that is available, under the name level=...
func EachLevelBenchmark(b *testing.B, f func(b *testing.B, l level.Level)) {
	for _, l := range level.Available() {
		b.Run("level="+l.String(), func(b *testing.B) {
			defer level.Force(l)()
			f(b, l)
		})
	}
}

func requireLevels(t testing.TB) {
	t.Helper()
	for _, l := range PromisedLevels() {
		if !slices.Contains(level.Available(), l) {
			t.Errorf("level %v should run and does not: this machine runs %v (under an emulator, name the level in %s)",
				l, level.Available(), WantLevel)
		}
	}
}

// PromisedLevels are the levels that must be available, as known from elsewhere than package level: from WantLevel if it is
// set, else from what the operating system says of the processor less what GODEBUG turns off.
func PromisedLevels() []level.Level {
	best := promisedBest(hasFeature)
	if want, err := level.Parse(os.Getenv(WantLevel)); err == nil {
		best = want
	}
	promised := []level.Level{level.Generic}
	switch best {
	case level.AVX512:
		promised = append(promised, level.AVX2, level.AVX512)
	case level.AVX2, level.NEON:
		promised = append(promised, best)
	}
	return promised
}

// PromisesBFloat16 reports whether the operating system says that the best level has the dot products of bfloat16, and GODEBUG
// leaves them on.
func PromisesBFloat16() bool {
	return slices.Contains(PromisedLevels(), level.AVX512) &&
		hasFeature("avx512_bf16") && !turnedOff(os.Getenv("GODEBUG"), "avx512bf16")
}

// hasFeature reports whether /proc/cpuinfo lists a feature and GODEBUG leaves it on.
func hasFeature(feature string) bool {
	return slices.Contains(systemFeatures(), feature) && !turnedOff(os.Getenv("GODEBUG"), feature)
}

// systemFeatures are the processor's features by their names in /proc/cpuinfo, none if that does not exist.
func systemFeatures() []string {
	description, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(description)) {
		name, features, found := strings.Cut(line, ":")
		if name = strings.TrimSpace(name); found && (name == "flags" || name == "Features") {
			return strings.Fields(features)
		}
	}
	return nil
}

// turnedOff reports whether a value of GODEBUG turns a feature off; the last word on it counts.
func turnedOff(debug, feature string) (off bool) {
	for setting := range strings.SplitSeq(debug, ",") {
		key, value, _ := strings.Cut(setting, "=")
		if key == "cpu."+feature || key == "cpu.all" {
			off = value == "off"
		}
	}
	return off
}
