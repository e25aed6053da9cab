package bcd

import (
	"fmt"
	"slices"

	"github.com/raphson-go/raphson/kernels/sparse"
)

type colours struct{ two bool }

// RedBlack makes two blocks of the graph of a problem, neither with an edge within it, so that the Hessian of a block is diagonal:
// on a lattice the colours of a chess board. Begin fails with ErrBipartite where two colours do not suffice. Each connected part is
// coloured from its first variable on.
func RedBlack() Partition { return colours{two: true} }

// Colours makes blocks without edges by greedy colouring: variables in the order of decreasing L_i take, of the colours that no
// neighbour has, the one used least so far, or a new one if there is none.
func Colours() Partition { return colours{} }

// Begin implements Partition.
func (c colours) Begin(it *Iteration) (Blocks, error) {
	g, err := graphOf(it.Problem, "a partition by colours")
	if err != nil {
		return Blocks{}, err
	}
	var colour []int
	if c.two {
		colour, err = twoColours(g)
	} else {
		colour = greedyColours(g, decreasing(it.Problem.Lipschitz()))
	}
	if err != nil {
		return Blocks{}, err
	}
	blocks := make([][]int32, slices.Max(colour)+1)
	for i, k := range colour {
		blocks[k] = append(blocks[k], int32(i))
	}
	return Blocks{Fixed: blocks}, nil
}

// twoColours goes through each connected part breadth first.
func twoColours(g *sparse.CSR[float64]) ([]int, error) {
	colour := make([]int, g.Rows())
	for i := range colour {
		colour[i] = -1
	}
	var queue []int32
	for i := range colour {
		if colour[i] >= 0 {
			continue
		}
		colour[i], queue = 0, append(queue[:0], int32(i))
		for next := 0; next < len(queue); next++ {
			node := queue[next]
			neighbours, _ := g.Row(int(node))
			for _, j := range neighbours {
				switch {
				case j == node:
				case colour[j] < 0:
					colour[j], queue = 1-colour[node], append(queue, j)
				case colour[j] == colour[node]:
					return nil, fmt.Errorf("bcd: RedBlack at the edge of variables %d and %d: %w", node, j, ErrBipartite)
				}
			}
		}
	}
	return colour, nil
}

// greedyColours visits the nodes in the order given.
func greedyColours(g *sparse.CSR[float64], order []int32) []int {
	colour := make([]int, g.Rows())
	for i := range colour {
		colour[i] = -1
	}
	var used []int   // how often each colour is
	var taken []bool // by a neighbour
	for _, i := range order {
		clear(taken)
		neighbours, _ := g.Row(int(i))
		for _, j := range neighbours {
			if j != i && colour[j] >= 0 {
				taken[colour[j]] = true
			}
		}
		best := -1
		for k := range used {
			if !taken[k] && (best < 0 || used[k] < used[best]) {
				best = k
			}
		}
		if best < 0 {
			best = len(used)
			used, taken = append(used, 0), append(taken, false)
		}
		colour[i] = best
		used[best]++
	}
	return colour
}

// decreasing is the variables by decreasing key, those of equal key by index.
func decreasing(key []float64) []int32 {
	list := everyVariable(len(key))
	negative := make([]float64, len(key))
	for i, v := range key {
		negative[i] = -v
	}
	sortBy(list, negative)
	return list
}
