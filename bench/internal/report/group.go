// Package report turns measurements into what people and programs read: a table, a line of JSON each, Go's benchmark
// format, and a page with charts.
package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/raphson-go/raphson/bench/internal/measure"
)

// Line is what was measured of one job with one number of workers.
type Line struct {
	measure.Measurement                       // of the best level
	Levels              []measure.Measurement // ours, generic first
	Peers               []measure.Measurement // of others; they run on one goroutine
	Plain               *measure.Measurement  // the generic version on one goroutine, against which speedups are stated
}

// Group collects measurements into lines, in the order of their first appearance.
func Group(measurements []measure.Measurement) []Line {
	var lines []Line
	index := map[string]int{}
	for _, m := range measurements {
		if m.Family == "limits" {
			continue
		}
		key := fmt.Sprint(m.Job(), "/", m.Workers)
		i, ok := index[key]
		if !ok {
			i = len(lines)
			index[key] = i
			lines = append(lines, Line{})
		}
		if m.Peer != "" {
			lines[i].Peers = append(lines[i].Peers, m)
			continue
		}
		lines[i].Levels = append(lines[i].Levels, m)
		lines[i].Measurement = m
	}
	plain := map[string]*measure.Measurement{}
	for i := range lines {
		if levels := lines[i].Levels; len(levels) > 0 && levels[0].Level == "generic" && levels[0].Workers == 1 {
			plain[levels[0].Job()] = &levels[0]
		}
	}
	lines = slices.DeleteFunc(lines, func(l Line) bool { return len(l.Levels) == 0 })
	for i := range lines {
		lines[i].Plain = plain[lines[i].Job()]
	}
	return lines
}

// Speedup is how many times faster m is than plain Go on one goroutine, 0 if that was not measured.
func (l Line) Speedup(m measure.Measurement) float64 {
	if l.Plain == nil {
		return 0
	}
	return l.Plain.NS / m.NS
}

// At is the measurement of a level.
func (l Line) At(level string) (measure.Measurement, bool) {
	for _, m := range l.Levels {
		if m.Level == level {
			return m, true
		}
	}
	return measure.Measurement{}, false
}

// BestPeer is the fastest of the others.
func (l Line) BestPeer() (measure.Measurement, bool) {
	if len(l.Peers) == 0 {
		return measure.Measurement{}, false
	}
	return slices.MinFunc(l.Peers, func(a, b measure.Measurement) int {
		if a.NS < b.NS {
			return -1
		}
		return 1
	}), true
}

// LevelsOf lists the levels that occur, generic first.
func LevelsOf(lines []Line) []string {
	var levels []string
	for _, l := range lines {
		for _, m := range l.Levels {
			if !slices.Contains(levels, m.Level) {
				levels = append(levels, m.Level)
			}
		}
	}
	return levels
}

// Unit is the unit of all lines, empty if they have several: each line then states its own.
func Unit(lines []Line) string {
	for _, l := range lines {
		if l.Unit != lines[0].Unit {
			return ""
		}
	}
	return lines[0].Unit
}

// Caption says what the figures of a table are: "el/ns, and times the generic version on one goroutine".
func Caption(lines []Line) string {
	caption := cmp.Or(Unit(lines), "rates")
	if slices.ContainsFunc(lines, func(l Line) bool { return l.Plain != nil && len(l.Levels) > 1 }) {
		caption += ", and times the generic version on one goroutine"
	}
	return caption
}

// Rate prints a rate with three digits.
func Rate(r float64) string {
	switch {
	case r >= 99.95:
		return fmt.Sprintf("%.0f", r)
	case r >= 9.995:
		return fmt.Sprintf("%.1f", r)
	case r >= 0.9995:
		return fmt.Sprintf("%.2f", r)
	}
	return fmt.Sprintf("%.3f", r)
}

// Times prints a ratio: 9.3x.
func Times(r float64) string {
	switch {
	case r <= 0:
		return ""
	case r >= 9.95:
		return fmt.Sprintf("%.0fx", r)
	}
	return fmt.Sprintf("%.1fx", r)
}

// Share prints a share of a limit: 87% L2.
func Share(m measure.Measurement) string {
	if m.Share == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f%% %s", 100*m.Share, m.Limit)
}
