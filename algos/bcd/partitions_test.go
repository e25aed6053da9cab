package bcd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// diagonalProblem has the diagonal elements given and nothing else.
func diagonalProblem(t testing.TB, diagonal ...float64) Problem {
	t.Helper()
	m := newMatrix(len(diagonal))
	for i, v := range diagonal {
		m.Set(i, i, v)
	}
	p, err := DenseQuadratic(m, make([]float64, len(diagonal)))
	require.NoError(t, err)
	return p
}

// begin is a run of a problem without its rules.
func begin(p Problem, r Regulariser) *Iteration {
	if r == nil {
		r = L1(0)
	}
	return newIteration(context.Background(), p, Settings{Regulariser: r}, rand.New(rand.NewPCG(1, 0)))
}

// requirePartition asks for every variable once, in ascending blocks.
func requirePartition(t *testing.T, n int, blocks [][]int32) {
	t.Helper()
	seen := make([]int, n)
	for _, block := range blocks {
		assert.NotEmpty(t, block)
		for k, i := range block {
			seen[i]++
			assert.True(t, k == 0 || block[k-1] < i)
		}
	}
	for i, count := range seen {
		require.Equal(t, 1, count, "variable %d", i)
	}
}

func TestFixedOrders(t *testing.T) {
	it := begin(diagonalProblem(t, 5, 1, 4, 4, 2, 9, 3), nil)
	for order, want := range map[Order][][]int32{
		Ordered:  {{0, 1, 2}, {3, 4, 5}, {6}},
		Sorted:   {{1, 4, 6}, {0, 2, 3}, {5}},
		Averaged: {{1, 4, 5}, {0, 3, 6}, {2}}, // taken as 1 5 4 | 0 6 3 | 2
	} {
		for _, by := range []By{ByLipschitz, ByRowSum} { // the same for a diagonal matrix
			blocks, err := FixedBy(3, order, by).Begin(it)
			require.NoError(t, err)
			assert.Equal(t, want, blocks.Fixed, "order %d", order)
		}
	}
	blocks, err := Fixed(2, Shuffled).Begin(it)
	require.NoError(t, err)
	requirePartition(t, 7, blocks.Fixed)
	blocks, err = Given([][]int{{6, 0}, {1, 5, 2, 3, 4}}).Begin(it)
	require.NoError(t, err)
	assert.Equal(t, [][]int32{{0, 6}, {1, 2, 3, 4, 5}}, blocks.Fixed)
}

// TestVariableTakesTheBest: the highest scores, of equal ones those of lower index.
func TestVariableTakesTheBest(t *testing.T) {
	it := begin(diagonalProblem(t, 1, 1, 1, 1, 1, 1, 1, 1), nil)
	blocks, err := Variable(3).Begin(it)
	require.NoError(t, err)
	assert.Equal(t, []int32{1, 2, 6}, blocks.Form([]float64{0, 2, 1, 1, 0, 1, 3, 0}))
	assert.Equal(t, 3, blocks.Size)
	blocks, err = General().Begin(it)
	require.NoError(t, err)
	assert.Equal(t, 2, blocks.Size)
}

// TestColours: blocks without an edge within them.
func TestColours(t *testing.T) {
	p := lattice(t, rand.New(rand.NewPCG(1, 0)), 9, 12)
	for _, c := range []struct {
		partition Partition
		most      int
	}{{RedBlack(), 2}, {Colours(), 5}} { // five: one more than the most neighbours
		blocks, err := c.partition.Begin(begin(p, nil))
		require.NoError(t, err)
		requirePartition(t, p.Size(), blocks.Fixed)
		assert.LessOrEqual(t, len(blocks.Fixed), c.most)
		for _, block := range blocks.Fixed {
			h := newMatrix(len(block))
			p.Bound(h, block)
			for a := range block {
				for b := range a {
					assert.Zero(t, h.At(a, b))
				}
			}
		}
	}
	triangle, err := DenseQuadratic(kernels.Matrix[float64]{Rows: 3, Cols: 3, Stride: 3, Data: []float64{2, 1, 1, 1, 2, 1, 1, 1, 2}}, make([]float64, 3))
	require.NoError(t, err)
	_, err = RedBlack().Begin(begin(triangle, nil))
	assert.ErrorIs(t, err, ErrBipartite)
	blocks, err := Colours().Begin(begin(triangle, nil))
	require.NoError(t, err)
	assert.Len(t, blocks.Fixed, 3)
}

