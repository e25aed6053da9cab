package level_test

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWantedLevel guards test runs that are for one instruction set against running another.
func TestWantedLevel(t *testing.T) {
	name := os.Getenv(testkit.WantLevel)
	if name == "" {
		t.Skip(testkit.WantLevel + " is not set")
	}
	want, err := level.Parse(name)
	require.NoError(t, err)
	assert.Equal(t, want, level.Current())
}

func TestCurrentIsTheBestPromised(t *testing.T) {
	promised := testkit.PromisedLevels()
	assert.Subset(t, level.Available(), promised)
	assert.GreaterOrEqual(t, level.Current(), promised[len(promised)-1])
}

func TestAvailable(t *testing.T) {
	levels := level.Available()
	assert.Equal(t, level.Generic, levels[0])
	assert.Equal(t, level.Current(), levels[len(levels)-1])
	assert.True(t, slices.IsSorted(levels))
	assert.False(t, slices.Contains(levels, level.NEON) && slices.Contains(levels, level.AVX2), "no machine has both")
	if slices.Contains(levels, level.AVX512) {
		assert.Contains(t, levels, level.AVX2)
	}
}

func TestForceAndRestore(t *testing.T) {
	before := level.Current()
	for _, l := range level.Available() {
		restore := level.Force(l)
		assert.Equal(t, l, level.Current())
		restore()
		assert.Equal(t, before, level.Current())
	}
	for l := level.Generic; l <= level.AVX512; l++ {
		if !slices.Contains(level.Available(), l) {
			assert.Panics(t, func() { level.Force(l) }, l.String())
			assert.Equal(t, before, level.Current())
		}
	}
	assert.Panics(t, func() { level.Force(level.AVX512 + 1) })
}

func TestBFloat16(t *testing.T) {
	if testkit.PromisesBFloat16() {
		assert.True(t, level.BFloat16())
	}
	had := level.BFloat16()
	for _, l := range level.Available() {
		restore := level.Force(l)
		assert.Equal(t, had && l == level.AVX512, level.BFloat16(), "an extension of one level")
		restore()
	}
	if !had {
		assert.Panics(t, func() { level.ForceBFloat16(true) })
	}
	restore := level.ForceBFloat16(false)
	assert.False(t, level.BFloat16())
	restore()
	assert.Equal(t, had, level.BFloat16())
}

func TestNames(t *testing.T) {
	var names []string
	for l := level.Generic; l <= level.AVX512; l++ {
		names = append(names, l.String())
		parsed, err := level.Parse(l.String())
		assert.NoError(t, err)
		assert.Equal(t, l, parsed)
	}
	assert.Equal(t, []string{"generic", "neon", "avx2", "avx512"}, names)
	assert.Equal(t, "level.Level(9)", level.Level(9).String())
	_, err := level.Parse("sse")
	assert.EqualError(t, err, `level: "sse" is not a level; want generic, neon, avx2 or avx512`)
}

// printing is the environment variable that makes TestPrint print.
const printing = "RAPHSON_TEST_PRINT"

func TestPrint(t *testing.T) {
	if os.Getenv(printing) == "" {
		t.Skip("the program that TestGODEBUG runs")
	}
	t.Logf("<%v %v>", level.Current(), level.BFloat16())
}

// TestGODEBUG runs this program with features turned off.
func TestGODEBUG(t *testing.T) {
	best, pairs := level.Current(), level.BFloat16()
	for _, c := range []struct {
		debug string
		cap   level.Level // the best level that is left on amd64
	}{
		{"cpu.avx512f=off", level.AVX2}, {"cpu.avx512bw=off", level.AVX2}, {"cpu.avx512dq=off", level.AVX2}, {"cpu.avx512vl=off", level.AVX2},
		{"cpu.avx2=off", level.Generic}, {"cpu.fma=off", level.Generic}, {"cpu.bmi2=off", level.Generic}, {"cpu.avx=off", level.Generic},
		{"cpu.all=off", level.Generic}, {"cpu.avx512bf16=off", level.AVX512},
	} {
		program := exec.Command(os.Args[0], "-test.run=^TestPrint$", "-test.v")
		program.Env = append(os.Environ(), printing+"=1", "GODEBUG="+os.Getenv("GODEBUG")+","+c.debug)
		output, err := program.CombinedOutput()
		if err != nil && len(output) == 0 {
			t.Skipf("a test program cannot start another here: %v", err)
		}
		require.NoError(t, err, "%s", output)
		want := min(best, c.cap)
		if best == level.NEON && c.debug != "cpu.all=off" {
			want = best // features of another architecture
		}
		_, after, _ := strings.Cut(string(output), "<")
		got, _, _ := strings.Cut(after, ">")
		assert.Equal(t, fmt.Sprint(want, pairs && want == level.AVX512 && c.debug != "cpu.avx512bf16=off"), got, c.debug)
	}
}
