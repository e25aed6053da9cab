package ot

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
)

// TestNewtonOfDecoupledPlans: where each source has a target of its mass the plan falls apart into pairs, and what connects them is down to nothing:
// the Hessian is as nearly singular as can be, and rounding in the sums of a part is divided by that.
func TestNewtonOfDecoupledPlans(t *testing.T) {
	for seed := range uint64(16) {
		r := rand.New(rand.NewPCG(seed, 17))
		n := 3 + r.IntN(20)
		cost := randomDense(t, r, n, n)
		a, b := make([]float64, n), make([]float64, n)
		for i := range a {
			a[i] = 1 + float64(r.IntN(3))
			b[i] = a[i]
		}
		r.Shuffle(n, func(i, j int) { b[i], b[j] = b[j], b[i] })
		for _, eta := range []float64{1000, 5000} {
			for _, form := range []NewtonSettings{{}, {Fraction: 1}, {Dense: true, Sweeps: 3}} {
				form.Settings = Settings{Epsilon: 1 / eta, Tolerance: 1e-12, MaxIterations: 1000}
				result, err := SinkhornNewton(background, a, b, cost, form)
				require.NoError(t, err)
				assert.Equal(t, algos.Converged, result.Stopped, "seed %d, eta %v, %+v: %d steps to %v", seed, eta, form, result.Steps, result.Residual)
				assert.Less(t, result.Steps, 200, "seed %d, eta %v", seed, eta)
			}
		}
	}
}

// TestNewtonGoesOnToTheTolerance: sweeps meet the tolerance by less than the rounding of the plan, as those of Solve do.
func TestNewtonGoesOnToTheTolerance(t *testing.T) {
	for _, seed := range []uint64{59, 98, 107, 182, 296} {
		r := rand.New(rand.NewPCG(seed, 18))
		n, m := 2+r.IntN(8), 2+r.IntN(8)
		cost := randomDense(t, r, n, m)
		a, b := randomMass(r, n, 1, false), randomMass(r, m, 1, false)
		result, err := SinkhornNewton(background, a, b, cost, NewtonSettings{Settings: Settings{Epsilon: 1. / 5000, Tolerance: 1e-12}})
		require.NoError(t, err)
		assert.Equal(t, algos.Converged, result.Stopped, "seed %d: %v", seed, result.Residual)
		assert.LessOrEqual(t, result.Residual, 1e-12)
		assert.Equal(t, result.Iterations, result.Sweeps+result.Steps+result.Failed)
		assert.Len(t, result.Residuals, result.Iterations)
	}
}
