package report

import (
	"fmt"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"

	"github.com/raphson-go/raphson/bench/internal/newton"
)

// leastError is the bottom of the chart: what is below is rounding.
const leastError = 1e-15

// Convergence draws the error of the marginals against time, of the cases in which Newton steps were taken and which the paper reports.
func Convergence(l newton.Line) string {
	if l.Steps == 0 || l.Paper == nil {
		return ""
	}
	p := newPlot(fmt.Sprintf("%s, eta %g: error of the marginals", l.Case, l.Eta))
	p.X.Scale, p.Y.Scale = plot.LogScale{}, plot.LogScale{}
	p.X.Tick.Marker, p.Y.Tick.Marker = decadeTicks{1}, decadeTicks{3}
	p.Add(verticalGrid{})
	start, last := math.Inf(1), 0.0
	for _, trace := range [][]newton.Point{l.SinkhornTrace, l.NewtonTrace} {
		for _, at := range trace[1:] {
			start, last = min(start, at.Seconds), max(last, at.Seconds)
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = start, last, leastError, 1
	addLine(p, curve(l.SinkhornTrace), first, 1.6)
	addLine(p, curve(l.NewtonTrace), accent, 1.6)
	return svg(p, 500, 330, "seconds")
}

// curve is a trace without the points that a logarithm has no place for.
func curve(trace []newton.Point) (points plotter.XYs) {
	for _, at := range trace {
		if at.Seconds > 0 && at.Residual > 0 {
			points = append(points, plotter.XY{X: at.Seconds, Y: max(at.Residual, leastError)})
		}
	}
	return points
}

// decadeTicks labels every so many powers of ten, or more where these would be too few to read the axis by.
type decadeTicks struct{ step int }

// Ticks implements plot.Ticker.
func (d decadeTicks) Ticks(low, high float64) []plot.Tick {
	decades := math.Log10(high / low)
	if decades < 2 {
		return plainTicks{}.Ticks(low, high)
	}
	if decades < float64(2*d.step) {
		d.step = 1
	}
	var ticks []plot.Tick
	for e := int(math.Ceil(math.Log10(low) - 1e-9)); e <= int(math.Floor(math.Log10(high)+1e-9)); e++ {
		if e%d.step == 0 {
			ticks = append(ticks, plot.Tick{Value: math.Pow(10, float64(e)), Label: fmt.Sprintf("%.0e", math.Pow(10, float64(e)))})
		}
	}
	return ticks
}
