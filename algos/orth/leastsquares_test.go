package orth

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos"
	"github.com/raphson-go/raphson/kernels"
)

// prompt is examples of one linear function, the last of which is asked for.
type prompt struct {
	x kernels.Matrix[float64]
	y []float64
}

// prompts are examples of dimension d; of a condition above 1 half the eigenvalues of the covariance are 1 and half
// 1/condition, in a random basis.
func prompts(r *rand.Rand, count, d, examples int, condition float64) []prompt {
	list := make([]prompt, count)
	for k := range list {
		p := prompt{gaussian[float64](r, examples, d), make([]float64, examples)}
		if condition > 1 {
			basis := orthonormal(r, d, d)
			scaled := kernels.NewMatrix[float64](examples, d)
			for i := range examples {
				for j, v := range p.x.Row(i) {
					if j >= d/2 {
						v /= math.Sqrt(condition)
					}
					for l, b := range basis.Row(j) {
						scaled.Row(i)[l] += v * b
					}
				}
			}
			p.x = scaled
		}
		w := gaussian[float64](r, 1, d).Data
		for i := range p.y {
			p.y[i] = dot(w, p.x.Row(i))
		}
		list[k] = p
	}
	return list
}

// trace is the prediction of the last example from the others after each step.
func (p prompt) trace(t *testing.T, method func(context.Context, kernels.Matrix[float64], []float64, LeastSquaresSettings[float64]) (*LeastSquaresResult[float64], error),
	given, steps int, scale float64) []float64 {
	var predictions []float64
	q := p.x.Row(given)
	_, err := method(background, p.x.Slice(0, given), p.y[:given], LeastSquaresSettings[float64]{
		IterationSettings: IterationSettings{MaxIterations: steps, Tolerance: 1e-300}, Scale: scale,
		Each: func(_ int, w []float64) { predictions = append(predictions, dot(q, w)) },
	})
	require.NoError(t, err)
	for len(predictions) <= steps { // it stopped because no more can be gained
		predictions = append(predictions, predictions[len(predictions)-1])
	}
	return predictions
}

func TestLeastSquares(t *testing.T) {
	r := random(30)
	p := prompts(r, 1, 7, 25, 1)[0]
	for i := range p.y {
		p.y[i] += r.NormFloat64()
	}
	result, err := LeastSquares(background, p.x, p.y, LeastSquaresSettings[float64]{})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, result.Stopped)
	assert.True(t, symmetric(result.Inverse))
	gram := product(transposed(p.x), p.x)
	identity := product(gram, result.Inverse)
	assert.Less(t, distanceFromIdentity(identity), 1e-11)
	for j := range 7 { // the residual is orthogonal to every column
		var sum float64
		for i, y := range p.y {
			sum += p.x.At(i, j) * (dot(p.x.Row(i), result.Weights) - y)
		}
		assert.Less(t, math.Abs(sum), 1e-10)
	}
	single := make([]float32, len(p.y))
	for i, v := range p.y {
		single[i] = float32(v)
	}
	result32, err := LeastSquares(background, converted[float32](p.x), single, LeastSquaresSettings[float32]{})
	require.NoError(t, err)
	for j, w := range result32.Weights {
		assert.InDelta(t, result.Weights[j], w, 1e-4)
	}
	descent, err := GradientDescent(background, p.x, p.y, LeastSquaresSettings[float64]{IterationSettings: IterationSettings{MaxIterations: 5000}})
	require.NoError(t, err)
	assert.Equal(t, algos.Converged, descent.Stopped)
	for j, w := range descent.Weights {
		assert.InDelta(t, result.Weights[j], w, 1e-10)
	}
}

// TestLeastNorm: with fewer examples than unknowns the weights of least norm come out.
func TestLeastNorm(t *testing.T) {
	p := prompts(random(31), 1, 9, 4, 1)[0]
	result, err := LeastSquares(background, p.x, p.y, LeastSquaresSettings[float64]{})
	require.NoError(t, err)
	assert.Equal(t, algos.IterationLimit, result.Stopped)
	assert.InDelta(t, math.Sqrt(5.0/9), result.Residual, 1e-6)
	d := decompose(p.x)
	pseudo := transposed(d.mapped(func(s float64) float64 { return 1 / s }))
	for j, w := range result.Weights {
		assert.InDelta(t, dot(pseudo.Row(j), p.y), w, 1e-7)
	}
}

