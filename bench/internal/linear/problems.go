// Package linear times fits of linear models with penalties, on problems made here that are large enough to be worth it.
package linear

import (
	"math"
	"math/rand/v2"
	"slices"

	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// dense is n samples, by features, of p features, each of which is correlated by one half with the one before and all of which have mean 0 and
// variance 1, and a target made of 50 of them with a third as much noise.
func dense(n, p int) (x kernels.Matrix[float64], y []float64) {
	const informative, correlation = 50, 0.5
	r := rand.New(rand.NewPCG(uint64(n), uint64(p)))
	x, y = kernels.NewMatrix[float64](p, n), make([]float64, n)
	for j := range p {
		column := x.Row(j)
		for i := range column {
			column[i] = r.NormFloat64()
			if j > 0 {
				column[i] = correlation*x.At(j-1, i) + math.Sqrt(1-correlation*correlation)*column[i]
			}
		}
	}
	for j := range p {
		standardise(x.Row(j))
	}
	for _, j := range r.Perm(p)[:min(p, informative)] {
		w := r.NormFloat64()
		for i, v := range x.Row(j) {
			y[i] += w * v
		}
	}
	square := 0.0
	for _, v := range y {
		square += v * v
	}
	noise := math.Sqrt(square/float64(n)) / 3
	for i := range y {
		y[i] += noise * r.NormFloat64()
	}
	standardise(y)
	return x, y
}

// standardise gives x mean 0 and variance 1.
func standardise(x []float64) {
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for i := range x {
		x[i] -= mean
		square += x[i] * x[i]
	}
	for i := range x {
		x[i] /= math.Sqrt(square / float64(len(x)))
	}
}

// categories is n samples of answers to questions, as one feature an answer, of which each sample has one for a question: the shape of the
// data set a9a, which has 32561 samples with 14 of 123 features.
func categories(n int) (*sparse.CSR[float64], []float64, error) {
	questions := []int{5, 8, 5, 16, 7, 14, 6, 5, 2, 2, 2, 5, 36, 10}
	r := rand.New(rand.NewPCG(uint64(n), 1))
	features := 0
	for _, answers := range questions {
		features += answers
	}
	w := make([]float64, features)
	for j := range w {
		w[j] = r.NormFloat64()
	}
	starts, columns, labels := []int{0}, []int{}, make([]float64, n)
	for i := range n {
		score, first := -2.0, 0
		for _, answers := range questions {
			j := first + min(int(r.ExpFloat64()*float64(answers)/4), answers-1) // some answers are much more common than others
			columns = append(columns, j)
			score += w[j]
			first += answers
		}
		starts = append(starts, len(columns))
		if r.Float64() < 1/(1+math.Exp(-score)) {
			labels[i] = 1
		}
	}
	x, err := sparse.FromCSR(n, features, starts, columns, slices.Repeat([]float64{1}, len(columns)))
	return x, labels, err
}
