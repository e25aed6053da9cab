package linear

import (
	"fmt"
	"slices"
	"sync"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// Design is the features of the samples, made once by [Dense], [Transposed] or [Sparse] and used by any number of fits,
// also at the same time. It is never changed.
type Design struct {
	samples, features int
	columns           columns                 // features as vectors over the samples
	rows              func() samples          // samples as vectors over the features, made when first asked for
	dense             kernels.Matrix[float64] // columns as rows, of a dense design

	// look checks that all elements are finite, if nobody has. With the first look at a column goes a visit, which it reports.
	look func(visit func(j int)) (visited bool, err error)
}

// checkMade asks for a design that a constructor made: that of one whose error was ignored is nil.
func (d *Design) checkMade() error {
	switch {
	case d == nil:
		return fmt.Errorf("linear: x: %w", ErrNil)
	case d.columns == nil:
		return fmt.Errorf("linear: x is a *Design that no constructor made: %w", ErrNil)
	}
	return nil
}

// Samples is the number of samples, the length of a target.
func (d *Design) Samples() int { return d.samples }

// Features is the number of features, the length of the coefficients.
func (d *Design) Features() int { return d.features }

// columns is what coordinate descent needs of a design.
type columns interface {
	dot(j int, v []float64) float64                // sum of x_ij*v_i
	axpy(a float64, j int, v []float64)            // v_i += a*x_ij
	axpyWeighted(a float64, j int, u, v []float64) // v_i += a*u_i*x_ij
	moments(j int, u []float64) (m, s float64)     // sums of u_i*x_ij and u_i*x_ij^2; u nil is all ones
	centred(j int, u []float64, m float64) float64 // sum of u_i*(x_ij-m)^2, formed so that nothing cancels
}

// samples is what methods that go through the samples one by one need of a design.
type samples interface {
	dot(i int, w []float64) float64
	axpy(a float64, i int, w []float64)
	square(i int) float64
}

// Dense makes a design of a matrix of samples by features. It keeps the features as contiguous columns, so it copies the
// matrix, transposed and in float64: 8 bytes an element, whatever T is. (float32 saves nothing after that; the fit is that
// of the same numbers in float64.) [Transposed] copies nothing.
//
// The error wraps ErrShape, ErrEmpty or ErrFinite.
func Dense[T kernels.Float](x kernels.Matrix[T]) (*Design, error) {
	if err := x.Validate(); err != nil {
		return nil, fmt.Errorf("linear: x: %w: %w", err, ErrShape)
	}
	if x.Rows < 1 || x.Cols < 1 {
		return nil, fmt.Errorf("linear: x is %d x %d: %w", x.Rows, x.Cols, ErrEmpty)
	}
	t := kernels.NewMatrix[float64](x.Cols, x.Rows)
	transpose(t, x)
	d := newDense(t, func(j, i int) string { return fmt.Sprintf("x[%d,%d]", i, j) })
	if _, err := d.look(nil); err != nil {
		return nil, err
	}
	return d, nil
}

// Transposed makes a design of a matrix of features by samples, as numerical languages that store by columns have it:
// row j of the matrix is feature j. It copies nothing, and leaves looking for NaN and infinities to the first fit, which
// goes through the data anyway: x must not change while the design is in use.
//
// The error wraps ErrShape or ErrEmpty.
func Transposed(x kernels.Matrix[float64]) (*Design, error) {
	if err := x.Validate(); err != nil {
		return nil, fmt.Errorf("linear: x: %w: %w", err, ErrShape)
	}
	if x.Rows < 1 || x.Cols < 1 {
		return nil, fmt.Errorf("linear: x is %d features x %d samples: %w", x.Rows, x.Cols, ErrEmpty)
	}
	return newDense(x, func(j, i int) string { return fmt.Sprintf("x[%d,%d]", j, i) }), nil
}

func newDense(t kernels.Matrix[float64], name func(j, i int) string) *Design {
	columns := &denseColumns{t: t}
	d := &Design{samples: t.Cols, features: t.Rows, columns: columns, dense: t}
	d.look = func(visit func(j int)) (bool, error) {
		visited := columns.look(visit)
		if j := columns.bad; j >= 0 {
			i := slices.IndexFunc(t.Row(j), func(v float64) bool { return !check.Finite(v) })
			return visited, fmt.Errorf("linear: %s = %v: %w", name(j, i), t.At(j, i), ErrFinite)
		}
		return visited, nil
	}
	d.rows = sync.OnceValue(func() samples {
		x := kernels.NewMatrix[float64](t.Cols, t.Rows)
		transpose(x, t)
		return denseSamples{x}
	})
	return d
}

// Sparse makes a design of a sparse matrix of samples by features. It copies the matrix once, transposed, and keeps x too
// if that is float64. Nothing is ever made dense: centring and scaling happen in the formulas.
//
// The error wraps ErrNil, ErrEmpty or ErrFinite.
func Sparse[T kernels.Float](x *sparse.CSR[T]) (*Design, error) {
	if x == nil {
		return nil, fmt.Errorf("linear: x: %w", ErrNil)
	}
	if x.Rows() < 1 || x.Cols() < 1 {
		return nil, fmt.Errorf("linear: x is %d x %d: %w", x.Rows(), x.Cols(), ErrEmpty)
	}
	for i := range x.Rows() {
		cols, values := x.Row(i)
		for k, v := range values {
			if !check.Finite(float64(v)) {
				return nil, fmt.Errorf("linear: x[%d,%d] = %v: %w", i, cols[k], v, ErrFinite)
			}
		}
	}
	wide, ok := any(x).(*sparse.CSR[float64])
	if !ok {
		values := make([]float64, x.Len())
		for k, v := range x.Values() {
			values[k] = float64(v)
		}
		var err error
		if wide, err = sparse.FromCSR(x.Rows(), x.Cols(), x.Starts(), x.Columns(), values); err != nil {
			return nil, fmt.Errorf("linear: x: %w", err)
		}
	}
	s := &sparseColumns{x: wide, t: wide.Transpose()}
	return &Design{samples: x.Rows(), features: x.Cols(), columns: s, rows: func() samples { return sparseSamples{wide} }, look: func(func(int)) (bool, error) { return false, nil }}, nil
}

// transposeBlock is a block of which both the rows and the columns stay in the first-level cache.
const transposeBlock = 32

// transpose sets t to the transpose of x.
func transpose[T kernels.Float](t kernels.Matrix[float64], x kernels.Matrix[T]) {
	kernels.Parallel((x.Cols+transposeBlock-1)/transposeBlock, func(b int) {
		first := b * transposeBlock
		end := min(first+transposeBlock, x.Cols)
		for i0 := 0; i0 < x.Rows; i0 += transposeBlock {
			i1 := min(i0+transposeBlock, x.Rows)
			for j := first; j < end; j++ {
				row := t.Row(j)[i0:i1]
				at := i0*x.Stride + j
				for i := range row {
					row[i] = float64(x.Data[at])
					at += x.Stride
				}
			}
		}
	})
}
