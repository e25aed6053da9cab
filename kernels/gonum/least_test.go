package gonum

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/gonum"

	"github.com/raphson-go/raphson/kernels"
)

// BenchmarkSizes is what the tables of least.go were read from: ours at every size beside gonum's.
func BenchmarkSizes(b *testing.B) {
	d, s := double, single
	defer func() { double, single = d, s }()
	double, single = sizes{}, sizes{}
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	r := rand.New(rand.NewPCG(11, 12))
	x, y, z := numbers(r, 1<<14), numbers(r, 1<<14), numbers(r, 1<<14)
	for _, f := range []struct {
		name string
		call func(i blas.Float64, n int)
	}{
		{"Ddot", func(i blas.Float64, n int) { i.Ddot(n, x, 1, y, 1) }},
		{"Daxpy", func(i blas.Float64, n int) { i.Daxpy(n, 0x1p-60, x, 1, y, 1) }},
		{"Dscal", func(i blas.Float64, n int) { i.Dscal(n, -1, x, 1) }},
		{"Dasum", func(i blas.Float64, n int) { i.Dasum(n, x, 1) }},
		{"Dnrm2", func(i blas.Float64, n int) { i.Dnrm2(n, x, 1) }},
		{"Idamax", func(i blas.Float64, n int) { i.Idamax(n, x, 1) }},
		{"Dgemv", func(i blas.Float64, n int) { i.Dgemv(blas.NoTrans, n, n, 1, x, n, y, 1, 0, z, 1) }},
		{"Dgemv strided", func(i blas.Float64, n int) { i.Dgemv(blas.NoTrans, n, n, 1, x, n, y, n, 0, z, n) }},
		{"Dger", func(i blas.Float64, n int) { i.Dger(n, n, 0x1p-60, x, 1, y, 1, z, n) }},
		{"Dtrsv", func(i blas.Float64, n int) {
			copy(z[:n], y)
			i.Dtrsv(blas.Upper, blas.NoTrans, blas.NonUnit, n, x, n, z, 1)
		}},
		{"Dgemm", func(i blas.Float64, n int) { i.Dgemm(blas.NoTrans, blas.NoTrans, n, n, n, 1, x, n, y, n, 0, z, n) }},
		{"Dgemm transposed", func(i blas.Float64, n int) { i.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1, x, n, y, n, 0, z, n) }},
		{"Dsyrk", func(i blas.Float64, n int) { i.Dsyrk(blas.Upper, blas.NoTrans, n, n, 1, x, n, 0, z, n) }},
		{"Dsymm", func(i blas.Float64, n int) { i.Dsymm(blas.Left, blas.Upper, n, n, 1, x, n, y, n, 0, z, n) }},
		{"Dtrsm", func(i blas.Float64, n int) {
			copy(z[:n*n], y)
			i.Dtrsm(blas.Left, blas.Upper, blas.NoTrans, blas.NonUnit, n, n, 1, x, n, z, n)
		}},
		{"Dtrmm", func(i blas.Float64, n int) {
			copy(z[:n*n], y)
			i.Dtrmm(blas.Left, blas.Upper, blas.NoTrans, blas.NonUnit, n, n, 1, x, n, z, n)
		}},
	} {
		for _, n := range []int{2, 4, 8, 12, 16, 24, 32, 48, 64, 100} {
			for _, by := range []struct {
				name string
				blas.Float64
			}{{"raphson", BLAS{}}, {"gonum", gonum.Implementation{}}} {
				b.Run(f.name+fmt.Sprintf("/n=%d/by=%s", n, by.name), func(b *testing.B) {
					for b.Loop() {
						f.call(by.Float64, n)
					}
				})
			}
		}
	}
}