// TestGreedyColoursAreBalanced: of the free colours the one used least.
func TestGreedyColoursAreBalanced(t *testing.T) {
	path, err := sparse.FromCOO(6, 6, []int{0, 1}, []int{1, 0}, []float64{1, 1})
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1, 0, 1, 0, 1}, greedyColours(path, everyVariable(6)))
}

// TestTrees: blocks whose graph is a forest, to which no variable can be added.
func TestTrees(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 0))
	p := lattice(t, r, 9, 12)
	var f coord.Forest[float64]
	for _, partition := range []Partition{Forests(), Combs(9, 9, p.Unlabelled())} {
		blocks, err := partition.Begin(begin(p, nil))
		require.NoError(t, err)
		requirePartition(t, p.Size(), blocks.Fixed)
		assert.Len(t, blocks.Fixed, 2)
		for _, block := range blocks.Fixed {
			assert.NoError(t, f.Reset(p.Graph(), block))
		}
	}
	blocks, err := Trees().Begin(begin(p, nil))
	require.NoError(t, err)
	scores := make([]float64, p.Size())
	for range 5 {
		for i := range scores {
			scores[i] = r.Float64()
		}
		block := append([]int32(nil), blocks.Form(scores)...)
		assert.NoError(t, f.Reset(p.Graph(), block))
		assert.Contains(t, block, int32(argmax(scores)), "the best is visited first")
		inside := map[int32]bool{}
		for _, i := range block {
			inside[i] = true
		}
		for i := range int32(p.Size()) {
			if !inside[i] {
				assert.ErrorIs(t, f.Reset(p.Graph(), append(block[:len(block):len(block)], i)), coord.ErrCycle, "variable %d fits", i)
			}
		}
	}
}

func argmax(x []float64) (at int) {
	for i, v := range x {
		if v > x[at] {
			at = i
		}
	}
	return at
}

// TestFullCombs: on a lattice without labels all cells are dealt, 1250 to each of two trees for 50 x 50.
func TestFullCombs(t *testing.T) {
	var row, column []int
	var value []float64
	for i := range 2500 {
		row, column, value = append(row, i), append(column, i), append(value, 5)
		for _, j := range []int{i + 1, i + 50} {
			if j < 2500 && (j == i+50 || j%50 > 0) {
				row, column, value = append(row, i, j), append(column, j, i), append(value, -1, -1)
			}
		}
	}
	a, err := sparse.FromCOO(2500, 2500, row, column, value)
	require.NoError(t, err)
	p, err := Quadratic(a, make([]float64, 2500))
	require.NoError(t, err)
	blocks, err := Combs(50, 50, nil).Begin(begin(p, nil))
	require.NoError(t, err)
	var f coord.Forest[float64]
	for _, block := range blocks.Fixed {
		assert.Len(t, block, 1250)
		assert.NoError(t, f.Reset(a, block))
	}
}

// TestLargestEigenvalue: a bound, and a close one.
func TestLargestEigenvalue(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	for n := 1; n < 12; n++ {
		// A rotation of a known spectrum: H = sum of eigenvalue times outer products of Householder's reflection.
		v := smallVector(r, n)
		norm := 0.0
		for _, c := range v {
			norm += c * c
		}
		h := newMatrix(n)
		largest := 0.0
		for k := range n {
			eigenvalue := math.Exp(3 * r.NormFloat64())
			largest = max(largest, eigenvalue)
			q := make([]float64, n)
			for i := range q {
				q[i] = -2 * v[i] * v[k] / norm
			}
			q[k]++
			for i := range q {
				for j := range q {
					h.Set(i, j, h.At(i, j)+eigenvalue*q[i]*q[j])
				}
			}
		}
		got := largestEigenvalue(h)
		assert.GreaterOrEqual(t, got, largest*(1-1e-12), "n = %d", n)
		assert.LessOrEqual(t, got, largest*1.04, "n = %d", n)
	}
	assert.Zero(t, largestEigenvalue(newMatrix(3)))
}
