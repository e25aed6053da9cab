package linear

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/kernels"
)

// Line is one fit, or one path of fits.
type Line struct {
	Name, Shape string
	Workers     int
	Seconds     float64 // with making the design
	Design      float64 // of these for making the design: checking, for sparse data transposing
	Gap         float64 // the largest, relative to the objective without features
	Iterations  int
	Support     int // at the end
	WorkingSet  int
	Stopped     algos.Stop
}

// sizes of the problems.
type sizes struct {
	dense   [][2]int
	samples int
	repeats int
}

// full is what Run measures; a test takes less.
var full = sizes{dense: [][2]int{{1000, 10000}, {5000, 2000}}, samples: 32561, repeats: 3}

// Run measures on one goroutine and on all.
func Run(ctx context.Context, progress func(done, of int)) ([]Line, error) {
	return run(ctx, full, progress)
}

// job is a fit to be timed: making the design, and what is done with it.
type job struct {
	name, shape string
	design      func() (*linear.Design, error)
	fit         func(*linear.Design) ([]*linear.Result, error)
}

func run(ctx context.Context, s sizes, progress func(done, of int)) ([]Line, error) {
	jobs, err := s.jobs(ctx)
	if err != nil {
		return nil, err
	}
	workers := []int{1}
	if all := runtime.GOMAXPROCS(0); all > 1 {
		workers = append(workers, all)
	}
	var lines []Line
	for _, j := range jobs {
		for _, w := range workers {
			line, err := j.run(w, s.repeats)
			if err != nil {
				return nil, err
			}
			lines = append(lines, line)
			if progress != nil {
				progress(len(lines), len(jobs)*len(workers))
			}
		}
	}
	return lines, nil
}

// tolerance is the gap that is asked for, of the objective without features.
const tolerance = 1e-6

func (s sizes) jobs(ctx context.Context) (jobs []job, err error) {
	to := func(tolerance float64) linear.Settings {
		return linear.Settings{Tolerance: tolerance, NoIntercept: true, DropConstant: true}
	}
	settings := to(tolerance)
	single := func(r *linear.Result, err error) ([]*linear.Result, error) { return []*linear.Result{r}, err }
	for _, size := range s.dense {
		x, y := dense(size[0], size[1])
		shape := fmt.Sprintf("%d x %d", size[0], size[1])
		design := func() (*linear.Design, error) { return linear.Transposed(x) }
		d, err := design()
		if err != nil {
			return nil, err
		}
		path, err := linear.LassoPath(ctx, d, y, linear.PathSettings{Settings: settings, Count: 1})
		if err != nil {
			return nil, err
		}
		top := path.Fits[0].Lambda
		for _, f := range []float64{0.1, 0.01} {
			jobs = append(jobs, job{fmt.Sprintf("Lasso, lambda %g of largest", f), shape, design, func(d *linear.Design) ([]*linear.Result, error) {
				return single(linear.Lasso(ctx, d, y, f*top, settings))
			}})
		}
		jobs = append(jobs, job{"Lasso, path of 100 to 0.01", shape, design, func(d *linear.Design) ([]*linear.Result, error) {
			path, err := linear.LassoPath(ctx, d, y, linear.PathSettings{Settings: settings, Least: 0.01})
			if err != nil {
				return nil, err
			}
			return path.Fits, nil
		}})
	}
	x, labels, err := categories(s.samples)
	if err != nil {
		return nil, err
	}
	design := func() (*linear.Design, error) { return linear.Sparse(x) }
	shape := fmt.Sprintf("%d x %d, sparse", x.Rows(), x.Cols())
	for _, ratio := range []float64{0, 1} {
		jobs = append(jobs, job{fmt.Sprintf("Logistic, l%d, C = 1", 2-int(ratio)), shape, design, func(d *linear.Design) ([]*linear.Result, error) {
			return single(linear.Logistic(ctx, d, labels, 1/float64(s.samples), ratio, to(1e-9)))
		}})
	}
	jobs = append(jobs, job{"SVM, squared hinge, C = 0.1", shape, design, func(d *linear.Design) ([]*linear.Result, error) {
		return single(linear.SVM(ctx, d, labels, 0.1, linear.SVMSettings{Settings: to(1e-4)}))
	}})
	return jobs, nil
}

// run is the median of some runs.
func (j job) run(workers, repeats int) (Line, error) {
	defer kernels.SetWorkers(kernels.SetWorkers(workers))
	line := Line{Name: j.name, Shape: j.shape, Workers: workers, Stopped: algos.Converged}
	var whole, design []float64
	var fits []*linear.Result
	for range repeats {
		start := time.Now()
		d, err := j.design()
		if err != nil {
			return line, err
		}
		made := time.Since(start).Seconds()
		if fits, err = j.fit(d); err != nil {
			return line, err
		}
		whole, design = append(whole, time.Since(start).Seconds()), append(design, made)
	}
	slices.Sort(whole)
	slices.Sort(design)
	line.Seconds, line.Design = whole[repeats/2], design[repeats/2]
	for _, f := range fits {
		line.Gap = max(line.Gap, f.Residual)
		line.Iterations += f.Iterations
		line.Support, line.WorkingSet = len(f.Support()), f.WorkingSet
		if f.Stopped != algos.Converged {
			line.Stopped = f.Stopped
		}
	}
	return line, nil
}

// Table is the text.
func Table(lines []Line) string {
	var b strings.Builder
	fmt.Fprintln(&b, "Linear models with penalties (algos/bcd/linear); gaps are fractions of the objective without features")
	format := "%-30s %-22s %7s %10s %10s %9s %6s %8s %8s  %s\n"
	fmt.Fprintf(&b, format, "fit", "samples x features", "workers", "time", "of design", "gap", "rounds", "nonzero", "working", "stopped")
	for _, l := range lines {
		fmt.Fprintf(&b, format, l.Name, l.Shape, fmt.Sprint(l.Workers), duration(l.Seconds), duration(l.Design), fmt.Sprintf("%.1e", l.Gap),
			fmt.Sprint(l.Iterations), fmt.Sprint(l.Support), fmt.Sprint(l.WorkingSet), l.Stopped)
	}
	return b.String()
}

func duration(seconds float64) string {
	if seconds < 0.9995 {
		return fmt.Sprintf("%.3g ms", 1000*seconds)
	}
	return fmt.Sprintf("%.3g s", seconds)
}
