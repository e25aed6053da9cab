package sparse

import "github.com/raphson-go/raphson/kernels"

// What has no assembly runs in plain Go at every level.

func scatterRow[T kernels.Float](acc []T, offset int32, factor T, columns []int32, values []T) {
	scatterRowGeneric(acc, offset, factor, columns, values)
}

func scatterRows[T kernels.Float](acc []T, offset int32, alpha T, starts, columns []int32, values, x []T) {
	scatterRowsGeneric(acc, offset, alpha, starts, columns, values, x)
}

func scatterRowWide[T kernels.Float](acc []T, stride int, offset int32, factors []T, columns []int32, values []T) {
	scatterRowWideGeneric(acc, stride, offset, factors, columns, values)
}

func residual[T kernels.Float](r, b []T) (squares float64) { return residualGeneric(r, b) }

func symmetricRow[T kernels.Float](acc []T, offset int32, factor T, columns []int32, values, x []T) (s T) {
	return symmetricRowGeneric(acc, offset, factor, columns, values, x)
}

func symmetricRows[T kernels.Float](y []T, alpha T, first int, starts, columns []int32, values, x []T) {
	symmetricRowsGeneric(y, alpha, first, starts, columns, values, x)
}

func solveRows[T kernels.Float](x, b []T, order, starts, columns []int32, values, diagonal []T) {
	solveRowsGeneric(x, b, order, starts, columns, values, diagonal)
}
