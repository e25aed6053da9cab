package linsolve_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels/sparse"
	"github.com/raphson-go/raphson/kernels/vec"
)

// twoGrid is a symmetric cycle on two grids for the five-point matrix with 4 on its diagonal: a step of damped Jacobi, the exact solution of what is left
// on the grid of every other point, a step again.
type twoGrid struct {
	a          *sparse.CSR[float64]
	side, half int         // points: side = 2*half + 1
	modes      [][]float64 // of the coarse grid along one axis, of length 1
	values     []float64   // eigenvalues along one axis
}

func newTwoGrid(t testing.TB, side int) *twoGrid {
	g := &twoGrid{a: grid(t, side, 0, 0), side: side, half: side / 2}
	for p := 1; p <= g.half; p++ {
		h := float64(p) * math.Pi / float64(g.half+1)
		v := make([]float64, g.half)
		for i := range v {
			v[i] = math.Sqrt(2/float64(g.half+1)) * math.Sin(h*float64(i+1))
		}
		g.modes, g.values = append(g.modes, v), append(g.values, 4*math.Sin(h/2)*math.Sin(h/2))
	}
	return g
}

const damping = 0.8

// Precondition is the cycle from zero.
func (g *twoGrid) Precondition(z, r []float64) {
	rest := make([]float64, len(r))
	clear(z)
	vec.Axpy(damping/4, r, z)
	g.a.Residual(rest, r, z)
	g.correct(z, rest)
	g.a.Residual(rest, r, z)
	vec.Axpy(damping/4, rest, z)
}

// correct adds the interpolation, linear along each axis, of the coarse solution. Restriction is its transpose over 4, and the coarse matrix, of a spacing twice
// as large, is A over 4.
func (g *twoGrid) correct(z, rest []float64) {
	coarse := make([]float64, g.half*g.half)
	stencil := func(do func(fine, coarse int, weight float64)) {
		for i := range g.half {
			for j := range g.half {
				for di := -1; di <= 1; di++ {
					for dj := -1; dj <= 1; dj++ {
						do((2*i+1+di)*g.side+2*j+1+dj, i*g.half+j, 1/float64((1+di*di)*(1+dj*dj)))
					}
				}
			}
		}
	}
	stencil(func(fine, at int, weight float64) { coarse[at] += weight * rest[fine] })
	g.solve(coarse)
	stencil(func(fine, at int, weight float64) { z[fine] += weight * coarse[at] })
}

// solve solves exactly on the coarse grid, in the basis of its modes.
func (g *twoGrid) solve(b []float64) {
	transform := func() { // rows, then what were columns
		for range 2 {
			turned := make([]float64, len(b))
			for i := range g.half {
				for p, mode := range g.modes {
					turned[p*g.half+i] = vec.Dot(mode, b[i*g.half:(i+1)*g.half])
				}
			}
			copy(b, turned)
		}
	}
	transform()
	for p, x := range g.values {
		for q, y := range g.values {
			b[p*g.half+q] /= x + y
		}
	}
	transform()
}

// TestDirectionsOfTheResidual: with the identity, the history is that of conjugate gradients.
func TestDirectionsOfTheResidual(t *testing.T) {
	for name, a := range map[string]*sparse.CSR[float64]{"grid": grid(t, 40, 0, 0), "shifted": grid(t, 25, 0.1, 0)} {
		b := testkit.Normal[float64](testkit.NewRandom(1), a.Rows())
		settings := linsolve.Settings{MaxIterations: 30, Tolerance: 1e-10}
		want, err := linsolve.CG(background, linsolve.Sparse(a), b, settings)
		require.NoError(t, err)
		for _, direction := range []func(q, r []float64){nil, func(q, r []float64) { copy(q, r) }, func(q, r []float64) { vec.Axpy(-7, r, q) }} {
			if direction != nil {
				clearing := direction
				direction = func(q, r []float64) { clear(q); clearing(q, r) }
			}
			result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{Settings: settings, Direction: direction})
			require.NoError(t, err)
			require.Len(t, result.Residuals, len(want.Residuals))
			for k, residual := range result.Residuals {
				assert.InEpsilon(t, want.Residuals[k], residual, 1e-10, "%s, iteration %d", name, k)
			}
			assert.Zero(t, result.Replaced)
		}
	}
}

