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

	"github.com/raphson-go/raphson/bench/internal/limits"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/level"
)

const lowIntensity = 0.012 // operations a byte: where the roofline begins

// The roofline in points, and what of it lies beside the axes.
const (
	rooflineWidth, rooflineHeight = 620, 430
	besidePlot                    = 64
)

// operations counts what a job asks of the arithmetic units: an exp is as many operations as the exp limit says.
func operations(c measure.Cost, typ string) float64 {
	if typ == "float32" {
		return c.Flops + c.Exps/limits.ExpsPerFlop32
	}
	return c.Flops + c.Exps/limits.ExpsPerFlop64
}

// Roofline draws the kernels of one type at the best level on one goroutine under the roofs that the machine sets:
// arithmetic across, bandwidth of each cache aslant.
func Roofline(lines []Line, l *limits.Limits, typ string) string {
	levels := level.Available()
	best := levels[len(levels)-1]
	peak := l.FMA(typ, best, 1)
	p := newPlot(fmt.Sprintf("roofline, %s, one goroutine: the kernels under what the machine can do", typ))
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = plainTicks{}, plainTicks{}
	p.Y.Label.Text = "operations/ns"
	points, right := jobsUnder(lines, typ, best)
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = lowIntensity, right, 0.5, peak*2
	p.Add(verticalGrid{})

	marks := plotter.XYLabels{}
	for _, name := range l.Caches() {
		bandwidth := l.Bandwidth("Read", name, best, 1)
		addLine(p, roof(bandwidth, peak, right), second, 1)
		x := 0.0135
		marks.XYs = append(marks.XYs, plotter.XY{X: x, Y: x * bandwidth * 1.04})
		marks.Labels = append(marks.Labels, fmt.Sprintf("%s %.0f GB/s", name, bandwidth))
	}
	for _, v := range limits.Available() {
		height := l.FMA(typ, v, 1)
		addLine(p, plotter.XYs{{X: height / l.Bandwidth("Read", l.Caches()[0], v, 1), Y: height}, {X: right, Y: height}}, third, 1.4)
		marks.XYs = append(marks.XYs, plotter.XY{X: 3.4, Y: height * 1.06})
		marks.Labels = append(marks.Labels, fmt.Sprintf("%s FMA %.0f GFLOP/s", levelName(v.String()), height))
	}
	addLabels(p, marks, muted, text.XLeft)

	if scatter, err := plotter.NewScatter(points); err == nil {
		scatter.GlyphStyle = draw.GlyphStyle{Color: accent, Radius: 3, Shape: draw.CircleGlyph{}}
		p.Add(scatter)
	}
	x := (rooflineWidth - besidePlot) / math.Log(p.X.Max/p.X.Min)
	y := (rooflineHeight - besidePlot) / math.Log(p.Y.Max/p.Y.Min)
	behind, before := spread(points, x, y)
	addLabels(p, behind, ink, text.XLeft)
	addLabels(p, before, ink, text.XRight)
	return svg(p, rooflineWidth, rooflineHeight, "operations a byte moved (an exp counts as the operations it costs)")
}

// jobsUnder is a point a job, operations a nanosecond over operations a byte, and how far to the right the chart must reach.
func jobsUnder(lines []Line, typ string, best level.Level) (points plotter.XYLabels, right float64) {
	right = 32
	for _, line := range lines {
		ops := operations(line.Cost, typ)
		if line.Type != typ || line.Workers != 1 || line.Level != best.String() || ops == 0 || line.Cost.Elements < 1000 || line.Cost.BFloat16 {
			continue
		}
		points.XYs = append(points.XYs, plotter.XY{X: ops / (line.Cost.Read + 2*line.Cost.Write), Y: ops / line.NS})
		points.Labels = append(points.Labels, line.Kernel+" "+line.Shape)
		right = max(right, 1.3*points.XYs[len(points.XYs)-1].X)
	}
	return points, right
}

// roof is min(peak, bandwidth*x) over the width of the chart.
func roof(bandwidth, peak, right float64) plotter.XYs {
	knee := peak / bandwidth
	return plotter.XYs{{X: lowIntensity, Y: lowIntensity * bandwidth}, {X: math.Min(knee, right), Y: math.Min(peak, right*bandwidth)}}
}

func addLine(p *plot.Plot, points plotter.XYs, c themed, width float64) {
	if line, err := plotter.NewLine(points); err == nil {
		line.LineStyle = draw.LineStyle{Color: c, Width: vg.Points(width)}
		p.Add(line)
	}
}

var labelFont = sans(8.5)

const labelOffset = 4 // points between a point and its label

func addLabels(p *plot.Plot, points plotter.XYLabels, c themed, align text.XAlignment) {
	labels, err := plotter.NewLabels(points)
	if err != nil {
		return
	}
	for i := range labels.TextStyle {
		labels.TextStyle[i].Font, labels.TextStyle[i].Color, labels.TextStyle[i].XAlign = labelFont, c, align
	}
	labels.Offset = vg.Point{X: labelOffset, Y: 1}
	if align == text.XRight {
		labels.Offset.X = -labelOffset
	}
	p.Add(labels)
}

// spread chooses the labels that can stand behind their points, and those that the right edge of the chart makes stand before
// them. It drops those that would run into another one or into more than one other point. X and y are the points of the chart
// to a unit of the logarithms of its axes.
func spread(points plotter.XYLabels, x, y float64) (behind, before plotter.XYLabels) {
	const height = 9
	style := draw.TextStyle{Font: labelFont, Handler: plot.DefaultTextHandler}
	type span struct{ left, right, middle float64 }
	var taken []span
	for i, point := range points.XYs {
		width := style.Width(points.Labels[i]).Points()
		label := span{x*math.Log(point.X) + labelOffset, 0, y * math.Log(point.Y)}
		list := &behind
		if label.left+width > x*math.Log(lowIntensity)+rooflineWidth-besidePlot {
			list, label.left = &before, label.left-2*labelOffset-width
		}
		label.right = label.left + width
		crossed := 0
		for _, other := range points.XYs {
			if at := x * math.Log(other.X); at > label.left && at < label.right && math.Abs(y*math.Log(other.Y)-label.middle-height/3) < height/2 {
				crossed++
			}
		}
		meets := func(other span) bool {
			return math.Abs(other.middle-label.middle) < height && other.left < label.right+2 && label.left < other.right+2
		}
		if crossed > 1 || slices.ContainsFunc(taken, meets) {
			continue
		}
		taken = append(taken, label)
		list.XYs, list.Labels = append(list.XYs, point), append(list.Labels, points.Labels[i])
	}
	return behind, before
}

// plainTicks labels powers of ten and their double and fivefold in full.
type plainTicks struct{}

// Ticks implements plot.Ticker.
func (plainTicks) Ticks(low, high float64) []plot.Tick {
	var ticks []plot.Tick
	for decade := math.Pow(10, math.Floor(math.Log10(low))); decade <= high; decade *= 10 {
		for _, step := range []float64{1, 2, 5} {
			if v := decade * step; v >= low*0.999 && v <= high {
				ticks = append(ticks, plot.Tick{Value: v, Label: fmt.Sprintf("%.3g", v)})
			}
		}
	}
	return ticks
}
