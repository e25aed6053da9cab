// Package relax learns the relaxation parameter of a solver while it solves one similar system after another, as a simulation does, from nothing but
// what each solve has cost.
//
// A [Learner] is asked for a parameter before each system and told the cost after it:
//
//	omega, err := learner.Choose(context)
//	... solve, in so many iterations ...
//	err = learner.Observe(iterations)
//
// There are these:
//
//   - [TsallisINF] does about as well as the best fixed parameter. It needs to know nothing.
//   - [ChebCB] approaches the best parameter for each system, if costs change smoothly with a number that is known of the system
//     beforehand, its context: a shift, a time step, a diffusivity.
//   - [Binned] is a TsallisINF for each of a few intervals of the context.
//   - [Fixed] and [Rule] are what they are measured against.
//
// The parameter need not be a relaxation, nor the cost iterations: any number that a grid can be made of, and any positive cost of which the least
// possible is 1. [Run] takes a learner through a [Sequence]. Two sequences are here, the experiments of the paper: [Shifts], successive
// over-relaxation of Laplacians with random shifts, and [Heat], conjugate gradients with SSOR in the heat equation. The solvers are those of
// algos/linsolve.
//
// [BestOmega], [SpectralRadius] and [Surrogate] are the theory of Young for consistently ordered matrices and the paper's bound on
// the number of sweeps; [JacobiRadius] and [NonNormality] find the numbers of a matrix that they take.
//
// # What it comes to
//
// Totals of sweeps in thousands over 5000 shifted Laplacians, means of three seeds (go run ./bench -run relax measures yours), with much and
// with little variance in the shifts:
//
//	                        much   little
//	omega = 1               3085    1354
//	omega = 1.4             1296     550
//	omega = 1.6              763     316
//	omega = 1.8              520     430
//	Tsallis-INF              594     331
//	Tsallis-INF in 5 bins    515     318
//	ChebCB                   341     241
//	the best for each        282     209
//
// So the claims of the paper hold: the first learner is within 14 and 5 per cent of the best of the fixed parameters, which nobody knows beforehand,
// and better than any other of those above; ChebCB needs two thirds and three quarters of the best fixed one, a fifth more than the theory
// of Young, which knows each matrix.
//
// Iterations in thousands over 5000 steps of the heat equation, and seconds of one busy core of a Zen 3 on the finest mesh (go run ./bench -run heat):
//
//	cells on a side            25     50    100    time
//	CG alone                   85    164    325    36 s
//	omega = 1                  33     61    118    35 s
//	omega = 1.3                30     50     91    30 s
//	omega = 1.5                32     44     77    27 s
//	omega = 1.75               45     51     64    23 s
//	omega = 1.95               63     89    113    39 s
//	Tsallis-INF                31     46     70    26 s
//	Tsallis-INF in 6 bins      30     44     68    25 s
//	ChebCB                     25     36     52    19 s
//	best of ten in each step   24     36     50
//
// Here too both learners do as claimed. ChebCB takes a fifth less than the best of these fixed relaxations, which is another on each mesh. On 25 cells
// a solve is so short that learning takes as long as it saves.
//
// What does not quite hold. The theorems take a departure from the asymptotic rate ([NonNormality]) below 1/e^2 = 0.135; for these matrices it
// is 0.18 to 0.25 at the best omega, where the iteration is not diagonalisable, and falls to either side. The bound is right all the same: over
// sixty systems 8 to 29 per cent above the sweeps that the best omega took, and without the departure 2 to 22 per cent below.
//
// # Sources
//
//   - Khodak, Chow, Balcan and Talwalkar, Learning to relax: setting solver parameters across a sequence of linear system instances, 2024 (arXiv
//     2310.02246), and the code released with it.
//   - Zimmert and Seldin, Tsallis-INF: an optimal algorithm for stochastic and adversarial bandits, 2021.
//   - Foster and Rakhlin, Beyond UCB: optimal and efficient contextual bandits with regression oracles, 2020: SquareCB.
//   - Young, Iterative solution of large linear systems, 1971.
//
// Where the paper's code and this package differ: Newton's method for the probabilities of Tsallis-INF begins on the side from which it cannot
// fail; the least cost that ChebCB knows is that of those observed, not 0 until the last; the error of its fits counts for all parameters, not
// for the one fitted last; bounds on coefficients are met by coordinate descent; and the heat equation gives its learners the diffusivity that is in the
// matrix, that of half a step later.
package relax
