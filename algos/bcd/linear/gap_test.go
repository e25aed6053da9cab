package linear

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/kernels"
)

// TestDualIsFeasible: far from the solution too the dual value is a bound of the minimum, although some correlations are out of date.
func TestDualIsFeasible(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 79))
		x := kernels.NewMatrix[float64](4+r.IntN(10), 3+r.IntN(6))
		for i := range x.Data {
			x.Data[i] = r.NormFloat64()
		}
		y := make([]float64, x.Rows)
		for i := range y {
			y[i] = 2*x.At(i, 0) - x.At(i, x.Cols-1) + 0.3*r.NormFloat64()
		}
		d, err := Dense(x)
		require.NoError(t, err)
		q, err := newQuadratic(d, y, Settings{})
		require.NoError(t, err)
		l1 := q.top * (0.1 + 0.8*r.Float64())
		best, err := Lasso(context.Background(), d, y, l1, Settings{Tolerance: 1e-13})
		require.NoError(t, err)
		q.in.l1 = l1
		q.fresh = append(q.fresh[:0], 0)
		q.admit()
		for range 6 {
			q.in.b[0] += 0.3 * r.NormFloat64() * r.Float64()
			q.refresh()
			q.correlations(l1)
			require.LessOrEqual(t, q.measure().dual, best.Objective+1e-10, "seed %d", seed)
		}
	}
}
