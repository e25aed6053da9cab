package report

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// bar is one job in a bar chart: how many times faster than plain Go, level by level.
type bar struct {
	name  string
	times map[string]float64
	note  string // beside the longest bar
}

const (
	barWidth = 9  // points
	barGap   = 10 // points between jobs
)

// bars draws jobs from top to bottom, for each level a bar. A logarithmic axis shows small and large speedups alike.
func bars(title, note string, jobs []bar, levels []string, width vg.Length) string {
	p := newPlot(title)
	p.Title.Padding = 16
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, timesTicks{}
	p.X.Min, p.X.Max = 1, 2
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.X.LineStyle.Width, p.X.Tick.Length = 0, 0
	p.Y.Tick.Label.Color, p.Y.Tick.Label.Font = ink, sans(10.5)
	p.Legend.Top, p.Legend.YOffs, p.Legend.Padding = true, 31, vg.Points(2) // beside the title
	p.Legend.ThumbnailWidth = 12
	p.Add(verticalGrid{})

	group := vg.Length(len(levels)*barWidth + barGap)
	names := make([]string, len(jobs))
	notes := plotter.XYLabels{}
	for i, job := range jobs {
		names[len(jobs)-1-i] = job.name
		longest := 1.0
		for _, t := range job.times {
			longest = max(longest, t)
		}
		notes.XYs = append(notes.XYs, plotter.XY{X: longest, Y: float64(len(jobs) - 1 - i)})
		notes.Labels = append(notes.Labels, job.note)
	}
	for k, level := range levels {
		lengths := make([]float64, len(jobs))
		for i, job := range jobs {
			lengths[len(jobs)-1-i] = max(job.times[level], 1)
		}
		offset := (vg.Length(len(levels)-1)/2 - vg.Length(k)) * barWidth
		p.Add(logBars{lengths, offset, levelColor(level)})
		p.Legend.Add(levelName(level), swatch{levelColor(level)})
	}
	p.Add(barNotes{notes})
	p.NominalY(names...)
	p.Y.Padding = 4
	p.X.Max = roomForNotes(notes, width-widest(p.Y.Tick.Label, names)-margins)
	p.Y.Min, p.Y.Max = -0.6, float64(len(jobs))-0.4
	height := group*vg.Length(len(jobs)) + 76
	if note != "" {
		height += 18
	}
	return svg(p, width, height, note)
}

// margins of a bar chart and the space between the names and the bars, in points.
const margins = 26

func widest(style text.Style, names []string) (width vg.Length) {
	for _, name := range names {
		width = max(width, style.Width(name))
	}
	return width
}

// noteOffset is the space between a bar and its note.
const noteOffset = vg.Length(4)

var noteStyle = draw.TextStyle{Color: muted, Font: sans(9.5), YAlign: text.YCenter, Handler: plot.DefaultTextHandler}

// roomForNotes is the end of the axis with which all bars and the notes behind them fit in so many points.
func roomForNotes(notes plotter.XYLabels, points vg.Length) float64 {
	end := 2.0
	for i, bar := range notes.XYs {
		share := 1 - (noteStyle.Width(notes.Labels[i])+noteOffset)/points // of the axis, for the bar
		end = max(end, math.Pow(bar.X, float64(1/share)))
	}
	return end
}

// barNotes writes the notes behind the bars. (plotter.Labels would make the plot narrower for them a second time.)
type barNotes struct{ plotter.XYLabels }

// Plot implements plot.Plotter.
func (n barNotes) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, bar := range n.XYs {
		c.FillText(noteStyle, vg.Point{X: x(bar.X) + noteOffset, Y: y(bar.Y)}, n.Labels[i])
	}
}

// logBars is a horizontal bar chart that begins at 1 on a logarithmic axis, where plotter.BarChart would begin at 0.
type logBars struct {
	lengths []float64
	offset  vg.Length
	color   themed
}

// Plot implements plot.Plotter.
func (b logBars) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	for i, length := range b.lengths {
		middle := y(float64(i)) + b.offset
		bottom, top := middle-barWidth/2+0.5, middle+barWidth/2-0.5
		c.FillPolygon(b.color, []vg.Point{{X: x(1), Y: bottom}, {X: x(length), Y: bottom}, {X: x(length), Y: top}, {X: x(1), Y: top}})
	}
}

// swatch is the legend's picture of a colour.
type swatch struct{ color themed }

// Thumbnail implements plot.Thumbnailer.
func (s swatch) Thumbnail(c *draw.Canvas) {
	c.FillPolygon(s.color, []vg.Point{c.Min, {X: c.Min.X, Y: c.Max.Y}, c.Max, {X: c.Max.X, Y: c.Min.Y}})
}

// verticalGrid draws a thin line at each labelled tick of the x axis.
type verticalGrid struct{}

// Plot implements plot.Plotter.
func (verticalGrid) Plot(c draw.Canvas, p *plot.Plot) {
	x, _ := p.Transforms(&c)
	style := draw.LineStyle{Color: faint, Width: vg.Points(0.7)}
	for _, tick := range p.X.Tick.Marker.Ticks(p.X.Min, p.X.Max) {
		if tick.Label != "" && tick.Value <= p.X.Max {
			c.StrokeLine2(style, x(tick.Value), c.Min.Y, x(tick.Value), c.Max.Y)
		}
	}
}

// timesTicks labels 1, 2, 5, 10, 20 ... with a multiplication sign.
type timesTicks struct{}

// Ticks implements plot.Ticker.
func (timesTicks) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for decade := 1.0; decade <= high; decade *= 10 {
		for _, step := range []float64{1, 2, 5} {
			if v := decade * step; v >= low && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: fmt.Sprintf("%gx", v)})
			}
		}
	}
	return ticks
}

// SpeedupBars is the chart of one family and type, on one goroutine.
func SpeedupBars(lines []Line, family, typ string) string {
	var jobs []bar
	var levels []string
	for _, l := range lines {
		if l.Family != family || l.Type != typ || l.Workers != 1 || l.Plain == nil || len(l.Levels) < 2 {
			continue
		}
		job := bar{name: l.Kernel + "  " + l.Shape, times: map[string]float64{}}
		for _, m := range l.Levels[1:] {
			job.times[m.Level] = l.Speedup(m)
			if !slices.Contains(levels, m.Level) {
				levels = append(levels, m.Level)
			}
		}
		job.note = fmt.Sprintf("%s %s, %s", Rate(l.Rate), l.Unit, Share(l.Measurement))
		if best, ok := l.BestPeer(); ok {
			job.note += fmt.Sprintf(" (%s: %s)", best.Peer, Times(best.NS/l.NS))
		}
		jobs = append(jobs, job)
	}
	if len(jobs) == 0 {
		return ""
	}
	return bars(fmt.Sprintf("%s, %s: times faster than plain Go, one goroutine", family, typ), "", jobs, levels, 620)
}
