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
	sizes    *blockSizes
}

// packedStrips are the strips of right-hand sides for which packing the matrix pays, as measured on the one set of instructions that does it.
const packedStrips = 8

// solve finds the unknowns from to end of some systems, whose right-hand sides are still to be multiplied by alpha. Products take what is known
// from the others; halving makes them as deep as can be, and leaves few unknowns to divisions where these are better than inverses. All of it
// depends on the number of all systems, not on that of these.
func (s *triangularSolve[T]) solve(from, end, first, last int, alpha T) {
	most := s.sizes.unknowns
	if s.systems >= packedStrips*s.sizes.tileCols {
		most = max(most, s.sizes.packedUnknowns)
	}
	if end-from <= most && s.block(from, end, first, last, alpha) {
		return
	}
	const step = 32
	if end-from <= step {
		s.divide(from, end, first, last, alpha)
		return
	}
	middle := from + roundUp((end-from)/2, step)
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

// block finds unknowns by substitution, and reports whether it could: the diagonal has to have inverses.
func (s *triangularSolve[T]) block(from, end, first, last int, alpha T) bool {
	n, width, lanes := end-from, s.sizes.tileCols, s.sizes.lanes
	a, stride := s.a.Data[from*(s.a.Stride+1):], s.a.Stride
	packs := n > s.sizes.unknowns
	copies := !packs && last-first > 3*width && crowded[T](stride, n) // its rows would push each other out of the first cache for every strip
	room := 0
	if packs {
		room = packedSize(s.sizes, n) + lanes
	} else if copies {
		room = n * (n + lanes)
	}
	memory := scratch.Get[T](n*2*width + n + room)
	defer memory.Release()
	x, aside, inverses, laidOut := memory.Data[:n*width], memory.Data[n*width:2*n*width], memory.Data[2*n*width:][:n], memory.Data[2*n*width+n:]
	top, step := 0, stride+1
	if !s.forward {
		top, step = (n-1)*step, -step
	}
	if !invert(inverses, s.diagonal, a, top, step) {
		return false
	}
	var f factors[T]
	if packs {
		f = s.packed(kernels.Matrix[T]{Rows: n, Cols: n, Stride: stride, Data: a}, laidOut)
	} else {
		if copies {
			a, stride = s.copied(a, n, laidOut)
		}
		f.data = a
		f.row, f.column = s.tA.steps(stride)
		if !s.forward {
			f.first, f.row, f.column = (n-1)*(f.row+f.column), -f.row, -f.column
		}
		f.block = s.sizes.unknownRows * f.row
	}
	for ; first < last; first += width {
		cols := min(width, last-first)
		if s.side == Left {
			s.strip(n, cols, alpha, &f, inverses, x, s.b.Data[from*s.b.Stride+first:], s.b.Stride)
			continue
		}
		b := s.b.Data[first*s.b.Stride+from:]
		transpose(aside, width, b, s.b.Stride, cols, n, lanes)
		s.strip(n, cols, alpha, &f, inverses, x, aside, width)
		transpose(b, s.b.Stride, aside, width, n, cols, lanes)
	}
	return true
}

// strip solves the systems in a few columns of n unknowns, from the last one upwards if M is upper triangular.
func (s *triangularSolve[T]) strip(n, cols int, alpha T, f *factors[T], inverses, x, b []T, bRow int) {
	first := 0
	if !s.forward {
		first, bRow = (n-1)*bRow, -bRow
	}
	solveStrip(n, cols, alpha, f.data, f.first, f.block, f.growth, f.row, f.column, inverses, x, b, first, bRow)
}

// unknown is the one that is solved for after i others of from to end.
func (s *triangularSolve[T]) unknown(i, from, end int) int {
	if s.forward {
		return from + i
	}
	return end - 1 - i
}

// divide finds unknowns where they lie, element by element and with divisions.
func (s *triangularSolve[T]) divide(from, end, first, last int, alpha T) {
	row, column := s.tA.steps(s.a.Stride)
	bRow, bColumn := s.b.Stride, 1
	if s.side == Right {
		bRow, bColumn = 1, s.b.Stride
	}
	a, b, systems := s.a.Data, s.b.Data, (last-first)*bColumn
	for i := range end - from {
		at := s.unknown(i, from, end)
		x := b[at*bRow+first*bColumn:]
		if alpha != 1 {
			for c := 0; c < systems; c += bColumn {
				x[c] *= alpha
			}
		}
		for p := range i {
			known := s.unknown(p, from, end)
			factor, other := a[at*row+known*column], b[known*bRow+first*bColumn:]
			for c := 0; c < systems; c += bColumn {
				x[c] -= factor * other[c]
			}
		}
		if s.diagonal == Unit {
			continue
		}
		d := a[at*(row+column)]
		for c := 0; c < systems; c += bColumn {
			x[c] /= d
		}
	}
}
