package report

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/raphson-go/raphson/bench/internal/descent"
)

// leastGap is the bottom of the charts of descent.
const leastGap = 1e-14

// lineColors and lineDashes tell up to sixteen lines apart.
var (
	lineColors = []themed{accent, second, third, first, ink}
	lineDashes = [][]vg.Length{nil, {vg.Points(5), vg.Points(2)}, {vg.Points(1.5), vg.Points(1.5)}, {vg.Points(7), vg.Points(2), vg.Points(1.5), vg.Points(2)}}
)

// Descent draws the gaps of a comparison against iterations. Lines that differ in the size of blocks have the same colour.
func Descent(c descent.Comparison) string {
	p := newPlot(c.Title)
	p.Y.Scale, p.Y.Tick.Marker = plot.LogScale{}, decadeTicks{2}
	p.X.Tick.Marker = countTicks{}
	p.Add(verticalGrid{})
	last, low := 1, 1.0
	colors, dashes := map[string]int{}, map[string]int{}
	for _, l := range c.Lines {
		points := make(plotter.XYs, len(l.Gaps))
		for k, gap := range l.Gaps {
			points[k] = plotter.XY{X: float64(k), Y: min(max(gap, leastGap), 1)}
			low = min(low, points[k].Y)
		}
		last = max(last, len(points)-1)
		rule, size, _ := strings.Cut(l.Name, ",")
		color, dash := index(colors, rule), index(dashes, size)
		line, err := plotter.NewLine(points)
		if err != nil {
			continue
		}
		line.LineStyle = draw.LineStyle{
			Color: lineColors[color%len(lineColors)], Width: vg.Points(1.5), Dashes: lineDashes[(dash+color/len(lineColors))%len(lineDashes)],
		}
		p.Add(line)
		p.Legend.Add(l.Name, line)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, float64(last), low, 1
	p.Legend.Left, p.Legend.ThumbnailWidth, p.Legend.TextStyle.Font = true, 18, sans(8.5)
	return svg(p, 500, 380, "iterations")
}

// countTicks are plot's own with whole numbers in place of 250.00.
type countTicks struct{ plot.DefaultTicks }

// Ticks implements plot.Ticker.
func (c countTicks) Ticks(low, high float64) []plot.Tick {
	ticks := c.DefaultTicks.Ticks(low, high)
	for i, tick := range ticks {
		if tick.Label != "" {
			ticks[i].Label = fmt.Sprintf("%g", tick.Value)
		}
	}
	return ticks
}

// index numbers names in the order in which they come.
func index(seen map[string]int, name string) int {
	if _, ok := seen[name]; !ok {
		seen[name] = len(seen)
	}
	return seen[name]
}
