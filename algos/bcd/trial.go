package bcd

import "github.com/raphson-go/raphson/kernels/vec"

// trial moves a block back and forth until a step is good. What a point keeps incrementally loses digits when it goes far away and
// returns; then it is formed anew.
type trial struct {
	it    *Iteration
	block []int32
	far   float64 // the largest variable of a place that was left again
}

// tooFar is how many times larger than now a variable may have been without harm: four digits are lost.
const tooFar = 1e4

// to moves the block and returns the objective there, without the part of the regulariser that belongs to other variables.
func (t *trial) to(z []float64) float64 {
	t.it.Point.Move(t.block, z)
	if t.far > tooFar*max(vec.Max(z), -vec.Min(z)) {
		t.it.Point.Refresh() // also on the way: otherwise trials nearby would be judged by what the first one, far away, has spoilt
		t.far = 0
	}
	return t.it.Point.Value() + t.it.Regulariser.Value(z, t.block)
}

// reject says that the block will not stay at z.
func (t *trial) reject(z []float64) { t.far = max(t.far, vec.Max(z), -vec.Min(z)) }
