package family

import "github.com/raphson-go/raphson/gen/machine"

// sampledRows keeps rows of x in registers if eight vectors hold them.
func sampledRows(m machine.Machine) {
	const widest = 8
	m.IfAtLeast(m.IntParam("width"), widest*m.Lanes()+1, func() { sampledWide(m) }, func() {
		byWidth(m, func() machine.Int { return m.IntParam("width") }, widest, func(vectors int) { sampledNarrow(m, vectors) })
	})
}

// sampledNarrow is sampledRows for rows of so many vectors.
func sampledNarrow(m machine.Machine, vectors int) {
	dst, columns, x, y := m.Pointer("dst"), m.Pointer("columns"), m.Pointer("x"), m.Pointer("y")
	alpha, strideX, strideY := m.Broadcast("alpha"), m.IntParam("strideX"), m.IntParam("strideY")
	c := newColumns(m, m.IntParam("width"), vectors)
	eachRow(m, func(entries machine.Int) {
		row := c.row(x)
		m.AdvanceBy(x, strideX)
		m.While(entries, 1, func() {
			from := m.Element(y, m.IntMul(m.IntAt(columns, 0, columnBytes), strideY))
			m.AdvanceInts(columns, 1, columnBytes)
			sums := zeros(m, min(vectors, 2))
			for j, v := range row {
				m.FMATo(sums[j%len(sums)], v, c.load(from, j))
			}
			m.StoreLane0(dst, 0, m.Mul(m.SumLanes(total(m, sums)), alpha))
			m.Advance(dst, 1)
		})
	})
}

// sampledWide is sampledRows for rows of any length, of which a few of y are read side by side.
func sampledWide(m machine.Machine) {
	dst, columns, x := m.Pointer("dst"), m.Pointer("columns"), m.Pointer("x")
	eachRow(m, func(entries machine.Int) {
		for _, count := range []int{2, 1} {
			m.Blocks(entries, count, func() {
				const unroll = 2 // a sum has as many accumulators, whether its row is alone or one of a block
				sums, from := make([][]machine.Vector, count), make([]machine.Pointer, count)
				for r := range from {
					sums[r] = zeros(m, unroll)
					from[r] = m.Pointer("y")
					m.AdvanceBy(from[r], m.IntMul(m.IntAt(columns, r, columnBytes), m.IntParam("strideY")))
				}
				m.AdvanceInts(columns, count, columnBytes)
				m.Traverse(m.IntParam("width"), append(from, x), unroll, func(b machine.Block) {
					for i := range b.Vectors() {
						v := b.Load(x, i)
						for r := range from {
							m.FMATo(sums[r][i], b.Load(from[r], i), v)
						}
					}
				})
				before(m, x, m.IntParam("width"))
				alpha := m.Broadcast("alpha")
				for r := range sums {
					m.StoreLane0(dst, r, m.Mul(m.SumLanes(total(m, sums[r])), alpha))
				}
				m.Advance(dst, count)
			})
		}
		m.AdvanceBy(x, m.IntParam("strideX"))
	})
}
