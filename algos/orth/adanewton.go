package orth

import (
	"fmt"
	"math"
)

// Shape is the sides of a matrix, the lesser first: what AdaNewton's polynomials are looked up by.
type Shape struct{ Least, Most int }

// ShapeOf is the shape of a matrix, wide or tall.
func ShapeOf(rows, cols int) Shape { return Shape{min(rows, cols), max(rows, cols)} }

// adaNewton is the table that the authors of ROOT released, fitted to spectra of their models' momenta and of random
// matrices.
var adaNewton = map[Shape]Polynomial{
	{2048, 2048}:  {3.4916, -4.8224, 2.1095},
	{2048, 3072}:  {3.4509, -4.5790, 1.9325},
	{2048, 8192}:  {2.9794, -3.6674, 1.6207},
	{2048, 16384}: {3.1943, -3.8221, 1.5322},
}

// AdaNewton returns the polynomial that ROOT was released with for a shape, taken in all steps, or Muon's and false for
// any other.
func AdaNewton(shape Shape) (Polynomial, bool) {
	p, ok := adaNewton[shape]
	if !ok {
		p = muon
	}
	return p, ok
}

// MeanSquaredError is the mean of (p(...p(s)) - 1)^2 over singular values, with so many steps of one polynomial: what
// AdaNewton minimises. It is NaN without values.
func MeanSquaredError(p Polynomial, steps int, values []float64) float64 {
	var sum float64
	for _, s := range values {
		for range steps {
			s = p.At(s)
		}
		sum += (s - 1) * (s - 1)
	}
	return sum / float64(len(values))
}

// GaussianSpectrum is count singular values, ascending, of a large random matrix of the shape with independent Gaussian
// elements, divided by its Frobenius norm: quantiles at (i+1/2)/count of the law of Marchenko and Pastur. The largest
// is about (1 + sqrt(m/n))/sqrt(m). It is nil unless all are positive.
func GaussianSpectrum(shape Shape, count int) []float64 {
	if shape.Least < 1 || shape.Most < shape.Least || count < 1 {
		return nil
	}
	// Eigenvalues of X*X'/n are 1 + y - 2*sqrt(y)*cos(t), y = m/n, 0 < t < pi, with density in proportion to sin(t)^2
	// over the eigenvalue.
	y := float64(shape.Least) / float64(shape.Most)
	root := math.Sqrt(y)
	eigenvalue := func(t float64) float64 {
		h := math.Sin(t / 2)
		return (1-root)*(1-root) + 4*root*h*h
	}
	const cells = 1 << 14
	cumulative := make([]float64, cells+1)
	for i := range cells {
		t := (float64(i) + 0.5) * math.Pi / cells
		cumulative[i+1] = cumulative[i] + math.Sin(t)*math.Sin(t)/eigenvalue(t)
	}
	values, cell := make([]float64, count), 0
	for i := range values {
		goal := (float64(i) + 0.5) / float64(count) * cumulative[cells]
		for cumulative[cell+1] < goal {
			cell++
		}
		part := (goal - cumulative[cell]) / (cumulative[cell+1] - cumulative[cell])
		values[i] = math.Sqrt(eigenvalue((float64(cell)+part)*math.Pi/cells) / float64(shape.Least))
	}
	return values
}

// Fit is a polynomial fitted to a spectrum.
type Fit struct {
	Polynomial
	Error     float64 // the mean squared error
	MuonError float64 // that of Muon's polynomial
}

// spectrumSize is the number of singular values that a fit for a shape looks at.
const spectrumSize = 4096

// FitShape is [FitSpectrum] for Gaussian matrices of a shape.
func FitShape(shape Shape, steps int) (Fit, error) {
	values := GaussianSpectrum(shape, min(shape.Least, spectrumSize))
	if values == nil {
		return Fit{}, fmt.Errorf("orth: shape %v: %w", shape, ErrShape)
	}
	return FitSpectrum(values, steps)
}

// fitStarts are where the search begins: Muon's polynomial, the limit of the best ones, and the two published ones that
// are least alike.
var fitStarts = []Polynomial{muon, halley, adaNewton[Shape{2048, 8192}], adaNewton[Shape{2048, 16384}]}

