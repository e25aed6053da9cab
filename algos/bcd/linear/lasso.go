package linear

import (
	"context"
	"fmt"

	"github.com/raphson-go/raphson/algos"
)

// Lasso minimises, over the coefficients w and the intercept b, with v the weights of the samples and V their sum,
//
//	sum_i v_i*(y_i - b - x_i'w)^2 / (2*V) + lambda*sum_j |w_j|
//
// which is the objective of scikit-learn's Lasso (its alpha is lambda) and of glmnet. With Settings.Standardise the
// penalty is lambda*sum_j s_j*|w_j|, where s_j is the standard deviation of feature j, as in glmnet.
//
// The gap is that of the dual problem max over d of sum_i v_i*(t_i^2 - (t_i-d_i)^2)/(2*V), where t is y (less its mean) and no feature
// may have a larger correlation with d than lambda; d is a multiple of the residual. lambda = 0 has no such d but zero: the gap is then the
// objective, and what the fit ends by, and Residual is, are the conditions of optimality as [NNLS] has them.
func Lasso(ctx context.Context, x *Design, y []float64, lambda float64, settings Settings) (*Result, error) {
	return ElasticNet(ctx, x, y, lambda, 1, settings)
}

// ElasticNet minimises
//
//	sum_i v_i*(y_i - b - x_i'w)^2 / (2*V) + lambda*(ratio*sum_j |w_j| + (1-ratio)/2*sum_j w_j^2)
//
// which is the objective of scikit-learn's ElasticNet (alpha is lambda, l1_ratio is ratio) and that in glmnet's
// documentation (alpha is ratio). What glmnet's program minimises for ratio < 1 has (1-ratio)/2 divided by the
// standard deviation of y, for it scales y to unit variance first; the same here for a target that has it.
// With Settings.Standardise w_j in the penalty is s_j*w_j. A ratio of 0 is ridge regression, for which this is a detour.
func ElasticNet(ctx context.Context, x *Design, y []float64, lambda, ratio float64, settings Settings) (*Result, error) {
	settings, err := settings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	l1, l2, err := penalty(lambda, ratio)
	if err != nil {
		return nil, err
	}
	q, err := newQuadratic(x, y, settings)
	if err != nil {
		return nil, err
	}
	result := q.fit(ctx, l1, l2, 0, settings)
	result.Lambda = lambda
	return result, ended(ctx, result)
}

// ended is the error that goes with a result of a context that ended.
func ended(ctx context.Context, r *Result) error {
	if r.Stopped == algos.Cancelled {
		return fmt.Errorf("linear: %w", context.Cause(ctx))
	}
	return nil
}
