package lse

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// TestSinkhornLogOfLostEntries has rows whose entries in the second column are too small a number with the old potential and
// not with the new one, which a mass or a power puts far from it. That column's sum counts, because of the last row.
func TestSinkhornLogOfLostEntries(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.EachType(t, func(t *testing.T) {
			lostEntries[float32](t, 1, 0x1p30, 0, -27.5, -87.8, -54)
			lostEntries[float32](t, 0.5, 1, -50, -27, -87.8, -34)
		}, func(t *testing.T) {
			lostEntries[float64](t, 1, 0x1p200, 0, -138, -709.5, -553)
			lostEntries[float64](t, 0.5, 1, -416, -138, -709.5, -415)
		})
	})
}

// lostEntries has the exponents of the two entries of the first rows, which have the potential given, and that of the last row in
// the second column.
func lostEntries[T kernels.Float](t *testing.T, power, mass, potential, first, second, last T) {
	const rows = 1000
	c := kernels.NewMatrix[T](rows, 2)
	f, a := make([]T, rows), make([]T, rows)
	for i := range f {
		f[i], a[i] = potential, mass
		copy(c.Row(i), []T{potential - first, potential - second})
	}
	f[rows-1] = 0
	copy(c.Row(rows-1), []T{0, -last})
	g, b := make([]T, 2), []T{1, 1}
	wantF, wantG := append([]T(nil), f...), make([]T, 2)
	sinkhornLogGeneric(wantF, wantG, a, b, 1, power, 1, c)
	SinkhornLog(f, g, a, b, 1, power, 1, c)
	largest := 0.0
	for _, x := range [][]T{c.Data, f, g} {
		for _, v := range x {
			largest = max(largest, math.Abs(float64(v)))
		}
	}
	for j := range g {
		assert.InDelta(t, float64(wantG[j]), float64(g[j]), testkit.Roundoff[T]()*(16*largest+rows+8),
			"potential of column %d, power %v, mass %v", j, power, mass)
	}
}
