package ot

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// slowPlan solves the problem in numbers of 100 bits, in the plain kernel form, until nothing changes any more:
// u = (a/(K v))^p and v = (b/(K'u))^q. It returns the plan's cost and total and the potentials.
func slowPlan(a, b []float64, c kernels.Matrix[float64], eps, relaxA, relaxB float64) (cost, total float64, f, g []float64) {
	wide := testkit.WideOf
	log := func(x testkit.Wide) testkit.Wide { return wideLog(x) }
	n, m := c.Rows, c.Cols
	k := make([][]testkit.Wide, n)
	for i := range k {
		for j := range m {
			k[i] = append(k[i], wideExp(wide(-c.At(i, j)).Div(wide(eps))))
		}
	}
	// Logarithms of u and v.
	logU, logV := make([]testkit.Wide, n), make([]testkit.Wide, m)
	p, q := wide(1), wide(1)
	if relaxA > 0 {
		p = wide(relaxA).Div(wide(relaxA).Add(wide(eps)))
	}
	if relaxB > 0 {
		q = wide(relaxB).Div(wide(relaxB).Add(wide(eps)))
	}
	least := 1e-19
	if relaxA == 0 && relaxB == 0 {
		least = 1e-15 // masses that differ by rounding keep the potentials drifting apart by as much
	}
	for change := math.Inf(1); change > least; {
		change = 0
		u, v := make([]testkit.Wide, n), make([]testkit.Wide, m)
		for j := range v {
			v[j] = wideExp(logV[j])
		}
		for i := range u {
			var sum testkit.Wide
			for j := range v {
				sum = sum.Add(k[i][j].Mul(v[j]))
			}
			next := log(wide(a[i])).Sub(log(sum)).Mul(p)
			change = max(change, math.Abs(next.Sub(logU[i]).Float64()))
			logU[i] = next
			u[i] = wideExp(next)
		}
		for j := range v {
			var sum testkit.Wide
			for i := range u {
				sum = sum.Add(k[i][j].Mul(u[i]))
			}
			logV[j] = log(wide(b[j])).Sub(log(sum)).Mul(q)
		}
	}
	var wideCost, wideTotal testkit.Wide
	for i := range logU {
		for j := range logV {
			entry := wideExp(logU[i].Add(logV[j])).Mul(k[i][j])
			wideTotal = wideTotal.Add(entry)
			wideCost = wideCost.Add(entry.Mul(wide(c.At(i, j))))
		}
		f = append(f, logU[i].Mul(wide(eps)).Float64())
	}
	for j := range logV {
		g = append(g, logV[j].Mul(wide(eps)).Float64())
	}
	return wideCost.Float64(), wideTotal.Float64(), f, g
}

// wideExp and wideLog extend the oracles of float64 arguments by one step of Taylor and of Newton.
func wideExp(x testkit.Wide) testkit.Wide {
	near := x.Float64()
	rest := x.Sub(testkit.WideOf(near))
	half := rest.Mul(rest).Div(testkit.WideOf(2))
	return testkit.Exp(near).Mul(testkit.WideOf(1).Add(rest).Add(half))
}

func wideLog(x testkit.Wide) testkit.Wide {
	near := testkit.Log(x.Float64())
	return near.Add(x.Div(wideExp(near)).Sub(testkit.WideOf(1)))
}

// TestAgainstHighPrecision compares balanced, relaxed and half relaxed problems with masses that sum differently.
func TestAgainstHighPrecision(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, relax := range [][2]float64{{0, 0}, {1, 1}, {0.2, 3}, {0, 0.7}, {0.7, 0}, {50, 50}} {
		cost := randomDense(t, r, 5, 6)
		massB := 2.5
		if relax == [2]float64{} {
			massB = 1
		}
		a, b := randomMass(r, 5, 1, false), randomMass(r, 6, massB, false)
		const eps = 0.3
		wantCost, wantTotal, f, g := slowPlan(a, b, cost.matrix, eps, relax[0], relax[1])
		for _, method := range methods {
			name := fmt.Sprintf("relax=%v %v", relax, method)
			result, err := Solve(background, a, b, cost, Settings{Epsilon: eps, RelaxA: relax[0], RelaxB: relax[1], Method: method, Tolerance: 1e-14})
			require.NoError(t, err, name)
			assert.NotEqual(t, algos.IterationLimit, result.Stopped, name)
			assert.Less(t, result.Iterations, 1000, name)
			assert.InDelta(t, wantCost, result.Cost, 1e-12, name)
			var total float64
			for _, p := range result.Plan().Data {
				total += p
			}
			assert.InDelta(t, wantTotal, total, 1e-12, name)
			shift := 0.0
			if relax == [2]float64{} {
				shift = f[0] - result.F[0] // any constant may move between imposed marginals
			}
			for i := range f {
				assert.InDelta(t, f[i], result.F[i]+shift, 1e-11, name)
			}
			for j := range g {
				assert.InDelta(t, g[j], result.G[j]-shift, 1e-11, name)
			}
		}
	}
}

