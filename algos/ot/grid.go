package ot

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// Grid is the squared Euclidean cost between the nodes of a regular grid with unit spacing: Grid(28, 28) for images of 28
// by 28 pixels, Grid(n) for a histogram, Grid(n, m, l) for a volume. Node (i, j, k) is entry (i*m+j)*l+k of a marginal, the
// row-major order of images. For another spacing or another cost see [Separable].
func Grid(shape ...int) (*Cost, error) {
	axes := make([]kernels.Matrix[float64], len(shape))
	for k, n := range shape {
		if n <= 0 {
			return nil, fmt.Errorf("ot: shape[%d] = %d: %w", k, n, ErrEmpty)
		}
		places := make([]float64, n)
		for i := range places {
			places[i] = float64(i)
		}
		axes[k] = Axis(places, places, func(x, y float64) float64 { return (x - y) * (x - y) })
	}
	return Separable(axes...)
}

// Axis is the matrix of the costs between places on one axis, for [Separable]: a row for each of x, a column for each of y. It panics
// if distance is nil.
func Axis(x, y []float64, distance func(x, y float64) float64) kernels.Matrix[float64] {
	if distance == nil {
		panic("ot: Axis: distance is nil")
	}
	c := kernels.NewMatrix[float64](len(x), len(y))
	for i, from := range x {
		row := c.Row(i)
		for j, to := range y {
			row[j] = distance(from, to)
		}
	}
	return c
}

// Separable is a cost that adds over the axes of a grid: from node (i1, i2, ...) to node (j1, j2, ...) it is
// axes[0](i1,j1) + axes[1](i2,j2) + ..., as the squared Euclidean distance (any norm to its own power) is. Nodes are numbered in row-major
// order, the last axis fastest; the grids of sources and targets may differ. The cost of a grid of n nodes with axes of m
// is applied axis by axis in O(n*m) operations (Solomon et al. 2015), and its n x n matrix is not formed. It keeps the
// matrices; the caller must not change them.
func Separable(axes ...kernels.Matrix[float64]) (*Cost, error) {
	if len(axes) == 0 {
		return nil, fmt.Errorf("ot: axes: %w", ErrEmpty)
	}
	c := &Cost{rows: 1, cols: 1, axes: append([]kernels.Matrix[float64](nil), axes...)}
	for k, axis := range axes {
		if err := axis.Validate(); err != nil {
			return nil, fmt.Errorf("ot: axes[%d]: %w: %w", k, err, ErrShape)
		}
		if axis.Rows == 0 || axis.Cols == 0 {
			return nil, fmt.Errorf("ot: axes[%d]: %d x %d: %w", k, axis.Rows, axis.Cols, ErrEmpty)
		}
		low, high, err := bounds(fmt.Sprintf("axes[%d]", k), axis)
		if err != nil {
			return nil, err
		}
		if c.rows > math.MaxInt/axis.Rows || c.cols > math.MaxInt/axis.Cols {
			return nil, fmt.Errorf("ot: axes[%d]: more nodes than an int can count: %w", k, ErrShape)
		}
		c.rows, c.cols = c.rows*axis.Rows, c.cols*axis.Cols
		c.low, c.high = c.low+low, c.high+high
	}
	return c.checkRange()
}
