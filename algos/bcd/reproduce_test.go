package bcd_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/internal/blockdata"
)

// gaps is (f - best)/(f at the start - best) after each iteration.
func gaps(r *bcd.Result, best float64) (list []float64) {
	start := r.History[0].Objective - best
	for _, rec := range r.History {
		list = append(list, (rec.Objective-best)/start)
	}
	return list
}

// below is the first iteration at which the list is below a bound, and its length if none is.
func below(list []float64, bound float64) int {
	for k, v := range list {
		if v < bound {
			return k
		}
	}
	return len(list)
}

// TestLatticeTable is the table of tree-structured blocks: labels on a 50 x 50 lattice with 100 labelled nodes, exact updates. The draw is
// ours; the figures of another draw, recomputed independently, stand beside.
func TestLatticeTable(t *testing.T) {
	if testing.Short() {
		t.Skip("2400 variables, five times 500 iterations")
	}
	e, labels := blockdata.Lattice(50, 100, 1)
	p, err := bcd.LabelPropagation(matrixOf(t, e), labels)
	require.NoError(t, err)
	require.Equal(t, 2400, p.Size())
	combs := bcd.Combs(50, 50, p.Unlabelled())
	best, err := bcd.Minimise(background, p, bcd.Settings{Partition: combs, Selection: bcd.GS, Update: bcd.ExactStep, Tolerance: 1e-15, MaxIterations: 2000})
	require.NoError(t, err)
	run := func(partition bcd.Partition, selection bcd.Selection) []float64 {
		r, err := bcd.Minimise(background, p, bcd.Settings{
			Partition: partition, Selection: selection, Update: bcd.ExactStep, Tolerance: 1e-16, MaxIterations: 500, Every: 1,
		})
		require.NoError(t, err)
		list := gaps(r, best.Objective)
		t.Logf("blocks of %4d: k = 50 %.1e, k = 100 %.1e, k = 200 %.1e, to 1e-13 %d", r.History[1].Block, list[50], list[100], list[200], below(list, 1e-13))
		return list
	}
	greedy := run(bcd.Trees(), bcd.GS)      // 1.3e-3, 6.2e-5, 1.8e-7, 450
	fixed := run(combs, bcd.GS)             // 1.5e-3, 7.8e-5, 2.7e-7, 465
	random := run(bcd.Trees(), bcd.Random)  // 4.2e-3, 5.0e-4, 1.1e-5, beyond 500
	redBlack := run(bcd.RedBlack(), bcd.GS) // 8.9e-3, 1.6e-3, 9.6e-5, beyond 500
	general := run(bcd.General(), bcd.GS)   // 2.8e-1, 2.0e-1, 1.4e-1, never
	for _, k := range []int{50, 100, 200} {
		assert.Less(t, greedy[k], fixed[k], "after %d", k)
		assert.Less(t, fixed[k], random[k], "after %d", k)
		assert.Less(t, random[k], redBlack[k], "after %d", k)
		assert.Less(t, redBlack[k], general[k], "after %d", k)
	}
	assert.Less(t, greedy[200], 1e-6)
	assert.Greater(t, redBlack[200], 1e-5)
	assert.Greater(t, general[200], 1e-1)
	assert.Less(t, below(greedy, 1e-13), 500)
	assert.Equal(t, len(redBlack), below(redBlack, 1e-13), "beyond 500")
	assert.Equal(t, len(random), below(random, 1e-13), "beyond 500")
}

// TestOrderOfRules: after 500 iterations on data set A at 300 x 3000, blocks of five, GSL <= GS <= Random, and MatrixStep <= LipschitzStep.
func TestOrderOfRules(t *testing.T) {
	if testing.Short() {
		t.Skip("300 x 3000, six times 500 iterations")
	}
	p := regression(t, 300, 3000)
	run := func(s bcd.Selection, u bcd.Update) float64 {
		r, err := bcd.Minimise(background, p, bcd.Settings{Partition: bcd.Variable(5), Selection: s, Update: u, MaxIterations: 500, Tolerance: 1e-15, Every: 500})
		require.NoError(t, err)
		t.Logf("%v, %v: f = %.2e of that at the start", s, u, r.Objective/r.History[0].Objective)
		return r.Objective
	}
	matrix := map[bcd.Selection]float64{}
	for _, u := range []bcd.Update{bcd.MatrixStep, bcd.LipschitzStep} {
		random, gs, gsl := run(bcd.Random, u), run(bcd.GS, u), run(bcd.GSL, u)
		assert.Less(t, gsl, gs, "%v", u)
		assert.Less(t, gs, random, "%v", u)
		for s, f := range map[bcd.Selection]float64{bcd.Random: random, bcd.GS: gs, bcd.GSL: gsl} {
			if u == bcd.MatrixStep {
				matrix[s] = f
			} else {
				assert.Less(t, matrix[s], f, "%v", s)
			}
		}
	}
}

// TestSuperlinearFinish: non-negative L1 on data set A, blocks of 100: once the support is found Newton steps finish within ten iterations, gradient
// steps do not.
func TestSuperlinearFinish(t *testing.T) {
	if testing.Short() {
		t.Skip("1000 x 10000")
	}
	p := regression(t, 1000, 10000)
	r := bcd.NonNegative(5e4)
	best, err := bcd.Minimise(background, p, bcd.Settings{Partition: bcd.Variable(200), Regulariser: r, Tolerance: 1e-13})
	require.NoError(t, err)
	require.Equal(t, algos.Converged, best.Stopped)
	for _, u := range []bcd.Update{bcd.TwoMetric, bcd.ProjectedNewton, bcd.LipschitzStep} {
		result, err := bcd.Minimise(background, p, bcd.Settings{
			Partition: bcd.Variable(100), Update: u, Regulariser: r, Tolerance: 1e-11, Every: 1, MaxIterations: 500,
		})
		require.NoError(t, err)
		var relative []float64
		for _, rec := range result.History {
			relative = append(relative, (rec.Objective-best.Objective)/best.Objective)
		}
		further := below(relative, 1e-8) - (below(relative, 1e-3) - 1)
		t.Logf("%v: %d non-zeros since iteration %d; below 1e-3 at %d, below 1e-8 at %d", u, result.Free, result.Identified, below(relative, 1e-3), below(relative, 1e-8))
		assert.Equal(t, best.Free, result.Free, "%v", u)
		if u == bcd.LipschitzStep {
			assert.Greater(t, further, 10)
			continue
		}
		assert.LessOrEqual(t, further, 10, "%v", u)
		assert.LessOrEqual(t, result.Identified, below(relative, 1e-8), "%v: the support is found first", u)
	}
}
