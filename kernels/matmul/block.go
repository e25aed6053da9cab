package matmul

import "github.com/raphson-go/raphson/internal/scratch"

// block computes rows i0 to i1 and columns j0 to j1 of C, as far as they are in the triangle.
func (p *product[T]) block(i0, i1, j0, j1 int) {
	switch {
	case i0 >= i1 || j0 >= j1:
	case p.k == 0:
		p.scale(i0, i1, j0, j1)
	case p.fitsInPlace(i1-i0, j1-j0):
		p.inPlace(i0, i1, j0, j1)
	default:
		p.packed(i0, i1, j0, j1)
	}
}

// scale sets C = beta*D.
func (p *product[T]) scale(i0, i1, j0, j1 int) {
	for i := i0; i < i1; i++ {
		first, end := p.columns(i)
		first, end = max(first, j0), min(end, j1)
		if first >= end {
			continue
		}
		c := p.c.Row(i)[first:end]
		if p.d.Data == nil {
			clear(c)
			continue
		}
		for j, v := range p.d.Row(i)[first:end] {
			c[j] = p.beta * v
		}
	}
}

// fitsInPlace reports whether a block is computed from A and B as they lie.
func (p *product[T]) fitsInPlace(rows, cols int) bool {
	if !p.sizes.inPlace || bool(p.tB) || p.k > p.sizes.k || rows*cols*p.k > inPlaceWork {
		return false
	}
	return !crowded[T](p.b.Stride, p.k) && !(bool(p.tA) && crowded[T](p.a.Stride, p.k))
}

// inPlace goes through the strips of a block.
func (p *product[T]) inPlace(i0, i1, j0, j1 int) {
	s := strips[T]{i0: i0, i1: i1, k: p.k, beta: p.beta, d: p.d}
	if p.triangle == Lower || p.triangle == Upper {
		memory := scratch.Get[T](p.crossingSize())
		defer memory.Release()
		s.crossing = memory.Data
	}
	for j := j0; j < j1; j += p.sizes.tileCols {
		p.strip(&s, j, min(j+p.sizes.tileCols, j1))
	}
}

// packed goes through blocks of A and B, packed one after the other: the loops of BLIS around the strip.
func (p *product[T]) packed(i0, i1, j0, j1 int) {
	size := &p.sizes
	k := min(evenly(p.k, size.k, 8), p.k)
	rows, cols := evenly(i1-i0, size.rows, size.tileRows), evenly(j1-j0, size.cols, size.tileCols)
	ofA := k*min(rows, i1-i0) + size.lanes
	memory := scratch.Get[T](roundUp(ofA, size.lanes) + k*cols + size.lanes + p.crossingSize())
	defer memory.Release()
	a, b := memory.Data[:ofA], memory.Data[roundUp(ofA, size.lanes):]
	crossing := b[k*cols+size.lanes:]
	for jc := j0; jc < j1; jc += cols {
		jEnd := min(jc+cols, j1)
		for pc := 0; pc < p.k; pc += k {
			pEnd := min(pc+k, p.k)
			p.packB(b, pc, pEnd, jc, jEnd)
			s := strips[T]{isPacked: true, a: a, k: pEnd - pc, beta: p.beta, d: p.d, crossing: crossing}
			if pc > 0 {
				s.beta, s.d = 1, p.c
			}
			for s.i0 = i0; s.i0 < i1; s.i0 += rows {
				s.i1 = min(s.i0+rows, i1)
				if !p.reaches(s.i0, s.i1, jc, jEnd) {
					continue
				}
				p.packA(a, s.i0, s.i1, pc, pEnd)
				for j := jc; j < jEnd; j += size.tileCols {
					s.b = b[(j-jc)*s.k:]
					p.strip(&s, j, min(j+size.tileCols, jEnd))
				}
			}
		}
	}
}

// reaches reports whether a block has elements in the triangle.
func (p *product[T]) reaches(i0, i1, j0, j1 int) bool {
	switch p.triangle {
	case Lower, Full:
		return j0 < i1
	case Upper:
		return i0 < j1
	}
	return true
}
