package matmul

import (
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// triangularSolve is M*X = alpha*B, where M = op(A): X*op(A) = alpha*B is op(A)'*X' = alpha*B', and B' is B read the other
// way. The systems are the columns of B, or its rows.
type triangularSolve[T kernels.Float] struct {
	side     Side
	tA       Transpose // M is A transposed
	forward  bool      // M is lower triangular: the first unknown comes first
	diagonal Diagonal
	alpha    T
	a, b     kernels.Matrix[T]
	systems  int
	parts    int
	sizes    blockSizes
}

// solveBlock is the number of unknowns that are solved for by substitution; products take what is known from the others.
const solveBlock = 64

// solve finds the unknowns from to end of some systems, whose right-hand sides are still to be multiplied by alpha. Halving
// makes the products as deep as can be.
func (s *triangularSolve[T]) solve(from, end, first, last int, alpha T) {
	if end-from <= solveBlock {
		s.block(from, end, first, last, alpha)
		return
	}
	middle := from + roundUp((end-from)/2, solveBlock/2)
	if s.forward {
		s.solve(from, middle, first, last, alpha)
		s.update(middle, end, from, middle, first, last, alpha)
		s.solve(middle, end, first, last, 1)
	} else {
		s.solve(middle, end, first, last, alpha)
		s.update(from, middle, middle, end, first, last, alpha)
		s.solve(from, middle, first, last, 1)
	}
}

// update subtracts what the unknowns k0 to k1 contribute to alpha times the right-hand sides i0 to i1.
func (s *triangularSolve[T]) update(i0, i1, k0, k1, first, last int, alpha T) {
	m := part(s.a, i0, i1, k0, k1)
	if s.tA {
		m = part(s.a, k0, k1, i0, i1)
	}
	if s.side == Left {
		c := part(s.b, i0, i1, first, last)
		multiply("Trsm", whole, s.tA, NoTrans, -1, m, part(s.b, k0, k1, first, last), alpha, c, c)
	} else {
		c := part(s.b, first, last, i0, i1)
		multiply("Trsm", whole, NoTrans, !s.tA, -1, part(s.b, first, last, k0, k1), m, alpha, c, c)
	}
}

// block finds unknowns by substitution.
func (s *triangularSolve[T]) block(from, end, first, last int, alpha T) {
	n := end - from
	width := s.sizes.tileCols
	t, stride, together := s.a.Data[from*s.a.Stride+from:], s.a.Stride, 0
	if last-first > 3*width && crowded[T](stride, n) { // its rows would push each other out of the first cache for every strip
		together = n * n
	}
	memory := scratch.Get[T](n*2*width + n + together)
	defer memory.Release()
	x, aside, inverses := memory.Data[:n*width], memory.Data[n*width:2*n*width], memory.Data[2*n*width:][:n]
	if together > 0 {
		copied := memory.Data[2*n*width+n:]
		for i := range n {
			copy(copied[i*n:][:n], t[i*stride:])
		}
		t, stride = copied, n
	}
	top, step := 0, s.a.Stride+1
	if !s.forward {
		top, step = (n-1)*step, -step
	}
	if !invert(inverses, s.diagonal, s.a.Data[from*s.a.Stride+from:], top, step) {
		s.divide(from, end, first, last, alpha)
		return
	}
	for ; first < last; first += width {
		cols := min(width, last-first)
		if s.side == Left {
			s.strip(n, cols, alpha, t, stride, inverses, x, s.b.Data[from*s.b.Stride+first:], s.b.Stride)
			continue
		}
		b := s.b.Data[first*s.b.Stride+from:]
		transpose(aside, width, b, s.b.Stride, cols, n, s.sizes.lanes)
		s.strip(n, cols, alpha, t, stride, inverses, x, aside, width)
		transpose(b, s.b.Stride, aside, width, n, cols, s.sizes.lanes)
	}
}

// strip solves the systems in a few columns of n unknowns, from the last one upwards if M is upper triangular. t is the part of A that is among them.
func (s *triangularSolve[T]) strip(n, cols int, alpha T, t []T, stride int, inverses, x, b []T, bRow int) {
	first, tFirst := 0, 0
	tRow, tColumn := s.tA.steps(stride)
	if !s.forward {
		first, bRow = (n-1)*bRow, -bRow
		tFirst, tRow, tColumn = (n-1)*(tRow+tColumn), -tRow, -tColumn
	}
	solveStrip(n, cols, alpha, t, tFirst, tRow, tColumn, inverses, x, b, first, bRow)
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

// unknown is the one that is solved for after i others of from to end.
func (s *triangularSolve[T]) unknown(i, from, end int) int {
	if s.forward {
		return from + i
	}
	return end - 1 - i
}

// divide finds unknowns by substitution with divisions, one operation after the other.
func (s *triangularSolve[T]) divide(from, end, first, last int, alpha T) {
	bRow, bColumn := s.b.Stride, 1
	if s.side == Right {
		bRow, bColumn = 1, s.b.Stride
	}
	for i := range end - from {
		at := s.unknown(i, from, end)
		for column := first; column < last; column++ {
			var sum T
			for p := range i {
				known := s.unknown(p, from, end)
				row, col := at, known
				if s.tA {
					row, col = col, row
				}
				sum += s.a.Data[row*s.a.Stride+col] * s.b.Data[known*bRow+column*bColumn]
			}
			x := &s.b.Data[at*bRow+column*bColumn]
			*x = (alpha**x - sum) / s.a.Data[at*s.a.Stride+at]
		}
	}
}
