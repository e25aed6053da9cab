package family

import (
	"math"
	"slices"

	"github.com/raphson-go/raphson/gen/machine"
)

// batches do the same to many small matrices: products one after the other, in one call, and systems as many at a time as a
// vector has lanes.
var batches = []machine.Kernel{
	{
		Name: "MultiplyEach",
		Doc: "sets C = alpha*A*B + beta*D, without D if that is empty, for count products, matrices of each operand so many elements\n" +
			"(its step) from one another: rows x cols elements, cols at most two vectors, A and B where they lie as for Strip. D has the\n" +
			"shape of C.",
		Signature: "func(count, rows, cols, k int, alpha T, a []T, aStep, aRow, aColumn int, b []T, bStep, bRow int, beta T, d, c []T, cStep, cRow int)",
		Strided:   true,
		Long:      "cols >= filledLanes[T]()",
		Build:     multiplyEach,
	},
	{
		Name: "SolveSystems",
		Doc: "solves as many symmetric positive definite systems side by side as a vector has lanes. Element (i, j) of all matrices is\n" +
			"vector i*n+j of a, element i of right-hand side r vector r*n+i of b; pitch is n times the lanes. The lower triangle is\n" +
			"overwritten by the Cholesky factor, with the inverses of its diagonal, b by the solutions, and pivots by the squares of\n" +
			"the diagonal. good is 1 if all of those are positive and finite, and 0 otherwise.",
		Signature: "func(n, pitch, count int, a, b, pivots []T) (good T)",
		Strided:   true,
		Build:     solveSystems,
	},
}

func multiplyEach(m machine.Machine) {
	const widest = 2
	eachWidth(m, columnsParam(m), widest, false, func(of columnsOf) { multiplyColumns(m, of) })
}

// multiplyColumns is multiplyEach for a width in vectors.
func multiplyColumns(m machine.Machine, of columnsOf) {
	columns, width := of.describe(), of.width
	left := m.IntParam("count")
	// A matrix is found by its number: x86 has no general register for each of them.
	member := func(param, step string) machine.Pointer {
		p := m.Pointer(param)
		m.AdvanceBy(p, m.IntMul(m.IntLess(m.IntParam("count"), left), m.IntParam(step)))
		return p
	}
	m.While(left, 1, func() {
		rows, a, c := m.IntParam("rows"), member("a", "aStep"), member("c", "cStep")
		for _, height := range blockHeights {
			m.Blocks(rows, height, func() {
				m.Comment("%d rows of %d vectors", height, width)
				sums := zeroRows(m, height, width)
				ofA, b := m.Rows(a, m.IntParam("aRow"), height), member("b", "bStep")
				k, bRow, aColumn := m.IntParam("k"), m.IntParam("bRow"), m.IntParam("aColumn")
				m.While(k, 1, func() {
					row := columns.row(b)
					for i := range sums {
						m.FMAScalarTo(sums[i], row, m.Scalars(ofA.At(i), 0, 1)[0])
					}
					ofA.AdvanceBy(aColumn)
					m.AdvanceBy(b, bRow)
				})
				alpha, aRow, cRow := m.Broadcast("alpha"), m.IntParam("aRow"), m.IntParam("cRow")
				for _, sum := range slices.Concat(sums...) {
					m.MulBy(sum, alpha)
				}
				m.IfAtLeast(m.Length("d"), 1, func() {
					beta, d := m.Broadcast("beta"), member("d", "cStep")
					m.AdvanceBy(d, m.IntMul(m.IntLess(m.IntParam("rows"), rows), cRow))
					for _, row := range sums {
						for j, v := range columns.row(d) {
							m.FMATo(row[j], v, beta)
						}
						m.AdvanceBy(d, cRow)
					}
				}, nil)
				for _, row := range sums {
					for j, v := range row {
						columns.store(c, j, v)
					}
					m.AdvanceBy(c, cRow)
					m.AdvanceBy(a, aRow)
				}
			})
		}
	})
}

