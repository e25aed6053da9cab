package linsolve_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/algos/linsolve"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// scatteredDefinite is a symmetric positive definite matrix with about so many entries a row, anywhere.
func scatteredDefinite(t testing.TB, n, each int) *sparse.CSR[float64] {
	random := testkit.NewRandom(uint64(n))
	var rows, columns []int
	var values []float64
	add := func(i, j int, v float64) {
		rows, columns, values = append(rows, i), append(columns, j), append(values, v)
	}
	for i := range n {
		add(i, i, float64(each)) // twice what the others of its row come to
		for range each / 2 {
			j, v := random.IntN(n), 2*random.Float64()-1
			add(i, j, v)
			add(j, i, v)
		}
	}
	a, err := sparse.FromCOO(n, n, rows, columns, values)
	require.NoError(t, err)
	return a
}

// BenchmarkTogether solves eight systems, one after the other and together.
func BenchmarkTogether(b *testing.B) {
	const systems = 8
	for _, c := range []struct {
		name string
		a    *sparse.CSR[float64]
	}{{"entries=50", scatteredDefinite(b, 100000, 50)}, {"grid", grid(b, 400, 0, 0)}} {
		a := linsolve.Sparse(c.a)
		right := kernels.Matrix[float64]{Rows: c.a.Rows(), Cols: systems, Stride: systems}
		right.Data = testkit.Normal[float64](testkit.NewRandom(1), right.Rows*systems)
		settings := linsolve.Settings{MaxIterations: 30, Tolerance: 1e-15}
		b.Run(c.name+"/one", func(b *testing.B) {
			for b.Loop() {
				for j := range systems {
					_, err := linsolve.CG(background, a, columnOf(right, j), settings)
					require.NoError(b, err)
				}
			}
		})
		b.Run(c.name+"/together", func(b *testing.B) {
			for b.Loop() {
				_, err := linsolve.Together(background, linsolve.CG, a, right, settings)
				require.NoError(b, err)
			}
		})
	}
}
