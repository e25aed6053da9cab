package ot

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// points are the places of sources (rows of x) and targets (rows of y) of a cost that has a derivative by them.
type points struct {
	x, y kernels.Matrix[float64]
	// gradient adds to dst weight times the derivative of the cost of moving from x to y by x. The costs here are functions
	// of x-y, so the derivative by y is its negative.
	gradient func(dst []float64, weight float64, x, y []float64)
}

// FromPoints is the cost distance(x_i, y_j) between the rows of x and of y, which may differ in number but not in
// length. The matrix of all of them is formed. The function is called from several goroutines and must not keep or
// change its arguments; a value that is NaN or infinite is an error.
func FromPoints(x, y kernels.Matrix[float64], distance func(x, y []float64) float64) (*Cost, error) {
	for _, m := range []struct {
		name   string
		matrix kernels.Matrix[float64]
	}{{"x", x}, {"y", y}} {
		if err := m.matrix.Validate(); err != nil {
			return nil, fmt.Errorf("ot: %s: %w: %w", m.name, err, ErrShape)
		}
		if m.matrix.Rows == 0 || m.matrix.Cols == 0 {
			return nil, fmt.Errorf("ot: %s: %d points of dimension %d: %w", m.name, m.matrix.Rows, m.matrix.Cols, ErrEmpty)
		}
	}
	if distance == nil {
		return nil, fmt.Errorf("ot: distance: %w", ErrNil)
	}
	if x.Cols != y.Cols {
		return nil, fmt.Errorf("ot: x.Cols = %d, y.Cols = %d: %w", x.Cols, y.Cols, ErrShape)
	}
	c := kernels.NewMatrix[float64](x.Rows, y.Rows)
	kernels.Parallel(x.Rows, func(i int) {
		from, row := x.Row(i), c.Row(i)
		for j := range row {
			row[j] = distance(from, y.Row(j))
		}
	})
	return Dense(c)
}

// SquaredEuclidean is the cost |x_i - y_j|^2 between the rows of x and of y; the value of the problem is then the squared
// 2-Wasserstein distance, but for the entropy. It keeps x and y for the derivatives; the caller must not change them.
func SquaredEuclidean(x, y kernels.Matrix[float64]) (*Cost, error) {
	c, err := FromPoints(x, y, squaredDistance)
	if err != nil {
		return nil, err
	}
	c.points = &points{x, y, func(dst []float64, weight float64, x, y []float64) {
		for k := range dst {
			dst[k] += 2 * weight * (x[k] - y[k])
		}
	}}
	return c, nil
}

// Euclidean is the cost |x_i - y_j| between the rows of x and of y; the value of the problem is then the 1-Wasserstein
// distance, but for the entropy. It keeps x and y for the derivatives; the caller must not change them.
func Euclidean(x, y kernels.Matrix[float64]) (*Cost, error) {
	c, err := FromPoints(x, y, func(x, y []float64) float64 { return math.Sqrt(squaredDistance(x, y)) })
	if err != nil {
		return nil, err
	}
	c.points = &points{x, y, func(dst []float64, weight float64, x, y []float64) {
		length := math.Sqrt(squaredDistance(x, y))
		if length == 0 {
			return // zero is a subgradient there
		}
		for k := range dst {
			dst[k] += weight / length * (x[k] - y[k])
		}
	}}
	return c, nil
}

func squaredDistance(x, y []float64) (sum float64) {
	for k := range x {
		d := x[k] - y[k]
		sum += d * d
	}
	return sum
}

// points is those of the cost, or nil without them or, as of a Result that does not come from this package, without a cost.
func (r *Result) points() *points {
	if r == nil || r.cost == nil {
		return nil
	}
	return r.cost.points
}

// GradientX is the derivative of the value of the problem (Result.Dual) by the places of the sources: one row a source.
// With equal masses a_i = 1/n, moving the sources against it is the gradient flow of the transport cost. It needs a
// cost made by SquaredEuclidean or Euclidean. It is exact at the optimum; its error is of the order of the Residual.
func (r *Result) GradientX() (kernels.Matrix[float64], error) {
	p := r.points()
	if p == nil {
		return kernels.Matrix[float64]{}, fmt.Errorf("ot: GradientX: %w", ErrPoints)
	}
	gradient := kernels.NewMatrix[float64](p.x.Rows, p.x.Cols)
	r.eachPlanRow(func(i int, row []float64) {
		for j, mass := range row {
			if mass != 0 {
				p.gradient(gradient.Row(i), mass, p.x.Row(i), p.y.Row(j))
			}
		}
	})
	return gradient, nil
}

// GradientY is the derivative by the places of the targets; see [Result.GradientX].
func (r *Result) GradientY() (kernels.Matrix[float64], error) {
	p := r.points()
	if p == nil {
		return kernels.Matrix[float64]{}, fmt.Errorf("ot: GradientY: %w", ErrPoints)
	}
	gradient := kernels.NewMatrix[float64](p.y.Rows, p.y.Cols)
	r.eachPlanRow(func(i int, row []float64) {
		for j, mass := range row {
			if mass != 0 {
				p.gradient(gradient.Row(j), -mass, p.x.Row(i), p.y.Row(j))
			}
		}
	})
	return gradient, nil
}
