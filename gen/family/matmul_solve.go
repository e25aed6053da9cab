package family

import "github.com/raphson-go/raphson/gen/machine"

// solves are the inner loops of triangular systems and Cholesky factors. All of them keep a block of a few rows in
// registers, subtract from it what the rows before it contribute, and then solve within the block.
var solves = []machine.Kernel{
	{
		Name: "SolveStrip",
		Doc: "solves n rows of a triangular system for cols right-hand sides, at most as many as a tile is wide: row i of the result is\n" +
			"inverses[i] * (alpha*B[i] - sum over p < i of t[i,p] * row p). Row i of B begins at first + i*bRow and is overwritten by the\n" +
			"result. x is memory for n rows of whole vectors. Element t[0,0] is at tFirst, rows tRow apart and columns tColumn, but the rows that\n" +
			"are solved for after p others, together, begin tBlock + p*tGrowth before those that follow. With up to 64 rows that is as far as\n" +
			"they lie apart: fewer may be solved for together.",
		Signature: "func(n, cols int, alpha T, t []T, tFirst, tBlock, tGrowth, tRow, tColumn int, inverses, x, b []T, first, bRow int)",
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

// blockHeights are the rows of a block: four times two vectors are as many sums as hide the latency of a multiply-add.
var blockHeights = []int{4, 2, 1}

// fewUnknowns are so few that more rows in a block than blockHeights gain nothing.
const fewUnknowns = 64

// solveHeights are those of a triangular system. On Zen 3 twelve sums hide more of what solving within a block takes.
func solveHeights(set string) []int {
	if set == "avx2" {
		return []int{6, 4, 2, 1}
	}
	return blockHeights
}

// contributions emits the sum over steps of factor i times the row of vectors at x, for the rows i of a block. next moves to the step after.
func contributions(m machine.Machine, steps machine.Int, height, width int, factors func() []machine.Scalar, x machine.Pointer, next func()) [][]machine.Vector {
	sums := zeroRows(m, height, width)
	m.While(steps, 1, func() {
		row := make([]machine.Vector, width)
		for j := range row {
			row[j] = m.LoadVector(x, j*m.Lanes())
		}
		operands{row, ofList(factors())}.multiply(m.FMAScalarTo, sums)
		next()
	})
	return sums
}

// substitute solves within a block. factor is what the unknown of a row that is solved contributes to row i, and next moves on to the row after it.
func substitute(m machine.Machine, rows [][]machine.Vector, factor func(i int) machine.Vector, next func(), inverses machine.Pointer) {
	for s, solved := range rows {
		inverse := m.BroadcastFrom(inverses, s)
		for _, v := range solved {
			m.MulBy(v, inverse)
		}
		for i := s + 1; i < len(rows); i++ {
			f := factor(i)
			for j, v := range solved {
				m.FNMATo(rows[i][j], v, f)
			}
		}
		next()
	}
}

func solveStrip(m machine.Machine) {
	byWidth(m, columnsParam(m), tiles[m.Set()].vectors, func(width int) { solveColumns(m, width) })
}

// solveColumns is solveStrip for a width in vectors.
func solveColumns(m machine.Machine, width int) {
	columns := newColumns(m, m.IntParam("cols"), width)
	left, t, b := m.IntParam("n"), m.Pointer("t"), m.Pointer("b")
	m.AdvanceBy(t, m.IntParam("tFirst"))
	m.AdvanceBy(b, m.IntParam("first"))
	heights := solveHeights(m.Set())
	solve := func(height int) {
		m.Blocks(left, height, func() {
			m.Comment("%d rows of %d vectors", height, width)
			factors, x, tColumn := m.Rows(t, m.IntParam("tRow"), height), m.Pointer("x"), m.IntParam("tColumn")
			factor := func(i int) machine.Vector { return m.BroadcastFrom(factors.At(i), 0) }
			next := func() { factors.AdvanceBy(tColumn) }
			rows := zeroRows(m, height, width)
			m.While(m.IntLess(m.IntParam("n"), left), 1, func() {
				known := make([]machine.Vector, width)
				for j := range known {
					known[j] = m.LoadVector(x, j*m.Lanes())
				}
				for i, row := range rows {
					f := factor(i)
					for j, v := range row {
						m.FNMATo(v, known[j], f)
					}
				}
				next()
				m.Advance(x, width*m.Lanes())
			})
			// Only now: B may have to be waited for, and its rows may push what was stored last out of the first cache.
			alpha, bRow, from := m.Broadcast("alpha"), m.IntParam("bRow"), m.CopyPointer(b)
			for _, row := range rows {
				for j, v := range row {
					m.FMATo(v, columns.load(from, j), alpha)
				}
				m.AdvanceBy(from, bRow)
			}
			inverses := m.Pointer("inverses")
			m.AdvanceBy(inverses, m.IntLess(m.IntParam("n"), left))
			substitute(m, rows, factor, next, inverses)
			bRow = m.IntParam("bRow")
			for _, row := range rows {
				for j, v := range row {
					m.StoreVector(x, j*m.Lanes(), v)
					columns.store(b, j, v)
					if p, ok := m.(machine.Prefetcher); ok { // the next strip, which may come from afar
						p.PrefetchFar(b, (width+j)*m.Lanes())
					}
				}
				m.Advance(x, width*m.Lanes())
				m.AdvanceBy(b, bRow)
			}
			if height == heights[0] {
				m.AdvanceBy(t, m.IntParam("tBlock"))
				m.AdvanceBy(t, m.IntMul(m.IntLess(m.IntParam("n"), left), m.IntParam("tGrowth")))
				return
			}
			tRow := m.IntParam("tRow")
			for range height {
				m.AdvanceBy(t, tRow)
			}
		})
	}
	for _, height := range heights {
		if height > blockHeights[0] {
			m.IfAtLeast(m.IntParam("n"), fewUnknowns+1, func() { solve(height) }, nil)
		} else {
			solve(height)
		}
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
	for _, height := range blockHeights {
		m.Blocks(left, height, func() {
			m.Comment("%d rows: the strip on the diagonal", height)
			stride := m.IntParam("stride")
			t := m.CopyPointer(column)
			sums := contributions(m, m.IntLess(m.IntParam("n"), left), height, width, func() []machine.Scalar { return m.Scalars(t, 0, height) }, t,
				func() { m.AdvanceBy(t, stride) })
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
				next := func() { m.AdvanceBy(t, stride) }
				sums := contributions(m, m.IntLess(m.IntParam("n"), left), height, width, func() []machine.Scalar { return m.Scalars(t, 0, height) }, x, func() {
					next()
					m.AdvanceBy(x, stride)
				})
				rows := remaining(m, sums, strip, stride)
				substitute(m, rows, func(i int) machine.Vector { return m.BroadcastFrom(t, i) }, next, ofBlock("inverses"))
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
