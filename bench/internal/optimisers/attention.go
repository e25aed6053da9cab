package optimisers

import (
	"math"
	"math/rand/v2"
	"sync"

	"github.com/raphson-go/raphson/kernels/lse"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

const (
	promptDimension = 20
	promptExamples  = 40
	promptBatch     = 64
	promptTests     = 1024
	attentionWidth  = 64
	promptCondition = 30 // of the covariance of the inputs
)

// attention predicts y of a query from examples of a linear function: sum_i y_i (K x_i . Q x)/n, one head of attention without
// softmax whose keys K and queries Q are learnt. What it should learn is K'Q near the inverse of the covariance.
type attention struct {
	random     *rand.Rand
	test       *prompts
	batch      prompts
	key, query parameter
}

// prompts are the sums s = sum_i y_i x_i / n of their examples, the queries and their answers, with what a pass leaves.
type prompts struct {
	s, x, keys, queries matrix
	y, delta            []float32
}

func newPrompts(n int) prompts {
	return prompts{zeros(n, promptDimension), zeros(n, promptDimension), zeros(n, attentionWidth), zeros(n, attentionWidth),
		make([]float32, n), make([]float32, n)}
}

// draw fills in random prompts.
func (p *prompts) draw(random *rand.Rand) {
	var scales [promptDimension]float64
	for j := range scales {
		scales[j] = math.Pow(promptCondition, -0.5*float64(j)/(promptDimension-1))
	}
	input := func(x []float32) {
		for j := range x {
			x[j] = float32(scales[j] * random.NormFloat64())
		}
	}
	var w, x [promptDimension]float32
	for i := range p.y {
		for j := range w {
			w[j] = float32(random.NormFloat64())
		}
		s := p.s.Row(i)
		clear(s)
		for range promptExamples {
			input(x[:])
			vec.Axpy(vec.Dot(w[:], x[:])/promptExamples, x[:], s)
		}
		input(p.x.Row(i))
		p.y[i] = vec.Dot(w[:], p.x.Row(i))
	}
}

// testPrompts are the same for all.
func testPrompts() *prompts {
	p := newPrompts(promptTests)
	drawn := drawnPrompts()
	p.s, p.x, p.y = drawn.s, drawn.x, drawn.y
	return &p
}

var drawnPrompts = sync.OnceValue(func() prompts {
	p := newPrompts(promptTests)
	p.draw(newRandom(1, 5))
	return p
})

func newAttention(seed uint64) *attention {
	random := newRandom(seed, 4)
	a := &attention{random: random, test: testPrompts(), batch: newPrompts(promptBatch)}
	a.key = weights(random, "key", attentionWidth, promptDimension, 0.5)
	a.query = weights(random, "query", attentionWidth, promptDimension, 0.5)
	return a
}

func (a *attention) parameters() (matrices, rest []parameter) {
	return []parameter{a.key, a.query}, nil
}

// forward sets delta to the error of each answer and returns the mean square.
func (a *attention) forward(p *prompts) (loss float64) {
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, p.s, a.key.Value, 0, p.keys)
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, p.x, a.query.Value, 0, p.queries)
	for i := range p.delta {
		p.delta[i] = vec.Dot(p.keys.Row(i), p.queries.Row(i)) - p.y[i]
		loss += float64(p.delta[i]) * float64(p.delta[i]) / float64(len(p.delta))
	}
	return loss
}

func (a *attention) loss() float64 { return a.forward(a.test) }

func (a *attention) gradients() {
	p := &a.batch
	p.draw(a.random)
	a.forward(p)
	for i, d := range p.delta {
		d *= 2.0 / promptBatch
		vec.Scale(d, p.keys.Row(i))
		vec.Scale(d, p.queries.Row(i))
	}
	matmul.Gemm(matmul.Trans, matmul.NoTrans, 1, p.queries, p.s, 0, a.key.Gradient)
	matmul.Gemm(matmul.Trans, matmul.NoTrans, 1, p.keys, p.x, 0, a.query.Gradient)
}

func tanh(x []float32) { lse.Tanh(x, x) }