// TestLargeCharge: as the charge grows the problem becomes the one with imposed marginals, in as many iterations and with
// the same dual value, also where the sums of the marginals differ by rounding.
func TestLargeCharge(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cost := randomDense(t, r, 5, 6)
	a, b := randomMass(r, 5, 1, false), randomMass(r, 6, 1, false)
	imposed, err := Solve(background, a, b, cost, Settings{Epsilon: 0.1})
	require.NoError(t, err)
	for _, charge := range []float64{1e3, 1e8, 1e12, 1e60, 1e300} {
		for _, relax := range [][2]float64{{charge, charge}, {charge, 0}, {0, charge}} {
			for _, total := range []float64{1, 1 + 1e-15} {
				name := fmt.Sprintf("relax=%v total=%v", relax, total)
				result, err := Solve(background, scaled(a, total), b, cost, Settings{Epsilon: 0.1, RelaxA: relax[0], RelaxB: relax[1]})
				require.NoError(t, err, name)
				assert.Equal(t, algos.Converged, result.Stopped, name)
				assert.LessOrEqual(t, result.Iterations, imposed.Iterations+2, name)
				assert.LessOrEqual(t, result.Residual, 1e-9, name)
				assert.InDelta(t, imposed.Dual, result.Dual, 1e-13+0.1/charge, name)
				assert.GreaterOrEqual(t, result.Primal, result.Dual-1e-15, name)
			}
		}
	}
}

// TestRelaxedGapClosesFromBothSides: with a relaxed marginal any plan is allowed, so Primal - Dual bounds the error at every iteration.
func TestRelaxedGapClosesFromBothSides(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	cost := randomDense(t, r, 12, 15)
	a, b := randomMass(r, 12, 1, true), randomMass(r, 15, 1.7, true)
	for _, relax := range [][2]float64{{0.5, 0.5}, {0, 0.5}, {0.5, 0}} {
		settings := Settings{Epsilon: 0.02, RelaxA: relax[0], RelaxB: relax[1], MaxIterations: 20000, Tolerance: 1e-13}
		best, err := Solve(background, a, b, cost, settings)
		require.NoError(t, err)
		assert.Less(t, best.Gap, 1e-11)
		last := math.Inf(1)
		for _, iterations := range []int{1, 3, 10, 40} {
			settings.MaxIterations = iterations
			result, err := Solve(background, a, b, cost, settings)
			require.NoError(t, err)
			assert.LessOrEqual(t, result.Dual, best.Dual+1e-12)
			assert.GreaterOrEqual(t, result.Primal, best.Dual-1e-12)
			assert.InDelta(t, result.Primal-result.Dual, result.Gap, 1e-12)
			assert.Less(t, result.Gap, last)
			last = result.Gap
		}
	}
}

// TestRelaxedLimits: a strong relaxation is nearly balanced transport; a weak one leaves the entropy alone with the cost.
func TestRelaxedLimits(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	cost := randomDense(t, r, 7, 7)
	a, b := randomMass(r, 7, 1, false), randomMass(r, 7, 1, false)
	balanced, err := Solve(background, a, b, cost, Settings{Epsilon: 0.05})
	require.NoError(t, err)
	strong, err := Solve(background, a, b, cost, Settings{Epsilon: 0.05, RelaxA: 1e6, RelaxB: 1e6})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, strong.Stopped)
	assert.InDelta(t, balanced.Cost, strong.Cost, 1e-5)
	weak, err := Solve(background, a, b, cost, Settings{Epsilon: 0.05, RelaxA: 1e-9, RelaxB: 1e-9})
	require.NoError(t, err)
	for k, p := range weak.Plan().Data {
		assert.InDelta(t, math.Exp(-cost.matrix.Data[k]/0.05), p, 1e-6)
	}
}

// TestRelaxedProductEntropy checks what the package comment says of entropy relative to the product of the marginals: masses to the power
// 1+eps/relax give its plan. At the optimum, log(P/(a b)) = (f+g-C)/eps with exp(-f/relax) the ratio of the plan's marginal to a.
func TestRelaxedProductEntropy(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	const eps, relax = 0.1, 0.4
	cost := randomDense(t, r, 6, 5)
	a, b := randomMass(r, 6, 1, false), randomMass(r, 5, 2, false)
	raised := func(mass []float64) []float64 {
		y := make([]float64, len(mass))
		for i, m := range mass {
			y[i] = math.Pow(m, 1+eps/relax)
		}
		return y
	}
	result, err := Solve(background, raised(a), raised(b), cost, Settings{Epsilon: eps, RelaxA: relax, RelaxB: relax, Tolerance: 1e-13})
	require.NoError(t, err)
	plan := result.Plan()
	for i := range a {
		for j := range b {
			var row, col float64
			for k := range b {
				row += plan.At(i, k)
			}
			for k := range a {
				col += plan.At(k, j)
			}
			f, g := -relax*math.Log(row/a[i]), -relax*math.Log(col/b[j])
			assert.InDelta(t, (f+g-cost.At(i, j))/eps, math.Log(plan.At(i, j)/(a[i]*b[j])), 1e-10)
		}
	}
}
