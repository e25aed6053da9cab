package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/bench/internal/report"
	"github.com/raphson-go/raphson/bench/internal/rows"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"
)

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

// TestEveryFamilyIsABenchmark holds the functions that go test -bench calls against the families of the table.
func TestEveryFamilyIsABenchmark(t *testing.T) {
	source, err := os.ReadFile("bench_test.go")
	require.NoError(t, err)
	for _, row := range rows.All() {
		name, _, _ := strings.Cut(report.BenchmarkName(measure.Measurement{Family: row.Family}), "/")
		assert.Contains(t, string(source), "func Benchmark"+name+"(", row.Family)
	}
}
