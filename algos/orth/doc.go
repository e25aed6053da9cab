// Package orth orthogonalises matrices with nothing but matrix products, and trains with that: the Newton-Schulz
// iteration for the polar factor in its published variants, its relatives for inverses, square roots and signs, and the
// optimisers built on it.
//
// # Polar factors
//
// [Polar] applies an odd polynomial to every singular value of a matrix, several times: for G = U*diag(s)*V' the result
// is U*diag(p(s))*V', near the orthogonal factor U*V'. A [Schedule] says which polynomials: [MuonSchedule],
// [YouSchedule], [PolarExpressSchedule] and [AOLSchedule] are published tables, [Greedy] makes the best schedule for an
// interval of singular values, of degree 5 (Polar Express) or 3 (in closed form), and [DeltaOrthogonalising] the
// steepest for a given accuracy. The standard form multiplies the matrix in every step; the Gram form follows a small
// square matrix instead and is up to twice as fast where the matrix is oblong. [ExactPolar] iterates to convergence,
// [PolarBatch] takes many matrices, [PolarBFloat16] those of 16 bits.
//
// # Optimisers
//
// [Muon], [Root] and [AuON] (with its hybrid) train named [Parameter] matrices through the small interface [Optimiser];
// [AdamW] and [SGD] are baselines and serve what is no matrix of a hidden layer; [Join] combines them. Every
// elementwise part of a step is one pass over memory. [FitShape] and [FitSpectrum] fit ROOT's polynomials to other
// shapes; go run ./algos/orth/adanewton writes a table of them.
//
// # Relatives
//
// [Inverse], [SquareRoots], [Sign]; [LeastSquares] by iterative Newton with its baseline [GradientDescent] and its form
// as a network, [LinearAttention].
//
// # What the claims of the papers come to
//
//   - Muon's five steps do not converge: singular values end between 0.68 and 1.14, those below a hundredth of the norm
//     lower still.
//   - A Gaussian n x n matrix has singular values down to about 1/n of the norm over sqrt(n), which no five steps of
//     degree 5 lift to 1.
//   - Five Muon steps in the Gram form with one restart need 0.58 of the operations of the standard form on a matrix four
//     times as long as wide, 0.5 on one eight times; both figures count symmetric products once. Without a restart it is
//     0.45 and 0.33. One restart in a fixed place is not ample in float32: of eight steps of Polar Express on a matrix half
//     of whose singular values are a thousandth of the others, elements were off by 2e-4. Polar restarts where it is needed.
//   - Iterative Newton matches gradient descent with a number of steps that grows exponentially with its own, as
//     claimed; at budgets of a few steps gradient descent is nearer to the solution.
//   - ROOT's polynomials lower the mean of (s-1)^2 on Gaussian matrices of their shapes from 0.050 to 0.039 (2048 x
//     2048), 0.034 to 0.016 (2048 x 3072), 0.034 to 0.0015 (2048 x 8192) and 0.042 to 0.0040 (2048 x 16384). The factor
//     of 100 that is claimed for square matrices is not there.
//   - ROOT's clipping brings the step nearer to the polar factor of the clean gradient where noise is about as large as
//     the gradient: cosine 0.90 against 0.4 to 0.55 with 0.5 per cent of the elements times 50. Where noise is a tenth
//     of that, clipping a tenth of the elements distorts as much as the outliers did, or more.
//   - AuON does not orthogonalise: its direction is that of the momentum, and its cosh changes the length of the step
//     by 1 part in N for N elements. See [AuON].
//   - AuON's whole step takes less than a fortieth of the time of Muon's products (float32, 512 x 2048), its hybrid's a
//     quarter to a half rather than a fifth: the Gram form helps only Muon, and passes over memory count.
//   - On two generated tasks (go run ./bench -run optimisers), each optimiser at its best learning rate, medians of
//     five seeds: Muon <= Hybrid-AuON <= AuON in final loss without outliers in both; with outliers in one, in the
//     other AuON is level with its hybrid. ROOT <= Muon with outliers in both, and a little behind Muon without. AdamW,
//     far behind on two spirals, is level with Muon on linear attention and the best of all there with outliers.
//
// # States of optimisers
//
// Save writes, all integers little-endian:
//
//	8 bytes   "RAPHSON" and 0x1a
//	uint32    version, 1
//	uint8     bytes of an element, 4 or 8
//	uint8     length of the kind, then the kind: AdamW, AuON, Hybrid-AuON, Muon, ROOT, SGD, values
//	uint64    steps done
//	uint32    number of parameters, then for each in the optimiser's order
//	          uint16 length of the name, the name, uint64 rows, uint64 columns, uint8 number of vectors,
//	          and each vector: rows*columns elements in IEEE 754, row by row
//	uint64    CRC-64 (ECMA) of all bytes before
//
// The vectors are the momentum, of AdamW the first and the second moment, of SaveValues the values. Load compares all
// sizes with those of the optimiser, allocates no more than these, and changes nothing unless the checksum is right. A
// joined optimiser writes one state behind the other.
//
// # Sources
//
//   - Schulz, Iterative Berechnung der reziproken Matrix, 1933; Ben-Israel, An iterative method for computing the
//     generalized inverse, 1965.
//   - Higham, Stable iterations for the matrix square root, 1997, and Functions of matrices, 2008.
//   - Jordan, Muon: an optimizer for hidden layers in neural networks, 2024; Liu et al., Muon is scalable for LLM
//     training, 2025 (Moonlight).
//   - Amsel, Persson, Musco and Gower, The Polar Express, 2025 (arXiv 2505.16932).
//   - Grishina, Smirnov and Rakhuba, Accelerating Newton-Schulz iteration for orthogonalization via Chebyshev-type
//     polynomials, 2025 (arXiv 2506.10935).
//   - Dao-AILab, Gram Newton-Schulz, 2026: the Gram form and its restarts.
//   - Prach and Lampert, Almost-orthogonal layers for efficient general-purpose Lipschitz networks, 2022 (arXiv
//     2208.03160).
//   - He, Han, Zhou, Chen, Liu, Chen and Wang, ROOT: robust orthogonalized optimizer for neural network training, 2025
//     (arXiv 2511.20626).
//   - Maity, AuON: a linear-time alternative to semi-orthogonal momentum updates, 2025 (arXiv 2509.24320).
//   - Loshchilov and Hutter, Decoupled weight decay regularization, 2019; Nelder and Mead, A simplex method for
//     function minimization, 1965.
//   - Fu, Chen, Jia and Sharan, Transformers learn to achieve second-order convergence rates for in-context linear
//     regression, 2024 (arXiv 2310.17086).
package orth
