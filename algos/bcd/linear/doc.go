// Package linear fits linear models with penalties that make coefficients zero, and their relatives, as users of scikit-learn,
// glmnet and liblinear know them: the same objectives, stated with each function, and the same coefficients.
//
//   - [Lasso], [ElasticNet]: least squares with absolute values and squares of the coefficients as penalty.
//   - [Logistic]: two classes, with the same penalties.
//   - [GroupLasso]: least squares with coefficients that are zero group by group.
//   - [NNLS]: least squares with coefficients that are not negative.
//   - [SVM]: linear support vector machines with the hinge loss or its square.
//   - [LassoPath], [ElasticNetPath], [LogisticPath], [GroupLassoPath], [SVMPath]: a sequence of penalties, each fit beginning at the last.
//   - [CrossValidate], [CrossValidateGroups], [CrossValidateSVM]: the penalty that predicts best, by holding out samples.
//
// Features come as a [Design], of a dense matrix, which is copied transposed (or taken as it is, if it is stored by
// features), or of a sparse one, which is never made dense, also if features are centred or scaled. Package
// kernels/sparse/format reads LIBSVM files. There is an intercept unless Settings.NoIntercept says otherwise. Features are scaled only
// if Settings.Standardise says so. Data may be float32; they are widened, and all arithmetic is float64.
//
// # The duality gap
//
// Every fit returns the gap between its objective and that of a feasible point of the dual problem, both formed from the data
// at the coefficients returned: the minimum is not further below. It decides when a fit ends. Report.Residual is the gap as a fraction of
// the objective without features, and Settings.Tolerance is in the same unit. Where rounding does not allow the
// tolerance the fit says Stalled.
//
// # How it works
//
// Fits with a penalty on absolute values work on few features at a time. A pass over the data finds the correlations of the
// features with the residual, and from these the gap; features that the gap shows to be zero at the solution are left out
// (gap-safe screening), and so, until the residual has moved far enough, are those whose correlation was so small
// that it cannot have reached the penalty. Features whose correlation exceeds the penalty join the working set. On this the Gram matrix is
// formed, once for all later fits of a path, so that a sweep of coordinate descent costs the square of the working set, however
// many samples there are. When the signs stand, the solution is that of a linear system: a Newton step, for which a
// Cholesky factor of the support is kept and changed as features come and go, ends the work to the last digit. It stops at the least objective
// on its way if a coefficient would change its sign, and then coordinate descent goes on, extrapolated. In a path the sequential
// strong rule guesses the next working set. Working sets whose Gram matrix, with the columns of a dense design, would
// have more than 2^26 elements (0.5 GB) go through the data instead, in extrapolated sweeps. Logistic fits take proximal Newton steps,
// each such a problem with its own weights of the samples.
//
// A fit with n samples, p features and a working set of m takes 8*(2p + m^2 + 6n) bytes besides the design, and for a dense one 8*n*m more; a
// design takes 8*n*p, or 24 bytes an entry if it is sparse.
//
// Where there is an intercept, columns far from zero are moved there for the fit, so that it loses no digit of what stands in them. Of sparse
// columns these are the ones of which the mean is more than a hundred times the spread: they have an entry in every sample, and that takes 20
// bytes an entry of the whole design. A sample without an entry in such a column, of so little weight that the spread stays small, prevents it. Of
// dense columns the mean is more than ten thousand times the spread, and it takes 8*n*p bytes. Fits that rounding then still keeps from their
// tolerance say Stalled, at the best point they came by, which is zero if there is none better.
//
// Passes, products and folds are split across [kernels.Workers] goroutines; results do not depend on how many.
//
// # Sources
//
//   - Tibshirani, Regression shrinkage and selection via the lasso, 1996; Zou and Hastie, Regularization and variable selection via the
//     elastic net, 2005; Yuan and Lin, Model selection and estimation in regression with grouped variables, 2006.
//   - Friedman, Hastie and Tibshirani, Regularization paths for generalized linear models via coordinate descent, 2010: glmnet,
//     its objectives and conventions, coordinate descent on covariances.
//   - Massias, Gramfort and Salmon, Celer: a fast solver for the lasso with dual extrapolation, 2018: working sets, growing as the support does.
//   - Bertrand and Massias, Anderson acceleration of coordinate descent, 2021.
//   - Ndiaye, Fercoq, Gramfort and Salmon, Gap safe screening rules for sparsity enforcing penalties, 2017.
//   - Tibshirani, Bien, Friedman, Hastie, Simon, Taylor and Tibshirani, Strong rules for discarding predictors in lasso-type problems, 2012.
//   - Lee, Battle, Raina and Ng, Efficient sparse coding algorithms, 2007: Newton steps on a support with known signs; Osborne,
//     Presnell and Turlach, A new approach to variable selection in least squares problems, 2000, before it.
//   - Lawson and Hanson, Solving least squares problems, 1974: the same for coefficients that are not negative.
//   - Yuan, Ho and Lin, An improved GLMNET for L1-regularized logistic regression, 2012.
//   - Qin, Scheinberg and Goldfarb, Efficient block-coordinate descent algorithms for the group lasso, 2013: the minimum within a group.
//   - Hunter and Lange, A tutorial on MM algorithms, 2004: squares above the norms of groups.
//   - Bach, Self-concordant analysis for logistic regression, 2010: how short such a step need be.
//   - Hsieh, Chang, Lin, Keerthi and Sundararajan, A dual coordinate descent method for large-scale linear SVM, 2008; Fan, Chang, Hsieh, Wang and Lin,
//     LIBLINEAR: a library for large linear classification, 2008.
//
// [kernels.Workers]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels#Workers
package linear
