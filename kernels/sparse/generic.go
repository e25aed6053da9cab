package sparse

import (
	"github.com/raphson-go/raphson/internal/cast"
	"github.com/raphson-go/raphson/kernels"
)

// The loops whose names end in Generic are the specification of the kernels; the others run in plain Go at every level. Shapes have been checked and indices are those of a
// valid matrix; starts holds one number more than there are rows and addresses columns and values. T(x*y) keeps the compiler
// from fusing a product into the sum that follows.

// rowDot is the dot product of one row, or a piece of one, with x: four sums, each of every fourth entry, then what
// is left over.
func rowDot[T kernels.Float](columns []int32, values, x []T) T {
	values = values[:len(columns)]
	var s0, s1, s2, s3 T
	k := 0
	for ; k < len(columns)-3; k += 4 {
		s0 += T(values[k] * x[uint32(columns[k])])
		s1 += T(values[k+1] * x[uint32(columns[k+1])])
		s2 += T(values[k+2] * x[uint32(columns[k+2])])
		s3 += T(values[k+3] * x[uint32(columns[k+3])])
	}
	s := (s0 + s1) + (s2 + s3)
	for ; k < len(columns); k++ {
		s += T(values[k] * x[uint32(columns[k])])
	}
	return s
}

// compressedRowsGeneric sets y = A*x for the rows of A, whose entries follow each other from the first of columns and values on. Each
// row is added up as by rowDot, whose loop stands here again because a call takes as long as a short row.
func compressedRowsGeneric[T kernels.Float](y []T, starts, columns []int32, values, x []T, _ int) {
	for i := range y {
		n := starts[i+1] - starts[i]
		rowColumns, rowValues := columns[:n], values[:n]
		columns, values = columns[n:], values[n:]
		var s0, s1, s2, s3 T
		k := 0
		for ; k < len(rowColumns)-3; k += 4 {
			s0 += T(rowValues[k] * x[uint32(rowColumns[k])])
			s1 += T(rowValues[k+1] * x[uint32(rowColumns[k+1])])
			s2 += T(rowValues[k+2] * x[uint32(rowColumns[k+2])])
			s3 += T(rowValues[k+3] * x[uint32(rowColumns[k+3])])
		}
		s := (s0 + s1) + (s2 + s3)
		for ; k < len(rowColumns); k++ {
			s += T(rowValues[k] * x[uint32(rowColumns[k])])
		}
		y[i] = s
	}
}

// wideRowsGeneric sets the rows of y, of so many elements, to those of A*X, as compressedRowsGeneric does for one column.
func wideRowsGeneric[T kernels.Float](y []T, strideY int, starts, columns []int32, values, x []T, strideX, width, _ int) {
	for i := range len(starts) - 1 {
		n := starts[i+1] - starts[i]
		rowDotWide(y[i*strideY:i*strideY+width], columns[:n], values[:n], x, strideX)
		columns, values = columns[n:], values[n:]
	}
}

// sampledRowsGeneric sets dst[k] to alpha times the dot product of the first width elements of row i of x and row columns[k] of y, for
// the entries k of row i, which stand as in compressedRowsGeneric. Four sums as in rowDot.
func sampledRowsGeneric[T kernels.Float](dst []T, alpha T, starts, columns []int32, x []T, strideX int, y []T, strideY, width int) {
	for i := range len(starts) - 1 {
		n, row := starts[i+1]-starts[i], x[i*strideX:i*strideX+width]
		to := dst[:n]
		for k, column := range columns[:n] {
			at := int(column) * strideY
			from := y[at : at+len(row)]
			var s0, s1, s2, s3 T
			j := 0
			for ; j < len(row)-3; j += 4 {
				s0 += T(row[j] * from[j])
				s1 += T(row[j+1] * from[j+1])
				s2 += T(row[j+2] * from[j+2])
				s3 += T(row[j+3] * from[j+3])
			}
			for ; j < len(row); j++ {
				s0 += T(row[j] * from[j])
			}
			to[k] = alpha * ((s0 + s1) + (s2 + s3))
		}
		dst, columns = dst[n:], columns[n:]
	}
}

