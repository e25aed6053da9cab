package linear_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/internal/testkit"
)

// FuzzSVM holds small random machines against the conditions of optimality, in the dual gap of their own multipliers.
func FuzzSVM(f *testing.F) {
	for seed := range uint64(32) {
		f.Add(seed, uint8(2+seed%23), uint8(1+seed*7%31), uint8(seed), uint8(seed*5), uint8(seed*37))
	}
	f.Add(uint64(83), uint8(0x0c), uint8(0x05), uint8('V'), uint8('2'), uint8('r')) // 200000 passes are not enough without Newton steps
	f.Fuzz(func(t *testing.T, seed uint64, n, p, kind, options, cost uint8) {
		checkSVM(t, seed, 3+int(n)%40, 1+int(p)%40, uint(kind)&^1, uint(options), math.Pow(10, float64(cost%40)/10-3))
	})
}

func checkSVM(t *testing.T, seed uint64, n, p int, kind, options uint, cost float64) {
	r := newRandom(seed)
	q := random(r, n, p, kind)
	s := linear.SVMSettings{Settings: linear.Settings{Tolerance: 1e-6, MaxIterations: 200000, NoIntercept: options&1 != 0}, Seed: seed}
	if options&2 != 0 {
		s.Loss = linear.Hinge
	}
	if options&8 != 0 {
		s.Weights = weights(r, n)
	}
	result, err := linear.SVM(background, q.design, q.labels, cost, s)
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped, "gap %v after %d", result.Residual, result.Iterations)
	assert.GreaterOrEqual(t, result.Gap, 0.0)

	objective := func(w []float64, bias float64) float64 {
		sum := bias * bias / 2
		for _, v := range w {
			sum += v * v / 2
		}
		for i := range n {
			f, c := bias, cost
			for j, v := range w {
				f += v * q.x.At(i, j)
			}
			if s.Weights != nil {
				c *= s.Weights[i]
			}
			if q.labels[i] != 3 {
				f = -f
			}
			m := max(1-f, 0)
			if s.Loss == linear.SquaredHinge {
				m *= m
			}
			sum += c * m
		}
		return sum
	}
	at := objective(result.Coefficients, result.Intercept)
	assert.InDelta(t, at, result.Objective, 1e-9*at)
	if s.NoIntercept {
		assert.Zero(t, result.Intercept)
	}
	// It is strongly convex with 1: nowhere is it lower by more than the gap.
	trial := make([]float64, p)
	for range 40 {
		size := math.Pow(10, -4*r.Float64())
		for j := range trial {
			trial[j] = result.Coefficients[j] + size*r.NormFloat64()
		}
		bias := result.Intercept
		if !s.NoIntercept {
			bias += size * r.NormFloat64()
		}
		assert.GreaterOrEqual(t, objective(trial, bias), at-result.Gap*1.001-1e-12*at)
	}
}

// FuzzGroupLasso holds small random fits against the conditions of optimality.
func FuzzGroupLasso(f *testing.F) {
	for seed := range uint64(32) {
		f.Add(seed, uint8(2+seed%23), uint8(1+seed*7%31), uint8(seed), uint8(seed*5), uint8(seed*37))
	}
	f.Add(uint64(55), uint8(1), uint8(0x1f), uint8('<'), uint8('7'), uint8(0))    // singular in many ways
	f.Add(uint64(7), uint8(1), uint8(0x13), uint8(7), uint8('F'), uint8(3))       // a Newton step without a length
	f.Add(uint64(119), uint8(1), uint8(7), uint8(0x17), uint8('s'), uint8('^'))   // a tiny group
	f.Add(uint64(78733), uint8(161), uint8(144), uint8(72), uint8(42), uint8(15)) // a feature that is all but constant
	f.Fuzz(func(t *testing.T, seed uint64, n, p, kind, options, fraction uint8) {
		checkGroupLasso(t, seed, 3+int(n)%40, 1+int(p)%40, uint(kind)&^1, uint(options), float64(fraction%100+1)/100)
	})
}

