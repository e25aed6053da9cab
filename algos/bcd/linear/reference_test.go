package linear_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// reference is a problem that other packages have solved: 40 samples of 8 features, made of a linear congruential sequence, so
// that any language can make it. In Python, with numpy:
//
//	def lcg(n, s):
//	    out = np.empty(n)
//	    for i in range(n):
//	        s = (s*6364136223846793005 + 1442695040888963407) & (2**64-1); out[i] = (s >> 11)/2**53
//	    return out
//	X = (2*lcg(320, 1)-1).reshape(40, 8); X[:,1] += 0.5*X[:,0]; X[:,2] *= 3; X[:,3] += 2
//	noise = 2*lcg(40, 2)-1; y = 1 + 2*X[:,0] - X[:,2] + 0.5*X[:,5] + 0.3*noise
//	v = 0.5 + lcg(40, 3); labels = np.where(y + 2*noise > 1.2, 1, 0)
func reference() (x kernels.Matrix[float64], y, v, labels []float64) {
	lcg := func(n int, s uint64) []float64 {
		out := make([]float64, n)
		for i := range out {
			s = s*6364136223846793005 + 1442695040888963407
			out[i] = float64(s>>11) / (1 << 53)
		}
		return out
	}
	const n, p = 40, 8
	x = kernels.Matrix[float64]{Rows: n, Cols: p, Stride: p, Data: lcg(n*p, 1)}
	noise := lcg(n, 2)
	y, labels = make([]float64, n), make([]float64, n)
	for i := range n {
		row := x.Row(i)
		for j := range row {
			row[j] = 2*row[j] - 1
		}
		row[1] += 0.5 * row[0]
		row[2] *= 3
		row[3] += 2
		noise[i] = 2*noise[i] - 1
		y[i] = 1 + 2*row[0] - row[2] + 0.5*row[5] + 0.3*noise[i]
		if y[i]+2*noise[i] > 1.2 {
			labels[i] = 1
		}
	}
	v = lcg(n, 3)
	for i := range v {
		v[i] += 0.5
	}
	return x, y, v, labels
}

