package matmul

import (
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/kernels"
)

// run solves all systems, on the workers where that pays. Few systems stay together: their products share the work.
func (s *triangularSolve[T]) run() {
	n := s.a.Rows
	if n*n*s.systems <= fewElements {
		s.divide(0, n, 0, s.systems, s.alpha)
		return
	}
	if s.parts = min(s.systems/(4*s.sizes.tileCols), n*n/2*s.systems/leastPart); s.parts > 1 {
		if s.parts = min(s.parts, pool.Workers()); s.parts > 1 && s.handOut() {
			return
		}
	}
	s.solve(0, n, 0, s.systems, s.alpha)
}

// fewElements: systems that take no more multiply-adds than this take less time than what the assembly needs around it.
const fewElements = 64

// Do solves a part of the systems.
func (s *triangularSolve[T]) Do(part int) {
	step := s.sizes.tileCols
	s.solve(0, s.a.Rows, bound(part, s.parts, s.systems, step), bound(part+1, s.parts, s.systems, step), s.alpha)
}

var recycledSolves pool.Recycler

// handOut has the workers solve all parts; it reports whether it could.
func (s *triangularSolve[T]) handOut() bool {
	a, aOK := pool.Share(s.a.Data)
	b, bOK := pool.Share(s.b.Data)
	if !aOK || !bOK {
		return false
	}
	// The sizes are asked for again, as where products are handed out.
	pool.RunRecycled[T](&recycledSolves, s.parts, triangularSolve[T]{
		side: s.side, tA: s.tA, forward: s.forward, diagonal: s.diagonal, alpha: s.alpha, a: over(s.a, a), b: over(s.b, b),
		systems: s.systems, parts: s.parts, sizes: blocking[T](),
	})
	return true
}

// announce tells the race detector what is read and written.
func (s *triangularSolve[T]) announce(triangle Triangle) {
	if !race.Enabled {
		return
	}
	readTriangle(triangle, s.a)
	for i := range s.b.Rows {
		race.Write(s.b.Row(i))
	}
}

// readTriangle and writeTriangle tell the race detector that a triangle is read or written.
func readTriangle[T kernels.Float](triangle Triangle, a kernels.Matrix[T]) {
	if race.Enabled {
		for i := range a.Rows {
			race.Read(rowOf(triangle, a, i))
		}
	}
}

func writeTriangle[T kernels.Float](triangle Triangle, a kernels.Matrix[T]) {
	if race.Enabled {
		for i := range a.Rows {
			race.Write(rowOf(triangle, a, i))
		}
	}
}

// rowOf is what of row i belongs to a triangle.
func rowOf[T kernels.Float](triangle Triangle, a kernels.Matrix[T], i int) []T {
	if triangle == Lower {
		return a.Row(i)[:i+1]
	}
	return a.Row(i)[i:]
}