// systems are what the parts of solveSystems share.
type systems struct {
	machine.Machine
	one machine.Int // from column to column: the lanes
}

// pitch is from row to row; it is loaded again where it is needed, because x86 has too few general registers.
func (s systems) pitch() machine.Int { return s.IntParam("pitch") }

func solveSystems(m machine.Machine) {
	s := systems{Machine: m, one: m.IntParam("pitch")}
	s.one = m.IntLess(s.one, s.one)
	m.AddInt(s.one, m.Lanes())
	widest := 2 // times four rows: eight sums, and what they are made of
	if m.Registers() == 32 {
		widest = 4
	}
	good := m.Copy(m.Constant(1))

	left, row := m.IntParam("n"), m.Pointer("a")
	for _, block := range []struct {
		height int
		widths []int // what the number of rows before the block is made of
	}{{4, []int{widest}}, {2, []int{4}}, {1, []int{4, 2}}} {
		m.Blocks(left, block.height, func() {
			m.Comment("%d rows of the factor, left of the diagonal", block.height)
			before := func() machine.Int { return m.IntLess(m.IntParam("n"), left) }
			s.besides(row, before, block.height, block.widths)
			m.Comment("%d rows on the diagonal", block.height)
			s.diagonal(row, before(), block.height, good)
			for range block.height {
				m.AdvanceBy(row, s.pitch())
			}
		})
	}

	left, row = m.IntParam("count"), m.Pointer("b")
	for _, height := range []int{4, 1} {
		m.Blocks(left, height, func() {
			m.Comment("%d right-hand sides, forwards", height)
			widths := []int{4, 2, 1}
			if height == 4 && widest == 2 {
				widths = widths[1:]
			}
			s.besides(row, func() machine.Int { return m.IntParam("n") }, height, widths)
			for range height {
				m.Comment("and backwards")
				s.backwards(row)
				m.AdvanceBy(row, s.pitch())
			}
		})
	}
	m.Return("good", m.MinLanes(good))
}

// product emits the sums of l[i]*l[j] over so many columns, for rows i and the rows j of which wanted says so, and moves
// both on to the column after them.
func (s systems) product(columns machine.Int, height, width int, i, j machine.Rows, wanted func(r, c int) bool) [][]machine.Vector {
	sums := make([][]machine.Vector, height)
	for r := range sums {
		sums[r] = make([]machine.Vector, width)
		for c := range sums[r] {
			if wanted(r, c) {
				sums[r][c] = s.Zero()
			}
		}
	}
	s.While(columns, 1, func() {
		ofI, ofJ := make([]machine.Vector, height), make([]machine.Vector, width)
		for r := range ofI {
			ofI[r] = s.LoadVector(i.At(r), 0)
		}
		for c := range ofJ {
			ofJ[c] = ofI[c%height]
			if i != j {
				ofJ[c] = s.LoadVector(j.At(c), 0)
			}
		}
		for r := range sums {
			for c := range sums[r] {
				if wanted(r, c) {
					s.FMATo(sums[r][c], ofI[r], ofJ[c])
				}
			}
		}
		i.AdvanceBy(s.one)
		if i != j {
			j.AdvanceBy(s.one)
		}
	})
	return sums
}

// besides computes the elements of a few rows of the factor, or of right-hand sides, that belong to the columns before them.
func (s systems) besides(row machine.Pointer, columns func() machine.Int, height int, widths []int) {
	left, above := columns(), s.Pointer("a")
	for _, width := range widths {
		s.Blocks(left, width, func() {
			i, j := s.Rows(row, s.pitch(), height), s.Rows(above, s.pitch(), width)
			x := s.product(s.IntLess(columns(), left), height, width, i, j, func(int, int) bool { return true })
			for r := range x {
				for c, sum := range x[r] {
					x[r][c] = s.LoadVector(i.At(r), c*s.Lanes())
					s.SubFrom(x[r][c], sum)
				}
			}
			for c := range width {
				inverse := s.LoadVector(j.At(c), c*s.Lanes())
				for r := range x {
					s.MulBy(x[r][c], inverse)
					s.StoreVector(i.At(r), c*s.Lanes(), x[r][c])
				}
				for below := c + 1; below < width; below++ {
					factor := s.LoadVector(j.At(below), c*s.Lanes())
					for r := range x {
						s.FNMATo(x[r][below], x[r][c], factor)
					}
				}
			}
			for range width {
				s.AdvanceBy(above, s.pitch())
			}
		})
	}
}

