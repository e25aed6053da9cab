package vec

import "github.com/raphson-go/raphson/kernels"

// Stands in for the generated dispatch until the assembly exists.

func dot[T kernels.Float](x, y []T) (sum T)                      { return dotGeneric(x, y) }
func dotWide(x, y []float32) (sum float64)                       { return dotWideGeneric(x, y) }
func axpy[T kernels.Float](alpha T, x, y []T)                    { axpyGeneric(alpha, x, y) }
func scale[T kernels.Float](alpha T, x []T)                      { scaleGeneric(alpha, x) }
func add[T kernels.Float](dst, x, y []T)                         { addGeneric(dst, x, y) }
func sub[T kernels.Float](dst, x, y []T)                         { subGeneric(dst, x, y) }
func mul[T kernels.Float](dst, x, y []T)                         { mulGeneric(dst, x, y) }
func div[T kernels.Float](dst, x, y []T)                         { divGeneric(dst, x, y) }
func addScaled[T kernels.Float](dst []T, a T, x []T, b T, y []T) { addScaledGeneric(dst, a, x, b, y) }
func clamp[T kernels.Float](dst, x []T, lo, hi T)                { clampGeneric(dst, x, lo, hi) }
func softThreshold[T kernels.Float](dst, x []T, t T)             { softThresholdGeneric(dst, x, t) }
func fill[T kernels.Float](dst []T, v T)                         { fillGeneric(dst, v) }
func sum[T kernels.Float](x []T) (s T)                           { return sumGeneric(x) }
func absSum[T kernels.Float](x []T) (s T)                        { return absSumGeneric(x) }
func sumSquares[T kernels.Float](x []T) (s T)                    { return sumSquaresGeneric(x) }
func sumSquaresScaled[T kernels.Float](alpha T, x []T) (s T) {
	return sumSquaresScaledGeneric(alpha, x)
}
func max[T kernels.Float](x []T) (m T)                 { return maxGeneric(x) }
func min[T kernels.Float](x []T) (m T)                 { return minGeneric(x) }
func maxAbs[T kernels.Float](x []T) (largest, start T) { return maxAbsGeneric(x) }
func indexOutside(index []int32, bound float32) (outside float32) {
	return indexOutsideGeneric(index, bound)
}
