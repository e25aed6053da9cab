package report

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html/template"
	"image"
	"image/color"
	"image/png"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"github.com/raphson-go/raphson/bench/internal/digits"
)

// digitView is the part of the page about the digits.
type digitView struct {
	Summary, PlanCaption, FlowCaption string
	Plan, Flow                        template.HTML
	Pairs                             []pairView
}

// pairView is a digit beside the one nearest to it.
type pairView struct {
	Image, Nearest      template.URL
	Label, NearestLabel int
	Distance            string
	Wrong               bool
}

func viewDigits(r *digits.Result) *digitView {
	view := &digitView{
		Summary: r.Summary(),
		Plan:    template.HTML(planPicture(r.Plan)),
		Flow:    template.HTML(flowPicture(r.Plan)),
		PlanCaption: "The transport plan between two of the digits: a row for each pixel with ink of one, a column for each of the " +
			"other, the darker the more ink goes from one to the other.",
		FlowCaption: "The same plan in the plane: grey where the ink is, orange where it has to go; each line leads from a " +
			"pixel to the middle of where its ink goes.",
	}
	for i, nearest := range r.Nearest {
		view.Pairs = append(view.Pairs, pairView{
			Image: pixels(r.Images[i]), Nearest: pixels(r.Images[nearest]),
			Label: r.Labels[i], NearestLabel: r.Labels[nearest],
			Distance: fmt.Sprintf("%.1f", math.Sqrt(r.Distance.At(i, nearest))),
			Wrong:    r.Labels[i] != r.Labels[nearest],
		})
	}
	return view
}

// pixels is a grey image of 28 x 28 as an address that holds it, dark ink on light paper.
func pixels(ink []byte) template.URL {
	m := image.NewGray(image.Rect(0, 0, digits.Side, digits.Side))
	for i, v := range ink {
		m.Pix[i] = 255 - v
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic(err) // a bytes.Buffer does not fail
	}
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes()))
}

// planPicture draws the matrix of the plan, its square root so that small masses can be seen too.
func planPicture(p digits.Plan) string {
	m := image.NewRGBA(image.Rect(0, 0, p.Mass.Cols, p.Mass.Rows))
	most := 0.0
	for i := range p.Mass.Rows {
		for _, v := range p.Mass.Row(i) {
			most = max(most, v)
		}
	}
	for i := range p.Mass.Rows {
		for j, v := range p.Mass.Row(i) {
			m.Set(j, i, shade(math.Sqrt(v/most)))
		}
	}
	title := fmt.Sprintf("transport plan from a %d to a %d", p.FromLabel, p.ToLabel)
	chart := newPlot(title)
	chart.Y.Label.Text = fmt.Sprintf("pixels of the %d", p.FromLabel)
	chart.X.Tick.Marker, chart.Y.Tick.Marker = plot.ConstantTicks{}, plot.ConstantTicks{}
	chart.X.LineStyle.Width, chart.Y.LineStyle.Width = 0, 0
	chart.Add(plotter.NewImage(m, 0, 0, float64(p.Mass.Cols), float64(p.Mass.Rows)))
	return svg(chart, 500, 470, fmt.Sprintf("pixels of the %d", p.ToLabel))
}

// shade goes from white over blue to nearly black.
func shade(v float64) color.RGBA {
	low, middle, high := [3]float64{255, 255, 255}, [3]float64{76, 155, 232}, [3]float64{5, 25, 70}
	from, to, t := low, middle, 2*v
	if v > 0.5 {
		from, to, t = middle, high, 2*v-1
	}
	mix := func(k int) uint8 { return uint8(from[k] + (to[k]-from[k])*t + 0.5) }
	return color.RGBA{mix(0), mix(1), mix(2), 255}
}

// flowPicture draws both digits over each other with lines along which the ink moves.
func flowPicture(p digits.Plan) string {
	title := fmt.Sprintf("where the ink of a %d goes to become a %d", p.FromLabel, p.ToLabel)
	chart := newPlot(title)
	chart.HideAxes()
	chart.X.Min, chart.X.Max, chart.Y.Min, chart.Y.Max = 3, digits.Side-3, 3, digits.Side-3 // the margin of MNIST is paper
	chart.Add(flow{p})
	return svg(chart, 500, 470, "")
}

type flow struct{ digits.Plan }

// Plot implements plot.Plotter.
func (f flow) Plot(c draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&c)
	place := func(pixel int) vg.Point {
		return vg.Point{X: x(float64(pixel%digits.Side) + 0.5), Y: y(digits.Side - 0.5 - float64(pixel/digits.Side))}
	}
	cell := x(1) - x(0)
	dots := func(places []int, masses []float64, color themed) {
		most := 0.0
		for _, m := range masses {
			most = max(most, m)
		}
		for i, pixel := range places {
			radius := cell / 2 * vg.Length(math.Sqrt(masses[i]/most))
			c.DrawGlyph(draw.GlyphStyle{Color: color, Radius: radius, Shape: draw.CircleGlyph{}}, place(pixel))
		}
	}
	rowSums, colSums := make([]float64, f.Mass.Rows), make([]float64, f.Mass.Cols)
	goals := make([]vg.Point, f.Mass.Rows)
	for i := range f.Mass.Rows {
		for j, mass := range f.Mass.Row(i) {
			rowSums[i] += mass
			colSums[j] += mass
			to := place(f.To[j])
			goals[i].X += vg.Length(mass) * to.X
			goals[i].Y += vg.Length(mass) * to.Y
		}
	}
	dots(f.To, colSums, accent)
	dots(f.From, rowSums, first)
	for i, pixel := range f.From {
		if rowSums[i] > 0 {
			goal := vg.Point{X: goals[i].X / vg.Length(rowSums[i]), Y: goals[i].Y / vg.Length(rowSums[i])}
			start := place(pixel)
			c.StrokeLine2(draw.LineStyle{Color: ink, Width: 0.6}, start.X, start.Y, goal.X, goal.Y)
		}
	}
}
