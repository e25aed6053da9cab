// Package matmul multiplies matrices: general and symmetric products with their sums fused in, products with vectors,
// triangular solves and Cholesky factors, and batches of small products and systems.
//
// Matrices are row-major views ([kernels.Matrix]) of float32 or float64. Functions carry the names of the BLAS; those
// whose name ends in Plus take the summand from a matrix of its own.
//
// An element of a product is a sum over k, taken by fused multiply-adds in blocks of a few hundred terms that are added
// in order. Its error is at most k+2 rounding units of the sum of the magnitudes of its terms, times |alpha|, and it
// depends neither on the number of workers nor on the strides; at another level of instructions the blocks differ.
package matmul
