package coord

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// Forest solves with blocks A_bb of a sparse matrix whose graph has no cycle, exactly and in time linear in the block: the
// matrix is eliminated from the leaves to the roots, which makes no new entries. Trees of hundreds of variables are updated
// at once in this way, by what is otherwise called message passing (Nutini, Laradji and Schmidt 2022, section 5). The zero
// value is ready for Reset; a Forest must not be used by two goroutines at once.
type Forest[T kernels.Float] struct {
	order   []int32 // positions in the block, each root before its tree
	parents []int32 // of order[k] as a place in order, -1 for a root
	whole   []T     // the diagonal of order[k] before elimination
	inverse []T     // 1/pivot of order[k]
	up      []T     // A[i,p]/pivot of i = order[k] and its parent p
	down    []T     // A[p,i]/pivot
	place   []int32 // of each node of the graph: 1 + its position in the block, 0 if it is not there
	least   T       // pivot, as LeastPivot has it
}

// Reset prepares for the block of the given nodes of a square matrix, whose pattern is symmetric; values need not be. Entries
// of value zero count as edges. It reuses the memory of earlier blocks.
//
// The error wraps ErrIndex, ErrCycle or ErrSingular; the forest is then that of no nodes. It panics if a is not square.
func (f *Forest[T]) Reset(a *sparse.CSR[T], nodes []int32) error {
	checkGiven("Forest.Reset", "a", a)
	check.Dimension("coord", "Forest.Reset", "a.Rows", a.Rows(), "a.Cols", a.Cols())
	f.order, f.parents = f.order[:0], f.parents[:0]
	f.whole, f.inverse, f.up, f.down = f.whole[:0], f.inverse[:0], f.up[:0], f.down[:0]
	if len(f.place) < a.Rows() {
		f.place = make([]int32, a.Rows())
	}
	listed := 0
	defer func() {
		for _, node := range nodes[:listed] {
			f.place[node] = 0
		}
	}()
	for k, node := range nodes {
		if uint(node) >= uint(a.Rows()) || f.place[node] != 0 {
			return fmt.Errorf("coord: nodes[%d]=%d of %d: %w", k, node, a.Rows(), ErrIndex)
		}
		f.place[node] = int32(k + 1)
		listed++
	}
	if err := f.search(a, nodes); err != nil {
		f.order, f.parents = f.order[:0], f.parents[:0]
		return err
	}
	if err := f.eliminate(nodes); err != nil {
		f.order, f.parents = f.order[:0], f.parents[:0]
		return err
	}
	return nil
}

// search orders the nodes breadth first, and leaves the entries of the matrix in inverse (the diagonal), up and down.
func (f *Forest[T]) search(a *sparse.CSR[T], nodes []int32) error {
	for k := range nodes {
		if f.place[nodes[k]] < 0 {
			continue // reached from an earlier root
		}
		f.visit(nodes, int32(k), -1)
		for next := len(f.order) - 1; next < len(f.order); next++ {
			node := nodes[f.order[next]]
			columns, values := a.Row(int(node))
			for e, column := range columns {
				if column == node {
					f.whole[next], f.inverse[next] = values[e], values[e]
					continue
				}
				switch place := f.place[column]; {
				case place > 0:
					f.visit(nodes, place-1, int32(next))
					f.down[len(f.down)-1] = values[e]
				case place < 0 && f.parents[next] >= 0 && nodes[f.order[f.parents[next]]] == column:
					f.up[next] = values[e]
				case place < 0:
					return fmt.Errorf("coord: at the edge from %d to %d: %w", node, column, ErrCycle)
				}
			}
		}
	}
	return nil
}

// visit puts a position of the block last in the order.
func (f *Forest[T]) visit(nodes []int32, position, parent int32) {
	f.place[nodes[position]] = -1
	f.order, f.parents = append(f.order, position), append(f.parents, parent)
	f.whole, f.inverse, f.up, f.down = append(f.whole, 0), append(f.inverse, 0), append(f.up, 0), append(f.down, 0)
}

// eliminate goes from the leaves to the roots.
func (f *Forest[T]) eliminate(nodes []int32) error {
	f.least = T(math.Inf(1))
	for k := len(f.order) - 1; k >= 0; k-- {
		inverse := 1 / f.inverse[k]
		if inverse == 0 || !check.Finite(inverse) {
			return fmt.Errorf("coord: pivot of node %d is %v: %w", nodes[f.order[k]], f.inverse[k], ErrSingular)
		}
		if whole := magnitude(f.whole[k]); !(f.inverse[k] >= f.least*whole) {
			f.least = f.inverse[k] / whole
		}
		f.inverse[k] = inverse
		if p := f.parents[k]; p >= 0 {
			f.inverse[p] -= T(T(f.down[k]*inverse) * f.up[k])
			f.down[k] *= inverse
		}
		f.up[k] *= inverse
	}
	return nil
}

// LeastPivot is the least pivot of the elimination, each as a fraction of the magnitude of the diagonal element that it was. Of a
// symmetric matrix that is positive definite it is positive; where it is a few rounding units, of either sign, the block is singular to
// rounding. It is +Inf for a block of no nodes.
func (f *Forest[T]) LeastPivot() T {
	if len(f.order) == 0 {
		return T(math.Inf(1))
	}
	return f.least
}

// Solve overwrites x with the solution of A_bb*y = x, element k of which belongs to nodes[k] of the block. For the exact
// minimiser of a quadratic x'Ax/2 - b'x over the block, solve with the residual b - A*x of its rows and add the solution to
// x.
//
// It panics unless x has one element for each node. The error is that of Gaussian elimination without exchanges: small for
// matrices that are positive definite or diagonally dominant.
func (f *Forest[T]) Solve(x []T) {
	check.Dimension("coord", "Forest.Solve", "len(x)", len(x), "nodes", len(f.order))
	memory := scratch.Get[T](len(x))
	defer memory.Release()
	y := memory.Data
	for k, position := range f.order {
		y[k] = x[position]
	}
	for k := len(y) - 1; k >= 0; k-- {
		if p := f.parents[k]; p >= 0 {
			y[p] -= T(f.down[k] * y[k])
		}
	}
	for k, position := range f.order {
		y[k] *= f.inverse[k]
		if p := f.parents[k]; p >= 0 {
			y[k] -= T(f.up[k] * y[p])
		}
		x[position] = y[k]
	}
}
