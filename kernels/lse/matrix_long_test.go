package lse

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// TestLongLogSumExpMatrix holds rows and columns of many terms against the bounds of the doc comments. Terms that are all alike are
// the worst: added one by one, each would be rounded like the one before it.
func TestLongLogSumExpMatrix(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.EachType(t, longLogSumExp[float32], longLogSumExp[float64])
	})
}

func longLogSumExp[T kernels.Float](t *testing.T) {
	const n = 200_000
	unit := testkit.Roundoff[T]()
	for _, cost := range []T{0.1, 0.3, 0.7} {
		c := kernels.Matrix[T]{Rows: n, Cols: 1, Stride: 1, Data: make([]T, n)}
		for i := range c.Data {
			c.Data[i] = cost
		}
		c.Data[0] = 0 // the largest term
		want := math.Log(1 + (n-1)*math.Exp(-float64(cost)))
		most := 4*float64(cost) + 2*want
		var dst [1]T
		LogSumExpColumns(dst[:], 1, nil, c)
		assert.InDelta(t, want, float64(dst[0]), unit*(most+44+n/32), "a column of terms e^-%v", cost)
		LogSumExpRows(dst[:], 1, nil, kernels.Matrix[T]{Rows: 1, Cols: n, Stride: n, Data: c.Data})
		assert.InDelta(t, want, float64(dst[0]), unit*(most+8192+n/8192+12), "a row of terms e^-%v", cost)
	}
}
