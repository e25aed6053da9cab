package ot

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// Exact transport, without entropy, for comparison.

// transport is the value of the transport problem min <C,P> by successive shortest paths: each moves as much mass as
// it can along the cheapest way, forth over any move and back over moves made before, from a source with mass left to a target with room left.
func transport(a, b []float64, c kernels.Matrix[float64]) (value float64) {
	supply, demand := append([]float64(nil), a...), append([]float64(nil), b...)
	moved := kernels.NewMatrix[float64](c.Rows, c.Cols)
	const rest = 1e-15
	for {
		toSource, toTarget := make([]float64, c.Rows), make([]float64, c.Cols)
		viaTarget, viaSource := make([]int, c.Rows), make([]int, c.Cols)
		for i := range toSource {
			toSource[i], viaTarget[i] = math.Inf(1), -1
			if supply[i] > rest {
				toSource[i] = 0
			}
		}
		for j := range toTarget {
			toTarget[j] = math.Inf(1)
		}
		for changed := true; changed; { // Bellman and Ford
			changed = false
			for i := range c.Rows {
				for j := range c.Cols {
					if d := toSource[i] + c.At(i, j); d < toTarget[j]-1e-13 {
						toTarget[j], viaSource[j], changed = d, i, true
					}
					if d := toTarget[j] - c.At(i, j); moved.At(i, j) > rest && d < toSource[i]-1e-13 {
						toSource[i], viaTarget[i], changed = d, j, true
					}
				}
			}
		}
		end := -1
		for j := range toTarget {
			if demand[j] > rest && (end < 0 || toTarget[j] < toTarget[end]) {
				end = j
			}
		}
		if end < 0 || math.IsInf(toTarget[end], 1) {
			return value
		}
		amount, j := demand[end], end
		for {
			i := viaSource[j]
			if viaTarget[i] < 0 {
				amount = min(amount, supply[i])
				break
			}
			j = viaTarget[i]
			amount = min(amount, moved.At(i, j))
		}
		demand[end] -= amount
		for j := end; ; {
			i := viaSource[j]
			moved.Set(i, j, moved.At(i, j)+amount)
			value += amount * c.At(i, j)
			if viaTarget[i] < 0 {
				supply[i] -= amount
				break
			}
			j = viaTarget[i]
			moved.Set(i, j, moved.At(i, j)-amount)
			value -= amount * c.At(i, j)
		}
	}
}

// assignment is the least sum of costs of a one-to-one assignment of rows to columns, by the Hungarian method with
// shortest augmenting paths.
func assignment(c kernels.Matrix[float64]) (value float64) {
	n := c.Rows
	u, v := make([]float64, n+1), make([]float64, n+1) // duals, from 1 on
	rowOf, way := make([]int, n+1), make([]int, n+1)   // of each column; 0: none
	for row := 1; row <= n; row++ {
		rowOf[0] = row
		slack, done := make([]float64, n+1), make([]bool, n+1)
		for j := range slack {
			slack[j] = math.Inf(1)
		}
		column := 0
		for rowOf[column] != 0 {
			done[column] = true
			i, next, delta := rowOf[column], 0, math.Inf(1)
			for j := 1; j <= n; j++ {
				if done[j] {
					continue
				}
				if s := c.At(i-1, j-1) - u[i] - v[j]; s < slack[j] {
					slack[j], way[j] = s, column
				}
				if slack[j] < delta {
					delta, next = slack[j], j
				}
			}
			for j := range done {
				if done[j] {
					u[rowOf[j]] += delta
					v[j] -= delta
				} else {
					slack[j] -= delta
				}
			}
			column = next
		}
		for column != 0 {
			rowOf[column] = rowOf[way[column]]
			column = way[column]
		}
	}
	for j := 1; j <= n; j++ {
		value += c.At(rowOf[j]-1, j-1)
	}
	return value
}

func TestExactSolversAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 10 {
		const n = 7
		c := randomMatrix(r, n, n)
		ones := make([]float64, n)
		for i := range ones {
			ones[i] = 1
		}
		require.InDelta(t, assignment(c), transport(ones, ones, c), 1e-12)
		least := math.Inf(1)
		permutations(n, func(p []int) {
			var sum float64
			for i, j := range p {
				sum += c.At(i, j)
			}
			least = min(least, sum)
		})
		require.InDelta(t, least, assignment(c), 1e-12)
	}
}

// permutations calls do with every permutation of 0..n-1, by Heap's algorithm.
func permutations(n int, do func([]int)) {
	p := sequence(0, n)
	var permute func(k int)
	permute = func(k int) {
		if k == 1 {
			do(p)
			return
		}
		for i := range k {
			permute(k - 1)
			if k%2 == 0 {
				p[i], p[k-1] = p[k-1], p[i]
			} else {
				p[0], p[k-1] = p[k-1], p[0]
			}
		}
	}
	permute(n)
}

func randomMatrix(r *rand.Rand, rows, cols int) kernels.Matrix[float64] {
	c := kernels.NewMatrix[float64](rows, cols)
	for k := range c.Data {
		c.Data[k] = r.Float64()
	}
	return c
}

// randomMass is n masses that sum to total; every third is zero if sparse.
func randomMass(r *rand.Rand, n int, total float64, sparse bool) []float64 {
	mass := make([]float64, n)
	var sum float64
	for i := range mass {
		if !sparse || i%3 != 1 {
			mass[i] = 0.1 + r.Float64()
		}
		sum += mass[i]
	}
	return scaled(mass, total/sum)
}

func randomDense(t *testing.T, r *rand.Rand, rows, cols int) *Cost {
	cost, err := Dense(randomMatrix(r, rows, cols))
	require.NoError(t, err)
	return cost
}

var methods = []Method{LogDomain, KernelForm}
