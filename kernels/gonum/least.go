package gonum

import "github.com/raphson-go/raphson/internal/level"

// sizes says from which size on kernels take over from gonum's own functions.
type sizes struct {
	dot, axpy, scal, asum, nrm2, iamax int // elements
	gemv, gemvT, ger                   int // elements of the matrix
	gemm, syrk, symm, trsm, trmm       int // the largest of the sizes
}

var vectorised = sizes{}

func least() *sizes {
	if level.Current() == level.Generic {
		return &vectorised
	}
	return &vectorised
}
