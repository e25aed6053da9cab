package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/descent"
	"github.com/raphson-go/raphson/bench/internal/digits"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/bench/internal/report"
	"github.com/raphson-go/raphson/bench/internal/rows"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"
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

// quick measures a few rows just long enough to have numbers.
func quick(t *testing.T, name string) []measure.Measurement {
	t.Helper()
	var all []measure.Measurement
	for _, row := range rows.All() {
		if row.Name() == name {
			s := measure.Settings{Peers: true, Count: 2, Slice: 100 * time.Microsecond, Budget: time.Millisecond}
			all = append(all, measure.Run(row, s, nil)...)
		}
	}
	require.NotEmpty(t, all)
	return all
}

func TestJSONHasTheFields(t *testing.T) {
	measurements := quick(t, "vec/Dot")
	var out bytes.Buffer
	require.NoError(t, report.JSON(&out, measurements))
	seen := map[string]bool{}
	for line := range strings.Lines(out.String()) {
		var object map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &object))
		for _, field := range []string{"family", "kernel", "type", "shape", "level", "workers", "ns", "rate", "unit", "share_of_limit", "peer"} {
			assert.Contains(t, object, field)
		}
		assert.Positive(t, object["ns"])
		assert.Positive(t, object["rate"])
		assert.True(t, (object["level"] == "") != (object["peer"] == ""), "either a level or a peer: %s", line)
		seen[object["level"].(string)+object["peer"].(string)] = true
	}
	for _, l := range level.Available() {
		assert.True(t, seen[l.String()], "level %v is missing", l)
	}
	assert.True(t, seen["gonum"] && seen["vek"] && seen["simd"], "peers are missing: %v", seen)
}

func TestBenchmarkLinesAreReadByBenchstat(t *testing.T) {
	measurements := quick(t, "vec/Dot")
	var out bytes.Buffer
	require.NoError(t, report.Benchmarks(&out, cpu.Info{Model: "test"}, measurements))
	reader := benchfmt.NewReader(&out, "test")
	results := 0
	for reader.Scan() {
		result, ok := reader.Result().(*benchfmt.Result)
		require.True(t, ok, "%v", reader.Result())
		assert.Equal(t, "test", result.GetConfig("cpu"))
		_, parts := result.Name.Parts()
		assert.True(t, slices.ContainsFunc(parts, func(p []byte) bool { return string(p) == "/kernel=Dot" }), "%s", result.Name)
		ns, ok := result.Value("sec/op")
		assert.True(t, ok && ns > 0, "%v", result.Values)
		rate, ok := result.Value("el/ns")
		assert.True(t, ok && rate > 0, "%v", result.Values)
		results++
	}
	require.NoError(t, reader.Err())
	assert.Equal(t, 2*len(measurements), results, "a line a sample")
}

func TestReportLoadsNothing(t *testing.T) {
	var out bytes.Buffer
	page := report.Page{CPU: cpu.Info{Model: "a <b> c"}, Time: time.Now(), Measurements: quick(t, "vec/Dot"), Digits: twoDigits()}
	require.NoError(t, report.HTML(&out, page))
	text := out.String()
	assert.Contains(t, text, "<svg")
	assert.Contains(t, text, "a &lt;b&gt; c")
	charts := 2 // the plan and the flow
	if len(level.Available()) > 1 {
		charts += 2 // speedups in both types
	}
	assert.Equal(t, charts, strings.Count(text, "<svg"))
	assert.Contains(t, text, "3.0</span>", "the distance is the root of the cost")
	assert.NotContains(t, text, "<script")
	for _, reference := range regexp.MustCompile(`(?:src|href)\s*=\s*"([^"]*)"|url\(([^)]*)\)|@import`).FindAllString(text, -1) {
		assert.Contains(t, reference, `"data:`, "the page refers to something outside")
	}
}

// TestReportDrawsDescent: a chart with a line in the legend for each combination, and the table.
func TestReportDrawsDescent(t *testing.T) {
	c := descent.Comparison{
		Title:  "three variables",
		Lines:  []descent.Line{{Name: "GS, 5", Block: 5, Gaps: []float64{1, 0.1, 1e-15}}, {Name: "GSL, 5", Block: 5, Gaps: []float64{1, 0.01}}},
		Claims: []descent.Claim{{Text: "GSL <= GS", OK: true}},
	}
	var out bytes.Buffer
	require.NoError(t, report.HTML(&out, report.Page{Descent: []descent.Comparison{c}}))
	text := out.String()
	assert.Equal(t, 1, strings.Count(text, "<svg"))
	assert.Contains(t, text, ">GSL, 5<", "in the legend")
	assert.Contains(t, text, "GSL &lt;= GS: yes")
}

