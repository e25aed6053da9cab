package limits

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/limit"
)

const (
	attempts    = 10                   // the best one counts: a limit is what the machine can do undisturbed
	attemptTime = 3 * time.Millisecond // long against the clock, short against other guests of the machine
)

// Quiet is the share of the FMA peak that the machine reaches at this moment on one core, in the middle one of several
// attempts: well below 1 if others use it.
func (l *Limits) Quiet() float64 {
	levels := Available()
	v := levels[len(levels)-1]
	defer level.Force(v)()
	rates := make([]float64, 2*attempts+1)
	for i := range rates {
		rates[i] = together(1, 50, func(int) float64 { return 2 * limit.Peak[float64](limit.MaxIterations) })
	}
	return measure.Median(rates) / l.FMA("float64", v, 1)
}

// peakRate is the multiply-add rate of all workers together in GFLOP/s.
func peakRate[T cast.Float](workers int) float64 {
	return best(workers, func(int) float64 { return 2 * limit.Peak[T](limit.MaxIterations) })
}

// peakRateBFloat16 is peakRate for operands of 16 bits: that of float32 where they are widened to it.
func peakRateBFloat16(workers int) float64 {
	return best(workers, func(int) float64 { return 2 * limit.PeakBFloat16(limit.MaxIterations) })
}

// allocate makes one buffer a worker: of the probe's size where each core has a cache of its own, a part of it elsewhere.
func allocate(c cache, workers int) [][]float64 {
	buffers := make([][]float64, workers)
	n := c.probe / 8
	if !c.private {
		n /= workers
	}
	for i := range buffers {
		buffers[i] = make([]float64, n)
		for j := range buffers[i] {
			buffers[i][j] = 1
		}
	}
	return buffers
}

// readRate is in GB/s of bytes read.
func readRate(buffers [][]float64) float64 {
	return best(len(buffers), func(worker int) float64 {
		passes := passes(buffers[worker])
		limit.Read(buffers[worker], passes)
		return 8 * float64(len(buffers[worker])*passes)
	})
}

// updateRate is in GB/s of bytes read and written.
func updateRate(buffers [][]float64) float64 {
	return best(len(buffers), func(worker int) float64 {
		passes := passes(buffers[worker])
		limit.Update(1, buffers[worker], passes)
		return 16 * float64(len(buffers[worker])*passes)
	})
}

// passes makes a call long against what calling costs.
func passes(buffer []float64) int { return max(1, limit.MaxElements/len(buffer)) }

// best is the highest rate, in units of work a nanosecond, of several attempts of all workers at once.
func best(workers int, call func(worker int) (work float64)) float64 {
	start := time.Now()
	for w := range workers {
		call(w)
	}
	calls := max(1, int(attemptTime*time.Duration(workers)/(time.Since(start)+1)))
	rate := 0.0
	for range attempts {
		if workers == 1 {
			rate = max(rate, alone(calls, call))
		} else {
			rate = max(rate, together(workers, calls, call))
		}
	}
	return rate
}

// alone is the rate of one worker.
func alone(calls int, call func(worker int) float64) float64 {
	work := 0.0
	elapsed := measure.Alone(func() {
		for range calls {
			work += call(0)
		}
	})
	return work / float64(elapsed.Nanoseconds())
}

// together starts the workers at one moment and adds up their rates.
func together(workers, calls int, call func(worker int) float64) float64 {
	var ready atomic.Int32
	var finished sync.WaitGroup
	rates := make([]float64, workers)
	for w := range workers {
		finished.Go(func() {
			ready.Add(1)
			for ready.Load() < int32(workers) { // spin: a parked goroutine would wake long after the others
			}
			start := time.Now()
			work := 0.0
			for range calls {
				work += call(w)
			}
			rates[w] = work / float64(time.Since(start).Nanoseconds())
		})
	}
	finished.Wait()
	total := 0.0
	for _, r := range rates {
		total += r
	}
	return total
}
