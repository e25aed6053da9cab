// Package digits does a job that people have: the matrix of transport distances between images, here 64 handwritten
// digits, and with it the nearest neighbour of each.
package digits

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/raphson-go/raphson/bench/internal/cpu"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/kernels"
)

// Side is the number of pixels along an image.
const Side = digits.Side

// Result is the matrix and what follows from it.
type Result struct {
	Labels      []int
	Images      [][]byte                // grey values, row by row
	Distance    kernels.Matrix[float64] // cost of transport, in squared pixels
	Nearest     []int                   // to each image another one
	Agree       int                     // images whose nearest one shows the same digit
	Pairs       int
	Unconverged int // pairs that did not meet the tolerance
	Iterations  int // of all pairs together
	Epsilon     float64
	Elapsed     time.Duration
	Workers     int
	Plan        Plan
}

// Plan is the transport plan between two of the images, restricted to the pixels with ink.
type Plan struct {
	FromLabel, ToLabel int
	From, To           []int // pixels
	Mass               kernels.Matrix[float64]
}

// Summary is one sentence on what was done.
func (r *Result) Summary() string {
	text := fmt.Sprintf("%d pairs of digits, each the transport of one image of %d x %d pixels to the other (epsilon %g, error of the "+
		"marginals %g): %.2f s on %s, %.2f ms of one worker a pair, %d iterations in all. ",
		r.Pairs, Side, Side, r.Epsilon, tolerance, r.Elapsed.Seconds(), cpu.Count(r.Workers, "worker"),
		1000*r.Elapsed.Seconds()*float64(r.Workers)/float64(r.Pairs), r.Iterations)
	if r.Unconverged > 0 {
		text += fmt.Sprintf("%d pairs did not converge. ", r.Unconverged)
	}
	return text + fmt.Sprintf("The nearest other image shows the same digit for %d of %d.", r.Agree, len(r.Labels))
}

// Table shows for each digit how many of its images have a nearest one with the same label.
func (r *Result) Table() string {
	var digit, agree strings.Builder
	for label := range 10 {
		same, all := 0, 0
		for i, l := range r.Labels {
			if l == label {
				all++
				if r.Labels[r.Nearest[i]] == label {
					same++
				}
			}
		}
		fmt.Fprintf(&digit, "%6d", label)
		fmt.Fprintf(&agree, "%6s", fmt.Sprintf("%d/%d", same, all))
	}
	return "digit            " + digit.String() + "\nnearest the same " + agree.String() + "\n"
}

// Job names the job with the level and the workers that are in force.
func Job() measure.Measurement {
	return measure.Measurement{
		Family: "ot", Kernel: "Pairwise", Type: "float64", Shape: fmt.Sprintf("%dx%d", digits.Count, digits.Pixels),
		Level: kernels.Level().String(), Workers: kernels.Workers(), Unit: "pairs/s",
	}
}

// Measurement is the job as a row of the report: its elements are pairs.
func (r *Result) Measurement() measure.Measurement {
	m := Job()
	m.NS = float64(r.Elapsed.Nanoseconds())
	m.Rate = float64(r.Pairs) / m.NS * 1e9
	m.Samples = []measure.Sample{{Calls: 1, NS: m.NS}}
	return m
}

// nearest sets to each image the one at the smallest distance, and how often the labels agree.
func (r *Result) nearest() {
	r.Nearest = make([]int, len(r.Labels))
	for i := range r.Labels {
		best := math.Inf(1)
		for j := range r.Labels {
			if d := r.Distance.At(i, j); j != i && d < best {
				best, r.Nearest[i] = d, j
			}
		}
		if r.Labels[i] == r.Labels[r.Nearest[i]] {
			r.Agree++
		}
	}
}