// TestNewtonSquaresTheError of every eigenvalue, e_k = e_0^(2^k), so that the number of steps grows with the logarithm
// of the condition number.
func TestNewtonSquaresTheError(t *testing.T) {
	d := withValues(random(32), 30, geometric(5, 10))
	x := transposed(d.mapped(func(s float64) float64 { return s }))
	var sum4, alpha float64
	for _, s := range d.values {
		sum4 += math.Pow(s, 8)
	}
	alpha = 1 / math.Sqrt(sum4)
	result, err := LeastSquares(background, x, make([]float64, 30), LeastSquaresSettings[float64]{})
	require.NoError(t, err)
	for k, residual := range result.Residuals {
		var sum float64
		for _, s := range d.values {
			e := math.Pow(1-alpha*math.Pow(s, 4), math.Pow(2, float64(k)))
			sum += e * e
		}
		assert.InDelta(t, math.Sqrt(sum/5), residual, 1e-11, "step %d", k)
	}
}

// TestIllConditionedPrompts: with condition 100 Newton needs some twenty steps, gradient descent thousands.
func TestIllConditionedPrompts(t *testing.T) {
	list := prompts(random(33), 60, 20, 41, 100)
	newton, descent := make([]float64, 25), make([]float64, 3001)
	for _, p := range list {
		for k, v := range p.trace(t, LeastSquares[float64], 40, 24, 0) {
			newton[k] += (v - p.y[40]) * (v - p.y[40]) / float64(len(list))
		}
		largest := decompose(transposed(p.x.Slice(0, 40))).values[0]
		for k, v := range p.trace(t, GradientDescent[float64], 40, 3000, 1/(largest*largest)) {
			descent[k] += (v - p.y[40]) * (v - p.y[40]) / float64(len(list))
		}
	}
	assert.Less(t, newton[24], 1e-5)
	assert.Greater(t, descent[3000], 1e-5)
	assert.Less(t, descent[5], newton[5], "gradient descent is ahead at tiny budgets")
}

// TestMatchingSteps: the number of gradient steps whose errors are most similar to those of Newton step k grows
// exponentially with k.
func TestMatchingSteps(t *testing.T) {
	const examples, newtonSteps, rate = 40, 15, 0.01
	descentSteps := []int{1}
	for v := 1.0; descentSteps[len(descentSteps)-1] < 2048; v *= math.Sqrt2 {
		if s := int(math.Round(v)); s > descentSteps[len(descentSteps)-1] {
			descentSteps = append(descentSteps, s)
		}
	}
	last := descentSteps[len(descentSteps)-1]
	list := prompts(random(34), 40, 20, examples+1, 1)
	newton, descent := make([]kernels.Matrix[float64], newtonSteps+1), make([]kernels.Matrix[float64], len(descentSteps))
	for k := range newton {
		newton[k] = kernels.NewMatrix[float64](len(list), examples)
	}
	for k := range descent {
		descent[k] = kernels.NewMatrix[float64](len(list), examples)
	}
	for i, p := range list {
		for given := 1; given <= examples; given++ {
			for k, v := range p.trace(t, LeastSquares[float64], given, newtonSteps, 0) {
				newton[k].Set(i, given-1, v-p.y[given])
			}
			predictions := p.trace(t, GradientDescent[float64], given, last, rate)
			for k, step := range descentSteps {
				descent[k].Set(i, given-1, predictions[step]-p.y[given])
			}
		}
	}
	var xs, ys []float64
	for k := 5; k <= newtonSteps; k++ {
		best, similarity := 0, -1.0
		for j := range descent {
			s, err := ErrorSimilarity(newton[k], descent[j])
			require.NoError(t, err)
			if s > similarity {
				best, similarity = descentSteps[j], s
			}
		}
		t.Logf("Newton step %d is like gradient step %d, similarity %.4f", k, best, similarity)
		assert.Greater(t, similarity, 0.98)
		if k >= 6 {
			xs, ys = append(xs, float64(k)), append(ys, math.Log2(float64(best)))
		}
	}
	slope, r2 := line(xs, ys)
	assert.InDelta(t, 0.575, slope, 0.125, "doublings a Newton step")
	assert.Greater(t, r2, 0.95)
}

