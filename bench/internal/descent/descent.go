// Package descent runs the comparison of block coordinate descent in Nutini, Laradji and Schmidt (2022) with the rules of algos/bcd: on data
// drawn as theirs are, 500 iterations from zero, blocks of 5, 50 and 100.
package descent

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"slices"

	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/bench/internal/measure"
	"github.com/raphson-go/raphson/internal/blockdata"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// Line is one combination of rules.
type Line struct {
	Name    string
	Block   int       // variables of a block, of the first one where they differ
	Gaps    []float64 // after each iteration, the objective above the best as a share of that at the start
	Seconds float64   // of one goroutine
	Free    int       // variables that are not zero at the end, where there is a regulariser
	Since   int       // iterations since when they have been those
}

// At is the gap after k iterations, the last one if there were fewer.
func (l Line) At(k int) float64 { return l.Gaps[min(k, len(l.Gaps)-1)] }

// To is the number of iterations to a gap, -1 if it was not reached.
func (l Line) To(gap float64) int {
	for k, v := range l.Gaps {
		if v <= gap {
			return k
		}
	}
	return -1
}

// Comparison is a problem with everything that was tried on it.
type Comparison struct {
	Title  string
	Sparse bool // the free variables tell something
	Lines  []Line
	Claims []Claim
}

// Claim is a finding of the paper, and whether it came out.
type Claim struct {
	Text string
	OK   bool
}

// has reports whether there is a line of that name.
func (c *Comparison) has(name string) bool {
	return slices.ContainsFunc(c.Lines, func(l Line) bool { return l.Name == name })
}

// line finds one by its name.
func (c *Comparison) line(name string) Line {
	for _, l := range c.Lines {
		if l.Name == name {
			return l
		}
	}
	panic("descent: no " + name)
}

// rounding is the gap below which lines are not compared.
const rounding = 1e-12

// latest is the last iteration at which none of some lines has come down to rounding, and their gaps there.
func (c *Comparison) latest(names ...string) map[string]float64 {
	last := iterations
	for _, name := range names {
		if k := c.line(name).To(rounding); k >= 0 {
			last = min(last, max(k-1, 0))
		}
	}
	gaps := map[string]float64{}
	for _, name := range names {
		gaps[name] = c.line(name).At(last)
	}
	return gaps
}

// claim notes one.
func (c *Comparison) claim(ok bool, format string, a ...any) {
	c.Claims = append(c.Claims, Claim{fmt.Sprintf(format, a...), ok})
}

// least is the gap that counts as none: below it is rounding.
const least = 1e-15

// rules is a combination to be run.
type rules struct {
	name      string
	partition bcd.Partition
	selection bcd.Selection
	update    bcd.Update
}

// task is a problem with its reference.
type task struct {
	title      string
	problem    bcd.Problem
	reg        bcd.Regulariser
	best       float64 // the infimum of the objective
	rules      []rules
	iterations int
	claims     func(*Comparison)
}

// Run runs everything on one goroutine. scale divides the sizes of the problems and the number of iterations, for tests.
func Run(ctx context.Context, scale int, progress func(done, of int)) ([]Comparison, error) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	tasks, err := tasks(ctx, scale)
	if err != nil {
		return nil, err
	}
	var list []Comparison
	done, of := 0, 0
	for _, t := range tasks {
		of += len(t.rules)
	}
	for _, t := range tasks {
		c := Comparison{Title: t.title, Sparse: t.reg != nil}
		for _, r := range t.rules {
			line, err := t.run(ctx, r)
			if err != nil {
				return nil, fmt.Errorf("%s, %s: %w", t.title, r.name, err)
			}
			c.Lines = append(c.Lines, line)
			if done++; progress != nil {
				progress(done, of)
			}
		}
		t.claims(&c)
		list = append(list, c)
	}
	return list, nil
}

// run is one line.
func (t task) run(ctx context.Context, r rules) (Line, error) {
	clock := measure.Stopwatch()
	result, err := bcd.Minimise(ctx, t.problem, bcd.Settings{
		Partition: r.partition, Selection: r.selection, Update: r.update, Regulariser: t.reg,
		Every: 1, MaxIterations: t.iterations, Tolerance: 1e-15, Seed: 1,
	})
	if err != nil {
		return Line{}, err
	}
	line := Line{Name: r.name, Seconds: clock(), Free: result.Free, Since: result.Identified, Block: result.History[min(1, len(result.History)-1)].Block}
	start := result.History[0].Objective - t.best
	for _, rec := range result.History {
		line.Gaps = append(line.Gaps, max((rec.Objective-t.best)/start, least))
	}
	return line, nil
}

// reference is the minimum, from a long run.
func reference(ctx context.Context, p bcd.Problem, s bcd.Settings) (float64, error) {
	s.Tolerance, s.Selection = 1e-15, bcd.GS
	result, err := bcd.Minimise(ctx, p, s)
	if err != nil {
		return math.NaN(), err
	}
	return result.Objective, nil
}

func matrix(e blockdata.Entries) (*sparse.CSR[float64], error) {
	return sparse.FromCOO(e.Rows, e.Cols, e.Row, e.Column, e.Value)
}

func data(e blockdata.Entries) (*bcd.Data, error) {
	m, err := matrix(e)
	if err != nil {
		return nil, err
	}
	return bcd.Sparse(m)
}
