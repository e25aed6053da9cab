package descent

import (
	"context"
	"fmt"
	"math"

	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/internal/blockdata"
)

// graphs is labels on a lattice and on two moons, with exact updates.
func graphs(ctx context.Context, scale int) ([]task, error) {
	side := max(8, 50/scale)
	e, known := blockdata.Lattice(side, max(4, 100/scale/scale), 1)
	weights, err := matrix(e)
	if err != nil {
		return nil, err
	}
	lattice, err := bcd.LabelPropagation(weights, known)
	if err != nil {
		return nil, err
	}
	e, known = blockdata.Moons(max(60, 2000/scale), max(5, 100/scale), 1)
	if weights, err = matrix(e); err != nil {
		return nil, err
	}
	moons, err := bcd.LabelPropagation(weights, known)
	if err != nil {
		return nil, err
	}
	anywhere := []rules{
		{"colours", bcd.Colours(), bcd.GS, bcd.ExactStep},
		{"forests", bcd.Forests(), bcd.GS, bcd.ExactStep},
		{"random tree", bcd.Trees(), bcd.Random, bcd.ExactStep},
		{"greedy tree", bcd.Trees(), bcd.GS, bcd.ExactStep},
		{"general", bcd.General(), bcd.GS, bcd.ExactStep},
	}
	combs := bcd.Combs(side, side, lattice.Unlabelled())
	onLattice := append([]rules{{"red-black", bcd.RedBlack(), bcd.GS, bcd.ExactStep}, {"combs", combs, bcd.GS, bcd.ExactStep}}, anywhere...)
	list := []task{
		{title: fmt.Sprintf("D, labels on a %d x %d lattice, exact updates", side, side), problem: lattice, rules: onLattice, claims: latticeClaims},
		{title: fmt.Sprintf("E, labels on two moons, %d unknown, exact updates", moons.Size()), problem: moons, rules: anywhere, claims: moonClaims},
	}
	for k := range list {
		partition := combs
		if k == 1 {
			partition = bcd.Forests()
		}
		s := bcd.Settings{Partition: partition, Update: bcd.ExactStep, MaxIterations: 20000, Every: 10}
		if list[k].best, err = reference(ctx, list[k].problem, s); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func latticeClaims(c *Comparison) {
	order := []string{"greedy tree", "combs", "random tree", "red-black", "general"}
	for _, k := range []int{50, 100, 200} {
		ok := true
		for j := range order[1:] {
			ok = ok && c.line(order[j]).At(k) < c.line(order[j+1]).At(k)
		}
		c.claim(ok, "after %d: greedy tree < combs < random tree < red-black < general", k)
	}
	c.claim(c.line("greedy tree").At(200) < 1e-6, "greedy tree below 1e-6 after 200")
	c.claim(c.line("red-black").At(200) > 1e-5, "red-black above 1e-5 after 200")
}

func moonClaims(c *Comparison) {
	best := math.Inf(1)
	for _, l := range c.Lines {
		best = min(best, l.At(200))
	}
	c.claim(c.line("greedy tree").At(200) <= best, "after 200 the greedy tree is ahead of all")
}

// sparseRegression is least squares with non-negative variables and L1.
func sparseRegression(ctx context.Context, scale int) ([]task, error) {
	m, n := 1000/scale, 10000/scale
	e, b := blockdata.Regression(m, n, 1)
	a, err := data(e)
	if err != nil {
		return nil, err
	}
	p, err := bcd.LeastSquares(a, b)
	if err != nil {
		return nil, err
	}
	t := task{
		title:   fmt.Sprintf("A with x >= 0 and L1, lambda 5e4, %d x %d: update, GSL, blocks formed anew", m, n),
		problem: p, reg: bcd.NonNegative(5e4), claims: sparseClaims,
	}
	for _, size := range blocks {
		for _, u := range []bcd.Step{bcd.LipschitzStep, bcd.TwoMetric, bcd.ProjectedNewton} {
			t.rules = append(t.rules, rules{fmt.Sprintf("%v, %d", u, size), bcd.Variable(size), bcd.GSL, u})
		}
	}
	t.best, err = reference(ctx, p, bcd.Settings{Partition: bcd.Variable(min(200, n)), Regulariser: t.reg, MaxIterations: 2000})
	return []task{t}, err
}

func sparseClaims(c *Comparison) {
	further := func(u bcd.Step) int {
		l := c.line(fmt.Sprintf("%v, %d", u, 100))
		if l.To(1e-8) < 0 {
			return iterations
		}
		return l.To(1e-8) - (l.To(1e-3) - 1)
	}
	c.claim(further(bcd.TwoMetric) <= 10, "blocks of 100: TwoMetric from above 1e-3 to 1e-8 in ten iterations")
	c.claim(further(bcd.ProjectedNewton) <= 10, "blocks of 100: ProjectedNewton from above 1e-3 to 1e-8 in ten iterations")
	c.claim(further(bcd.LipschitzStep) > 10, "blocks of 100: LipschitzStep takes more than ten")
}
