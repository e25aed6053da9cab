package testkit

import (
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/stretchr/testify/assert"
)

func TestEachLevelRunsEachAndRestores(t *testing.T) {
	before := level.Current()
	var ran []level.Level
	EachLevel(t, func(t *testing.T, l level.Level) {
		assert.Equal(t, l, level.Current())
		ran = append(ran, l)
	})
	assert.Equal(t, level.Available(), ran)
	assert.Equal(t, before, level.Current())
}

func TestEachLevelAndTypeRunsAll(t *testing.T) {
	var single, double []level.Level
	EachLevelAndType(t,
		func(*testing.T) { single = append(single, level.Current()) },
		func(*testing.T) { double = append(double, level.Current()) })
	assert.Equal(t, level.Available(), single)
	assert.Equal(t, level.Available(), double)
}

func TestTurnedOff(t *testing.T) {
	assert.False(t, turnedOff("", "avx2"))
	assert.True(t, turnedOff("cpu.avx2=off", "avx2"))
	assert.False(t, turnedOff("cpu.avx512f=off", "avx2"))
	assert.True(t, turnedOff("gctrace=1,cpu.all=off", "avx2"))
	assert.False(t, turnedOff("cpu.all=off,cpu.avx2=on", "avx2"))
	assert.True(t, turnedOff("cpu.avx2=on,cpu.all=off", "avx2"))
}

func TestWantLevelOverridesTheSystem(t *testing.T) {
	t.Setenv(WantLevel, "avx512")
	assert.Equal(t, []level.Level{level.Generic, level.AVX2, level.AVX512}, PromisedLevels())
	t.Setenv(WantLevel, "neon")
	assert.Equal(t, []level.Level{level.Generic, level.NEON}, PromisedLevels())
	t.Setenv(WantLevel, "generic")
	assert.Equal(t, []level.Level{level.Generic}, PromisedLevels())
}

func TestMissingLevelFails(t *testing.T) {
	for _, l := range []string{"avx512", "neon"} { // no machine has both
		t.Setenv(WantLevel, l)
		want, _ := level.Parse(l)
		r := &recorder{}
		requireLevels(r)
		missing := true
		for _, available := range level.Available() {
			missing = missing && available != want
		}
		assert.Equal(t, missing, len(r.messages) > 0, l)
	}
}
