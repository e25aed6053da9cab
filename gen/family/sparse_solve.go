package family

import "github.com/raphson-go/raphson/gen/machine"

// solveRows adds the entries that do not fill a vector last, one after the other: what was solved for just now is on its way to memory
// when the row begins, and is to be waited for by the last addition alone.
func solveRows(m machine.Machine) {
	x, order, rows := m.Pointer("x"), m.Pointer("order"), m.Length("order")
	m.While(rows, 1, func() {
		i := m.IntAt(order, 0, columnBytes)
		m.AdvanceInts(order, 1, columnBytes)
		starts, columns, values := m.Pointer("starts"), m.Pointer("columns"), m.Pointer("values")
		m.AdvanceIntsBy(starts, i, columnBytes)
		begin := m.IntAt(starts, 0, columnBytes)
		entries := m.IntLess(m.IntAt(starts, 1, columnBytes), begin)
		m.AdvanceIntsBy(columns, begin, columnBytes)
		m.AdvanceBy(values, begin)
		sum := m.BroadcastFrom(m.Element(m.Pointer("b"), i), 0)
		m.IfAtLeast(entries, m.Lanes(), func() {
			sums := zeros(m, 2)
			wholeEntries(m, sums, entries, columns, values, x)
			m.AddTo(sum, m.SumLanes(m.Add(sums[0], sums[1])))
		}, nil)
		restEntries(m, sum, entries, columns, values, x)
		m.IfAtLeast(m.Length("diagonal"), 1, func() {
			m.Assign(sum, m.Div(sum, m.BroadcastFrom(m.Element(m.Pointer("diagonal"), i), 0)))
		}, nil)
		m.StoreLane0(m.Element(x, i), 0, sum)
	})
}
