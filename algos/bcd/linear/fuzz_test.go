package linear_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
)

// FuzzElasticNet holds small random fits against the conditions of optimality and a gap of its own.
func FuzzElasticNet(f *testing.F) {
	for seed := range uint64(48) {
		f.Add(seed, uint8(2+seed%23), uint8(1+seed*7%31), uint8(seed), uint8(seed*5), uint8(seed*37))
	}
	f.Add(uint64(4), uint8(0x0f), uint8(0x1e), uint8('&'), uint8('k'), uint8(0xb1))  // standardised without an intercept, far from zero
	f.Add(uint64(178), uint8(')'), uint8('k'), uint8('q'), uint8(0x1b), uint8(0xff)) // a coefficient of 7e-7 that should be zero
	f.Fuzz(func(t *testing.T, seed uint64, n, p, kind, options, fraction uint8) {
		checkElasticNet(t, seed, 3+int(n)%40, 1+int(p)%40, uint(kind), uint(options), float64(fraction%100+1)/100)
	})
}

func checkElasticNet(t *testing.T, seed uint64, n, p int, kind, options uint, fraction float64) {
	r := newRandom(seed)
	q := random(r, n, p, kind)
	s, ratio := drawn(r, n, p, options, 0.1)
	e := explicitly(q, s, !s.NoIntercept)
	target, mean := make([]float64, n), 0.0
	if !s.NoIntercept {
		for i, y := range q.y {
			mean += e.u[i] * y
		}
	}
	null, top := 0.0, 0.0
	for i, y := range q.y {
		target[i] = y - mean
		null += e.u[i] * target[i] * target[i] / 2
	}
	for j := range p {
		c := 0.0
		for i := range n {
			c += e.u[i] * e.z.At(i, j) * target[i]
		}
		top = max(top, math.Abs(c))
	}
	lambda := fraction * top / ratio
	l1, l2 := lambda*ratio, lambda*(1-ratio)

	result, err := linear.ElasticNet(background, q.design, q.y, lambda, ratio, s)
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped, "gap %v after %d", result.Residual, result.Iterations)

	// The objective and the gap, from nothing but the coefficients.
	b, residual, intercept := make([]float64, p), make([]float64, n), 0.0
	objective, tr, rr, square := 0.0, 0.0, 0.0, 0.0
	intercept = mean
	for j, w := range result.Coefficients {
		b[j] = w * e.scales[j]
		if math.IsNaN(b[j]) {
			b[j] = 0 // a constant column
		}
		intercept -= w * e.means[j]
		objective += l1*math.Abs(b[j]) + l2*b[j]*b[j]/2
		square += b[j] * b[j]
		if s.Positive {
			assert.GreaterOrEqual(t, w, 0.0)
		}
	}
	if s.NoIntercept {
		assert.Zero(t, result.Intercept)
	} else {
		assert.InDelta(t, intercept, result.Intercept, 1e-9*(1+math.Abs(intercept)))
	}
	for i := range n {
		residual[i] = q.y[i] - result.Intercept
		for j, w := range result.Coefficients {
			residual[i] -= w * q.x.At(i, j)
		}
		objective += e.u[i] * residual[i] * residual[i] / 2
		rr += e.u[i] * residual[i] * residual[i]
		tr += e.u[i] * residual[i] * target[i]
	}
	assert.InDelta(t, objective, result.Objective, 1e-11*null)
	assert.LessOrEqual(t, result.Gap, s.Tolerance*null*1.0000001)
	assert.InDelta(t, result.Gap/null, result.Residual, 1e-15)
	worst, largest, norms, excess := 0.0, 0.0, 0.0, 0.0
	for j := range p {
		gradient, norm := 0.0, 0.0
		for i := range n {
			gradient -= e.u[i] * e.z.At(i, j) * residual[i]
			norm += e.u[i] * e.z.At(i, j) * e.z.At(i, j)
		}
		if math.IsNaN(gradient) {
			continue
		}
		norms = max(norms, norm)
		if v := condition(gradient, b[j], l1, l2, s.Positive); b[j] == 0 || v > 2*s.Tolerance*null/math.Abs(b[j]) {
			worst = max(worst, v)
		}
		c, whole := -gradient-l2*b[j], -gradient
		if !s.Positive {
			c, whole = math.Abs(c), math.Abs(whole)
		}
		largest = max(largest, c)
		if over := max(whole-l1, 0); l2 > 0 {
			excess += over * over / l2
		}
	}
	// A gap of d leaves a condition unmet by sqrt(2*d*L) at most, where L bounds the curvature along a coordinate; or, for one that is
	// not zero but should be, by 2*d over its magnitude.
	assert.LessOrEqual(t, worst, 3*math.Sqrt(2*s.Tolerance*null*(norms+l2)), "conditions of optimality")
	scale := max(tr/(rr+l2*square), 0)
	if scale*largest > l1 {
		scale = l1 / largest
	}
	dual := scale*tr - scale*scale*(rr+l2*square)/2
	if l2 > 0 {
		dual = max(dual, tr-rr/2-excess/2)
	}
	assert.LessOrEqual(t, objective-dual, 10*s.Tolerance*null, "an independent gap")
	assert.LessOrEqual(t, dual, objective+1e-12*null)
}

// TestNearlyFlat: with more features than samples and hardly any penalty the objective is nearly flat along many directions.
func TestNearlyFlat(t *testing.T) {
	checkElasticNet(t, 313774, 3, 12, 1, 177, 1.3e-5)
	checkElasticNet(t, 878172, 5, 15, 9, 242, 6e-6)
	checkElasticNet(t, 305567, 3, 19, 9, 115, 6.6e-5)
	checkElasticNet(t, 97122, 21, 36, 13, 27, 1.3e-5)
}
