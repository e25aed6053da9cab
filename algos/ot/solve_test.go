package ot

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/vec"
)

var background = context.Background()

func entropy(mass []float64) (h float64) {
	for _, m := range mass {
		if m > 0 {
			h -= m * math.Log(m)
		}
	}
	return h
}

// TestBetweenLinearProgramAndEntropy checks what the entropy can change at most: with LP the exact value and P* its
// plan, <C,P> - LP <= eps*(H(P)-H(P*)) <= eps*(H(a)+H(b)), and the optimum of the entropic problem, which Dual and Dual+Gap enclose, is below
// the objective at P*.
func TestBetweenLinearProgramAndEntropy(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, shape := range [][2]int{{1, 1}, {1, 6}, {6, 1}, {5, 7}, {12, 12}, {9, 20}} {
		for _, sparse := range []bool{false, true} {
			for _, eps := range []float64{0.3, 0.02, 0.002} {
				for _, method := range methods {
					name := fmt.Sprintf("%v sparse=%v eps=%v %v", shape, sparse, eps, method)
					cost := randomDense(t, r, shape[0], shape[1])
					a, b := randomMass(r, shape[0], 1, sparse), randomMass(r, shape[1], 1, sparse)
					result, err := Solve(background, a, b, cost, Settings{Epsilon: eps, Method: method, MaxIterations: 200000})
					require.NoError(t, err, name)
					require.Equal(t, algos.Converged, result.Stopped, name)
					assert.Equal(t, method, result.Method, name)
					exact := transport(a, b, cost.matrix)
					slack := 2e-9 // moving the residual mass
					assert.GreaterOrEqual(t, result.Cost, exact-slack, name)
					assert.LessOrEqual(t, result.Cost, exact+eps*(entropy(a)+entropy(b))+slack, name)
					assert.LessOrEqual(t, result.Dual, exact-eps+1e-12, name)
					assert.GreaterOrEqual(t, result.Dual+result.Gap, exact-eps*(1+entropy(a)+entropy(b)), name)
					assert.InDelta(t, result.Dual, result.Primal, slack*10, name)
					checkPlan(t, name, result, a, b, 2e-9)
				}
			}
		}
	}
}

// checkPlan compares the plan with the marginals and with the cost, and the residual with both.
func checkPlan(t *testing.T, name string, r *Result, a, b []float64, slack float64) {
	t.Helper()
	plan := r.Plan()
	rows, cols := make([]float64, len(a)), make([]float64, len(b))
	var cost float64
	for i := range a {
		for j := range b {
			p := plan.At(i, j)
			if !(p >= 0) {
				t.Fatalf("%s: %v goes from %d to %d", name, p, i, j)
			}
			rows[i] += p
			cols[j] += p
			cost += p * r.cost.At(i, j)
		}
	}
	var residual float64
	for i := range a {
		residual += math.Abs(rows[i] - a[i])
	}
	for j := range b {
		residual += math.Abs(cols[j] - b[j])
	}
	assert.LessOrEqual(t, residual, slack, name)
	assert.InDelta(t, residual, r.Residual, 1e-12, name)
	assert.InDelta(t, cost, r.Cost, 1e-12*(1+math.Abs(cost)), name)
}

// TestGapBoundsTheDual compares values on the way with the optimum: Dual is below it, and Dual + Gap above.
func TestGapBoundsTheDual(t *testing.T) {
	r := rand.New(rand.NewPCG(21, 22))
	for _, eps := range []float64{0.3, 0.01} {
		cost := randomDense(t, r, 15, 18)
		a, b := randomMass(r, 15, 2, true), randomMass(r, 18, 2, false)
		best, err := Solve(background, a, b, cost, Settings{Epsilon: eps, Tolerance: 1e-14, MaxIterations: 100000})
		require.NoError(t, err)
		for _, iterations := range []int{1, 2, 5, 20} {
			result, err := Solve(background, a, b, cost, Settings{Epsilon: eps, MaxIterations: iterations})
			require.NoError(t, err)
			assert.LessOrEqual(t, result.Dual, best.Dual+1e-13)
			assert.GreaterOrEqual(t, result.Dual+result.Gap, best.Dual-1e-13)
		}
	}
}

