package main

import (
	"bytes"
	"flag"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func Example() {
	if err := run([]string{"256x256", "512x512"}, os.Stdout, os.Stderr); err != nil {
		panic(err)
	}
	// Output:
	// | shape | Muon's error | error | a | b | c |
	// | --- | --- | --- | --- | --- | --- |
	// | 256x256 | 0.043 | 0.015 | 3.2114 | -3.7672 | 1.5011 |
	// | 512x512 | 0.036 | 0.02 | 3.2414 | -3.9100 | 1.5914 |
}

func TestGoLiteral(t *testing.T) {
	var out bytes.Buffer
	require.NoError(t, run([]string{"-go", "64x32"}, &out, io.Discard))
	assert.Regexp(t, `^map\[orth\.Shape\]orth\.Polynomial\{\n\t\{Least: 32, Most: 64\}: \{A: [0-9.]+, B: -[0-9.]+, C: [0-9.]+\},\n\}\n$`, out.String())
}

func TestBadArguments(t *testing.T) {
	for _, arguments := range [][]string{{}, {"12"}, {"0x5"}, {"axb"}, {"-steps", "0", "5x5"}, {"-nonsense"}} {
		assert.Error(t, run(arguments, io.Discard, io.Discard), "%v", arguments)
	}
	assert.ErrorIs(t, run([]string{"-h"}, io.Discard, io.Discard), flag.ErrHelp)
}
