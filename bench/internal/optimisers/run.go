package optimisers

import (
	"context"
	"math"
	"slices"
	"sync"

	"github.com/raphson-go/raphson/algos/orth"
	"github.com/raphson-go/raphson/kernels"
)

// seeds is how often each setting is trained.
const seeds = 5

// contender is an optimiser with the learning rates that it is tried with, half a decade apart.
type contender struct {
	name  string
	rates []float64
	make  func(p []parameter, s orth.TrainingSettings) (orth.Optimiser, error)
}

var contenders = []contender{
	{"Muon", grid(3e-3, 6), func(p []parameter, s orth.TrainingSettings) (orth.Optimiser, error) {
		return orth.NewMuon(p, orth.MuonSettings{TrainingSettings: s})
	}},
	{"ROOT", grid(1e-3, 7), func(p []parameter, s orth.TrainingSettings) (orth.Optimiser, error) {
		return orth.NewRoot(p, orth.RootSettings{TrainingSettings: s, Table: fitted(p)})
	}},
	{"Hybrid-AuON", grid(1e-2, 6), func(p []parameter, s orth.TrainingSettings) (orth.Optimiser, error) {
		return orth.NewAuON(p, orth.AuONSettings{TrainingSettings: s, Steps: 1})
	}},
	{"AuON", grid(1e-2, 7), func(p []parameter, s orth.TrainingSettings) (orth.Optimiser, error) {
		return orth.NewAuON(p, orth.AuONSettings{TrainingSettings: s})
	}},
	{"AdamW", grid(3e-4, 7), func(p []parameter, s orth.TrainingSettings) (orth.Optimiser, error) {
		return orth.NewAdamW(p, orth.AdamWSettings{TrainingSettings: s, Beta2: 0.95})
	}},
	{"SGD, momentum", grid(1e-3, 9), func(p []parameter, s orth.TrainingSettings) (orth.Optimiser, error) {
		return orth.NewSGD(p, orth.SGDSettings{TrainingSettings: s, Momentum: 0.9})
	}},
}

// fits remembers polynomials of ROOT by shape.
var fits sync.Map

// fitted is a table for the shapes of parameters.
func fitted(parameters []parameter) map[orth.Shape]orth.Polynomial {
	table := map[orth.Shape]orth.Polynomial{}
	for _, p := range parameters {
		shape := orth.ShapeOf(p.Value.Rows, p.Value.Cols)
		fit, ok := fits.Load(shape)
		if !ok {
			found, err := orth.FitShape(shape, 5)
			if err != nil {
				panic(err) // the shapes are ours
			}
			fit, _ = fits.LoadOrStore(shape, found.Polynomial)
		}
		table[shape] = fit.(orth.Polynomial)
	}
	return table
}

// grid is learning rates from the least up.
func grid(least float64, count int) (rates []float64) {
	for k := range count {
		rates = append(rates, least*math.Pow(10, float64(k)/2))
	}
	return rates
}

// Cell is what one optimiser reached with one learning rate.
type Cell struct {
	Rate                float64
	Median, Least, Most float64 // of the final loss over the seeds; +Inf where it diverged
}

// Line is an optimiser in a table.
type Line struct {
	Optimiser string
	Cells     []Cell
	Best      int // the cell of the least median
}

// Table is a task with or without outliers.
type Table struct {
	Task     string
	Steps    int
	Outliers bool
	Lines    []Line
}

// job is one training.
type job struct {
	table, line, cell int
	seed              uint64
}

// Run trains everything and returns the tables. scale divides the number of steps, for tests.
func Run(ctx context.Context, scale int, progress func(done, of int)) ([]Table, error) {
	var tables []Table
	var jobs []job
	for _, t := range tasks {
		for _, outliers := range []bool{false, true} {
			table := Table{Task: t.name, Steps: max(1, t.steps/scale), Outliers: outliers}
			for _, c := range contenders {
				for k := range c.rates {
					for seed := range uint64(seeds) {
						jobs = append(jobs, job{len(tables), len(table.Lines), k, seed})
					}
				}
				table.Lines = append(table.Lines, Line{Optimiser: c.name})
			}
			tables = append(tables, table)
		}
	}
	losses := make([]float64, len(jobs))
	errors := make([]error, len(jobs))
	at := 0
	for at < len(jobs) && ctx.Err() == nil { // a training is one worker's
		n := min(4*kernels.Workers(), len(jobs)-at)
		kernels.Parallel(n, func(i int) {
			j := jobs[at+i]
			losses[at+i], errors[at+i] = train(j, tables[j.table])
		})
		if at += n; progress != nil {
			progress(at, len(jobs))
		}
	}
	for _, err := range append(errors, ctx.Err()) {
		if err != nil {
			return nil, err
		}
	}
	for i := 0; i < len(jobs); i += seeds {
		l := losses[i : i+seeds]
		slices.Sort(l)
		j := jobs[i]
		line := &tables[j.table].Lines[j.line]
		line.Cells = append(line.Cells, Cell{contenders[j.line].rates[j.cell], l[seeds/2], l[0], l[seeds-1]})
		if line.Cells[j.cell].Median < line.Cells[line.Best].Median {
			line.Best = j.cell
		}
	}
	return tables, nil
}

// restRate is the learning rate of AdamW for what is no matrix.
const restRate = 3e-3

// train runs one training and returns the final loss, +Inf if it left the numbers.
func train(j job, table Table) (float64, error) {
	t := tasks[j.table/2].make(j.seed + 1)
	c := contenders[j.line]
	matrices, rest := t.parameters()
	schedule := orth.Cosine(table.Steps/10, table.Steps, 0.01)
	main, err := c.make(matrices, orth.TrainingSettings{Rate: c.rates[j.cell], Schedule: schedule})
	if err != nil {
		return 0, err
	}
	adam, err := orth.NewAdamW(rest, orth.AdamWSettings{TrainingSettings: orth.TrainingSettings{Rate: restRate, Schedule: schedule}})
	if err != nil {
		return 0, err
	}
	both, outliers := orth.Join(main, adam), newRandom(j.seed, 6)
	for range table.Steps {
		t.gradients()
		if table.Outliers {
			spoil(outliers, matrices)
		}
		if err := both.Step(); err != nil {
			return math.Inf(1), nil // the gradient is not finite: it diverged
		}
	}
	loss := t.loss()
	if math.IsNaN(loss) {
		loss = math.Inf(1)
	}
	return loss, nil
}
