package bcd

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels/vec"
)

// regularisers is one of each kind, with groups of three.
func regularisers(n int) map[string]Regulariser {
	return map[string]Regulariser{
		"none": L1(0), "L1": L1(0.4), "non-negative": NonNegative(0), "non-negative L1": NonNegative(0.3), "box": Box(-0.3, 0.5),
		"elastic net": ElasticNet(0.2, 0.5), "group L1": GroupL1(0.5, ConsecutiveGroups(n, 3)),
	}
}

// moved is a block after one move from x.
func moved(t *testing.T, it *Iteration, rule Update, block Block) []float64 {
	t.Helper()
	move, err := rule.Begin(it)
	require.NoError(t, err)
	require.NoError(t, move(block))
	return gather(nil, it.Point.X(), block.Variables)
}

// TestSmoothUpdates holds each rule against its formula where there is no regulariser.
func TestSmoothUpdates(t *testing.T) {
	for name, p := range smallProblems(t, 21, 20, 12) {
		r := rand.New(rand.NewPCG(22, 0))
		x := smallVector(r, p.Size())
		block := Block{randomBlock(r, p.Size(), 3), -1}
		at := gather(nil, x, block.Variables)
		g, bound, hessian := make([]float64, 3), newMatrix(3), newMatrix(3)
		point := p.At(x)
		point.Gradient(g, block.Variables)
		point.Hessian(hessian, block.Variables)
		p.Bound(bound, block.Variables)
		want := func(d []float64) []float64 {
			vec.Sub(d, at, d)
			return d
		}
		start := func() *Iteration { return started(t, p, nil, Variable(3), x) }
		solved := func(h Matrix) []float64 {
			d := append([]float64(nil), g...)
			factorised(h).solve(d)
			return want(d)
		}
		l := append([]float64(nil), g...)
		vec.Scale(1/largestEigenvalue(bound), l)
		assert.InDeltaSlice(t, want(l), moved(t, start(), LipschitzStep, block), 1e-12, name)
		assert.InDeltaSlice(t, solved(bound), moved(t, start(), MatrixStep, block), 1e-9, name)
		it := start()
		newton := moved(t, it, NewtonStep, block)
		assert.Less(t, it.Point.Value(), point.Value(), name)
		step := solved(hessian)
		along := (newton[0] - at[0]) / (step[0] - at[0])
		assert.True(t, along > 0 && along <= 1+1e-12, "%s: on the line to the minimum of the model", name)
		for k := range at {
			assert.InDelta(t, at[k]+along*(step[k]-at[k]), newton[k], 1e-9, name)
		}
		if p.Quadratic() {
			it := start()
			moved(t, it, ExactStep, block)
			it.Point.Gradient(g, block.Variables)
			assert.InDeltaSlice(t, []float64{0, 0, 0}, g, 1e-9, name)
			assert.InDelta(t, 1, along, 1e-12)
		}
		assert.InDeltaSlice(t, newton, moved(t, start(), ProjectedNewton, block), 1e-9, "%s: nothing to project on", name)
		assert.InDeltaSlice(t, step, moved(t, start(), TwoMetric, block), 1e-9*(1+math.Abs(1/along)), "%s: nothing to project on", name)
	}
}

// TestTreesAreSolvedExactly: elimination leaves no gradient in a block without a cycle.
func TestTreesAreSolvedExactly(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 0))
	p := lattice(t, r, 12, 15)
	for _, partition := range []Partition{RedBlack(), Combs(12, 12, p.Unlabelled()), Forests(), Trees()} {
		it := started(t, p, nil, partition, smallVector(r, p.Size()))
		choose, err := GS.Begin(it)
		require.NoError(t, err)
		for range 4 {
			block := choose()
			moved(t, it, ExactStep, block)
			g := make([]float64, len(block.Variables))
			it.Point.Gradient(g, block.Variables)
			assert.Less(t, math.Abs(vec.Max(g)), 1e-13)
			assert.Less(t, math.Abs(vec.Min(g)), 1e-13)
		}
	}
}

// TestProgress: every rule decreases the objective by what its model promises at least, with every regulariser.
func TestProgress(t *testing.T) {
	for name, p := range smallProblems(t, 24, 20, 12) {
		for kind, reg := range regularisers(p.Size()) {
			for rule := LipschitzStep; rule <= TwoMetric; rule++ {
				r := rand.New(rand.NewPCG(25, 0))
				it := started(t, p, reg, Fixed(6, Ordered), smallVector(r, p.Size()))
				move, err := rule.Begin(it)
				if err != nil {
					assert.ErrorIs(t, err, ErrCombination, "%s, %s, %v", name, kind, rule)
					continue
				}
				for range 12 {
					k := r.IntN(len(it.Blocks.Fixed))
					block := it.numbered(k)
					x := gather(nil, it.Point.X(), block.Variables)
					before, g := it.objective(), make([]float64, len(x))
					it.Point.Gradient(g, block.Variables)
					require.NoError(t, move(block))
					z := gather(nil, it.Point.X(), block.Variables)
					d := make([]float64, len(x))
					vec.Sub(d, z, x)
					after := it.objective()
					slack := 1e-12 * (1 + math.Abs(before))
					require.LessOrEqual(t, after, before+slack, "%s, %s, %v", name, kind, rule)
					change := reg.Value(z, block.Variables) - reg.Value(x, block.Variables) + vec.Dot(g, d)
					switch rule {
					case LipschitzStep, MatrixStep, ExactStep: // the model is above the objective
						h := newMatrix(len(x))
						p.Bound(h, block.Variables)
						quadratic := it.blockLipschitz(block) * vec.SumSquares(d)
						if rule != LipschitzStep {
							quadratic = 0
							for t := range d {
								quadratic += d[t] * vec.Dot(h.Row(t), d)
							}
						}
						require.LessOrEqual(t, after, before+change+quadratic/2+slack, "%s, %s, %v", name, kind, rule)
						require.LessOrEqual(t, change+quadratic/2, slack, "the model falls")
					}
				}
			}
		}
	}
}

