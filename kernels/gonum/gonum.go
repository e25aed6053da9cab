package gonum

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"
)

// BLAS is gonum's own implementation of the BLAS with the kernels of this module in the place of those of its functions
// that they are faster than. Its zero value is ready, holds nothing, and may be used from many goroutines at once.
type BLAS struct{ gonum.Implementation }

// What gonum asks of an implementation.
var (
	_ blas.Float64    = BLAS{}
	_ blas.Float32    = BLAS{}
	_ blas.Complex128 = BLAS{}
	_ blas.Complex64  = BLAS{}
)
