package ot

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/kernels"
)

// randomAssignment is a cost uniform on [0,1] and equal masses, the first case of Tang et al.
func randomAssignment(t *testing.T, n int, seed uint64) (mass []float64, cost *Cost) {
	r := rand.New(rand.NewPCG(seed, 0))
	matrix := kernels.NewMatrix[float64](n, n)
	for i := range matrix.Data {
		matrix.Data[i] = r.Float64()
	}
	cost, err := Dense(matrix)
	require.NoError(t, err)
	return constant(1/float64(n), n), cost
}

func constant(v float64, n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = v
	}
	return x
}

// paperSettings are those of Tang et al., with the fraction that works for us; see the package comment.
func paperSettings(n int) NewtonSettings {
	return NewtonSettings{
		Settings: Settings{Epsilon: 1.0 / 1200, Tolerance: 1e-12}, Sweeps: 20,
		Fraction: 15 / float64(n), LinearTolerance: 1e-10, LinearIterations: 500,
	}
}

// TestNewtonAssignment is the acceptance of the method: few Newton steps, the last of them each gaining more digits than the one
// before, where as many sweeps leave an error above 1e-3 and ten times as many, which take longer, one above 1e-6.
func TestNewtonAssignment(t *testing.T) {
	n, seeds := 500, 5
	if testing.Short() {
		n, seeds = 150, 3
	}
	var steps []int
	for seed := range uint64(seeds) {
		mass, cost := randomAssignment(t, n, seed+1)
		result, err := SinkhornNewton(background, mass, mass, cost, paperSettings(n))
		require.NoError(t, err)
		require.Equal(t, algos.Converged, result.Stopped)
		require.LessOrEqual(t, result.Residual, 1e-12)
		require.Equal(t, 20, result.Sweeps)
		require.Zero(t, result.Failed)
		require.InDelta(t, 15/float64(n), result.Fraction, 1e-12)
		steps = append(steps, result.Steps)

		// Residuals stand at the start of each step; the last is what the final step reached.
		tail := append(result.Residuals[20:], result.Residual)
		gains := make([]float64, len(tail)-1)
		for k := range gains {
			gains[k] = math.Log(tail[k] / tail[k+1])
		}
		last := len(gains) - 1
		t.Logf("seed %d: %d steps, %d iterations of conjugate gradients, residuals %.1e", seed+1, result.Steps, result.LinearIterations, tail)
		assert.Greater(t, gains[last], math.Log(100), "the last step gains two digits at least")
		assert.Greater(t, gains[last]+gains[last-1], 1.5*(gains[last-2]+gains[last-3]), "more than linear")

		for iterations, above := range map[int]float64{result.Iterations: 1e-3, 10 * result.Iterations: 1e-6} {
			sweeps, err := Solve(background, mass, mass, cost, Settings{Epsilon: 1.0 / 1200, Tolerance: 1e-12, MaxIterations: iterations})
			require.NoError(t, err)
			assert.Greater(t, sweeps.Residual, above, "%d sweeps alone", iterations)
		}
	}
	slices.Sort(steps)
	assert.LessOrEqual(t, steps[len(steps)/2], 20)
}

// TestNewtonAssignmentValue compares with the exact solution: entropy costs at most eps*log n.
func TestNewtonAssignmentValue(t *testing.T) {
	const n = 100
	mass, cost := randomAssignment(t, n, 7)
	best := assignment(cost.matrix) / n
	for _, eta := range []float64{1200, 100, 10} {
		result, err := SinkhornNewton(background, mass, mass, cost, NewtonSettings{Settings: Settings{Epsilon: 1 / eta, Tolerance: 1e-12}})
		require.NoError(t, err)
		require.Equal(t, algos.Converged, result.Stopped)
		assert.GreaterOrEqual(t, result.Cost, best-1e-12)
		assert.LessOrEqual(t, result.Cost, best+math.Log(n)/eta)
	}
}

// inkPair is two digits on a floor of 0.01 of full ink, as the papers have it, and a cost between pixels scaled to at most 1.
func inkPair(t *testing.T, i, j int, absolute bool) (a, b []float64, cost *Cost) {
	places := make([]float64, digits.Side)
	for k := range places {
		places[k] = float64(k)
	}
	axis := Axis(places, places, func(x, y float64) float64 {
		if absolute {
			return math.Abs(x-y) / (2 * (digits.Side - 1))
		}
		return (x - y) * (x - y) / (2 * (digits.Side - 1) * (digits.Side - 1))
	})
	grid, err := Separable(axis, axis)
	require.NoError(t, err)
	cost, err = Dense(grid.block(0, grid.rows))
	require.NoError(t, err)
	return floored(i), floored(j), cost
}

func floored(i int) []float64 {
	mass := make([]float64, digits.Pixels)
	var total float64
	for k, v := range digits.Image(i) {
		mass[k] = float64(v)/255 + 0.01
		total += mass[k]
	}
	return scaled(mass, 1/total)
}

