package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestFilesAreWholeOrAbsent: what fails half way leaves what was there before.
func TestFilesAreWholeOrAbsent(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "a")
	text := func(s string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			_, _ = io.WriteString(w, s)
			return err
		}
	}
	failure := errors.New("full")
	assert.ErrorIs(t, create(name, text("ha", failure)), failure)
	require.NoError(t, create(name, text("whole", nil)))
	assert.ErrorIs(t, create(name, text("ha", failure)), failure)
	content, err := os.ReadFile(name)
	require.NoError(t, err)
	assert.Equal(t, "whole", string(content))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	assert.Len(t, files, 1)
}

// TestAFolderThatCannotBeIsAnErrorBeforeAnythingIsMeasured, and so is what would measure nothing.
func TestAFolderThatCannotBeIsAnErrorBeforeAnythingIsMeasured(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	taken := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(taken, "index.html"), 0o700))
	nowhere, err := os.OpenFile(os.DevNull, os.O_RDWR, 0)
	require.NoError(t, err)
	defer nowhere.Close()
	for says, o := range map[string]options{
		"not a directory":  {output: file, run: regexp.MustCompile("vec/Dot")},
		"file":             {picture: filepath.Join(file, "x.svg")},
		"is a folder":      {picture: t.TempDir()},
		"new/ is a folder": {picture: filepath.Join(t.TempDir(), "new") + "/"},
		"index.html is":    {output: taken, run: regexp.MustCompile("vec/Dot")},
		"-run qwerty":      {run: regexp.MustCompile("qwerty")},
		"no measurements":  {run: regexp.MustCompile("forms"), json: true},
	} {
		o.count = 1
		assert.ErrorContains(t, run(t.Context(), o, nowhere, nowhere), says)
	}
}
