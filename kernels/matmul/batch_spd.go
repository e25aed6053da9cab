package matmul

import (
	"github.com/raphson-go/raphson/internal/check"
	"github.com/raphson-go/raphson/internal/pool"
	"github.com/raphson-go/raphson/internal/race"
	"github.com/raphson-go/raphson/internal/scratch"
	"github.com/raphson-go/raphson/kernels"
)

// SolveSPDBatch solves the symmetric positive definite systems A_b*X_b = B_b, of which B_b is overwritten by X_b. Of A_b the
// lower triangle is used; A is left as it is. Systems of up to 32 unknowns and right-hand sides are solved as many at a time
// as a vector has lanes, several times as fast as one after the other.
//
// Shapes: A has Count matrices of n x n, B as many of n x m, and pivots, if it is not nil, Count elements; it panics otherwise.
// The matrices of B must not overlap each other, nor A or pivots. A system that is not positive definite, or holds a NaN or an
// infinity in A, leaves its B_b as it was. pivots[b] is set to -1 for a system that was solved, and else to the first pivot
// that is not positive, as in [NotPositiveDefiniteError]; failed is the number of those. Errors are those of [SolveSPD]. A
// solution does not depend on the other systems, nor on the number of workers.
func SolveSPDBatch[T kernels.Float](a, b Batch[T], pivots []int) (failed int) {
	checkBatch("SolveSPDBatch", "a", a)
	checkBatch("SolveSPDBatch", "b", b)
	check.Dimension("matmul", "SolveSPDBatch", "a.Rows", a.Rows, "a.Cols", a.Cols)
	check.Dimension("matmul", "SolveSPDBatch", "a.Rows", a.Rows, "b.Rows", b.Rows)
	check.Dimension("matmul", "SolveSPDBatch", "a.Count", a.Count, "b.Count", b.Count)
	if pivots != nil {
		check.Dimension("matmul", "SolveSPDBatch", "a.Count", a.Count, "len(pivots)", len(pivots))
	}
	if a.Count == 0 {
		return 0
	}
	memory := scratch.Get[T](a.Count)
	defer memory.Release()
	s := systems[T]{a: a, b: b, pivots: memory.Data, lanes: blocking[T]().lanes}
	s.run()
	for i, pivot := range memory.Data {
		if pivots != nil {
			pivots[i] = int(pivot)
		}
		if pivot >= 0 {
			failed++
		}
	}
	return failed
}

const (
	// maxInterleaved is the number of unknowns, and of right-hand sides, up to which systems are solved side by side: so much
	// fits the first cache.
	maxInterleaved = 32
	// systemsPart is the least number of multiply-adds that a worker is handed, a few microseconds.
	systemsPart = 1 << 16
)

// systems are symmetric positive definite systems of one size.
type systems[T kernels.Float] struct {
	a, b    Batch[T]
	pivots  []T // of each system the first that is not positive, or -1
	lanes   int
	perPart int
}

// run solves all systems, on the workers where that pays. Parts are of whole vectors.
func (s *systems[T]) run() {
	n := s.a.Rows
	s.perPart = s.a.Count
	if work := n*n*n/6 + n*n*s.b.Cols; work*s.a.Count/2 >= systemsPart && pool.Workers() > 1 {
		s.perPart = roundUp(systemsPart/work+1, s.lanes)
		if s.handOut() {
			return
		}
		s.perPart = s.a.Count
	}
	s.Do(0)
}

// Do solves the systems of one part.
func (s *systems[T]) Do(part int) {
	first := part * s.perPart
	end := min(first+s.perPart, s.a.Count)
	n, lanes := s.a.Rows, s.lanes
	s.announce(first, end)
	switch {
	case n > maxInterleaved || s.b.Cols > maxInterleaved || s.b.Cols == 0:
		s.oneByOne(first, end)
		return
	case n == 0:
		for i := range s.pivots[first:end] {
			s.pivots[first+i] = -1
		}
		return
	}
	memory := scratch.Get[T]((n*n + n*s.b.Cols + n) * lanes)
	defer memory.Release()
	a, b, pivots := memory.Data[:n*n*lanes], memory.Data[n*n*lanes:(n+s.b.Cols)*n*lanes], memory.Data[(n+s.b.Cols)*n*lanes:]
	for ; first < end; first += lanes {
		count := min(lanes, end-first)
		s.gatherMatrices(a, first, count)
		s.gatherSides(b, first, count)
		if good := solveSystems(n, n*lanes, s.b.Cols, a, b, pivots); good == 1 && count == lanes {
			for i := range count {
				s.pivots[first+i] = -1
			}
			s.scatterSides(b, first)
			continue
		}
		for i := range count {
			if s.pivots[first+i] = s.badPivot(pivots[i:]); s.pivots[first+i] < 0 {
				s.scatterSide(b[i:], first+i)
			}
		}
	}
}

