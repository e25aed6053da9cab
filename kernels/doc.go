// Package kernels holds what the kernel families under it share: the element types, the matrix view, the worker count
// and the instruction set in use. The kernels themselves are one package a family below: [vec] for vectors, [lse] for
// exponentials, logarithms and scaling sweeps, [matmul] for matrix products, [sparse] for matrices of few entries,
// [coord] for block coordinate updates. Package [gonum], a module of its own, puts them under gonum.
//
// Every kernel takes slices or a [Matrix] of float32 or float64 that the caller already has, checks their shapes before
// it touches memory and panics with one line that names both sizes when they disagree; it allocates nothing, keeps no
// argument, and may be called from many goroutines at once. A large operation is split across [Workers] goroutines at
// boundaries that do not depend on their number, so the result does not either.
//
// [vec]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels/vec
// [lse]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels/lse
// [matmul]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels/matmul
// [sparse]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels/sparse
// [gonum]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels/gonum
// [coord]: https://pkg.go.dev/github.com/raphson-go/raphson/kernels/coord
package kernels
