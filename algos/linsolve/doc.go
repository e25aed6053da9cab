// Package linsolve solves linear systems by iteration: with nothing but products with the matrix, which may be sparse, dense or a
// function. Vectors and matrices are float64.
//
// Which method for which matrix A:
//
//   - [CG], symmetric positive definite: conjugate gradients, with or without a preconditioner.
//   - [MINRES], symmetric, definite or not: the least residual in each Krylov space.
//   - [GMRES], any square one: the least residual, at the price of keeping a basis, restarted when it is full.
//   - [BiCGStab], any square one: short recurrences, two products an iteration, no guarantee.
//   - [LSQR], any at all: the least squares solution, with or without damping; also needs products with the transpose.
//   - [ConjugateDirections], symmetric positive definite: along directions that a function of yours proposes, such as a network.
//   - [SOR], sparse ones for which it converges: the stationary iteration, Gauss-Seidel and SSOR among it.
//
// [Together] runs one of these for many right-hand sides at once, with products that read the matrix once for all.
//
// Preconditioners approximate A by something that is easily solved with: its diagonal ([NewJacobi]), symmetric
// over-relaxation ([NewSSOR]), incomplete factors without fill ([NewIC0] for symmetric positive definite matrices, [NewILU0] for
// others), and a polynomial in A ([NewChebyshev]). [Preconditioner] is the interface for your own.
//
// # How an iteration ends
//
// A method iterates on an estimate of the residual that it gets for nothing. When the estimate meets the tolerance, or is smaller than
// rounding can have left the residual, the residual b - A*x is formed, and only that decides: if it is still too large the method starts
// again from it, and if that no longer helps, rounding does not allow more and the result says Stalled. What makes going on impossible (a
// direction of negative curvature, a division by zero) ends the iteration with Breakdown and the reason in Result.Reason. Neither is an
// error; errors are for input that makes no sense and for a context that ends. However an iteration ends, but for LSQR its answer is no
// worse than any x that it started from or started again from.
//
// # Sources
//
//   - Young, Iterative solution of large linear systems, 1971: SOR and its best relaxation.
//   - Hestenes and Stiefel, Methods of conjugate gradients for solving linear systems, 1952.
//   - Paige and Saunders, Solution of sparse indefinite systems of linear equations, 1975: MINRES.
//   - Choi, Paige and Saunders, MINRES-QLP, 2011: the recurrence of its residual.
//   - Paige and Saunders, LSQR: an algorithm for sparse linear equations and sparse least squares, 1982.
//   - Saad and Schultz, GMRES: a generalized minimal residual algorithm for solving nonsymmetric linear systems, 1986.
//   - Van der Vorst, Bi-CGSTAB, 1992.
//   - Meijerink and van der Vorst, An iterative solution method for linear systems of which the coefficient matrix is a
//     symmetric M-matrix, 1977: incomplete factors.
//   - Manteuffel, An incomplete factorization technique for positive definite linear systems, 1980: their shift.
//   - Kaneda, Akar, Chen, Kala, Hyde and Teran, A deep conjugate direction method for iteratively solving linear systems, 2023.
//   - Saad, Iterative methods for sparse linear systems, 2003: SSOR, ILU(0), and everything in its place.
package linsolve
