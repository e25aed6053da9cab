package report

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// The colours of every chart, each with what a dark page shows instead.
var (
	ink    = themed{color.RGBA{0x1f, 0x23, 0x28, 0xff}, "#e6edf3"}
	muted  = themed{color.RGBA{0x65, 0x6d, 0x76, 0xff}, "#9da7b3"}
	faint  = themed{color.RGBA{0xd8, 0xde, 0xe4, 0xff}, "#373e47"}
	first  = themed{color.RGBA{0x9a, 0xa4, 0xaf, 0xff}, "#6e7681"}
	second = themed{color.RGBA{0x4c, 0x9b, 0xe8, 0xff}, "#4493f8"}
	third  = themed{color.RGBA{0x0b, 0x4f, 0x9e, 0xff}, "#9ecbff"}
	accent = themed{color.RGBA{0xd9, 0x6c, 0x1e, 0xff}, "#f0883e"}
)

type themed struct {
	light color.RGBA
	dark  string
}

// RGBA makes a themed colour a color.Color: its light one.
func (t themed) RGBA() (r, g, b, a uint32) { return t.light.RGBA() }

func (t themed) hex() string { return fmt.Sprintf("#%02X%02X%02X", t.light.R, t.light.G, t.light.B) }

var palette = []themed{ink, muted, faint, first, second, third, accent}

// levelColor is the colour of bars and points of a level.
func levelColor(level string) themed {
	switch level {
	case "generic":
		return first
	case "avx2", "neon":
		return second
	}
	return third
}

// levelName is how a chart calls a level.
func levelName(level string) string {
	switch level {
	case "generic":
		return "plain Go"
	case "neon":
		return "NEON"
	case "avx2":
		return "AVX2"
	case "avx512":
		return "AVX-512"
	}
	return level
}

// DarkStyle recolours charts where the reader prefers dark pages. It matches the colours themselves, so that a program
// which ignores style sheets still draws the light version.
func DarkStyle() string {
	var b strings.Builder
	b.WriteString("@media (prefers-color-scheme: dark) {\n")
	for _, c := range palette {
		fmt.Fprintf(&b, "svg [style*=\"fill:%[1]s\"] { fill: %[2]s !important }\n", c.hex(), c.dark)
		fmt.Fprintf(&b, "svg [style*=\"stroke:%[1]s\"] { stroke: %[2]s !important }\n", c.hex(), c.dark)
	}
	b.WriteString("}\n")
	return b.String()
}

const typeface = "Liberation"

func sans(size vg.Length) font.Font {
	return font.Font{Typeface: typeface, Variant: "Sans", Size: size}
}

// newPlot has our type and colours, and a grid in place of a frame.
func newPlot(title string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.Title.Text = title
	p.Title.Padding = vg.Points(8)
	p.Title.TextStyle.Color = ink
	p.Title.TextStyle.Font = sans(13)
	p.Title.TextStyle.Font.Weight = 2 // bold
	for _, axis := range []*plot.Axis{&p.X, &p.Y} {
		axis.LineStyle.Color = faint
		axis.Tick.LineStyle.Color = faint
		axis.Tick.Label.Color = muted
		axis.Tick.Label.Font = sans(10)
		axis.Label.TextStyle.Color = muted
		axis.Label.TextStyle.Font = sans(10.5)
	}
	p.Legend.TextStyle.Color = ink
	p.Legend.TextStyle.Font = sans(10.5)
	return p
}

// svg draws p with the width and height in points, and below it a line of text. (A label of a logarithmic axis would take
// room at its right end: plot places it in the middle of the values, not of the logarithms.) The result stands alone: no
// file header, no fonts to load.
func svg(p *plot.Plot, width, height vg.Length, footer string) string {
	canvas := &measuredCanvas{Canvas: vgsvg.New(width, height)}
	area := draw.Crop(draw.New(canvas), 6, -6, 4, -6)
	if footer != "" {
		style := draw.TextStyle{Color: muted, Font: sans(10.5), XAlign: text.XCenter, Handler: plot.DefaultTextHandler}
		area.FillText(style, vg.Point{X: area.Center().X, Y: area.Min.Y + 3}, footer)
		area = draw.Crop(area, 0, 0, 19, 0)
	}
	p.Draw(area)
	var b bytes.Buffer
	if _, err := canvas.WriteTo(&b); err != nil {
		panic(err) // a bytes.Buffer does not fail
	}
	drawing := b.String()
	drawing = drawing[strings.Index(drawing, "<svg"):]
	start := strings.Index(drawing, ">")
	head := fmt.Sprintf(`<svg viewBox="0 0 %[1]g %[2]g" width="%[1]g" height="%[2]g" role="img" aria-label="%[3]s" `+
		`xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`, width, height, html.EscapeString(p.Title.Text))
	return head + replacements.Replace(canvas.fixWidths(drawing[start+1:]))
}

// measuredCanvas keeps the width that each text was laid out with.
type measuredCanvas struct {
	*vgsvg.Canvas
	widths []vg.Length
}

// FillString implements vg.Canvas.
func (c *measuredCanvas) FillString(face font.Face, at vg.Point, text string) {
	c.widths = append(c.widths, face.Width(text))
	c.Canvas.FillString(face, at, text)
}

// fixWidths tells every text of the drawing to be as wide as it was laid out, in whatever font the reader has: a text is
// placed by its left end, and one in a wider font would run into the bars to its right, or out of the picture.
func (c *measuredCanvas) fixWidths(drawing string) string {
	parts := strings.Split(drawing, "<text ")
	for i, width := range c.widths {
		parts[i+1] = fmt.Sprintf(`<text textLength="%.4g" lengthAdjust="spacingAndGlyphs" `, width.Points()) + parts[i+1]
	}
	return strings.Join(parts, "")
}

// replacements name fonts that most systems have beside the one the text is laid out for, let images fill their frame, and
// call them what they are.
var replacements = strings.NewReplacer(
	"font-family:Liberation Sans", "font-family:Liberation Sans,Helvetica,Arial,sans-serif",
	"<image ", `<image preserveAspectRatio="none" `,
	"data:image/jpg;", "data:image/png;", // which is what vgsvg writes
)
