package matmul

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
)

// Trsv overwrites x with the solution of op(A)*y = x, where A is triangular: [Trsm] for one system, reading A once, as it lies.
//
// Shapes: A is n x n, x has n elements; it panics otherwise. x must not overlap A. Zeros on the diagonal, NaN, infinities and the
// error are those of Trsm.
func Trsv[T kernels.Float](triangle Triangle, tA Transpose, diagonal Diagonal, a kernels.Matrix[T], x []T) {
	checkTriangular("Trsv", triangle, a)
	check.Dimension("matmul", "Trsv", "a.Rows", a.Rows, "len(x)", len(x))
	readTriangle(triangle, a)
	race.Write(x)
	solveVector(triangle, tA, diagonal, a, x)
}

const (
	// vectorBlock unknowns are found one by one; what they contribute goes through whole vectors.
	vectorBlock = 8
	// fewUnknowns are so few that all of them are.
	fewUnknowns = 16
	// gemvBlock unknowns are found before their contributions to the others, which may then be worth sharing out.
	gemvBlock = 256
)

// solveVector is Trsv without the checks.
func solveVector[T kernels.Float](triangle Triangle, tA Transpose, diagonal Diagonal, a kernels.Matrix[T], x []T) {
	n := len(x)
	forward := (triangle == Lower) != bool(tA)
	if n <= fewUnknowns {
		solveFew(forward, tA, diagonal, a.Data, a.Stride, x)
		return
	}
	for done := 0; done < n; done += gemvBlock {
		from, end := done, min(done+gemvBlock, n)
		others := [2]int{0, from} // those that contribute, or, if A is transposed, that are contributed to
		if !forward {
			from, end = n-end, n-done
		}
		if forward == bool(tA) {
			others = [2]int{end, n}
		} else {
			others[1] = from
		}
		// Row-wise A: the known unknowns stand beside the block in its rows. Transposed: so do those still to come.
		besides, known := part(a, from, end, others[0], others[1]), x[others[0]:others[1]]
		if !tA && len(known) > 0 {
			Gemv(NoTrans, -1, besides, known, 1, x[from:end])
		}
		solveDiagonal(forward, tA, diagonal, part(a, from, end, from, end), x[from:end])
		if bool(tA) && len(known) > 0 {
			Gemv(Trans, -1, besides, x[from:end], 1, known)
		}
	}
}

// solveDiagonal solves a system of at most gemvBlock unknowns.
func solveDiagonal[T kernels.Float](forward bool, tA Transpose, diagonal Diagonal, a kernels.Matrix[T], x []T) {
	n, stride, far := len(x), a.Stride, farRows(a)
	for done := 0; done < n; done += vectorBlock {
		from, end := done, min(done+vectorBlock, n)
		if !forward {
			from, end = n-end, n-done
		}
		first, last := 0, from
		if forward == bool(tA) {
			first, last = end, n
		}
		block, others := x[from:end], x[first:last]
		if !tA && len(others) > 0 {
			mulRows(block, -1, a.Data[from*stride+first:], stride, others, 1, block, far)
		}
		solveFew(forward, tA, diagonal, a.Data[from*stride+from:], stride, block)
		if bool(tA) && len(others) > 0 {
			addScaledRows(others, a.Data[from*stride+first:], stride, -1, block, far)
		}
	}
}

// solveFew solves a system of at most fewUnknowns, one after the other. Each waits for the one before it, and would for a division three times as long as for the
// multiplication and the subtraction that are left where the diagonal has been inverted.
func solveFew[T kernels.Float](forward bool, tA Transpose, diagonal Diagonal, a []T, stride int, x []T) {
	row, column := tA.steps(stride)
	var memory [fewUnknowns]T
	inverses := memory[:len(x)]
	if !invert(inverses, diagonal, a, 0, stride+1) {
		divideFew(forward, tA, a, stride, x)
		return
	}
	if !forward { // from the last unknown to the first
		for i := len(x) - 1; i >= 0; i-- {
			sum := x[i]
			for p := len(x) - 1; p > i; p-- { // the latest last
				sum -= a[i*row+p*column] * x[p]
			}
			x[i] = sum * inverses[i]
		}
		return
	}
	for i := range x {
		sum := x[i]
		for p, v := range x[:i] {
			sum -= a[i*row+p*column] * v
		}
		x[i] = sum * inverses[i]
	}
}

// divideFew is solveFew with divisions.
func divideFew[T kernels.Float](forward bool, tA Transpose, a []T, stride int, x []T) {
	n := len(x)
	s := triangularSolve[T]{
		tA: tA, forward: forward,
		a: kernels.Matrix[T]{Rows: n, Cols: n, Stride: stride, Data: a},
		b: kernels.Matrix[T]{Rows: n, Cols: 1, Stride: 1, Data: x},
	}
	s.divide(0, n, 0, 1, 1)
}