// line is the slope of a least-squares fit and its coefficient of determination.
func line(xs, ys []float64) (slope, r2 float64) {
	var mx, my, xx, xy, yy float64
	for i, x := range xs {
		mx, my = mx+x/float64(len(xs)), my+ys[i]/float64(len(xs))
	}
	for i, x := range xs {
		xx, xy, yy = xx+(x-mx)*(x-mx), xy+(x-mx)*(ys[i]-my), yy+(ys[i]-my)*(ys[i]-my)
	}
	return xy / xx, xy * xy / (xx * yy)
}

// TestLinearAttentionIsNewton for any number of layers.
func TestLinearAttentionIsNewton(t *testing.T) {
	p := prompts(random(35), 1, 6, 20, 1)[0]
	queries := gaussian[float64](random(36), 3, 6)
	alpha := 1 / math.Pow(decompose(transposed(p.x)).values[0], 4)
	for _, examples := range []int{3, 20} { // fewer and more than unknowns
		x, y := p.x.Slice(0, examples), p.y[:examples]
		var direct [][]float64
		_, err := LeastSquares(background, x, y, LeastSquaresSettings[float64]{
			IterationSettings: IterationSettings{MaxIterations: 14}, Scale: alpha,
			Each: func(_ int, w []float64) { direct = append(direct, append([]float64(nil), w...)) },
		})
		require.NoError(t, err)
		for layers, w := range direct {
			predictions, err := LinearAttention(x, y, queries, alpha, layers)
			require.NoError(t, err)
			for i, got := range predictions {
				assert.InEpsilon(t, dot(queries.Row(i), w), got, 1e-10, "%d examples, %d layers", examples, layers)
			}
		}
	}
}

func TestErrorSimilarity(t *testing.T) {
	matrix := func(data ...float64) kernels.Matrix[float64] {
		return kernels.Matrix[float64]{Rows: len(data) / 2, Cols: 2, Stride: 2, Data: data}
	}
	similarity := func(a, b kernels.Matrix[float64]) float64 {
		s, err := ErrorSimilarity(a, b)
		require.NoError(t, err)
		return s
	}
	assert.InDelta(t, 1, similarity(matrix(1, 2, 0, 0), matrix(3, 6, 0, 0)), 1e-15)
	assert.InDelta(t, -0.5, similarity(matrix(1, 2, 0, 0), matrix(-1, -2, 1, 0)), 1e-15)
	assert.InDelta(t, 1, similarity(matrix(1e-300, 1e-300), matrix(1e300, 1e300)), 1e-15)
	_, err := ErrorSimilarity(matrix(1, 2), matrix(1, 2, 3, 4))
	assert.ErrorIs(t, err, ErrShape)
	_, err = ErrorSimilarity(matrix(), matrix())
	assert.ErrorIs(t, err, ErrShape)
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		_, err = ErrorSimilarity(matrix(1, 2, 1, 1), matrix(1, 2, bad, 1))
		assert.ErrorIs(t, err, ErrNotFinite)
		_, err = ErrorSimilarity(matrix(bad, 2), matrix(0, 0))
		assert.ErrorIs(t, err, ErrNotFinite)
	}
}