// TestAgainstOthers: scikit-learn 1.4.2 (tol 1e-14), scipy 1.15 and glmnet 4.1-8 (thresh 1e-20, 1e-16 for logistic; standardised, as by default), each
// with its call. The coefficients agree to 1e-6, whether the data are dense, sparse or float32.
func TestAgainstOthers(t *testing.T) {
	x, y, v, labels := reference()
	deviation := 1.88849685297329 // of y, with which glmnet scales
	scaled := make([]float64, len(y))
	for i := range y {
		scaled[i] = y[i] / deviation
	}
	s := linear.Settings{Tolerance: 1e-13}
	weighted := linear.Settings{Tolerance: 1e-13, Weights: v}
	standard := linear.Settings{Tolerance: 1e-13, Standardise: true}
	standardWeighted := linear.Settings{Tolerance: 1e-13, Standardise: true, Weights: v}
	net := func(y []float64, lambda, ratio float64, s linear.Settings) func(*linear.Design) (*linear.Result, error) {
		return func(x *linear.Design) (*linear.Result, error) {
			return linear.ElasticNet(background, x, y, lambda, ratio, s)
		}
	}
	logistic := func(lambda, ratio float64, s linear.Settings) func(*linear.Design) (*linear.Result, error) {
		return func(x *linear.Design) (*linear.Result, error) {
			return linear.Logistic(background, x, labels, lambda, ratio, s)
		}
	}
	svm := func(cost float64, s linear.SVMSettings) func(*linear.Design) (*linear.Result, error) {
		return func(x *linear.Design) (*linear.Result, error) { return linear.SVM(background, x, labels, cost, s) }
	}
	const c = 1.0 / (2 * 40) // lambda for C = 2
	total := 0.0
	for _, w := range v {
		total += w
	}
	for _, r := range []struct {
		name string
		fit  func(*linear.Design) (*linear.Result, error)
		want []float64 // the intercept first
	}{
		{"Lasso(alpha=0.1)", net(y, 0.1, 1, s), []float64{0.8873424259962481, 1.5350336360893722, 0, -0.9387135150491976, 0, 0, 0.17122197307589357, 0, 0}},
		{"Lasso(alpha=0.1, positive=True)", net(y, 0.1, 1, linear.Settings{Tolerance: 1e-13, Positive: true}), []float64{-0.4062722551190212, 1.94061923361704, 0, 0, 0.6125126146832434, 0, 0, 0.060724215201086756, 0}},
		{"Lasso(alpha=0.1).fit(X, y, v)", net(y, 0.1, 1, weighted), []float64{0.8875788132730285, 1.5299422685245614, 0, -0.9415959061858934, 0, 0, 0.1913133664181074, 0, 0}},
		{"Lasso(alpha=0.1, fit_intercept=False)", net(y, 0.1, 1, linear.Settings{Tolerance: 1e-13, NoIntercept: true}), []float64{0, 1.4433478100708885, 0, -0.8828209296537628, 0.40435209148821866, 0, 0.179406805892875, 0, 0}},
		{"ElasticNet(alpha=0.2, l1_ratio=0.3)", net(y, 0.2, 0.3, s), []float64{0.8298349604256599, 1.0594914561198987, 0.0996916853821456, -0.925548606464893, 0, 0, 0.13831919212351812, 0, 0}},
		{"ElasticNet(alpha=0.2, l1_ratio=0.3).fit(X, y, v)", net(y, 0.2, 0.3, weighted), []float64{0.8340217079919251, 1.06029812779613, 0.09043266163962235, -0.9302439893162571, 0, 0, 0.1550303886365648, 0, 0}},
		{"LogisticRegression(C=2)", logistic(c, 0, s), []float64{-1.484368951121245, 1.9178471751268558, 0.16252798552003903, -1.0029669871360187, 0.5885824175572882, 0.012526372747762885, 0.02902922974911457, 0.8107163576105954, 0.12093604138802598}},
		{"LogisticRegression(C=2).fit(X, labels, v)", logistic(1/(2*total), 0, weighted), []float64{-1.0552594294406743, 1.8564269510107063, 0.08206893583948506, -0.978760588420371, 0.41825056235751107, -0.026414028718667295, 0.2125559335883098, 1.1119623413123976, 0.10648015763726068}},
		{"LogisticRegression(C=2, penalty='l1')", logistic(c, 1, s), []float64{-1.203569030657914, 2.4336417459128694, 0, -1.098081065614815, 0.4482195250189147, 0, 0, 0.7316758194658151, 0}},
		{"LogisticRegression(C=2, penalty='elasticnet', l1_ratio=0.4)", logistic(c, 0.4, s), []float64{-1.4315102813219347, 2.0575027304613642, 0.07870429552971038, -1.0203876800541167, 0.5600390217970234, 0, 0, 0.7767115904773423, 0.05962980284873047}},
		{"LinearSVC(C=0.5)", svm(0.5, linear.SVMSettings{Settings: linear.Settings{Tolerance: 1e-14}}), []float64{-0.3688227781814614, 0.8922245573909626, 0.08589712410000826, -0.4151631531767957, 0.1316726201842011, -0.022592799527591467, 0.022379498341126045, 0.3543439180241375, 0.0615245429598398}},
		{"LinearSVC(C=0.5, loss='hinge')", svm(0.5, linear.SVMSettings{Loss: linear.Hinge, Settings: linear.Settings{Tolerance: 1e-14, MaxIterations: 100000}}), []float64{-0.6181131496918404, 0.9815036640289266, 0.16535726748806517, -0.670159977617394, 0.23296665692513885, -0.05355831825367317, 0.08432410655878804, 0.38175717989367014, 0.05290930397438658}},
		{"scipy.optimize.nnls", func(x *linear.Design) (*linear.Result, error) { return linear.NNLS(background, x, y, s) }, []float64{0, 2.5122320929128845, 0.09003023948684205, 0, 0.5002992318159963, 0, 0.24667473652826227, 0.4945779555374883, 0}},
		{"glmnet(X, y, lambda=0.1)", net(y, 0.1, 1, standard), []float64{0.929105321817016, 1.79063036130119, 0, -0.908551851683876, 0, 0, 0.309299176749047, 0, 0}},
		{"glmnet(X, y, weights=v, lambda=0.1)", net(y, 0.1, 1, standardWeighted), []float64{0.926733232700081, 1.78582378602567, 0, -0.907581224479284, 0, 0, 0.331762778263667, 0, 0}},
		{"glmnet(X, y, lambda=0.1, intercept=FALSE)", net(y, 0.1, 1, linear.Settings{Tolerance: 1e-13, Standardise: true, NoIntercept: true}), []float64{0, 1.70682438460992, 0, -0.849717164544754, 0.437364646676479, 0, 0.329218355030651, 0, 0}},
		{"glmnet(X, y/sd(y), alpha=0.3, lambda=0.2)", net(scaled, 0.2, 0.3, standard), []float64{0.409343422197814, 0.834886121951872, 0.00231997031767424, -0.417600046711198, 0.0269632380707429, 0, 0.101315298619037, 0, 0}},
		{"glmnet(X, labels, family='binomial', lambda=0.02)", logistic(0.02, 1, standard), []float64{-1.47485855664131, 2.40441822038048, 0, -0.969448164214181, 0.592154291901032, 0, 0, 0.825832055342951, 0}},
		{"glmnet(X, labels, family='binomial', weights=v, alpha=0.4, lambda=0.02)", logistic(0.02, 0.4, standardWeighted), []float64{-1.20720428545644, 2.28290728020135, 0, -0.888243446462471, 0.505662396722919, 0, 0.229767000836648, 1.3631653386975, 0.0511995631753043}},
	} {
		for kind, design := range designs(t, x) {
			result, err := r.fit(design)
			require.NoError(t, err, r.name)
			assert.Equal(t, algos.Converged, result.Stopped, "%s, %s", r.name, kind)
			tolerance := 1e-6
			if kind == "float32" {
				tolerance = 2e-6 // the data are other numbers
			}
			assert.InDelta(t, r.want[0], result.Intercept, tolerance, "%s, %s", r.name, kind)
			assert.InDeltaSlice(t, r.want[1:], result.Coefficients, tolerance, "%s, %s", r.name, kind)
		}
	}
}