// TestEstimates: constants double until they hold, and stay.
func TestEstimates(t *testing.T) {
	p := diagonalProblem(t, 5, 0.5, 3)
	it := started(t, p, nil, Variable(1), []float64{1, 1, 1})
	move, err := EstimatedStep.Begin(it)
	require.NoError(t, err)
	for i, want := range []float64{1 - 5.0/8, 0, 1 - 3.0/4} { // 1, 2, 4, 8 for a second derivative of 5; 0.5 as it is
		require.NoError(t, move(Block{[]int32{int32(i)}, -1}))
		assert.InDelta(t, want, it.Point.X()[i], 1e-15)
	}
	require.NoError(t, move(Block{[]int32{0, 1, 2}, -1}))
	assert.InDeltaSlice(t, []float64{0.375 * 3 / 8, 0, 0.25 * 5 / 8}, it.Point.X(), 1e-15, "the largest of the three, 8")
}

// TestInterpolation: the minima of polynomials that are known.
func TestInterpolation(t *testing.T) {
	quadratic := func(a float64) float64 { return (a-0.3)*(a-0.3) - 0.09 }
	assert.InDelta(t, 0.3, quadraticMinimum(1, quadratic(1), -0.6), 1e-15)
	cubic := func(a float64) float64 { return a*a*a + a*a - a } // least at 1/3
	assert.InDelta(t, 1.0/3, cubicMinimum(0.5, cubic(0.5), 1, cubic(1), -1), 1e-14)
}

// TestLineSearch: where the Newton step of the logistic function goes too far it is shortened, and the objective falls.
func TestLineSearch(t *testing.T) {
	a, err := Dense(Matrix{Rows: 2, Cols: 1, Stride: 1, Data: []float64{1, 1}})
	require.NoError(t, err)
	p, err := Logistic(a, []float64{1, -1})
	require.NoError(t, err)
	it := started(t, p, nil, Variable(1), []float64{4})
	before := it.objective()
	z := moved(t, it, NewtonStep, Block{[]int32{0}, -1})
	assert.Less(t, it.objective(), before)
	assert.Less(t, math.Abs(z[0]), 4.0, "the whole step would go to -9.4")
}

// TestTwoMetric: a variable at its bound that the gradient holds there stays, the others take the Newton step of their own block.
func TestTwoMetric(t *testing.T) {
	h := Matrix{Rows: 3, Cols: 3, Stride: 3, Data: []float64{4, 1, 1, 1, 3, 1, 1, 1, 2}}
	p, err := DenseQuadratic(h, []float64{-5, 2, 3})
	require.NoError(t, err)
	it := started(t, p, NonNegative(0.5), Variable(3), []float64{0, 1, 1})
	got := moved(t, it, TwoMetric, Block{[]int32{0, 1, 2}, -1})
	// 3y + z = 1.5, y + 2z = 2.5
	assert.InDeltaSlice(t, []float64{0, 0.1, 1.2}, got, 1e-12)
	assert.InDelta(t, 0, it.residual(), 1e-9)
}

// TestEstimatedStepFromAfar: estimates begin at 1 also for columns of norm 1e9, where the first trials are far away.
func TestEstimatedStepFromAfar(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 9))
	x := smallData(r, 12, 3)
	vec.Scale(1e9, x.Data)
	a, err := Dense(x)
	require.NoError(t, err)
	y := smallVector(r, 12)
	squares, err := LeastSquares(a, y)
	require.NoError(t, err)
	for i := range y {
		y[i] = math.Copysign(1, y[i])
	}
	logistic, err := Logistic(a, y)
	require.NoError(t, err)
	for name, p := range map[string]Problem{"least squares": squares, "logistic": logistic} {
		result, err := Minimise(context.Background(), p, Settings{Update: EstimatedStep, Regulariser: L1(1e8)})
		require.NoError(t, err)
		require.Equal(t, algos.Converged, result.Stopped, "%s: %v after %d", name, result.Residual, result.Iterations)
	}
}

// TestEstimatedStepNearby: for columns of small norm, all or every other one, the step needs about as many iterations as with the
// constants known.
func TestEstimatedStepNearby(t *testing.T) {
	for _, norm := range []float64{1e-2, 1e-3, 1e-6} {
		for _, every := range []int{1, 2} {
			r := rand.New(rand.NewPCG(27, 0))
			x, y := smallData(r, 40, 8), smallVector(r, 40)
			for k := range x.Data {
				if k%x.Cols%every == 0 {
					x.Data[k] *= norm
				}
			}
			a, err := Dense(x)
			require.NoError(t, err)
			squares, err := LeastSquares(a, y)
			require.NoError(t, err)
			for i := range y {
				y[i] = math.Copysign(1, y[i])
			}
			logistic, err := Logistic(a, y)
			require.NoError(t, err)
			for name, p := range map[string]Problem{"least squares": squares, "logistic": logistic} {
				label := fmt.Sprintf("%s, every %d by %v", name, every, norm)
				iterations := func(u Update) int {
					result, err := Minimise(context.Background(), p, Settings{Update: u, Partition: Variable(2)})
					require.NoError(t, err)
					require.Equal(t, algos.Converged, result.Stopped, "%s, %v: %v after %d", label, u, result.Residual, result.Iterations)
					return result.Iterations
				}
				known, estimated := iterations(LipschitzStep), iterations(EstimatedStep)
				assert.LessOrEqual(t, estimated, 4*known, label)
			}
		}
	}
}
