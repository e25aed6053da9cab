package family

import "github.com/raphson-go/raphson/gen/machine"

// matmulDots are products in which both operands lie along the sums.
var matmulDots = []machine.Kernel{{
	Name: "DotTiles",
	Doc: "sets C = alpha*A*B' + beta*D, without D if that is empty, for few rows of A. Rows of A and B, of k elements, are aRow and bRow\n" +
		"apart; element (i, j) of D and C is at i*dRow + j*dColumn and i*cRow + j*cColumn. Each is a sum of its own, whatever stands beside it.",
	Signature: "func(rows, cols, k int, alpha T, a []T, aRow int, b []T, bRow int, beta T, d []T, dRow, dColumn int, c []T, cRow, cColumn int)",
	Strided:   true,
	Build:     dotTiles,
}}

// dotTiles goes through the rows of B a few at a time, which stay in the first cache for all rows of A.
func dotTiles(m machine.Machine) {
	const together = 4
	columns := m.IntParam("cols")
	for _, width := range []int{together, 1} {
		m.Blocks(columns, width, func() {
			// Eight sums hide the latency of a multiply-add, and with what they are of and a mask three rows of A would be too many for AVX2.
			rows := m.IntParam("rows")
			for _, height := range []int{2, 1} {
				m.Blocks(rows, height, func() {
					m.Comment("%d rows of A, %d of B", height, width)
					dotTile(m, rows, columns, height, width)
				})
			}
		})
	}
}

// dotTile sets the elements of C for the next rows of A and B, of which so many are left.
func dotTile(m machine.Machine, rows, columns machine.Int, height, width int) {
	// What comes next in an operand is found anew for each tile: x86 has no registers to keep it in.
	next := func(name, of string, left machine.Int, stride string) machine.Pointer {
		p := m.Pointer(name)
		m.AdvanceBy(p, m.IntMul(m.IntLess(m.IntParam(of), left), m.IntParam(stride)))
		return p
	}
	of := m.Rows(next("a", "rows", rows, "aRow"), m.IntParam("aRow"), height)
	with := m.Rows(next("b", "cols", columns, "bRow"), m.IntParam("bRow"), width)
	sums := zeroRows(m, height, width)
	m.Traverse(m.IntParam("k"), append(of.Pointers(), with.Pointers()...), 1, func(block machine.Block) {
		x := make([]machine.Vector, height)
		for i := range x {
			x[i] = block.Load(of.At(i), 0)
		}
		for j := range width {
			y := block.Load(with.At(j), 0)
			for i := range x {
				m.FMATo(sums[i][j], y, x[i])
			}
		}
	})
	alpha := m.Broadcast("alpha")
	for _, row := range sums {
		for j, sum := range row {
			row[j] = m.SumLanes(sum)
			m.MulBy(row[j], alpha)
		}
	}
	// element calls use for all elements of the tile in C or D.
	element := func(name string, use func(p machine.Pointer, i, j int)) {
		row := next(name, "rows", rows, name+"Row")
		m.AdvanceBy(row, m.IntMul(m.IntLess(m.IntParam("cols"), columns), m.IntParam(name+"Column")))
		for i := range height {
			p := m.CopyPointer(row)
			for j := range width {
				use(p, i, j)
				m.AdvanceBy(p, m.IntParam(name+"Column"))
			}
			m.AdvanceBy(row, m.IntParam(name+"Row"))
		}
	}
	m.IfAtLeast(m.Length("d"), 1, func() {
		beta := m.Broadcast("beta")
		element("d", func(p machine.Pointer, i, j int) { m.FMATo(sums[i][j], m.BroadcastFrom(p, 0), beta) })
	}, nil)
	element("c", func(p machine.Pointer, i, j int) { m.StoreLane0(p, 0, sums[i][j]) })
}