// TestRandomAssignment is a case of Tang et al., Accelerating Sinkhorn algorithm with sparse Newton iterations, 2024:
// costs uniform on [0, 1], n = 500, eps = 1/1200. After 20 iterations the L1 error is about 2e-2.
func TestRandomAssignment(t *testing.T) {
	const n, eta = 500, 1200.0
	a := make([]float64, n)
	for i := range a {
		a[i] = 1.0 / n
	}
	for seed := range uint64(3) {
		cost := randomDense(t, rand.New(rand.NewPCG(seed, 1)), n, n)
		result, err := Solve(background, a, a, cost, Settings{Epsilon: 1 / eta, MaxIterations: 200})
		require.NoError(t, err)
		assert.Equal(t, algos.IterationLimit, result.Stopped)
		assert.InDelta(t, 0.02, result.Residuals[20], 0.006)
		exact := assignment(cost.matrix) / n
		assert.LessOrEqual(t, result.Dual-1e-12, exact+(-math.Log(n)-1)/eta, "objective at the best assignment")
		moved := result.Residual // at most this much mass is not where it must be, at a cost of at most 1
		assert.GreaterOrEqual(t, result.Cost, exact-moved)
		assert.LessOrEqual(t, result.Cost, exact+math.Log(n)/eta+moved)
	}
}

// TestMethodsAgree compares log domain and kernel form, iteration by iteration, where the kernel has to be formed anew often.
func TestMethodsAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, eps := range []float64{0.1, 0.001, 1e-5} {
		for _, relax := range [][2]float64{{0, 0}, {0.5, 0}, {0, 0.5}, {0.1, 0.7}} {
			name := fmt.Sprintf("eps=%v relax=%v", eps, relax)
			cost := randomDense(t, r, 30, 40)
			a, b := randomMass(r, 30, 2, true), randomMass(r, 40, 2, false)
			var results []*Result
			for _, method := range methods {
				result, err := Solve(background, a, b, cost, Settings{Epsilon: eps, Method: method, MaxIterations: 60,
					RelaxA: relax[0], RelaxB: relax[1], Scaling: 1, Tolerance: 1e-14})
				require.NoError(t, err, name)
				results = append(results, result)
			}
			x, y := results[0], results[1]
			bound := 1e-15 * 60 * (1 + eps) // rounding of the potentials
			assert.InDeltaSlice(t, finite(x.F), finite(y.F), bound, name)
			assert.InDeltaSlice(t, finite(x.G), finite(y.G), bound, name)
			assert.InDelta(t, x.Cost, y.Cost, 2*bound/eps, name)
			assert.InDelta(t, x.Dual, y.Dual, 2*bound/eps, name)
			n := min(len(x.Residuals), len(y.Residuals)) // one may stop a step earlier at the rounding level
			assert.InDeltaSlice(t, x.Residuals[:n], y.Residuals[:n], 4*bound/eps, name)
		}
	}
}

// finite replaces -Inf, which has no difference from itself.
func finite(x []float64) []float64 {
	y := append([]float64(nil), x...)
	for i := range y {
		if math.IsInf(y[i], -1) {
			y[i] = -1e300
		}
	}
	return y
}

// TestSmallEpsilon goes to the linear program, with and without epsilon scaling.
func TestSmallEpsilon(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	a, b := randomMass(r, 6, 1, false), randomMass(r, 5, 1, false)
	cost := randomDense(t, r, 6, 5)
	exact := transport(a, b, cost.matrix)
	for _, scaling := range []float64{0, 0.3, 1} {
		for _, method := range methods {
			result, err := Solve(background, a, b, cost, Settings{Epsilon: 2e-4, Scaling: scaling, Method: method, Tolerance: 1e-7, MaxIterations: 300000})
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, result.Stopped, "scaling %v", scaling)
			assert.InDelta(t, exact, result.Cost, 1e-3)
			assert.Equal(t, 2e-4, result.Epsilon)
		}
	}
}

