package bcd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd"
)

// plainProblem hides what a problem can do beside the least that is asked of it.
type plainProblem struct{ p bcd.Problem }

func (p plainProblem) Size() int                         { return p.p.Size() }
func (p plainProblem) Quadratic() bool                   { return p.p.Quadratic() }
func (p plainProblem) Lipschitz() []float64              { return p.p.Lipschitz() }
func (p plainProblem) Bound(h bcd.Matrix, block []int32) { p.p.Bound(h, block) }
func (p plainProblem) At(x []float64) bcd.Point          { return plainPoint{p.p.At(x)} }

type plainPoint struct{ bcd.Point }

// TestOwnProblem: one of the user's own needs no more than Problem and Point, and gives the same answers; rules that need more say so.
func TestOwnProblem(t *testing.T) {
	p := regression(t, 60, 40)
	for _, s := range []bcd.Selection{bcd.Cyclic, bcd.GS, bcd.GSL} {
		settings := bcd.Settings{Selection: s, Regulariser: bcd.L1(100), Tolerance: 1e-10}
		want, err := bcd.Minimise(background, p, settings)
		require.NoError(t, err)
		got, err := bcd.Minimise(background, plainProblem{p}, settings)
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, got.Stopped)
		assert.InDelta(t, want.Objective, got.Objective, 1e-9*want.Objective)
		assert.True(t, math.IsInf(got.Gap, 1), "no dual")
	}
	for _, settings := range []bcd.Settings{
		{Selection: bcd.GSQ}, {Selection: bcd.GSN}, {Selection: bcd.GSDRows}, {Partition: bcd.FixedBy(2, bcd.Sorted, bcd.ByRowSum)},
		{Partition: bcd.Colours()}, {Stop: bcd.Gap, Regulariser: bcd.L1(1)},
	} {
		_, err := bcd.Minimise(background, plainProblem{p}, settings)
		assert.ErrorIs(t, err, bcd.ErrCombination)
	}
}

// ownRegulariser hides of which kind it is.
type ownRegulariser struct{ bcd.Regulariser }

// TestOwnRegulariser: one of the user's own gives the same answer, with the rules that take any.
func TestOwnRegulariser(t *testing.T) {
	p := regression(t, 60, 20)
	for _, r := range []bcd.Regulariser{bcd.L1(500), bcd.Box(-0.5, 0.2)} {
		want, err := bcd.Minimise(background, p, bcd.Settings{Regulariser: r, Tolerance: 1e-10})
		require.NoError(t, err)
		for _, s := range []bcd.Selection{bcd.Cyclic, bcd.GS, bcd.GSL} {
			for _, u := range []bcd.Update{bcd.LipschitzStep, bcd.MatrixStep} {
				got, err := bcd.Minimise(background, p, bcd.Settings{Regulariser: ownRegulariser{r}, Partition: bcd.Variable(3), Selection: s, Update: u, Tolerance: 1e-7})
				require.NoError(t, err)
				assert.InDelta(t, want.Objective, got.Objective, 1e-7*want.Objective, "%v, %v", s, u)
				assert.Equal(t, want.Free, got.Free, "%v, %v", s, u)
			}
		}
		for _, settings := range []bcd.Settings{{Update: bcd.TwoMetric}, {Selection: bcd.GSQ}} {
			settings.Regulariser = ownRegulariser{r}
			_, err := bcd.Minimise(background, p, settings)
			assert.ErrorIs(t, err, bcd.ErrCombination)
		}
	}
}

// halves, inTurn and newtonOfOne are a partition, a selection and an update of the user's own.
type (
	halves      struct{}
	inTurn      struct{}
	newtonOfOne struct{}
)

func (halves) Begin(it *bcd.Iteration) (bcd.Blocks, error) {
	var blocks bcd.Blocks
	for i := range int32(it.Size()) {
		if i%2 == 0 {
			blocks.Fixed = append(blocks.Fixed, nil)
		}
		last := len(blocks.Fixed) - 1
		blocks.Fixed[last] = append(blocks.Fixed[last], i)
	}
	return blocks, nil
}

func (inTurn) Begin(it *bcd.Iteration) (func() bcd.Block, error) {
	k := -1
	return func() bcd.Block {
		k = (k + 1) % len(it.Blocks.Fixed)
		return bcd.Block{Variables: it.Blocks.Fixed[k], Number: k}
	}, nil
}

// Begin moves the variables of a block one after the other, each to the minimum along it.
func (newtonOfOne) Begin(it *bcd.Iteration) (func(bcd.Block) error, error) {
	return func(block bcd.Block) error {
		g := make([]float64, 1)
		for _, i := range block.Variables {
			one := []int32{i}
			it.Point.Gradient(g, one)
			it.Point.Move(one, []float64{it.Point.X()[i] - g[0]/it.Lipschitz[i]})
		}
		return nil
	}, nil
}

// TestOwnRules: what implements the three interfaces goes with what is here.
func TestOwnRules(t *testing.T) {
	p := regression(t, 60, 9)
	want, err := bcd.Minimise(background, p, bcd.Settings{Tolerance: 1e-11})
	require.NoError(t, err)
	for _, settings := range []bcd.Settings{
		{Partition: halves{}, Selection: inTurn{}, Update: newtonOfOne{}},
		{Partition: halves{}, Selection: bcd.GSL}, {Selection: bcd.Cyclic, Update: newtonOfOne{}}, {Partition: halves{}, Selection: inTurn{}, Update: bcd.ExactStep},
	} {
		settings.Tolerance = 1e-9
		got, err := bcd.Minimise(background, p, settings)
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, got.Stopped)
		assert.InDeltaSlice(t, want.X, got.X, 1e-6)
	}
}
