package linear

import (
	"context"
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// Logistic is logistic regression for two classes, given by any two different labels: it minimises, with s_i = 1 for the larger
// label and -1 for the other, v the weights of the samples and V their sum,
//
//	sum_i v_i*log(1 + exp(-s_i*(b + x_i'w))) / V + lambda*(ratio*sum_j |w_j| + (1-ratio)/2*sum_j w_j^2)
//
// which is glmnet's objective (alpha is ratio). scikit-learn's LogisticRegression multiplies by V and by its C: lambda = 1/(C*V),
// ratio 0 for the penalty l2, 1 for l1, l1_ratio for elasticnet. liblinear's is the same with NoIntercept.
// The intercept is not penalised (scikit-learn's liblinear solver does penalise it). With Settings.Standardise w_j in the
// penalty is s_j*w_j.
//
// The gap is that of the dual problem, in one number between 0 and 1 for each sample, of which the sums over features may not
// exceed lambda*ratio; it is a multiple of the probabilities of the other class. lambda = 0 is not accepted, for there may be no
// minimum.
//
// Proximal Newton steps on working sets (Yuan, Ho and Lin 2012), each solved as a Lasso; a step costs a Gram matrix of
// the working set.
func Logistic(ctx context.Context, x *Design, labels []float64, lambda, ratio float64, settings Settings) (*Result, error) {
	settings, err := settings.resolve(ctx, x)
	if err != nil {
		return nil, err
	}
	l1, l2, err := penalty(lambda, ratio)
	if err != nil {
		return nil, err
	}
	if err := positivePenalty(lambda); err != nil {
		return nil, err
	}
	q, err := newLogistic(x, labels, settings)
	if err != nil {
		return nil, err
	}
	result := q.fit(ctx, l1, l2, 0, settings)
	result.Lambda = lambda
	return result, ended(ctx, result)
}

// logistic is a logistic loss with penalties, in scaled features: sum_i u_i*log(1+exp(-s_i*f_i)) with f = bias + Z*b.
type logistic struct {
	*scaled
	sign []float64
	null float64 // the objective without features
	top  float64 // the largest correlation there

	b    []float64 // of all features
	bias float64
	f    []float64

	margin, wrong []float64 // -s_i*f_i, and the probability of the other class
	v             []float64 // u_i*s_i*wrong_i, minus the gradient by f
	c             []float64 // correlations with v
	todo          []int32
	gone          []bool
	gram          *gram
	in            inner
	most          int // words of a Gram matrix
	work          newtonWork
}

func newLogistic(x *Design, labels []float64, s Settings) (*logistic, error) {
	if err := checkVector("labels", labels, "samples", x.samples); err != nil {
		return nil, err
	}
	n, p := x.samples, x.features
	q := &logistic{
		sign: make([]float64, n), b: make([]float64, p), f: make([]float64, n), margin: make([]float64, n), wrong: make([]float64, n),
		v: make([]float64, n), c: make([]float64, p), gone: make([]bool, p), most: gramWords,
	}
	var err error
	if q.scaled, err = newScaled(x, s, nil, nil); err != nil {
		return nil, err
	}
	pair, err := twoClasses(labels, s.Weights)
	if err != nil {
		return nil, err
	}
	for i, y := range labels {
		q.sign[i] = pair.sign(y)
	}
	q.gram = newGram(q.scaled)
	q.in.positive = s.Positive
	q.evaluate()
	q.null = q.loss()
	q.correlations()
	for _, c := range q.c {
		if !s.Positive {
			c = math.Abs(c)
		}
		q.top = max(q.top, c)
	}
	q.start(s.Start)
	return q, nil
}

func (q *logistic) least() float64 { return q.top }

// start begins at coefficients of the features as they were given.
func (q *logistic) start(w []float64) {
	if w == nil {
		return
	}
	for j, v := range w {
		if v != 0 && q.inverse[j] != 0 && !(q.in.positive && v < 0) {
			q.b[j] = v / q.inverse[j]
			q.columns.axpy(v, j, q.f)
			q.bias += v * q.mean[j] // f is to be bias + Z*b
		}
	}
	for i := range q.f {
		q.f[i] -= q.bias
	}
	q.bias = 0
	q.evaluate()
}

// restart goes to zero from where the objective is larger than there: samples far on the wrong side have no curvature.
func (q *logistic) restart() {
	if q.measure().primal <= q.null {
		return
	}
	clear(q.b)
	clear(q.f)
	q.bias = 0
	q.evaluate()
}

// evaluate forms margins, probabilities and residuals at f, after moving the intercept to its best place: by Newton steps that
// stay between the places where the slope is known to have either sign.
func (q *logistic) evaluate() {
	const most = 200
	low, high, longest := math.Inf(-1), math.Inf(1), 1.0
	for range most {
		for i, f := range q.f {
			q.margin[i] = -q.sign[i] * f
		}
		lse.Sigmoid(q.wrong, q.margin)
		slope, curvature := 0.0, 0.0
		for i, p := range q.wrong {
			q.v[i] = q.u[i] * q.sign[i] * p
			slope += q.v[i]
			curvature += q.u[i] * p * (1 - p)
		}
		if !q.intercept || math.Abs(slope) <= 16*epsilon*curvature {
			return
		}
		if slope > 0 {
			low = q.bias
		} else {
			high = q.bias
		}
		step := slope / curvature // infinite where no sample has a curvature
		if math.Abs(step) > longest {
			step = math.Copysign(longest, slope)
			longest *= 2
		}
		if to := q.bias + step; to <= low || to >= high {
			step = (low+high)/2 - q.bias
		}
		if math.Abs(step) <= 4*epsilon*math.Abs(q.bias) || !check.Finite(step) {
			return
		}
		q.bias += step
		for i := range q.f {
			q.f[i] += step
		}
	}
}

// loss is that at the margins.
func (q *logistic) loss() float64 { return q.lossAt(q.margin) }

func (q *logistic) lossAt(margin []float64) float64 {
	q.work.scratch = resized(q.work.scratch, len(margin))
	lse.Softplus(q.work.scratch, margin)
	return vec.Dot(q.u, q.work.scratch)
}

func resized(x []float64, n int) []float64 {
	if cap(x) < n {
		return make([]float64, n)
	}
	return x[:n]
}

// correlations brings up to date those of all features that are not excluded.
func (q *logistic) correlations() {
	q.todo = q.todo[:0]
	for j := range q.c {
		if !q.gone[j] && q.inverse[j] != 0 {
			q.todo = append(q.todo, int32(j))
		}
	}
	q.correlate(q.c, q.v, q.todo)
}
