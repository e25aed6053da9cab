package matmul

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/kernels"
)

func random[T kernels.Float](r *rand.Rand, rows, cols, stride int) kernels.Matrix[T] {
	m := kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: stride, Data: make([]T, rows*stride)}
	for i := range m.Data {
		m.Data[i] = T(r.NormFloat64())
	}
	return m
}

func quick[T kernels.Float](t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, l := range level.Available() {
		restore := level.Force(l)
		for it := range 3000 {
			dim := func() int {
				if r.IntN(10) == 0 {
					return r.IntN(300)
				}
				return r.IntN(40)
			}
			m, n, k := dim(), dim(), dim()
			tri := Triangle(r.IntN(4))
			if tri != whole {
				n = m
			}
			tA, tB := Transpose(r.IntN(2) == 0), Transpose(r.IntN(2) == 0)
			shape := func(t Transpose, r, c int) (int, int) {
				if t {
					return c, r
				}
				return r, c
			}
			ar, ac := shape(tA, m, k)
			br, bc := shape(tB, k, n)
			a, b := random[T](r, ar, ac, ac+r.IntN(5)), random[T](r, br, bc, bc+r.IntN(5))
			c, d := random[T](r, m, n, n+r.IntN(5)), random[T](r, m, n, n+r.IntN(5))
			alpha, beta := T(r.NormFloat64()), T(r.NormFloat64())
			if r.IntN(3) == 0 {
				beta = 0
			}
			if r.IntN(2) == 0 {
				d = c
			}
			want := make([]float64, m*n)
			size := make([]float64, m*n)
			for i := range m {
				for j := range n {
					var s, sz float64
					for p := range k {
						x, y := i, p
						if tA {
							x, y = y, x
						}
						z, w := p, j
						if tB {
							z, w = w, z
						}
						v := float64(a.At(x, y)) * float64(b.At(z, w))
						s += v
						sz += math.Abs(v)
					}
					want[i*n+j] = float64(alpha)*s + float64(beta)*float64(d.At(i, j))
					size[i*n+j] = math.Abs(float64(alpha))*sz + math.Abs(float64(beta*d.At(i, j)))
				}
			}
			before := append([]T(nil), c.Data...)
			multiply("Gemmt", tri, tA, tB, alpha, a, b, beta, d, c)
			eps := 0x1p-53
			if any(alpha) == any(T(alpha)) {
				if _, ok := any(alpha).(float32); ok {
					eps = 0x1p-24
				}
			}
			for i := range m {
				for j := range c.Stride {
					if i*c.Stride+j >= len(c.Data) {
						break
					}
					got := c.Data[i*c.Stride+j]
					if j >= n || tri == Lower && j > i || tri == Upper && j < i {
						if got != before[i*c.Stride+j] {
							t.Fatal(l, "written outside", m, n, k, tri, i, j)
						}
						continue
					}
					ii, jj := i, j
					if tri == Full && j > i {
						ii, jj = j, i
					}
					if e := math.Abs(float64(got) - want[ii*n+jj]); !(e <= float64(k+3)*eps*size[ii*n+jj]) {
						t.Fatal(l, it, m, n, k, "tri", tri, tA, tB, alpha, beta, i, j, got, want[ii*n+jj])
					}
				}
			}
		}
		restore()
	}
}

func TestQuick(t *testing.T) { quick[float64](t); quick[float32](t) }

func benchGemm[T kernels.Float](b *testing.B) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	for _, n := range []int{4, 8, 16, 24, 32, 48, 64, 80, 96, 128, 256, 512, 1024} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 2))
			x, y, z := random[T](r, n, n, n), random[T](r, n, n, n), random[T](r, n, n, n)
			for b.Loop() {
				Gemm(NoTrans, NoTrans, 1, x, y, 0, z)
			}
			b.ReportMetric(2*float64(n)*float64(n)*float64(n)*float64(b.N)/float64(b.Elapsed().Nanoseconds()), "GFLOP/s")
		})
	}
}

func BenchmarkGemm64(b *testing.B) { benchGemm[float64](b) }
func BenchmarkGemm32(b *testing.B) { benchGemm[float32](b) }
