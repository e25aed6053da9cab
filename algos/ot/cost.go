package ot

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Cost is a ground cost: what it takes to move a unit of mass from source i to target j. It is made by [Dense],
// [FromPoints], [SquaredEuclidean], [Euclidean], [Grid] or [Separable], does not change, and may serve any number of
// problems at the same time.
type Cost struct {
	rows, cols int
	matrix     kernels.Matrix[float64] // no data if the cost is separable
	axes       []kernels.Matrix[float64]
	points     *points
	low, high  float64 // bounds of its entries: exact
}

// costSlack is the difference between two costs, as a fraction of the largest, that is taken for rounding.
const costSlack = 1e-12

// Size is the number of sources and of targets.
func (c *Cost) Size() (rows, cols int) { return c.rows, c.cols }

// Range is the smallest and the largest entry.
func (c *Cost) Range() (low, high float64) { return c.low, c.high }

// At is the cost from source i to target j. It panics if there is no such entry.
func (c *Cost) At(i, j int) float64 {
	if uint(i) >= uint(c.rows) || uint(j) >= uint(c.cols) { // the axes would wrap
		panic(fmt.Sprintf("ot: Cost.At: entry (%d, %d) of %d x %d", i, j, c.rows, c.cols))
	}
	if c.axes == nil {
		return c.matrix.At(i, j)
	}
	var sum float64
	for k := len(c.axes) - 1; k >= 0; k-- {
		axis := c.axes[k]
		sum += axis.At(i%axis.Rows, j%axis.Cols)
		i, j = i/axis.Rows, j/axis.Cols
	}
	return sum
}

// Dense is the cost of a matrix, entry (i, j) from source i to target j. It keeps the matrix and never changes it; the caller
// must not either. An entry that is NaN or infinite is an error, and so is a range beyond float64.
func Dense(c kernels.Matrix[float64]) (*Cost, error) {
	if err := c.Validate(); err != nil {
		return nil, fmt.Errorf("ot: cost: %w: %w", err, ErrShape)
	}
	if c.Rows == 0 || c.Cols == 0 {
		return nil, fmt.Errorf("ot: cost: %d x %d: %w", c.Rows, c.Cols, ErrEmpty)
	}
	low, high, err := bounds("cost", c)
	if err != nil {
		return nil, err
	}
	return (&Cost{rows: c.Rows, cols: c.Cols, matrix: c, low: low, high: high}).checkRange()
}

// checkRange is for costs that are too far apart, or sums over axes too large, for float64.
func (c *Cost) checkRange() (*Cost, error) {
	if spread := c.high - c.low; math.IsNaN(spread) || math.IsInf(spread, 0) {
		return nil, fmt.Errorf("ot: cost ranges from %v to %v: %w", c.low, c.high, ErrCost)
	}
	return c, nil
}

// bounds is the smallest and the largest entry of c, which the error calls name.
func bounds(name string, c kernels.Matrix[float64]) (low, high float64, err error) {
	low, high = math.Inf(1), math.Inf(-1)
	for i := range c.Rows {
		for j, entry := range c.Row(i) {
			if math.IsNaN(entry) || math.IsInf(entry, 0) {
				return 0, 0, fmt.Errorf("ot: %s(%d,%d) = %v: %w", name, i, j, entry, ErrCost)
			}
			low, high = min(low, entry), max(high, entry)
		}
	}
	return low, high, nil
}

// checkSymmetric is for what needs a distance: as many sources as targets and the same cost both ways, but for rounding.
func (c *Cost) checkSymmetric() error {
	parts := c.axes
	if parts == nil {
		parts = []kernels.Matrix[float64]{c.matrix}
	}
	slack := costSlack * max(math.Abs(c.low), math.Abs(c.high))
	for k, part := range parts {
		name := "cost"
		if c.axes != nil {
			name = fmt.Sprintf("axis %d of cost", k)
		}
		if part.Rows != part.Cols {
			return fmt.Errorf("ot: %s is %d x %d: %w", name, part.Rows, part.Cols, ErrSymmetry)
		}
		for i := range part.Rows {
			for j := range i {
				if there, back := part.At(i, j), part.At(j, i); math.Abs(there-back) > slack {
					return fmt.Errorf("ot: %s: (%d,%d) = %v, (%d,%d) = %v: %w", name, i, j, there, j, i, back, ErrSymmetry)
				}
			}
		}
	}
	return nil
}

// gather fills part with the costs from some sources to some targets.
func (c *Cost) gather(part kernels.Matrix[float64], sources, targets []int) {
	if c.axes == nil {
		for k, i := range sources {
			row, dst := c.matrix.Row(i), part.Row(k)
			for l, j := range targets {
				dst[l] = row[j]
			}
		}
		return
	}
	place := make([]int, len(targets)) // of each target on the axis at hand
	stepRows, stepCols := c.rows, c.cols
	for n, axis := range c.axes {
		stepRows, stepCols = stepRows/axis.Rows, stepCols/axis.Cols
		for l, j := range targets {
			place[l] = j / stepCols % axis.Cols
		}
		lines := make([][]float64, axis.Rows) // from each place of a source on the axis to all targets
		for k, i := range sources {
			from := i / stepRows % axis.Rows
			if lines[from] == nil {
				lines[from] = pick(axis.Row(from), place)
			}
			if n == 0 {
				copy(part.Row(k), lines[from])
			} else {
				vec.Add(part.Row(k), part.Row(k), lines[from])
			}
		}
	}
}

// block is the matrix of the costs of sources first up to end.
func (c *Cost) block(first, end int) kernels.Matrix[float64] {
	if c.axes == nil {
		return c.matrix.Slice(first, end)
	}
	part := kernels.NewMatrix[float64](end-first, c.cols)
	c.gather(part, sequence(first, end), sequence(0, c.cols))
	return part
}

func sequence(first, end int) []int {
	s := make([]int, end-first)
	for k := range s {
		s[k] = first + k
	}
	return s
}
