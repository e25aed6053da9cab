package report

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/raphson-go/raphson/bench/internal/measure"
)

// Table writes one family for reading in a terminal.
func Table(w io.Writer, lines []Line) {
	levels := LevelsOf(lines)
	header := []string{"kernel", "type", "shape", "workers"}
	for _, level := range levels {
		header = append(header, level, "")
	}
	mixed := Unit(lines) == ""
	if mixed {
		header = append(header, "unit")
	}
	header = append(header, "of limit", "others (rate, and ours against the best)")
	cells := [][]string{header}
	for _, l := range lines {
		row := []string{l.Kernel, l.Type, l.Shape, fmt.Sprint(l.Workers)}
		for _, level := range levels {
			m, ok := l.At(level)
			switch {
			case !ok:
				row = append(row, "", "")
			case level == "generic":
				row = append(row, Rate(m.Rate), "")
			default:
				row = append(row, Rate(m.Rate), Times(l.Speedup(m)))
			}
		}
		if mixed {
			row = append(row, l.Unit)
		}
		row = append(row, Share(l.Measurement), peers(l))
		cells = append(cells, row)
	}
	write(w, cells, 3)
}

func peers(l Line) string {
	var parts []string
	for _, p := range l.Peers {
		parts = append(parts, p.Peer+" "+Rate(p.Rate))
	}
	if best, ok := l.BestPeer(); ok {
		parts = append(parts, "("+Times(best.NS/l.NS)+")")
	}
	return strings.Join(parts, " ")
}

// write aligns columns: the first left of them to the left, as the last one, the others to the right. A column whose
// cells are all empty takes no room.
func write(w io.Writer, cells [][]string, left int) {
	widths := make([]int, len(cells[0]))
	for _, row := range cells {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, row := range cells {
		var line strings.Builder
		for i, cell := range row {
			padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			switch {
			case widths[i] == 0:
				continue
			case i < left:
				line.WriteString(cell + padding)
			case i == len(row)-1:
				line.WriteString(cell)
			default:
				line.WriteString(padding + cell)
			}
			line.WriteString("  ")
		}
		fmt.Fprintln(w, strings.TrimRight(line.String(), " "))
	}
}

// LimitTable writes what the machine can do: multiply-adds, and bandwidth by cache.
func LimitTable(w io.Writer, limits []measure.Measurement) { write(w, limitCells(limits), 1) }

// limitCells is the table of limits with its header: a row a limit, a column a level and number of workers.
func limitCells(limits []measure.Measurement) [][]string {
	var columns []string
	var workers []int
	var rows []string
	find := func(row, column string, n int) (measure.Measurement, bool) {
		for _, m := range limits {
			if limitName(m) == row && m.Level == column && m.Workers == n {
				return m, true
			}
		}
		return measure.Measurement{}, false
	}
	for _, m := range limits {
		columns = appendNew(columns, m.Level)
		workers = appendNew(workers, m.Workers)
		rows = appendNew(rows, limitName(m))
	}
	header := []string{"limit by level and workers"}
	for _, n := range workers {
		for _, c := range columns {
			header = append(header, fmt.Sprintf("%s, %d", c, n))
		}
	}
	cells := [][]string{append(header, "unit")}
	for _, r := range rows {
		row, unit := []string{r}, ""
		for _, n := range workers {
			for _, c := range columns {
				m, ok := find(r, c, n)
				if ok {
					unit = m.Unit
					row = append(row, Rate(m.Rate))
				} else {
					row = append(row, "")
				}
			}
		}
		cells = append(cells, append(row, unit))
	}
	return cells
}

func limitName(m measure.Measurement) string {
	if m.Kernel == "FMA" {
		return "FMA " + m.Type
	}
	return strings.ToLower(m.Kernel) + " " + m.Shape
}

func appendNew[T comparable](list []T, v T) []T {
	for _, old := range list {
		if old == v {
			return list
		}
	}
	return append(list, v)
}
