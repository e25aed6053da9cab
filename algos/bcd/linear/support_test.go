package linear_test

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/algos/bcd/linear"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

var background = context.Background()

// problem is a small random one.
type problem struct {
	x      kernels.Matrix[float64]
	design *linear.Design
	y      []float64
	labels []float64
}

// random makes a problem of correlated features, of which kind says how they are stored and how awkward they are.
func random(r *rand.Rand, n, p int, kind uint) problem {
	x := kernels.NewMatrix[float64](n, p)
	scales := make([]float64, p)
	for j := range p {
		scales[j] = 1
		if kind&1 != 0 {
			scales[j] = math.Pow(10, 2*r.Float64()-1)
		}
	}
	for i := range n {
		common := r.NormFloat64()
		for j := range p {
			v := r.NormFloat64() + 0.5*common
			if kind&2 != 0 && r.Float64() < 0.7 {
				v = 0
			}
			if kind&4 != 0 {
				v += 2
			}
			x.Set(i, j, scales[j]*v)
		}
	}
	if kind&8 != 0 { // columns twice
		for j := 1; j < p; j += 3 {
			for i := range n {
				x.Set(i, j, x.At(i, j-1))
			}
		}
	}
	q := problem{x: x, y: make([]float64, n), labels: make([]float64, n)}
	for i := range n {
		v := 1 + r.NormFloat64()
		for j := range min(p, 4) {
			v += float64(j%3-1) * x.At(i, j) / scales[j]
		}
		q.y[i] = v
		q.labels[i] = 3
		if v+r.NormFloat64() < 1 {
			q.labels[i] = -2
		}
	}
	q.labels[0], q.labels[n-1] = 3, -2
	var err error
	switch {
	case kind&2 != 0:
		var a *sparse.CSR[float64]
		if a, err = sparse.FromDense(x, 0); err == nil {
			q.design, err = linear.Sparse(a)
		}
	default:
		q.design, err = linear.Dense(x)
	}
	if err != nil {
		panic(err)
	}
	return q
}

// explicit is the problem that a fit solves, formed in the plainest way.
type explicit struct {
	z             kernels.Matrix[float64] // scaled features; centred too where center is
	u             []float64
	means, scales []float64
}

func explicitly(q problem, s linear.Settings, centre bool) explicit {
	n, p := q.x.Rows, q.x.Cols
	e := explicit{kernels.NewMatrix[float64](n, p), make([]float64, n), make([]float64, p), make([]float64, p)}
	total := 0.0
	for i := range n {
		e.u[i] = 1
		if s.Weights != nil {
			e.u[i] = s.Weights[i]
		}
		total += e.u[i]
	}
	for i := range n {
		e.u[i] /= total
	}
	for j := range p {
		mean, variance := 0.0, 0.0
		for i := range n {
			mean += e.u[i] * q.x.At(i, j)
		}
		for i := range n {
			variance += e.u[i] * (q.x.At(i, j) - mean) * (q.x.At(i, j) - mean)
		}
		e.scales[j] = 1
		if s.Standardise {
			e.scales[j] = math.Sqrt(variance)
		}
		if centre {
			e.means[j] = mean
		}
		if !(variance > 1e-25*mean*mean) && (s.Standardise || centre) { // constant: left out
			e.scales[j], e.means[j] = 1, 0
			continue
		}
		for i := range n {
			e.z.Set(i, j, (q.x.At(i, j)-e.means[j])/e.scales[j])
		}
	}
	return e
}

// condition is by how much a coefficient of the scaled features fails its optimality condition: gradient is that of the loss.
func condition(gradient, b, l1, l2 float64, positive bool) float64 {
	g := -gradient - l2*b
	switch {
	case b > 0:
		return math.Abs(g - l1)
	case b < 0:
		return math.Abs(g + l1)
	case positive:
		return max(g-l1, 0)
	}
	return max(math.Abs(g)-l1, 0)
}

func weights(r *rand.Rand, n int) []float64 {
	w := make([]float64, n)
	for i := range w {
		if r.Float64() < 0.8 {
			w[i] = 3 * r.Float64()
		}
	}
	w[0], w[n-1] = 1, 2
	return w
}

// drawn are settings as the bits of options say, and the ratio of an elastic net, 1 or at least so much.
func drawn(r *rand.Rand, n, p int, options uint, least float64) (s linear.Settings, ratio float64) {
	s = linear.Settings{
		Tolerance: 1e-10, NoIntercept: options&1 != 0, Standardise: options&2 != 0, Positive: options&4 != 0,
		DropConstant: true,
	}
	if options&8 != 0 {
		s.Weights = weights(r, n)
	}
	ratio = 1
	if options&16 != 0 {
		ratio = least + (1-least)*r.Float64()
	}
	if options&32 != 0 {
		s.Start = testkit.Normal[float64](r, p)
	}
	return s, ratio
}

func newRandom(seed uint64) *rand.Rand { return testkit.NewRandom(seed) }
