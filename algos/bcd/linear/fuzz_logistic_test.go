package linear_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/bcd/linear"
)

// FuzzLogistic holds small random fits against the conditions of optimality.
func FuzzLogistic(f *testing.F) {
	for seed := range uint64(48) {
		f.Add(seed, uint8(2+seed%23), uint8(1+seed*7%31), uint8(seed), uint8(seed*5), uint8(seed*37))
	}
	f.Add(uint64(21), uint8(0x17), uint8(0x18), uint8('/'), uint8('i'), uint8('\t')) // objective falls, gap does not
	f.Add(uint64(23), uint8(0x02), uint8('@'), uint8(0x17), uint8('s'), uint8(0x9d)) // starts where nothing has a curvature
	f.Fuzz(func(t *testing.T, seed uint64, n, p, kind, options, fraction uint8) {
		checkLogistic(t, seed, 3+int(n)%40, 1+int(p)%40, uint(kind), uint(options), float64(fraction%100+1)/100)
	})
}

func checkLogistic(t *testing.T, seed uint64, n, p int, kind, options uint, fraction float64) {
	r := newRandom(seed)
	q := random(r, n, p, kind)
	s, ratio := drawn(r, n, p, options, 0)
	e := explicitly(q, s, !s.NoIntercept)
	sign := func(i int) float64 {
		if q.labels[i] == 3 {
			return 1
		}
		return -1
	}
	share := 0.0
	for i := range n {
		if sign(i) > 0 {
			share += e.u[i]
		}
	}
	null := -share*math.Log(share) - (1-share)*math.Log(1-share)
	if s.NoIntercept {
		share, null = 0.5, math.Ln2
	}
	top := 0.0
	for j := range p {
		c := 0.0
		for i := range n {
			c += e.u[i] * e.z.At(i, j) * ((sign(i)+1)/2 - share)
		}
		top = max(top, math.Abs(c))
	}
	lambda := 0.001 + fraction*top/max(ratio, 0.1)
	l1, l2 := lambda*ratio, lambda*(1-ratio)

	result, err := linear.Logistic(background, q.design, q.labels, lambda, ratio, s)
	require.NoError(t, err)
	require.Equal(t, algos.Converged, result.Stopped, "gap %v after %d", result.Residual, result.Iterations)
	assert.LessOrEqual(t, result.Gap, s.Tolerance*null*1.0000001)
	b, objective := make([]float64, p), 0.0
	for j, w := range result.Coefficients {
		b[j] = w * e.scales[j]
		objective += l1*math.Abs(b[j]) + l2*b[j]*b[j]/2
		if s.Positive {
			assert.GreaterOrEqual(t, w, 0.0)
		}
	}
	slope := make([]float64, n)
	sum, size := 0.0, 0.0
	for i := range n {
		f := result.Intercept
		for j, w := range result.Coefficients {
			f += w * q.x.At(i, j)
		}
		m := -sign(i) * f
		objective += e.u[i] * (max(m, 0) + math.Log1p(math.Exp(-math.Abs(m))))
		slope[i] = -e.u[i] * sign(i) / (1 + math.Exp(-m))
		sum += slope[i]
		size += math.Abs(slope[i])
	}
	assert.InDelta(t, objective, result.Objective, 1e-10*null)
	if s.NoIntercept {
		assert.Zero(t, result.Intercept)
	} else {
		assert.InDelta(t, 0, sum, 1e-9*size)
	}
	worst, norms := 0.0, 0.0
	for j := range p {
		gradient, norm := 0.0, 0.0
		for i := range n {
			gradient += slope[i] * e.z.At(i, j)
			norm += e.u[i] * e.z.At(i, j) * e.z.At(i, j)
		}
		norms = max(norms, norm)
		// One that is not zero but should be may fail by more, as in checkElasticNet.
		if v := condition(gradient, b[j], l1, l2, s.Positive); b[j] == 0 || v > 2*s.Tolerance*null/math.Abs(b[j]) {
			worst = max(worst, v)
		}
	}
	assert.LessOrEqual(t, worst, 3*math.Sqrt(2*s.Tolerance*null*(norms/4+l2)), "conditions of optimality")
}
