package rows

import (
	"fmt"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/raphson-go/raphson/bench/internal/measure"
	raphson "github.com/raphson-go/raphson/kernels/gonum"
)

// gonumRows are methods of gonum's mat on our BLAS; the peer is the same method on gonum's own. SVD, with both sets of singular
// vectors, takes seconds and is measured on request.
func gonumRows() []measure.Row {
	var rows []measure.Row
	for _, n := range []int{256, 512} {
		cube := float64(n) * float64(n) * float64(n)
		add := func(method string, flops float64, onRequest bool, setup func(n int) func()) {
			rows = append(rows, measure.Row{
				Family: "gonum", Kernel: method, Type: "float64", Shape: fmt.Sprintf("%dx%d", n, n), Unit: gigaflops,
				Cost:     product[float64](flops, n*n, n*n),
				Parallel: true, Assembly: true, OnRequest: onRequest,
				Setup: func() measure.Job { return onBoth(setup(n)) },
			})
		}
		// Operations as G. Golub and C. Van Loan count them, "Matrix Computations", sections 4.2 and 8.6.
		add("Mul", 2*cube, false, mulMethod)
		add("Cholesky", cube/3, false, choleskyMethod)
		add("SVD", 21*cube, true, svdMethod)
	}
	return rows
}

// onBoth is a job of ours with gonum's BLAS as the peer. That stays in use between calls, for other rows.
func onBoth(method func()) measure.Job {
	own := blas64.Implementation()
	return measure.Job{
		Run: func() {
			blas64.Use(raphson.BLAS{})
			defer blas64.Use(own)
			method()
		},
		Peers: []measure.Peer{{Name: gonumName, Run: method, Parallel: true}},
	}
}

func mulMethod(n int) func() {
	a := mat.NewDense(n, n, dense[float64](n, n).Data)
	var product mat.Dense
	return func() { product.Mul(a, a) }
}

// choleskyMethod factorises a matrix with a dominant diagonal; gonum estimates its condition too.
func choleskyMethod(n int) func() {
	a := mat.NewSymDense(n, symmetric[float64](n).Data)
	for i := range n {
		a.SetSym(i, i, float64(n))
	}
	var factor mat.Cholesky
	return func() {
		if !factor.Factorize(a) {
			panic("rows: the matrix is positive definite")
		}
	}
}

func svdMethod(n int) func() {
	a := mat.NewDense(n, n, dense[float64](n, n).Data)
	var svd mat.SVD
	return func() {
		if !svd.Factorize(a, mat.SVDFull) {
			panic("rows: no singular values")
		}
	}
}
