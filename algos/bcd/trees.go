package bcd

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/sparse"
)

type trees struct{}

// Trees forms, at each iteration, the block of a forest within the graph of the problem: variables are visited in the order of
// their scores and taken where their neighbours in the block lie in different trees. With [Random] selection it is
// RandTree, with [GS] GreedyTree. Such a block is solved for exactly in time linear in its size.
func Trees() Partition { return trees{} }

// Begin implements Partition.
func (trees) Begin(it *Iteration) (Blocks, error) {
	g, err := graphOf(it.Problem, "Trees")
	if err != nil {
		return Blocks{}, err
	}
	var union coord.UnionFind
	var block []int32
	taken := make([]bool, g.Rows())
	return Blocks{Form: func(scores []float64) []int32 {
		block = coord.GrowForest(block[:0], &union, g, decreasing(scores))
		block = ascending(block, taken)
		return block
	}}, nil
}

// ascending sorts distinct variables, with a flag for each.
func ascending(block []int32, flag []bool) []int32 {
	for _, i := range block {
		flag[i] = true
	}
	block = block[:0]
	for i := range flag {
		if flag[i] {
			block = append(block, int32(i))
			flag[i] = false
		}
	}
	return block
}

type forests struct{}

// Forests is a fixed partition into forests: variables are visited in the order of decreasing L_i, and each joins the first block
// that stays without a cycle.
func Forests() Partition { return forests{} }

// Begin implements Partition.
func (forests) Begin(it *Iteration) (Blocks, error) {
	g, err := graphOf(it.Problem, "Forests")
	if err != nil {
		return Blocks{}, err
	}
	var union coord.UnionFind
	left := decreasing(it.Problem.Lipschitz())
	taken := make([]bool, g.Rows())
	var blocks [][]int32
	for len(left) > 0 { // the first block takes what it can of all, the second of the rest, and so on: the same as node by node
		block := coord.GrowForest(nil, &union, g, left)
		for _, i := range block {
			taken[i] = true
		}
		var rest []int32
		for _, i := range left {
			if !taken[i] {
				rest = append(rest, i)
			}
			taken[i] = false
		}
		left = rest
		blocks = append(blocks, ascending(block, taken))
	}
	return Blocks{Fixed: blocks}, nil
}

// combs is the partition of a lattice into two trees.
type combs struct {
	rows, cols int
	cells      []int
}

// Combs is the partition of a lattice of rows x cols cells into two trees that interlock like combs: the first row with the even
// columns but for their last cell, and the last row with the odd columns but for their first one. cells[i] is the cell of
// variable i, row by row; nil means that variable i is cell i. The graph must have edges between neighbours in the
// lattice alone, as that of labels on a lattice has.
func Combs(rows, cols int, cells []int) Partition { return combs{rows, cols, cells} }

// Begin implements Partition.
func (c combs) Begin(it *Iteration) (Blocks, error) {
	g, err := graphOf(it.Problem, "Combs")
	if err != nil {
		return Blocks{}, err
	}
	n, cells := it.Size(), c.cells
	if c.rows < 1 || c.cols < 1 {
		return Blocks{}, fmt.Errorf("bcd: Combs rows, cols = %d, %d, want 1 or more: %w", c.rows, c.cols, ErrSetting)
	}
	if cells == nil {
		cells = make([]int, c.rows*c.cols)
		for i := range cells {
			cells[i] = i
		}
	}
	if len(cells) != n {
		return Blocks{}, fmt.Errorf("bcd: Combs has %d cells, the problem %d variables: %w", len(cells), n, ErrShape)
	}
	blocks := make([][]int32, 2)
	seen := make([]bool, c.rows*c.cols)
	for i, cell := range cells {
		if cell < 0 || cell >= len(seen) || seen[cell] {
			return Blocks{}, fmt.Errorf("bcd: Combs cells[%d] = %d, want each of %d at most once: %w", i, cell, len(seen), ErrIndex)
		}
		seen[cell] = true
		row, col := cell/c.cols, cell%c.cols
		comb := col % 2
		if row == 0 {
			comb = 0
		} else if row == c.rows-1 {
			comb = 1
		}
		blocks[comb] = append(blocks[comb], int32(i))
	}
	if err := c.checkEdges(g, cells); err != nil {
		return Blocks{}, err
	}
	if len(blocks[1]) == 0 {
		blocks = blocks[:1]
	} else if len(blocks[0]) == 0 {
		blocks = blocks[1:]
	}
	return Blocks{Fixed: blocks}, nil
}

// checkEdges holds the graph against the lattice.
func (c combs) checkEdges(g *sparse.CSR[float64], cells []int) error {
	for i, cell := range cells {
		neighbours, _ := g.Row(i)
		for _, j := range neighbours {
			other := cells[j]
			near := abs(cell/c.cols-other/c.cols) + abs(cell%c.cols-other%c.cols)
			if near > 1 {
				return combination("Combs with an edge between cells %d and %d, which are no neighbours", cell, other)
			}
		}
	}
	return nil
}

func abs(i int) int { return max(i, -i) }
