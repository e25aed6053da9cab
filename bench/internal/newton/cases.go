// Package newton holds Sinkhorn-Newton-Sparse against Sinkhorn's algorithm on the three cases of its paper (Tang, Shavlovsky,
// Rahmanian, Tardini, Thekumparampil, Xiao and Ying 2024), at the regularisation of the paper and at two stronger ones.
package newton

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/raphson-go/raphson/algos/ot"
	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/kernels"
)

// Paper is what the paper reports of a case, on an Apple M1 Pro.
type Paper struct {
	Sweeps, Steps   int
	Seconds         float64
	SinkhornSweeps  int
	SinkhornSeconds float64
}

// problem is a case with its costs scaled to at most 1.
type problem struct {
	name  string
	etas  []float64
	a, b  []float64
	dense *ot.Cost
	grid  *ot.Cost // the same cost axis by axis, nil where there is none
	paper Paper    // at the first eta
}

const (
	paperEta = 1200
	places   = 500 // of the random assignment
	seeds    = 5
	floor    = 0.01  // of full ink, on every pixel
	from, to = 1, 62 // digits
)

// problems are all cases; tests take smaller assignments.
func problems(size int) ([]problem, error) {
	var list []problem
	for seed := range uint64(seeds) {
		p, err := assignment(size, seed+1)
		if err != nil {
			return nil, err
		}
		if seed > 0 {
			p.etas = p.etas[:1]
		}
		list = append(list, p)
	}
	for _, absolute := range []bool{false, true} {
		p, err := pair(absolute)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// assignment is a random linear assignment: costs uniform on [0,1], equal masses.
func assignment(n int, seed uint64) (problem, error) {
	r := rand.New(rand.NewPCG(seed, 0))
	matrix := kernels.NewMatrix[float64](n, n)
	for i := range matrix.Data {
		matrix.Data[i] = r.Float64()
	}
	mass := make([]float64, n)
	for i := range mass {
		mass[i] = 1 / float64(n)
	}
	cost, err := ot.Dense(matrix)
	return problem{
		name: fmt.Sprintf("assignment, seed %d", seed), etas: []float64{paperEta, 100, 10}, a: mass, b: mass, dense: cost,
		paper: Paper{20, 9, 0.34, 56199, 233.36},
	}, err
}

// pair is two digits with the squared Euclidean or the L1 distance between pixels.
func pair(absolute bool) (problem, error) {
	p := problem{
		name: "digits, squared L2", etas: []float64{paperEta, 100, 10}, a: floored(from), b: floored(to),
		paper: Paper{20, 33, 2.33, 2041, 18.84},
	}
	distance := func(x, y float64) float64 { return (x - y) * (x - y) / (2 * (digits.Side - 1) * (digits.Side - 1)) }
	if absolute {
		p.name, p.paper = "digits, L1", Paper{700, 77, 12.22, 5748, 45.75}
		distance = func(x, y float64) float64 { return math.Abs(x-y) / (2 * (digits.Side - 1)) }
	}
	line := make([]float64, digits.Side)
	for k := range line {
		line[k] = float64(k)
	}
	axis := ot.Axis(line, line, distance)
	var err error
	if p.grid, err = ot.Separable(axis, axis); err != nil {
		return p, err
	}
	matrix := kernels.NewMatrix[float64](digits.Pixels, digits.Pixels)
	for i := range matrix.Rows {
		for j := range matrix.Cols {
			matrix.Set(i, j, p.grid.At(i, j))
		}
	}
	p.dense, err = ot.Dense(matrix)
	return p, err
}

// floored is a digit as a distribution that is nowhere zero.
func floored(image int) []float64 {
	mass, total := make([]float64, digits.Pixels), 0.0
	for k, v := range digits.Image(image) {
		mass[k] = float64(v)/255 + floor
		total += mass[k]
	}
	for k := range mass {
		mass[k] /= total
	}
	return mass
}
