package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/raphson-go/raphson/bench/internal/limits"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/level"
)

const (
	lowIntensity, highIntensity = 0.012, 32.0 // operations a byte: the width of the roofline
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
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = lowIntensity, highIntensity, 0.5, peak*2
	p.Add(verticalGrid{})

	marks := plotter.XYLabels{}
	for _, name := range l.Caches() {
		bandwidth := l.Bandwidth("Read", name, best, 1)
		addLine(p, roof(bandwidth, peak), second, 1)
		x := 0.0135
		marks.XYs = append(marks.XYs, plotter.XY{X: x, Y: x * bandwidth * 1.04})
		marks.Labels = append(marks.Labels, fmt.Sprintf("%s %.0f GB/s", name, bandwidth))
	}
	for _, v := range limits.Available() {
		height := l.FMA(typ, v, 1)
		addLine(p, plotter.XYs{{X: height / l.Bandwidth("Read", l.Caches()[0], v, 1), Y: height}, {X: highIntensity, Y: height}}, third, 1.4)
		marks.XYs = append(marks.XYs, plotter.XY{X: 3.4, Y: height * 1.06})
		marks.Labels = append(marks.Labels, fmt.Sprintf("%s FMA %.0f GFLOP/s", levelName(v.String()), height))
	}
	addLabels(p, marks, muted)

	points := plotter.XYLabels{}
	for _, line := range lines {
		ops := operations(line.Cost, typ)
		if line.Type != typ || line.Workers != 1 || line.Level != best.String() || ops == 0 || line.Cost.Elements < 1000 || line.Cost.BFloat16 {
			continue
		}
		points.XYs = append(points.XYs, plotter.XY{X: ops / (line.Cost.Read + 2*line.Cost.Write), Y: ops / line.NS})
		points.Labels = append(points.Labels, line.Kernel+" "+line.Shape)
	}
	if scatter, err := plotter.NewScatter(points); err == nil {
		scatter.GlyphStyle = draw.GlyphStyle{Color: accent, Radius: 3, Shape: draw.CircleGlyph{}}
		p.Add(scatter)
	}
	addLabels(p, spread(points), ink)
	return svg(p, 620, 430, "operations a byte moved (an exp counts as the operations it costs)")
}

// roof is min(peak, bandwidth*x) over the width of the chart.
func roof(bandwidth, peak float64) plotter.XYs {
	knee := peak / bandwidth
	return plotter.XYs{{X: lowIntensity, Y: lowIntensity * bandwidth}, {X: math.Min(knee, highIntensity), Y: math.Min(peak, highIntensity*bandwidth)}}
}

func addLine(p *plot.Plot, points plotter.XYs, c themed, width float64) {
	if line, err := plotter.NewLine(points); err == nil {
		line.LineStyle = draw.LineStyle{Color: c, Width: vg.Points(width)}
		p.Add(line)
	}
}

func addLabels(p *plot.Plot, points plotter.XYLabels, c themed) {
	labels, err := plotter.NewLabels(points)
	if err != nil {
		return
	}
	for i := range labels.TextStyle {
		labels.TextStyle[i].Font, labels.TextStyle[i].Color = sans(8.5), c
	}
	labels.Offset = vg.Point{X: 4, Y: 1}
	p.Add(labels)
}

// spread drops the labels of points that stand so near another labelled one that neither could be read.
func spread(points plotter.XYLabels) plotter.XYLabels {
	var kept plotter.XYLabels
	for i, a := range points.XYs {
		free := true
		for _, b := range kept.XYs {
			if math.Abs(math.Log(a.Y/b.Y)) < 0.21 && math.Abs(math.Log(a.X/b.X)) < 1.4 {
				free = false
			}
		}
		if free {
			kept.XYs = append(kept.XYs, a)
			kept.Labels = append(kept.Labels, points.Labels[i])
		}
	}
	return kept
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
