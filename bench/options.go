package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
)

// The sections that -run can name; what else it matches are kernels.
const (
	limitsSection  = "limits"
	kernelsSection = "kernels"
	digitsSection  = "digits"
)

// Sections that take long and run only if -run names them.
const (
	formsSection      = "forms"
	optimisersSection = "optimisers"
	newtonSection     = "sns"
	descentSection    = "bcd"
	linearSection     = "linear"
	relaxSection      = "relax"
	heatSection       = "heat"
)

type options struct {
	run     *regexp.Regexp // nil: everything
	levels  []level.Level  // nil: all of this machine
	workers []int          // nil: one, and all where a kernel uses them
	count   int
	output  string // folder of the report; empty: none
	picture string
	json    bool
}

const usage = `usage: go run ./bench [flags]

Without flags: describes the CPU, measures its limits, measures every kernel at every level that the CPU has beside
other packages, computes the transport distances between 64 handwritten digits, and writes report/index.html and
report/bench.txt (for benchstat). Under a minute.

`

// parse reads the command line. What it writes to help is for the user: the text of -h, or what is wrong.
func parse(arguments []string, help io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // an error is one line here, not lost above all that help says
	flags.Func("run", "measure only what this `regexp` matches: family/kernel (vec/Dot, lse), or a section:\nlimits, kernels, digits. Only if named: forms, optimisers, sns, bcd, linear, relax,\nheat, gonum/SVD, and large matrices of orth and of sparse/Plan", func(s string) (err error) {
		o.run = nil // an empty one is none given: it would match even what takes minutes
		if s != "" {
			o.run, err = regexp.Compile(s)
		}
		return err
	})
	flags.Func("level", "only these `levels`, separated by commas: "+names(level.Available()), func(s string) (err error) {
		o.levels, err = parseLevels(s)
		return err
	})
	flags.Func("workers", "measure with these `numbers` of workers, separated by commas (default 1, and all of\nthem for what is split)", func(s string) (err error) {
		o.workers, err = parseWorkers(s)
		return err
	})
	flags.IntVar(&o.count, "count", 11, "`samples` of each measurement, of which the median counts")
	flags.StringVar(&o.output, "o", "report", "`folder` to write the report to; empty writes none")
	flags.StringVar(&o.picture, "picture", "", "only measure what the picture of the README shows, and write it to this `file`")
	flags.BoolVar(&o.json, "json", false, "print one JSON object a measurement and nothing else; writes a report only if -o is given")
	fail := func(format string, a ...any) (options, error) {
		err := fmt.Errorf(format, a...)
		fmt.Fprintf(help, "bench: %v (-h for help)\n", err)
		return o, err
	}
	switch err := flags.Parse(arguments); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(help, usage)
		flags.SetOutput(help)
		flags.PrintDefaults()
		return o, err
	case err != nil:
		return fail("%w", err)
	}
	if flags.NArg() > 0 {
		return fail("unexpected argument %q", flags.Arg(0))
	}
	if o.count < 1 {
		return fail("-count %d: want 1 or more", o.count)
	}
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if given["picture"] {
		for _, other := range []string{"run", "level", "workers", "o", "json"} {
			if given[other] {
				return fail("-picture measures what it shows: it does not go with -%s", other)
			}
		}
		if o.picture == "" {
			return fail("-picture: want the name of a file")
		}
	}
	if o.json && !given["o"] {
		o.output = ""
	}
	return o, nil
}

func parseLevels(s string) ([]level.Level, error) {
	var levels []level.Level
	for name := range strings.SplitSeq(s, ",") {
		l, err := level.Parse(name)
		if err != nil || !slices.Contains(level.Available(), l) {
			return nil, fmt.Errorf("no level %q: this machine has %s", name, names(level.Available()))
		}
		levels = append(levels, l)
	}
	slices.Sort(levels)
	return slices.Compact(levels), nil
}

func names(levels []level.Level) string {
	var list []string
	for _, l := range levels {
		list = append(list, l.String())
	}
	return strings.Join(list, ", ")
}

func parseWorkers(s string) ([]int, error) {
	var workers []int
	for part := range strings.SplitSeq(s, ",") {
		n, err := strconv.Atoi(part)
		if err != nil || n < 1 || n > runtime.GOMAXPROCS(0) {
			return nil, fmt.Errorf("%q is not a number from 1 to GOMAXPROCS, %d here", part, runtime.GOMAXPROCS(0))
		}
		workers = append(workers, n)
	}
	slices.Sort(workers)
	return slices.Compact(workers), nil
}

// wants reports whether -run asks for a section as a whole.
func (o options) wants(section string) bool { return o.run == nil || o.run.MatchString(section) }

// wantsKernel reports whether -run asks for a kernel.
func (o options) wantsKernel(name string) bool {
	return o.wants(kernelsSection) || o.run.MatchString(name)
}

// wantsRow reports whether -run asks for a row; those on request it must name.
func (o options) wantsRow(row measure.Row) bool {
	if row.OnRequest {
		return o.asks(row.Name())
	}
	return o.wantsKernel(row.Name())
}

// asks reports whether -run names something that is left out without it.
func (o options) asks(name string) bool { return o.run != nil && o.run.MatchString(name) }

// enter puts in force what -level and -workers ask of jobs that run once: the best of the levels and the most workers.
func (o options) enter() (leave func()) {
	l, workers := level.Current(), 0
	if len(o.levels) > 0 {
		l = o.levels[len(o.levels)-1]
	}
	if len(o.workers) > 0 {
		workers = o.workers[len(o.workers)-1]
	}
	restore, previous := level.Force(l), kernels.SetWorkers(workers)
	return func() {
		restore()
		kernels.SetWorkers(previous)
	}
}
