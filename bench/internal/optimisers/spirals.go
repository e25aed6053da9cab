package optimisers

import (
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

const (
	spiralPoints = 512
	spiralBatch  = 128
	spiralWidth  = 128
)

// spirals tells points of two interleaved spirals apart with two hidden layers of tanh.
type spirals struct {
	x       matrix // points, a row each, with a 1 for the bias
	label   []float32
	batches *rand.Rand

	first, second, output parameter
	bias                  parameter
	all, batch            layers
}

// layers is what a pass through the network leaves.
type layers struct {
	x, h1, h2, d1, d2 matrix
	label, delta      []float32
}

func newLayers(n int) layers {
	return layers{zeros(n, 3), zeros(n, spiralWidth), zeros(n, spiralWidth), zeros(n, spiralWidth), zeros(n, spiralWidth),
		make([]float32, n), make([]float32, n)}
}

func newSpirals(seed uint64) *spirals {
	data, random := newRandom(1, 1), newRandom(seed, 2)
	s := &spirals{batches: newRandom(seed, 3), all: newLayers(spiralPoints), batch: newLayers(spiralBatch)}
	for i := range spiralPoints {
		turn := 0.5 + 3*data.Float64() // half turns
		side := float64(i % 2)
		radius, angle := turn/3.5, math.Pi*(turn+side)
		row := s.all.x.Row(i)
		row[0] = float32(radius*math.Cos(angle) + 0.02*data.NormFloat64())
		row[1] = float32(radius*math.Sin(angle) + 0.02*data.NormFloat64())
		row[2] = 1
		s.all.label[i] = float32(side)
	}
	s.first = weights(random, "first", spiralWidth, 3, 2)
	s.second = weights(random, "second", spiralWidth, spiralWidth, 1)
	s.output = weights(random, "output", 1, spiralWidth, 1)
	s.bias = weights(random, "bias", 1, spiralWidth, 0)
	return s
}

func (s *spirals) parameters() (matrices, rest []parameter) {
	return []parameter{s.first, s.second}, []parameter{s.output, s.bias}
}

// forward sets the hidden layers, delta to the probability less the label, and returns the mean cross entropy.
func (s *spirals) forward(l *layers) (loss float64) {
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, l.x, s.first.Value, 0, l.h1)
	tanh(l.h1.Data)
	matmul.Gemm(matmul.NoTrans, matmul.Trans, 1, l.h1, s.second.Value, 0, l.h2)
	for i := range l.h2.Rows {
		vec.Add(l.h2.Row(i), l.h2.Row(i), s.bias.Value.Data)
	}
	tanh(l.h2.Data)
	for i := range l.delta {
		z := float64(vec.Dot(l.h2.Row(i), s.output.Value.Data))
		y := float64(l.label[i])
		loss += (math.Max(z, 0) - z*y + math.Log1p(math.Exp(-math.Abs(z)))) / float64(len(l.delta))
		l.delta[i] = float32(1/(1+math.Exp(-z)) - y)
	}
	return loss
}

func (s *spirals) loss() float64 { return s.forward(&s.all) }

func (s *spirals) gradients() {
	l := &s.batch
	for i := range spiralBatch {
		k := s.batches.IntN(spiralPoints)
		copy(l.x.Row(i), s.all.x.Row(k))
		l.label[i] = s.all.label[k]
	}
	s.forward(l)
	clear(s.output.Gradient.Data)
	clear(s.bias.Gradient.Data)
	for i, d := range l.delta {
		d /= spiralBatch
		vec.Axpy(d, l.h2.Row(i), s.output.Gradient.Data)
		vec.Scale(0, l.d2.Row(i))
		vec.Axpy(d, s.output.Value.Data, l.d2.Row(i))
	}
	through(l.d2.Data, l.h2.Data)
	for i := range l.d2.Rows {
		vec.Add(s.bias.Gradient.Data, s.bias.Gradient.Data, l.d2.Row(i))
	}
	matmul.Gemm(matmul.Trans, matmul.NoTrans, 1, l.d2, l.h1, 0, s.second.Gradient)
	matmul.Gemm(matmul.NoTrans, matmul.NoTrans, 1, l.d2, s.second.Value, 0, l.d1)
	through(l.d1.Data, l.h1.Data)
	matmul.Gemm(matmul.Trans, matmul.NoTrans, 1, l.d1, l.x, 0, s.first.Gradient)
}

// through multiplies by the derivative of tanh, 1 - h^2.
func through(d, h []float32) {
	for i, v := range h {
		d[i] *= 1 - v*v
	}
}
