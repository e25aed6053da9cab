package newton

import (
	"context"
	"math"
	"runtime"
	"slices"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/ot"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/kernels"
)

// Tolerance is the error of the marginals that all contenders are to reach.
const Tolerance = 1e-12

const (
	repeats     = 3     // of the short measurements, of which the median counts
	mostSweeps  = 40000 // of Sinkhorn's algorithm; what is missing is extrapolated
	timedSweeps = 60    // in the log domain, of which there would be too many
)

// Point is the error of the marginals at a time.
type Point struct{ Seconds, Residual float64 }

// Line is one case at one eta. Seconds are those of one goroutine.
type Line struct {
	Case   string
	Eta    float64
	Places int // on either side

	Sweeps, Steps, LinearIterations int // of Sinkhorn-Newton-Sparse
	Fraction                        float64
	Seconds                         float64
	DenseSteps                      int // of Newton with the whole Hessian
	DenseSeconds                    float64

	SinkhornSweeps  int
	Extrapolated    bool    // the sweeps, and with them the times, beyond mostSweeps
	SinkhornSeconds float64 // in kernel form
	LogSeconds      float64 // in the log domain: as many sweeps at the time of a few
	GridSeconds     float64 // axis by axis; 0 where the cost is not separable

	Paper         *Paper // nil at other etas than the paper's
	NewtonTrace   []Point
	SinkhornTrace []Point
}

// Run solves everything on one goroutine.
func Run(ctx context.Context, progress func(done, of int)) ([]Line, error) {
	return run(ctx, places, mostSweeps, repeats, progress)
}

func run(ctx context.Context, size, limit, repeats int, progress func(done, of int)) ([]Line, error) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	list, err := problems(size)
	if err != nil {
		return nil, err
	}
	var lines []Line
	of := 0
	for _, p := range list {
		of += len(p.etas)
	}
	for _, p := range list {
		for _, eta := range p.etas {
			line, err := p.run(ctx, eta, limit, repeats)
			if err != nil {
				return nil, err
			}
			lines = append(lines, line)
			if progress != nil {
				progress(len(lines), of)
			}
		}
	}
	return lines, nil
}

func (p problem) run(ctx context.Context, eta float64, limit, repeats int) (Line, error) {
	line := Line{Case: p.name, Eta: eta, Places: len(p.a)}
	if eta == paperEta {
		paper := p.paper
		line.Paper = &paper
	}
	settings := ot.Settings{Epsilon: 1 / eta, Tolerance: Tolerance, MaxIterations: limit}
	for _, dense := range []bool{false, true} {
		var times []float64
		for range repeats {
			result, trace, seconds, err := p.newton(ctx, ot.NewtonSettings{Settings: settings, Dense: dense})
			if err != nil {
				return line, err
			}
			times = append(times, seconds)
			if dense {
				line.DenseSteps = result.Steps
				continue
			}
			line.Sweeps, line.Steps, line.LinearIterations = result.Sweeps, result.Steps, result.LinearIterations
			line.Fraction, line.NewtonTrace = result.Fraction, trace
		}
		slices.Sort(times)
		if dense {
			line.DenseSeconds = times[repeats/2]
		} else {
			line.Seconds = times[repeats/2]
		}
	}
	return line, p.sinkhorn(ctx, &line, settings)
}

// newton solves once and follows the error.
func (p problem) newton(ctx context.Context, settings ot.NewtonSettings) (*ot.NewtonResult, []Point, float64, error) {
	var trace []Point
	clock := measure.Stopwatch()
	last := 0.0 // the residual is that at the start of an iteration: it was reached when the one before ended
	settings.Progress = func(p algos.Progress) {
		trace = append(trace, Point{last, p.Residual})
		last = clock()
	}
	result, err := ot.SinkhornNewton(ctx, p.a, p.b, p.dense, settings)
	if err != nil {
		return nil, nil, 0, err
	}
	return result, append(trace, Point{last, result.Residual}), clock(), nil
}

// sinkhorn measures Sinkhorn's algorithm in its forms.
func (p problem) sinkhorn(ctx context.Context, line *Line, settings ot.Settings) error {
	settings.Method = ot.KernelForm
	every := 1
	clock := measure.Stopwatch()
	settings.Progress = func(p algos.Progress) {
		if p.Done%every == 0 {
			line.SinkhornTrace = append(line.SinkhornTrace, Point{clock(), p.Residual})
			every = 1 + p.Done/50
		}
	}
	result, err := ot.Solve(ctx, p.a, p.b, p.dense, settings)
	if err != nil {
		return err
	}
	line.SinkhornSeconds, line.SinkhornSweeps = clock(), result.Iterations
	if result.Stopped != algos.Converged {
		line.Extrapolated = true
		line.SinkhornSweeps += missing(result.Residuals)
		line.SinkhornSeconds *= float64(line.SinkhornSweeps) / float64(result.Iterations)
	}
	settings.Progress = nil
	if p.grid != nil {
		clock := measure.Stopwatch()
		grid, err := ot.Solve(ctx, p.a, p.b, p.grid, settings)
		if err != nil {
			return err
		}
		line.GridSeconds = clock() * float64(line.SinkhornSweeps) / float64(grid.Iterations)
	}
	settings.Method, settings.MaxIterations = ot.LogDomain, min(timedSweeps, line.SinkhornSweeps)
	clock = measure.Stopwatch()
	few, err := ot.Solve(ctx, p.a, p.b, p.dense, settings)
	if err != nil {
		return err
	}
	line.LogSeconds = clock() * float64(line.SinkhornSweeps) / float64(few.Iterations)
	return nil
}

// missing is how many sweeps more the tolerance takes if the residual goes on falling as it did in the last third.
func missing(residuals []float64) int {
	last := len(residuals) - 1
	back := len(residuals) / 3
	if back == 0 {
		return math.MaxInt32
	}
	rate := math.Log(residuals[last-back]/residuals[last]) / float64(back)
	more := math.Log(residuals[last]/Tolerance) / rate
	if !(more >= 0 && more < math.MaxInt32) {
		return math.MaxInt32
	}
	return int(more)
}
