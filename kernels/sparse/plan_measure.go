package sparse

import (
	"fmt"
	"slices"
	"time"
	"unsafe"

	"github.com/raphson-go/raphson/kernels"
)

const (
	// worthMeasuring is the number of products from which measuring pays: making and timing all formats takes the time of about 150
	// products in compressed rows, and a format that wins saves half of each or more.
	worthMeasuring = 300
	// gain is the share of the time of compressed rows that a format must stay below to be chosen.
	gain = 0.97
	// rounds is how many times each format is measured, in turn, and sample how long for at least.
	rounds = 7
	sample = 100 * time.Microsecond
	// mostBytes is how many times the memory of compressed rows a format may take.
	mostBytes = 2
)

// fastest measures all formats that can hold the matrix.
func fastest[T kernels.Float](a *CSR[T]) *Plan[T] {
	plans := []*Plan[T]{planCSR(a)}
	var refused []Candidate
	for format := FormatDiagonals; format <= FormatSymmetric; format++ {
		p, err := planAs(a, format)
		if err != nil {
			refused = append(refused, Candidate{Format: format, Reason: err.Error()})
			continue
		}
		plans = append(plans, p)
	}
	seconds := measure(plans)
	best := 0
	candidates := make([]Candidate, len(plans))
	for i, p := range plans {
		candidates[i] = Candidate{Format: p.format, Bytes: p.bytes(), Seconds: seconds[i]}
		if seconds[i] < gain*seconds[0] && (best == 0 || seconds[i] < seconds[best]) {
			best = i
		}
	}
	plans[best].candidates = append(candidates, refused...)
	return plans[best]
}

// measure returns the median time of a product with each plan.
func measure[T kernels.Float](plans []*Plan[T]) []float64 {
	a := plans[0].a
	x, y := make([]T, a.cols), make([]T, a.rows)
	for i := range x {
		x[i] = 1
	}
	run := func(p *Plan[T], times int) time.Duration {
		begin := time.Now()
		for range times {
			p.MulVec(1, x, 0, y)
		}
		return time.Since(begin)
	}
	times := make([]int, len(plans))
	for i, p := range plans {
		run(p, 1) // what the first product pays alone: pages, workers that wake up
		times[i] = 1 + int(sample/max(run(p, 1), time.Nanosecond))
	}
	all := make([][]float64, len(plans))
	for range rounds {
		for i, p := range plans {
			all[i] = append(all[i], run(p, times[i]).Seconds()/float64(times[i]))
		}
	}
	medians := make([]float64, len(plans))
	for i, samples := range all {
		slices.Sort(samples)
		medians[i] = samples[rounds/2]
	}
	return medians
}

// checkPadding is an error for formats that would take too much memory.
func checkPadding[T kernels.Float](a *CSR[T], format Format, bytes int) error {
	if limit := mostBytes * a.bytes(); bytes > limit {
		return fmt.Errorf("sparse: format %v takes %d bytes, more than %d: %w", format, bytes, limit, ErrFormat)
	}
	return nil
}

// bytes is what the matrix takes.
func (a *CSR[T]) bytes() int { return bytesOf(a.starts) + bytesOf(a.columns) + bytesOf(a.values) }

func bytesOf[E any](s []E) int { return len(s) * int(unsafe.Sizeof(*new(E))) }

var errTooManyDiagonals = fmt.Errorf("sparse: more than %d diagonals: %w", mostDiagonals, ErrFormat)

// isLong says whether products cut the row into pieces; formats leave it out.
func isLong(length int32) bool { return length > pieceLength }
