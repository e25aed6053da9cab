package gonum

import (
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// use puts ours under gonum until the end of the test.
func use(t *testing.T) {
	before := blas64.Implementation()
	blas64.Use(BLAS{})
	t.Cleanup(func() { blas64.Use(before) })
}

func randomDense(r *rand.Rand, rows, cols int) *mat.Dense {
	x := mat.NewDense(rows, cols, nil)
	for i := range rows {
		for j := range cols {
			x.Set(i, j, r.NormFloat64())
		}
	}
	return x
}

// The methods of gonum that call the BLAS give what they promise.
func TestMat(t *testing.T) {
	eachWay(t, func(t *testing.T) {
		use(t)
		r := rand.New(rand.NewPCG(7, 8))
		for _, n := range []int{1, 5, 33, 150} {
			a, b := randomDense(r, n+n/2, n), randomDense(r, n, n+3)
			near := func(want, got mat.Matrix, what string) {
				t.Helper()
				require.True(t, mat.EqualApprox(want, got, 1e-11*float64(n)), "%s of order %d", what, n)
			}
			var product, back mat.Dense
			product.Mul(a, b)
			want := mat.NewDense(n+n/2, n+3, nil)
			for i := range n + n/2 {
				for j := range n + 3 {
					for k := range n {
						want.Set(i, j, want.At(i, j)+a.At(i, k)*b.At(k, j))
					}
				}
			}
			near(want, &product, "Mul")

			var qr mat.QR
			var q, upper mat.Dense
			qr.Factorize(a)
			qr.QTo(&q)
			qr.RTo(&upper)
			back.Mul(&q, &upper)
			near(a, &back, "QR")

			var svd mat.SVD
			require.True(t, svd.Factorize(a, mat.SVDThin))
			var u, v, scaled mat.Dense
			svd.UTo(&u)
			svd.VTo(&v)
			scaled.Mul(&u, mat.NewDiagDense(n, svd.Values(nil)))
			back.Reset()
			back.Mul(&scaled, v.T())
			near(a, &back, "SVD")

			var gram mat.SymDense
			gram.SymOuterK(1, a.T())
			for i := range n {
				gram.SetSym(i, i, gram.At(i, i)+1)
			}
			var cholesky mat.Cholesky
			require.True(t, cholesky.Factorize(&gram))
			var square mat.SymDense
			cholesky.ToSym(&square)
			near(&gram, &square, "Cholesky")
			var solution, right mat.Dense
			require.NoError(t, cholesky.SolveTo(&solution, b))
			right.Mul(&gram, &solution)
			near(b, &right, "Cholesky.SolveTo")
		}
	})
}

// Gemm is called from many goroutines.
func TestGoroutines(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	const n = 200
	a, b := randomDense(r, n, n), randomDense(r, n, n)
	multiply := func() []float64 {
		c := make([]float64, n*n)
		BLAS{}.Dgemm(blas.NoTrans, blas.Trans, n, n, n, 1, a.RawMatrix().Data, n, b.RawMatrix().Data, n, 0, c, n)
		BLAS{}.Dsymm(blas.Left, blas.Lower, n, n, 1, a.RawMatrix().Data, n, b.RawMatrix().Data, n, 1, c, n)
		return c
	}
	want := multiply()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 5 {
				assert.Equal(t, want, multiply())
			}
		})
	}
	all.Wait()
}

// No call allocates, whether its vectors are lent or not.
func TestNothingIsAllocated(t *testing.T) {
	if race.Enabled {
		t.Skip("under the race detector pools forget")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		everySize(t)
		const n = 70
		a, b, c := make([]float64, n*n), make([]float64, n*n), make([]float64, n*n)
		for name, call := range map[string]func(i blas.Float64){
			"Dgemm": func(i blas.Float64) { i.Dgemm(blas.Trans, blas.Trans, n, n, n, 1, a, n, b, n, 0, c, n) },
			"Dgemv": func(i blas.Float64) { i.Dgemv(blas.NoTrans, n, n, 1, a, n, b, 2, 1, c, n) },
			"Dger":  func(i blas.Float64) { i.Dger(n, n, 1, a, -1, b, n, c, n) },
			"Dtrsv": func(i blas.Float64) { i.Dtrsv(blas.Upper, blas.NoTrans, blas.Unit, n, a, n, b, 3) },
			"Dsyrk": func(i blas.Float64) { i.Dsyrk(blas.Upper, blas.NoTrans, n, n, 1, a, n, 0, c, n) },
			"Dsymm": func(i blas.Float64) { i.Dsymm(blas.Left, blas.Upper, n, n, 1, a, n, b, n, 0, c, n) },
			"Dtrsm": func(i blas.Float64) { i.Dtrsm(blas.Right, blas.Upper, blas.Trans, blas.Unit, n, n, 1, a, n, c, n) },
			"Dtrmm": func(i blas.Float64) { i.Dtrmm(blas.Left, blas.Lower, blas.Trans, blas.NonUnit, n, n, 1, a, n, c, n) },
		} {
			assert.Zero(t, testing.AllocsPerRun(20, func() { call(BLAS{}) }), name)
		}
	})
}
