package coord_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// network is a random symmetric matrix of n nodes and about so many edges, dominated by its diagonal.
func network[T kernels.Float](t *testing.T, random *rand.Rand, n, edges int) *sparse.CSR[T] {
	dense := kernels.NewMatrix[T](n, n)
	for i := range n {
		dense.Set(i, i, 1)
	}
	for range edges {
		i, j := random.IntN(n), random.IntN(n)
		if i == j || dense.At(i, j) != 0 {
			continue
		}
		w := T(random.NormFloat64())
		dense.Set(i, j, w)
		dense.Set(j, i, w)
		dense.Data[i*n+i] += max(w, -w)
		dense.Data[j*n+j] += max(w, -w)
	}
	a, err := sparse.FromDense(dense, 0)
	require.NoError(t, err)
	return a
}

// acyclic reports whether the graph of a block is a forest: whether taking leaves away leaves nothing.
func acyclic[T kernels.Float](a *sparse.CSR[T], nodes []int32) bool {
	left := map[int32]bool{}
	for _, node := range nodes {
		left[node] = true
	}
	for taken := true; taken; {
		taken = false
		for node := range left {
			degree := 0
			columns, _ := a.Row(int(node))
			for _, other := range columns {
				if other != node && left[other] {
					degree++
				}
			}
			if degree < 2 {
				delete(left, node)
				taken = true
			}
		}
	}
	return len(left) == 0
}

func TestForest(t *testing.T) { testkit.EachLevelAndType(t, forest[float32], forest[float64]) }

func forest[T kernels.Float](t *testing.T) {
	var f coord.Forest[T]
	var u coord.UnionFind
	for _, n := range []int{1, 2, 10, 100, 400} {
		for seed := range uint64(4) {
			random := testkit.NewRandom(seed)
			a := network[T](t, random, n, int(seed)*n)
			candidates := make([]int32, 0, 2*n)
			for _, i := range random.Perm(n) {
				candidates = append(candidates, int32(i))
			}
			candidates = append(candidates, candidates[:n/2]...)
			nodes := coord.GrowForest(nil, &u, a, candidates)
			require.True(t, acyclic(a, nodes))
			require.NoError(t, f.Reset(a, nodes))
			require.Greater(t, f.LeastPivot(), T(0)) // dominated by its diagonal
			require.LessOrEqual(t, f.LeastPivot(), T(1))
			for _, node := range candidates[:n] { // none can be added
				if !slices.Contains(nodes, node) {
					require.False(t, acyclic(a, append(slices.Clone(nodes), node)))
				}
			}
			x := testkit.Normal[T](random, len(nodes))
			b := slices.Clone(x)
			f.Solve(x)
			for k, node := range nodes {
				columns, values := a.Row(int(node))
				terms, factors := []T{b[k]}, []T{-1}
				for e, column := range columns {
					if at := slices.Index(nodes, column); at >= 0 {
						terms, factors = append(terms, values[e]), append(factors, x[at])
					}
				}
				residual := testkit.Dot(terms, factors).Float64()
				require.InDelta(t, 0, residual, 20*testkit.Roundoff[T]()*testkit.AbsDot(terms, factors).Float64())
			}
		}
	}
}

func TestForestErrors(t *testing.T) {
	dense := kernels.Matrix[float64]{Rows: 3, Cols: 3, Stride: 3, Data: []float64{2, 1, 1, 1, 2, 1, 1, 1, 2}}
	a, err := sparse.FromDense(dense, 0)
	require.NoError(t, err)
	var f coord.Forest[float64]
	require.ErrorIs(t, f.Reset(a, []int32{0, 1, 2}), coord.ErrCycle)
	f.Solve(nil) // no nodes are left
	require.ErrorIs(t, f.Reset(a, []int32{0, 3}), coord.ErrIndex)
	require.ErrorIs(t, f.Reset(a, []int32{-1}), coord.ErrIndex)
	require.ErrorIs(t, f.Reset(a, []int32{1, 1}), coord.ErrIndex)
	require.NoError(t, f.Reset(a, []int32{2, 0}))
	x := []float64{3, 0}
	f.Solve(x)
	require.InDeltaSlice(t, []float64{2, -1}, x, 1e-15)
	singular, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 1, 1, 1}}, 0)
	require.NoError(t, err)
	require.ErrorIs(t, f.Reset(singular, []int32{0, 1}), coord.ErrSingular)
	require.InDelta(t, math.Inf(1), f.LeastPivot(), 0)
	require.NoError(t, f.Reset(singular, []int32{1}))
	require.InDelta(t, 1, f.LeastPivot(), 0)
	require.PanicsWithValue(t, "coord: Forest.Solve: len(x)=2, nodes=1", func() { f.Solve(x) })
	indefinite, err := sparse.FromDense(kernels.Matrix[float64]{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 4, 4, 2}}, 0)
	require.NoError(t, err)
	require.NoError(t, f.Reset(indefinite, []int32{0, 1})) // pivots 2 and 1 - 4*4/2
	require.InDelta(t, -7, f.LeastPivot(), 0)
}

func TestUnionFind(t *testing.T) {
	const n = 200
	random := testkit.NewRandom(1)
	var u coord.UnionFind
	for range 3 {
		u.Reset(n)
		set := make([]int, n) // by relabelling
		for i := range set {
			set[i] = i
		}
		for range 300 {
			i, j := random.IntN(n), random.IntN(n)
			from, to := set[i], set[j]
			require.Equal(t, from != to, u.Union(int32(i), int32(j)))
			for k, s := range set {
				if s == from {
					set[k] = to
				}
			}
			i, j = random.IntN(n), random.IntN(n)
			require.Equal(t, set[i] == set[j], u.Find(int32(i)) == u.Find(int32(j)))
		}
	}
	require.PanicsWithValue(t, "coord: UnionFind.Reset: n=-1: want 0 to 2^31-1", func() { u.Reset(-1) })
	require.PanicsWithValue(t, "coord: UnionFind.Find: node 0 of 0", func() { new(coord.UnionFind).Find(0) })
}
