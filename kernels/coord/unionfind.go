package coord

import (
	"fmt"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// UnionFind keeps disjoint sets of nodes, here the trees of a growing forest (R. Tarjan, "Efficiency of a good but not linear
// set union algorithm", JACM 22, 1975), with paths halved. The zero value has no nodes; Reset gives it some. It must not be
// used by two goroutines at once.
type UnionFind struct {
	parent []int32 // of a root: minus the size of its set
	taken  []bool  // by GrowForest
	seen   []int32 // the candidate of GrowForest whose neighbour was last found in the tree of this root, counted from 1
}

// Reset makes n nodes, each a set of its own. It reuses memory. It panics if n is negative or beyond int32.
func (u *UnionFind) Reset(n int) {
	if n < 0 || int64(n) >= 1<<31 {
		check.Panic("coord", "UnionFind.Reset", fmt.Sprintf("n=%d: want 0 to 2^31-1", n))
	}
	if cap(u.parent) < n {
		u.parent, u.taken, u.seen = make([]int32, n), make([]bool, n), make([]int32, n)
	}
	u.parent, u.taken, u.seen = u.parent[:n], u.taken[:n], u.seen[:n]
	for i := range u.parent {
		u.parent[i] = -1
	}
	clear(u.taken)
	clear(u.seen)
}

// Find is the representative of the set that i is in. It panics if there is no node i.
func (u *UnionFind) Find(i int32) int32 {
	if uint(i) >= uint(len(u.parent)) {
		check.Panic("coord", "UnionFind.Find", fmt.Sprintf("node %d of %d", i, len(u.parent)))
	}
	for {
		p := u.parent[i]
		if p < 0 {
			return i
		}
		if g := u.parent[p]; g >= 0 {
			u.parent[i] = g
		}
		i = p
	}
}

// Union joins the sets of i and j, and reports whether they were different ones. It panics if there is no node i or j.
func (u *UnionFind) Union(i, j int32) bool {
	i, j = u.Find(i), u.Find(j)
	if i == j {
		return false
	}
	if u.parent[i] > u.parent[j] {
		i, j = j, i
	}
	u.parent[i] += u.parent[j]
	u.parent[j] = i
	return true
}

// GrowForest appends to dst a block of nodes whose graph is a forest: it goes through the candidates in order and takes each
// whose neighbours that were taken before lie in different trees. Candidates in random order give RandTree, by decreasing |g|
// GreedyTree (Nutini, Laradji and Schmidt 2022). Neighbours are the columns of the entries in a node's row, and the pattern
// is symmetric. Candidates that were taken already are passed over. u is working memory, which it resets.
//
// It panics if a is not square and for candidates out of range.
func GrowForest[T kernels.Float](dst []int32, u *UnionFind, a *sparse.CSR[T], candidates []int32) []int32 {
	checkGiven("GrowForest", "a", a)
	if u == nil {
		check.Panic("coord", "GrowForest", "u is nil")
	}
	check.Dimension("coord", "GrowForest", "a.Rows", a.Rows(), "a.Cols", a.Cols())
	checkIndex("GrowForest", "candidates", candidates, a.Rows())
	u.Reset(a.Rows())
	for k, node := range candidates {
		if u.taken[node] {
			continue
		}
		if neighbours, _ := a.Row(int(node)); u.grow(node, neighbours, int32(k+1)) {
			dst = append(dst, node)
		}
	}
	return dst
}

// grow takes a node if its neighbours lie in different trees.
func (u *UnionFind) grow(node int32, neighbours []int32, candidate int32) bool {
	for _, other := range neighbours {
		if other == node || !u.taken[other] {
			continue
		}
		root := u.Find(other)
		if u.seen[root] == candidate {
			return false
		}
		u.seen[root] = candidate
	}
	u.taken[node] = true
	for _, other := range neighbours {
		if other != node && u.taken[other] {
			u.Union(node, other)
		}
	}
	return true
}
