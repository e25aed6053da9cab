package matmul

import "github.com/raphson-go/raphson/kernels"

// factors are a block on the diagonal of M in the order of the unknowns: what multiplies unknown p in the equation of unknown i is the element
// of data at first + i*row + p*column, but unknownRows equations after k others begin block + k*growth before those that follow.
type factors[T kernels.Float] struct {
	data                              []T
	first, block, growth, row, column int
}

// copied is the triangle of n rows of A, in rows that do not fall on each other in the first cache, and their stride.
func (s *triangularSolve[T]) copied(a []T, n int, memory []T) (data []T, stride int) {
	stride = n
	if crowding[T](stride) {
		stride += s.sizes.lanes
	}
	from, to := kernels.Matrix[T]{Rows: n, Cols: n, Stride: s.a.Stride, Data: a}, kernels.Matrix[T]{Rows: n, Cols: n, Stride: stride, Data: memory}
	triangle := Upper
	if s.forward != bool(s.tA) {
		triangle = Lower
	}
	for i := range n {
		copy(rowOf(triangle, to, i), rowOf(triangle, from, i))
	}
	return memory, stride
}

// packed are the factors in a, laid out as a tile reads them: the columns of unknownRows rows, one behind the other. The last few rows leave room
// where more would be. Where the last unknown comes first, all is read backwards.
func (s *triangularSolve[T]) packed(a kernels.Matrix[T], memory []T) factors[T] {
	n, height := a.Rows, s.sizes.unknownRows
	size := packedSize(s.sizes, n)
	p := product[T]{tA: s.tA, a: a, sizes: s.sizes}
	if s.forward {
		for known := 0; known < n; known += height {
			rows := min(height, n-known)
			p.packRows(memory[known*(known+height)/2:], height, known, rows, 0, known+rows)
		}
		return factors[T]{data: memory, block: height * height, growth: height, row: 1, column: height}
	}
	for known := (n - 1) / height * height; known >= 0; known -= height { // as far as whole vectors reach into the next panel, it is still to come
		rows := min(height, n-known)
		end, row := size-known*(known+height)/2, n-known-rows
		p.packRows(memory[end-(n-row)*height+height-rows:], height, row, rows, row, n-row)
	}
	return factors[T]{data: memory, first: size - 1, block: -height * height, growth: -height, row: -1, column: -height}
}

// packedSize is the memory that the factors of n unknowns take packed.
func packedSize(sizes *blockSizes, n int) int {
	n = roundUp(n, sizes.unknownRows)
	return n * (n + sizes.unknownRows) / 2
}

// invert sets inverses to those of a diagonal, from the first element on, each a step from the one before. It reports whether they are as good as
// divisions, which those are not that overflow or underflow: the latter are of elements of which four times as much overflows.
func invert[T kernels.Float](inverses []T, diagonal Diagonal, a []T, first, step int) bool {
	if diagonal == Unit {
		for i := range inverses {
			inverses[i] = 1
		}
		return true
	}
	var bad T // NaN if anything was infinite or NaN: that takes no branches
	for i := range inverses {
		d := a[first+i*step]
		inverses[i] = 1 / d
		bad += (inverses[i] + 4*d) * 0
	}
	return bad == 0
}
