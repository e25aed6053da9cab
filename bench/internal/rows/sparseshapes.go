package rows

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
)

// poissonShape is the five-point Laplacian on side x side points.
func poissonShape(side int) shape {
	row := func(i int, columns []int) []int {
		if i >= side {
			columns = append(columns, i-side)
		}
		if i%side > 0 {
			columns = append(columns, i-1)
		}
		columns = append(columns, i)
		if i%side < side-1 {
			columns = append(columns, i+1)
		}
		if i < side*(side-1) {
			columns = append(columns, i+side)
		}
		return columns
	}
	return shape{fmt.Sprintf("poisson%d", side), side * side, 5*side*side - 4*side, row}
}

// randomShape has each entries in each row, one anywhere in each of as many intervals of the columns.
func randomShape(n, each int) shape {
	row := func(i int, columns []int) []int {
		random := rand.New(rand.NewPCG(3, uint64(i)))
		for k := range each {
			low, high := k*n/each, (k+1)*n/each
			columns = append(columns, low+random.IntN(high-low))
		}
		return columns
	}
	return shape{fmt.Sprintf("random%dx%d", n, each), n, n * each, row}
}

// bandedShape has the main diagonal and half on either side.
func bandedShape(n, half int) shape {
	row := func(i int, columns []int) []int {
		for j := max(0, i-half); j <= min(n-1, i+half); j++ {
			columns = append(columns, j)
		}
		return columns
	}
	return shape{fmt.Sprintf("banded%dx%d", n, 2*half+1), n, (2*half+1)*n - half*(half+1), row}
}

// powerShape has rows of Pareto lengths, from 4 up with exponent 1.5, the longest a tenth of the columns; columns on the left have the
// more entries: their places are cubes of what is spread evenly.
func powerShape(n int) shape {
	lengths := powerLengths(n)
	entries := 0
	for _, length := range lengths {
		entries += length
	}
	row := func(i int, columns []int) []int {
		random := rand.New(rand.NewPCG(4, uint64(i)))
		before := -1
		for k := range lengths[i] {
			place := (float64(k) + random.Float64()) / float64(lengths[i])
			column := min(max(int(float64(n)*place*place*place), before+1), n-lengths[i]+k)
			columns = append(columns, column)
			before = column
		}
		return columns
	}
	return shape{fmt.Sprintf("powerlaw%d", n), n, entries, row}
}

var knownLengths sync.Map

// powerLengths are drawn once for each n.
func powerLengths(n int) []int {
	if known, ok := knownLengths.Load(n); ok {
		return known.([]int)
	}
	random := rand.New(rand.NewPCG(5, uint64(n)))
	lengths := make([]int, n)
	for i := range lengths {
		lengths[i] = min(int(4*math.Pow(1-random.Float64(), -1/1.5)), n/10)
	}
	known, _ := knownLengths.LoadOrStore(n, lengths)
	return known.([]int)
}