// TestDirectionsOfTheInverse converge at once, whatever their length.
func TestDirectionsOfTheInverse(t *testing.T) {
	const n = 20
	m := random(t, n, n, 0, 3)
	for i := range n {
		for j := range i {
			m.Set(i, j, m.At(j, i))
		}
		m.Set(i, i, 12)
	}
	a, err := linsolve.Dense(m)
	require.NoError(t, err)
	b := testkit.Normal[float64](testkit.NewRandom(4), n)
	result, err := linsolve.ConjugateDirections(background, a, b, linsolve.DirectionSettings{
		Settings:  linsolve.Settings{Tolerance: 1e-12},
		Direction: func(q, r []float64) { copy(q, eliminate(m, r)); vec.Scale(-1e5, q) },
	})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.Equal(t, 1, result.Iterations)
	requireClose(t, eliminate(m, b), result.X, 1e-12)
}

// TestDirectionsOfTwoGrids: as many iterations as conjugate gradients with the same preconditioner, and as many on all grids, where those of conjugate
// gradients alone double. The grids have 32, 64 and 128 intervals on a side.
func TestDirectionsOfTwoGrids(t *testing.T) {
	sides := []int{31, 63, 127}
	if testing.Short() {
		sides = []int{15, 31, 63}
	}
	var counts, alone []int
	for _, side := range sides {
		g := newTwoGrid(t, side)
		b := testkit.Normal[float64](testkit.NewRandom(5), side*side)
		settings := linsolve.Settings{Tolerance: 1e-8}
		plain, err := linsolve.CG(background, linsolve.Sparse(g.a), b, settings)
		requireSolved(t, g.a, b, plain, err, 1e-8)
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(g.a), b, linsolve.DirectionSettings{Settings: settings, Direction: g.Precondition})
		require.NoError(t, err)
		requireSolved(t, g.a, b, &result.Result, err, 1e-8)
		settings.Preconditioner = g
		preconditioned, err := linsolve.CG(background, linsolve.Sparse(g.a), b, settings)
		requireSolved(t, g.a, b, preconditioned, err, 1e-8)
		assert.InDelta(t, preconditioned.Iterations, result.Iterations, 1, "side %d", side)
		assert.Zero(t, result.Replaced)
		counts, alone = append(counts, result.Iterations), append(alone, plain.Iterations)
	}
	t.Log(counts, alone)
	for k := range sides {
		assert.InDelta(t, counts[0], counts[k], 2)
		if k > 0 {
			assert.InEpsilon(t, 2, float64(alone[k])/float64(alone[k-1]), 0.1)
		}
	}
}

// uneven is an approximate inverse as a network might be: not linear, not symmetric, right in the main.
func uneven(g *twoGrid) func(q, r []float64) {
	return func(q, r []float64) {
		g.Precondition(q, r)
		for i := range q {
			q[i] *= 1 + 0.5*math.Tanh(20*r[i]) + 0.3*math.Sin(float64(i))
		}
	}
}

// TestDirectionsKept: without making directions conjugate it takes longer, and five kept are not much better than two.
func TestDirectionsKept(t *testing.T) {
	g := newTwoGrid(t, 31)
	b := testkit.Normal[float64](testkit.NewRandom(6), 31*31)
	count := func(direction func(q, r []float64), keep int) int {
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(g.a), b, linsolve.DirectionSettings{Direction: direction, Keep: keep})
		require.NoError(t, err)
		requireSolved(t, g.a, b, &result.Result, err, 1e-8)
		return result.Iterations
	}
	for name, direction := range map[string]func(q, r []float64){"two grids": g.Precondition, "uneven": uneven(g)} {
		none, one, two, five := count(direction, -1), count(direction, 1), count(direction, 2), count(direction, 5)
		t.Log(name, none, one, two, five)
		assert.Greater(t, none, two, name)
		assert.LessOrEqual(t, two, one, name)
		assert.InDelta(t, two, five, 0.15*float64(two), name)
	}
	assert.Less(t, 4*count(nil, 2), count(nil, -1), "steepest descent")
}