// diagonal factors the block of a few rows on the diagonal, in registers.
func (s systems) diagonal(row machine.Pointer, before machine.Int, height int, good machine.Vector) {
	one, zero, largest := s.Constant(1), s.Constant(0), s.Constant(math.MaxFloat64)
	if s.Type() == machine.F32 {
		largest = s.Constant(math.MaxFloat32)
	}
	pivots := s.Pointer("pivots")
	s.AdvanceBy(pivots, s.IntMul(before, s.one))
	i := s.Rows(row, s.pitch(), height)
	x := s.product(before, height, height, i, i, func(r, c int) bool { return c <= r })
	for r := range x {
		for c, sum := range x[r][:r+1] {
			x[r][c] = s.LoadVector(i.At(r), c*s.Lanes())
			s.SubFrom(x[r][c], sum)
		}
	}
	for c := range x {
		pivot := x[c][c]
		s.StoreVector(pivots, c*s.Lanes(), pivot)
		isGood := s.MaskAnd(s.Compare(machine.Less, zero, pivot), s.Compare(machine.LessEqual, pivot, largest))
		s.Assign(good, s.Select(isGood, good, zero))
		inverse := s.Div(one, s.Sqrt(pivot))
		s.StoreVector(i.At(c), c*s.Lanes(), inverse)
		for r := c + 1; r < height; r++ {
			s.MulBy(x[r][c], inverse)
			s.StoreVector(i.At(r), c*s.Lanes(), x[r][c])
			for below := c + 1; below <= r; below++ {
				s.FNMATo(x[r][below], x[r][c], x[below][c])
			}
		}
	}
}

// backwards solves with the transposed factor for one right-hand side, a few unknowns at a time from the last ones on.
func (s systems) backwards(y machine.Pointer) {
	left, corner, block := s.IntParam("n"), s.Pointer("a"), s.CopyPointer(y)
	s.AdvanceBy(corner, s.IntMul(left, s.pitch()))
	s.AdvanceBy(corner, s.pitch())
	s.AdvanceBy(block, s.pitch())
	up := s.IntLess(s.IntLess(s.one, s.one), s.pitch()) // from an element of the diagonal to the one before
	s.AddInt(up, -s.Lanes())
	for _, width := range []int{4, 2, 1} {
		s.Blocks(left, width, func() {
			for range width {
				s.AdvanceBy(corner, up)
			}
			s.Advance(block, -width*s.Lanes())
			below, known := s.CopyPointer(corner), s.CopyPointer(block)
			for range width {
				s.AdvanceBy(below, s.pitch())
			}
			s.Advance(known, width*s.Lanes())
			x := zeros(s, width)
			s.While(s.IntLess(s.IntParam("n"), left), 1, func() {
				v := s.LoadVector(known, 0)
				for c, sum := range x {
					s.FMATo(sum, s.LoadVector(below, c*s.Lanes()), v)
				}
				s.AdvanceBy(below, s.pitch())
				s.Advance(known, s.Lanes())
			})
			for c, sum := range x {
				x[c] = s.LoadVector(block, c*s.Lanes())
				s.SubFrom(x[c], sum)
			}
			rows := s.Rows(corner, s.pitch(), width)
			for c := width - 1; c >= 0; c-- {
				s.MulBy(x[c], s.LoadVector(rows.At(c), c*s.Lanes()))
				s.StoreVector(block, c*s.Lanes(), x[c])
				for before := range c {
					s.FNMATo(x[before], x[c], s.LoadVector(rows.At(c), before*s.Lanes()))
				}
			}
		})
	}
}
