// Package ot computes optimal transport with entropy: how to move one distribution of mass into another at the least
// cost, blurred by a little entropy that makes it fast, differentiable and stable. It holds transport between two
// marginals ([Solve]; [SinkhornNewton] where that is slow), the Sinkhorn divergence ([Divergence]), barycentres ([Barycentre]) and distance matrices of many
// histograms ([Pairwise]). Data, potentials and results are float64: at the small eps that people want, float32 is not enough.
//
// # The problem
//
// Marginals a (of n sources) and b (of m targets), the cost C of moving a unit from source i to target j, and eps > 0:
//
//	min over P >= 0 of  <C,P> + eps * sum_ij P_ij (log P_ij - 1)   with  P 1 = a,  P' 1 = b
//	max over f, g of    <f,a> + <g,b> - eps * sum_ij P_ij          with  P_ij = exp((f_i + g_j - C_ij)/eps)
//
// Both have the same value at the optimum, where the same P holds. This is the entropy of the plan itself, as in the
// Python package POT: P = diag(u) exp(-C/eps) diag(v) with u = exp(f/eps). Another convention takes the entropy relative
// to the product of the marginals, KL(P | a b'): for imposed marginals that changes neither the plan nor <C,P>, it takes
// eps*log a from f and eps*log b from g and a constant from the value. [Divergence], which needs it to be
// defined at places without mass, states its gradients so.
//
// Settings.RelaxA = rho instead of P 1 = a charges rho * KL(P 1 | a), with KL(x|y) = sum x log(x/y) - x + y, and likewise
// for b; the dual has -rho * sum a (exp(-f/rho) - 1) in place of <f,a>. For entropy relative to the product
// of the marginals, raise the masses of a relaxed marginal to the power 1 + eps/rho: the plan is then the one of that problem.
//
// # The method
//
// Sinkhorn's algorithm maximises the dual over f and g in turn. It runs on the sweeps of kernels/lse, one pass over the
// cost an iteration, either in the log domain or on scalings of a kernel, with absorption; on grids the cost is applied
// axis by axis. Places without mass are left out. An iteration costs O(n m), on a grid less; how many it takes grows
// like the range of the cost over eps, or faster.
//
// # When sweeps are slow
//
// [SinkhornNewton] takes over with Newton steps on both potentials, in which the Hessian keeps only the largest entries of the
// plan: Sinkhorn-Newton-Sparse. On the cases of its paper, to an error of the marginals of 1e-12, on one core of a Zen 3
// (go run ./bench -run sns measures yours), eta being the largest cost over eps, and times those of the method alone:
//
//	                                   sweeps + steps   time     sweeps alone   time, kernel form   log domain   axis by axis
//	assignment of 500, eta 1200            34 + 7        23 ms           7675              0.5 s         3.2 s
//	the same, median of five costs         32 + 7        22 ms          37506              3.2 s          17 s
//	two digits, squared L2, eta 1200       62 + 9        90 ms           2260              0.7 s         3.0 s         0.3 s
//	two digits, L1, eta 1200              203 + 33      330 ms          26369              7.7 s          31 s         2.6 s
//	two digits, L1, eta 100                29 + 9       110 ms            953              0.3 s         1.1 s         0.1 s
//
// What of the paper does not reproduce. At eta = 10, and at 100 but for L1, sweeps are enough: no Newton step is taken and nothing
// gained; on grids the separable form is faster there. Keeping twice as many entries as there are rows, the paper's choice for the first two
// cases, takes about 65 steps for the assignment and 1700 for the digits with its settings otherwise; 15 a row take 7 and 30. With L1 costs, for which
// many plans are optimal and none of them is sparse, steps that begin at an error of a few percent must be shortened to nothing unless the diagonal of
// the Hessian is raised. The ratio of times to Sinkhorn's algorithm is smaller than the paper's 690 on most costs, for a sweep takes 0.1 ms here, and
// after as many milliseconds of sweeps their error is not above 1e-3 but about 1e-4 to 1e-5. Sweeps needed differ by a factor of 30 from one
// random cost to the next, steps hardly.
//
// The whole Hessian ([NewtonSettings].Dense) takes about as many steps, each two to four times as long at these sizes. Unbalanced problems
// are not covered.
//
// # Sources
//
//   - Cuturi, Sinkhorn distances: lightspeed computation of optimal transport, 2013.
//   - Tang, Shavlovsky, Rahmanian, Tardini, Thekumparampil, Xiao and Ying, Accelerating Sinkhorn algorithm with sparse Newton
//     iterations, 2024; Brauer, Clason, Lorenz and Wirth, A Sinkhorn-Newton method for entropic optimal transport, 2017.
//   - Peyré and Cuturi, Computational optimal transport, 2019: notation and facts.
//   - Schmitzer, Stabilized sparse scaling algorithms for entropy regularized transport problems, 2019: absorption and epsilon scaling.
//   - Chizat, Peyré, Schmitzer and Vialard, Scaling algorithms for unbalanced optimal transport problems, 2018.
//   - Séjourné, Vialard and Peyré, Faster unbalanced optimal transport: translation invariant Sinkhorn, 2022.
//   - Genevay, Peyré and Cuturi, Learning generative models with Sinkhorn divergences, 2018, and Feydy, Séjourné,
//     Vialard, Amari, Trouvé and Peyré, Interpolating between optimal transport and MMD using Sinkhorn divergences, 2019.
//   - Benamou, Carlier, Cuturi, Nenna and Peyré, Iterative Bregman projections for regularized transportation problems, 2015.
//   - Solomon et al., Convolutional Wasserstein distances: efficient optimal transportation on geometric domains, 2015.
package ot