// twoDigits is a result of two images, a stroke and a dot.
func twoDigits() *digits.Result {
	distance := kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{0, 9, 9, 0}}
	mass := kernels.Matrix[float64]{Rows: 2, Cols: 1, Stride: 1, Data: []float64{0.5, 0.5}}
	return &digits.Result{
		Labels: []int{1, 8}, Images: [][]byte{make([]byte, digits.Side*digits.Side), make([]byte, digits.Side*digits.Side)},
		Distance: distance, Nearest: []int{1, 0}, Pairs: 1, Workers: 1, Elapsed: time.Second,
		Plan: digits.Plan{FromLabel: 1, ToLabel: 8, From: []int{100, 128}, To: []int{300}, Mass: mass},
	}
}

func TestTable(t *testing.T) {
	table := rows.All()
	names := map[string]bool{}
	for _, row := range table {
		assert.False(t, names[row.Job()], "%s stands twice in the table", row.Job())
		names[row.Job()] = true
		assert.Positive(t, row.Cost.Elements)
		assert.Positive(t, row.Cost.Footprint())
	}
	for _, picture := range report.PictureRows() {
		assert.True(t, names[picture], "the picture shows %s, which is not in the table", picture)
	}
}

// TestEveryKernelIsMeasured holds the exported functions of the kernel packages against the table.
func TestEveryKernelIsMeasured(t *testing.T) {
	for _, family := range []string{"vec", "lse", "matmul"} {
		measured := map[string]bool{}
		for _, row := range rows.All() {
			if row.Family == family {
				measured[row.Kernel] = true
			}
		}
		for _, name := range exported(t, "../kernels/"+family) {
			if strings.HasPrefix(name, "New") {
				continue // a view, which computes nothing
			}
			assert.True(t, measured[name], "%s.%s has no row in bench/internal/rows", family, name)
		}
	}
}

// TestEverySparseProductIsMeasured does so for the methods that compute, those with vectors or matrices to write to.
func TestEverySparseProductIsMeasured(t *testing.T) {
	measured := map[string]bool{}
	for _, row := range rows.All() {
		if row.Family == "sparse" {
			measured[row.Kernel] = true
		}
	}
	methods := 0
	names, err := filepath.Glob("../kernels/sparse/*.go")
	require.NoError(t, err)
	for _, name := range names {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		for _, match := range product.FindAllStringSubmatch(string(source), -1) {
			method := match[2]
			if match[1] != "CSR" {
				method = match[1] + "." + method
			}
			assert.True(t, measured[method], "sparse: %s has no row in bench/internal/rows", method)
			methods++
		}
	}
	assert.Equal(t, len(measured), methods, "rows without a method")
}

// product matches an exported method without a result, or with one number, and with a slice or matrix among its parameters.
var product = regexp.MustCompile(`(?m)^func \(\w+ \*(\w+)\[T\]\) ([A-Z]\w*)\([^)]*(?:\[\]T|kernels\.Matrix\[T\])[^)]*\)(?: \(\w+ T\))? \{`)

var exportedFunction = regexp.MustCompile(`(?m)^func ([A-Z]\w*)\[?.*\(`)

func exported(t *testing.T, folder string) []string {
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var names []string
	for _, entry := range entries {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		source, err := os.ReadFile(folder + "/" + entry.Name())
		require.NoError(t, err)
		for _, match := range exportedFunction.FindAllSubmatch(source, -1) {
			names = append(names, string(match[1]))
		}
	}
	require.NotEmpty(t, names)
	return names
}

func TestBar(t *testing.T) {
	assert.Equal(t, strings.Repeat("░", barCells), bar(0, 10))
	assert.Equal(t, strings.Repeat("█", barCells), bar(10, 10))
	assert.Equal(t, barCells/2, strings.Count(bar(5, 10), "█"))
	assert.Equal(t, strings.Repeat("░", barCells), bar(0, 0))
}

func TestWorkersDefaultToOneAndAll(t *testing.T) {
	seen := map[int]bool{}
	for _, m := range quick(t, "lse/Exp") {
		seen[m.Workers] = true
	}
	assert.Equal(t, map[int]bool{1: true, runtime.GOMAXPROCS(0): true}, seen)
}

func TestFiguresHaveThreeDigits(t *testing.T) {
	for rate, want := range map[float64]string{0.0421: "0.042", 0.9999: "1.00", 9.994: "9.99", 9.996: "10.0", 99.96: "100", 1234: "1234"} {
		assert.Equal(t, want, report.Rate(rate))
	}
	assert.Equal(t, "9.9x", report.Times(9.94))
	assert.Equal(t, "10x", report.Times(9.96))
	assert.Empty(t, report.Times(0), "nothing to compare with")
}
