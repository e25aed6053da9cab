package group

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/vec"
)

// TestMinimise holds the condition of optimality, q + H*z + lambda*z/|z| = 0 or |q| <= lambda, for variables in all units.
func TestMinimise(t *testing.T) {
	const n = 4
	for seed := range uint64(50) {
		r := testkit.NewRandom(seed)
		root, h := kernels.NewMatrix[float64](6, n), kernels.NewMatrix[float64](n, n)
		testkit.FillNormal(r, root.Data)
		for k := range root.Data {
			root.Data[k] *= math.Pow(10, float64(3-2*(k%n)))
		}
		matmul.Syrk(matmul.Full, matmul.Trans, 1, root, 0, h)
		q, z := make([]float64, n), make([]float64, n)
		matmul.Gemv(matmul.Trans, 1, root, testkit.Normal[float64](r, 6), 0, q)
		size := vec.Norm2(q)
		for _, share := range []float64{2, 0.9, 1e-3, 1e-6, 1e-9} {
			lambda := share * size
			require.True(t, Minimise(z, q, h, lambda), "seed %d, %v", seed, share)
			norm := vec.Norm2(z)
			if share > 1 {
				assert.Zero(t, norm)
				continue
			}
			slope := append([]float64(nil), q...)
			matmul.Gemv(matmul.NoTrans, 1, h, z, 1, slope)
			vec.Axpy(lambda/norm, z, slope)
			assert.LessOrEqual(t, vec.Norm2(slope), 1e-10*size, "seed %d, %v", seed, share)
		}
	}
}
