package lse

import (
	"math"

	"github.com/raphson-go/raphson/kernels"
)

// The specification of the matrix kernels: plain Go in float64 whatever T is, every exponential with its maximum taken
// out first. matrix.go holds the formulas.

func logSumExpRowsGeneric[T kernels.Float](dst []T, scale T, shift []T, c kernels.Matrix[T]) {
	for i := range dst {
		dst[i] = T(logSumExpRow(float64(scale), shift, c.Row(i)))
	}
}

// logSumExpRow is log sum_j exp(scale*(shift[j] - row[j])).
func logSumExpRow[T kernels.Float](scale float64, shift, row []T) float64 {
	term := func(j int) float64 {
		if shift == nil {
			return -scale * float64(row[j])
		}
		return scale * (float64(shift[j]) - float64(row[j]))
	}
	largest := math.Inf(-1)
	for j := range row {
		largest = max(largest, term(j))
	}
	if math.IsInf(largest, 0) || math.IsNaN(largest) {
		return largest
	}
	var sum float64
	for j := range row {
		sum += math.Exp(term(j) - largest)
	}
	return largest + math.Log(sum)
}

// columnBlock columns are reduced at a time, so that the accumulators need no allocation and C is read along its rows.
const columnBlock = 64

func logSumExpColumnsGeneric[T kernels.Float](dst []T, scale T, shift []T, c kernels.Matrix[T]) {
	for j := 0; j < len(dst); j += columnBlock {
		block := dst[j:min(j+columnBlock, len(dst))]
		result := logSumExpColumnBlock(float64(scale), shift, c, j, len(block))
		for k := range block {
			block[k] = T(result[k])
		}
	}
}

// logSumExpColumnBlock is log sum_i exp(scale*(shift[i] - C[i,j])) for the given number of columns from first on.
func logSumExpColumnBlock[T kernels.Float](scale float64, shift []T, c kernels.Matrix[T], first, columns int) (result [columnBlock]float64) {
	term := func(i int, entry T) float64 {
		if shift == nil {
			return -scale * float64(entry)
		}
		return scale * (float64(shift[i]) - float64(entry))
	}
	var largest, sum [columnBlock]float64
	for j := range columns {
		largest[j] = math.Inf(-1)
	}
	for i := range c.Rows {
		row := c.Row(i)[first:]
		for j := range columns {
			largest[j] = max(largest[j], term(i, row[j]))
		}
	}
	for i := range c.Rows {
		row := c.Row(i)[first:]
		for j := range columns {
			sum[j] += math.Exp(term(i, row[j]) - largest[j])
		}
	}
	for j := range columns {
		if math.IsInf(largest[j], 0) || math.IsNaN(largest[j]) {
			result[j] = largest[j]
		} else {
			result[j] = largest[j] + math.Log(sum[j])
		}
	}
	return result
}

func planGeneric[T kernels.Float](p kernels.Matrix[T], rowSums, colSums []T, scale T, f, g []T, c kernels.Matrix[T]) {
	clear(colSums)
	for i := range rowSums {
		row := c.Row(i)
		var sum float64
		for j := range row {
			entry := math.Exp(float64(scale) * (float64(f[i]) + float64(g[j]) - float64(row[j])))
			sum += entry
			colSums[j] += T(entry)
			if p.Data != nil {
				p.Data[i*p.Stride+j] = T(entry)
			}
		}
		rowSums[i] = T(sum)
	}
}

func sinkhornLogGeneric[T kernels.Float](f, g []T, a, b []T, eps, powerF, powerG T, c kernels.Matrix[T]) (err T) {
	scale := 1 / float64(eps)
	var total float64
	for i := range f {
		rest := logSumExpRow(scale, g, c.Row(i))
		sum := math.Exp(scale*float64(f[i]) + rest)
		if math.IsInf(float64(f[i]), -1) && !math.IsNaN(rest) {
			sum = 0 // also where rest is +Inf
		}
		total += math.Abs(sum - float64(a[i]))
		f[i] = potential(a[i], rest, eps, powerF)
	}
	for j := 0; j < len(g); j += columnBlock {
		block := g[j:min(j+columnBlock, len(g))]
		rest := logSumExpColumnBlock(scale, f, c, j, len(block))
		for k := range block {
			block[k] = potential(b[j+k], rest[k], eps, powerG)
		}
	}
	return T(total)
}

func sinkhornKernelGeneric[T kernels.Float](u, v []T, a, b []T, powerF, powerG T, k kernels.Matrix[T]) (err T) {
	var total float64
	for i := range u {
		row := k.Row(i)
		var sum float64
		for j := range row {
			sum += float64(row[j]) * float64(v[j])
		}
		total += math.Abs(float64(u[i])*sum - float64(a[i]))
		u[i] = scaling(a[i], T(sum), powerF)
	}
	for j := 0; j < len(v); j += columnBlock {
		var sum [columnBlock]float64
		block := v[j:min(j+columnBlock, len(v))]
		for i := range u {
			row := k.Row(i)[j:]
			for l := range block {
				sum[l] += float64(u[i]) * float64(row[l])
			}
		}
		for l := range block {
			block[l] = scaling(b[j+l], T(sum[l]), powerG)
		}
	}
	return T(total)
}