func checkGroupLasso(t *testing.T, seed uint64, n, p int, kind, options uint, fraction float64) *linear.Result {
	r := newRandom(seed)
	q := random(r, n, p, kind)
	s := linear.GroupSettings{Settings: linear.Settings{
		Tolerance: 1e-9, NoIntercept: options&1 != 0, Standardise: options&2 != 0, DropConstant: true,
	}}
	if options&8 != 0 {
		s.Weights = weights(r, n)
	}
	if options&32 != 0 {
		s.Start = testkit.Normal[float64](r, p)
	}
	var groups [][]int
	order := r.Perm(p)
	for len(order) > 0 {
		size := min(1+r.IntN(5), len(order))
		groups = append(groups, order[:size])
		order = order[size:]
	}
	factor := func(g int) float64 { return math.Sqrt(float64(len(groups[g]))) }
	if options&16 != 0 {
		for range groups {
			s.Factors = append(s.Factors, 0.5+r.Float64())
		}
		factor = func(g int) float64 { return s.Factors[g] }
	}
	e := explicitly(q, s.Settings, !s.NoIntercept)
	mean, null, top := 0.0, 0.0, 0.0
	if !s.NoIntercept {
		for i, y := range q.y {
			mean += e.u[i] * y
		}
	}
	for i, y := range q.y {
		null += e.u[i] * (y - mean) * (y - mean) / 2
	}
	// conditions of optimality of a group: by how much they fail, with residuals r
	gradient := func(residual []float64, g int) (c []float64, norm float64) {
		for _, j := range groups[g] {
			v := 0.0
			for i := range n {
				v += e.u[i] * e.z.At(i, j) * residual[i]
			}
			c = append(c, v)
			norm = math.Hypot(norm, v)
		}
		return c, norm
	}
	centred := make([]float64, n)
	for i, y := range q.y {
		centred[i] = y - mean
	}
	for g := range groups {
		_, norm := gradient(centred, g)
		top = max(top, norm/factor(g))
	}
	lambda := fraction * top
	result, err := linear.GroupLasso(background, q.design, q.y, groups, lambda, s)
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped, "gap %v after %d", result.Residual, result.Iterations)
	residual, objective, rounding := make([]float64, n), 0.0, 0.0
	for i := range n {
		residual[i] = q.y[i] - result.Intercept
		terms := 0.0
		for j, w := range result.Coefficients {
			residual[i] -= w * q.x.At(i, j)
			terms += math.Abs(w * q.x.At(i, j))
		}
		rounding = max(rounding, float64(p+2)*0x1p-53*terms)
		objective += e.u[i] * residual[i] * residual[i] / 2
	}
	norms := 0.0
	for i, v := range e.z.Data {
		norms += e.u[i/p] * v * v
	}
	worst := 0.0
	for g, members := range groups {
		c, norm := gradient(residual, g)
		size := 0.0
		for _, j := range members {
			size = math.Hypot(size, result.Coefficients[j]*e.scales[j])
		}
		objective += lambda * factor(g) * size
		if size == 0 {
			worst = max(worst, norm-lambda*factor(g))
			continue
		}
		fails := 0.0
		for k, j := range members {
			fails = math.Hypot(fails, c[k]-lambda*factor(g)*result.Coefficients[j]*e.scales[j]/size)
		}
		// The penalty has the curvature lambda*factor/size across: the smaller a group, the more its direction may be off for the same gap.
		bound := 3 * math.Sqrt(2*s.Tolerance*null*(norms+lambda*factor(g)/size))
		assert.LessOrEqual(t, fails, bound, "conditions of optimality of group %d of size %v", g, size)
	}
	assert.LessOrEqual(t, worst, 3*math.Sqrt(2*s.Tolerance*null*norms), "conditions of optimality")
	assert.InDelta(t, objective, result.Objective, 1e-11*null+math.Sqrt(2*null)*rounding) // features all but constant have large coefficients
	return result
}

// FuzzNNLS holds small random fits against the conditions of optimality.
func FuzzNNLS(f *testing.F) {
	for seed := range uint64(32) {
		f.Add(seed, uint8(2+seed%23), uint8(1+seed*7%31), uint8(seed), uint8(seed*5))
	}
	f.Add(uint64(13), uint8(4), uint8(16), uint8(3), uint8('m')) // a feature that is all but a combination of others
	f.Fuzz(func(t *testing.T, seed uint64, n, p, kind, options uint8) {
		checkNNLS(t, seed, 3+int(n)%40, 1+int(p)%40, uint(kind), uint(options))
	})
}

func checkNNLS(t *testing.T, seed uint64, n, p int, kind, options uint) {
	r := newRandom(seed)
	q := random(r, n, p, kind)
	s := linear.Settings{Tolerance: 1e-9, DropConstant: true}
	if options&8 != 0 {
		s.Weights = weights(r, n)
	}
	result, err := linear.NNLS(background, q.design, q.y, s)
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped, "residual %v after %d", result.Residual, result.Iterations)
	weight := func(i int) float64 {
		if s.Weights != nil {
			return s.Weights[i]
		}
		return 1
	}
	objective, square := 0.0, 0.0
	residual := make([]float64, n)
	for i := range n {
		residual[i] = q.y[i]
		for j, w := range result.Coefficients {
			assert.GreaterOrEqual(t, w, 0.0)
			residual[i] -= w * q.x.At(i, j)
		}
		objective += weight(i) * residual[i] * residual[i] / 2
		square += weight(i) * q.y[i] * q.y[i]
	}
	assert.InDelta(t, objective, result.Objective, 1e-12*square)
	assert.GreaterOrEqual(t, result.Gap, 0.0)
	for j, w := range result.Coefficients {
		c, norm := 0.0, 0.0
		for i := range n {
			c += weight(i) * q.x.At(i, j) * residual[i]
			norm += weight(i) * q.x.At(i, j) * q.x.At(i, j)
		}
		if w == 0 {
			c = max(c, 0)
		}
		assert.LessOrEqual(t, math.Abs(c), (s.Tolerance+1e-13)*1.001*math.Sqrt(norm*square), "feature %d", j)
	}
}
