package linsolve

import (
	"fmt"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Operator is a matrix that can be multiplied with.
type Operator interface {
	// Size is the number of rows and columns.
	Size() (rows, cols int)
	// Apply sets y to A*x; their lengths are those of Size, and they do not overlap. It must not keep them.
	Apply(y, x []float64)
}

// Transposer is an operator that can also be multiplied with transposed.
type Transposer interface {
	Operator
	// ApplyTransposed sets x to A'*y, under the same rules as Apply.
	ApplyTransposed(x, y []float64)
}

// MultiTransposer is an operator that can be multiplied with transposed, and with several vectors at once.
type MultiTransposer interface {
	MultiOperator
	Transposer
}

// residualer is an operator that forms b - A*x and its norm in one pass.
type residualer interface {
	residual(r, b, x []float64) (norm float64)
}

// sparseOperator multiplies with compressed rows.
type sparseOperator struct{ a *sparse.CSR[float64] }

// Sparse is a sparse matrix as an operator. That of nil is nil, for which the methods return ErrNil.
func Sparse(a *sparse.CSR[float64]) MultiTransposer {
	if a == nil {
		return nil
	}
	return sparseOperator{a}
}

func (o sparseOperator) Size() (rows, cols int)         { return o.a.Rows(), o.a.Cols() }
func (o sparseOperator) Apply(y, x []float64)           { o.a.MulVec(1, x, 0, y) }
func (o sparseOperator) ApplyTransposed(x, y []float64) { o.a.MulVecTransposed(1, y, 0, x) }
func (o sparseOperator) ApplyAll(y, x kernels.Matrix[float64]) {
	o.a.MulMat(1, x, 0, y)
}
func (o sparseOperator) residual(r, b, x []float64) (norm float64) {
	return o.a.Residual(r, b, x)
}

// plannedOperator multiplies with the format that a plan has chosen.
type plannedOperator struct{ p *sparse.Plan[float64] }

// Planned is a sparse matrix prepared for many products as an operator; transposed, and with several vectors, it is multiplied with
// compressed rows. The operator of nil, and of a plan that no constructor made, is nil, for which the methods return ErrNil.
func Planned(p *sparse.Plan[float64]) MultiTransposer {
	if p == nil || p.Matrix() == nil {
		return nil
	}
	return plannedOperator{p}
}

func (o plannedOperator) Size() (rows, cols int) { return o.p.Matrix().Rows(), o.p.Matrix().Cols() }
func (o plannedOperator) Apply(y, x []float64)   { o.p.MulVec(1, x, 0, y) }
func (o plannedOperator) ApplyTransposed(x, y []float64) {
	o.p.Matrix().MulVecTransposed(1, y, 0, x)
}
func (o plannedOperator) ApplyAll(y, x kernels.Matrix[float64]) {
	o.p.Matrix().MulMat(1, x, 0, y)
}

// symmetricOperator multiplies with one stored triangle.
type symmetricOperator struct{ a *sparse.Symmetric[float64] }

// Symmetric is a symmetric sparse matrix as an operator. That of nil, and of one that no constructor made, is nil, for which the
// methods return ErrNil.
func Symmetric(a *sparse.Symmetric[float64]) Transposer {
	if a == nil || a.Lower() == nil {
		return nil
	}
	return symmetricOperator{a}
}

func (o symmetricOperator) Size() (rows, cols int)         { return o.a.Rows(), o.a.Rows() }
func (o symmetricOperator) Apply(y, x []float64)           { o.a.MulVec(1, x, 0, y) }
func (o symmetricOperator) ApplyTransposed(x, y []float64) { o.a.MulVec(1, y, 0, x) }

// denseOperator multiplies row by row.
type denseOperator struct{ m kernels.Matrix[float64] }

// Dense is a dense matrix as an operator, which shares its elements. The error wraps ErrShape.
func Dense(m kernels.Matrix[float64]) (MultiTransposer, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("linsolve: m: %w: %w", err, ErrShape)
	}
	return denseOperator{m}, nil
}

func (o denseOperator) Size() (rows, cols int) { return o.m.Rows, o.m.Cols }

func (o denseOperator) Apply(y, x []float64) {
	for i := range y {
		y[i] = vec.Dot(o.m.Row(i), x)
	}
}

func (o denseOperator) ApplyTransposed(x, y []float64) {
	clear(x)
	for i, v := range y {
		vec.Axpy(v, o.m.Row(i), x)
	}
}

func (o denseOperator) ApplyAll(y, x kernels.Matrix[float64]) {
	matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, o.m, x, 0, y)
}

// functionOperator is square.
type functionOperator struct {
	n     int
	apply func(y, x []float64)
}

// Func is a function that sets y to A*x as an operator of n rows and columns. It must not keep its arguments. The operator of a nil
// function is nil, for which the methods return ErrNil.
func Func(n int, apply func(y, x []float64)) Operator {
	if apply == nil {
		return nil
	}
	return functionOperator{n, apply}
}

func (o functionOperator) Size() (rows, cols int) { return o.n, o.n }
func (o functionOperator) Apply(y, x []float64)   { o.apply(y, x) }
