// Package optimisers trains two small models on generated data with every optimiser of algos/orth, over a grid of learning
// rates and several seeds, with and without outliers put into the gradients, and reports what came out.
package optimisers

import (
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/algos/orth"
	"github.com/raphson-go/raphson/kernels"
)

type (
	matrix    = kernels.Matrix[float32]
	parameter = orth.Parameter[float32]
)

// task is a model with its data.
type task interface {
	// parameters are the matrices that the optimiser under test trains, and the rest, which AdamW does.
	parameters() (matrices, rest []parameter)
	// gradients computes them for the next batch.
	gradients()
	// loss is what counts in the end, over data that are the same for all optimisers.
	loss() float64
}

// tasks by name, each from a seed for the weights, batches and outliers.
var tasks = []struct {
	name  string
	steps int
	make  func(seed uint64) task
}{
	{"two spirals, 2-128-128-1 perceptron, cross entropy", 300, func(seed uint64) task { return newSpirals(seed) }},
	{"regression in context by linear attention, squared error", 300, func(seed uint64) task { return newAttention(seed) }},
}

func newRandom(seed, stream uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, stream)) }

func zeros(rows, cols int) matrix { return kernels.NewMatrix[float32](rows, cols) }

// weights are Gaussian with variance 1 over the number of inputs.
func weights(random *rand.Rand, name string, rows, cols int, gain float64) parameter {
	p := parameter{Name: name, Value: zeros(rows, cols), Gradient: zeros(rows, cols)}
	for i := range p.Value.Data {
		p.Value.Data[i] = float32(gain * random.NormFloat64() / math.Sqrt(float64(cols)))
	}
	return p
}

// Outliers: so many of the elements of a gradient are multiplied by so much.
const (
	outlierShare  = 0.005
	outlierFactor = 50
)

// spoil puts outliers into the gradients of matrices.
func spoil(random *rand.Rand, parameters []parameter) {
	for _, p := range parameters {
		for i := range p.Gradient.Data {
			if random.Float64() < outlierShare {
				p.Gradient.Data[i] *= outlierFactor
			}
		}
	}
}