func TestWarmStart(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	cost := randomDense(t, r, 40, 30)
	a, b := randomMass(r, 40, 1, true), randomMass(r, 30, 1, true)
	settings := Settings{Epsilon: 0.01, MaxIterations: 100000}
	cold, err := Solve(background, a, b, cost, settings)
	require.NoError(t, err)
	for _, from := range []struct {
		name string
		f, g []float64
	}{{"both", cold.F, cold.G}, {"sources", cold.F, nil}, {"targets", nil, cold.G}} {
		settings.F, settings.G = from.f, from.g
		warm, err := Solve(background, a, b, cost, settings)
		require.NoError(t, err)
		assert.LessOrEqual(t, warm.Iterations, 3, from.name)
		assert.InDelta(t, cold.Dual, warm.Dual, 1e-9)
	}
	// Masses move to where the potentials are unknown.
	full := randomMass(r, 40, 1, false)
	settings.F, settings.G = cold.F, cold.G
	moved, err := Solve(background, full, b, cost, settings)
	require.NoError(t, err)
	settings.F, settings.G = nil, nil
	fresh, err := Solve(background, full, b, cost, settings)
	require.NoError(t, err)
	assert.InDelta(t, fresh.Dual, moved.Dual, 1e-9)
}

func TestDefaultsAndConstantCost(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	cost := randomDense(t, r, 8, 9)
	a, b := randomMass(r, 8, 3, false), randomMass(r, 9, 3, false)
	result, err := Solve(background, a, b, cost, Settings{})
	require.NoError(t, err)
	low, high := cost.Range()
	assert.Equal(t, 0.01*(high-low), result.Epsilon)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.LessOrEqual(t, result.Residual, 1e-9)
	assert.Len(t, result.Residuals, result.Iterations)

	constant := kernels.NewMatrix[float64](2, 2)
	cost, err = Dense(constant)
	require.NoError(t, err)
	result, err = Solve(background, []float64{1, 3}, []float64{2, 2}, cost, Settings{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{0.5, 0.5, 1.5, 1.5}, result.Plan().Data, 1e-12, "the product of the marginals")
	assert.Zero(t, result.Cost)
}

// TestMassesOfAnySize: the unit of mass does not matter to the potentials, but for a constant, nor to the values, even where masses are subnormal.
func TestMassesOfAnySize(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	cost := randomDense(t, r, 5, 6)
	a, b := randomMass(r, 5, 1, false), randomMass(r, 6, 1, false)
	cost5, err := Grid(5)
	require.NoError(t, err)
	const eps = 0.05
	for _, method := range methods {
		want, err := Solve(background, a, b, cost, Settings{Epsilon: eps, Method: method})
		require.NoError(t, err)
		wantDivergence, err := Divergence(background, scaled(b[:5], vec.Sum(a)/vec.Sum(b[:5])), a, cost5, nil, nil, Settings{Epsilon: eps, Method: method})
		require.NoError(t, err)
		for _, unit := range []float64{1e-310, 0x1p-1000, 1e-290, 1e300, 1e306} {
			name := fmt.Sprintf("unit=%v %v", unit, method)
			got, err := Solve(background, scaled(a, unit), scaled(b, unit), cost, Settings{Epsilon: eps, Method: method})
			require.NoError(t, err, name)
			assert.LessOrEqual(t, got.Iterations, want.Iterations+1, name)
			logUnit := testkit.Log(unit).Float64()
			for i := range a {
				for j := range b {
					assert.InDelta(t, want.F[i]+want.G[j]+eps*logUnit, got.F[i]+got.G[j], 1e-9, name)
				}
			}
			assert.Equal(t, algos.Converged, got.Stopped, name)
			assert.LessOrEqual(t, got.Residual, 1e-9, name)
			assert.InEpsilon(t, want.Cost, got.Cost/unit, 1e-9, name)
			assert.InEpsilon(t, want.Dual+eps*logUnit*vec.Sum(a), got.Dual/unit, 1e-9, name)
			again, err := Solve(background, scaled(a, unit), scaled(b, unit), cost, Settings{Epsilon: eps, Method: method, F: got.F, G: got.G})
			require.NoError(t, err, name)
			assert.LessOrEqual(t, again.Iterations, 3, name)
			divergence, err := Divergence(background, scaled(b[:5], unit*vec.Sum(a)/vec.Sum(b[:5])), scaled(a, unit), cost5, nil, nil, Settings{Epsilon: eps, Method: method})
			require.NoError(t, err, name)
			assert.InEpsilon(t, wantDivergence.Value, divergence.Value/unit, 1e-6, name)
			assert.InDeltaSlice(t, wantDivergence.GradientA, divergence.GradientA, 1e-6, name)
			barycentre, err := Barycentre(background, [][]float64{scaled(a, unit)}, nil, cost, Settings{Epsilon: eps, Method: method})
			require.NoError(t, err, name)
			assert.Equal(t, algos.Converged, barycentre.Stopped, name)
		}
	}
}

func TestMarginalsAreNotChanged(t *testing.T) {
	a, b := []float64{1, 0, 1}, []float64{0.5, 1.5 * (1 + 1e-8), 0}
	r := rand.New(rand.NewPCG(13, 14))
	result, err := Solve(background, a, b, randomDense(t, r, 3, 3), Settings{})
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 0, 1}, a)
	assert.Equal(t, []float64{0.5, 1.5 * (1 + 1e-8), 0}, b)
	assert.Equal(t, algos.Converged, result.Stopped, "b is scaled to the sum of a")
	assert.True(t, math.IsInf(result.F[1], -1) && math.IsInf(result.G[2], -1))
}

