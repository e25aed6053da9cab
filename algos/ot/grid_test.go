package ot

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// expanded is the same cost as a matrix.
func expanded(t *testing.T, c *Cost) *Cost {
	matrix := kernels.NewMatrix[float64](c.rows, c.cols)
	for i := range c.rows {
		for j := range c.cols {
			matrix.Set(i, j, c.At(i, j))
		}
	}
	dense, err := Dense(matrix)
	require.NoError(t, err)
	return dense
}

func separable(t *testing.T, r *rand.Rand, shapes ...[2]int) *Cost {
	var axes []kernels.Matrix[float64]
	for _, shape := range shapes {
		axes = append(axes, randomMatrix(r, shape[0], shape[1]))
	}
	cost, err := Separable(axes...)
	require.NoError(t, err)
	return cost
}

var gridShapes = [][][2]int{{{1, 1}}, {{9, 9}}, {{5, 8}}, {{4, 4}, {6, 6}}, {{3, 7}, {5, 2}}, {{1, 4}, {6, 1}}, {{3, 3}, {4, 4}, {5, 5}}, {{2, 3}, {4, 2}, {3, 5}}}

func TestGridNumbering(t *testing.T) {
	cost, err := Grid(2, 3, 4)
	require.NoError(t, err)
	rows, cols := cost.Size()
	assert.Equal(t, [2]int{24, 24}, [2]int{rows, cols})
	for p := range 24 {
		for q := range 24 {
			i, j, k := p/12-q/12, p/4%3-q/4%3, p%4-q%4
			assert.Equal(t, float64(i*i+j*j+k*k), cost.At(p, q))
		}
	}
	low, high := cost.Range()
	assert.Equal(t, [2]float64{0, 1 + 4 + 9}, [2]float64{low, high})
	part := kernels.NewMatrix[float64](3, 2)
	cost.gather(part, []int{1, 23, 5}, []int{0, 7})
	assert.Equal(t, []float64{cost.At(1, 0), cost.At(1, 7), cost.At(23, 0), cost.At(23, 7), cost.At(5, 0), cost.At(5, 7)}, part.Data)
}

// TestGridOperator compares every operation on a grid with the same on the matrix, down to eps where the products of
// kernels underflow, with and without places without mass.
func TestGridOperator(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, shape := range gridShapes {
		for _, eps := range []float64{1, 0.03, 1e-3, 1e-4} {
			for _, sparse := range []bool{false, true} {
				for _, method := range methods {
					name := fmt.Sprintf("%v eps=%v sparse=%v %v", shape, eps, sparse, method)
					cost := separable(t, r, shape...)
					matrix, onGrid := newDense(expanded(t, cost).matrix, LogDomain), newGrid(cost, method)
					matrix.prepare(eps)
					onGrid.prepare(eps)
					f, g := randomPotential(r, cost.rows, sparse), randomPotential(r, cost.cols, sparse)
					bound := 20 * 0x1p-52 * 4 / eps

					want, got := make([]float64, cost.rows), make([]float64, cost.rows)
					matrix.softRows(want, g)
					onGrid.softRows(got, g)
					assert.InDeltaSlice(t, want, got, bound, name)
					want, got = make([]float64, cost.cols), make([]float64, cost.cols)
					matrix.softColumns(want, f)
					onGrid.softColumns(got, f)
					assert.InDeltaSlice(t, want, got, bound, name)

					wantRows, wantCols := make([]float64, cost.rows), make([]float64, cost.cols)
					rows, cols := make([]float64, cost.rows), make([]float64, cost.cols)
					shift(f, -3) // sums that do not overflow
					wantCost, gotCost := matrix.totals(f, g, wantRows, wantCols), onGrid.totals(f, g, rows, cols)
					size := 0.0
					for _, s := range wantRows {
						size += s
					}
					assert.InDelta(t, wantCost, gotCost, bound*size*4+1e-300, name)
					assert.InDeltaSlice(t, wantRows, rows, bound*size+1e-300, name)
					assert.InDeltaSlice(t, wantCols, cols, bound*size+1e-300, name)
				}
			}
		}
	}
}

func shift(x []float64, by float64) {
	for i := range x {
		x[i] += by
	}
}