func TestLeastSquaresErrors(t *testing.T) {
	nan := math.NaN()
	x, y := gaussian[float64](random(37), 3, 2), []float64{1, 2, 3}
	bad := gaussian[float64](random(37), 3, 2)
	bad.Set(0, 0, nan)
	type settings = LeastSquaresSettings[float64]
	for name, method := range map[string]func(context.Context, kernels.Matrix[float64], []float64, settings) (*LeastSquaresResult[float64], error){
		"LeastSquares": LeastSquares[float64], "GradientDescent": GradientDescent[float64],
	} {
		for i, c := range []struct {
			x    kernels.Matrix[float64]
			y    []float64
			s    settings
			want error
		}{
			{x, y[:2], settings{}, ErrShape},
			{kernels.Matrix[float64]{Rows: 1, Cols: 1}, y, settings{}, ErrShape},
			{bad, y, settings{}, ErrNotFinite},
			{x, []float64{1, nan, 1}, settings{}, ErrNotFinite},
			{x, y, settings{Scale: -1}, ErrSetting},
			{x, y, settings{IterationSettings: IterationSettings{Tolerance: nan}}, ErrTolerance},
		} {
			_, err := method(background, c.x, c.y, c.s)
			assert.ErrorIs(t, err, c.want, "%s %d", name, i)
		}
		cancelled, cancel := context.WithCancelCause(background)
		cancel(errEnough)
		result, err := method(cancelled, x, y, settings{})
		assert.ErrorIs(t, err, errEnough, name)
		assert.Equal(t, algos.Cancelled, result.Stopped)
		calls := 0
		_, err = method(background, x, y, settings{IterationSettings: IterationSettings{Progress: func(algos.Progress) { calls++ }}})
		assert.NoError(t, err)
		assert.Positive(t, calls)
		result, err = method(background, kernels.NewMatrix[float64](3, 2), y, settings{})
		assert.NoError(t, err, "nothing to explain anything with")
		assert.Equal(t, []float64{0, 0}, result.Weights)
	}
	for name, method := range map[string]func(context.Context, kernels.Matrix[float32], []float32, LeastSquaresSettings[float32]) (*LeastSquaresResult[float32], error){
		"LeastSquares": LeastSquares[float32], "GradientDescent": GradientDescent[float32],
	} {
		one := func(v float32) kernels.Matrix[float32] {
			return kernels.Matrix[float32]{Rows: 1, Cols: 1, Stride: 1, Data: []float32{v}}
		}
		for _, c := range []struct{ x, y, want float32 }{{1e10, 1e30, 1e20}, {1e-15, 1e-35, 1e-20}} {
			var shown float32
			settings := LeastSquaresSettings[float32]{Each: func(_ int, weights []float32) { shown = weights[0] }}
			result, err := method(background, one(c.x), []float32{c.y}, settings)
			require.NoError(t, err, "%s: x'*y is out of range and the weights are not: %v", name, c)
			assert.Equal(t, algos.Converged, result.Stopped, name)
			assert.InEpsilon(t, c.want, result.Weights[0], 1e-5, "%s: %v", name, c)
			assert.Equal(t, result.Weights[0], shown, name)
		}
		_, err := method(background, one(1e-15), []float32{1e30}, LeastSquaresSettings[float32]{})
		assert.ErrorIs(t, err, ErrNotFinite, "%s: the weights overflow", name)
		_, err = method(background, one(1e30), []float32{1}, LeastSquaresSettings[float32]{})
		assert.ErrorIs(t, err, ErrNotFinite, "%s: x'*x overflows", name)
		for _, tiny := range []float32{1e-20, 1e-23, 1e-30} {
			_, err = method(background, one(tiny), []float32{tiny}, LeastSquaresSettings[float32]{})
			assert.ErrorIs(t, err, ErrNotFinite, "%s: the inverse of x'*x overflows", name)
		}
		_, err = method(background, one(1), []float32{1}, LeastSquaresSettings[float32]{Scale: 100})
		assert.ErrorIs(t, err, ErrDiverged, name)
		result, err := method(background, kernels.NewMatrix[float32](3, 0), make([]float32, 3), LeastSquaresSettings[float32]{})
		assert.NoError(t, err, name)
		assert.Equal(t, algos.Converged, result.Stopped, "%s: no unknowns", name)
		assert.Zero(t, result.Residual, name)
	}
	for i, err := range []error{
		attentionError(x, y[:1], x, 1, 1), attentionError(x, y, gaussian[float64](random(1), 1, 3), 1, 1),
		attentionError(x, y, x, 0, 1), attentionError(x, y, x, nan, 1), attentionError(x, y, x, 1, -1),
	} {
		assert.Error(t, err, fmt.Sprint(i))
	}
	for i, err := range []error{attentionError(bad, y, x, 1, 1), attentionError(x, []float64{1, nan, 1}, x, 1, 1), attentionError(x, y, bad, 1, 1)} {
		assert.ErrorIs(t, err, ErrNotFinite, fmt.Sprint(i))
	}
}

func attentionError(x kernels.Matrix[float64], y []float64, q kernels.Matrix[float64], alpha float64, layers int) error {
	_, err := LinearAttention(x, y, q, alpha, layers)
	return err
}
