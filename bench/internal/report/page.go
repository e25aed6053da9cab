package report

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"
	"time"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/descent"
	"github.com/raphson-go/raphson/bench/internal/digits"
	"github.com/raphson-go/raphson/bench/internal/limits"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/bench/internal/newton"
)

// Page is what the HTML report shows. Parts that were not measured are nil and left out.
type Page struct {
	CPU          cpu.Info
	Level        string
	Levels       []string
	Time         time.Time
	Limits       *limits.Limits
	Measurements []measure.Measurement
	Digits       *digits.Result
	Newton       []newton.Line
	Descent      []descent.Comparison
	Sections     []Section
	Quiet        float64 // share of the FMA peak reached after the measurements; 0 if not known
}

// Section is a part of the report that is text: tables, and what they show.
type Section struct{ Title, About, Text string }

// Busy is the share in percent if it is so low that the figures are in doubt.
func (p Page) Busy() string {
	if p.Quiet == 0 || p.Quiet >= 0.95 {
		return ""
	}
	return fmt.Sprintf("%.0f%%", 100*p.Quiet)
}

// BusyNote says what it means that the machine was busy.
func BusyNote() string {
	if measure.HasThreadTime {
		return "Figures for several workers are in doubt; one worker is timed by its own time on the processor."
	}
	return "The figures are in doubt."
}

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"rate":  Rate,
	"times": Times,
	"share": Share,
	"bytes": cpu.Bytes,
	"lower": strings.ToLower,
	"join":  strings.Join,

	"busyNote": BusyNote,
}).Parse(pageTemplate))

// HTML writes the report as one file that loads nothing else.
func HTML(w io.Writer, p Page) error {
	lines := Group(p.Measurements)
	view := struct {
		Page
		Style      template.CSS
		Limit      limitView
		Charts     [][]template.HTML // a family a row
		Rooflines  []template.HTML
		Families   []familyView
		DigitParts *digitView
		Errors     []template.HTML // of the marginals against time
		NewtonText string
		Descents   []descentView
	}{Page: p, Style: template.CSS(pageStyle + DarkStyle())}
	if p.Limits != nil {
		view.Limit = viewLimits(p.Limits.Measurements())
	}
	for _, family := range families(lines) {
		var charts []template.HTML
		for _, typ := range []string{"float64", "float32"} {
			if chart := SpeedupBars(lines, family, typ); chart != "" {
				charts = append(charts, template.HTML(chart))
			}
		}
		if charts != nil {
			view.Charts = append(view.Charts, charts)
		}
		view.Families = append(view.Families, viewFamily(family, lines))
	}
	if p.Limits != nil && len(lines) > 0 {
		for _, typ := range []string{"float64", "float32"} {
			view.Rooflines = append(view.Rooflines, template.HTML(Roofline(lines, p.Limits, typ)))
		}
	}
	if p.Digits != nil {
		view.DigitParts = viewDigits(p.Digits)
	}
	for _, line := range p.Newton {
		if chart := Convergence(line); chart != "" {
			view.Errors = append(view.Errors, template.HTML(chart))
		}
	}
	if p.Newton != nil {
		view.NewtonText = newton.Table(p.Newton)
	}
	for _, c := range p.Descent {
		view.Descents = append(view.Descents, descentView{template.HTML(Descent(c)), c.Table()})
	}
	return page.Execute(w, view)
}

func families(lines []Line) []string {
	var names []string
	for _, l := range lines {
		names = appendNew(names, l.Family)
	}
	return names
}

// descentView is a comparison of block coordinate descent.
type descentView struct {
	Chart template.HTML
	Text  string
}

// familyView is the full table of a family.
type familyView struct {
	Name    string
	Caption string
	Mixed   bool // each line states its unit
	Levels  []string
	Lines   []lineView
}

type lineView struct {
	Line
	Cells []cellView // one a level
	Best  string     // ours against the fastest of the others
}

type cellView struct{ Rate, Times string }

func viewFamily(name string, lines []Line) familyView {
	view := familyView{Name: name}
	var own []Line
	for _, l := range lines {
		if l.Family == name {
			own = append(own, l)
		}
	}
	view.Levels, view.Caption, view.Mixed = LevelsOf(own), Caption(own), Unit(own) == ""
	for _, l := range own {
		line := lineView{Line: l}
		for _, level := range view.Levels {
			cell := cellView{}
			if m, ok := l.At(level); ok {
				cell.Rate = Rate(m.Rate)
				if level != "generic" {
					cell.Times = Times(l.Speedup(m))
				}
			}
			line.Cells = append(line.Cells, cell)
		}
		if best, ok := l.BestPeer(); ok {
			line.Best = Times(best.NS / l.NS)
		}
		view.Lines = append(view.Lines, line)
	}
	return view
}

// limitView is the table of limits: a row a limit, a column a level and number of workers.
type limitView struct {
	Columns []string
	Rows    []limitRow
}

type limitRow struct {
	Name, Unit string
	Cells      []string
}

func viewLimits(measurements []measure.Measurement) limitView {
	cells := limitCells(measurements)
	view := limitView{Columns: cells[0][1 : len(cells[0])-1]}
	for _, row := range cells[1:] {
		view.Rows = append(view.Rows, limitRow{row[0], row[len(row)-1], row[1 : len(row)-1]})
	}
	return view
}
