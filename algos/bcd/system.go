package bcd

import (
	"fmt"
	"math"

	"github.com/raphson-go/raphson/kernels/coord"
	"github.com/raphson-go/raphson/kernels/matmul"
	"github.com/raphson-go/raphson/kernels/sparse"
)

// system solves with a block.
type system interface {
	// solve overwrites d with H_b^-1 d.
	solve(d []float64)
}

// factor is a Cholesky factor, the lower triangle.
type factor struct{ Matrix }

func (f factor) solve(d []float64) { matmul.CholeskySolveVector(matmul.Lower, f.Matrix, d) }

// forest is a block whose graph has no cycle: elimination takes time linear in its size.
type forest struct{ *coord.Forest[float64] }

func (f forest) solve(d []float64) { f.Solve(d) }

// shift is what is added to the diagonal of a matrix that is singular to rounding, as a share of each element: variables may be in unlike units,
// and one whose element is far below that share of the largest would hardly move. A matrix is singular to rounding if a pivot keeps less than
// pivotShare of its diagonal element.
const (
	shift      = 1e-10
	pivotShare = 1e-12
)

// factorised is the factor of a positive semidefinite matrix, which it does not change. Where H is singular it is that of H + s*D, with D its
// diagonal and the least s of the form 100^k*shift that makes it definite: still a bound of the Hessian, and the step in the range of H is
// the same but for rounding. Zeros on the diagonal, of variables that nothing depends on, are a share of the largest element.
func factorised(h Matrix) factor {
	n := h.Rows
	f, most := newMatrix(n), 0.0
	for i := range n {
		most = max(most, h.At(i, i))
	}
	if !(shift*most > 0) { // zeros, or so small that their share is zero
		most = 1
	}
	for s := 0.0; ; {
		for i := range n {
			copy(f.Row(i), h.Row(i))
			d := h.At(i, i)
			if d == 0 {
				d = shift * most
			}
			f.Set(i, i, d*(1+s))
		}
		if matmul.Cholesky(matmul.Lower, f) == nil && keepsPivots(f, h, s) {
			return factor{f}
		}
		if s == 0 {
			s = shift
		} else {
			s *= 100
		}
		if s > 1e20 { // H holds no numbers; the step will say so
			return factor{f}
		}
	}
}

// keepsPivots reports whether no pivot has lost all its digits.
func keepsPivots(f, h Matrix, s float64) bool {
	for i := range f.Rows {
		if p := f.At(i, i); p*p < pivotShare*h.At(i, i)*(1+s) {
			return false
		}
	}
	return true
}

// solver solves with the bounds of blocks, and keeps what it has prepared for fixed ones.
type solver struct {
	it     *Iteration
	graph  *sparse.CSR[float64]   // nil where the bound is dense; without zeros on the diagonal
	raised []*sparse.CSR[float64] // the same with 1 + 100^k*shift times its diagonal, once needed
	kept   []system               // of fixed blocks
	forest coord.Forest[float64]
	h      []float64
}

func (it *Iteration) newSolver() *solver {
	s := &solver{it: it, kept: make([]system, len(it.Blocks.Fixed))}
	if g, ok := it.Problem.(Graph); ok {
		s.graph = raisedZeros(g.Graph(), shift)
	}
	return s
}

// of is the system of a block. One that is formed anew is valid until the next call.
func (s *solver) of(block Block) system {
	if block.Number < 0 {
		return s.make(block.Variables, &s.forest)
	}
	if s.kept[block.Number] == nil {
		s.kept[block.Number] = s.make(block.Variables, new(coord.Forest[float64]))
	}
	return s.kept[block.Number]
}

func (s *solver) make(block []int32, f *coord.Forest[float64]) system {
	if s.graph != nil && len(block) > 1 && s.eliminate(block, f) {
		return forest{f}
	}
	h := s.matrix(len(block))
	s.it.Problem.Bound(h, block)
	return factorised(h)
}

// mostRaised is how many times at most the diagonal is raised: beyond, the matrix holds no numbers.
const mostRaised = 12

// eliminate prepares for a block whose graph has no cycle, with what factorised makes of the diagonal where the matrix is singular or
// indefinite: a pivot that is negative leads up, to a saddle point. It reports whether it could.
func (s *solver) eliminate(block []int32, f *coord.Forest[float64]) bool {
	a := s.graph
	for k := 0; ; k++ {
		if err := f.Reset(a, block); err == nil && f.LeastPivot() >= pivotShare {
			return true
		} else if err != nil && !isSingular(err) || k == mostRaised {
			return false
		}
		if k == len(s.raised) {
			s.raised = append(s.raised, shiftedDiagonal(s.graph, shift*math.Pow(100, float64(k))))
		}
		a = s.raised[k]
	}
}

// matrix lends a square matrix.
func (s *solver) matrix(n int) Matrix {
	if len(s.h) < n*n {
		s.h = make([]float64, n*n)
	}
	return Matrix{Rows: n, Cols: n, Stride: n, Data: s.h[:n*n]}
}

// systems is the systems of all fixed blocks, nil if one is too large to be solved with.
func (it *Iteration) systems() []system {
	s := it.newSolver()
	for k, block := range it.Blocks.Fixed {
		if !s.solvable(block) {
			return nil
		}
		s.of(it.numbered(k))
	}
	return s.kept
}

// check asks for blocks that can be solved with.
func (s *solver) check(who fmt.Stringer) error {
	if s.it.Blocks.Size > mostSolved {
		return s.it.checkDense(who)
	}
	for _, block := range s.it.Blocks.Fixed {
		if !s.solvable(block) {
			return combination("%v with a block of %d variables, more than %d and no forest", who, len(block), mostSolved)
		}
	}
	return nil
}

// solvable reports whether a block is small enough, or a forest.
func (s *solver) solvable(block []int32) bool {
	if len(block) <= mostSolved {
		return true
	}
	if s.graph == nil {
		return false
	}
	err := s.forest.Reset(s.graph, block)
	return err == nil || isSingular(err)
}
