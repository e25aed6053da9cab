package bcd

import (
	"fmt"
	"math"
	"slices"

	"github.com/raphson-go/raphson/kernels/coord"
)

// Selection is a rule that chooses the next block.
type Selection interface {
	// Begin prepares the rule for a run, whose blocks are known, and returns the function that chooses. The block is valid
	// until its next call.
	Begin(it *Iteration) (choose func() Block, err error)
}

// Blind is the rules that do not look at the gradient.
type Blind uint8

const (
	// Random takes any block with the same probability: of a fixed partition one of the blocks, of Variable any set of variables of the
	// size, of Trees the variables in random order.
	Random Blind = iota
	// Cyclic goes through all blocks of a fixed partition in an order that is drawn anew for each pass. Of Variable it cuts the variables in
	// random order into blocks at each pass; of Trees it prefers the variables that have waited longest.
	Cyclic
	// Sampling draws blocks of a fixed partition with probabilities in the ratio of L_b, and variables, without replacement, in that of
	// L_i.
	Sampling
)

// Greedy is the rules that look at the gradient. For fixed blocks the score is that of a block; otherwise blocks are formed of
// the variables of the highest scores. With a separable regulariser |g_i| is the least magnitude of a subgradient, and
// |g_i|/sqrt(D_i) the root of twice what the proximal step with 1/D_i gains in the quadratic model (rules GS-s and GS-q of Nutini and
// others, Coordinate descent converges faster with the Gauss-Southwell rule than random selection, 2015); with GroupL1 both are
// lengths of proximal steps. Of equal scores the one of lower index counts.
type Greedy uint8

const (
	// GS, the rule of Gauss and Southwell, scores by |g_i|, blocks by the norm of g_b.
	GS Greedy = iota
	// GSL scores by |g_i|/sqrt(L_i), blocks by the norm of g_b over sqrt(L_b).
	GSL
	// GSD scores by |g_i|/sqrt(D_i) with D_i = b*L_i for b variables in a block, which bounds H_b where the Hessian is positive semidefinite; blocks
	// by the root of the sum of squares. Variables are in the same order as with GSL, blocks are not.
	GSD
	// GSDRows is GSD with D_i = sum_j |H_ij|: for fixed blocks over j in the block, otherwise over all j, as bounded by a
	// RowSummer.
	GSDRows
	// GSQ scores blocks by g_b'H_b^-1 g_b, what the update by MatrixStep gains. Of Variable the best block is hard to find; ten steps of
	// iterative hard thresholding on the quadratic model look for it.
	GSQ
	// GSN is GSQ with the Hessian at x in place of its bound.
	GSN
)

// String is the rule's name.
func (b Blind) String() string {
	if names := []string{"Random", "Cyclic", "Sampling"}; int(b) < len(names) {
		return names[b]
	}
	return fmt.Sprintf("bcd.Blind(%d)", uint8(b))
}

// String is the rule's name.
func (g Greedy) String() string {
	if names := []string{"GS", "GSL", "GSD", "GSDRows", "GSQ", "GSN"}; int(g) < len(names) {
		return names[g]
	}
	return fmt.Sprintf("bcd.Greedy(%d)", uint8(g))
}

// Begin implements Selection.
func (b Blind) Begin(it *Iteration) (func() Block, error) {
	switch b {
	case Random:
		return it.random(), nil
	case Cyclic:
		return it.cyclic(), nil
	case Sampling:
		return it.sampling(), nil
	}
	return nil, fmt.Errorf("bcd: Settings.Selection = %v, want Random, Cyclic or Sampling: %w", b, ErrSetting)
}

// Begin implements Selection.
func (g Greedy) Begin(it *Iteration) (func() Block, error) {
	it.watched = true
	switch {
	case g > GSN:
		return nil, fmt.Errorf("bcd: Settings.Selection = %v, want GS to GSN: %w", g, ErrSetting)
	case g == GSQ || g == GSN:
		return it.quadraticGreedy(g)
	}
	return it.diagonalGreedy(g)
}

// formed is the block that the partition forms of scores.
func (it *Iteration) formed(scores []float64) Block {
	return Block{Variables: it.Blocks.Form(scores), Number: -1}
}

// numbered is a block of a fixed partition.
func (it *Iteration) numbered(k int) Block { return Block{Variables: it.Blocks.Fixed[k], Number: k} }

// highest is the fixed block of the highest score.
func (it *Iteration) highest(scores []float64) Block {
	k, _ := coord.Select(scores, nil)
	return it.numbered(max(k, 0))
}

// random chooses uniformly.
func (it *Iteration) random() func() Block {
	n := it.Size()
	switch {
	case it.Blocks.Fixed != nil:
		return func() Block { return it.numbered(it.Random.IntN(len(it.Blocks.Fixed))) }
	case it.Blocks.Size > 0:
		list, block := everyVariable(n), make([]int32, it.Blocks.Size)
		return func() Block { // the first steps of a shuffle, whatever the order before
			for k := range block {
				other := k + it.Random.IntN(n-k)
				list[k], list[other] = list[other], list[k]
			}
			copy(block, list)
			slices.Sort(block)
			return Block{Variables: block, Number: -1}
		}
	}
	scores := make([]float64, n)
	return func() Block {
		for i := range scores {
			scores[i] = it.Random.Float64()
		}
		return it.formed(scores)
	}
}

// cyclic gives every block its turn.
func (it *Iteration) cyclic() func() Block {
	n, count := it.Size(), len(it.Blocks.Fixed)
	if it.Blocks.Fixed == nil && it.Blocks.Size == 0 {
		return it.longestWait()
	}
	var turns []int
	if it.Blocks.Fixed != nil {
		return func() Block {
			if len(turns) == 0 {
				turns = it.Random.Perm(count)
			}
			k := turns[0]
			turns = turns[1:]
			return it.numbered(k)
		}
	}
	var block []int32
	return func() Block {
		if len(turns) == 0 {
			turns = it.Random.Perm(n)
		}
		size := min(it.Blocks.Size, len(turns))
		block = block[:0]
		for _, i := range turns[:size] {
			block = append(block, int32(i))
		}
		turns = turns[size:]
		slices.Sort(block)
		return Block{Variables: block, Number: -1}
	}
}

// longestWait scores by the number of iterations since a variable last moved, and at random among equals.
func (it *Iteration) longestWait() func() Block {
	waited, scores := make([]int, it.Size()), make([]float64, it.Size())
	return func() Block {
		for i := range scores {
			scores[i] = float64(waited[i]) + it.Random.Float64()
			waited[i]++
		}
		block := it.formed(scores)
		for _, i := range block.Variables {
			waited[i] = 0
		}
		return block
	}
}

// sampling draws in the ratio of Lipschitz constants.
func (it *Iteration) sampling() func() Block {
	if it.Blocks.Fixed == nil {
		scores := make([]float64, it.Size())
		return func() Block { // the variables of the highest log(u)/L_i: Efraimidis and Spirakis, Weighted random sampling with a reservoir, 2006
			for i, l := range it.Lipschitz {
				scores[i] = math.Log(1-it.Random.Float64()) / l
			}
			return it.formed(scores)
		}
	}
	sums := make([]float64, len(it.Blocks.Fixed))
	total := 0.0
	for k := range sums {
		total += it.blockLipschitz(it.numbered(k))
		sums[k] = total
	}
	return func() Block {
		k, _ := slices.BinarySearch(sums, total*it.Random.Float64())
		return it.numbered(min(k, len(sums)-1))
	}
}
