// Package raphson holds nothing itself: kernels are in kernels/..., methods in algos/...
//
// Raphson is a library of SIMD kernels for the inner loops of numerical optimisation (AVX-512, AVX2 with FMA, NEON, chosen at
// run time, plain Go elsewhere) and of the published methods that stand on them.
package raphson

//go:generate go run ./gen
