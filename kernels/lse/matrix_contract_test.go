package lse

import (
	"testing"

	"github.com/raphson-go/raphson/internal/level"
	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

func solve[T kernels.Float](c kernels.Matrix[T], a, b []T, iterations int) problem[T] {
	n, m := c.Rows, c.Cols
	p := problem[T]{
		rows: make([]T, n), columns: make([]T, m), planRows: make([]T, n), planColumns: make([]T, m),
		f: make([]T, n), g: make([]T, m), u: uniform[T](n), v: uniform[T](m), plan: make([]T, n*m),
	}
	LogSumExpRows(p.rows, 4, b, c)
	LogSumExpColumns(p.columns, 4, a, c)
	for range iterations {
		p.errors = append(p.errors, SinkhornLog(p.f, p.g, a, b, 0.25, 1, 1, c))
		p.errors = append(p.errors, SinkhornLog(p.f, p.g, a, b, 0.25, 0.9, 0.8, c))
		p.errors = append(p.errors, SinkhornKernel(p.u, p.v, a, b, 1, 0.5, c))
	}
	Plan(kernels.Matrix[T]{Rows: n, Cols: m, Stride: m, Data: p.plan}, p.planRows, p.planColumns, 4, p.f, p.g, c)
	return p
}

// requireSame compares every bit, but for the payloads of NaN.
func (p problem[T]) requireSame(t *testing.T, got problem[T]) {
	for i, want := range p.all() {
		testkit.RequireSame(t, want, got.all()[i])
	}
}

func (p problem[T]) all() [][]T {
	return [][]T{p.rows, p.columns, p.planRows, p.planColumns, p.f, p.g, p.u, p.v, p.errors, p.plan}
}

// TestMatrixWorkers compares every bit of the results of one worker with those of many.
func TestMatrixWorkers(t *testing.T) {
	testkit.EachType(t, testMatrixWorkers[float32], testMatrixWorkers[float64])
}

func testMatrixWorkers[T kernels.Float](t *testing.T) {
	defer kernels.SetWorkers(kernels.SetWorkers(1))
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		for _, shape := range [][2]int{{1, 1 << 16}, {1 << 16, 1}, {203, 401}, {129, 513}} {
			r := testkit.NewRandom(3)
			c := kernels.Matrix[T]{Rows: shape[0], Cols: shape[1], Stride: shape[1] + 3, Data: testkit.Uniform[T](r, shape[0]*(shape[1]+3), 0, 1)}
			a, b := testkit.Uniform[T](r, c.Rows, 0.1, 1), testkit.Uniform[T](r, c.Cols, 0.1, 1)
			kernels.SetWorkers(1)
			want := solve(c, a, b, 3)
			for _, workers := range []int{2, 3, 8} {
				kernels.SetWorkers(workers)
				want.requireSame(t, solve(c, a, b, 3))
			}
		}
	})
}

// TestMatrixGuards runs the public functions on matrices beside guard pages.
func TestMatrixGuards(t *testing.T) {
	testkit.EachType(t, testMatrixGuards[float32], testMatrixGuards[float64])
}

func testMatrixGuards[T kernels.Float](t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, l level.Level) {
		if l == level.Generic {
			t.Skip("the language checks what plain Go touches")
		}
		r := testkit.NewRandom(5)
		testkit.EachMatrixPlacement[T](t, func(m *testkit.Memory, rows, cols, stride int) {
			data := testkit.Uniform[T](r, testkit.Extent(rows, cols, stride), 0, 1)
			c := kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: stride, Data: testkit.CopyOf(m, data)}
			a, b := testkit.CopyOf(m, uniform[T](rows)), testkit.CopyOf(m, uniform[T](cols))
			want := solve(kernels.Matrix[T]{Rows: rows, Cols: cols, Stride: stride, Data: data}, uniform[T](rows), uniform[T](cols), 1)
			want.requireSame(t, solve(c, a, b, 1))
		})
	})
}

// TestMatrixAllocations passes operands that live on the stack.
func TestMatrixAllocations(t *testing.T) {
	testkit.EachLevel(t, func(t *testing.T, _ level.Level) {
		testkit.NoAllocs(t, func() {
			var data, plan [64 * 8]float64
			var a, f, u, sums [64]float64
			var b, g, v, columns [8]float64
			for i := range a {
				a[i], u[i] = 1./64, 1
			}
			for j := range b {
				b[j], v[j] = 1./8, 1
			}
			c := kernels.Matrix[float64]{Rows: 64, Cols: 8, Stride: 8, Data: data[:]}
			LogSumExpRows(sums[:], 1, nil, c)
			LogSumExpColumns(columns[:], 1, f[:], c)
			SinkhornLog(f[:], g[:], a[:], b[:], 1, 1, 1, c)
			SinkhornKernel(u[:], v[:], a[:], b[:], 1, 1, c)
			Plan(kernels.Matrix[float64]{Rows: 64, Cols: 8, Stride: 8, Data: plan[:]}, sums[:], columns[:], 1, f[:], g[:], c)
		})
	})
	large := kernels.NewMatrix[float64](256, 256) // on the workers
	a, f, g := uniform[float64](256), make([]float64, 256), make([]float64, 256)
	testkit.NoAllocs(t, func() { SinkhornLog(f, g, a, a, 1, 1, 1, large) })
}
