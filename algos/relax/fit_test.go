package relax

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// problem is rows with values, and the fit of them.
func problem(random *rand.Rand, m, rows int) (a [][]float64, y []float64, f *fit) {
	f = newFit(m)
	for range rows {
		row := make([]float64, m)
		chebyshev(row, 2*random.Float64()-1)
		a, y = append(a, row), append(y, 10*random.NormFloat64())
		f.add(append([]float64(nil), row...), y[len(y)-1])
	}
	return a, y, f
}

// misfit is the sum of squares of a*theta - y/scale, and its gradient over 2.
func misfit(a [][]float64, y []float64, scale float64, theta []float64) (square float64, gradient []float64) {
	gradient = make([]float64, len(theta))
	for i, row := range a {
		e := dot(row, theta) - y[i]/scale
		square += e * e
		for j, v := range row {
			gradient[j] += e * v
		}
	}
	return square, gradient
}

// TestMinimumNorm: the gradient vanishes, the sum of squares is that reported, and with fewer rows than unknowns the solution is a combination of
// the rows, which makes it the shortest.
func TestMinimumNorm(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	for m := 1; m <= 7; m++ {
		for _, rows := range []int{1, 2, m, m + 1, 50} {
			a, y, f := problem(random, m, rows)
			theta, free := make([]float64, m), make([]float64, m)
			for j := range free {
				free[j] = math.Inf(1)
			}
			rest := f.within(theta, free, 3)
			square, gradient := misfit(a, y, 3, theta)
			assert.InDelta(t, square, rest, 1e-7*(1+dot(theta, theta)), "m = %d, %d rows", m, rows)
			for _, g := range gradient {
				assert.InDelta(t, 0, g, 1e-9*(1+math.Sqrt(dot(theta, theta))), "m = %d, %d rows", m, rows)
			}
			if rows >= m || rows > 2 {
				continue
			}
			left := append([]float64(nil), theta...) // less its part along the rows
			for range 2 {                            // the second time for what rounding left
				for i, row := range a {
					for _, other := range a[:i] {
						along := dot(row, other) / dot(other, other)
						for j := range row {
							row[j] -= along * other[j]
						}
					}
					along := dot(left, row) / dot(row, row)
					for j := range left {
						left[j] -= along * row[j]
					}
				}
			}
			assert.InDelta(t, 0, math.Sqrt(dot(left, left)), 1e-9*math.Sqrt(dot(theta, theta)), "m = %d, %d rows", m, rows)
		}
	}
}

// TestSameRowsAgain have rank one, whatever rounding makes of them: the coefficients share the mean of the values.
func TestSameRowsAgain(t *testing.T) {
	f := newFit(3)
	for k := range 1000 {
		f.add([]float64{1, 0.3, 2*0.3*0.3 - 1}, float64(k%2))
	}
	theta := make([]float64, 3)
	f.minimumNorm(theta, 1)
	square := 1 + 0.09 + 0.82*0.82
	for j, v := range []float64{1, 0.3, -0.82} {
		assert.InDelta(t, 0.5*v/square, theta[j], 1e-12)
	}
	assert.InDelta(t, 250, f.within(theta, []float64{1, 1, 1}, 1), 1e-9)
}

// TestWithinBounds: the conditions of Karush, Kuhn and Tucker.
func TestWithinBounds(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	atBound := 0
	for range 300 {
		m := 1 + random.IntN(6)
		a, y, f := problem(random, m, m+1+random.IntN(40))
		bounds, theta := make([]float64, m), make([]float64, m)
		for j := range bounds {
			bounds[j] = random.ExpFloat64() / float64(j+1)
		}
		rest := f.within(theta, bounds, 2)
		square, gradient := misfit(a, y, 2, theta)
		require.InEpsilon(t, square, rest, 1e-9)
		for j, g := range gradient {
			size := 1e-5 * math.Sqrt(square) * float64(len(a))
			switch {
			case theta[j] == bounds[j]:
				atBound++
				require.LessOrEqual(t, g, size)
			case theta[j] == -bounds[j]:
				atBound++
				require.GreaterOrEqual(t, g, -size)
			default:
				require.Less(t, math.Abs(theta[j]), bounds[j])
				require.InDelta(t, 0, g, size)
			}
		}
	}
	assert.Greater(t, atBound, 100)
}
