package main

import (
	"fmt"
	"os"
	"strings"
	"time"
)

// progress is a bar on one line of a terminal. Where the output is no terminal, or one without cursor, it stays silent.
type progress struct {
	file  *os.File
	shown time.Time
}

func newProgress(file *os.File) *progress {
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 || os.Getenv("TERM") == "dumb" {
		return &progress{}
	}
	return &progress{file: file}
}

const barCells = 30

// show draws the bar, at most 20 times a second.
func (p *progress) show(what string, done, of int) {
	if p.file == nil || time.Since(p.shown) < 50*time.Millisecond {
		return
	}
	p.shown = time.Now()
	fmt.Fprintf(p.file, "\r\x1b[K%s%s %3d%%  %s%s", noWrap, bar(done, of), 100*done/max(of, 1), what, wrapAgain)
}

// A narrow terminal cuts the line off: wrapped, only its last part would be drawn over by the next.
const noWrap, wrapAgain = "\x1b[?7l", "\x1b[?7h"

// bar is a row of cells, filled up to done of so many.
func bar(done, of int) string {
	full := min(barCells*done/max(of, 1), barCells)
	return strings.Repeat("█", full) + strings.Repeat("░", barCells-full)
}

// clear removes the bar, so that text can follow.
func (p *progress) clear() {
	if p.file != nil {
		fmt.Fprint(p.file, "\r\x1b[K")
		p.shown = time.Time{}
	}
}
