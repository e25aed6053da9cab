// Package sparse holds sparse matrices in compressed rows and the products, solves and rearrangements that iterative
// methods are made of, in float32 and float64.
//
// # Matrices
//
// A [CSR] keeps, row by row, the columns of its entries in ascending order, as int32, and their values. Its fields are not
// exported: a matrix comes into being only through a constructor ([FromCOO], [FromCSR], [FromCSC], [FromDense],
// [FromDenseLargest]) that checks every index, or from another matrix, so no product ever looks at an index it must
// distrust. Constructors return errors that name the place and wrap one of the errors of this package. The slices that
// [CSR.Starts], [CSR.Columns], [CSR.Values] and [CSR.Row] hand out are views for reading: products trust the
// indices, and after writing to one they may read and write anywhere. Neither rows nor columns nor entries may exceed 2^31 - 1.
//
// A matrix is never changed once it is made; methods that change something return another matrix, which shares what has
// not changed. Entries whose value is zero are entries like any other.
//
// [Symmetric] stores one triangle of a symmetric matrix. [Triangular] is a triangle prepared for solving with it. [Plan] is a
// matrix prepared for many products with vectors, in the format that is fastest for it.
//
// # Numbers
//
// Let u be the unit roundoff of T (2^-24 or 2^-53) and n the number of entries in a row (a column for the transposed
// products, a row of the whole matrix for a symmetric one). The error of an element of alpha*A*x + beta*y is at most
//
//	(n + 3) * u * (|alpha| * sum |a x| + |beta y|)
//
// to first order in u, while nothing overflows or underflows. beta = 0 never reads y, so y may hold anything before, NaN
// included; any other beta and every alpha is multiplied with. NaN and infinities behave as in the formula, restricted
// to the entries there are: an element of x that meets no entry does not count. The transposed products
// multiply with alpha before they add up: there alpha does not count where there is no entry, and an infinite one makes NaN
// of terms of both signs. So does that of a [Symmetric] with what stands above the diagonal.
//
// Work is cut at boundaries that depend on the matrix alone, and partial sums are added in a fixed order: for one
// instruction set the bits of a result depend neither on the number of workers nor on alignment. Long rows are cut too, so
// that one dense row does not keep a single worker busy. In [CSR.MulVec], [CSR.MulMat] and [CSR.Residual] an element
// depends on its own row and the operands alone, not on what other rows hold.
//
// # Memory and goroutines
//
// Products panic with one line on shapes that do not agree, before any memory is touched; they allocate nothing and keep
// no argument. A destination must not overlap an operand unless its comment says otherwise. Every method may be called
// from many goroutines at once; large products are split across kernels.Workers goroutines.
//
// Reading and writing files is the business of package [format].
//
// [format]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels/sparse/format
package sparse
