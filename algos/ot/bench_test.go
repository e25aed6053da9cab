package ot

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/raphson-go/raphson/internal/digits"
	"github.com/raphson-go/raphson/kernels"
)

// BenchmarkPairwise is the distance matrix of 64 digits, 2080 problems.
func BenchmarkPairwise(b *testing.B) {
	cost, err := Grid(digits.Side, digits.Side)
	if err != nil {
		b.Fatal(err)
	}
	for _, eps := range []float64{0.01, 0.002} {
		b.Run(fmt.Sprintf("eps=%v", eps), func(b *testing.B) {
			var iterations int
			for b.Loop() {
				result, err := Pairwise(b.Context(), digits.Histograms(), cost, PairwiseSettings{Settings: Settings{Epsilon: eps * 2 * 27 * 27}})
				if err != nil {
					b.Fatal(err)
				}
				iterations = result.Iterations
			}
			b.ReportMetric(float64(iterations), "iterations/op")
		})
	}
}

// BenchmarkIteration is one iteration at a time: of a dense cost and of a grid, in both forms.
func BenchmarkIteration(b *testing.B) {
	const n = 1000
	r := rand.New(rand.NewPCG(1, 2))
	dense, err := Dense(randomMatrix(r, n, n))
	if err != nil {
		b.Fatal(err)
	}
	costs := map[string]*Cost{"dense=1000": dense}
	for _, shape := range [][]int{{28, 28}, {128, 128}, {32, 32, 32}} {
		if costs[fmt.Sprintf("grid=%v", shape)], err = Grid(shape...); err != nil {
			b.Fatal(err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(costs)) {
		cost := costs[name]
		for _, method := range methods {
			for _, workers := range []int{1, 2} {
				b.Run(fmt.Sprintf("%s/%v/workers=%d", name, method, workers), func(b *testing.B) {
					defer kernels.SetWorkers(kernels.SetWorkers(workers))
					mass := randomMass(r, cost.rows, 1, false)
					s, err := newSolution("a", mass, "b", mass, cost, Settings{Method: method})
					if err != nil {
						b.Fatal(err)
					}
					s.start(s.settings.Epsilon)
					s.advance()
					for b.Loop() {
						s.advance()
					}
				})
			}
		}
	}
}
