package linear_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/kernels/sparse/format"
)

// adult is the beginning of a9a; testdata/README.md says where it is from.
func adult(t *testing.T) (*linear.Design, []float64) {
	t.Helper()
	file, err := os.Open("testdata/a9a-first400.gz")
	require.NoError(t, err)
	defer file.Close()
	data, err := format.ReadLIBSVM[float64](file, format.LIBSVMSettings{})
	require.NoError(t, err)
	x, err := linear.Sparse(data.X)
	require.NoError(t, err)
	return x, data.Labels
}

// TestAdult: the objectives that scikit-learn 1.4.2 reaches with tol=1e-14 and fit_intercept=False, within 1e-8 and better.
// Some features have no entry among these samples.
func TestAdult(t *testing.T) {
	x, labels := adult(t)
	s := linear.Settings{NoIntercept: true, DropConstant: true, Tolerance: 1e-11, MaxIterations: 100000}
	n := float64(x.Samples())
	for _, c := range []struct {
		name string
		want float64
		fit  func() (*linear.Result, error)
		unit float64
	}{
		{"LogisticRegression(C=1, solver='newton-cholesky')", 117.151865363671, func() (*linear.Result, error) {
			return linear.Logistic(background, x, labels, 1/n, 0, s)
		}, n},
		{"LogisticRegression(C=1, penalty='l1', solver='liblinear')", 133.117110841936, func() (*linear.Result, error) {
			return linear.Logistic(background, x, labels, 1/n, 1, s)
		}, n},
		{"LinearSVC(C=0.1)", 14.9562339287319, func() (*linear.Result, error) {
			return linear.SVM(background, x, labels, 0.1, linear.SVMSettings{Settings: s})
		}, 1},
		{"LinearSVC(C=0.1, loss='hinge')", 14.9761159721781, func() (*linear.Result, error) {
			return linear.SVM(background, x, labels, 0.1, linear.SVMSettings{Settings: s, Loss: linear.Hinge})
		}, 1},
	} {
		result, err := c.fit()
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped, c.name)
		assert.InEpsilon(t, c.want, result.Objective*c.unit, 1e-9, c.name)
		assert.LessOrEqual(t, result.Gap*c.unit, 1e-8*c.want, c.name)
	}
}
