package bcd

import "github.com/raphson-go/raphson/kernels/sparse"

// Partition says which sets of variables are blocks.
type Partition interface {
	// Begin makes the blocks for a run.
	Begin(it *Iteration) (Blocks, error)
}

// Blocks is what a partition makes of a problem: a list of fixed blocks, or a function that forms one at each iteration. Variables
// of a block are distinct and ascend.
type Blocks struct {
	// Fixed is the blocks of a fixed partition, nil for one that forms them anew. Together they are all variables.
	Fixed [][]int32

	// Form makes a block of the variables with the highest scores, of which there is one for each variable, higher than -Inf.
	// The block is valid until the next call.
	Form func(scores []float64) []int32

	// Size is how many variables Form takes, where that is known; 0 where it depends on the scores.
	Size int
}

// Block is a set of variables that an iteration may change.
type Block struct {
	Variables []int32 // distinct, ascending
	Number    int     // in the list of a fixed partition; -1 for one formed anew
}

// longest is the size of the largest block.
func (b Blocks) longest(n int) int {
	if b.Fixed == nil {
		if b.Size == 0 {
			return n
		}
		return b.Size
	}
	most := 0
	for _, block := range b.Fixed {
		most = max(most, len(block))
	}
	return most
}

// pass is how many iterations it takes for all variables to have had a turn, about.
func (b Blocks) pass(n int) int {
	switch {
	case b.Fixed != nil:
		return len(b.Fixed)
	case b.Size > 0:
		return (n + b.Size - 1) / b.Size
	}
	return 2
}

// graphOf is the graph of a problem, which a partition or an update needs.
func graphOf(p Problem, who string) (*sparse.CSR[float64], error) {
	g, ok := p.(Graph)
	if !ok {
		return nil, combination("%s with a problem that is no Graph", who)
	}
	return g.Graph(), nil
}
