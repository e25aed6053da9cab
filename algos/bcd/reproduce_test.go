package bcd_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/bcd"
	"github.com/raphson-go/raphson/internal/blockdata"
	"github.com/raphson-go/raphson/kernels/sparse"
)

func matrixOf(t testing.TB, e blockdata.Entries) *sparse.CSR[float64] {
	t.Helper()
	m, err := sparse.FromCOO(e.Rows, e.Cols, e.Row, e.Column, e.Value)
	require.NoError(t, err)
	return m
}

func TestLattice(t *testing.T) {
	e, labels := blockdata.Lattice(50, 100, 1)
	p, err := bcd.LabelPropagation(matrixOf(t, e), labels)
	require.NoError(t, err)
	for _, c := range []struct {
		name string
		p    bcd.Partition
		s    bcd.Selection
	}{
		{"red-black", bcd.RedBlack(), bcd.GS},
		{"red-black cyc", bcd.RedBlack(), bcd.Cyclic},
		{"combs", bcd.Combs(50, 50, p.Unlabelled()), bcd.GS},
		{"forests", bcd.Forests(), bcd.GS},
		{"colours", bcd.Colours(), bcd.GS},
		{"random tree", bcd.Trees(), bcd.Random},
		{"cyclic tree", bcd.Trees(), bcd.Cyclic},
		{"greedy tree", bcd.Trees(), bcd.GS},
		{"general", bcd.General(), bcd.GS},
	} {
		r, err := bcd.Minimise(context.Background(), p, bcd.Settings{Partition: c.p, Selection: c.s, Update: bcd.ExactStep, MaxIterations: 500, Tolerance: 1e-15, Every: 1})
		require.NoError(t, err)
		x, err := bcd.Minimise(context.Background(), p, bcd.Settings{Partition: bcd.Combs(50, 50, p.Unlabelled()), Selection: bcd.GS, Update: bcd.ExactStep, MaxIterations: 5000, Tolerance: 1e-15})
		fs := x.Objective
		h := r.History
		g := func(k int) float64 { return (h[min(k, len(h)-1)].Objective - fs) / (h[0].Objective - fs) }
		to := -1
		for k := range h {
			if g(k) < 1e-13 {
				to = k
				break
			}
		}
		b := 0
		for _, v := range h {
			b += v.Block
		}
		fmt.Println(c.name, float64(b)/float64(len(h)-1), g(50), g(100), g(200), to, r.Stopped, r.Iterations, x.Stopped, x.Iterations)
	}
}
