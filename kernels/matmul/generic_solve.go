package matmul

import (
	"math"

	"github.com/raphson-go/raphson/internal/cast"
)

// solveStripGeneric sets row i of B to inverses[i] * (alpha*B[i] - sum over p < i of t[i,p] * row p). Row i begins at first + i*bRow; t[0,0]
// is at tFirst, rows are tRow apart and columns tColumn, but unknownRows of them after p others begin tBlock + p*tGrowth before those that follow.
func solveStripGeneric[T cast.Float](n, cols int, alpha T, t []T, tFirst, tBlock, tGrowth, tRow, tColumn int, inverses, _, b []T, first, bRow int) {
	together := blocking[T]().unknownRows
	for i := range n {
		if i > 0 && i%together == 0 {
			tFirst += tBlock + (i-together)*tGrowth
		}
		row := b[first+i*bRow:][:cols]
		var memory [maxTileCols]T
		sums := memory[:cols]
		for p := range i {
			factor := t[tFirst+i%together*tRow+p*tColumn]
			for j, v := range b[first+p*bRow:][:cols] {
				sums[j] += factor * v
			}
		}
		for j, v := range row {
			row[j] = (alpha*v - sums[j]) * inverses[i]
		}
	}
}

// factorUpperGeneric overwrites the upper triangle of a symmetric matrix with its factor U, where U'*U is the matrix, sets
// inverses[i] to 1/U[i,i] and pivots[i] to the square of U[i,i].
func factorUpperGeneric[T cast.Float](n int, a []T, stride int, inverses, pivots []T) {
	for i := range n {
		row := a[i*stride:][:n]
		for p := range i {
			above := a[p*stride:][:n]
			factor := above[i]
			for j := i; j < n; j++ {
				row[j] -= factor * above[j]
			}
		}
		pivots[i] = row[i]
		root := T(math.Sqrt(float64(row[i])))
		inverses[i] = 1 / root
		row[i] = root
		for j := i + 1; j < n; j++ {
			row[j] *= inverses[i]
		}
	}
}
