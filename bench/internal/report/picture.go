package report

import (
	"fmt"
	"strings"

	"github.com/raphson-go/raphson/bench/internal/cpu"
)

// job is a row of the table under the name that a reader of the README understands.
type job struct{ family, kernel, typ, shape, name string }

func (j job) key() string { return j.family + "/" + j.kernel + "/" + j.typ + "/" + j.shape }

// pictured are the jobs in the picture of the README, from the exponential family down to plain vectors.
var pictured = []job{
	{"lse", "Exp", "float32", "65536", "exp, float32"},
	{"lse", "Exp", "float64", "65536", "exp"},
	{"lse", "Log", "float64", "65536", "log"},
	{"lse", "Tanh", "float64", "65536", "tanh"},
	{"lse", "LogSumExpRows", "float64", "1000x1000", "log-sum-exp of rows"},
	{"lse", "Softmax", "float64", "4096", "softmax"},
	{"lse", "SinkhornLog", "float64", "1000x1000", "Sinkhorn, log domain"},
	{"lse", "SinkhornKernel", "float64", "1000x1000", "Sinkhorn, kernel form"},
	{"vec", "Norm2", "float64", "4096", "2-norm"},
	{"vec", "MaxAbsIndex", "float64", "4096", "largest magnitude"},
	{"vec", "Dot", "float64", "4096", "dot product"},
	{"vec", "Dot", "float32", "4096", "dot product, float32"},
}

// Picture is a drawing of speedups on one goroutine that stands alone, for light and dark pages.
func Picture(info cpu.Info, lines []Line) string {
	var jobs []bar
	var levels []string
	for _, want := range pictured {
		for _, l := range lines {
			if l.Job() != want.key() || l.Workers != 1 || l.Plain == nil {
				continue
			}
			row := bar{name: want.name, times: map[string]float64{}}
			for _, m := range l.Levels[1:] {
				row.times[m.Level] = l.Speedup(m)
				levels = appendNew(levels, m.Level)
			}
			row.note = Times(l.Speedup(l.Measurement))
			if best, ok := l.BestPeer(); ok {
				row.note += fmt.Sprintf("  (%s: %s)", best.Peer, Times(best.NS/l.NS))
			}
			jobs = append(jobs, row)
		}
	}
	note := info.Model + "; in brackets: times faster than the fastest other Go package measured"
	drawing := bars("Times faster than plain Go, on one goroutine", note, jobs, levels, 720)
	return strings.Replace(drawing, ">", ">\n<style>\n"+DarkStyle()+"</style>\n", 1)
}

// PictureRows are the jobs that the picture shows.
func PictureRows() []string {
	var jobs []string
	for _, p := range pictured {
		jobs = append(jobs, p.key())
	}
	return jobs
}
