// Package forms holds the model by which algos/orth chooses between the forms of Newton-Schulz against the times that both
// take on this machine.
package forms

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/raphson-go/raphson/algos/orth"
	"github.com/raphson-go/raphson/kernels"
)

// Shapes are those compared: small and large, square to eight times as long as wide.
var Shapes = [][2]int{
	{64, 64}, {64, 96}, {64, 256}, {128, 160}, {128, 256}, {128, 1024}, {256, 256}, {256, 320}, {256, 512}, {256, 1024}, {256, 2048}, {512, 640}, {512, 2048},
}

// Comparison is one shape: times of the Gram form as a fraction of the standard form.
type Comparison struct {
	Rows, Cols       int
	Restarts         int     // of the Gram form
	Flops, Predicted float64 // by operations alone, and by the model
	Measured         float64
	Chosen           orth.Form
	Standard         time.Duration // of five steps in the standard form
}

// Loss is by how much the form chosen is slower than the other, 0 if it is not.
func (c Comparison) Loss() float64 {
	if c.Chosen == orth.GramForm {
		return max(0, c.Measured-1)
	}
	return max(0, 1/c.Measured-1)
}

// Run times five Muon steps of float32 matrices with one worker, both forms in turn, for about so long a shape.
func Run(ctx context.Context, shapes [][2]int, each time.Duration, progress func(done, of int)) ([]Comparison, error) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	schedule := orth.MuonSchedule(5)
	var list []Comparison
	for i, shape := range shapes {
		rows, cols := shape[0], shape[1]
		c := Comparison{Rows: rows, Cols: cols, Chosen: orth.ChooseForm(rows, cols, schedule, nil)}
		g, dst := kernels.NewMatrix[float32](rows, cols), kernels.NewMatrix[float32](rows, cols)
		random := rand.New(rand.NewPCG(1, uint64(i)))
		for k := range g.Data {
			g.Data[k] = float32(random.NormFloat64())
		}
		var w orth.Workspace[float32]
		best := [2]float64{math.Inf(1), math.Inf(1)} // others may use the machine too: the least disturbed samples count
		for start, samples := time.Now(), 0; samples < 5 || time.Since(start) < each; samples++ {
			for k, form := range []orth.Form{orth.StandardForm, orth.GramForm} {
				begin, calls := time.Now(), 0
				for calls == 0 || time.Since(begin) < time.Millisecond {
					result, err := orth.Polar(ctx, dst, g, orth.PolarSettings{Schedule: schedule, Form: form, Unmeasured: true}, &w)
					if err != nil {
						return nil, err
					}
					c.Restarts, calls = result.Restarts, calls+1 // of the Gram form, which comes last
				}
				best[k] = min(best[k], float64(time.Since(begin))/float64(calls))
			}
		}
		restarts := []int{2, 4}[:c.Restarts] // wherever they are, they save the same
		c.Flops = orth.GramForm.Flops(rows, cols, schedule, restarts) / orth.StandardForm.Flops(rows, cols, schedule, restarts)
		c.Predicted = orth.GramForm.Time(rows, cols, schedule, restarts) / orth.StandardForm.Time(rows, cols, schedule, restarts)
		c.Measured, c.Standard = best[1]/best[0], time.Duration(best[0])
		list = append(list, c)
		if progress != nil {
			progress(i+1, len(shapes))
		}
	}
	return list, nil
}

// Report is the comparisons as text.
func Report(list []Comparison) string {
	var b strings.Builder
	b.WriteString("five Muon steps in float32, one worker: time of the Gram form as a fraction of the standard form\n")
	fmt.Fprintf(&b, "%-10s %12s %8s %11s %8s %9s  %-14s %s\n", "shape", "standard", "restarts", "operations", "model", "measured", "chosen", "loss")
	worst, off := 0.0, 0.0
	for _, c := range list {
		fmt.Fprintf(&b, "%-10s %12v %8d %11.2f %8.2f %9.2f  %-14v %.0f %%\n", fmt.Sprintf("%dx%d", c.Rows, c.Cols), c.Standard.Round(time.Microsecond),
			c.Restarts, c.Flops, c.Predicted, c.Measured, c.Chosen, 100*c.Loss())
		worst, off = max(worst, c.Loss()), max(off, math.Abs(c.Measured/c.Predicted-1))
	}
	fmt.Fprintf(&b, "the model is off by at most %.0f %%, the form chosen loses at most %.0f %%\n", 100*off, 100*worst)
	return b.String()
}
