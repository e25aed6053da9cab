package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/limits"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/bench/internal/report"
	"github.com/raphson-go/raphson/bench/internal/rows"
	"github.com/raphson-go/raphson/internal/level"
)

// program is one run.
type program struct {
	options
	text     io.Writer // what people read; nowhere with -json
	progress *progress
	page     report.Page
}

func run(ctx context.Context, o options, stdout, stderr *os.File) error {
	start := time.Now()
	p := &program{options: o, text: stdout, progress: newProgress(stderr)}
	if o.json {
		p.text = io.Discard
	}
	table := p.table()
	sections := p.onRequest()
	if len(table) == 0 && len(sections) == 0 && !p.wants(limitsSection) && !p.wants(digitsSection) {
		return fmt.Errorf("nothing matches -run %v (-h lists the sections; kernels are family/kernel, as vec/Dot)", o.run)
	}
	if o.json && len(table) == 0 && !p.wants(limitsSection) && !p.wants(digitsSection) {
		return fmt.Errorf("-json: %v has tables to read, no measurements", o.run)
	}
	if err := p.prepare(); err != nil {
		return err
	}
	p.describe()
	if len(table) > 0 || p.wants(limitsSection) {
		p.limits()
	}
	if err := p.kernels(ctx, table); err != nil {
		return err
	}
	p.checkQuiet()
	if o.picture != "" {
		return p.picture()
	}
	defer p.enter()()
	if p.wants(digitsSection) {
		if err := p.digits(ctx); err != nil {
			return err
		}
	}
	for _, section := range sections {
		if err := section(ctx); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if o.json {
		if err := report.JSON(stdout, p.page.Measurements); err != nil {
			return err
		}
	}
	if err := p.write(); err != nil {
		return err
	}
	fmt.Fprintf(p.text, "%.1f s in all\n", time.Since(start).Seconds())
	return nil
}

// table is the rows that are asked for.
func (p *program) table() []measure.Row {
	var table []measure.Row
	for _, row := range rows.All() {
		if p.options.picture != "" {
			if slices.Contains(report.PictureRows(), row.Job()) {
				table = append(table, row)
			}
		} else if p.wantsRow(row) {
			table = append(table, row)
		}
	}
	return table
}

// describe prints the processor.
func (p *program) describe() {
	info := cpu.Read()
	if info.L3 == 0 && info.L2 > 0 {
		info.L3 = limits.FindL3(info.L2)
		info.L3Seen = info.L3 > 0
	}
	p.page.CPU, p.page.Level, p.page.Time = info, level.Current().String(), time.Now()
	l3 := cpu.Bytes(info.L3)
	if info.L3Seen {
		l3 = "about " + l3 + " (by its speed)"
	}
	fmt.Fprintf(p.text, "%s, %s, %s\n", info.Model, cpu.Count(info.Cores, "core"), info.System)
	fmt.Fprintf(p.text, "caches    L1 %s, L2 %s of each core, L3 %s\n", cpu.Bytes(info.L1D), cpu.Bytes(info.L2), l3)
	fmt.Fprintf(p.text, "features  %s\n", wrap(info.Features, 100, "          "))
	fmt.Fprintf(p.text, "level     %s of %s\n\n", p.page.Level, names(level.Available()))
}

// limits measures what the machine can do; shares are stated against it, so kernels need it even where -run does not.
func (p *program) limits() {
	p.page.Limits = limits.Measure(p.page.CPU, func(done, of int) { p.progress.show("limits", done, of) })
	p.progress.clear()
	if p.wants(limitsSection) {
		p.page.Measurements = append(p.page.Measurements, p.page.Limits.Measurements()...)
		report.LimitTable(p.text, p.page.Limits.Measurements())
		fmt.Fprintln(p.text)
	}
}

// kernels measures the rows and prints a table a family.
func (p *program) kernels(ctx context.Context, table []measure.Row) error {
	settings := measure.Settings{Levels: p.levels, Workers: p.workers, Peers: true, Count: p.count}
	var family []measure.Measurement
	for i, row := range table {
		if err := ctx.Err(); err != nil {
			p.progress.clear()
			return err
		}
		p.progress.show(row.Job(), i, len(table))
		family = append(family, measure.Run(row, settings, p.page.Limits)...)
		if i == len(table)-1 || table[i+1].Family != row.Family {
			p.progress.clear()
			lines := report.Group(family)
			fmt.Fprintf(p.text, "%s: %s\n", row.Family, report.Caption(lines))
			report.Table(p.text, lines)
			fmt.Fprintln(p.text)
			p.page.Measurements = append(p.page.Measurements, family...)
			family = nil
		}
	}
	return nil
}

// checkQuiet says so if others used the machine during the measurements.
func (p *program) checkQuiet() {
	if p.page.Limits == nil {
		return
	}
	p.page.Quiet = p.page.Limits.Quiet()
	if busy := p.page.Busy(); busy != "" {
		fmt.Fprintf(p.text, "This machine was busy: it reached only %s of the FMA peak that it had. %s\n\n", busy, report.BusyNote())
	}
}

func (p *program) picture() error {
	err := create(p.options.picture, func(w io.Writer) error {
		_, err := io.WriteString(w, report.Picture(p.page.CPU, report.Group(p.page.Measurements)))
		return err
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(p.text, "written:", p.options.picture)
	return nil
}

// wrap joins words to lines of at most width, the later ones indented.
func wrap(words []string, width int, indent string) string {
	var text strings.Builder
	column := 0
	for _, word := range words {
		if column > 0 && column+len(word) > width {
			text.WriteString("\n" + indent)
			column = 0
		} else if column > 0 {
			text.WriteString(" ")
			column++
		}
		text.WriteString(word)
		column += len(word)
	}
	return text.String()
}