// FitSpectrum returns the polynomial that, taken in so many steps, brings singular values nearest to 1 in the mean
// square: AdaNewton's rule for shapes that nobody has published one for, as we read it. values are singular values as
// fractions of the Frobenius norm, such as recorded ones, between 0 and 1.
//
// The three numbers are searched for without derivatives (Nelder and Mead 1965) from several starts, Muon's polynomial
// and published ones among them, in well under a second. What is found is a local minimum, never worse than those, among
// the polynomials that take no number between 0 and 1 beyond 2: a matrix with other singular values than those of
// the fit must not diverge, and a fit to a few of them would let it.
func FitSpectrum(values []float64, steps int) (Fit, error) {
	if len(values) == 0 || steps < 1 {
		return Fit{}, fmt.Errorf("orth: FitSpectrum of %d values, %d steps, want 1 or more of both: %w", len(values), steps, ErrSetting)
	}
	for i, s := range values {
		if !(s >= 0 && s <= 1) {
			return Fit{}, fmt.Errorf("orth: FitSpectrum: values[%d] = %v, want between 0 and 1: %w", i, s, ErrSetting)
		}
	}
	objective := func(x [3]float64) float64 {
		p := Polynomial{x[0], x[1], x[2]}
		if !(p.farthest(steps) <= mostFitted) {
			return math.Inf(1)
		}
		return MeanSquaredError(p, steps, values)
	}
	fit := Fit{Polynomial: muon, MuonError: MeanSquaredError(muon, steps, values)}
	fit.Error = fit.MuonError
	for _, p := range fitStarts {
		x := [3]float64{p.A, p.B, p.C}
		for range 3 { // again from where it ended, with a fresh simplex
			x = nelderMead(objective, x)
		}
		if e := objective(x); e < fit.Error {
			fit.Polynomial, fit.Error = Polynomial{x[0], x[1], x[2]}, e
		}
	}
	return fit, nil
}

// mostFitted is the greatest magnitude that a fitted polynomial may make of a number between 0 and 1.
const mostFitted = 2

// farthest is a bound of what so many steps of the polynomial make of the numbers between 0 and 1, in magnitude, and of what is on the way.
func (p Polynomial) farthest(steps int) float64 {
	farthest := 1.0
	for range steps {
		most := math.Abs(p.At(farthest))
		places, _ := extremes(p)
		for _, s := range places {
			if s <= farthest { // which a place that does not exist, NaN, is not
				most = max(most, math.Abs(p.At(s)))
			}
		}
		farthest = max(farthest, most)
	}
	return farthest
}

// nelderMead looks for a minimum near x: the worst corner of a simplex is reflected, stretched or drawn in, until all
// corners agree to ten digits.
func nelderMead(f func([3]float64) float64, x [3]float64) [3]float64 {
	type corner struct {
		x     [3]float64
		value float64
	}
	var simplex [4]corner
	for i := range simplex {
		simplex[i].x = x
		if i > 0 {
			simplex[i].x[i-1] *= 1.1
		}
		simplex[i].value = f(simplex[i].x)
	}
	for range 600 {
		for i := range simplex { // insertion sort
			for k := i; k > 0 && simplex[k].value < simplex[k-1].value; k-- {
				simplex[k], simplex[k-1] = simplex[k-1], simplex[k]
			}
		}
		best, worst := simplex[0], simplex[3]
		if worst.value-best.value <= 1e-14*best.value {
			break
		}
		var centre [3]float64
		for _, c := range simplex[:3] {
			for k := range centre {
				centre[k] += c.x[k] / 3
			}
		}
		along := func(t float64) corner {
			var c corner
			for k := range centre {
				c.x[k] = centre[k] + t*(worst.x[k]-centre[k])
			}
			c.value = f(c.x)
			return c
		}
		next := along(-1)
		switch {
		case next.value < best.value:
			if far := along(-2); far.value < next.value {
				next = far
			}
		case next.value >= simplex[2].value:
			t := 0.5
			if next.value < worst.value {
				t = -0.5
			}
			if next = along(t); next.value >= worst.value {
				for i := 1; i < len(simplex); i++ {
					for k := range best.x {
						simplex[i].x[k] = (simplex[i].x[k] + best.x[k]) / 2
					}
					simplex[i].value = f(simplex[i].x)
				}
				continue
			}
		}
		simplex[3] = next
	}
	return simplex[0].x
}
