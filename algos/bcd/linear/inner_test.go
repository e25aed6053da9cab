package linear

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// TestExchange: a support three times the rank is thinned out to it, slot by slot; the objective never rises, and the factor is that of
// as many columns as can be independent all the way, which the exchange must find without testing the others again.
func TestExchange(t *testing.T) {
	const rank, n = 10, 30
	for seed := range uint64(20) {
		r := testkit.NewRandom(seed)
		root := kernels.NewMatrix[float64](n, rank)
		testkit.FillNormal(r, root.Data)
		for k := range rank { // the first are independent by far
			clear(root.Row(k))
			root.Set(k, k, 1)
		}
		for k := rank + 3; k < n; k += 7 {
			copy(root.Row(k), root.Row(k-1)) // a column twice
		}
		g := kernels.NewMatrix[float64](n, n)
		matmul.Syrk(matmul.Full, matmul.NoTrans, 1, root, 0, g)
		s := inner{l1: 0.1}
		s.resize(g)
		target := make([]float64, n)
		matmul.Gemv(matmul.NoTrans, 1, root, testkit.Normal[float64](r, rank), 0, target)
		for k := range s.b {
			s.b[k] = r.NormFloat64()
			s.support = append(s.support, int32(k))
		}
		objective := func() (sum float64) {
			for k, b := range s.b {
				sum += s.l1*math.Abs(b) - target[k]*b
				for j, a := range s.b {
					sum += a * b * g.At(j, k) / 2
				}
			}
			return sum
		}
		copy(s.c, target)
		matmul.Gemv(matmul.NoTrans, -1, g, s.b, 1, s.c)
		s.refactor()
		require.Len(t, s.factor.left, n-rank)
		before := objective()
		for left := n - rank; left > 0; left-- {
			require.Len(t, s.factor.order, rank)
			require.Len(t, s.factor.left, left)
			require.True(t, s.release(s.factor.left[0]))
			s.exchange()
			after := objective()
			assert.LessOrEqual(t, after, before+1e-10)
			before = after
			for i, a := range s.factor.order {
				assert.NotZero(t, s.b[a])
				assert.Equal(t, int32(i), s.factor.position[a])
				for j, b := range s.factor.order {
					sum := 0.0
					for k := range min(i, j) + 1 {
						sum += s.factor.u.At(k, i) * s.factor.u.At(k, j)
					}
					assert.InDelta(t, g.At(int(a), int(b)), sum, 1e-9)
				}
			}
		}
		assert.Empty(t, s.factor.left)
	}
}
