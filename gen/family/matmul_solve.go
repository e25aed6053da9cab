package family

import "github.com/raphson-go/raphson/gen/machine"

// solves are the inner loops of triangular systems and Cholesky factors. All of them keep a block of a few rows in
// registers, subtract from it what the rows before it contribute, and then solve within the block.
var solves = []machine.Kernel{
	{
		Name: "SolveStrip",
		Doc: "solves n rows of a triangular system for cols right-hand sides, at most as many as a tile is wide: row i of the result is\n" +
			"inverses[i] * (alpha*B[i] - sum over p < i of t[tFirst+p*tRow+i] * row p). Row i of B begins at first + i*bRow and is overwritten\n" +
			"by the result. Where tRow is negative rows of t are read from their end, n-1-i in place of i; bRow may be negative too. x is\n" +
			"memory for n rows of whole vectors.",
		Signature: "func(n, cols int, alpha T, t []T, tFirst, tRow int, inverses, x, b []T, first, bRow int)",
		Strided:   true,
		Build:     solveStrip,
	},
	{
		Name: "FactorUpper",
		Doc: "overwrites the upper triangle of n rows, stride apart, with U, where U'*U is the symmetric matrix they hold. It sets inverses[i]\n" +
			"to 1/U[i,i] and pivots[i] to the square of U[i,i]: the factor is good up to the first pivot that is not positive. What is\n" +
			"below the diagonal, and up to two vectors behind the end of a row, becomes unspecified.",
		Signature: "func(n int, a []T, stride int, inverses, pivots []T)",
		Strided:   true,
		Build:     factorUpper,
	},
}

// solveHeights are the rows of a block: four times two vectors are as many sums as hide the latency of a multiply-add.
var solveHeights = []int{4, 2, 1}

// order says which factor of a block of rows at t belongs to row i of them.
type order func(height, i int) int

func ascending(_, i int) int       { return i }
func descending(height, i int) int { return height - 1 - i }

// contributions emits the sum over steps of t[i]*x, for the rows i of a block, and moves t and x on by a row each.
func contributions(m machine.Machine, steps machine.Int, height, width int, t, x machine.Pointer, tRow machine.Int, of order, advanceX func()) [][]machine.Vector {
	sums := zeroRows(m, height, width)
	m.While(steps, 1, func() {
		row := make([]machine.Vector, width)
		for j := range row {
			row[j] = m.LoadVector(x, j*m.Lanes())
		}
		factors := m.Scalars(t, 0, height)
		for i, sum := range sums {
			m.FMAScalarTo(sum, row, factors[of(height, i)])
		}
		m.AdvanceBy(t, tRow)
		advanceX()
	})
	return sums
}

// substitute solves within a block: t is at the first of its rows, in the first column of the block.
func substitute(m machine.Machine, rows [][]machine.Vector, t machine.Pointer, tRow machine.Int, of order, inverses machine.Pointer) {
	for s, solved := range rows {
		inverse := m.BroadcastFrom(inverses, s)
		for _, v := range solved {
			m.MulBy(v, inverse)
		}
		for i := s + 1; i < len(rows); i++ {
			factor := m.BroadcastFrom(t, of(len(rows), i))
			for j, v := range solved {
				m.FNMATo(rows[i][j], v, factor)
			}
		}
		m.AdvanceBy(t, tRow)
	}
}

func solveStrip(m machine.Machine) {
	byWidth(m, func() machine.Int { return m.IntParam("cols") }, tiles[m.Set()].vectors, func(width int) {
		m.IfAtLeast(m.IntParam("tRow"), 0, func() { solveColumns(m, width, false) }, func() { solveColumns(m, width, true) })
	})
}

// solveColumns is solveStrip for a width in vectors, with rows of t from their end where it goes backwards.
func solveColumns(m machine.Machine, width int, backwards bool) {
	columns := newColumns(m, m.IntParam("cols"), width)
	left, t, b := m.IntParam("n"), m.Pointer("t"), m.Pointer("b")
	m.AdvanceBy(t, m.IntParam("tFirst"))
	of := ascending
	if backwards {
		of = descending
		m.AdvanceBy(t, left)
	}
	m.AdvanceBy(b, m.IntParam("first"))
	inverses, to := m.Pointer("inverses"), m.Pointer("x")
	for _, height := range solveHeights {
		m.Blocks(left, height, func() {
			m.Comment("%d rows of %d vectors", height, width)
			if backwards {
				m.Advance(t, -height)
			}
			column, x, tRow := m.CopyPointer(t), m.Pointer("x"), m.IntParam("tRow")
			sums := contributions(m, m.IntLess(m.IntParam("n"), left), height, width, column, x, tRow, of, func() { m.Advance(x, width*m.Lanes()) })
			alpha, bRow := m.Broadcast("alpha"), m.IntParam("bRow")
			from := m.CopyPointer(b)
			rows := make([][]machine.Vector, height)
			for i := range rows {
				for j := range width {
					v := columns.load(from, j)
					m.MulBy(v, alpha)
					m.SubFrom(v, sums[i][j])
					rows[i] = append(rows[i], v)
				}
				m.AdvanceBy(from, bRow)
			}
			substitute(m, rows, column, tRow, of, inverses)
			for _, row := range rows {
				for j, v := range row {
					m.StoreVector(to, j*m.Lanes(), v)
					columns.store(b, j, v)
				}
				m.Advance(to, width*m.Lanes())
				m.AdvanceBy(b, bRow)
			}
			if !backwards {
				m.Advance(t, height)
			}
			m.Advance(inverses, height)
		})
	}
}

