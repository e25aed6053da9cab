package descent

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/internal/blockdata"
)

// iterations of the paper.
const iterations = 500

// tasks are the problems of the paper: data sets A to E, and A with non-negative variables and L1.
func tasks(ctx context.Context, scale int) ([]task, error) {
	var list []task
	for _, make := range []func(context.Context, int) ([]task, error){smooth, classes, graphs, sparseRegression} {
		some, err := make(ctx, scale)
		if err != nil {
			return nil, err
		}
		list = append(list, some...)
	}
	for k := range list {
		list[k].iterations = max(20, iterations/scale)
	}
	return list, nil
}

// smooth is selection, partition and update on least squares and logistic regression. With ten times as many variables as observations both
// come as near to zero as one likes.
func smooth(_ context.Context, scale int) ([]task, error) {
	m, n := 1000/scale, 10000/scale
	e, b := blockdata.Regression(m, n, 1)
	a, err := data(e)
	if err != nil {
		return nil, err
	}
	squares, err := bcd.LeastSquares(a, b)
	if err != nil {
		return nil, err
	}
	e, b = blockdata.Classification(m, n, 1)
	if a, err = data(e); err != nil {
		return nil, err
	}
	logistic, err := bcd.Logistic(a, b)
	if err != nil {
		return nil, err
	}
	var list []task
	for _, p := range []struct {
		name    string
		problem bcd.Problem
	}{{"A, least squares", squares}, {"B, logistic", logistic}} {
		size := fmt.Sprintf("%s, %d x %d", p.name, m, n)
		list = append(list,
			task{title: size + ": selection, blocks of 5 formed anew, MatrixStep", problem: p.problem, rules: selections(), claims: selectionClaims},
			task{title: size + ": partition, GSL, MatrixStep", problem: p.problem, rules: partitions(), claims: partitionClaims},
			task{title: size + ": update, GSL, blocks formed anew", problem: p.problem, rules: updates(!p.problem.Quadratic()), claims: updateClaims})
	}
	return list, nil
}

func selections() (list []rules) {
	for _, s := range []fmt.Stringer{bcd.Random, bcd.Cyclic, bcd.Sampling, bcd.GS, bcd.GSL, bcd.GSDRows, bcd.GSQ} {
		list = append(list, rules{s.String(), bcd.Variable(5), s.(bcd.Selection), bcd.MatrixStep})
	}
	return list
}

func selectionClaims(c *Comparison) {
	at := c.latest("Random", "GS", "GSL", "GSQ")
	c.claim(at["GS"] <= at["Random"], "GS <= Random")
	c.claim(at["GSL"] <= at["GS"], "GSL <= GS")
	c.claim(at["GSQ"] <= at["GSL"], "GSQ <= GSL")
}

// sized adds the size of a block to names.
func sized(size int, names ...string) (list []string) {
	for _, name := range names {
		list = append(list, fmt.Sprintf("%s, %d", name, size))
	}
	return list
}

// blocks are the sizes in the paper.
var blocks = []int{5, 50, 100}

func partitions() (list []rules) {
	for _, size := range blocks {
		for _, p := range []struct {
			name      string
			partition bcd.Partition
		}{
			{"variable", bcd.Variable(size)}, {"ordered", bcd.Fixed(size, bcd.Ordered)}, {"shuffled", bcd.Fixed(size, bcd.Shuffled)},
			{"sorted", bcd.Fixed(size, bcd.Sorted)}, {"averaged", bcd.Fixed(size, bcd.Averaged)},
		} {
			list = append(list, rules{fmt.Sprintf("%s, %d", p.name, size), p.partition, bcd.GSL, bcd.MatrixStep})
		}
	}
	return list
}

func partitionClaims(c *Comparison) {
	for _, size := range blocks {
		names := sized(size, "variable", "ordered", "shuffled", "sorted", "averaged")
		at := c.latest(names...)
		variable, ordered, shuffled, sorted, averaged := at[names[0]], at[names[1]], at[names[2]], at[names[3]], at[names[4]]
		c.claim(variable <= min(ordered, shuffled, sorted, averaged), "blocks of %d: variable ones beat fixed ones", size)
		at = c.latest(names[1:]...)
		ordered, shuffled, sorted, averaged = at[names[1]], at[names[2]], at[names[3]], at[names[4]]
		c.claim(sorted <= min(ordered, shuffled, averaged), "blocks of %d: sorted is the best fixed partition", size)
		c.claim(averaged >= max(ordered, shuffled, sorted), "blocks of %d: averaged is the worst fixed partition", size)
	}
}

func updates(newton bool) (list []rules) {
	steps := []bcd.Step{bcd.LipschitzStep, bcd.EstimatedStep, bcd.MatrixStep}
	if newton {
		steps = append(steps, bcd.NewtonStep)
	}
	for _, size := range blocks {
		for _, u := range steps {
			list = append(list, rules{fmt.Sprintf("%v, %d", u, size), bcd.Variable(size), bcd.GSL, u})
		}
	}
	return list
}

func updateClaims(c *Comparison) {
	for _, size := range blocks {
		names := sized(size, bcd.LipschitzStep.String(), bcd.MatrixStep.String(), bcd.NewtonStep.String())
		at := c.latest(names[:2]...)
		c.claim(at[names[1]] <= at[names[0]], "blocks of %d: MatrixStep <= LipschitzStep", size)
		if c.has(names[2]) {
			at := c.latest(names[1:]...)
			c.claim(at[names[2]] <= at[names[1]], "blocks of %d: NewtonStep <= MatrixStep", size)
		}
	}
}

// classes is softmax regression.
func classes(_ context.Context, scale int) ([]task, error) {
	const count = 50
	m, n, k := 1000/scale, 1000/scale, max(3, count/scale)
	e, y := blockdata.Classes(m, n, k, 1)
	a, err := data(e)
	if err != nil {
		return nil, err
	}
	p, err := bcd.Softmax(a, y, k)
	if err != nil {
		return nil, err
	}
	var list []rules
	for _, size := range blocks {
		for _, s := range []fmt.Stringer{bcd.Random, bcd.GS, bcd.GSL} {
			list = append(list, rules{fmt.Sprintf("%v, %d", s, size), bcd.Variable(size), s.(bcd.Selection), bcd.MatrixStep})
		}
	}
	return []task{{
		title: fmt.Sprintf("C, softmax, %d x %d, %d classes: blocks formed anew, MatrixStep", m, n, k), problem: p, rules: list,
		claims: func(c *Comparison) {
			for _, size := range blocks {
				names := sized(size, "Random", "GS", "GSL")
				at := c.latest(names...)
				c.claim(at[names[1]] <= at[names[0]], "blocks of %d: GS <= Random", size)
				c.claim(at[names[2]] <= at[names[1]], "blocks of %d: GSL <= GS", size)
			}
		},
	}}, nil
}
