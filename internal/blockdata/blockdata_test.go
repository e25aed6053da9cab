package blockdata

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestDesign: the share of entries, and the same draws for the same seed.
func TestDesign(t *testing.T) {
	e, b := Regression(300, 1000, 1)
	share := float64(len(e.Value)) / (300 * 1000)
	assert.InDelta(t, 10*math.Log(300)/300, share, 0.005)
	assert.Len(t, b, 300)
	again, same := Regression(300, 1000, 1)
	assert.Equal(t, e, again)
	assert.Equal(t, b, same)
	other, _ := Regression(300, 1000, 2)
	assert.NotEqual(t, e.Value, other.Value)
}

func TestLabels(t *testing.T) {
	_, b := Classification(100, 50, 1)
	for _, v := range b {
		assert.Equal(t, 1.0, math.Abs(v))
	}
	_, y := Classes(200, 20, 7, 1)
	seen := map[int]bool{}
	for _, c := range y {
		assert.True(t, c >= 0 && c < 7)
		seen[c] = true
	}
	assert.Greater(t, len(seen), 3)
}

// TestLattice: every edge both ways, and nothing but edges of the lattice.
func TestLattice(t *testing.T) {
	e, labels := Lattice(6, 5, 1)
	assert.Len(t, labels, 5)
	assert.Len(t, e.Value, 2*2*6*5)
	for k, i := range e.Row {
		j := e.Column[k]
		step := max(i-j, j-i)
		assert.True(t, step == 1 && i/6 == j/6 || step == 6, "edge %d, %d", i, j)
	}
}

// TestMoons: a symmetric graph in which every node has its neighbours.
func TestMoons(t *testing.T) {
	e, labels := Moons(200, 10, 1)
	assert.Len(t, labels, 10)
	degree := make([]int, 200)
	edges := map[[2]int32]bool{}
	for k, i := range e.Row {
		degree[i]++
		edges[[2]int32{i, e.Column[k]}] = true
	}
	for i, d := range degree {
		assert.GreaterOrEqual(t, d, 5, "node %d", i)
	}
	for pair := range edges {
		assert.True(t, edges[[2]int32{pair[1], pair[0]}])
	}
	across := 0
	for pair := range edges {
		across += int((pair[0] + pair[1]) % 2)
	}
	assert.Less(t, across, len(edges)/20, "few edges between the moons")
}
