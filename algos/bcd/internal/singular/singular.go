// Package singular factors matrices that are positive semidefinite but, to rounding, need not be definite.
package singular

import (
	"github.com/raphson-go/raphson/kernels"
	"github.com/raphson-go/raphson/kernels/matmul"
)

// Factor replaces a matrix by the Cholesky factor, the lower triangle, of it plus as small a multiple of the identity as it takes: columns
// that depend on each other make it singular. It reports whether a thousandth of the largest diagonal element is enough.
func Factor(h kernels.Matrix[float64]) bool {
	top := 0.0
	for i := range h.Rows {
		top = max(top, h.At(i, i))
	}
	whole := append([]float64(nil), h.Data...)
	for shift := 1e-13; shift < 1e-3; shift *= 100 {
		copy(h.Data, whole)
		for i := range h.Rows {
			h.Data[i*h.Stride+i] += shift * top
		}
		if matmul.Cholesky(matmul.Lower, h) == nil {
			return true
		}
	}
	return false
}
