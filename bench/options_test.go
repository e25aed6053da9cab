package main

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/bench/internal/rows"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFlags(t *testing.T) {
	o, err := parse(nil, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, options{count: 11, output: "report"}, o)
	assert.True(t, o.wants(limitsSection) && o.wants(digitsSection) && o.wantsKernel("vec/Dot"))
	assert.False(t, o.asks(formsSection) || o.asks(optimisersSection) || o.asks(newtonSection) || o.asks(descentSection) || o.asks(linearSection) || o.asks(relaxSection) || o.asks(heatSection), "these take minutes")
	long := measure.Row{Family: "orth", Kernel: "Polar", OnRequest: true}
	assert.False(t, o.wantsRow(long))
	o, err = parse([]string{"-run", "orth/Polar|optimisers"}, io.Discard)
	require.NoError(t, err)
	assert.True(t, o.wantsRow(long) && o.asks(optimisersSection))
	assert.False(t, o.asks(formsSection))

	o, err = parse([]string{"-run", ""}, io.Discard)
	require.NoError(t, err)
	assert.False(t, o.asks(heatSection) || o.wantsRow(long), "an empty -run names nothing that takes minutes")

	o, err = parse([]string{"-run", "vec/Dot|limits", "-level", "generic", "-workers", "1", "-o", "x", "-json", "-count", "3"}, io.Discard)
	require.NoError(t, err)
	assert.Equal(t, []level.Level{level.Generic}, o.levels)
	assert.Equal(t, []int{1}, o.workers)
	assert.Equal(t, "x", o.output)
	assert.True(t, o.json && o.wants(limitsSection) && o.wantsKernel("vec/DotWide"))
	assert.False(t, o.wants(digitsSection) || o.wantsKernel("vec/Axpy"))

	o, err = parse([]string{"-json"}, io.Discard)
	require.NoError(t, err)
	assert.Empty(t, o.output, "-json alone writes no report")

	o, err = parse([]string{"-run", "kernels"}, io.Discard)
	require.NoError(t, err)
	assert.True(t, o.wantsKernel("lse/Exp"))
	assert.False(t, o.wants(digitsSection))
}

// TestFlagsHoldForJobs: the digits run at the level and with the workers asked for, of several at the best.
func TestFlagsHoldForJobs(t *testing.T) {
	before, workers := level.Current(), kernels.Workers()
	options{}.enter()()
	leave := options{levels: []level.Level{level.Generic}, workers: []int{1}}.enter()
	assert.Equal(t, level.Generic, kernels.Level())
	assert.Equal(t, 1, kernels.Workers())
	leave()
	assert.Equal(t, before, kernels.Level())
	assert.Equal(t, workers, kernels.Workers())
	defer options{levels: level.Available()}.enter()()
	assert.Equal(t, before, kernels.Level())
}

func TestFlagErrorsSayWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		arguments []string
		says      string
	}{
		{[]string{"-nonsense"}, "nonsense"},
		{[]string{"extra"}, `unexpected argument "extra"`},
		{[]string{"-run", "("}, "missing closing"},
		{[]string{"-level", "avx9"}, `no level "avx9": this machine has generic`},
		{[]string{"-workers", "0"}, `"0" is not a number from 1`},
		{[]string{"-workers", "-1"}, `"-1" is not a number from 1`},
		{[]string{"-run"}, "needs an argument"},
		{[]string{"-workers", "1000000"}, "GOMAXPROCS"},
		{[]string{"-workers", "two"}, `"two"`},
		{[]string{"-count", "0"}, "-count 0"},
		{[]string{"-picture", "x.svg", "-run", "vec"}, "does not go with -run"},
	} {
		var help bytes.Buffer
		_, err := parse(test.arguments, &help)
		assert.Error(t, err, "%v", test.arguments)
		assert.Contains(t, help.String(), test.says, "%v", test.arguments)
		assert.Equal(t, 1, strings.Count(help.String(), "\n"), "an error is one line: %v", test.arguments)
	}
}

func TestHelpNamesEveryFlag(t *testing.T) {
	var help bytes.Buffer
	_, err := parse([]string{"-h"}, &help)
	assert.Error(t, err)
	for _, flag := range []string{"-run", "-level", "-workers", "-o", "-json", "-picture", "-count"} {
		assert.Contains(t, help.String(), flag)
	}
	for _, row := range rows.All() {
		if row.OnRequest {
			assert.True(t, strings.Contains(help.String(), row.Family), "help does not name %s", row.Job())
		}
	}
}
