package matmul

import (
	"testing"

	"github.com/raphson-go/raphson/internal/testkit"
	"github.com/raphson-go/raphson/kernels"
)

// TestFewRowsOrColumns: products of a large matrix and a few rows or columns, however both lie, of integers, for which every way to add is exact. Some
// are deeper than what is added at a time, some are shared out.
func TestFewRowsOrColumns(t *testing.T) {
	testkit.EachLevelAndType(t, testFewRowsOrColumns[float32], testFewRowsOrColumns[float64])
}

func testFewRowsOrColumns[T kernels.Float](t *testing.T) {
	defer kernels.SetWorkers(kernels.Workers())
	r := testkit.NewRandom(9)
	matrix := func(across Transpose, rows, cols, gap int) kernels.Matrix[T] {
		if across {
			rows, cols = cols, rows
		}
		m := kernels.NewMatrix[T](rows, cols+gap)
		copy(m.Data, testkit.Integers[T](r, len(m.Data)))
		return part(m, 0, rows, 0, cols)
	}
	at := func(across Transpose, m kernels.Matrix[T], i, j int) T {
		if across {
			return m.At(j, i)
		}
		return m.At(i, j)
	}
	for i, shape := range [][3]int{{2, 37, 33}, {3, 50, 48}, {4, 21, 130}, {6, 130, 99}, {2, 9, 2500}, {5, 230, 1030}, {7, 20, 128}} {
		kernels.SetWorkers(1 + i%3)
		few, many, k := shape[0], shape[1], shape[2]
		for _, size := range [][2]int{{few, many}, {many, few}, {few, few}} {
			for kind := range 8 {
				tA, tB, beta := Transpose(kind%2 == 1), Transpose(kind/2%2 == 1), T(-2*(kind/4))
				m, n := size[0], size[1]
				a, b := matrix(tA, m, k, i%2), matrix(tB, k, n, i%3)
				d, c := matrix(NoTrans, m, n, 2), normal[T](r, m, n, 3)
				GemmPlus(tA, tB, 3, a, b, beta, d, c)
				requireGaps(t, c)
				for i := range m {
					want := make([]T, n)
					for j := range want {
						want[j] = beta * d.At(i, j)
						if beta == 0 {
							want[j] = 0 // D is not read
						}
						for p := range k {
							want[j] += 3 * at(tA, a, i, p) * at(tB, b, p, j)
						}
					}
					testkit.RequireSame(t, want, c.Row(i))
				}
			}
		}
	}
}