// factorUpper takes a block of rows at a time, all of its columns from the diagonal on in strips. The first strip holds the
// block on the diagonal: its elements are read back from memory, one after the other, as they become known.
func factorUpper(m machine.Machine) {
	const width = 2
	left := m.IntParam("n")
	column, block := m.Pointer("a"), m.Pointer("a") // the column of the block's first row at the top, and that row itself
	one := m.Constant(1)
	// Loaded again where they are needed: x86 has too few general registers.
	ofBlock := func(param string) machine.Pointer {
		p := m.Pointer(param)
		m.AdvanceBy(p, m.IntLess(m.IntParam("n"), left))
		return p
	}
	for _, height := range solveHeights {
		m.Blocks(left, height, func() {
			m.Comment("%d rows: the strip on the diagonal", height)
			stride := m.IntParam("stride")
			t := m.CopyPointer(column)
			sums := contributions(m, m.IntLess(m.IntParam("n"), left), height, width, t, t, stride, ascending, func() {})
			rows := remaining(m, sums, block, stride)
			at, inverses, pivots := m.CopyPointer(block), ofBlock("inverses"), ofBlock("pivots")
			for s, solved := range rows {
				of := s / m.Lanes() // the vector that holds the element on the diagonal
				m.StoreVector(at, of*m.Lanes(), solved[of])
				pivot := m.BroadcastFrom(at, s)
				m.StoreLane0(pivots, s, pivot)
				root := m.Sqrt(pivot)
				inverse := m.Div(one, root)
				m.StoreLane0(inverses, s, inverse)
				for j, v := range solved {
					m.MulBy(v, inverse)
					m.StoreVector(at, j*m.Lanes(), v)
				}
				m.StoreLane0(at, s, root)
				for i := s + 1; i < len(rows); i++ {
					factor := m.BroadcastFrom(at, i)
					for j, v := range solved {
						m.FNMATo(rows[i][j], v, factor)
					}
				}
				m.AdvanceBy(at, stride)
			}

			m.Comment("%d rows: the strips beside it", height)
			beside := m.CopyInt(left)
			m.AddInt(beside, -width*m.Lanes())
			top, strip := m.CopyPointer(column), m.CopyPointer(block)
			m.Blocks(beside, 1, func() {
				m.Advance(top, width*m.Lanes())
				m.Advance(strip, width*m.Lanes())
				t, x, stride := m.CopyPointer(column), m.CopyPointer(top), m.IntParam("stride")
				sums := contributions(m, m.IntLess(m.IntParam("n"), left), height, width, t, x, stride, ascending, func() { m.AdvanceBy(x, stride) })
				rows := remaining(m, sums, strip, stride)
				substitute(m, rows, t, stride, ascending, ofBlock("inverses"))
				to := m.CopyPointer(strip)
				for _, row := range rows {
					for j, v := range row {
						m.StoreVector(to, j*m.Lanes(), v)
					}
					m.AdvanceBy(to, stride)
				}
				m.AddInt(beside, 1-width*m.Lanes())
			})
			m.AdvanceBy(block, stride)
			for range height - 1 {
				m.AdvanceBy(block, stride)
			}
			m.Advance(block, height)
			m.Advance(column, height)
		})
	}
}

// remaining is what is left of a block of rows when the contributions are subtracted.
func remaining(m machine.Machine, sums [][]machine.Vector, block machine.Pointer, stride machine.Int) [][]machine.Vector {
	from := m.CopyPointer(block)
	rows := make([][]machine.Vector, len(sums))
	for i := range rows {
		for j, sum := range sums[i] {
			v := m.LoadVector(from, j*m.Lanes())
			m.SubFrom(v, sum)
			rows[i] = append(rows[i], v)
		}
		m.AdvanceBy(from, stride)
	}
	return rows
}