// designs are the same data in all forms.
func designs(t *testing.T, x kernels.Matrix[float64]) map[string]*linear.Design {
	t.Helper()
	single := kernels.NewMatrix[float32](x.Rows, x.Cols)
	turned := kernels.NewMatrix[float64](x.Cols, x.Rows)
	for i := range x.Rows {
		for j := range x.Cols {
			single.Set(i, j, float32(x.At(i, j)))
			turned.Set(j, i, x.At(i, j))
		}
	}
	csr, err := sparse.FromDense(x, 0)
	require.NoError(t, err)
	all := map[string]*linear.Design{}
	for name, make := range map[string]func() (*linear.Design, error){
		"dense": func() (*linear.Design, error) { return linear.Dense(x) }, "transposed": func() (*linear.Design, error) { return linear.Transposed(turned) },
		"sparse": func() (*linear.Design, error) { return linear.Sparse(csr) }, "float32": func() (*linear.Design, error) { return linear.Dense(single) },
	} {
		d, err := make()
		require.NoError(t, err)
		assert.Equal(t, x.Rows, d.Samples())
		assert.Equal(t, x.Cols, d.Features())
		all[name] = d
	}
	return all
}

// TestCrossValidationAgainstScikitLearn: LassoCV(eps=1e-2, n_alphas=20, cv=5), its mse_path_.mean(1) and alpha_.
func TestCrossValidationAgainstScikitLearn(t *testing.T) {
	x, y, _, _ := reference()
	design, err := linear.Dense(x)
	require.NoError(t, err)
	v, err := linear.CrossValidate(background, design, y, linear.SquaredLoss, 1, linear.CrossSettings{
		PathSettings: linear.PathSettings{Count: 20, Least: 1e-2, Settings: linear.Settings{Tolerance: 1e-12}},
	})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{
		3.8647442560170844, 3.088172263370615, 2.300069637499171, 1.8161689974276864, 1.519298303117596, 1.3373645834303645, 1.2260222627084145,
		1.0672558585165108, 0.711500798320753, 0.4954478401157198, 0.364776238028799, 0.28594573832566555, 0.22630489163743456, 0.16879963899619777,
		0.12570373954847722, 0.09917297161493863, 0.08284170854786878, 0.07280322599235228, 0.06849269212786994, 0.06644949225515603,
	}, v.Mean, 1e-6)
	assert.InDelta(t, 2.418189138649376, v.Lambdas[0], 1e-9)
	assert.Equal(t, 19, v.Best)
	assert.InDelta(t, 0.02418189138649376, v.Fit.Lambda, 1e-9)
	single, err := linear.Lasso(background, design, y, v.Fit.Lambda, linear.Settings{Tolerance: 1e-12})
	require.NoError(t, err)
	assert.InDeltaSlice(t, single.Coefficients, v.Fit.Coefficients, 1e-7)
	assert.LessOrEqual(t, v.Simplest, v.Best)
	assert.LessOrEqual(t, v.Mean[v.Simplest], v.Mean[v.Best]+v.StandardError[v.Best])
	assert.False(t, math.IsNaN(v.StandardError[0]))
}
