package matmul

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
)

// multiplyEachGeneric sets C = alpha*A*B + beta*D, without D if that is empty, for count products.
func multiplyEachGeneric[T cast.Float](count, rows, cols, k int, alpha T, a []T, aStep, aRow, aColumn int, b []T, bStep, bRow int, beta T, d, c []T, cStep, cRow int) {
	for i := range count {
		var summand []T
		if len(d) > 0 {
			summand = d[i*cStep:]
		}
		stripGeneric(rows, cols, k, alpha, a[i*aStep:], aRow, aColumn, b[i*bStep:], bRow, beta, summand, cRow, c[i*cStep:], cRow, 0)
	}
}

// solveSystemsGeneric solves symmetric positive definite systems side by side: element (i, j) of all matrices begins at
// (i*n+j)*lanes of a, element i of right-hand side r at (r*n+i)*lanes of b. The lower triangle is overwritten by the
// Cholesky factor with the inverses of its diagonal, b by the solutions, pivots by the squares of the diagonal.
func solveSystemsGeneric[T cast.Float](n, pitch, count int, a, b, pivots []T) (good T) {
	lanes, largest := pitch/n, T(math.MaxFloat32)
	if !cast.Single[T]() {
		wide := math.MaxFloat64
		largest = T(wide)
	}
	good = 1
	for lane := range lanes {
		l := func(i, j int) *T { return &a[(i*n+j)*lanes+lane] }
		for i := range n {
			for j := range i {
				sum := *l(i, j)
				for p := range j {
					sum -= *l(i, p) * *l(j, p)
				}
				*l(i, j) = sum * *l(j, j)
			}
			pivot := *l(i, i)
			for p := range i {
				pivot -= *l(i, p) * *l(i, p)
			}
			if pivots[i*lanes+lane] = pivot; !(pivot > 0 && pivot <= largest) {
				good = 0
			}
			*l(i, i) = 1 / T(math.Sqrt(float64(pivot)))
		}
		for r := range count {
			x := func(i int) *T { return &b[(r*n+i)*lanes+lane] }
			for i := range n {
				for p := range i {
					*x(i) -= *l(i, p) * *x(p)
				}
				*x(i) *= *l(i, i)
			}
			for i := n - 1; i >= 0; i-- {
				for p := i + 1; p < n; p++ {
					*x(i) -= *l(p, i) * *x(p)
				}
				*x(i) *= *l(i, i)
			}
		}
	}
	return good
}
