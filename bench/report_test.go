package main

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/descent"
	"github.com/raphson-go/raphson/bench/internal/digits"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/bench/internal/report"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReportLoadsNothing(t *testing.T) {
	var out bytes.Buffer
	page := report.Page{
		CPU: cpu.Info{Model: "a <b> c"}, Time: time.Now(), Measurements: quick(t, "vec/Dot"), Digits: twoDigits(),
		Sections: []report.Section{{Title: "optimisers", About: "two models", Text: "Muon < AdamW\n"}},
	}
	require.NoError(t, report.HTML(&out, page))
	text := out.String()
	assert.Contains(t, text, "<svg")
	assert.Contains(t, text, "<pre>Muon &lt; AdamW\n</pre>", "what is text in the terminal stands in the page too")
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
	assert.NotContains(t, text, ".00<", "iterations are whole")

	c.Lines[0].Gaps, c.Lines[1].Gaps = []float64{1, 0.5, 0.12}, []float64{1, 0.2}
	out.Reset()
	require.NoError(t, report.HTML(&out, report.Page{Descent: []descent.Comparison{c}}))
	assert.Contains(t, out.String(), ">0.2<", "a short axis has more than one label")
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

// TestTablesStateTheirUnits: once above the table, or on every line where they differ.
func TestTablesStateTheirUnits(t *testing.T) {
	line := func(kernel, unit string) measure.Measurement {
		return measure.Measurement{Family: "orth", Kernel: kernel, Type: "float64", Shape: "64", Level: "generic", Workers: 1, NS: 10, Rate: 1, Unit: unit}
	}
	fast := line("Polar", "GFLOP/s")
	fast.Level, fast.NS = "avx2", 5
	for _, test := range []struct {
		measurements []measure.Measurement
		caption      string
		column       bool
	}{
		{[]measure.Measurement{line("Polar", "GFLOP/s")}, "GFLOP/s", false},
		{[]measure.Measurement{line("Polar", "GFLOP/s"), fast}, "GFLOP/s, and times the generic version on one goroutine", false},
		{[]measure.Measurement{line("Polar", "GFLOP/s"), fast, line("AdamW", "el/ns")}, "rates, and times the generic version on one goroutine", true},
	} {
		lines := report.Group(test.measurements)
		assert.Equal(t, test.caption, report.Caption(lines))
		var table, page bytes.Buffer
		report.Table(&table, lines)
		assert.Equal(t, test.column, strings.Contains(table.String(), "el/ns") && strings.Contains(table.String(), "GFLOP/s"), "%s", &table)
		require.NoError(t, report.HTML(&page, report.Page{Measurements: test.measurements}))
		assert.Contains(t, page.String(), "<summary>"+test.caption+"</summary>")
		assert.Equal(t, test.column, strings.Contains(page.String(), ">unit</th>"))
	}
}

func TestFiguresHaveThreeDigits(t *testing.T) {
	for rate, want := range map[float64]string{0.0421: "0.042", 0.9999: "1.00", 9.994: "9.99", 9.996: "10.0", 99.96: "100", 1234: "1234"} {
		assert.Equal(t, want, report.Rate(rate))
	}
	assert.Equal(t, "9.9x", report.Times(9.94))
	assert.Equal(t, "10x", report.Times(9.96))
	assert.Empty(t, report.Times(0), "nothing to compare with")
}

// TestTextsAreAsWideAsLaidOut: whatever font the reader has, no text of a chart grows into what stands to its right.
func TestTextsAreAsWideAsLaidOut(t *testing.T) {
	picture := report.Picture(cpu.Info{Model: "a <b> c"}, report.Group(slices.Concat(quick(t, "vec/Norm2"), quick(t, "vec/Dot"))))
	assert.Contains(t, picture, "a &lt;b&gt; c; in brackets")
	texts := regexp.MustCompile(`<text ([^>]*)>([^<]*)</text>`).FindAllStringSubmatch(picture, -1)
	require.NotEmpty(t, texts)
	for _, text := range texts {
		width := regexp.MustCompile(`textLength="([0-9.]+)"`).FindStringSubmatch(text[1])
		require.NotNil(t, width, "%q", text[2])
		points, err := strconv.ParseFloat(width[1], 64)
		require.NoError(t, err)
		letters := float64(len([]rune(html.UnescapeString(text[2]))))
		assert.Greater(t, points, 2*letters, "%q", text[2])
		assert.Less(t, points, 13*letters, "%q", text[2])
	}
}
