// Package coord holds the inner loops of block coordinate methods, in float32 and float64: gradients of blocks and updates
// of the residual, greedy selection, proximal steps and projections, solves with one block, and losses with their
// derivatives.
//
// # Columns
//
// A coordinate method goes through the columns of a data matrix A, n rows by p columns, so the functions here take A by
// columns. Dense ones are a [kernels.Matrix] whose ROW j is column j of A: the transpose of A, p x n, in which a column is
// contiguous. Sparse ones are a [sparse.CSR] of the transpose of A likewise: its row j holds the entries of column j, so
// [sparse.FromCSC] of the transpose, or Transpose of A, makes one. A block is a list of columns, as int32, in any order;
// contiguous blocks of dense columns are a Slice of the matrix. Every sparse function says so in its name.
//
// # Numbers
//
// Let u be the unit roundoff of T (2^-24 or 2^-53). A gradient is a dot product of n terms, and its error is at most
//
//	min(n, 1024 + n/2048 + 18) * u * sum |terms|
//
// to first order in u, while nothing overflows or underflows. An updated residual adds the columns of the block in their order,
// and its error is at most (b + 1) * u * (|r| + sum |a d|) for b columns. NaN and infinities propagate as in the sums they
// stand in. Functions that choose pass NaN over. For one instruction set results depend neither on alignment nor on the
// number of workers.
//
// # Memory and goroutines
//
// Shapes that disagree, indices out of range and a matrix that is nil panic with one line, before any memory is touched. Zero length is valid. A
// destination may be exactly one of the operands only where the function says so. No kernel allocates in the long run
// (working memory is lent), keeps its arguments or makes them escape to the heap. Every function may be called from many
// goroutines at once; a [Forest] or a [UnionFind] serves one at a time.
package coord
