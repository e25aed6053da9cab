package linear

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// wideProblem is a design, dense or sparse, with a target and labels.
func wideProblem(t *testing.T, isSparse bool) (*Design, []float64, []float64, []float64) {
	r := testkit.NewRandom(11)
	const n, p = 60, 90
	x := kernels.NewMatrix[float64](n, p)
	y, labels, weights := make([]float64, n), make([]float64, n), make([]float64, n)
	for i := range n {
		common := r.NormFloat64()
		for j := range p {
			if v := r.NormFloat64() + 0.5*common + 0.3; !isSparse || r.Float64() < 0.4 {
				x.Set(i, j, v)
			}
		}
		y[i] = 2 + x.At(i, 0) - 2*x.At(i, 1) + 0.5*r.NormFloat64()
		labels[i] = math.Copysign(1, y[i]-2+r.NormFloat64())
		weights[i] = 0.2 + r.Float64()
	}
	if !isSparse {
		d, err := Dense(x)
		require.NoError(t, err)
		return d, y, labels, weights
	}
	a, err := sparse.FromDense(x, 0)
	require.NoError(t, err)
	d, err := Sparse(a)
	require.NoError(t, err)
	return d, y, labels, weights
}

// TestWide: working sets without a Gram matrix, from the start or from some point on, give the same fits.
func TestWide(t *testing.T) {
	for _, isSparse := range []bool{false, true} {
		x, y, labels, weights := wideProblem(t, isSparse)
		for _, s := range []Settings{
			{}, {NoIntercept: true}, {Standardise: true}, {Weights: weights}, {Weights: weights, Standardise: true, Positive: true},
		} {
			s.Tolerance = 1e-12
			s, err := s.resolve(context.Background(), x)
			require.NoError(t, err)
			for _, ratio := range []float64{1, 0.6} {
				label := fmt.Sprintf("sparse %v, %+v, ratio %v", isSparse, s, ratio)
				var objectives, logistic []float64
				for _, most := range []int{gramWords, 0, 70 * 70} {
					q, err := newQuadratic(x, y, s)
					require.NoError(t, err)
					q.most = most
					l := newLogisticWith(t, x, labels, s, most)
					for k, f := range []float64{0.5, 0.1} {
						lambda := f * q.top
						result := q.fit(context.Background(), ratio*lambda, (1-ratio)*lambda, 0, s)
						assert.Equal(t, algos.Converged, result.Stopped, "%s, words %d: %v", label, most, result.Residual)
						other := l.fit(context.Background(), f*l.top*ratio, f*l.top*(1-ratio), 0, s)
						assert.Equal(t, algos.Converged, other.Stopped, "%s, words %d: %v", label, most, other.Residual)
						if most == gramWords {
							objectives, logistic = append(objectives, result.Objective), append(logistic, other.Objective)
							assert.False(t, q.wide)
							continue
						}
						assert.InEpsilon(t, objectives[k], result.Objective, 1e-11, label)
						assert.InEpsilon(t, logistic[k], other.Objective, 1e-11, label)
						assert.True(t, q.wide || most > 0)
					}
				}
			}
		}
	}
}

func newLogisticWith(t *testing.T, x *Design, labels []float64, s Settings, most int) *logistic {
	t.Helper()
	l, err := newLogistic(x, labels, s)
	require.NoError(t, err)
	l.most = most
	return l
}

// TestFactor: prolonged and thinned out in any order it stays the factor of what it says.
func TestFactor(t *testing.T) {
	r := testkit.NewRandom(12)
	const n = 40
	root := kernels.NewMatrix[float64](n, n+5)
	testkit.FillNormal(r, root.Data)
	g := kernels.NewMatrix[float64](n, n)
	for i := range n {
		for j := range n {
			for k, v := range root.Row(i) {
				g.Data[i*n+j] += v * root.At(j, k)
			}
		}
	}
	copy(g.Row(17), g.Row(3)) // 17 is 3 again
	for i := range n {
		g.Set(i, 17, g.At(i, 3))
	}
	g.Set(17, 17, g.At(3, 3))
	var f factor
	f.reserve(n)
	in := map[int32]bool{}
	for round := range 60 {
		if round%3 == 2 && len(f.order) > 0 {
			at := r.IntN(len(f.order))
			delete(in, f.order[at])
			f.remove(at)
		}
		var rows []int32
		for range r.IntN(6) {
			if k := int32(r.IntN(n)); !in[k] {
				in[k] = true
				rows = append(rows, k)
			}
		}
		f.left = f.left[:0]
		f.extend(g, rows)
		for _, k := range f.left {
			assert.True(t, k == 3 || k == 17)
			delete(in, k)
		}
		require.Len(t, f.order, len(in))
		for i, a := range f.order {
			assert.Equal(t, int32(i), f.position[a])
			for j, b := range f.order {
				sum := 0.0
				for k := range min(i, j) + 1 {
					sum += f.u.At(k, i) * f.u.At(k, j)
				}
				assert.InDelta(t, g.At(int(a), int(b)), sum, 1e-11*g.At(int(a), int(a)))
			}
		}
	}
}

// TestGroupsAreNeverWide: a group Lasso has no form without a Gram matrix, also where a Lasso would go through the data because the sparse
// columns are short. Features with one entry each make it known: groups of the target shrink.
func TestGroupsAreNeverWide(t *testing.T) {
	const n, size = 600, 3
	places, ones, y := make([]int, n), make([]float64, n), make([]float64, n)
	var groups [][]int
	r := testkit.NewRandom(13)
	for i := range n {
		places[i], ones[i], y[i] = i, 1, r.NormFloat64()
		if i%size == 0 {
			groups = append(groups, []int{i, i + 1, i + 2})
		}
	}
	a, err := sparse.FromCOO(n, n, places, places, ones)
	require.NoError(t, err)
	x, err := Sparse(a)
	require.NoError(t, err)
	const lambda = 1e-4
	result, err := GroupLasso(context.Background(), x, y, groups, lambda, GroupSettings{Settings: Settings{NoIntercept: true, Tolerance: 1e-12}})
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped)
	for _, members := range groups {
		norm := vec.Norm2(y[members[0] : members[0]+size])
		shrink := max(1-n*lambda*math.Sqrt(size)/norm, 0)
		for _, j := range members {
			assert.InDelta(t, shrink*y[j], result.Coefficients[j], 1e-5)
		}
	}
}