func TestNewtonDigits(t *testing.T) {
	if testing.Short() {
		t.Skip("seconds in an emulator")
	}
	for _, absolute := range []bool{false, true} {
		for _, eta := range []float64{1200, 100, 10} {
			a, b, cost := inkPair(t, 1, 62, absolute)
			result, err := SinkhornNewton(background, a, b, cost, NewtonSettings{Settings: Settings{Epsilon: 1 / eta, Tolerance: 1e-12}})
			require.NoError(t, err)
			t.Logf("absolute %v, eta %v: %d sweeps, %d steps, fraction %.3f, %v", absolute, eta, result.Sweeps, result.Steps, result.Fraction, result.Stopped)
			require.Equal(t, algos.Converged, result.Stopped)
			assert.LessOrEqual(t, result.Residual, 1e-12)
			assert.LessOrEqual(t, result.Iterations, 777, "the most that the paper needs")
			if eta == 10 {
				assert.Zero(t, result.Steps, "sweeps are enough")
			}
		}
	}
}

func TestNewtonAgreesWithSolve(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 0)) // other problems can take Solve very long
	shapes := [][2]int{{1, 1}, {1, 5}, {7, 1}, {2, 2}, {12, 30}, {30, 12}, {40, 40}}
	for _, shape := range shapes {
		cost, err := Dense(randomMatrix(r, shape[0], shape[1]))
		require.NoError(t, err)
		a, b := randomMass(r, shape[0], 3, true), randomMass(r, shape[1], 3, true)
		checkNewton(t, a, b, cost)
	}
	grid, err := Grid(6, 7)
	require.NoError(t, err)
	checkNewton(t, randomMass(r, 42, 1, false), randomMass(r, 42, 1, false), grid)
	sparseMass := make([]float64, 42)
	sparseMass[3], sparseMass[20], sparseMass[41] = 0.5, 0.2, 0.3
	checkNewton(t, sparseMass, randomMass(r, 42, 1, false), grid)
}

// checkNewton makes Newton take over after the first sweep, in each of its forms.
func checkNewton(t *testing.T, a, b []float64, cost *Cost) {
	settings := Settings{Tolerance: 1e-12, MaxIterations: 200000}
	want, err := Solve(background, a, b, cost, settings)
	require.NoError(t, err)
	require.Equal(t, algos.Converged, want.Stopped)
	low, high := cost.Range()
	for _, form := range []NewtonSettings{{}, {Dense: true}, {Fraction: 0.3}, {Fraction: 1, LinearTolerance: 1e-10}} {
		form.Settings, form.Sweeps = settings, 1
		got, err := SinkhornNewton(background, a, b, cost, form)
		require.NoError(t, err)
		require.Equal(t, algos.Converged, got.Stopped)
		require.LessOrEqual(t, got.Residual, 1.01e-12)
		require.Equal(t, got.Iterations, got.Sweeps+got.Steps+got.Failed)
		require.Len(t, got.Residuals, got.Iterations)
		require.InDelta(t, want.Dual, got.Dual, 1e-10*max(1, high-low))
		require.InDelta(t, want.Cost, got.Cost, 1e-8*max(1, high-low))
		for i, m := range a {
			require.Equal(t, m == 0, math.IsInf(got.F[i], -1))
		}
	}
}

// TestNewtonFromFarAway starts Newton after one sweep where that is far too early: the shift and the sweeps have to save it.
func TestNewtonFromFarAway(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 0))
	const n = 60
	x, y := randomMatrix(r, n, 2), randomMatrix(r, n, 2)
	cost, err := SquaredEuclidean(x, y)
	require.NoError(t, err)
	a, b := randomMass(r, n, 1, false), randomMass(r, n, 1, false)
	low, high := cost.Range()
	for _, eta := range []float64{1200, 20000} {
		result, err := SinkhornNewton(background, a, b, cost, NewtonSettings{Settings: Settings{Epsilon: (high - low) / eta, Scaling: 1, Tolerance: 1e-10}, Sweeps: 1})
		require.NoError(t, err)
		t.Logf("eta %v: %d sweeps, %d steps, %d failed", eta, result.Sweeps, result.Steps, result.Failed)
		assert.Equal(t, algos.Converged, result.Stopped)
		assert.LessOrEqual(t, result.Residual, 1e-10)
	}
}

func TestNewtonStalls(t *testing.T) {
	mass, cost := randomAssignment(t, 80, 1)
	result, err := SinkhornNewton(background, mass, mass, cost, NewtonSettings{Settings: Settings{Epsilon: 1.0 / 1200, Tolerance: 1e-300}, Sweeps: 20})
	require.NoError(t, err)
	assert.Equal(t, algos.Stalled, result.Stopped)
	assert.Less(t, result.Residual, 1e-12)
	assert.Less(t, result.Iterations, 100)
}