func TestCancelAndProgress(t *testing.T) {
	r := rand.New(rand.NewPCG(15, 16))
	cost := randomDense(t, r, 20, 20)
	a, b := randomMass(r, 20, 1, false), randomMass(r, 20, 1, false)
	ctx, cancel := context.WithCancelCause(background)
	reason := errors.New("enough")
	var seen []algos.Progress
	result, err := Solve(ctx, a, b, cost, Settings{Epsilon: 0.001, Progress: func(p algos.Progress) {
		seen = append(seen, p)
		if p.Done == 5 {
			cancel(reason)
		}
	}})
	require.ErrorIs(t, err, reason)
	require.NotNil(t, result)
	assert.Equal(t, algos.Cancelled, result.Stopped)
	assert.Equal(t, 5, result.Iterations)
	require.Len(t, seen, 5)
	for k, p := range seen {
		assert.Equal(t, algos.Progress{Done: k + 1, Of: 10000, Residual: result.Residuals[k]}, p)
	}
	checkPlan(t, "after cancelling", result, a, b, 2)

	result, err = Solve(ctx, a, b, cost, Settings{})
	require.ErrorIs(t, err, reason)
	assert.Zero(t, result.Iterations)
	assert.False(t, math.IsNaN(result.Dual))
}

func TestStallsAtRounding(t *testing.T) {
	r := rand.New(rand.NewPCG(17, 18))
	cost := randomDense(t, r, 20, 20)
	a, b := randomMass(r, 20, 1, false), randomMass(r, 20, 1, false)
	result, err := Solve(background, a, b, cost, Settings{Epsilon: 0.2, Tolerance: 1e-300})
	require.NoError(t, err)
	assert.Equal(t, algos.Stalled, result.Stopped)
	assert.Less(t, result.Residual, 1e-13)
}

func TestWorkersDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(19, 20))
	cost := randomDense(t, r, 300, 400)
	a, b := randomMass(r, 300, 1, true), randomMass(r, 400, 1, false)
	var results []*Result
	for _, workers := range []int{1, 2} {
		previous := kernels.SetWorkers(workers)
		result, err := Solve(background, a, b, cost, Settings{Epsilon: 0.01, MaxIterations: 20})
		kernels.SetWorkers(previous)
		require.NoError(t, err)
		results = append(results, result)
	}
	assert.Equal(t, results[0], results[1])
}
