// Package orth orthogonalises matrices with nothing but matrix products, and trains with that: the Newton-Schulz iteration for the polar factor in
// its published variants, its relatives for inverses, square roots and signs, and the optimisers built on it.
//
// # Polar factors
//
// [Polar] applies an odd polynomial to every singular value of a matrix, several times: for G = U*diag(s)*V' the result is U*diag(p(s))*V', near the
// orthogonal factor U*V'. A [Schedule] says which polynomials: [MuonSchedule], [YouSchedule], [PolarExpressSchedule] and [AOLSchedule] are published
// tables, [Greedy] makes the best schedule for an interval of singular values, of degree 5 (Polar Express) or 3 (in closed form), and
// [DeltaOrthogonalising] the steepest for a given accuracy. The standard form multiplies the matrix in every step; the Gram form
// follows a small square matrix instead and is up to twice as fast where the matrix is oblong. [ExactPolar] iterates to convergence.
//
// # Relatives
//
// [Inverse], [SquareRoots], [Sign]; [LeastSquares] by iterative Newton with its baseline [GradientDescent] and its form as a network, [LinearAttention].
//
// # What the claims of the papers come to
//
//   - Muon's five steps do not converge: singular values end between 0.68 and 1.14, those below a hundredth of the norm lower still.
//   - A Gaussian n x n matrix has singular values down to about 1/n of the norm over sqrt(n), which no five steps of degree 5 lift to 1.
//   - Five Muon steps in the Gram form need 0.58 of the operations of the standard form on a matrix four times as long as wide, 0.5 on one eight times;
//     both figures count symmetric products once.
//   - Iterative Newton matches gradient descent with a number of steps that grows exponentially with its own, as claimed; at budgets of a few steps gradient
//     descent is nearer to the solution.
//
// # Sources
//
//   - Schulz, Iterative Berechnung der reziproken Matrix, 1933; Ben-Israel, An iterative method for computing the generalized inverse, 1965.
//   - Higham, Stable iterations for the matrix square root, 1997, and Functions of matrices, 2008.
//   - Jordan, Muon: an optimizer for hidden layers in neural networks, 2024; Liu et al., Muon is scalable for LLM training, 2025 (Moonlight).
//   - Amsel, Persson, Musco and Gower, The Polar Express, 2025 (arXiv 2505.16932).
//   - Grishina, Smirnov and Rakhuba, Accelerating Newton-Schulz iteration for orthogonalization via Chebyshev-type polynomials, 2025 (arXiv 2506.10935).
//   - Dao-AILab, Gram Newton-Schulz, 2026: the Gram form and its restarts.
//   - Prach and Lampert, Almost-orthogonal layers for efficient general-purpose Lipschitz networks, 2022 (arXiv 2208.03160).
//   - Fu, Chen, Jia and Sharan, Transformers learn to achieve second-order convergence rates for in-context linear regression, 2024 (arXiv 2310.17086).
package orth