// diagonalRowsGeneric sets y to sums along diagonals: the one number j multiplies the elements of x from at[2*j+1] on with the
// values from at[2*j] on. check is 0 if all of y is finite and else NaN.
func diagonalRowsGeneric[T kernels.Float](y, values, x []T, at []int) (check T) {
	clear(y)
	for ; len(at) > 0; at = at[2:] {
		v, from := values[at[0]:at[0]+len(y)], x[at[1]:at[1]+len(y)]
		for i := range y {
			y[i] += T(v[i] * from[i])
		}
	}
	return checkFinite(y)
}

// checkFinite is 0 if all of y is finite and else NaN.
func checkFinite[T kernels.Float](y []T) (check T) {
	for _, v := range y {
		check += v * 0
	}
	return check
}

// slabRowsGeneric sets y, slab after slab of rows, to the sums of their values times the elements of x in columns that the rows of
// a slab have in common: for each of these there is a value for every row. check is as in diagonalRowsGeneric.
func slabRowsGeneric[T kernels.Float](y []T, starts, columns []int32, values, x []T, _ int) (check T) {
	clear(y)
	n := slabRowsOf[T]()
	for i := range len(starts) - 1 {
		to := y[i*n : (i+1)*n]
		for range starts[i+1] - starts[i] {
			factor := x[columns[0]]
			for r := range to {
				to[r] += T(values[r] * factor)
			}
			columns, values = columns[1:], values[n:]
		}
	}
	return checkFinite(y)
}

// sortedRowsGeneric is slabRowsGeneric with a column for every value.
func sortedRowsGeneric[T kernels.Float](y []T, starts, columns []int32, values, x []T, _ int) (check T) {
	return sortedSums(y, starts, columns, values, x)
}

// shortRowsGeneric is sortedRowsGeneric with columns of 16 bits.
func shortRowsGeneric[T kernels.Float](y []T, starts []int32, columns []uint16, values, x []T, _ int) (check T) {
	return sortedSums(y, starts, columns, values, x)
}

func sortedSums[T kernels.Float, C int32 | uint16](y []T, starts []int32, columns []C, values, x []T) (check T) {
	clear(y)
	n := slabRowsOf[T]()
	for i := range len(starts) - 1 {
		to := y[i*n : (i+1)*n]
		for range starts[i+1] - starts[i] {
			for r := range to {
				to[r] += T(values[r] * x[columns[r]])
			}
			columns, values = columns[n:], values[n:]
		}
	}
	return checkFinite(y)
}

// slabRowsOf is how many rows stand side by side in a slab: 64 bytes, the widest vector there is.
func slabRowsOf[T kernels.Float]() int { return 64 / cast.Bytes[T]() }

// wide reports whether rows of so many right-hand sides are worth the widest vectors of the level: where a store through a mask
// is not forwarded to the next load, two or more of them and whole ones.
func wide[T kernels.Float](width int) bool {
	lanes := filledLanes[T]()
	return lanes == 0 || width >= 2*lanes && width%lanes == 0
}

func filledLanesGeneric[T kernels.Float]() int { return 0 }

// scatterRowsGeneric adds alpha*x[i] times row i to acc, whose first element stands for column offset, for len(x) rows in order; the
// entries stand as in compressedRowsGeneric.
func scatterRowsGeneric[T kernels.Float](acc []T, offset int, alpha T, starts, columns []int32, values, x []T) {
	for i, v := range x {
		n := starts[i+1] - starts[i]
		factor, rowValues := alpha*v, values[:n]
		for k, column := range columns[:n] {
			acc[int(column)-offset] += T(rowValues[k] * factor)
		}
		columns, values = columns[n:], values[n:]
	}
}