// announce tells the race detector what the systems from first to end read and write.
func (s *systems[T]) announce(first, end int) {
	if !race.Enabled {
		return
	}
	race.Write(s.pivots[first:end])
	for ; first < end; first++ {
		readTriangle(Lower, s.a.At(first))
		b := s.b.At(first)
		for i := range b.Rows {
			race.Write(b.Row(i))
		}
	}
}

// badPivot is the first that is not positive and finite, of those of one system, or -1.
func (s *systems[T]) badPivot(pivots []T) T {
	for i := range s.a.Rows {
		if pivot := pivots[i*s.lanes]; !(pivot > 0 && check.Finite(pivot)) {
			return T(i)
		}
	}
	return -1
}

// gatherMatrices lays matrices out side by side, element by element: small ones in one go, of others the lower triangles.
func (s *systems[T]) gatherMatrices(dst []T, first, count int) {
	n, src := s.a.Rows, s.a.Data[first*s.a.Step:]
	if s.a.Stride == n && n < 16 {
		s.interleave(dst, src, s.a.Step, count, n*n)
		return
	}
	for i := range n {
		s.interleave(dst[i*n*s.lanes:], src[i*s.a.Stride:], s.a.Step, count, min(roundUp(i+1, s.lanes), n))
	}
}

// gatherSides does so for right-hand sides, one behind the other.
func (s *systems[T]) gatherSides(dst []T, first, count int) {
	n, cols := s.b.Rows, s.b.Cols
	if cols == 1 && s.b.Stride == 1 {
		s.interleave(dst, s.b.Data[first*s.b.Step:], s.b.Step, count, n)
		return
	}
	for at := range count {
		src := s.b.Data[(first+at)*s.b.Step:]
		for i := range n {
			for r, v := range src[i*s.b.Stride:][:cols] {
				dst[(r*n+i)*s.lanes+at] = v
			}
		}
	}
}

// interleave sets dst[j*lanes+i] to src[i*step+j] for i < count and j < length; what belongs to the other lanes is unspecified.
func (s *systems[T]) interleave(dst, src []T, step, count, length int) {
	lanes := s.lanes
	if length < lanes {
		packTransposedGeneric(dst, lanes, src, step, count, length)
		return
	}
	whole := length / lanes * lanes
	packTransposed(dst, lanes, src, step, count, whole)
	if whole < length { // the last elements, some of them again
		again := length - lanes
		packTransposed(dst[again*lanes:], lanes, src[again:], step, count, lanes)
	}
}

// scatterSides writes the solutions of as many systems as there are lanes.
func (s *systems[T]) scatterSides(src []T, first int) {
	n, lanes := s.b.Rows, s.lanes
	if s.b.Cols > 1 || s.b.Stride > 1 || n < lanes {
		for at := range lanes {
			s.scatterSide(src[at:], first+at)
		}
		return
	}
	for i := 0; i < n; i += lanes {
		i = min(i, n-lanes) // the last elements, some of them again
		packTransposed(s.b.Data[first*s.b.Step+i:], s.b.Step, src[i*lanes:], lanes, lanes, lanes)
	}
}

// scatterSide writes the solution of one system.
func (s *systems[T]) scatterSide(src []T, at int) {
	n, dst := s.b.Rows, s.b.Data[at*s.b.Step:]
	for i := range n {
		for r := range dst[i*s.b.Stride:][:s.b.Cols] {
			dst[i*s.b.Stride+r] = src[(r*n+i)*s.lanes]
		}
	}
}

// oneByOne solves large systems, each in a copy.
func (s *systems[T]) oneByOne(first, end int) {
	n := s.a.Rows
	memory := scratch.Get[T](n * n)
	defer memory.Release()
	factored := kernels.Matrix[T]{Rows: n, Cols: n, Stride: n, Data: memory.Data}
	for ; first < end; first++ {
		a := s.a.At(first)
		for i := range n {
			copy(factored.Row(i), rowOf(Lower, a, i))
		}
		s.pivots[first] = -1
		if err := factor(Lower, factored, 0, n); err != nil {
			s.pivots[first] = T(err.Pivot)
			continue
		}
		CholeskySolve(Lower, factored, s.b.At(first))
	}
}

var recycledSystems pool.Recycler

// handOut has the workers solve all parts; it reports whether it could.
func (s *systems[T]) handOut() bool {
	parts := (s.a.Count + s.perPart - 1) / s.perPart
	a, aOK := pool.Share(s.a.Data)
	b, bOK := pool.Share(s.b.Data)
	pivots, _ := pool.Share(s.pivots) // lent memory, which is never on a stack
	if parts < 2 || !aOK || !bOK {
		return false
	}
	pool.RunRecycled[T](&recycledSystems, parts, systems[T]{a: s.a.over(a), b: s.b.over(b), pivots: pivots, lanes: s.lanes, perPart: s.perPart})
	return true
}
