package bcd

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels/coord"
)

// variable takes the best variables, whichever they are.
type variable struct{ size int }

// Variable lets every set of size variables be a block, VB: a greedy rule takes those with the highest scores, a random one
// any. size is 1 up to the number of variables.
func Variable(size int) Partition { return variable{size} }

// General is [Variable] with the cube root of the number of variables, rounded down: the blocks that a dense solve
// handles at the cost of going through the variables once.
func General() Partition { return variable{-1} }

// Begin implements Partition.
func (v variable) Begin(it *Iteration) (Blocks, error) {
	n, size := it.Size(), v.size
	if size < 0 {
		size = int(math.Cbrt(float64(n)) + 1e-9)
	}
	if size < 1 || size > n {
		return Blocks{}, fmt.Errorf("bcd: Variable size = %d, want 1 to the number of variables, %d: %w", size, n, ErrSetting)
	}
	block := make([]int32, size)
	return Blocks{Size: size, Form: func(scores []float64) []int32 { return block[:coord.TopK(block, scores)] }}, nil
}