// rowDotWide sets dst to the dot products of one row, or a piece of one, with len(dst) columns of x, which is a matrix by rows.
// Eight columns are added up at a time, each in the order of the entries.
func rowDotWide[T kernels.Float](dst []T, columns []int32, values, x []T, stride int) {
	values = values[:len(columns)]
	j := 0
	for ; j < len(dst)-7; j += 8 {
		var s0, s1, s2, s3, s4, s5, s6, s7 T
		for k, column := range columns {
			at := int(column)*stride + j
			eight := x[at : at+8 : at+8]
			v := values[k]
			s0 += T(v * eight[0])
			s1 += T(v * eight[1])
			s2 += T(v * eight[2])
			s3 += T(v * eight[3])
			s4 += T(v * eight[4])
			s5 += T(v * eight[5])
			s6 += T(v * eight[6])
			s7 += T(v * eight[7])
		}
		to := dst[j : j+8 : j+8]
		to[0], to[1], to[2], to[3], to[4], to[5], to[6], to[7] = s0, s1, s2, s3, s4, s5, s6, s7
	}
	for ; j < len(dst); j++ {
		var s T
		for k, column := range columns {
			s += T(values[k] * x[int(column)*stride+j])
		}
		dst[j] = s
	}
}

// scatterWideGeneric is scatterRowsGeneric for the first width columns of x and acc, matrices by rows.
func scatterWideGeneric[T kernels.Float](acc []T, stride, offset int, alpha T, starts, columns []int32, values, x []T, strideX, width int) {
	for i := range len(starts) - 1 {
		n, from := starts[i+1]-starts[i], x[i*strideX:i*strideX+width]
		for k, column := range columns[:n] {
			at := (int(column) - offset) * stride
			to := acc[at : at+width]
			v := values[k]
			for j := range to {
				to[j] += T(v * T(alpha*from[j]))
			}
		}
		columns, values = columns[n:], values[n:]
	}
}

// residual sets r to b + r and returns the sum of its squares in float64.
func residual[T kernels.Float](r, b []T) (squares float64) {
	b = b[:len(r)]
	for i := range r {
		v := b[i] + r[i]
		r[i] = v
		squares += float64(float64(v) * float64(v))
	}
	return squares
}

// symmetricRow multiplies with row i of a lower triangle and its mirror image: for the entries before the diagonal it
// adds factor times them to acc, whose first element stands for column offset, and returns their dot product with x.
func symmetricRow[T kernels.Float](acc []T, offset int32, factor T, columns []int32, values, x []T) (s T) {
	values = values[:len(columns)]
	for k, column := range columns {
		v := values[k]
		s += T(v * x[uint32(column)])
		acc[uint32(column-offset)] += T(v * factor)
	}
	return s
}

// symmetricRowsGeneric adds alpha times the rows from first on, and their mirror images, of a lower triangle to y. Each row ends
// with its diagonal element; the entries stand as in compressedRowsGeneric.
func symmetricRowsGeneric[T kernels.Float](y []T, alpha T, first int, starts, columns []int32, values, x []T) {
	for k := range len(starts) - 1 {
		i, last := first+k, starts[k+1]-starts[k]-1
		rowColumns, rowValues := columns[:last], values[:last]
		var s T
		factor := alpha * x[i]
		for n, column := range rowColumns {
			v := rowValues[n]
			s += T(v * x[uint32(column)])
			y[uint32(column)] += T(v * factor)
		}
		y[i] += T(alpha * (s + T(values[last]*x[i])))
		columns, values = columns[last+1:], values[last+1:]
	}
}

// solveRowsGeneric sets x[i] = (b[i] + row i of A times x) / diagonal[i] for the rows i in order; without a diagonal it does not
// divide. x may be b.
func solveRowsGeneric[T kernels.Float](x, b []T, order, starts, columns []int32, values, diagonal []T) {
	for _, i := range order {
		begin, end := starts[i], starts[i+1]
		v := b[i] + rowDot(columns[begin:end], values[begin:end], x)
		if len(diagonal) > 0 {
			v /= diagonal[i]
		}
		x[i] = v
	}
}
