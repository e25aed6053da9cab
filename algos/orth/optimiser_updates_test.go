package orth

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// reference is one optimiser in the plainest way, in float64, for one matrix.
type reference func(step int, w, g kernels.Matrix[float64])

func zip(dst kernels.Matrix[float64], f func(i int) float64) {
	for i := range dst.Data {
		dst.Data[i] = f(i)
	}
}

func polarOf(t *testing.T, g kernels.Matrix[float64], schedule Schedule) kernels.Matrix[float64] {
	u := kernels.NewMatrix[float64](g.Rows, g.Cols)
	_, err := Polar(background, u, g, PolarSettings{Schedule: schedule, Form: StandardForm}, nil)
	require.NoError(t, err)
	return u
}

func TestUpdatesAreThoseOfThePapers(t *testing.T) {
	const decay = 0.1
	rate := func(step int) float64 { return 0.03 * Cosine(2, 9, 0.1)(step) }
	apply := func(step int, w, u kernels.Matrix[float64], scale float64) {
		zip(w, func(i int) float64 { return (1-rate(step)*decay)*w.Data[i] - rate(step)*scale*u.Data[i] })
	}
	lerp := func(m, g kernels.Matrix[float64]) kernels.Matrix[float64] { // Nesterov's, on moving averages
		zip(m, func(i int) float64 { return 0.95*m.Data[i] + 0.05*g.Data[i] })
		look := kernels.NewMatrix[float64](g.Rows, g.Cols)
		zip(look, func(i int) float64 { return 0.95*m.Data[i] + 0.05*g.Data[i] })
		return look
	}
	cosh := func(x kernels.Matrix[float64], gamma float64) float64 {
		var sum float64
		for _, v := range x.Data {
			c := math.Cosh(gamma * v)
			sum += c * c
		}
		return math.Sqrt(sum / float64(len(x.Data)))
	}
	divided := func(x kernels.Matrix[float64]) kernels.Matrix[float64] {
		u := kernels.NewMatrix[float64](x.Rows, x.Cols)
		size := norm(x) + 1e-7
		zip(u, func(i int) float64 { return x.Data[i] / size })
		return u
	}
	references := func(rows, cols int) map[string]reference {
		m, v := kernels.NewMatrix[float64](rows, cols), kernels.NewMatrix[float64](rows, cols)
		spectral, rms := math.Sqrt(max(1, float64(rows)/float64(cols))), 0.2*math.Sqrt(float64(max(rows, cols)))
		clipped := func(x kernels.Matrix[float64], e float64) kernels.Matrix[float64] {
			b := kernels.NewMatrix[float64](rows, cols)
			zip(b, func(i int) float64 { // V less its outliers
				return x.Data[i] - math.Copysign(math.Max(math.Abs(x.Data[i])-e, 0), x.Data[i])
			})
			return b
		}
		sum := func(g kernels.Matrix[float64]) {
			zip(m, func(i int) float64 { return 0.95*m.Data[i] + g.Data[i] })
		}
		return map[string]reference{
			"Muon": func(step int, w, g kernels.Matrix[float64]) {
				apply(step, w, polarOf(t, lerp(m, g), MuonSchedule(5)), spectral)
			},
			"Muon, plain": func(step int, w, g kernels.Matrix[float64]) {
				lerp(m, g)
				apply(step, w, polarOf(t, m, MuonSchedule(5)), rms)
			},
			"ROOT": func(step int, w, g kernels.Matrix[float64]) {
				sum(g)
				look := kernels.NewMatrix[float64](rows, cols)
				zip(look, func(i int) float64 { return g.Data[i] + 0.95*m.Data[i] })
				apply(step, w, polarOf(t, clipped(look, sortedQuantile(look.Data, 0.9)+1e-9), MuonSchedule(5)), rms)
			},
			"ROOT, plain": func(step int, w, g kernels.Matrix[float64]) {
				sum(g)
				fit, err := FitShape(ShapeOf(rows, cols), 5)
				require.NoError(t, err)
				apply(step, w, polarOf(t, clipped(m, 0.5), repeat(nil, fit.Polynomial, 5)), rms)
			},
			"AuON": func(step int, w, g kernels.Matrix[float64]) {
				x := divided(lerp(m, g))
				apply(step, w, x, 1/(cosh(x, 1)+1e-8))
			},
			"AuON, code": func(step int, w, g kernels.Matrix[float64]) {
				look := lerp(m, g)
				apply(step, w, look, 1/(cosh(divided(look), 1.5)+1e-8))
			},
			"Hybrid": func(step int, w, g kernels.Matrix[float64]) {
				x := polarOf(t, lerp(m, g), MuonSchedule(1))
				apply(step, w, x, 1/(cosh(x, 1)+1e-8))
			},
			"Hybrid, print": func(step int, w, g kernels.Matrix[float64]) {
				x := polarOf(t, lerp(m, g), MuonSchedule(1))
				apply(step, w, x, 1/(cosh(x, 1)*cosh(x, 1)+1e-8))
			},
			"Hybrid, code": func(step int, w, g kernels.Matrix[float64]) {
				x := polarOf(t, lerp(m, g), MuonSchedule(5))
				apply(step, w, x, 1/(cosh(divided(x), 1.5)+1e-8))
			},
			"AdamW": func(step int, w, g kernels.Matrix[float64]) {
				zip(m, func(i int) float64 { return 0.9*m.Data[i] + 0.1*g.Data[i] })
				zip(v, func(i int) float64 { return 0.999*v.Data[i] + 0.001*g.Data[i]*g.Data[i] })
				u := kernels.NewMatrix[float64](rows, cols)
				zip(u, func(i int) float64 {
					first, second := m.Data[i]/(1-math.Pow(0.9, float64(step+1))), v.Data[i]/(1-math.Pow(0.999, float64(step+1)))
					return first / (math.Sqrt(second) + 1e-8)
				})
				apply(step, w, u, 1)
			},
			"SGD": func(step int, w, g kernels.Matrix[float64]) {
				zip(m, func(i int) float64 { return 0.9*m.Data[i] + g.Data[i] })
				apply(step, w, m, 1)
			},
			"SGD, Nesterov": func(step int, w, g kernels.Matrix[float64]) {
				zip(m, func(i int) float64 { return 0.9*m.Data[i] + g.Data[i] })
				look := kernels.NewMatrix[float64](rows, cols)
				zip(look, func(i int) float64 { return g.Data[i] + 0.9*m.Data[i] })
				apply(step, w, look, 1)
			},
		}
	}
	for name, make := range makers[float64]() {
		if name == "joined" {
			continue
		}
		parameters, single := someParameters[float64](0), someParameters[float32](0)
		o, err := make(parameters)
		require.NoError(t, err)
		o32, err := makers[float32]()[name](single)
		require.NoError(t, err)
		var want []kernels.Matrix[float64]
		var updates []reference
		for _, p := range parameters {
			want = append(want, converted[float64](p.Value))
			updates = append(updates, references(p.Value.Rows, p.Value.Cols)[name])
		}
		for step := range 4 {
			gradients(parameters, step)
			gradients(single, step)
			for i, p := range parameters {
				updates[i](step, want[i], converted[float64](p.Gradient))
			}
			require.NoError(t, o.Step())
			require.NoError(t, o32.Step())
			for i, p := range parameters {
				assert.Less(t, largestDifference(p.Value, want[i]), 1e-12, "%s, %s, step %d", name, p.Name, step)
				assert.Less(t, largestDifference(single[i].Value, want[i]), 3e-4, "%s, %s, step %d, float32", name, p.Name, step)
			}
		}
	}
}
