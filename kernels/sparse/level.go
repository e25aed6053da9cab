package sparse

import "github.com/raphson-go/raphson/kernels"

// What has no assembly runs in plain Go at every level.

func residual[T kernels.Float](r, b []T) (squares float64) { return residualGeneric(r, b) }

func symmetricRow[T kernels.Float](acc []T, offset int32, factor T, columns []int32, values, x []T) (s T) {
	return symmetricRowGeneric(acc, offset, factor, columns, values, x)
}

func solveRows[T kernels.Float](x, b []T, order, starts, columns []int32, values, diagonal []T) {
	solveRowsGeneric(x, b, order, starts, columns, values, diagonal)
}
