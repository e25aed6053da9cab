package linsolve

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestLargestOfTridiagonal: 2*cos(pi/(n+1)) plus a shift, for ones beside the diagonal; among the shifts those that make it zero.
func TestLargestOfTridiagonal(t *testing.T) {
	for n := 1; n <= 12; n++ {
		largest := 2 * math.Cos(math.Pi/float64(n+1))
		for _, shift := range []float64{0, 3, -1, -largest, -5} {
			alphas, betas := make([]float64, n), make([]float64, n)
			for k := range n {
				alphas[k], betas[k] = shift, 1
			}
			assert.InDelta(t, largest+shift, largestOfTridiagonal(alphas, betas), 1e-9, "n = %d, shift %v", n, shift)
		}
	}
}