func TestNewtonErrors(t *testing.T) {
	cost, err := Dense(square(0, 1, 1, 0))
	require.NoError(t, err)
	good := []float64{1, 1}
	for _, c := range []struct {
		settings NewtonSettings
		want     error
		message  string
	}{
		{NewtonSettings{Settings: Settings{RelaxA: 2}}, ErrUnbalanced, "ot: Settings.RelaxA = 2, Settings.RelaxB = 0: only for imposed marginals"},
		{NewtonSettings{Sweeps: -1}, ErrSetting, "ot: NewtonSettings.Sweeps = -1, want 0 or more: setting out of range"},
		{NewtonSettings{Fraction: math.NaN()}, ErrSetting, "ot: NewtonSettings.Fraction = NaN, want 0 to 1: setting out of range"},
		{NewtonSettings{Fraction: 1.5}, ErrSetting, "ot: NewtonSettings.Fraction = 1.5, want 0 to 1: setting out of range"},
		{NewtonSettings{Fraction: 0.5, Dense: true}, ErrSetting, "ot: NewtonSettings.Fraction = 0.5 although Dense: setting out of range"},
		{NewtonSettings{LinearTolerance: 1}, ErrSetting, "ot: NewtonSettings.LinearTolerance = 1, want 0 or more and below 1: setting out of range"},
		{NewtonSettings{LinearIterations: -3}, ErrSetting, "ot: NewtonSettings.LinearIterations = -3, want 0 or more: setting out of range"},
		{NewtonSettings{Settings: Settings{Tolerance: -1}}, ErrTolerance, "ot: Settings.Tolerance = -1: tolerance must be positive and finite"},
	} {
		result, err := SinkhornNewton(background, good, good, cost, c.settings)
		assert.Nil(t, result)
		assert.ErrorIs(t, err, c.want)
		assert.EqualError(t, err, c.message)
	}
	_, err = SinkhornNewton(background, []float64{1}, good, cost, NewtonSettings{})
	assert.ErrorIs(t, err, ErrShape)
}

func TestNewtonEnds(t *testing.T) {
	mass, cost := randomAssignment(t, 60, 1)
	settings := NewtonSettings{Settings: Settings{Epsilon: 1.0 / 1200, Tolerance: 1e-12}, Sweeps: 5}
	ctx, cancel := context.WithCancel(background)
	calls := 0
	settings.Progress = func(p algos.Progress) {
		calls++
		assert.Equal(t, calls, p.Done)
		if calls == 7 {
			cancel()
		}
	}
	result, err := SinkhornNewton(ctx, mass, mass, cost, settings)
	require.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, algos.Cancelled, result.Stopped)
	assert.Equal(t, []int{5, 2, 7}, []int{result.Sweeps, result.Steps, result.Iterations})

	settings.Progress, settings.MaxIterations = nil, 6
	result, err = SinkhornNewton(background, mass, mass, cost, settings)
	require.NoError(t, err)
	assert.Equal(t, algos.IterationLimit, result.Stopped)
	assert.Equal(t, 6, result.Iterations)
	assert.Greater(t, result.Residual, 1e-12)
}

// TestNewtonWorkers: the bits do not depend on them.
func TestNewtonWorkers(t *testing.T) {
	mass, cost := randomAssignment(t, 200, 2)
	var potentials [2][]float64
	for k := range potentials {
		before := kernels.SetWorkers(k + 1)
		result, err := SinkhornNewton(background, mass, mass, cost, NewtonSettings{Settings: Settings{Epsilon: 1.0 / 1200}})
		kernels.SetWorkers(before)
		require.NoError(t, err)
		potentials[k] = result.F
	}
	assert.Equal(t, potentials[0], potentials[1])
}

// TestNewtonFallsBack: where no step can be taken sweeps repair the potentials, after which steps go on.
func TestNewtonFallsBack(t *testing.T) {
	mass, cost := randomAssignment(t, 80, 3)
	settings := NewtonSettings{Settings: Settings{Epsilon: 1.0 / 1200, Tolerance: 1e-12}, LinearIterations: 500}
	s, err := newSolution("a", mass, "b", mass, cost, settings.Settings)
	require.NoError(t, err)
	defer s.release()
	n := &newton{solution: s, settings: settings}
	n.start(n.firstEpsilon())
	n.f[7] -= 100 // its row of the plan underflows
	n.prepareSteps()
	require.NoError(t, n.alternate(background))
	assert.Equal(t, algos.Converged, n.report.Stopped)
	assert.Equal(t, 1, n.result.Failed)
	assert.Equal(t, fewestSweeps, n.result.Sweeps)
	assert.Positive(t, n.result.Steps)
	assert.LessOrEqual(t, s.finish().Residual, 1e-12)
}
