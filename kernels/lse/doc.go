// Package lse holds the exponential family: element by element functions (Exp, Expm1, Log, Log1p, Tanh, Sigmoid,
// Softplus, LogAddExp), reductions and normalisations of vectors that stay in range (LogSumExp, Softmax, LogSoftmax), and
// functions of matrices (log-sum-exp by rows and columns, transport plans, Sinkhorn iterations), in float32 and float64.
//
// # Numbers
//
// The element by element functions have an error bound in ULP, units in the last place of the exact result, that holds at
// every instruction set and over the whole range of the argument, subnormal arguments and results included: 1 ULP for Exp
// and Log, 2 ULP for the others. For float32 it is proven by trying all arguments; ACCURACY.md holds the largest errors.
// An element's result depends on nothing but the element: not on its place, the alignment or its neighbours. Between
// instruction sets results may differ within the bound. Where the exact result lies beyond the largest finite number by half a ULP
// or more, it is an infinity. NaN gives NaN.
//
// The reductions subtract the maximum before the exponential, so that nothing overflows, and add in a fixed order: for one
// instruction set their results depend neither on the alignment nor on the number of workers. Their bounds are in terms of
// the unit roundoff u, 2^-24 or 2^-53, and of R = min(n, 2048) + n/2048 + 12 for n elements: they are added in blocks of
// 2048. R is what plain Go could lose; the instruction sets add in 8 to 64 chains and lose far less.
//
// # Memory and goroutines
//
// Slices of different length panic before any memory is touched. Zero length is valid. dst may be exactly an operand;
// overlap in part is the caller's error. No function allocates or makes its arguments escape to the heap. Every function
// may be called from many goroutines at once. Large operands are split across kernels.Workers goroutines.
package lse