func randomPotential(r *rand.Rand, n int, sparse bool) []float64 {
	f := make([]float64, n)
	for i := range f {
		f[i] = r.Float64()
		if sparse && i%3 == 1 {
			f[i] = math.Inf(-1)
		}
	}
	return f
}

// TestGridEqualsDense solves problems on grids and, with the cost as a matrix, without: the same potentials and values to 1e-10.
func TestGridEqualsDense(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	shapes := append(gridShapes, [][2]int{{40, 40}}, [][2]int{{20, 20}, {12, 12}}, [][2]int{{6, 6}, {7, 7}, {8, 8}})
	for _, shape := range shapes {
		for _, relax := range []float64{0, 0.3} {
			for _, method := range methods {
				name := fmt.Sprintf("%v relax=%v %v", shape, relax, method)
				cost := separable(t, r, shape...)
				a, b := randomMass(r, cost.rows, 1, false), randomMass(r, cost.cols, 1, true)
				settings := Settings{Epsilon: 0.05, Method: method, RelaxA: relax, RelaxB: relax, MaxIterations: 40}
				want, err := Solve(background, a, b, expanded(t, cost), settings)
				require.NoError(t, err, name)
				s, err := newSolution("a", a, "b", b, cost, settings)
				require.NoError(t, err, name)
				if _, ok := s.operator.(*grid); !ok { // small: put it on the grid all the same
					s.operator, s.sources, s.targets = newGrid(cost, method), nil, nil
					s.problem.a, s.problem.b = a, s.b
					s.logA, s.logB = logarithms(a), logarithms(s.b)
					s.f, s.g = make([]float64, cost.rows), make([]float64, cost.cols)
				}
				require.NoError(t, s.run(background), name)
				got := s.finish()
				assert.InDeltaSlice(t, finite(want.F), finite(got.F), 1e-10, name)
				assert.InDeltaSlice(t, finite(want.G), finite(got.G), 1e-10, name)
				assert.InDelta(t, want.Cost, got.Cost, 1e-10, name)
				assert.InDelta(t, want.Primal, got.Primal, 1e-10, name)
				assert.InDelta(t, want.Dual, got.Dual, 1e-10, name)
				assert.InDeltaSlice(t, want.Residuals, got.Residuals, 1e-10, name)
				assert.InDeltaSlice(t, want.Plan().Data, got.Plan().Data, 1e-10, name)
			}
		}
	}
}

// TestGridOfShiftedCosts: what all moves cost beside changes no plan, be it negative or large beside epsilon.
func TestGridOfShiftedCosts(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	const n, eps = 30, 0.05
	a, b := randomMass(r, n*n, 1, false), randomMass(r, n*n, 1, false)
	axis := randomMatrix(r, n, n)
	for _, method := range methods {
		settings := Settings{Epsilon: eps, Method: method}
		var want *Result
		for _, beside := range []float64{0, -1, -64, 64} {
			shifted := kernels.NewMatrix[float64](n, n)
			for k, c := range axis.Data {
				shifted.Data[k] = c + beside
			}
			cost, err := Separable(axis, shifted)
			require.NoError(t, err)
			got, err := Solve(background, a, b, cost, settings)
			require.NoError(t, err, "%v %v", beside, method)
			if want == nil {
				want = got
			}
			assert.InDelta(t, want.Cost, got.Cost-beside, 1e-11, "%v %v", beside, method)
			assert.InDelta(t, want.Dual, got.Dual-beside, 1e-11, "%v %v", beside, method)
			assert.InDelta(t, want.Iterations, got.Iterations, 1, "%v %v", beside, method)
		}
	}
}

// TestGridChoosesItsOperator has a well-filled image go axis by axis and a sparse one not.
func TestGridChoosesItsOperator(t *testing.T) {
	cost, err := Grid(28, 28)
	require.NoError(t, err)
	full, sparse := make([]float64, 784), make([]float64, 784)
	for i := range full {
		full[i] = 1
		if i%8 == 0 {
			sparse[i] = 8
		}
	}
	s, err := newSolution("a", full, "b", full, cost, Settings{})
	require.NoError(t, err)
	assert.IsType(t, &grid{}, s.operator)
	s, err = newSolution("a", sparse, "b", sparse, cost, Settings{})
	require.NoError(t, err)
	assert.IsType(t, &dense{}, s.operator)
	assert.Len(t, s.problem.a, 98)
}
