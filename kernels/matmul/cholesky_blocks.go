package matmul

import (
	"math"

	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

const (
	factorBlock = 64 // rows that one call of assembly factors
	smallFactor = 12 // rows up to which laying them out for it takes longer than all the rest
)

// factor factors rows and columns from to end of A, from which what is before them has been subtracted. Halving makes the
// products as deep as can be.
func factor[T kernels.Float](triangle Triangle, a kernels.Matrix[T], from, end int) *NotPositiveDefiniteError {
	if end-from <= factorBlock {
		return factorFew(triangle, a, from, end)
	}
	middle := from + roundUp((end-from)/2, factorBlock/2)
	if err := factor(triangle, a, from, middle); err != nil {
		return err
	}
	first, rest := part(a, from, middle, from, middle), part(a, middle, end, middle, end)
	if triangle == Lower {
		below := part(a, middle, end, from, middle)
		Trsm(Right, Lower, Trans, NonUnit, 1, first, below)
		Syrk(Lower, NoTrans, -1, below, 1, rest)
	} else {
		beside := part(a, from, middle, middle, end)
		Trsm(Left, Upper, Trans, NonUnit, 1, first, beside)
		Syrk(Upper, Trans, -1, beside, 1, rest)
	}
	return factor(triangle, a, middle, end)
}

// factorSmall factors a few rows, which are those from first on of a matrix, where they lie, element by element: each row of the factor from those before
// it, which takes fewer stores than to subtract each from those after it.
func factorSmall[T kernels.Float](triangle Triangle, a kernels.Matrix[T], first int) *NotPositiveDefiniteError {
	var memory [smallFactor]T
	inverses := memory[:a.Rows]
	l, row, column := a.Data, a.Stride, 1
	if triangle == Upper {
		row, column = 1, a.Stride
	}
	for i := range inverses {
		own := i * row
		value := l[own+i*column]
		for j := range i {
			factor := l[own+j*column]
			at, other := own, j*row
			for range j {
				factor -= l[at] * l[other]
				at, other = at+column, other+column
			}
			factor *= inverses[j]
			l[own+j*column] = factor
			value -= factor * factor
		}
		if !(value > 0 && check.Finite(value)) {
			return &NotPositiveDefiniteError{Pivot: first + i, Value: float64(value)}
		}
		root := T(math.Sqrt(float64(value)))
		inverses[i] = 1 / root
		l[own+i*column] = root
	}
	return nil
}

// factorFew factors a block aside, as an upper triangle with room behind its rows for whole vectors.
func factorFew[T kernels.Float](triangle Triangle, a kernels.Matrix[T], from, end int) *NotPositiveDefiniteError {
	if end-from <= smallFactor {
		return factorSmall(triangle, part(a, from, end, from, end), from)
	}
	lanes := blocking[T]().lanes
	n := end - from
	stride := roundUp(n+2*lanes, lanes)
	memory := scratch.Get[T](n*stride + 2*n)
	defer memory.Release()
	u, inverses, pivots := memory.Data[:n*stride], memory.Data[n*stride:n*stride+n], memory.Data[n*stride+n:]
	block := part(a, from, end, from, end)
	if triangle == Lower {
		transpose(u, stride, block.Data, a.Stride, n, n, lanes)
	} else {
		for i := range n {
			copy(u[i*stride+i:], block.Data[i*a.Stride+i:][:n-i])
		}
	}
	factorUpper(n, u, stride, inverses, pivots)
	for i, pivot := range pivots {
		if !(pivot > 0 && check.Finite(pivot)) {
			return &NotPositiveDefiniteError{Pivot: from + i, Value: float64(pivot)}
		}
	}
	if triangle == Upper {
		for i := range n {
			copy(block.Data[i*a.Stride+i:][:n-i], u[i*stride+i:])
		}
		return nil
	}
	// Above the diagonal there is nothing of ours: squares below it are transposed whole, those on it row by row.
	for i := 0; i < n; i += lanes {
		end := min(i+lanes, n)
		transpose(block.Data[i*a.Stride:], a.Stride, u[i:], stride, i, end-i, lanes)
		for r := i; r < end; r++ {
			row, at := block.Data[r*a.Stride+i:][:r+1-i], i*stride+r
			for j := range row {
				row[j] = u[at]
				at += stride
			}
		}
	}
	return nil
}
