package matmul

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels"
)

// NotPositiveDefiniteError says that a symmetric matrix has no Cholesky factor, or none in numbers of its type.
type NotPositiveDefiniteError struct {
	Pivot int     // the first pivot that is not positive: the leading matrix of Pivot rows is positive definite
	Value float64 // that pivot: zero, negative, infinite or NaN
}

// Error names the pivot.
func (e *NotPositiveDefiniteError) Error() string {
	return fmt.Sprintf("matmul: not positive definite: pivot %d is %v", e.Pivot, e.Value)
}

// Cholesky overwrites a triangle of the symmetric matrix A with its Cholesky factor: L of A = L*L' for Lower, U of A = U'*U for
// Upper. The other triangle is not used.
//
// Shapes: A is n x n, of any n; it panics otherwise. If A is not positive definite, or holds a NaN or an infinity, it returns a
// [*NotPositiveDefiniteError], and what the triangle then holds is unspecified. On success every element of the factor is
// finite and the diagonal positive.
//
// The product of the factor with its transpose differs from A by at most (n+4) rounding units of |L|*|L'|, element by element
// (N. Higham, "Accuracy and Stability of Numerical Algorithms", theorem 10.3), and does not depend on the number of workers.
func Cholesky[T kernels.Float](triangle Triangle, a kernels.Matrix[T]) error {
	checkTriangular("Cholesky", triangle, a)
	writeTriangle(triangle, a)
	var err *NotPositiveDefiniteError
	if a.Rows <= smallFactor { // for which two calls more would count
		err = factorSmall(triangle, a, 0)
	} else {
		err = factor(triangle, a, 0, a.Rows)
	}
	if err != nil {
		return err
	}
	return nil
}

// SolveSPD overwrites B with the solution X of A*X = B for a symmetric positive definite matrix A, and the given triangle of A
// with its Cholesky factor; the other is not used.
//
// Shapes: A is n x n, B has n rows and any number of columns; it panics otherwise. B must not overlap A. Where A is not
// positive definite it returns a [*NotPositiveDefiniteError] and leaves B as it was. The relative error of X is about
// n rounding units times the condition number of A, at most.
func SolveSPD[T kernels.Float](triangle Triangle, a, b kernels.Matrix[T]) error {
	checkTriangular("SolveSPD", triangle, a)
	check.Matrix("matmul", "SolveSPD", "b", b.Rows, b.Cols, b.Stride, len(b.Data))
	check.Dimension("matmul", "SolveSPD", "a.Rows", a.Rows, "b.Rows", b.Rows)
	if err := Cholesky(triangle, a); err != nil {
		return err
	}
	CholeskySolve(triangle, a, b)
	return nil
}

// CholeskySolve overwrites B with the solution X of A*X = B, given the factor that [Cholesky] made of A.
//
// Shapes: the factor is n x n, B has n rows and any number of columns; it panics otherwise. B must not overlap the factor. Special
// values and errors are those of two calls of [Trsm].
func CholeskySolve[T kernels.Float](triangle Triangle, factor, b kernels.Matrix[T]) {
	if b.Cols == 1 && b.Stride == 1 && check.Fits(b.Rows, 1, 1, len(b.Data)) {
		CholeskySolveVector(triangle, factor, b.Data[:b.Rows])
		return
	}
	checkTriangular("CholeskySolve", triangle, factor)
	check.Matrix("matmul", "CholeskySolve", "b", b.Rows, b.Cols, b.Stride, len(b.Data))
	check.Dimension("matmul", "CholeskySolve", "factor.Rows", factor.Rows, "b.Rows", b.Rows)
	first := Transpose(triangle == Upper) // L*L' and U'*U: the lower triangular one comes first
	Trsm(Left, triangle, first, NonUnit, 1, factor, b)
	Trsm(Left, triangle, !first, NonUnit, 1, factor, b)
}

// CholeskySolveVector is [CholeskySolve] for one right-hand side, which it overwrites with the solution.
//
// Shapes: the factor is n x n, x has n elements; it panics otherwise. x must not overlap the factor.
func CholeskySolveVector[T kernels.Float](triangle Triangle, factor kernels.Matrix[T], x []T) {
	checkTriangular("CholeskySolveVector", triangle, factor)
	check.Dimension("matmul", "CholeskySolveVector", "factor.Rows", factor.Rows, "len(x)", len(x))
	first := Transpose(triangle == Upper)
	Trsv(triangle, first, NonUnit, factor, x)
	Trsv(triangle, !first, NonUnit, factor, x)
}

// CholeskyLogDet is the natural logarithm of the determinant of A, given the factor that [Cholesky] made of it: twice the sum of
// the logarithms of the diagonal, in float64. It panics unless the factor is square. Its error is at most n+2 float64 rounding units
// of twice the sum of magnitudes of those logarithms, beside that of the factor; a diagonal that no factor has gives -Inf or NaN.
func CholeskyLogDet[T kernels.Float](factor kernels.Matrix[T]) float64 {
	checkTriangular("CholeskyLogDet", Lower, factor)
	sum := 0.0
	for i := range factor.Rows {
		sum += math.Log(float64(factor.Data[i*factor.Stride+i]))
	}
	return 2 * sum
}