// TestUselessDirections are replaced and counted; what is left is conjugate gradients.
func TestUselessDirections(t *testing.T) {
	a := grid(t, 12, 0, 0)
	b := testkit.Normal[float64](testkit.NewRandom(7), 144)
	for name, direction := range map[string]func(q, r []float64){
		"zero":     func(q, r []float64) { clear(q) },
		"NaN":      func(q, r []float64) { clear(q); q[3] = math.NaN() },
		"infinite": func(q, r []float64) { clear(q); q[3] = math.Inf(1) },
		"orthogonal": func(q, r []float64) {
			clear(q)
			q[0], q[1] = r[1], -r[0]
		},
	} {
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{Direction: direction})
		require.NoError(t, err)
		requireSolved(t, a, b, &result.Result, err, 1e-8)
		assert.Greater(t, result.Replaced, 0, name)
		t.Log(name, result.Iterations, result.Replaced)
	}
	energy := math.Inf(1)
	want := eliminate(a.Dense(), b)
	for iterations := 1; iterations < 20; iterations++ { // along directions that mean nothing
		source := testkit.NewRandom(8)
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{
			Settings:  linsolve.Settings{MaxIterations: iterations},
			Direction: func(q, r []float64) { copy(q, testkit.Normal[float64](source, len(q))) },
		})
		require.NoError(t, err)
		e, ae := make([]float64, 144), make([]float64, 144)
		vec.Sub(e, want, result.X)
		a.MulVec(1, e, 0, ae)
		require.LessOrEqual(t, vec.Dot(e, ae), energy, "the error does not grow")
		energy = vec.Dot(e, ae)
	}
}

// TestNeumann: the Laplacian of a grid with nothing at its edge has the constants for its null space.
func TestNeumann(t *testing.T) {
	const side = 15
	var row, column []int
	var value []float64
	add := func(i, j int) { // a spring between two points
		row, column, value = append(row, i, i, j, j), append(column, i, j, j, i), append(value, 1, -1, 1, -1)
	}
	for i := range side {
		for j := range side {
			if j+1 < side {
				add(i*side+j, i*side+j+1)
			}
			if i+1 < side {
				add(i*side+j, (i+1)*side+j)
			}
		}
	}
	a, err := sparse.FromCOO(side*side, side*side, row, column, value)
	require.NoError(t, err)
	b := testkit.Normal[float64](testkit.NewRandom(9), side*side)
	start := make([]float64, side*side)
	for i := range start {
		start[i] = 3
	}
	centred := append([]float64(nil), b...)
	for i := range centred {
		centred[i] -= vec.Sum(b) / side / side
	}
	for name, direction := range map[string]func(q, r []float64){"residual": nil, "off the mean": func(q, r []float64) {
		for i := range q {
			q[i] = r[i] + 5
		}
	}} {
		result, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{
			Settings: linsolve.Settings{Start: start, Tolerance: 1e-10}, Direction: direction, ZeroMean: true,
		})
		require.NoError(t, err)
		requireSolved(t, a, centred, &result.Result, err, 1e-10)
		assert.InDelta(t, 3, vec.Sum(result.X)/side/side, 1e-12, name)
	}
	for i := range start { // another start, with a mean of 112
		start[i] = float64(i)
	}
	for _, level := range []float64{0, 1, 3. / 7, -5. / 7} { // the mean of the last two is off by rounding
		for i := range b {
			b[i] = level
		}
		for want, from := range map[float64][]float64{0: nil, 112: start} {
			constant, err := linsolve.ConjugateDirections(background, linsolve.Sparse(a), b, linsolve.DirectionSettings{
				Settings: linsolve.Settings{Start: from}, ZeroMean: true,
			})
			require.NoError(t, err)
			assert.Equal(t, algos.Converged, constant.Stopped, "%v: %v", level, constant.Reason)
			assert.Zero(t, constant.Residual)
			for _, v := range constant.X {
				require.Equal(t, want, v, "%v", level)
			}
		}
	}
}

func TestDirectionErrors(t *testing.T) {
	a := linsolve.Sparse(grid(t, 2, 0, 0))
	b := []float64{1, 2, 3, 4}
	_, err := linsolve.ConjugateDirections(background, a, b, linsolve.DirectionSettings{Keep: -2})
	assert.ErrorIs(t, err, linsolve.ErrSetting)
	_, err = linsolve.ConjugateDirections(background, a, b, linsolve.DirectionSettings{Settings: linsolve.Settings{Preconditioner: &linsolve.Jacobi{}}})
	assert.ErrorIs(t, err, linsolve.ErrSetting)
	indefinite := linsolve.Sparse(grid(t, 10, -2.1, 0))
	result, err := linsolve.ConjugateDirections(background, indefinite, testkit.Normal[float64](testkit.NewRandom(3), 100), linsolve.DirectionSettings{})
	require.NoError(t, err)
	assert.Equal(t, algos.Breakdown, result.Stopped)
	assert.ErrorIs(t, result.Reason, linsolve.ErrIndefinite)
}
