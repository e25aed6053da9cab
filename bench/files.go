package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/raphson-go/raphson/bench/internal/report"
)

// prepare makes the folder of what is to be written, and sees to it that this cannot fail after minutes of measuring.
func (p *program) prepare() error {
	folder := p.output
	if p.options.picture != "" {
		folder = filepath.Dir(p.options.picture)
	}
	if folder == "" {
		return nil
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for _, name := range p.files() {
		if info, err := os.Stat(name); err == nil && info.IsDir() {
			return fmt.Errorf("%s is a folder: a file of this name is to be written", name)
		}
	}
	probe := filepath.Join(folder, ".bench")
	if err := os.WriteFile(probe, nil, 0o644); err != nil {
		return err
	}
	return os.Remove(probe)
}

// files are those that are to be written: the picture, or the report and what benchstat reads.
func (p *program) files() []string {
	if p.options.picture != "" {
		return []string{p.options.picture}
	}
	return []string{filepath.Join(p.output, "index.html"), filepath.Join(p.output, "bench.txt")}
}

// write leaves the report in its folder.
func (p *program) write() error {
	if p.output == "" {
		return nil
	}
	files := p.files()
	html, text := files[0], files[1]
	err := create(html, func(w io.Writer) error { return report.HTML(w, p.page) })
	if err != nil {
		return err
	}
	if len(p.page.Measurements) == 0 { // the section had only tables: an older bench.txt stays
		fmt.Fprintf(p.text, "written: %s (the report)\n", html)
		return nil
	}
	err = create(text, func(w io.Writer) error { return report.Benchmarks(w, p.page.CPU, p.page.Measurements) })
	if err != nil {
		return err
	}
	fmt.Fprintf(p.text, "written: %s (the report), %s (for benchstat)\n", html, text)
	return nil
}

// create writes a file under another name first, so that a file of this name is whole at any time.
func create(name string, write func(io.Writer) error) (err error) {
	unfinished := name + ".tmp"
	file, err := os.Create(unfinished)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(unfinished)
		}
	}()
	if err := write(file); err != nil {
		file.Close()
		return err
	}
	if err := file.Close(); err != nil {
		return err
	}
	return os.Rename(unfinished, name)
}
