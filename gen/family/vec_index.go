package family

import "github.com/raphson-go/raphson/gen/machine"

// The indexed kernels that scatter (ScatterAdd, GatherAxpy) stay in Go: repeated indices make each element wait for the
// one before, and there is nothing to do in parallel.

func gather(m machine.Machine) {
	g := m.(machine.Gatherer)
	dst, x, index := m.Pointer("dst"), m.Pointer("x"), m.Pointer("index")
	m.Traverse(m.Length("index"), []machine.Pointer{dst}, 1, func(b machine.Block) {
		b.Store(dst, 0, g.Gather(b, x, index, 0))
		if !b.Partial() {
			g.AdvanceIndex(index, m.Lanes())
		}
	})
}

func gatherDot(m machine.Machine) {
	g := m.(machine.Gatherer)
	sums, x, y, index := zeros(m, 2), m.Pointer("x"), m.Pointer("y"), m.Pointer("index")
	m.Traverse(m.Length("index"), []machine.Pointer{x}, 2, func(b machine.Block) {
		for i := range b.Vectors() {
			m.FMATo(sums[i], b.Load(x, i), g.Gather(b, y, index, i))
		}
		if !b.Partial() {
			g.AdvanceIndex(index, b.Vectors()*m.Lanes())
		}
	})
	m.Return("sum", m.SumLanes(total(m, sums)))
}
